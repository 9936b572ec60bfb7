#!/usr/bin/env bash
# Measures what the SDK costs, natively and as WebAssembly under wasmtime and V8, beside OpenTelemetry's
# SDKs for JavaScript and Rust and beside RapidJSON, and prints tables: times, counts, goals, sizes.
#
# Usage: run.sh [--quick] [--json FILE]   measures; --quick is less thorough
#        run.sh --update                  rewrites tests/golden/fuel.txt with what is true now
#        run.sh --help
# Builds below build/bench, or in the folder that AFTERGLOW_BENCH_BUILD names, and peers in the cache
# (AFTERGLOW_CACHE, default ~/.cache/afterglow). A peer that cannot be had is left out, loudly. What the
# figures mean: README.md beside this script.
source "$(dirname "${BASH_SOURCE[0]}")/../../toolchain/install/prelude.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$install_dir/../.." && pwd)
build=${AFTERGLOW_BENCH_BUILD:-$root/build/bench}
export AFTERGLOW_BENCH_BUILD=$build
# shellcheck disable=SC2034  # the name that the messages of prelude.sh begin with
tool=bench

update=
quick=()
json=()
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) print_help && exit 0 ;;
    --quick) quick=(--quick) ;;
    --json)
      [ $# -ge 2 ] || fail "--json needs a file"
      json=(--json "$2")
      shift
      ;;
    --update) update=1 ;;
    *) fail "unknown argument '$1' (see $0 --help)" ;;
  esac
  shift
done
[ -z "$update" ] || [ $((${#quick[@]} + ${#json[@]})) -eq 0 ] ||
  fail "--update goes with no other option"

if [ -z "${CMAKE_CXX_COMPILER_LAUNCHER:-}" ] && command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi

# build_target FOLDER PRESET "TARGET…" [CMAKE OPTION…]
build_target() {
  local folder=$build/$1 preset=$2 targets=$3
  shift 3
  # shellcheck disable=SC2086  # several targets
  (cd "$root" && cmake --preset "$preset" -B "$folder" "$@") && cmake --build "$folder" --target $targets
}

# The modules with -Oz are what is shipped; the native form has -O2, as C++ programs have.
build_native() {
  build_target native native-release "$1" '-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG' -DAFTERGLOW_SAMPLES=ON -DAFTERGLOW_EMBED=ON
}

native=$build/native/tests/bench
shipped=$build/Oz/tests/bench/bench_scenarios.wasm
faster=$build/O2/tests/bench/bench_scenarios.wasm
"$install_dir/native.sh" >/dev/null
"$install_dir/wasm-clang.sh" >/dev/null
with_progress "building the runners" build_native "bench-run bench-native"
with_progress "building the scenarios with -Oz" build_target Oz wasm-release bench_scenarios
if [ -n "$update" ]; then
  exec "$native/bench-run" --update "$root/tests/golden/fuel.txt" "$shipped"
fi
with_progress "building the scenarios with -O2" build_target O2 wasm-release bench_scenarios \
  '-DCMAKE_CXX_FLAGS_MINSIZEREL=-O2 -DNDEBUG'

# --- peers ---------------------------------------------------------------------------------------

fingerprint() { cat "$@" | sha256sum | cut -c 1-12; }
left_out=0

fill_js() {
  cp "$here"/peers/js/{package.json,package-lock.json,.npmrc} "$1" || fail "cannot copy"
  with_progress "installing the JavaScript SDK" npm --prefix "$1" ci --ignore-scripts
}

# The lock file stays in the cache: it would name the registry.
fill_rust() {
  cp "$here"/peers/rust/{Cargo.toml,bench.rs} "$2"
  with_progress "building the Rust SDK (a minute or two, once)" \
    env CARGO_TARGET_DIR="$2/target" cargo build --release --manifest-path "$2/Cargo.toml"
  cp "$2/target/release/opentelemetry-rust-bench" "$2/Cargo.lock" "$1" || fail "cannot copy"
}

# peer NAME FOLDER FUNCTION COMMAND HINT: installs a peer; without it the run goes on and says so.
peer() {
  if (need "$4" "$5" && install_once "$2" "$3"); then return 0; fi
  say "LEFT OUT: $1 is not measured"
  left_out=$((left_out + 1))
  return 1
}

# --- measuring -----------------------------------------------------------------------------------

rows=$build/rows
rm -rf "$rows"
mkdir -p "$rows"

rust_rows() { "$1" "${quick[@]}" >"$rows/rust.json"; }

with_progress "measuring the SDK natively" "$native/bench-native" "${quick[@]}" --json "$rows/native.json"
with_progress "measuring the SDK under wasmtime" "$native/bench-run" "${quick[@]}" --json "$rows/wasmtime.json" \
  "$shipped" "$faster"
if (need node "apt-get install nodejs (Node.js 20 or later)"); then
  with_progress "measuring the SDK under V8" node "$here/node/run.mjs" "${quick[@]}" --json "$rows/v8.json" \
    "$shipped" "$faster"
else
  say "LEFT OUT: V8 is not measured"
  left_out=$((left_out + 1))
fi
js=bench-js-$(fingerprint "$here"/peers/js/package*.json)
if peer "OpenTelemetry JavaScript" "$js" fill_js npm "apt-get install nodejs npm (Node.js 20.6 or later)"; then
  export AFTERGLOW_BENCH_JS=$AFTERGLOW_CACHE/$js
  with_progress "measuring OpenTelemetry JavaScript" node "$here/peers/js/bench.mjs" "${quick[@]}" --json "$rows/js.json"
fi
rust=bench-rust-$(fingerprint "$here"/peers/rust/*)
if peer "OpenTelemetry Rust" "$rust" fill_rust cargo "install Rust 1.75 or later with rustup"; then
  with_progress "measuring OpenTelemetry Rust" rust_rows "$AFTERGLOW_CACHE/$rust/opentelemetry-rust-bench"
fi

sizes=("$here/sizes.sh" --json "$rows/sizes.json")
if [ ${#quick[@]} -gt 0 ]; then sizes+=(--claims); fi
"${sizes[@]}" >"$rows/sizes.txt" || fail "no sizes"

# The host's modules are those that were weighed.
modules=$build/Oz/tests/bench
host_rows() {
  "$native/host/bench-host" "${quick[@]}" --host "$build/native/samples/edge-host/afterglow-host" \
    --off "$modules/sizes/without_telemetry.wasm" --on "$modules/sizes/everything.wasm" \
    --calls "$modules/host/host_calls.wasm" >"$rows/host.json"
}
with_progress "building afterglow-host" build_native "afterglow-host bench-host"
with_progress "building its module" build_target Oz wasm-release host_calls
with_progress "putting load on afterglow-host" host_rows

python3 -B "$here/report/table.py" "${json[@]}" "$rows"/{native,wasmtime,v8,js,rust,host,sizes}.json
printf '\nSizes of modules\n'
cat "$rows/sizes.txt"
if [ $left_out -gt 0 ]; then say "$left_out left out; the lines above say what would bring them back"; fi
