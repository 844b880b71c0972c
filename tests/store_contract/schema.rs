//! Both folders of migrations make the same database.

use crate::bed::Bed;

/// What a column holds, whatever the engine calls it.
fn family(kind: &str) -> &'static str {
    match kind {
        "INTEGER" | "bigint" | "boolean" => "number",
        "TEXT" | "text" => "text",
        "BLOB" | "bytea" => "bytes",
        _ => "unexpected",
    }
}

#[tokio::test]
async fn both_engines_have_the_same_tables_and_columns() {
    let columns = |all: Vec<(String, String)>| {
        all.into_iter()
            .map(|(name, kind)| (name, family(&kind)))
            .collect::<Vec<_>>()
    };
    let sqlite = columns(Bed::sqlite().await.columns().await);
    let postgres = columns(Bed::postgres().await.columns().await);
    assert!(sqlite.len() > 80, "{}", sqlite.len());
    assert_eq!(sqlite, postgres);
    assert!(sqlite.iter().all(|(_, family)| *family != "unexpected"));
}

#[test]
fn both_folders_have_the_same_files() {
    let names = |engine: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(engine);
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}
