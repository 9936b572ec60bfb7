#!/usr/bin/env bash
# Builds the fuzz targets and runs each for some seconds, starting from its seeds in corpus/<target>.
# Prints how many inputs were executed. A crash, a leak, or an input that takes longer than 5 s fails,
# and the path of the file that reproduces it is printed.
#
# Usage: run.sh [--seconds N] [TARGET…]   15 s each and all targets, unless told otherwise
#        run.sh --help
# Builds below build/fuzz, or in the folder that AFTERGLOW_FUZZ_BUILD names. What a run finds of interest
# stays in <build>/corpus/<target> and is where the next one goes on. To run a file again:
# <build>/tests/fuzz/<target>_fuzz FILE.
source "$(dirname "${BASH_SOURCE[0]}")/../../toolchain/install/prelude.sh"
root=$(cd "$install_dir/../.." && pwd)
build=${AFTERGLOW_FUZZ_BUILD:-$root/build/fuzz}
seeds=$root/tests/fuzz/corpus
# shellcheck disable=SC2034  # the name that the messages of prelude.sh begin with
tool=fuzz

seconds=15
targets=()
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) print_help && exit 0 ;;
    --seconds)
      [[ "${2-}" =~ ^[1-9][0-9]*$ ]] || fail "--seconds needs a whole number of seconds"
      seconds=$2
      shift
      ;;
    -*) fail "unknown option '$1' (see $0 --help)" ;;
    *) targets+=("$1") ;;
  esac
  shift
done

configure() { (cd "$root" && cmake --preset fuzz -B "$build"); }

# run_target NAME: prints one line about it; false when it failed.
run_target() {
  local name=$1 log=$build/$1.log found=$build/corpus/$1 executed reproducer
  local options=("-max_total_time=$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=8192
    -print_final_stats=1 "-artifact_prefix=$build/$name-")
  mkdir -p "$found"
  [ -d "$seeds/$name" ] || fail "$name has no seeds in tests/fuzz/corpus/$name"
  if ! "$build/tests/fuzz/${name}_fuzz" "${options[@]}" "$found" "$seeds/$name" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    reproducer=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    say "$name failed; reproducer: ${reproducer:-none, see $log}"
    return 1
  fi
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  printf '%-12s %10s executions in %s s, no failure\n' "$name" "$executed" "$seconds"
}

"$install_dir/libfuzzer.sh" >/dev/null
with_progress "configuring" configure
mapfile -t known <"$build/tests/fuzz/targets.txt"
if [ ${#targets[@]} -eq 0 ]; then targets=("${known[@]}"); fi
for name in "${targets[@]}"; do
  [[ " ${known[*]} " == *" $name "* ]] || fail "no target '$name'; there are: ${known[*]}"
done
with_progress "building ${targets[*]}" cmake --build "$build" --target "${targets[@]/%/_fuzz}"

# As many at once as there are processors.
failures=$build/failures
: >"$failures"
for name in "${targets[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc 2>/dev/null || echo 2)" ]; do wait -n || true; done
  { run_target "$name" || echo "$name" >>"$failures"; } &
done
wait
[ ! -s "$failures" ] || fail "failed: $(tr '\n' ' ' <"$failures")"
