//! What the OpenTelemetry Rust SDK, natively compiled, takes for the same operations: rows like those
//! of bench-native. Its clock is always the real one.
//!
//! Usage: bench [--quick]; rows go to stdout, progress to stderr.

use opentelemetry::metrics::MeterProvider;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Span as _, SpanKind, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider, Span, SpanData, SpanProcessor};
use opentelemetry_sdk::Resource;
use serde_json::{json, Value};
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const OPERATIONS: usize = 256;

/// Keeps what has ended, as a batch would.
#[derive(Debug, Clone, Default)]
struct Keep(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Keep {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

struct Bench {
    patience: Duration,
    rows: Vec<Value>,
}

impl Bench {
    /// Times `run`, which makes OPERATIONS operations, after `prepare`.
    fn measure<T>(&mut self, name: &str, mut prepare: impl FnMut() -> T, mut run: impl FnMut(T)) {
        eprintln!("bench: native {name}_opentelemetry_rust");
        let end = Instant::now() + self.patience;
        let mut samples = Vec::new();
        for round in 0..1000 {
            if round > 13 && Instant::now() > end {
                break;
            }
            let prepared = prepare();
            let start = Instant::now();
            run(prepared);
            let nanoseconds = start.elapsed().as_nanos() as f64 / OPERATIONS as f64;
            if round >= 3 {
                samples.push(nanoseconds);
            }
        }
        samples.sort_by(f64::total_cmp);
        let last = samples.len() - 1;
        let spread = (samples[last * 3 / 4] - samples[last / 4]) / 2.0;
        self.row(name, "ns", samples[samples.len() / 2], spread);
    }

    fn row(&mut self, name: &str, unit: &str, value: f64, spread: f64) {
        self.rows.push(json!({
            "scenario": format!("{name}_opentelemetry_rust"), "target": "native", "clock": "real",
            "optimisation": "-O3", "value": (value * 1000.0).round() / 1000.0, "unit": unit,
            "spread": (spread * 1000.0).round() / 1000.0, "floor": null, "ratio": null,
        }));
    }
}

fn provider(keep: &Keep, sampler: Sampler) -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_resource(resource())
        .with_sampler(sampler)
        .with_span_processor(keep.clone())
        .build()
}

fn resource() -> Resource {
    Resource::builder_empty().with_attributes([KeyValue::new("service.name", "bench")]).build()
}

fn child_with_5_attributes(tracer: &SdkTracer, parent: &Context) -> Span {
    tracer
        .span_builder("GET cart")
        .with_kind(SpanKind::Client)
        .with_attributes([
            KeyValue::new("http.request.method", "GET"),
            KeyValue::new("server.address", "carts.internal"),
            KeyValue::new("server.port", 8443),
            KeyValue::new("http.response.status_code", 200),
            KeyValue::new("retry", false),
        ])
        .start_with_context(tracer, parent)
}

fn spans(bench: &mut Bench) {
    let keep = Keep::default();
    let sampled = provider(&keep, Sampler::AlwaysOn);
    let tracer = sampled.tracer("bench");
    let off = provider(&keep, Sampler::AlwaysOff);
    let unsampled = off.tracer("bench");
    let below = Context::new().with_span(tracer.start_with_context("GET /cart", &Context::new()));
    let below_unsampled =
        Context::new().with_span(unsampled.start_with_context("GET /cart", &Context::new()));
    let forget = || keep.0.lock().unwrap().clear();
    let repeat = |operation: &dyn Fn()| (0..OPERATIONS).for_each(|_| operation());

    bench.measure("span_bare", forget, |()| {
        repeat(&|| tracer.start_with_context("render", &below).end())
    });
    bench.measure("span_root", forget, |()| {
        repeat(&|| tracer.start_with_context("GET /cart", &Context::new()).end())
    });
    bench.measure("span_5_attributes_1_event", forget, |()| {
        repeat(&|| {
            let mut span = child_with_5_attributes(&tracer, &below);
            span.add_event("cache.miss", vec![KeyValue::new("cart.items", 3)]);
            span.end();
        })
    });
    bench.measure("child_under_unsampled", forget, |()| {
        repeat(&|| unsampled.start_with_context("render", &below_unsampled).end())
    });
    let mut bytes = 0;
    let attributes = ResourceAttributesWithSchema::from(&resource());
    let record = || {
        forget();
        repeat(&|| child_with_5_attributes(&tracer, &below).end());
        std::mem::take(&mut *keep.0.lock().unwrap())
    };
    bench.measure("encode_span_530_bytes", record, |ended| {
        let resource_spans = group_spans_by_resource_and_scope(ended, &attributes);
        let document = serde_json::to_vec(&ExportTraceServiceRequest { resource_spans }).unwrap();
        bytes = black_box(document).len();
    });
    bench.row("encode_span_530_bytes", "body_bytes", (bytes / OPERATIONS) as f64, 0.0);
}

fn metrics(bench: &mut Bench) {
    let meters = SdkMeterProvider::builder()
        .with_resource(resource())
        .with_reader(ManualReader::builder().build())
        .build();
    let meter = meters.meter("bench");
    let counter = meter.u64_counter("cart.cache.lookups").with_unit("{lookup}").build();
    let histogram = meter.f64_histogram("cart.time").with_unit("s").build();
    let attributes = || [KeyValue::new("cache.hit", true), KeyValue::new("cache.name", "carts")];
    bench.measure("counter_2_attributes", || (), |()| {
        (0..OPERATIONS).for_each(|_| counter.add(1, &attributes()))
    });
    bench.measure("histogram_2_attributes", || (), |()| {
        (0..OPERATIONS).for_each(|_| histogram.record(40.0, &attributes()))
    });
}

fn propagation(bench: &mut Bench) {
    let propagator = TraceContextPropagator::new();
    let incoming: HashMap<String, String> = [
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        (
            "tracestate",
            "dd=s:1;t.dm:-4,nr=0-0-1349956-41346604,es=s:0.25,rojo=00f067aa0ba902b7,\
             congo=t61rcWkgMzE",
        ),
    ]
    .map(|(name, value)| (name.to_string(), value.to_string()))
    .into();
    bench.measure("extract_inject", || (), |()| {
        for _ in 0..OPERATIONS {
            let context = propagator.extract_with_context(&Context::new(), &incoming);
            let mut outgoing: HashMap<String, String> = HashMap::new();
            propagator.inject_context(&context, &mut outgoing);
            assert!(black_box(outgoing).contains_key("tracestate"));
        }
    });
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let patience = Duration::from_millis(if quick { 30 } else { 300 });
    let mut bench = Bench { patience, rows: Vec::new() };
    spans(&mut bench);
    metrics(&mut bench);
    propagation(&mut bench);
    println!("{}", serde_json::to_string_pretty(&bench.rows).unwrap());
}
