//! Ten thousand sockets, half of them subscribed to every revision, and one revision a second.
//!
//! They are opened by a library. What they are told is read off by hand, with one call to the system for
//! each message: a client that did more for it would be what is measured.

use std::collections::HashMap;
use std::io::{ErrorKind, Read as _, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::{SinkExt as _, StreamExt as _};
use mio::{Events, Interest, Poll, Token};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::bench::Bench;
use crate::client::Client;
use crate::figures::{Report, Series, number};
use crate::peers::{self, TOKEN};
use crate::server::Server;
use crate::writes;

/// Sockets of each sort.
const SOCKETS: usize = 5_000;
/// How many are being opened at a time.
const OPENING: usize = 64;
/// In how many batches subscribers come.
const BATCHES: usize = 5;
/// How many are open before memory is measured.
const WARM: usize = 100;
const REVISIONS: usize = 20;

type Socket = WebSocketStream<TcpStream>;
/// When which revision came.
type Came = Vec<(u64, Instant)>;

pub fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let server = peers::foedera(bench, &bench.data(), 64)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let found = runtime.block_on(follow(bench, &server))?;
    tell(&found, report);
    Ok(())
}

/// What was found, in milliseconds and MiB.
struct Found {
    delays: Series,
    before: f64,
    /// Bytes that each subscriber took, batch by batch.
    batches: Series,
    with_subscribers: f64,
    with_all: f64,
    most: f64,
}

async fn follow(bench: &Bench, server: &Server) -> Result<Found> {
    // The first of everything pays for what all share.
    let warm = open(server.port, WARM, true).await?;
    let before = server.memory();
    let mut subscribed = Vec::with_capacity(SOCKETS);
    let mut with_subscribers = before;
    let mut batches = Series::default();
    for _ in 0..BATCHES {
        subscribed.extend(open(server.port, SOCKETS / BATCHES, true).await?);
        let now = settled(server).await;
        batches
            .0
            .push(bytes_each(now - with_subscribers, SOCKETS / BATCHES));
        with_subscribers = now;
    }
    let silent = open(server.port, SOCKETS - WARM, false).await?;
    let with_all = settled(server).await;

    let all = subscribed.into_iter().chain(warm).chain(silent);
    let all = all.map(|socket| Ok(Ear::new(socket.into_inner().into_std()?)));
    let ears = all.collect::<Result<Vec<_>>>()?;
    let hearing = tokio::task::spawn_blocking(move || hear(ears));
    let (port, size) = (server.port, bench.size);
    let sent = tokio::task::spawn_blocking(move || write(port, size)).await??;
    let mut delays = Series::default();
    for came in hearing.await?? {
        delays.0.extend(late(&sent, &came)?);
    }
    Ok(Found {
        delays,
        before,
        batches,
        with_subscribers,
        with_all,
        most: server.peak(),
    })
}

/// How long each revision took to come, in milliseconds; fails where one is missing or out of order.
fn late(sent: &HashMap<u64, Instant>, came: &Came) -> Result<Vec<f64>> {
    ensure!(
        came.len() == sent.len() && came.is_sorted_by(|a, b| a.0 < b.0),
        "a subscriber was told of the revisions {came:?}"
    );
    let late = came.iter().map(|(number, at)| {
        let began = sent.get(number).context("a revision that nobody made")?;
        Ok(at.duration_since(*began).as_secs_f64() * 1e3)
    });
    late.collect()
}

fn tell(found: &Found, report: &mut Report) {
    let delays = &found.delays;
    // A process grows by 2 MiB at a time, may give back meanwhile what it had before, and has room for some
    // of a batch already: the batch in the middle is the one to believe.
    let memory = found.batches.median();
    let silent = bytes_each(found.with_all - found.with_subscribers, SOCKETS - WARM);
    let mib = [found.before, found.with_all, found.most].map(number);
    let rows = [
        (
            "delivery, median",
            format!("{} ms", number(delays.median())),
        ),
        ("delivery, p99", format!("{} ms", number(delays.at(0.99)))),
        ("delivery, longest", format!("{} ms", number(delays.most()))),
        (
            "a socket that is subscribed and idle, the median of batches of 1,000",
            format!("{} bytes; {}", number(memory), found.batches.range()),
        ),
        (
            "a socket that is not subscribed",
            format!("{} bytes", number(silent)),
        ),
        (
            "memory before, with all sockets, at most",
            format!("{} MiB", mib.join(", ")),
        ),
    ];
    let rows = rows.map(|(what, value)| vec![what.to_owned(), value]);
    let heading = format!(
        "{} sockets, {} of them subscribed to every revision, one revision a second",
        number(2.0 * SOCKETS as f64),
        number((SOCKETS + WARM) as f64)
    );
    report.table(&heading, &["figure", "value"], &rows);
    report.say(&format!(
        "Delivery is from when the mutation is sent until the subscriber has the revision: {} deliveries, none missing, each once and in order.",
        number(delays.0.len() as f64)
    ));
    report.aim(
        "delivery to 5,000 subscribers, p99",
        false,
        100.0,
        " ms",
        delays.at(0.99),
    );
    report.aim(
        "memory of an idle subscriber",
        false,
        8_192.0,
        " bytes",
        memory,
    );
}

fn bytes_each(mib: f64, sockets: usize) -> f64 {
    mib * 1_048_576.0 / sockets as f64
}

/// MiB that the server takes when nothing has moved for a while.
async fn settled(server: &Server) -> f64 {
    tokio::time::sleep(Duration::from_secs(1)).await;
    server.memory()
}

