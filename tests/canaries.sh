#!/usr/bin/env bash
# The canaries: hundreds of distinct secrets through every public entry point and through the samples on
# each host. Searched are the lent memory, in modules all of the linear memory (on WASI and afterglow_host_v1
# also after a trap; no host of Fastly shows what a trap left), every byte sent and every line logged. Not
# one may be found, and planted ones must be.
#
# Usage: tests/canaries.sh [--plant] [--help]
#
#   --plant  plant one secret in a module on WASI and search as ever: this must fail
#
# Installs and builds what is missing. AFTERGLOW_BUILD_NATIVE and AFTERGLOW_BUILD_WASM name build folders
# to use instead of build/native-release and build/wasm-release, as they are.
# Exit codes: 0 no canary was found; 1 one was, or a test failed; 2 usage.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

print_help() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"; }

plant=
case ${1-} in
  "") ;;
  --plant) plant=plant ;;
  -h | --help) print_help && exit 0 ;;
  *) echo "canaries.sh: unknown option '$1' (see --help)" >&2 && exit 2 ;;
esac

build() {
  toolchain/install/native.sh >/dev/null
  toolchain/install/wasm-clang.sh >/dev/null
  toolchain/install/wasmtime.sh >/dev/null
  local preset
  for preset in native-release wasm-release; do
    [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >&2
  done
  cmake --build build/native-release --target canaries_test wasi-run >&2
  cmake --build build/wasm-release --target canaries >&2
}

if [ -z "${AFTERGLOW_BUILD_NATIVE-}" ] || [ -z "${AFTERGLOW_BUILD_WASM-}" ]; then
  build
fi
native=${AFTERGLOW_BUILD_NATIVE:-$PWD/build/native-release}
wasm=${AFTERGLOW_BUILD_WASM:-$PWD/build/wasm-release}
runner=${AFTERGLOW_WASI_RUN:-$native/tests/wasm/wasi-run}

if [ -n "$plant" ]; then
  "$runner" "$wasm/tests/canaries/canaries.wasm" plant 2>/dev/null || exit 1
  exit 0
fi
echo "every entry point, on the fake host:"
"$native/tests/canaries/canaries_test" --no-version
echo "every entry point, in a module that searches its whole memory:"
tests/canaries/wasi.sh "$runner" "$wasm/tests/canaries/canaries.wasm"
echo "no canary in the memory, after a trap, or in what was written; planted ones found"
echo "the samples on their hosts:"
tests/hosts/run.sh -k anaries
