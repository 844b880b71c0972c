//! Keeps what deliveries were proven with: reads changed keys, stores which key and which certificates came, and when.
//! Started by the engine for the event endpoint of `serve`.
//! Always: nothing here is needed for an event to be taken; at the end everything seen is stored.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::certificate::Gate;
use super::key_ring::KeyRing;
use crate::store::{Proof, ProofKind, Store};

const EVERY: Duration = Duration::from_secs(10);

/// Runs until `stop`, and once more then.
pub(super) async fn run(
    store: Arc<dyn Store>,
    keys: Option<Arc<KeyRing>>,
    gate: Arc<Gate>,
    mut stop: watch::Receiver<bool>,
) {
    let mut stopped = false;
    while !stopped {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = super::engine::stopped(&mut stop) => stopped = true,
        }
        if let Some(keys) = &keys {
            keys.refresh();
        }
        if let Err(error) = note(store.as_ref(), keys.as_deref(), &gate).await {
            tracing::warn!(%error, "which keys and certificates came could not be stored");
        }
    }
}

/// Stores what came since the last time.
pub(super) async fn note(
    store: &dyn Store,
    keys: Option<&KeyRing>,
    gate: &Gate,
) -> Result<(), crate::store::StoreError> {
    let matched = keys.map(KeyRing::take_matched).unwrap_or_default();
    let keys = matched.into_iter().map(|(name, seen_at)| Proof {
        kind: ProofKind::Key,
        name,
        seen_at,
    });
    let certificates = gate.take_seen().into_iter().map(|(verdict, seen_at)| Proof {
        kind: ProofKind::Certificate,
        name: verdict.to_owned(),
        seen_at,
    });
    store.note_proofs(&keys.chain(certificates).collect::<Vec<_>>()).await
}
