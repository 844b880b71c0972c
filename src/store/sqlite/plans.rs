//! How SQLite goes about the statements that must stay fast however much is stored.
//! Run by `cargo test`: what would read a whole table fails here before anyone waits for it.
//! Holds always: presence rows are found by their primary key, due trips by their due time, events by their trip.

use super::open::open;
use super::shared::presence::OF_EPISODES;
use super::statements::{CLAIM, CLAIM_OF};
use crate::store::span::Window;
use sqlx::AssertSqlSafe;

/// The steps of a statement's plan.
async fn plan_of(sql: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&format!("sqlite://{}", folder.path().join("test.db").display()))
        .await
        .unwrap();
    let explained = format!("EXPLAIN QUERY PLAN {sql}");
    let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(AssertSqlSafe(explained))
        .fetch_all(&store.write)
        .await
        .unwrap();
    steps.into_iter().map(|(.., step)| step).collect()
}

fn is_there(plan: &[String], step: &str) -> bool {
    plan.iter().any(|line| line.starts_with(step))
}

#[tokio::test]
async fn everyone_at_an_instant_is_a_scan_of_neighbours() {
    let search = "SEARCH p USING PRIMARY KEY (company=? AND closed=? AND span=? AND start_at";
    for now in [true, false] {
        let plan = plan_of(
            &Window {
                select: "p.summary",
                join: "",
                and: "",
                now,
            }
            .sql(),
        )
        .await;
        assert!(is_there(&plan, search) && !is_there(&plan, "SCAN p"), "{plan:#?}");
        assert_eq!(
            plan.iter().filter(|line| line.starts_with("SEARCH p")).count(),
            crate::store::draft::REACH.len(),
            "{plan:#?}"
        );
    }
}

#[tokio::test]
async fn presence_rows_change_by_their_key() {
    for statement in ["DELETE FROM presence WHERE", "UPDATE presence SET closed = TRUE WHERE"] {
        let plan = plan_of(&format!("{statement} {OF_EPISODES}1, 2))")).await;
        let search = "SEARCH presence USING PRIMARY KEY (company=? AND closed=? AND span=? AND start_at=? AND end_at=? AND episode=?)";
        assert!(is_there(&plan, search) && !is_there(&plan, "SCAN"), "{plan:#?}");
    }
}

#[tokio::test]
async fn due_trips_are_found_by_their_time() {
    let plan = plan_of(&format!("{CLAIM} trip_sync.trip")).await;
    assert!(
        is_there(&plan, "SEARCH d USING INDEX trip_sync_due") && !is_there(&plan, "SCAN"),
        "{plan:#?}"
    );
    let one = plan_of(&format!("{CLAIM_OF} trip_sync.trip")).await;
    assert!(
        is_there(&one, "SEARCH d USING INDEX trip_sync_due_of (company=? AND due_at") && !is_there(&one, "SCAN"),
        "{one:#?}"
    );
}
