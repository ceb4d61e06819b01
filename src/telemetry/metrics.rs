//! Counters and gauges in the text format of Prometheus.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::names::Names;

/// What sort of operation a request held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Operation {
    /// A query.
    Query,
    /// A mutation.
    Mutation,
    /// A subscription that began, or could not.
    Subscription,
    /// Something that is neither.
    Invalid,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    operation: Operation,
    failed: Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Failed {
    Yes,
    No,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabel {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TransportLabel {
    transport: &'static str,
}

/// A socket or stream that is open. It is counted until this is dropped.
pub struct OpenStream {
    metrics: Metrics,
    label: TransportLabel,
}

impl OpenStream {
    /// Counts that the client did not read, and was ended for it.
    pub fn was_slow(&self) {
        self.metrics.0.slow.get_or_create(&self.label).inc();
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.metrics.0.streams.get_or_create(&self.label).dec();
    }
}

/// What is counted as it happens.
#[derive(Clone)]
pub struct Metrics(Arc<Counted>);

struct Counted {
    names: Names,
    operations: Family<Labels, Counter>,
    /// The same, by what they were and whether the answer had errors: nobody looks for them each time.
    by_operation: [[Counter; 2]; 4],
    seconds: Histogram,
    spared: Counter,
    streams: Family<TransportLabel, Gauge>,
    slow: Family<TransportLabel, Counter>,
    /// When the certificate ends, in seconds since 1970; 0 where there is none.
    certificate_ends: AtomicI64,
}

/// What is read off when somebody asks.
pub struct Counts {
    /// The newest revision.
    pub revision: i64,
    /// Whether writes are taken.
    pub writable: bool,
    /// How many records of each kind there are.
    pub records: Vec<(&'static str, i64)>,
    /// How many reads of a record's text the cache answered.
    pub cache_hits: u64,
    /// How many went to the store.
    pub cache_misses: u64,
    /// The size of the log on disk.
    pub log_bytes: i64,
}

impl Default for Metrics {
    fn default() -> Self {
        // From 100 µs to 3.3 s.
        let seconds = Histogram::new(exponential_buckets(0.000_1, 2.0, 16));
        let operations = Family::<Labels, Counter>::default();
        let kinds = [
            Operation::Query,
            Operation::Mutation,
            Operation::Subscription,
            Operation::Invalid,
        ];
        let by_operation = kinds.map(|operation| {
            [Failed::No, Failed::Yes]
                .map(|failed| operations.get_or_create_owned(&Labels { operation, failed }))
        });
        Self(Arc::new(Counted {
            names: Names::default(),
            operations,
            by_operation,
            seconds,
            spared: Counter::default(),
            streams: Family::default(),
            slow: Family::default(),
            certificate_ends: AtomicI64::new(0),
        }))
    }
}

impl Metrics {
    /// Counts an operation.
    pub fn observe(&self, operation: Operation, failed: bool, took: Duration) {
        self.0.by_operation[operation as usize][usize::from(failed)].inc();
        self.0.seconds.observe(took.as_secs_f64());
    }

    /// Counts an operation by its name.
    pub fn observe_named(&self, name: Option<&str>, took: Duration) {
        self.0.names.observe(name, took);
    }

    /// Counts a query that was answered with an answer given before.
    pub fn spared(&self) {
        self.0.spared.inc();
    }

    /// Counts a socket or stream as long as it is open.
    pub fn stream(&self, transport: &'static str) -> OpenStream {
        let label = TransportLabel { transport };
        self.0.streams.get_or_create(&label).inc();
        OpenStream {
            metrics: self.clone(),
            label,
        }
    }

    /// Notes when the certificate of the server ends, in seconds since 1970.
    pub fn certificate_ends(&self, seconds: i64) {
        self.0.certificate_ends.store(seconds, Ordering::Relaxed);
    }

    /// Everything as text.
    pub fn encode(&self, counts: &Counts) -> String {
        let mut registry = Registry::with_prefix("foedera");
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version of the program", version);
        registry.register(
            "operations",
            "GraphQL operations answered, by what they were and whether the answer had errors",
            self.0.operations.clone(),
        );
        registry.register(
            "operation_duration_seconds",
            "How long GraphQL operations took",
            self.0.seconds.clone(),
        );
        self.0.names.register(&mut registry);
        registry.register(
            "answer_cache_hits",
            "Queries answered with an answer given before",
            self.0.spared.clone(),
        );
        registry.register(
            "streams",
            "Sockets and event streams that are open, by transport",
            self.0.streams.clone(),
        );
        registry.register(
            "slow_streams",
            "Sockets and event streams that were ended because their client did not read",
            self.0.slow.clone(),
        );
        registry.register(
            "revision",
            "The newest revision",
            ConstGauge::new(counts.revision),
        );
        let writable = ConstGauge::new(i64::from(counts.writable));
        registry.register(
            "writable",
            "1 while writes are taken, 0 after one has failed",
            writable,
        );
        let records = Family::<KindLabel, Gauge>::default();
        for (kind, count) in &counts.records {
            records.get_or_create(&KindLabel { kind }).set(*count);
        }
        registry.register("records", "Records by kind, retired ones included", records);
        registry.register(
            "document_cache_hits",
            "Reads of a record's text that the cache answered",
            ConstCounter::new(counts.cache_hits),
        );
        registry.register(
            "document_cache_misses",
            "Reads of a record's text that went to the store",
            ConstCounter::new(counts.cache_misses),
        );
        registry.register(
            "log_bytes",
            "The size of the log on disk",
            ConstGauge::new(counts.log_bytes),
        );
        let ends = self.0.certificate_ends.load(Ordering::Relaxed);
        if ends != 0 {
            registry.register(
                "certificate_end_timestamp_seconds",
                "When the certificate of HTTPS ends, in seconds since 1970",
                ConstGauge::new(ends),
            );
        }
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = encode(&mut text, &registry);
        text
    }
}
