//! Keys and certificates with which events came.
//! Called through the trait only.
//! Holds always: as the trait says.

use super::Sql;
use crate::store::time::{at, ms};
use crate::store::{Proof, ProofKind, Proofs, StoreError};
use async_trait::async_trait;

#[async_trait]
impl Proofs for Sql {
    async fn note_proofs(&self, proofs: &[Proof]) -> Result<(), StoreError> {
        if proofs.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for proof in proofs {
            sqlx::query(
                "INSERT INTO ess_proof (kind, name, seen_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (kind, name) DO UPDATE SET seen_at = excluded.seen_at \
                 WHERE excluded.seen_at > ess_proof.seen_at",
            )
            .bind(proof.kind.as_str())
            .bind(&proof.name)
            .bind(ms(proof.seen_at))
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn proofs(&self) -> Result<Vec<Proof>, StoreError> {
        let rows: Vec<(String, String, i64)> =
            sqlx::query_as("SELECT kind, name, seen_at FROM ess_proof ORDER BY kind, name")
                .fetch_all(&self.read)
                .await?;
        rows.into_iter()
            .map(|(kind, name, seen_at)| {
                Ok(Proof {
                    kind: if kind == ProofKind::Key.as_str() {
                        ProofKind::Key
                    } else {
                        ProofKind::Certificate
                    },
                    name,
                    seen_at: at(seen_at)?,
                })
            })
            .collect()
    }
}
