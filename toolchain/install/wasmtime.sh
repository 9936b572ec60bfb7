#!/usr/bin/env bash
# Installs wasmtime's C and C++ API, version 48.0.0, into the cache. No compiler is needed.
#
#   library  from the Python package `wasmtime` (its shared object carries the whole C API)
#   headers  from the Rust crate `wasmtime-c-api-impl` of the same version
#
# Usage: wasmtime.sh [--help]
# Prints the folder that holds include/ and lib/libwasmtime.so (see FindWasmtime.cmake).
# AFTERGLOW_CACHE chooses the cache, default ~/.cache/afterglow. Takes about 10 s.
source "$(dirname "${BASH_SOURCE[0]}")/prelude.sh"
no_arguments "$@"

readonly kVersion=48.0.0

take_library() {
  local result=$1 wheels=$2/wheels library
  python3 -m pip download --disable-pip-version-check --no-deps --only-binary=:all: \
    --dest "$wheels" "wasmtime==$kVersion"
  python3 -m zipfile -e "$wheels"/wasmtime-*.whl "$wheels"
  library=$(find "$wheels" -name _libwasmtime.so)
  [ -n "$library" ] || fail "the wheel of this machine's architecture carries no _libwasmtime.so"
  mkdir "$result/lib"
  mv "$library" "$result/lib/libwasmtime.so"
}

# A throw-away package that depends on the crate: cargo then fetches it with the user's own settings.
take_headers() {
  local result=$1 package=$2/package manifest
  mkdir "$package"
  touch "$package/nothing.rs"
  cat >"$package/Cargo.toml" <<TOML
[package]
name = "nothing"
version = "0.0.0"
[lib]
path = "nothing.rs"
[dependencies]
wasmtime-c-api-impl = { version = "=$kVersion", default-features = false }
TOML
  cargo fetch --manifest-path "$package/Cargo.toml"
  manifest=$(cargo metadata --offline --format-version 1 --manifest-path "$package/Cargo.toml" |
    python3 -c 'import json, sys
print(*(p["manifest_path"] for p in json.load(sys.stdin)["packages"]
        if p["name"] == "wasmtime-c-api-impl"))')
  cp -R "$(dirname "$manifest")/include" "$result/include"
}

# The wheel is built with every feature; conf.h has to say so (DISABLE_LOGGING is the one that takes away).
write_conf() {
  sed -e '/_DISABLE_LOGGING/d' -e 's/^#cmakedefine \(.*\)$/#define \1/' \
    "$1/include/wasmtime/conf.h.in" >"$1/include/wasmtime/conf.h"
}

fill() {
  python3 -m pip --version >/dev/null 2>&1 || "$install_dir/apt.sh" python3 python3-pip >&2
  need cargo "apt install cargo-web, or install Rust with rustup"
  with_progress "fetching the library (wheel wasmtime $kVersion)" take_library "$@"
  with_progress "fetching the headers (crate wasmtime-c-api-impl $kVersion)" take_headers "$@"
  write_conf "$1"
}

install_once "wasmtime-$kVersion" fill
echo "$AFTERGLOW_CACHE/wasmtime-$kVersion"
