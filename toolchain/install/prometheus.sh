#!/usr/bin/env bash
# Unpacks Debian's Prometheus, with promtool, into the cache. It is not installed: the package would
# start a daemon.
#
# Usage: prometheus.sh [--help]
# Prints the path of the binary; promtool lies beside it. 110 MB.
# AFTERGLOW_CACHE chooses the cache, default ~/.cache/afterglow.
source "$(dirname "${BASH_SOURCE[0]}")/prelude.sh"
no_arguments "$@"

readonly kVersion=2.42  # of Debian 12

# The lists of packages, unless they are there, under the lock that apt.sh takes.
update_lists() {
  if apt-cache show prometheus >/dev/null 2>&1; then return; fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || fail "may not update the package lists; run as root: apt-get update"
    as_root=(sudo)
  fi
  (
    flock 8
    with_progress "updating the package lists" "${as_root[@]}" apt-get -q update
  ) 8>"$AFTERGLOW_CACHE/apt.lock"
}

fill() {
  local result=$1 staging=$2
  need apt-get "get Prometheus by other means and name it in AFTERGLOW_PROMETHEUS"
  update_lists
  cd "$staging" || exit
  with_progress "fetching Debian's Prometheus" apt-get -q -o APT::Sandbox::User=root download prometheus
  local package=(prometheus_"$kVersion"*.deb)
  [ -f "${package[0]}" ] || fail "Debian's Prometheus is not $kVersion here: $(ls)"
  dpkg-deb --fsys-tarfile "${package[0]}" | tar -x -C "$result" --strip-components=3 ./usr/bin
}

install_once "prometheus-$kVersion" fill
echo "$AFTERGLOW_CACHE/prometheus-$kVersion/prometheus"
