//! How many events a second the endpoint acknowledges: verified, stored, on disk. The program runs as in service; events are
//! signed beforehand and sent over kept-alive connections, one at a time on each.
//! Beside it the program's group-commit writer alone, in process: what lies between the two is the price of HTTP and signatures
//! (and of a client on the same machine). And a writer into one bare table, the least that this disk and database can do.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use getrandom::SysRng;
use rsa::RsaPrivateKey;
use rsa::pkcs8::{EncodePublicKey as _, LineEnding};
use rsa::pss::SigningKey;
use rsa::rand_core::UnwrapErr;
use rsa::sha2::Sha256;
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::program::Program;
use crate::table::{Table, ms, per_second, percentile, verdict};
use crate::{Fault, Outcome, writers};

/// Connections, and how many events they send together.
const LEVELS: [(usize, usize); 3] = [(1, 1_000), (24, 8_000), (120, 8_000)];
/// The longest salt that fits a key of 2048 bits (E45).
const SALT: usize = 222;
const AIM: f64 = 0.5;

pub fn run() -> Outcome {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let key = RsaPrivateKey::new(&mut UnwrapErr(SysRng), 2048)?;
    let pem = folder.path().join("ess.pem");
    fs::write(&pem, key.to_public_key().to_public_key_pem(LineEnding::LF)?)?;
    let total = LEVELS.iter().map(|(_, events)| events).sum();
    let (requests, bodies) = signed(&key, total);

    let mut table = Table::new(
        "Acknowledged events a second, verified and durable (SQLite)",
        &[
            "connections",
            "events/s",
            "p50 ms",
            "p99 ms",
            "writer alone/s",
            "share",
            "bare table/s",
        ],
    );
    let program = Program::start(
        &folder.path().join("served.db"),
        &[Path::new("--ess-public-keys"), &pem],
    )?;
    let mut at = 0;
    let mut share_at_24 = 0.0;
    for (connections, events) in LEVELS {
        let (requests, bodies) = (&requests[at..at + events], &bodies[at..at + events]);
        at += events;
        // Before and after, so that a disk that slows down meanwhile is not blamed on either.
        let before = runtime.block_on(writers::own(folder.path(), bodies, connections))?;
        let (time, mut each) = runtime.block_on(send(program.port, requests, connections))?;
        let after = runtime.block_on(writers::own(folder.path(), bodies, connections))?;
        let bare = runtime.block_on(writers::bare(folder.path(), bodies, connections))?;
        let (acknowledged, alone) = (per_second(events, time), per_second(2 * events, before + after));
        if connections == 24 {
            share_at_24 = acknowledged / alone;
        }
        table.row([
            connections.to_string(),
            format!("{acknowledged:.0}"),
            ms(percentile(&mut each, 0.5)),
            ms(percentile(&mut each, 0.99)),
            format!("{alone:.0}"),
            format!("{:.2}", acknowledged / alone),
            format!("{:.0}", per_second(events, bare)),
        ]);
    }
    table.note(verdict(
        &format!("share ≥ {AIM} of the writer alone at 24 connections"),
        share_at_24 >= AIM,
    ));
    table.note("client and program share the machine's cores");
    Ok(table)
}

/// Complete requests with their signatures, and the bodies in them. On every core, since signing takes longer than verifying.
fn signed(key: &RsaPrivateKey, count: usize) -> (Arc<[Vec<u8>]>, Arc<[Vec<u8>]>) {
    let bodies: Arc<[Vec<u8>]> = (0..count).map(body).collect();
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let requests = std::thread::scope(|scope| {
        let parts: Vec<_> = bodies
            .chunks(count.div_ceil(cores))
            .map(|part| scope.spawn(move || part.iter().map(|body| request(key, body)).collect::<Vec<_>>()))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_default())
            .collect()
    });
    (requests, bodies)
}

/// An event as Concur posts it, of its own trip.
fn body(number: usize) -> Vec<u8> {
    serde_json::json!({
        "id": uuid::Uuid::new_v4(),
        "correlationId": uuid::Uuid::new_v4(),
        "eventType": "ItineraryUpdated",
        "topic": "public.concur.travel.itinerary",
        "timeStamp": "2026-11-09T12:00:00Z",
        "facts": {
            "id": uuid::Uuid::from_u128(number as u128),
            "companyId": "8f14e45f-ceea-467f-a8d6-0d2f5d1b9c01",
            "userId": uuid::Uuid::from_u128(number as u128 / 3),
            "hrefs": { "v4": format!("https://us.api.concursolutions.com/travel/itinerary/v4/trips/{number:032x}") },
        },
    })
    .to_string()
    .into_bytes()
}

fn request(key: &RsaPrivateKey, body: &[u8]) -> Vec<u8> {
    let signer = SigningKey::<Sha256>::new_with_salt_len(key.clone(), SALT);
    let signature = STANDARD.encode(signer.sign_with_rng(&mut UnwrapErr(SysRng), body).to_bytes());
    let mut request = format!(
        "POST /ess/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConcur-Signature: {signature}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

/// Sends every request; how long all took, and each.
async fn send(port: u16, requests: &[Vec<u8>], connections: usize) -> Result<(Duration, Vec<Duration>), Fault> {
    let next = Arc::new(AtomicUsize::new(0));
    let requests: Arc<[Vec<u8>]> = requests.into();
    let mut streams = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let begin = Instant::now();
    let senders: Vec<_> = streams
        .into_iter()
        .map(|mut stream| {
            let (next, requests) = (next.clone(), requests.clone());
            tokio::spawn(async move {
                let mut times = Vec::new();
                let mut buffer = Vec::with_capacity(4096);
                while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let asked = Instant::now();
                    stream.write_all(request).await?;
                    answered(&mut stream, &mut buffer).await?;
                    times.push(asked.elapsed());
                }
                Ok::<_, Fault>(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for sender in senders {
        times.extend(sender.await??);
    }
    Ok((begin.elapsed(), times))
}

/// Reads one response and sees that it is a 200.
async fn answered(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(), Fault> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the program closed the connection".into());
        }
        let Some(head) = buffer.windows(4).position(|end| end == b"\r\n\r\n") else {
            continue;
        };
        let text = std::str::from_utf8(&buffer[..head])?;
        if !text.starts_with("HTTP/1.1 200") {
            return Err(format!("not acknowledged: {}", text.lines().next().unwrap_or_default()).into());
        }
        let length = text.lines().filter_map(|line| line.split_once(':'));
        let length = length
            .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .find_map(|(_, n)| n.trim().parse().ok());
        if buffer.len() >= head + 4 + length.unwrap_or(0_usize) {
            return Ok(());
        }
    }
}
