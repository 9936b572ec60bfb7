#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test of the repository: natively under sanitizers,
# as WebAssembly in wasmtime, the hosts end to end, the vectors beside other SDKs, and the fuzz targets.
#
# Usage: toolchain/test.sh [OPTION]…
#   --fast   leaves out the slow tests: clang-tidy, the hosts, other SDKs, fuzzing
#   -j N     parallel jobs, default the number of processors
#   --help   this text
#
# The last line is `N passed, N failed`, with `, N skipped` when tests could not run; each of those says
# what would make it run. Exit code 0 if nothing failed; with CI=true a skipped test counts as failed.
# Slow the first time (the Collector, Viceroy and the wasmtime command are built from source, beside
# the rest); a quarter of an hour afterwards.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
jobs=$(nproc 2>/dev/null || echo 2)
fast=no
passed=0
failed=0
skipped=0
logs=$(mktemp -d)
slow_tools_pid=
end() {
  rm -rf "$logs"
  if [ -n "$slow_tools_pid" ]; then kill "$slow_tools_pid" 2>/dev/null || true; fi
}
trap end EXIT

say() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }

parse() {
  while [ $# -gt 0 ]; do
    case "$1" in
      -h | --help) awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0" && exit 0 ;;
      --fast) fast=yes ;;
      -j) jobs=${2-} && shift ;;
      -j*) jobs=${1#-j} ;;
      *) echo "test.sh: unknown option '$1' (see --help)" >&2 && exit 2 ;;
    esac
    shift
  done
  case "$jobs" in
    '' | 0 | *[!0-9]*) echo "test.sh: -j takes a number" >&2 && exit 2 ;;
  esac
}

# A tool that cannot be installed is no failure here: what needs it fails or skips, and says so.
install_tools() {
  local tool
  for tool in native wasm-clang format wasmtime; do
    toolchain/install/$tool.sh >/dev/null || true
  done
  if [ $fast = no ]; then
    install_slow_tools >"$logs/slow-tools" 2>&1 &
    slow_tools_pid=$!
  fi
}

# One after another, and each whether or not the one before it could be had.
install_slow_tools() {
  local tool code=0
  for tool in prometheus collector viceroy wasmtime-cli; do
    toolchain/install/$tool.sh || code=1
  done
  return $code
}

wait_for_slow_tools() {
  [ -n "$slow_tools_pid" ] || return 0
  say "waiting for the hosts and the Collector to be built"
  while kill -0 "$slow_tools_pid" 2>/dev/null; do
    tail -n 1 "$logs/slow-tools"
    sleep 30
  done
  if ! wait "$slow_tools_pid"; then tail -n 20 "$logs/slow-tools"; fi
  slow_tools_pid=
}

# build PRESET: a build that fails counts as one failed test.
build() {
  say "building $1"
  if cmake --preset "$1" >"$logs/configure" 2>&1 &&
    cmake --build --preset "$1" -j "$jobs" -- -k 0 >"$logs/build" 2>&1; then
    return 0
  fi
  grep -v '^\[[0-9/]*\]' "$logs/build" 2>/dev/null || cat "$logs/configure"
  echo "FAILED: building $1"
  failed=$((failed + 1))
  return 1
}

# run_tests PRESET [CTEST OPTION]…
run_tests() {
  say "testing $1"
  rm -f "$logs/junit.xml"
  ctest --preset "$1" -j "$jobs" --output-junit "$logs/junit.xml" "${@:2}" || true
  local counts
  if counts=$(python3 toolchain/count_tests.py "$logs/junit.xml"); then
    add_counts "$counts"
  else
    echo "FAILED: ctest of $1 left no results"
    failed=$((failed + 1))
  fi
}

# add_counts "N passed, N failed[, N skipped]"
add_counts() {
  local count word
  while read -r count word; do
    case "$word" in
      passed) passed=$((passed + count)) ;;
      failed) failed=$((failed + count)) ;;
      skipped) skipped=$((skipped + count)) ;;
    esac
  done < <(tr , '\n' <<<"$1" | awk '{ print $1, $2 }')
}

run_hosts() {
  say "testing the hosts end to end"
  local code=0 last
  # Without CI: skipped tests are judged once, at the end. The hosts are the sanitized ones.
  env -u CI AFTERGLOW_BUILD_NATIVE="$root/build/native-debug" \
    AFTERGLOW_BUILD_WASM="$root/build/wasm-release" tests/hosts/run.sh 2>&1 | tee "$logs/hosts" || code=$?
  last=$(tail -n 1 "$logs/hosts")
  if [[ $last =~ ^[0-9]+\ passed,\ [0-9]+\ failed(,\ [0-9]+\ skipped)?$ ]]; then
    add_counts "$last"
    if [ "$code" -eq 0 ] || [[ ! $last =~ ,\ 0\ failed ]]; then return; fi
  fi
  echo "FAILED: tests/hosts/run.sh exited with $code"
  failed=$((failed + 1))
}

# run_script WHAT COMMAND…: one test.
run_script() {
  say "$1"
  if "${@:2}"; then
    passed=$((passed + 1))
  else
    echo "FAILED: ${*:2}"
    failed=$((failed + 1))
  fi
}

finish() {
  say "done"
  if [ "${CI:-}" = true ] && [ $skipped -gt 0 ]; then
    echo "CI=true: $skipped skipped tests count as failed"
    failed=$((failed + skipped))
    skipped=0
  fi
  local line="$passed passed, $failed failed"
  if [ $skipped -gt 0 ]; then line="$line, $skipped skipped"; fi
  echo "$line"
  [ $failed -eq 0 ] && [ $passed -gt 0 ]
}

parse "$@"
install_tools
without_slow=()
if [ $fast = yes ]; then without_slow=(--label-exclude slow); fi
# Native first: its wasi-run is what the WebAssembly tests run in.
if build native-debug; then run_tests native-debug "${without_slow[@]}"; fi
if build wasm-release; then run_tests wasm-release "${without_slow[@]}"; fi
if [ $fast = no ]; then
  wait_for_slow_tools
  run_hosts
  run_script "comparing with other SDKs" env AFTERGLOW_DIFFERENTIAL_BUILD="$root/build/native-debug" \
    tests/differential/run.sh
  run_script "fuzzing each target for 6 seconds" tests/fuzz/run.sh --seconds 6
fi
finish
