//! The program's face over HTTP, in process: the real router, engine and SQLite store, a scripted Concur over loopback.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
mod fake_concur;

#[path = "web/boards.rs"]
mod boards;
#[path = "web/care.rs"]
mod care;
#[path = "web/codes.rs"]
mod codes;
#[path = "web/company.rs"]
mod company;
#[path = "web/connect/mod.rs"]
mod connect;
#[path = "web/finding.rs"]
mod finding;
#[path = "web/forms.rs"]
mod forms;
#[path = "web/functions.rs"]
mod functions;
#[path = "web/headers.rs"]
mod headers;
#[path = "web/incident.rs"]
mod incident;
#[path = "web/limits.rs"]
mod limits;
#[path = "web/looks.rs"]
mod looks;
#[path = "web/openapi.rs"]
mod openapi;
#[path = "web/post.rs"]
mod post;
#[path = "web/quality.rs"]
mod quality;
#[path = "web/quality_watch.rs"]
mod quality_watch;
#[path = "web/rest.rs"]
mod rest;
#[path = "web/rig.rs"]
mod rig;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "ingest/signing.rs"]
mod signing;
#[path = "web/subscriptions.rs"]
mod subscriptions;
#[path = "web/walls.rs"]
mod walls;
