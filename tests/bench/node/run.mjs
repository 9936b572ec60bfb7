// Runs the scenarios in modules under V8, the same way as runner/ does under wasmtime.
//
// Usage: node run.mjs [--quick] [--json FILE] MODULE.wasm...
// Rows go to FILE, or to stdout; progress to stderr.

import { randomFillSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import v8 from "node:v8";

import { measure, parseArguments, row } from "./measure.mjs";

// What runs long is compiled by the optimising compiler sooner or later: here, at once.
v8.setFlagsFromString("--no-liftoff");
v8.setFlagsFromString("--no-wasm-lazy-compilation");

// The real host. performance.now() is what workers have too; its fractions are nanoseconds.
function hostOf(state) {
  const nanoseconds = (milliseconds) => BigInt(Math.round(milliseconds * 1e6));
  const start = performance.timeOrigin;
  const view = () => (state.view?.buffer === state.memory.buffer ? state.view
    : (state.view = new DataView(state.memory.buffer)));
  return {
    wasi_snapshot_preview1: {
      clock_time_get(id, _precision, out) {
        const now = performance.now();
        view().setBigUint64(out, nanoseconds(id === 0 ? start + now : now), true);
        return 0;
      },
      random_get(out, size) {
        randomFillSync(new Uint8Array(state.memory.buffer, out, size));
        return 0;
      },
    },
    bench_host_v1: { nothing() {} },
  };
}

class Guest {
  target = "wasm-v8";

  constructor(path) {
    this.module = new WebAssembly.Module(readFileSync(path));
    this.renew();
    const exports = this.exports;
    this.optimisation = this.text(exports.bench_optimisation());
    this.scenarios = Array.from({ length: exports.bench_scenario_count() }, (_, index) => ({
      index,
      name: this.text(exports.bench_name(index)),
      floor: this.text(exports.bench_floor_name(index)),
      operations: exports.bench_operations(index),
      fresh: exports.bench_is_fresh(index) !== 0,
    }));
  }

  renew() {
    const state = {};
    this.exports = new WebAssembly.Instance(this.module, hostOf(state)).exports;
    state.memory = this.exports.memory;
    this.exports._initialize();
  }

  useHost(real) { this.exports.bench_use_real_host(real ? 1 : 0); }
  prepare(index) { this.exports.bench_prepare(index); }
  run(index) { this.exports.bench_run(index); }
  runFloor(index) { this.exports.bench_run_floor(index); }
  holds(index) { return this.exports.bench_holds(index) !== 0; }
  hostCalls() { return this.exports.bench_host_calls(); }

  text(address) {
    if (address === 0) return "";
    const bytes = new Uint8Array(this.exports.memory.buffer);
    return Buffer.from(bytes.subarray(address, bytes.indexOf(0, address))).toString();
  }
}

function rowsOf(path, patience) {
  const guest = new Guest(path);
  const rows = [];
  for (const scenario of guest.scenarios) {
    process.stderr.write(`bench: ${guest.target} ${guest.optimisation} ${scenario.name}\n`);
    const known = { scenario: scenario.name, target: guest.target, optimisation: guest.optimisation };
    rows.push(row(known, "fake", measure(guest, scenario, false, patience)));
    if (asksHost(guest, scenario)) {
      rows.push(row(known, "real", measure(guest, scenario, true, patience)));
    }
  }
  return rows;
}

function asksHost(guest, scenario) {
  guest.useHost(false);
  if (scenario.fresh) guest.renew();
  else guest.prepare(scenario.index);
  guest.run(scenario.index);
  return guest.hostCalls() * 2 >= scenario.operations;
}

const options = parseArguments(process.argv.slice(2));
const text = JSON.stringify(options.rest.flatMap((path) => rowsOf(path, options.patience)), null, 2);
if (options.json) writeFileSync(options.json, text + "\n");
else process.stdout.write(text + "\n");
