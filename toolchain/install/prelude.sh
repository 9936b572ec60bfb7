# Sourced by every installer here. It gives them one protocol: `--help` prints the comment a script
# opens with, progress goes to stderr, and stdout carries one line, the path of what was installed.

set -euo pipefail

AFTERGLOW_CACHE=${AFTERGLOW_CACHE:-$HOME/.cache/afterglow}
# shellcheck disable=SC2034  # for the scripts that source this
install_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tool=$(basename "$0" .sh)

say() { printf '%s: %s\n' "$tool" "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

# print_help: the comment block at the top of the running script.
print_help() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"; }

# no_arguments "$@": for scripts that take none but --help.
no_arguments() {
  case "${1-}" in
    '') ;;
    -h | --help) print_help && exit 0 ;;
    *) fail "unknown argument '$1' (see $0 --help)" ;;
  esac
}

# need COMMAND HINT: the command must be there; the hint says how to get it.
need() { command -v "$1" >/dev/null || fail "'$1' is missing: $2"; }

# with_progress LABEL COMMAND…: runs quietly, says every 15 s that it still does; the end of what the
# command printed is shown if it fails.
with_progress() {
  local label=$1 log started=$SECONDS pid waited=0
  shift
  log=$(mktemp)
  say "$label"
  "$@" >"$log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    waited=$((waited + 1))
    if [ $((waited % 75)) -eq 0 ]; then say "$label: still running after $((SECONDS - started)) s"; fi
  done
  if ! wait "$pid"; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    fail "$label: failed"
  fi
  rm -f "$log"
}

# install_once FOLDER FUNCTION: unless $AFTERGLOW_CACHE/FOLDER is there, calls FUNCTION DIR to fill a
# temporary folder beside it and renames that into place, so that FOLDER is whole or absent; a lock
# keeps two installations of the same thing from running at once.
install_once() {
  local destination=$AFTERGLOW_CACHE/$1 fill=$2 staging
  if [ -d "$destination" ]; then
    say "found $destination"
    return
  fi
  mkdir -p "$AFTERGLOW_CACHE"
  exec 9>"$AFTERGLOW_CACHE/$1.lock"
  flock -n 9 || { say "another installation of $1 is running, waiting for it"; flock 9; }
  if [ ! -d "$destination" ]; then
    staging=$(mktemp -d "$AFTERGLOW_CACHE/$1.XXXXXX")
    # shellcheck disable=SC2064  # staging is local: its value is needed now
    trap "rm -rf '$staging'" EXIT
    mkdir "$staging/result"
    "$fill" "$staging/result" "$staging"
    mv "$staging/result" "$destination"
    say "installed $destination"
  fi
  exec 9>&-
}
