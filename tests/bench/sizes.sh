#!/usr/bin/env bash
# Prints how many bytes telemetry adds to a module, raw and compressed: in all, feature by feature, and
# the sizes of the samples. Modules are built with -Oz and treated by wasm-opt, as they are deployed.
#
# Usage: sizes.sh [--claims] [--rooms] [--json FILE] [--help]
#   --claims     leaves out what single features cost, and the samples
#   --rooms      also tells which rooms and files of the SDK the bytes come from, before the linker optimises
#   --json FILE  writes the figures as rows, too
#
# Builds below build/bench, or in the folder that AFTERGLOW_BENCH_BUILD names: a minute.
source "$(dirname "${BASH_SOURCE[0]}")/../../toolchain/install/prelude.sh"
root=$(cd "$install_dir/../.." && pwd)
build=${AFTERGLOW_BENCH_BUILD:-$root/build/bench}
folder=$build/Oz
# shellcheck disable=SC2034  # the name that the messages of prelude.sh begin with
tool=sizes
samples=(cart-edge cart-edge-fastly cart-edge-wasi fastly-reuse trace-context-service)

modules_of=bench_sizes
rooms=
options=()
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) print_help && exit 0 ;;
    --rooms) rooms=1 ;;
    --claims)
      options+=(--claims)
      modules_of=bench_sizes_claims
      samples=()
      ;;
    --json)
      [ $# -ge 2 ] || fail "--json needs a file"
      options+=(--json "$2")
      shift
      ;;
    *) fail "unknown argument '$1' (see $0 --help)" ;;
  esac
  shift
done

# build FOLDER LTO TARGET…
build() {
  (cd "$root" && cmake --preset wasm-release -B "$1" -DAFTERGLOW_SAMPLES=ON "-DAFTERGLOW_LTO=$2") &&
    cmake --build "$1" --target "${@:3}"
}

with_progress "building the modules" build "$folder" ON "$modules_of" "${samples[@]}"
# What the linker has optimised as a whole belongs to no file any more.
if [ -n "$rooms" ]; then
  with_progress "building them file by file" build "$build/rooms" OFF traces_only everything
  options+=(--rooms "$build/rooms/tests/bench/sizes")
fi
modules=()
for sample in "${samples[@]}"; do
  modules+=("$(find "$folder/samples" -name "$sample.wasm")")
done
python3 -B "$root/tests/bench/report/sizes.py" "${options[@]}" \
  "$folder/tests/bench/sizes/sizes.list" "${modules[@]}"
