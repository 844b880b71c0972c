//! Opening, probing, and the settings on which durability rests.

use crate::bed::{A, Bed, event};
use whereabouts::store::{Engine, StoreError, open};

on_both_engines!(
    a_store_is_ready_and_safe,
    a_store_opens_again_with_what_it_had,
    nodes_may_start_together
);

async fn a_store_is_ready_and_safe(bed: &Bed) {
    bed.store.probe_write().await.unwrap();
    bed.store.probe_write().await.unwrap();
    let settings = bed.store.durability().await.unwrap();
    let value = |name: &str| {
        settings
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    match bed.store.engine() {
        Engine::Sqlite => {
            assert_eq!(value("journal_mode"), Some("wal"));
            assert_eq!(value("synchronous"), Some("2"));
            assert_eq!(value("secure_delete"), Some("1"));
        }
        Engine::Postgres => {
            assert_eq!(value("fsync"), Some("on"));
            assert_eq!(value("full_page_writes"), Some("on"));
            assert_eq!(value("synchronous_commit"), Some("on"));
        }
    }
}

async fn a_store_opens_again_with_what_it_had(bed: &Bed) {
    bed.happens(event("e1", A, "trip-1", 0)).await;
    let again = open(&bed.url).await.unwrap();
    let appended = again.append_events(&[event("e1", A, "trip-1", 0)]).await.unwrap();
    assert!(appended[0].duplicate);
}

async fn nodes_may_start_together(bed: &Bed) {
    let url = match bed.store.engine() {
        Engine::Sqlite => bed.url.replace("test.db", "together.db"),
        Engine::Postgres => crate::postgres::fresh_database(),
    };
    let starts = (0..4).map(|_| {
        tokio::spawn({
            let url = url.clone();
            async move { open(&url).await.map(drop) }
        })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn unsafe_or_unknown_databases_are_refused() {
    for url in [
        "sqlite::memory:",
        "sqlite://w.db?mode=memory",
        "mysql://localhost/x",
        "whereabouts.db",
        "",
    ] {
        let opened = open(url).await;
        assert!(
            matches!(opened, Err(StoreError::Unsafe(_))),
            "{url}: {:?}",
            opened.err()
        );
    }
    let left = std::fs::read_dir(".")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let stray: Vec<String> = left.filter(|name| name.starts_with("file:")).collect();
    assert!(stray.is_empty(), "a refused database leaves {stray:?}");
}

#[tokio::test]
async fn a_server_that_may_lose_commits_is_refused() {
    let url = crate::postgres::fresh_database();
    let refused = open(&format!("{url}&options=-c%20synchronous_commit%3Doff")).await;
    assert!(matches!(refused, Err(StoreError::Unsafe(_))), "{:?}", refused.err());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let refused = open("postgres://nobody@localhost/none?host=/nonexistent").await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{:?}",
        refused.err()
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let bed = Bed::sqlite().await;
    bed.happens(event("e1", A, "trip-1", 0)).await;
    let path = bed.url.trim_start_matches("sqlite://").to_owned();
    for file in [path.clone(), format!("{path}-wal")] {
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o077,
            0,
            "{file}"
        );
    }
}
