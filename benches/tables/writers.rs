//! What an acknowledgement is compared with: the same bodies written in process, without HTTP and without signatures.
//! `own` is the program's writer and rows; `bare` is one table in SQLite. Both commit in groups, durably, and then answer.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use whereabouts::ingest::event::Event;
use whereabouts::ingest::inbox::Inbox;
use whereabouts::store::{self, NewEvent};

use crate::{Fault, corpus};

/// Rows of one transaction, as in `ingest::inbox`.
const ROWS: usize = 512;

/// The program's writer: the event log, the bodies, the trips to fetch.
pub async fn own(folder: &Path, bodies: &[Vec<u8>], senders: usize) -> Result<Duration, Fault> {
    let file = tempfile::Builder::new().suffix(".db").tempfile_in(folder)?;
    let store = store::open(&format!("sqlite://{}", file.path().display())).await?;
    let (stop, stopped) = watch::channel(false);
    let (inbox, writer) = Inbox::start(store, Arc::new(Notify::new()), stopped);
    let time = drive(bodies, senders, move |body| {
        let inbox = inbox.clone();
        async move { Ok(inbox.append(event(&body)).await.map(drop)?) }
    })
    .await?;
    stop.send_replace(true);
    writer.await?;
    Ok(time)
}

fn event(body: &[u8]) -> NewEvent {
    let event = Event::read(body);
    NewEvent {
        event_id: event.id,
        kind: event.kind,
        type_text: event.type_text,
        trip: event.trip,
        company: event.company,
        user: event.user,
        href: event.href,
        correlation: None,
        event_time: event.at,
        received_at: corpus::now(),
        body: event.body,
        quarantined: event.quarantined.map(str::to_owned),
        due_at: corpus::now(),
        due_latest: corpus::now(),
    }
}

/// The least that can be called durable in this database.
pub async fn bare(folder: &Path, bodies: &[Vec<u8>], senders: usize) -> Result<Duration, Fault> {
    let file = tempfile::NamedTempFile::new_in(folder)?;
    let options = SqliteConnectOptions::new()
        .filename(file.path())
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("create table inbox (id integer primary key, body blob not null)")
        .execute(&mut connection)
        .await?;
    let (sender, mut receiver) = mpsc::channel::<(Vec<u8>, oneshot::Sender<()>)>(8192);
    let writer = tokio::spawn(async move {
        let mut batch = Vec::new();
        while receiver.recv_many(&mut batch, ROWS).await > 0 {
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
            for (body, _) in &batch {
                sqlx::query("insert into inbox (body) values (?)")
                    .bind(body)
                    .execute(&mut *transaction)
                    .await?;
            }
            transaction.commit().await?;
            for (_, done) in batch.drain(..) {
                // Its sender waits for it, unless it failed and has said so.
                let _ = done.send(());
            }
        }
        Ok::<_, Fault>(connection.close().await?)
    });
    let time = drive(bodies, senders, move |body| {
        let sender = sender.clone();
        async move {
            let (done, written) = oneshot::channel();
            sender.send((body, done)).await?;
            Ok(written.await?)
        }
    })
    .await?;
    writer.await??;
    Ok(time)
}

/// So many senders at once, each sending one body after the other; how long all took.
async fn drive<F, Sent>(bodies: &[Vec<u8>], senders: usize, send: F) -> Result<Duration, Fault>
where
    F: Fn(Vec<u8>) -> Sent + Clone + Send + 'static,
    Sent: Future<Output = Result<(), Fault>> + Send,
{
    let bodies: Arc<[Vec<u8>]> = bodies.into();
    let next = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now();
    let tasks: Vec<_> = (0..senders)
        .map(|_| {
            let (bodies, next, send) = (bodies.clone(), next.clone(), send.clone());
            tokio::spawn(async move {
                while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                    send(body.clone()).await?;
                }
                Ok::<_, Fault>(())
            })
        })
        .collect();
    drop(send);
    for task in tasks {
        task.await??;
    }
    Ok(begin.elapsed())
}
