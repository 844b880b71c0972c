//! Trips of one traveler that come at once are computed one after the other; each would undo the work of the others (R100).
//! Called by `lifecycle` around computing and storing.
//! Always: it only saves work. What keeps presence right, also between processes, is the traveler's revision.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

/// Who is being computed, by traveler.
#[derive(Default)]
pub(super) struct Lines(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Lines {
    /// Waits until nobody else of this process computes the traveler; first come, first served.
    pub async fn turn(&self, traveler: &str) -> OwnedMutexGuard<()> {
        let line = {
            let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Whoever works or waits holds the line; all others are done.
            lines.retain(|_, line| Arc::strong_count(line) > 1);
            lines.entry(traveler.to_owned()).or_default().clone()
        };
        line.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn r100_one_traveler_is_computed_once_at_a_time_and_holds_up_nobody_else() {
        let lines = Arc::new(Lines::default());
        let first = lines.turn("a").await;
        let second = tokio::spawn({
            let lines = lines.clone();
            async move { drop(lines.turn("a").await) }
        });
        drop(lines.turn("b").await);
        tokio::task::yield_now().await;
        assert!(!second.is_finished(), "it waits for its turn");
        drop(first);
        second.await.unwrap();
        drop(lines.turn("c").await);
        assert_eq!(lines.0.lock().unwrap().len(), 1, "those who are done are forgotten");
    }
}
