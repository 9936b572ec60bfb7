#!/usr/bin/env bash
# Runs the end-to-end tests of hosts: a real module on a real host, its telemetry read back from a
# real OpenTelemetry Collector.
#
# Usage: tests/hosts/run.sh [HOST …] [-k WORD] [--help]
#
#   HOST     the hosts to test, default all: afterglow-host wasi fastly, and trace-context, which is
#            the sample trace-context-service on afterglow-host and on Fastly
#   -k WORD  only the tests whose name contains WORD
#
# Installs and builds what is missing. AFTERGLOW_BUILD_NATIVE and AFTERGLOW_BUILD_WASM name build
# folders to use instead of build/native-release and build/wasm-release, as they are.
# Ends with the line "N passed, N failed", and ", N skipped" when tests were skipped.
# Exit codes: 0 all passed; 1 a test failed, or was skipped where CI is set; 2 usage.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

print_help() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"; }

hosts=()
word=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) print_help && exit 0 ;;
    -k) word=${2:?-k needs a word} && shift ;;
    afterglow-host | wasi | fastly | trace-context) hosts+=("$1") ;;
    *) echo "run.sh: unknown host '$1' (see --help)" >&2 && exit 2 ;;
  esac
  shift
done
[ ${#hosts[@]} -gt 0 ] || hosts=(afterglow-host wasi fastly trace-context)

build() {
  toolchain/install/native.sh >/dev/null
  toolchain/install/wasm-clang.sh >/dev/null
  toolchain/install/wasmtime.sh >/dev/null
  local preset
  for preset in native-release wasm-release; do
    [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >&2
  done
  cmake --build build/native-release --target afterglow-host afterglow-demo canary-host wasi-run >&2
  cmake --build build/wasm-release --target cart-edge cart-edge-pulled trouble flush-first metered mirror misreport pulled \
    every-byte every-byte-wasi canaries-reactor canaries-fastly \
    cart-edge-wasi cart-edge-fastly fastly-reuse fastly-probe \
    trace-context-service trace-context-service-fastly >&2
}

# The programs that the hosts' tests need: what cannot be installed makes its tests skip, loudly.
install_host() {
  case $1 in
    afterglow-host) AFTERGLOW_PROMETHEUS=${AFTERGLOW_PROMETHEUS:-$(toolchain/install/prometheus.sh || true)} ;;
    wasi) AFTERGLOW_WASMTIME=${AFTERGLOW_WASMTIME:-$(toolchain/install/wasmtime-cli.sh || true)} ;;
    fastly | trace-context) AFTERGLOW_VICEROY=${AFTERGLOW_VICEROY:-$(toolchain/install/viceroy.sh || true)} ;;
  esac
}

if [ -z "${AFTERGLOW_BUILD_NATIVE-}" ] || [ -z "${AFTERGLOW_BUILD_WASM-}" ]; then
  build
fi
export AFTERGLOW_BUILD_NATIVE=${AFTERGLOW_BUILD_NATIVE:-$PWD/build/native-release}
export AFTERGLOW_BUILD_WASM=${AFTERGLOW_BUILD_WASM:-$PWD/build/wasm-release}
# Without a Collector its tests are skipped, loudly.
AFTERGLOW_COLLECTOR=${AFTERGLOW_COLLECTOR:-$(toolchain/install/collector.sh || true)}
for host in "${hosts[@]}"; do install_host "$host"; done
export AFTERGLOW_COLLECTOR AFTERGLOW_PROMETHEUS AFTERGLOW_WASMTIME AFTERGLOW_VICEROY

exec python3 -B tests/hosts/run_tests.py ${word:+-k "$word"} "${hosts[@]}"
