#!/usr/bin/env bash
# Runs a WASI command module with wasi-run (tests/wasm), which a native preset builds.
#
# Usage: run-wasm.sh [wasi-run's options] MODULE.wasm [ARGUMENT…]
# AFTERGLOW_WASI_RUN names the wasi-run to use; default: the one of the native-debug or native-release
# build beside this folder.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
for candidate in "${AFTERGLOW_WASI_RUN:-}" "$root"/build/native-{debug,release}/tests/wasm/wasi-run; do
  if [ -x "$candidate" ]; then exec "$candidate" "$@"; fi
done
echo "run-wasm.sh: no wasi-run; build it: cmake --preset native-debug &&" \
  "cmake --build --preset native-debug --target wasi-run, or name one in AFTERGLOW_WASI_RUN" >&2
exit 127
