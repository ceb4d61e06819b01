//! Traces by OpenTelemetry: what happens to a request, as a part of what happens around it.
//!
//! Spans go to a collector by OTLP, as protobuf over HTTP. Where it is and what it is sent is set by the
//! variables that all programs with OpenTelemetry know:
//! <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>. Names and
//! attributes are those of the semantic conventions for HTTP and for GraphQL.

use std::future::Future;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use opentelemetry::context::FutureExt as _;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{Span as _, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue, Value, global};
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;

use super::{Finished, Operation};

/// By what name the program is known where none is set, and its spans.
const SERVICE: &str = "foedera";
/// How long one sending may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Spans on their way to a collector.
pub struct Traces(SdkTracerProvider);

/// Why no traces can be given.
#[derive(Debug, thiserror::Error)]
#[error("traces cannot be sent: {0}; look at the variables OTEL_EXPORTER_OTLP_…")]
pub struct TracesError(String);

impl Traces {
    /// Begins to send spans by this client, where the environment names a collector. To be called once.
    ///
    /// # Errors
    /// When the environment says something that cannot be.
    pub fn begin(client: ureq::Agent) -> Result<Option<Self>, TracesError> {
        if !super::is_collector_named() {
            return Ok(None);
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client(client))
            .build()
            .map_err(|error| TracesError(error.to_string()))?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource())
            .build();
        global::set_tracer_provider(provider.clone());
        Ok(Some(Self(provider)))
    }

    /// Sends what is on its way still.
    pub fn end(self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// What the spans are of.
fn resource() -> Resource {
    let named = Resource::builder().build();
    let service = named.get(&"service.name".into());
    let unknown = service.is_none_or(|name| name.as_str().starts_with("unknown_service"));
    let mut resource = Resource::builder();
    if unknown {
        resource = resource.with_service_name(SERVICE);
    }
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    resource.with_attribute(version).build()
}

/// The client by which spans are sent. It is called in a thread that has nothing else to do.
#[derive(Debug)]
struct Client(ureq::Agent);

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let mut response = self.0.run(request.map(Vec::from))?;
        let body = response.body_mut().read_to_vec()?;
        let mut told = Response::new(Bytes::from(body));
        *told.status_mut() = response.status();
        *told.headers_mut() = std::mem::take(response.headers_mut());
        Ok(told)
    }
}

/// What is known of an HTTP request before it is answered.
pub struct Asked<'a> {
    /// The method, if it is a known one.
    pub method: Option<&'static str>,
    /// Which of our routes it takes.
    pub route: Option<&'a str>,
    /// The path of its address.
    pub path: &'a str,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The version of HTTP.
    pub version: &'static str,
    /// Its headers: `traceparent` says what it is a part of.
    pub headers: &'a axum::http::HeaderMap,
}

/// A place in a trace: what begins here is a part of what is going on here.
#[derive(Clone)]
pub struct Place(Context);

impl Place {
    /// Where we are.
    pub fn here() -> Self {
        Self(Context::current())
    }

    /// A request that begins, as a part of what its headers say.
    pub fn of_request(asked: &Asked<'_>) -> Self {
        let parent = TraceContextPropagator::new().extract(&HeaderExtractor(asked.headers));
        let tracer = global::tracer(SERVICE);
        let method = asked.method.unwrap_or("HTTP");
        let name = match asked.route {
            Some(route) => format!("{method} {route}"),
            None => method.to_owned(),
        };
        let route = asked.route.map(|route| text("http.route", route));
        let attributes = [
            KeyValue::new("http.request.method", asked.method.unwrap_or("_OTHER")),
            text("url.path", asked.path),
            KeyValue::new("url.scheme", asked.scheme),
            KeyValue::new("network.protocol.version", asked.version),
        ];
        let span = tracer
            .span_builder(name)
            .with_kind(SpanKind::Server)
            .with_attributes(attributes.into_iter().chain(route))
            .start_with_context(&tracer, &parent);
        Self(parent.with_span(span))
    }

    /// Ends the request: how it was answered, and by which id logs know it.
    pub fn end_request(&self, status: u16, id: Option<&str>) {
        let span = self.0.span();
        span.set_attribute(KeyValue::new(
            "http.response.status_code",
            i64::from(status),
        ));
        if let Some(id) = id {
            span.set_attribute(text("http.response.header.x-request-id", id));
        }
        if status >= 500 {
            span.set_attribute(text("error.type", &status.to_string()));
            span.set_status(Status::error(""));
        }
        span.end();
    }

    /// Does something here.
    pub fn around<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        future.with_context(self.0)
    }
}

/// Tells of an operation that is done, as a part of what is going on here.
pub(super) fn operation(done: &Finished<'_>) {
    let kind = match done.kind {
        Operation::Query => Some("query"),
        Operation::Mutation => Some("mutation"),
        Operation::Subscription => Some("subscription"),
        Operation::Invalid => None,
    };
    let tracer = global::tracer(SERVICE);
    let attributes = [
        kind.map(|kind| KeyValue::new("graphql.operation.type", kind)),
        done.name.map(|name| text("graphql.operation.name", name)),
        done.cost
            .and_then(|cost| i64::try_from(cost).ok())
            .map(|cost| KeyValue::new("foedera.operation.cost", cost)),
    ];
    let end = now();
    let mut span = tracer
        .span_builder(kind.unwrap_or("GraphQL Operation"))
        .with_start_time(end.checked_sub(done.took).unwrap_or(end))
        .with_attributes(attributes.into_iter().flatten())
        .start(&tracer);
    if done.failed {
        span.set_status(Status::error("the answer has errors"));
    }
    span.end_with_timestamp(end);
}

#[expect(
    clippy::disallowed_methods,
    reason = "spans are put beside those of other programs, whatever our clock shows in tests"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

fn text(key: &'static str, value: &str) -> KeyValue {
    KeyValue::new(key, Value::from(value.to_owned()))
}
