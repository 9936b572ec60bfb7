#!/usr/bin/env bash
# Shows Afterglow at work: builds a sample handler and its host, serves it on wasmtime with an origin
# behind it, sends one request, and draws the trace and the metrics that leave after the response. The
# query of that request holds a token, whose value never leaves the module: the drawing says `token=REDACTED`.
#
# Usage: toolchain/demo.sh [--once] [--collector URL] [--listen HOST:PORT] [--help]
#
#   --once              stop after that request
#   --collector URL     send to this OTLP/HTTP base URL (such as http://127.0.0.1:4318) instead of
#                       the built-in receiver, which draws
#   --listen HOST:PORT  where the handler listens; default 127.0.0.1:8080, with --once 127.0.0.1:0
#                       (port 0: the system picks one)
#
# Installs what is missing with the scripts in toolchain/install. Serves until Ctrl-C.
# AFTERGLOW_BUILD_NATIVE and AFTERGLOW_BUILD_WASM name build folders to use as they are.
# On stdout, a line each: "origin URL", "collector URL", "handler URL", "response STATUS" and, with
# --once at the end, "done"; in between, drawings as telemetry arrives. What goes wrong is a line
# "error: …" on stderr.
# Exit codes: 0 done, or ended by Ctrl-C; 1 building or starting failed; 2 usage; 3 the request was
# not answered with 200; 4 its telemetry did not arrive.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly kPatienceS=20
once=
collector=
listen=

say() { printf '%s\n' "$*"; }
fail() {
  printf 'error: %s\n' "$2" >&2
  exit "$1"
}
print_help() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"; }

while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) print_help && exit 0 ;;
    --once) once=1 ;;
    --collector | --listen)
      [ $# -ge 2 ] || fail 2 "$1 needs a value"
      if [ "$1" = --listen ]; then listen=$2; else collector=$2; fi
      shift
      ;;
    *) fail 2 "unknown argument '$1' (see --help)" ;;
  esac
  shift
done
case $collector in '' | http://?* | https://?*) ;; *) fail 2 "--collector: '$collector' is no URL" ;; esac
listen=${listen:-127.0.0.1:$([ -n "$once" ] && echo 0 || echo 8080)}
[[ $listen =~ ^[^:]+:[0-9]{1,5}$ ]] || fail 2 "--listen: '$listen' is not HOST:PORT"

logs=$(mktemp -d)
pids=()
# Whatever ends this script, nothing it started stays; the host goes first, so that it drains into a
# receiver that is still there.
clean_up() {
  local index
  for ((index = ${#pids[@]} - 1; index >= 0; index--)); do
    kill -TERM "${pids[$index]}" 2>/dev/null || true
    wait "${pids[$index]}" 2>/dev/null || true
  done
  rm -rf "$logs"
}
trap clean_up EXIT

build() {
  local script preset
  for script in native wasm-clang wasmtime; do
    toolchain/install/$script.sh >/dev/null || fail 1 "toolchain/install/$script.sh failed"
  done
  printf 'building (a minute or two the first time)\n' >&2
  for preset in native-release wasm-release; do
    if [ ! -f "build/$preset/build.ninja" ]; then
      cmake --preset $preset >"$logs/build" 2>&1 || build_failed
    fi
  done
  cmake --build build/native-release --target afterglow-host afterglow-demo >"$logs/build" 2>&1 || build_failed
  cmake --build build/wasm-release --target cart-edge >"$logs/build" 2>&1 || build_failed
}
build_failed() {
  tail -n 40 "$logs/build" >&2
  fail 1 "the build failed"
}

# start NAME COMMAND…: in the background, its stderr to $logs/NAME. Sets `url` to the address that it
# prints there, once it does.
start() {
  local name=$1 deadline=$((SECONDS + kPatienceS))
  shift
  : >"$logs/$name"
  "$@" 2>"$logs/$name" &
  pids+=($!)
  until url=$(sed -n 's/^listening on //p' "$logs/$name") && [ -n "$url" ]; do
    if ! kill -0 "${pids[-1]}" 2>/dev/null || [ $SECONDS -ge $deadline ]; then
      cat "$logs/$name" >&2
      fail 1 "the $name did not start"
    fi
    sleep 0.05
  done
}
to_stderr() { exec "$@" >&2; }

# Fails after a while.
wait_for_end() {
  local deadline=$((SECONDS + kPatienceS))
  while kill -0 "$1" 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.05
  done
}

if [ -z "${AFTERGLOW_BUILD_NATIVE-}" ] || [ -z "${AFTERGLOW_BUILD_WASM-}" ]; then
  build
fi
readonly native=${AFTERGLOW_BUILD_NATIVE:-build/native-release}
readonly wasm=${AFTERGLOW_BUILD_WASM:-build/wasm-release}
readonly demo=$native/samples/demo/afterglow-demo
start origin "$demo" origin
origin=$url
say "origin $origin"
receiver=
if [ -z "$collector" ]; then
  start receiver "$demo" receiver ${once:+--exit-after 2}
  receiver=${pids[-1]}
  collector=$url
fi
say "collector $collector"
start handler to_stderr "$native/samples/edge-host/afterglow-host" \
  "$wasm/samples/cart-edge/cart-edge.wasm" --listen "$listen" --collector "$collector" \
  --backend "origin=$origin"
handler=$url
host=${pids[-1]}
say "handler $handler"

status=$(curl --silent --output "$logs/body" --write-out '%{http_code}' --max-time "$kPatienceS" \
  "$handler/cart?token=not-for-you") || true
say "response $status"
[ "$status" = 200 ] || fail 3 "the handler answered $status"

if [ -z "$once" ]; then
  say "try $handler/cart?slow=1 and $handler/cart?fail=1; Ctrl-C ends it"
  trap 'exit 0' INT TERM
  wait "$host" || true
  cat "$logs/handler" >&2
  fail 1 "the handler ended"
fi
if [ -n "$receiver" ]; then
  wait_for_end "$receiver" || fail 4 "trace and metrics did not arrive"
else
  kill -TERM "$host"
  wait_for_end "$host" || fail 4 "the handler did not end"
  grep -q '2 taken, 2 delivered' "$logs/handler" || {
    cat "$logs/handler" >&2
    fail 4 "the collector did not take trace and metrics"
  }
fi
say "done"
