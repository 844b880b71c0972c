//! From a signed event to what is known of a traveler: the endpoint in process, a scripted Concur over loopback HTTP.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
mod fake_concur;

#[path = "common/postgres.rs"]
mod postgres;

#[path = "ingest/answers.rs"]
mod answers;
#[path = "ingest/backlogs.rs"]
mod backlogs;
#[path = "ingest/certificates.rs"]
mod certificates;
#[path = "ingest/endings.rs"]
mod endings;
#[path = "ingest/journey.rs"]
mod journey;
#[path = "ingest/life.rs"]
mod life;
#[path = "ingest/nodes.rs"]
mod nodes;
#[path = "ingest/party.rs"]
mod party;
#[path = "ingest/people.rs"]
mod people;
#[path = "ingest/privacy.rs"]
mod privacy;
#[path = "ingest/rig.rs"]
mod rig;
#[path = "ingest/signatures.rs"]
mod signatures;
#[path = "ingest/signing.rs"]
mod signing;
#[path = "ingest/trouble.rs"]
mod trouble;
