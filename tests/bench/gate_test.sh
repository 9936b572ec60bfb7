#!/usr/bin/env bash
# Proves that the gate of fuel.sh can fail: figures that are 3 % above a golden file are worse, each of
# them, and figures that are 1 % above hold.
#
# Usage: gate_test.sh MODULE.wasm
# AFTERGLOW_BENCH_RUN as for fuel.sh; exit code 77 where there is no bench-run.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
module=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$here/fuel.sh" --update "$folder/now" "$module" || exit $?
# plant PERCENT FILE: the golden file of which today's figures are so much worse; above 100 only, since
# one is more than a percent of what is smaller.
plant() {
  awk -v percent="$1" '/^#/ || $3 < 100 { print; next } { $3 = int($3 * 100 / (100 + percent)); print }' \
    "$folder/now" >"$2"
}

plant 1 "$folder/small"
"$here/fuel.sh" --check "$folder/small" "$module" >"$folder/said" ||
  { cat "$folder/said" && echo "FAILED: 1 % more is refused" && exit 1; }

plant 3 "$folder/large"
if "$here/fuel.sh" --check "$folder/large" "$module" >"$folder/said"; then
  echo "FAILED: 3 % more is not refused" && exit 1
fi
planted=$(awk '!/^#/ && $3 >= 100' "$folder/now" | wc -l)
refused=$(grep -c ': worse; ' "$folder/said" || true)
if [ "$planted" -ne "$refused" ]; then
  cat "$folder/said"
  echo "FAILED: $planted figures are 3 % worse, $refused are refused" && exit 1
fi
echo "$refused figures that are 3 % worse are refused, each by its name"
