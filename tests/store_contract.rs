//! The store's contract: every method of the trait, tested once and run on SQLite and on PostgreSQL.
//! Run by `cargo test`; PostgreSQL is a private cluster that the tests start.
//! Holds always: a test sees the trait only; what must be gone is looked for in the raw tables.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

#[path = "common/postgres.rs"]
mod postgres;

/// Runs each of these functions on both engines, each on a store of its own.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&$crate::bed::Bed::sqlite().await).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&$crate::bed::Bed::postgres().await).await;
            })+
        }
    };
}

#[path = "store_contract/backlogs.rs"]
mod backlogs;
#[path = "store_contract/bed.rs"]
mod bed;
#[path = "store_contract/calibrations.rs"]
mod calibrations;
#[path = "store_contract/changes.rs"]
mod changes;
#[path = "store_contract/companies.rs"]
mod companies;
#[path = "store_contract/contacts.rs"]
mod contacts;
#[path = "store_contract/erasure.rs"]
mod erasure;
#[path = "store_contract/feed_health.rs"]
mod feed_health;
#[path = "store_contract/finding.rs"]
mod finding;
#[path = "store_contract/health.rs"]
mod health;
#[path = "store_contract/inbox.rs"]
mod inbox;
#[path = "store_contract/members.rs"]
mod members;
#[path = "store_contract/one_time.rs"]
mod one_time;
#[path = "store_contract/parties.rs"]
mod parties;
#[path = "store_contract/people.rs"]
mod people;
#[path = "store_contract/presence.rs"]
mod presence;
#[path = "store_contract/privacy.rs"]
mod privacy;
#[path = "store_contract/profiles.rs"]
mod profiles;
#[path = "store_contract/proofs.rs"]
mod proofs;
#[path = "store_contract/properties.rs"]
mod properties;
#[path = "store_contract/quality.rs"]
mod quality;
#[path = "store_contract/queue.rs"]
mod queue;
#[path = "store_contract/reach.rs"]
mod reach;
#[path = "store_contract/schema.rs"]
mod schema;
#[path = "store_contract/stuck.rs"]
mod stuck;
#[path = "store_contract/trips.rs"]
mod trips;
#[path = "store_contract/walls.rs"]
mod walls;
#[path = "store_contract/watches.rs"]
mod watches;
