#!/usr/bin/env bash
# Installs from Debian what the style checks need: clang-format 22, clang-tidy 22 and shellcheck.
#
# Usage: format.sh [--help]
# Prints the path of clang-format.
source "$(dirname "${BASH_SOURCE[0]}")/prelude.sh"
no_arguments "$@"

"$install_dir/apt.sh" clang-format-22 clang-tidy-22 shellcheck
command -v clang-format-22
