#!/usr/bin/env bash
# Compares the fuel of the scenarios with the golden file, or rewrites that, with the bench-run that a
# native preset builds.
#
# Usage: fuel.sh --check|--update GOLDEN MODULE.wasm
# AFTERGLOW_BENCH_RUN names the bench-run to use; default: the one of the build that AFTERGLOW_WASI_RUN
# is from, or of the native-debug or native-release build. Exit code 77 when there is none.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
beside=
if [ -n "${AFTERGLOW_WASI_RUN:-}" ]; then
  beside=$(dirname "$AFTERGLOW_WASI_RUN")/../bench/bench-run
fi
for candidate in "${AFTERGLOW_BENCH_RUN:-}" "$beside" "$root"/build/native-{debug,release}/tests/bench/bench-run; do
  if [ -x "$candidate" ]; then exec "$candidate" "$@"; fi
done
echo "SKIPPED: no bench-run; build it: cmake --preset native-debug &&" \
  "cmake --build --preset native-debug --target bench-run, or name one in AFTERGLOW_BENCH_RUN"
exit 77
