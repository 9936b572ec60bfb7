// What the OpenTelemetry JavaScript SDK, on which the kits for edge runtimes build, takes for the same
// operations: rows like those of ../../node/run.mjs. Its clock is always the real one.
//
// Usage: node bench.mjs [--quick] [--json FILE]
// Packages are found beside this file, or in the folder that AFTERGLOW_BENCH_JS names.

import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import process from "node:process";

import { measureFunction, parseArguments, row } from "../../node/measure.mjs";

const require = createRequire(
  process.env.AFTERGLOW_BENCH_JS ? `${process.env.AFTERGLOW_BENCH_JS}/` : import.meta.url);
const api = require("@opentelemetry/api");
const { W3CTraceContextPropagator } = require("@opentelemetry/core");
const { JsonTraceSerializer } = require("@opentelemetry/otlp-transformer");
const { resourceFromAttributes } = require("@opentelemetry/resources");
const { MeterProvider, MetricReader } = require("@opentelemetry/sdk-metrics");
const { AlwaysOffSampler, BasicTracerProvider } = require("@opentelemetry/sdk-trace-base");

const kOperations = 256;
const resource = resourceFromAttributes({ "service.name": "bench" });

let ended = [];
const keep = {
  onStart() {},
  onEnd(span) { ended.push(span); },
  forceFlush: async () => {},
  shutdown: async () => {},
};

class Reader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

const provider = new BasicTracerProvider({ resource, spanProcessors: [keep] });
const tracer = provider.getTracer("bench");
const unsampled = new BasicTracerProvider({ resource, sampler: new AlwaysOffSampler(),
  spanProcessors: [keep] }).getTracer("bench");
const meter = new MeterProvider({ resource, readers: [new Reader()] }).getMeter("bench");
const counter = meter.createCounter("cart.cache.lookups", { unit: "{lookup}" });
const histogram = meter.createHistogram("cart.time", { unit: "s" });
const propagator = new W3CTraceContextPropagator();

const contextOf = (span) => api.trace.setSpan(api.ROOT_CONTEXT, span);
const root = tracer.startSpan("GET /cart", { kind: api.SpanKind.SERVER }, api.ROOT_CONTEXT);
const below = contextOf(root);
const belowUnsampled = contextOf(unsampled.startSpan("GET /cart", {}, api.ROOT_CONTEXT));

const incoming = {
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  tracestate: "dd=s:1;t.dm:-4,nr=0-0-1349956-41346604,es=s:0.25,rojo=00f067aa0ba902b7,"
    + "congo=t61rcWkgMzE",
};

function startChildWith5Attributes() {
  return tracer.startSpan("GET cart", { kind: api.SpanKind.CLIENT, attributes: {
    "http.request.method": "GET", "server.address": "carts.internal", "server.port": 8443,
    "http.response.status_code": 200, "retry": false } }, below);
}

function recordForEncoding() {
  ended = [];
  for (let i = 0; i < kOperations; ++i) startChildWith5Attributes().end();
}

const forget = () => { ended = []; };
const repeat = (operation) => (count) => { for (let i = 0; i < count; ++i) operation(); };
let document;

const scenarios = {
  span_bare: [forget, repeat(() => tracer.startSpan("render", {}, below).end())],
  span_root: [forget, repeat(() => tracer.startSpan("GET /cart", { kind: api.SpanKind.SERVER },
    api.ROOT_CONTEXT).end())],
  span_5_attributes_1_event: [forget, repeat(() => {
    const span = startChildWith5Attributes();
    span.addEvent("cache.miss", { "cart.items": 3 });
    span.end();
  })],
  child_under_unsampled: [forget, repeat(() => unsampled.startSpan("render", {}, belowUnsampled)
    .end())],
  encode_span_530_bytes: [recordForEncoding, () => {
    document = JsonTraceSerializer.serializeRequest(ended);
  }],
  counter_2_attributes: [forget, repeat(() => counter.add(1, { "cache.hit": true,
    "cache.name": "carts" }))],
  histogram_2_attributes: [forget, repeat(() => histogram.record(40, { "cache.hit": true,
    "cache.name": "carts" }))],
  extract_inject: [forget, repeat(() => {
    const context = propagator.extract(api.ROOT_CONTEXT, incoming, api.defaultTextMapGetter);
    const outgoing = {};
    propagator.inject(context, outgoing, api.defaultTextMapSetter);
    if (outgoing.tracestate === undefined) throw new Error("nothing was injected");
  })],
};

const options = parseArguments(process.argv.slice(2));
const rows = [];
const kWarmUp = 300;
for (const [name, [prepare, operation]] of Object.entries(scenarios)) {
  const scenario = `${name}_otel_js`;
  process.stderr.write(`bench: v8 ${scenario}\n`);
  const known = { scenario, target: "v8", optimisation: null };
  // Nothing is measured before the optimising compiler has had its time.
  measureFunction(kWarmUp, kOperations, prepare, operation);
  rows.push(row(known, "real", measureFunction(options.patience, kOperations, prepare, operation)));
}
rows.push({ scenario: "encode_span_530_bytes_otel_js", target: "v8", clock: "real",
  optimisation: null, value: Math.round(document.length / kOperations), unit: "body_bytes",
  spread: 0, floor: null, ratio: null });
const text = JSON.stringify(rows, null, 2) + "\n";
if (options.json) writeFileSync(options.json, text);
else process.stdout.write(text);
