// The OpenTelemetry JavaScript SDK as a peer of the differential run: for each row on stdin it
// extracts, starts a server span and a client span below it, injects, and writes the headers.
//
// Started with NODE_PATH naming the installed packages. One JSON line for each row, both ways.

const readline = require('node:readline');
const { ROOT_CONTEXT, SpanKind, defaultTextMapGetter, defaultTextMapSetter, trace } =
  require('@opentelemetry/api');
const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } =
  require('@opentelemetry/core');
const { B3InjectEncoding, B3Propagator } = require('@opentelemetry/propagator-b3');
const { AlwaysOnSampler, BasicTracerProvider, ParentBasedSampler } =
  require('@opentelemetry/sdk-trace-base');

const makers = {
  tracecontext: () => new W3CTraceContextPropagator(),
  baggage: () => new W3CBaggagePropagator(),
  b3: () => new B3Propagator({ injectEncoding: B3InjectEncoding.SINGLE_HEADER }),
  b3multi: () => new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
};

function propagatorOf(list) {
  const names = list.split(',').filter((name) => name !== 'none' && name !== '');
  return new CompositePropagator({ propagators: names.map((name) => makers[name]()) });
}

// What Node's HTTP server hands over as `request.headers`: names in lower case, lines of one name
// joined.
function requestHeaders(lines) {
  const headers = {};
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
  }
  return headers;
}

const provider = new BasicTracerProvider({
  sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
});
const tracer = provider.getTracer('peer');

function answer(row) {
  const propagator = propagatorOf(row.propagators);
  const caller = propagator.extract(ROOT_CONTEXT, requestHeaders(row.in), defaultTextMapGetter);
  const server = tracer.startSpan('server', { kind: SpanKind.SERVER }, caller);
  const inServer = trace.setSpan(caller, server);
  const client = tracer.startSpan('client', { kind: SpanKind.CLIENT }, inServer);
  const headers = {};
  propagator.inject(trace.setSpan(inServer, client), headers, defaultTextMapSetter);
  const result = { id: row.id, out: Object.entries(headers).map(([n, v]) => [n, String(v)]) };
  if (server.isRecording()) {
    result.parent_span_id = server.parentSpanContext?.spanId ?? null;
  }
  client.end();
  server.end();
  return result;
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
});
