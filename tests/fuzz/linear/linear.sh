#!/usr/bin/env bash
# Prints what a byte of hostile values costs, in instructions of WebAssembly, for values of 1 KiB to 1 MiB:
# finding patterns in messages and values, scrubbing URLs, and writing log records as lines and as OTLP. All
# of it is linear: where a byte of 1 MiB costs more than 3 times what one of 16 KiB does, it fails (twice is a
# value that is changed at one size and kept at the other; quadratic would be 64 times).
#
# Usage: linear.sh [--each] [RUNNER LINEAR.wasm]
#
#   --each  each value by itself: some minutes
#
# Without RUNNER (wasi-run) and module those of build/native-release and build/wasm-release are built.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)

print_help() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"; }

each=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) print_help && exit 0 ;;
    --each) each=1 && shift ;;
    -*) echo "linear.sh: unknown option '$1' (see --help)" >&2 && exit 2 ;;
    *) break ;;
  esac
done

build() {
  local preset
  for preset in native-release wasm-release; do
    [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset"
  done
  cmake --build build/native-release --target wasi-run
  cmake --build build/wasm-release --target linear
}
if [ $# -lt 2 ]; then
  (cd "$root" && build) >&2
  set -- "$root/build/native-release/tests/wasm/wasi-run" "$root/build/wasm-release/tests/fuzz/linear/linear.wasm"
fi
runner=$1
module=$2
sizes=(1024 16384 262144 1048576)
mapfile -t values < <("$runner" "$module" values)

# fuel ARGUMENT…: instructions of a run.
fuel() {
  "$runner" --fuel "$module" "$@" 2>&1 >/dev/null | sed -n 's/^fuel: //p'
}

failed=
# row NAME WHAT COUNT [NUMBER]: COUNT values together, in hundredths of an instruction a byte.
row() {
  local name=$1 what=$2 count=$3 size costs=()
  for size in "${sizes[@]}"; do
    costs+=($((($(fuel "$what" "$size" "${@:4}") - $(fuel nothing "$size" "${@:4}")) * 100 / (size * count))))
  done
  printf '%-34s' "$name"
  for cost in "${costs[@]}"; do printf '%9d.%02d' $((cost / 100)) $((cost % 100)); done
  if [ "${costs[3]}" -gt $((costs[1] * 3)) ]; then
    printf '  not linear'
    failed=1
  fi
  printf '\n'
}

printf '%-34s%12s%12s%12s%12s\n' "instructions a byte" "1 KiB" "16 KiB" "256 KiB" "1 MiB"
for what in message value url authority path query line document; do
  if [ -n "$each" ]; then
    for number in "${!values[@]}"; do row "$what ${values[$number]}" "$what" 1 "$number"; done
  else
    row "$what" "$what" "${#values[@]}"
  fi
done
[ -z "$failed" ]
