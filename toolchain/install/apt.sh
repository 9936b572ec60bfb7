#!/usr/bin/env bash
# Installs Debian packages, only those that are missing, with sudo when not root.
#
# Usage: apt.sh [--help] PACKAGE…
# Where it may not install, it prints the line to run by hand and fails.
source "$(dirname "${BASH_SOURCE[0]}")/prelude.sh"

if [ $# -eq 0 ] || [ "$1" = --help ] || [ "$1" = -h ]; then
  print_help
  exit 0
fi

missing_of() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] ||
      echo "$package"
  done
}

command -v apt-get >/dev/null ||
  fail "no apt-get here; install by other means what these Debian packages hold: $*"

mapfile -t missing < <(missing_of "$@")
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

by_hand="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
    fail "may not install packages; run as root: $by_hand"
  fi
  as_root=(sudo)
fi

# apt waits for its own lock on dpkg but not for the one on its lists, so ours goes around both.
mkdir -p "$AFTERGLOW_CACHE"
exec 9>"$AFTERGLOW_CACHE/apt.lock"
flock 9
mapfile -t missing < <(missing_of "$@")
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

export DEBIAN_FRONTEND=noninteractive
with_progress "updating the package lists" "${as_root[@]}" apt-get -q update
with_progress "installing ${missing[*]}" "${as_root[@]}" \
  apt-get -q install -y --no-install-recommends -o DPkg::Lock::Timeout=600 "${missing[@]}"
