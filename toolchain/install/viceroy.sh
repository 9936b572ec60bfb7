#!/usr/bin/env bash
# Builds Viceroy 0.22.0, Fastly's local server for Compute modules, from the Rust crate registry
# into the cache.
#
# Usage: viceroy.sh [--help]
# Prints the path of the binary. Needs Rust 1.95 or later and a C compiler. Takes 11 minutes on two
# idle cores; lightly optimised, which is enough for tests.
# AFTERGLOW_CACHE chooses the cache, default ~/.cache/afterglow.
source "$(dirname "${BASH_SOURCE[0]}")/prelude.sh"
no_arguments "$@"

readonly kVersion=0.22.0

fill() {
  need cargo "install Rust 1.95 or later with rustup"
  with_progress "building Viceroy $kVersion (11 minutes or more, once)" \
    env CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_TARGET_DIR="$2/target" \
    cargo install --locked --no-track --root "$1" viceroy --version "$kVersion"
}

install_once "viceroy-$kVersion" fill
echo "$AFTERGLOW_CACHE/viceroy-$kVersion/bin/viceroy"
