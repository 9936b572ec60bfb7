#!/usr/bin/env bash
# Builds the command `wasmtime` 48.0.8 from the Rust crate registry into the cache, with the
# subcommands `run` and `serve`.
#
# Usage: wasmtime-cli.sh [--help]
# Prints the path of the binary. Needs Rust 1.94 or later and a C compiler. Takes 11 minutes on two
# idle cores; lightly optimised, which is enough for tests. The C++ library is wasmtime.sh's.
# AFTERGLOW_CACHE chooses the cache, default ~/.cache/afterglow.
source "$(dirname "${BASH_SOURCE[0]}")/prelude.sh"
no_arguments "$@"

readonly kVersion=48.0.8
readonly kFeatures=run,serve,cranelift,component-model,component-model-async,wat,wasi-http

fill() {
  need cargo "install Rust 1.94 or later with rustup"
  with_progress "building the command wasmtime $kVersion (11 minutes or more, once)" \
    env CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_TARGET_DIR="$2/target" \
    cargo install --locked --no-track --root "$1" wasmtime-cli --version "$kVersion" \
    --no-default-features --features "$kFeatures"
}

install_once "wasmtime-cli-$kVersion" fill
echo "$AFTERGLOW_CACHE/wasmtime-cli-$kVersion/bin/wasmtime"
