//! Keys and certificates that came with events.

use whereabouts::store::{Proof, ProofKind};

use crate::bed::{Bed, t};

on_both_engines!(e50_when_a_key_matched_last_only_moves_forward);

async fn e50_when_a_key_matched_last_only_moves_forward(bed: &Bed) {
    let store = &bed.store;
    let seen = |kind, name: &str, minutes: i64| Proof {
        kind,
        name: name.to_owned(),
        seen_at: t(minutes * 60),
    };
    assert_eq!(store.proofs().await.unwrap(), []);
    store.note_proofs(&[]).await.unwrap();
    let first = [
        seen(ProofKind::Key, "ab", 5),
        seen(ProofKind::Certificate, "missing", 1),
        seen(ProofKind::Key, "cd", 0),
    ];
    store.note_proofs(&first).await.unwrap();
    // Another node is late with what it saw.
    store
        .note_proofs(&[seen(ProofKind::Key, "ab", 2), seen(ProofKind::Key, "cd", 3)])
        .await
        .unwrap();
    assert_eq!(
        store.proofs().await.unwrap(),
        [
            seen(ProofKind::Certificate, "missing", 1),
            seen(ProofKind::Key, "ab", 5),
            seen(ProofKind::Key, "cd", 3),
        ]
    );
}
