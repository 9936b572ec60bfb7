#!/usr/bin/env bash
# Runs clang-tidy 22 on the sources of sdk/ and host-abi/.
#
# Usage: tidy.sh BUILD_DIRECTORY    (one with compile_commands.json)
# Exit codes: 0 clean, 1 findings, 77 skipped because there is no clang-tidy-22.
set -eu
if [ $# -ne 1 ] || [ ! -f "$1/compile_commands.json" ]; then
  echo "usage: $0 BUILD_DIRECTORY (with compile_commands.json in it)" >&2
  exit 2
fi
if ! command -v run-clang-tidy-22 >/dev/null; then
  echo "skipped: no clang-tidy-22; run toolchain/install/format.sh"
  exit 77
fi
code=0
found=$(run-clang-tidy-22 -quiet -p "$1" '/(sdk|host-abi)/.*\.cpp$' 2>&1) || code=1
grep -v -e '^\[' -e ' warnings generated' <<<"$found" || true
exit "$code"
