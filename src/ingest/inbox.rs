//! The way of an event into the database: a bounded queue, one writer, an answer after the commit.
//! Called by `receive`; the engine starts and closes it.
//! Always: one batch is one transaction, without linger; whoever is told "stored" is told after the commit.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::engine::stopped;
use crate::store::{Appended, NewEvent, Store, StoreError};

/// Events that may wait for the writer; the next one is told to come back later.
pub const CAPACITY: usize = 8_192;
/// Rows of one transaction.
const ROWS: usize = 512;
/// Bytes of bodies of one transaction.
const BYTES: usize = 1024 * 1024;

/// Why an event was not stored. The sender is to try again (E27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotStored {
    /// The queue is full.
    #[error("full")]
    Full,
    /// The program is stopping.
    #[error("closed")]
    Closed,
    /// The database refused or is gone.
    #[error("database")]
    Database,
}

type Waiting = (NewEvent, oneshot::Sender<Result<Appended, NotStored>>);

/// Where events are handed in. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    sender: mpsc::Sender<Waiting>,
}

impl Inbox {
    /// Starts the writer. It ends, everything accepted stored, after `stop` turns true. `wake` is told of every commit.
    pub fn start(store: Arc<dyn Store>, wake: Arc<Notify>, stop: watch::Receiver<bool>) -> (Self, JoinHandle<()>) {
        Self::with_capacity(CAPACITY, store, wake, stop)
    }

    fn with_capacity(
        capacity: usize,
        store: Arc<dyn Store>,
        wake: Arc<Notify>,
        stop: watch::Receiver<bool>,
    ) -> (Self, JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(capacity);
        let writer = tokio::spawn(Writer { receiver, store, wake }.run(stop));
        (Self { sender }, writer)
    }

    /// Whether the writer still takes events.
    pub fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Stores an event and returns once it is durable.
    pub async fn append(&self, event: NewEvent) -> Result<Appended, NotStored> {
        let (reply, answer) = oneshot::channel();
        self.sender.try_send((event, reply)).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => NotStored::Full,
            mpsc::error::TrySendError::Closed(_) => NotStored::Closed,
        })?;
        answer.await.unwrap_or(Err(NotStored::Closed))
    }
}

struct Writer {
    receiver: mpsc::Receiver<Waiting>,
    store: Arc<dyn Store>,
    wake: Arc<Notify>,
}

impl Writer {
    async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            let first = tokio::select! {
                biased;
                // A closed receiver accepts no more, and gives what it has before it ends.
                () = stopped(&mut stop), if !self.receiver.is_closed() => {
                    self.receiver.close();
                    continue;
                }
                first = self.receiver.recv() => first,
            };
            let Some(first) = first else { return };
            let (events, replies) = self.batch(first);
            self.write(events, replies).await;
        }
    }

    /// What is waiting by now, up to the limits of a transaction.
    fn batch(&mut self, first: Waiting) -> (Vec<NewEvent>, Vec<oneshot::Sender<Result<Appended, NotStored>>>) {
        let mut bytes = first.0.body.len();
        let (mut events, mut replies) = (vec![first.0], vec![first.1]);
        while events.len() < ROWS && bytes < BYTES {
            let Ok((event, reply)) = self.receiver.try_recv() else {
                break;
            };
            bytes += event.body.len();
            events.push(event);
            replies.push(reply);
        }
        (events, replies)
    }

    async fn write(&self, events: Vec<NewEvent>, replies: Vec<oneshot::Sender<Result<Appended, NotStored>>>) {
        let started = Instant::now();
        let outcome = self.store.append_events(&events).await;
        metrics::histogram!("commit_seconds").record(started.elapsed().as_secs_f64());
        metrics::histogram!("commit_batch_size").record(events.len() as f64);
        match outcome {
            Ok(appended) => {
                for (reply, appended) in replies.into_iter().zip(appended) {
                    // Whoever gave up waiting will deliver again and be told that it is a duplicate.
                    let _ = reply.send(Ok(appended));
                }
                self.wake.notify_one();
            }
            Err(error) if error.is_temporary() => {
                tracing::error!(%error, events = events.len(), "events were not stored; they will be delivered again");
                refuse(replies);
            }
            Err(error) => self.write_singly(error, events, replies).await,
        }
    }

    /// One bad row must not fail the others, and they must not be told that it did.
    async fn write_singly(
        &self,
        error: StoreError,
        events: Vec<NewEvent>,
        replies: Vec<oneshot::Sender<Result<Appended, NotStored>>>,
    ) {
        tracing::error!(%error, events = events.len(), "a batch of events was refused");
        if events.len() == 1 {
            return refuse(replies);
        }
        for (event, reply) in events.iter().zip(replies) {
            let outcome = match self.store.append_events(std::slice::from_ref(event)).await.as_deref() {
                Ok([appended]) => Ok(*appended),
                _ => Err(NotStored::Database),
            };
            let _ = reply.send(outcome);
        }
        self.wake.notify_one();
    }
}

fn refuse(replies: Vec<oneshot::Sender<Result<Appended, NotStored>>>) {
    for reply in replies {
        let _ = reply.send(Err(NotStored::Database));
    }
}
