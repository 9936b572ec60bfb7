#!/usr/bin/env bash
# Measures what the SDK costs as WebAssembly under wasmtime and prints one table: fuel and bytes, which
# are the same in every run, and nanoseconds, of modules built with -Oz (what is shipped) and -O2.
#
# Usage: run.sh [--quick] [--json FILE]   measures; --quick is less thorough
#        run.sh --update                  rewrites tests/golden/fuel.txt with what is true now
#        run.sh --help
# Builds below build/bench, or in the folder that AFTERGLOW_BENCH_BUILD names; the first time takes some
# two minutes. What the figures mean: README.md beside this script.
source "$(dirname "${BASH_SOURCE[0]}")/../../toolchain/install/prelude.sh"
root=$(cd "$install_dir/../.." && pwd)
build=${AFTERGLOW_BENCH_BUILD:-$root/build/bench}
# shellcheck disable=SC2034  # the name that the messages of prelude.sh begin with
tool=bench

update=
options=()
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) print_help && exit 0 ;;
    --quick) options+=(--quick) ;;
    --json)
      [ $# -ge 2 ] || fail "--json needs a file"
      options+=(--json "$2")
      shift
      ;;
    --update) update=1 ;;
    *) fail "unknown argument '$1' (see $0 --help)" ;;
  esac
  shift
done
[ -z "$update" ] || [ ${#options[@]} -eq 0 ] || fail "--update goes with no other option"

# build_target FOLDER TARGET PRESET [CMAKE OPTION…]
build_target() {
  local folder=$build/$1 target=$2 preset=$3
  shift 3
  (cd "$root" && cmake --preset "$preset" -B "$folder" -DAFTERGLOW_SAMPLES=OFF -DAFTERGLOW_EMBED=OFF "$@") &&
    cmake --build "$folder" --target "$target"
}

with_progress "building the runner" build_target native bench-run native-release
with_progress "building the scenarios with -Oz" build_target Oz bench_scenarios wasm-release
runner=$build/native/tests/bench/bench-run
shipped=$build/Oz/tests/bench/bench_scenarios.wasm
if [ -n "$update" ]; then
  exec "$runner" --update "$root/tests/golden/fuel.txt" "$shipped"
fi
with_progress "building the scenarios with -O2" build_target O2 bench_scenarios wasm-release \
  '-DCMAKE_CXX_FLAGS_MINSIZEREL=-O2 -DNDEBUG'
"$runner" "${options[@]}" "$shipped" "$build/O2/tests/bench/bench_scenarios.wasm"
