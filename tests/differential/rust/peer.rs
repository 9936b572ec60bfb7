//! The OpenTelemetry Rust SDK as a peer of the differential run: for each row on stdin it extracts,
//! starts a server span and a client span below it, injects, and writes the headers.
//!
//! One JSON line for each row, both ways. A character of a value is one byte of the header.

// Its Zipkin crate is deprecated as an exporter, and still the only one with a B3 propagator.
#![allow(deprecated)]

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{TextMapCompositePropagator, TextMapPropagator};
use opentelemetry::trace::{SpanKind, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::Context;
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, Span, SpanData, SpanProcessor};
use opentelemetry_zipkin::{B3Encoding, Propagator as B3Propagator};
use serde_json::{json, Value};
use std::io::{self, BufRead, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Remembers the parent of the last server span that was recorded.
#[derive(Debug, Clone, Default)]
struct ServerParent(Arc<Mutex<Option<String>>>);

impl SpanProcessor for ServerParent {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_kind == SpanKind::Server {
            *self.0.lock().unwrap() = Some(span.parent_span_id.to_string());
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn propagator_of(list: &str) -> TextMapCompositePropagator {
    let mut chosen: Vec<Box<dyn TextMapPropagator + Send + Sync>> = Vec::new();
    for name in list.split(',') {
        match name {
            "tracecontext" => chosen.push(Box::new(TraceContextPropagator::new())),
            "baggage" => chosen.push(Box::new(BaggagePropagator::new())),
            "b3" => chosen.push(Box::new(B3Propagator::with_encoding(B3Encoding::SingleHeader))),
            "b3multi" => {
                chosen.push(Box::new(B3Propagator::with_encoding(B3Encoding::MultipleHeader)))
            }
            _ => {}
        }
    }
    TextMapCompositePropagator::new(chosen)
}

fn bytes_of(text: &str) -> Vec<u8> {
    text.chars().map(|character| character as u8).collect()
}

fn request_headers(lines: &Value) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for line in lines.as_array().ok_or("no header lines")? {
        let name = HeaderName::from_bytes(&bytes_of(line[0].as_str().unwrap_or("")));
        let value = HeaderValue::from_bytes(&bytes_of(line[1].as_str().unwrap_or("")));
        headers.append(
            name.map_err(|error| error.to_string())?,
            value.map_err(|error| error.to_string())?,
        );
    }
    Ok(headers)
}

fn answer(row: &Value, tracer: &SdkTracer, parent: &ServerParent) -> Value {
    let incoming = match request_headers(&row["in"]) {
        Ok(headers) => headers,
        Err(reason) => return json!({"id": row["id"], "refused": reason}),
    };
    let propagator = propagator_of(row["propagators"].as_str().unwrap_or(""));
    let caller = propagator.extract_with_context(&Context::new(), &HeaderExtractor(&incoming));
    *parent.0.lock().unwrap() = None;

    let mut outgoing = HeaderMap::new();
    {
        let server = tracer.span_builder("server").with_kind(SpanKind::Server);
        let in_server = caller.with_span(tracer.build_with_context(server, &caller));
        let client = tracer.span_builder("client").with_kind(SpanKind::Client);
        let in_client = in_server.with_span(tracer.build_with_context(client, &in_server));
        propagator.inject_context(&in_client, &mut HeaderInjector(&mut outgoing));
        in_client.span().end();
        in_server.span().end();
    }

    let written: Vec<Value> = outgoing
        .iter()
        .map(|(name, value)| {
            let text: String = value.as_bytes().iter().map(|&byte| byte as char).collect();
            json!([name.as_str(), text])
        })
        .collect();
    let mut result = json!({"id": row["id"], "out": written});
    if let Some(id) = parent.0.lock().unwrap().take() {
        let none = id.bytes().all(|digit| digit == b'0');
        result["parent_span_id"] = if none { Value::Null } else { Value::String(id) };
    }
    result
}

fn main() {
    let parent = ServerParent::default();
    let provider = SdkTracerProvider::builder().with_span_processor(parent.clone()).build();
    let tracer = provider.tracer("peer");
    let mut stdout = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let row: Value = serde_json::from_str(&line.expect("a line")).expect("a row");
        writeln!(stdout, "{}", answer(&row, &tracer, &parent)).expect("stdout");
    }
}
