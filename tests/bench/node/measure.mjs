// Rounds, medians and rows, as runner/figures.cpp has them.

import process from "node:process";

const kFewestRounds = 11;
const kWarmRounds = 3;
const kMostRounds = 1000;
const kMostFreshRounds = 100; // each keeps its address space until the next collection

/** The median of the samples, and half the distance of their quartiles. */
export function summarise(samples) {
  const sorted = Float64Array.from(samples).sort();
  const last = sorted.length - 1;
  return {
    median: sorted[sorted.length >> 1],
    spread: (sorted[Math.floor((last * 3) / 4)] - sorted[Math.floor(last / 4)]) / 2,
  };
}

const wall = () => performance.now() * 1e6;
const processor = () => { const { user, system } = process.cpuUsage(); return (user + system) * 1e3; };

/** Nanoseconds of one call of `f`; of the processor, where it takes milliseconds and is interrupted. */
function nanoseconds(f, operations = 1) {
  const now = operations < 1000 ? wall : processor;
  const start = now();
  f();
  return now() - start;
}

/** Rounds of `step`, which returns its samples as an array, until patience is over. */
export function rounds(patience, most, step) {
  const end = performance.now() + patience;
  const samples = [];
  for (let round = -kWarmRounds; round < most; ++round) {
    if (round >= kFewestRounds && performance.now() > end) break;
    const sample = step();
    if (round >= 0) samples.push(sample);
  }
  return samples;
}

/** One scenario of a module, with one host. */
export function measure(guest, scenario, real, patience) {
  const { index, operations } = scenario;
  guest.useHost(real);
  const samples = rounds(patience, scenario.fresh ? kMostFreshRounds : kMostRounds, () => {
    if (scenario.fresh) {
      guest.renew();
      guest.useHost(real);
    } else {
      guest.prepare(index);
    }
    const run = nanoseconds(() => guest.run(index), operations) / operations;
    return [run, scenario.floor ? nanoseconds(() => guest.runFloor(index), operations) / operations : 0];
  });
  if (!guest.holds(index)) {
    throw new Error(`${scenario.name}: the run did not do what the scenario says`);
  }
  return {
    run: summarise(samples.map((sample) => sample[0])),
    floor: scenario.floor ? summarise(samples.map((sample) => sample[1])) : null,
  };
}

/** `count` times `operation` in each round, after `prepare`; for programs that are no module. */
export function measureFunction(patience, count, prepare, operation) {
  const samples = rounds(patience, kMostRounds, () => {
    prepare();
    return nanoseconds(() => operation(count)) / count;
  });
  return { run: summarise(samples), floor: null };
}

const rounded = (value) => Math.round(value * 1000) / 1000;

export function row({ scenario, target, optimisation }, clock, { run, floor }, unit = "ns") {
  const hasFloor = floor !== null && floor.median > 0;
  return {
    scenario, target, clock, optimisation,
    value: rounded(run.median), unit, spread: rounded(run.spread),
    floor: hasFloor ? rounded(floor.median) : null,
    ratio: hasFloor ? rounded(run.median / floor.median) : null,
  };
}

export function parseArguments(words) {
  const options = { patience: 300, json: null, rest: [] };
  for (let next = 0; next < words.length; ++next) {
    if (words[next] === "--quick") options.patience = 30;
    else if (words[next] === "--json") options.json = words[++next];
    else if (words[next].startsWith("--")) {
      process.stderr.write("Usage: node run.mjs [--quick] [--json FILE] [MODULE.wasm]...\n");
      process.exit(words[next] === "--help" ? 0 : 2);
    } else options.rest.push(words[next]);
  }
  return options;
}