/// Opens sockets, each greeted, and subscribed where they are to be.
async fn open(port: u16, count: usize, subscribed: bool) -> Result<Vec<Socket>> {
    let room = Arc::new(Semaphore::new(OPENING));
    let opening = (0..count).map(|_| {
        let room = room.clone();
        tokio::spawn(async move {
            let _place = room.acquire().await?;
            open_one(port, subscribed).await
        })
    });
    let opening: Vec<_> = opening.collect();
    let mut sockets = Vec::with_capacity(count);
    for socket in opening {
        sockets.push(socket.await??);
    }
    Ok(sockets)
}

async fn open_one(port: u16, subscribed: bool) -> Result<Socket> {
    let mut request = format!("ws://127.0.0.1:{port}/graphql/ws").into_client_request()?;
    let protocol = "graphql-transport-ws".parse()?;
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    let small = WebSocketConfig::default().read_buffer_size(1 << 10);
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let (mut socket, _) = client_async_with_config(request, stream, Some(small)).await?;
    socket
        .send(text(&json!({ "type": "connection_init" })))
        .await?;
    let ack = socket.next().await.context("an answer")??;
    ensure!(
        ack.to_text()?.contains("connection_ack"),
        "{ack} is no greeting"
    );
    if subscribed {
        let query = "subscription { changes { number } }";
        let subscribe = json!({ "id": "1", "type": "subscribe", "payload": { "query": query } });
        socket.send(text(&subscribe)).await?;
    }
    Ok(socket)
}

fn text(message: &Value) -> Message {
    Message::text(message.to_string())
}

/// The end of a socket at which something is heard.
struct Ear {
    stream: mio::net::TcpStream,
    /// What came and is no whole frame yet.
    unread: Vec<u8>,
    said: Vec<(Vec<u8>, Instant)>,
}

impl Ear {
    fn new(stream: std::net::TcpStream) -> Self {
        Self {
            stream: mio::net::TcpStream::from_std(stream),
            unread: Vec::new(),
            said: Vec::with_capacity(REVISIONS),
        }
    }

    /// Reads what has come, and answers pings. How many messages there were.
    fn listen(&mut self) -> Result<usize> {
        let mut bytes = [0; 4_096];
        let heard_before = self.said.len();
        loop {
            let count = match self.stream.read(&mut bytes) {
                Ok(0) => bail!("a socket was closed"),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
                Err(error) => return Err(error.into()),
            };
            let at = Instant::now();
            self.unread.extend(&bytes[..count]);
            while let Some((kind, payload)) = frame(&self.unread)? {
                let end = payload.end;
                match kind {
                    TEXT => self.said.push((self.unread[payload].to_vec(), at)),
                    PING => self.stream.write_all(&PONG)?,
                    kind => bail!("a frame of the kind {kind:#x}"),
                }
                self.unread.drain(..end);
            }
            // Less than there was room for is all that there was.
            if count < bytes.len() {
                return Ok(self.said.len() - heard_before);
            }
        }
    }

    /// When which revision came. What was said is read only now.
    fn came(&self) -> Result<Came> {
        let came = self.said.iter().map(|(text, at)| {
            let told: Value = serde_json::from_slice(text)?;
            let number = told.pointer("/payload/data/changes/number");
            let number = number.and_then(Value::as_u64);
            let number = number.with_context(|| format!("{told} is no revision"))?;
            Ok((number, *at))
        });
        came.collect()
    }
}

/// Whole frames of a server (RFC 6455, 5.2).
const TEXT: u8 = 0x81;
const PING: u8 = 0x89;
/// An empty pong, under a mask of zeros.
const PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];

/// The first frame: its kind, and where its payload lies; none where it is not whole.
fn frame(bytes: &[u8]) -> Result<Option<(u8, std::ops::Range<usize>)>> {
    let (from, length) = match bytes {
        [_, 127, ..] => bail!("a frame of 64 KiB or more"),
        [_, 126, high, low, ..] => (4, usize::from(u16::from_be_bytes([*high, *low]))),
        [_, length @ ..=125, ..] => (2, usize::from(*length)),
        _ => return Ok(None),
    };
    let payload = from..from + length;
    Ok((payload.end <= bytes.len()).then(|| (bytes[0], payload)))
}

/// Hears what the first of them are told, until as many revisions came to each as are made. All stay open
/// until then.
fn hear(mut ears: Vec<Ear>) -> Result<Vec<Came>> {
    let mut poll = Poll::new()?;
    for (place, ear) in ears.iter_mut().enumerate() {
        let registry = poll.registry();
        registry.register(&mut ear.stream, Token(place), Interest::READABLE)?;
    }
    let mut events = Events::with_capacity(1_024);
    let patience = Duration::from_secs(REVISIONS as u64 + 60);
    let began = Instant::now();
    let mut missing = SOCKETS * REVISIONS;
    while missing > 0 {
        ensure!(
            began.elapsed() < patience,
            "{missing} deliveries are missing"
        );
        poll.poll(&mut events, Some(Duration::from_secs(1)))?;
        for event in &events {
            let Token(place) = event.token();
            let heard = ears[place].listen()?;
            if place < SOCKETS {
                missing = missing.saturating_sub(heard);
            }
        }
    }
    ears[..SOCKETS].iter().map(Ear::came).collect()
}

/// Writes a note a second, and tells when each was sent by the number of its revision.
fn write(port: u16, size: crate::world::Size) -> Result<HashMap<u64, Instant>> {
    let mut client = Client::connect(port, Some(TOKEN))?;
    let mut sent = HashMap::new();
    for input in writes::notes(size).take(REVISIONS) {
        std::thread::sleep(Duration::from_secs(1));
        let began = Instant::now();
        let data = client.ask(writes::WRITE, &input)?;
        let number = data.pointer("/createNote/revision/number");
        let number = number.and_then(Value::as_u64);
        sent.insert(
            number.with_context(|| format!("{data} is no revision"))?,
            began,
        );
    }
    Ok(sent)
}
