#!/usr/bin/env bash
# Puts the rows of tests/vectors to Afterglow, to the OpenTelemetry JavaScript SDK and to the Rust one,
# and prints where each differs from the specification: rule by rule, then row by row.
#
# Usage: run.sh [--json FILE] [--help]
#   --json FILE  also writes everything that differed to FILE
#
# Installs and builds what is missing: Afterglow below build/differential, or in the folder that
# AFTERGLOW_DIFFERENTIAL_BUILD names; the peers in the cache (AFTERGLOW_CACHE, default ~/.cache/afterglow),
# which takes two minutes, once. Without npm or cargo its peer is left out, loudly.
# Exit codes: 0 Afterglow differs nowhere; 1 it does, or with CI=true a peer was left out; 2 usage.
source "$(dirname "${BASH_SOURCE[0]}")/../../toolchain/install/prelude.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${AFTERGLOW_DIFFERENTIAL_BUILD:-$root/build/differential}
# shellcheck disable=SC2034  # the name that the messages of prelude.sh begin with
tool=differential
left_out=0

options=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) print_help && exit 0 ;;
    --json)
      [ $# -ge 2 ] || { say "--json needs a file" && exit 2; }
      options+=(--json "$2")
      shift
      ;;
    *) say "unknown argument '$1' (see $0 --help)" && exit 2 ;;
  esac
  shift
done

# fingerprint FILE…: changes when one of the files does.
fingerprint() { cat "$@" | sha256sum | cut -c 1-12; }

build_afterglow() {
  "$root/toolchain/install/native.sh" >/dev/null
  if [ ! -e "$build/CMakeCache.txt" ]; then
    (cd "$root" && cmake --preset native-debug -B "$build" -DAFTERGLOW_SAMPLES=OFF -DAFTERGLOW_EMBED=OFF)
  fi
  cmake --build "$build" --target afterglow-peer
}

fill_js() {
  cp "$here/js/package.json" "$here/js/package-lock.json" "$here/js/.npmrc" "$1" || fail "cannot copy"
  with_progress "installing the JavaScript SDK" npm --prefix "$1" ci --ignore-scripts
}

# The lock file stays in the cache: it would name the registry.
fill_rust() {
  cp "$here/rust/Cargo.toml" "$here/rust/peer.rs" "$2"
  with_progress "building the Rust SDK (a minute or two, once)" \
    env CARGO_TARGET_DIR="$2/target" cargo build --release --manifest-path "$2/Cargo.toml"
  cp "$2/target/release/opentelemetry-rust-peer" "$2/Cargo.lock" "$1" || fail "cannot copy"
}

# peer NAME FOLDER FUNCTION COMMAND HINT: installs a peer; without it the run goes on and says so.
peer() {
  local name=$1 folder=$2 fill=$3 command=$4 hint=$5
  if (need "$command" "$hint" && install_once "$folder" "$fill"); then return 0; fi
  say "LEFT OUT: $name is not compared"
  left_out=$((left_out + 1))
  return 1
}

with_progress "building Afterglow" build_afterglow
js=differential-js-$(fingerprint "$here"/js/package*.json)
rust=differential-rust-$(fingerprint "$here"/rust/*)
peers=()
if peer "OpenTelemetry JavaScript" "$js" fill_js npm "apt-get install nodejs npm (Node.js 20.6 or later)"; then
  export NODE_PATH=$AFTERGLOW_CACHE/$js/node_modules
  peers+=(--peer "OTel JS" node "$here/js/peer.cjs")
fi
if peer "OpenTelemetry Rust" "$rust" fill_rust cargo "install Rust 1.75 or later with rustup"; then
  peers+=(--peer opentelemetry-rust "$AFTERGLOW_CACHE/$rust/opentelemetry-rust-peer")
fi

code=0
python3 -B "$here/differential.py" --afterglow "$build/tests/differential/afterglow-peer" \
  "${peers[@]}" "${options[@]}" || code=$?
if [ $left_out -gt 0 ]; then
  say "$left_out of 2 peers left out; the lines above say what would bring them back"
  if [ "${CI:-}" = true ]; then code=1; fi
fi
exit $code
