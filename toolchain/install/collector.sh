#!/usr/bin/env bash
# Builds the OpenTelemetry Collector 0.155.0 with the parts our tests use, into the cache:
# OTLP receiver, batch processor, delta-to-cumulative processor, debug and OTLP/HTTP exporters.
#
# Usage: collector.sh [--help]
# Prints the path of the binary. Needs Go 1.25 or later. Takes 3 to 5 minutes on two cores.
# AFTERGLOW_CACHE chooses the cache, default ~/.cache/afterglow.
source "$(dirname "${BASH_SOURCE[0]}")/prelude.sh"
no_arguments "$@"

readonly kVersion=0.155.0
readonly kProviderVersion=1.61.0

write_config() {
  cat >"$1/builder.yaml" <<YAML
dist:
  name: otelcol
  version: $kVersion
  output_path: $1/result
receivers:
  - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v$kVersion
processors:
  - gomod: go.opentelemetry.io/collector/processor/batchprocessor v$kVersion
  - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/processor/deltatocumulativeprocessor v$kVersion
exporters:
  - gomod: go.opentelemetry.io/collector/exporter/debugexporter v$kVersion
  - gomod: go.opentelemetry.io/collector/exporter/otlphttpexporter v$kVersion
providers:
  - gomod: go.opentelemetry.io/collector/confmap/provider/fileprovider v$kProviderVersion
  - gomod: go.opentelemetry.io/collector/confmap/provider/yamlprovider v$kProviderVersion
  - gomod: go.opentelemetry.io/collector/confmap/provider/envprovider v$kProviderVersion
YAML
}

fill() {
  local result=$1 staging=$2
  need go "apt install golang (1.25 or later), or unpack a release of Go and put its bin/ in PATH"
  write_config "$staging"
  with_progress "building the Collector $kVersion (minutes, once)" \
    go run "go.opentelemetry.io/collector/cmd/builder@v$kVersion" --config "$staging/builder.yaml"
  # The builder leaves its sources beside the binary; only the binary is kept.
  find "$result" -mindepth 1 ! -name otelcol -delete
}

install_once "otelcol-$kVersion" fill
echo "$AFTERGLOW_CACHE/otelcol-$kVersion/otelcol"
