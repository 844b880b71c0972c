//! The log of contacts: who saw whose, for whom it is there, what it says and what it does not (I9, P10).

use chrono::Utc;
use whereabouts::store::{ProfileSave, RevealedVia, Revealer, Scope};

use crate::rig::{A, Answer, B, MARK_B, Rig, TRIPS_A, rig};

const PHONE: &str = "+1 917 555 0100";

/// Emil is looked at twice by the manager of A, once for a call sheet; somebody of B by theirs.
async fn seen() -> Rig {
    let rig = rig().await;
    let now = Utc::now();
    let profile = ProfileSave {
        given_name: Some(TRIPS_A[0].1.into()),
        family_name: Some(TRIPS_A[0].2.into()),
        phone: Some(PHONE.into()),
        ..ProfileSave::default()
    };
    rig.store.save_profile(A, &rig.traveler_a, &profile, now).await.unwrap();
    let by = |name: &str, via, about: Option<&str>| Revealer {
        person: format!("id of {name}"),
        name: format!("{name}@example.com"),
        via,
        about: about.map(str::to_owned),
    };
    let sheet = by(
        "manager-a",
        RevealedVia::Sheet,
        Some("/sheet?area=city%3AIST&hours=24&at=2026-11-22T14:00:00Z"),
    );
    for (company, traveler, by) in [
        (A, &rig.traveler_a, sheet),
        (A, &rig.traveler_a, by("admin-a", RevealedVia::Panel, None)),
        (B, &rig.traveler_b, by("manager-b", RevealedVia::Panel, None)),
    ] {
        let scope = Scope::Company(company.to_owned());
        let ids = std::slice::from_ref(traveler);
        rig.store.reveal_contacts(&scope, ids, &by, now).await.unwrap();
    }
    rig
}

async fn get(rig: &Rig, cookie: &str, path: &str) -> Answer {
    rig.ask("GET", path).with("cookie", cookie).send().await
}

#[tokio::test]
async fn i9_an_administrator_reads_who_saw_whose_contacts_and_why() {
    let rig = seen().await;
    let admin = rig.sign_in("admin-a@example.com").await;
    let text = get(&rig, &admin, "/contacts").await.text();
    for words in [
        "manager-a@example.com",
        "admin-a@example.com",
        "Emil Dover",
        "call sheet: Istanbul",
        "one person’s panel",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(text.contains("href=\"/sheet?area=city%3AIST&amp;hours=24"), "{text}");
    assert!(!text.contains(PHONE), "that it was seen, not what was seen");
    // By person and by reader.
    let text = get(&rig, &admin, "/contacts?person=emil&reader=id+of+admin-a")
        .await
        .text();
    assert!(
        text.contains("one person’s panel") && !text.contains("call sheet:"),
        "{text}"
    );
    let none = get(&rig, &admin, "/contacts?person=zimmer").await.text();
    assert!(
        none.contains("Take a filter away") && !none.contains("<table"),
        "{none}"
    );
    // The company's pages lead there.
    assert!(
        get(&rig, &admin, "/company")
            .await
            .text()
            .contains("href=\"/contacts\"")
    );
}

#[tokio::test]
async fn the_file_has_the_same_entries_and_no_cell_is_calculated() {
    let rig = seen().await;
    let profile = ProfileSave {
        display: Some("=HYPERLINK(\"http://x\")".into()),
        ..ProfileSave::default()
    };
    rig.store
        .save_profile(A, &rig.traveler_a, &profile, Utc::now())
        .await
        .unwrap();
    let admin = rig.sign_in("admin-a@example.com").await;
    let answer = get(&rig, &admin, "/contacts.csv?reader=id+of+manager-a").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.header("cache-control"), "no-store");
    let text = answer.text();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        (lines[0], lines.len()),
        ("\"When, UTC\",Seen by,Whose,Why", 2),
        "{text}"
    );
    assert!(lines[1].contains("manager-a@example.com,\"'=HYPERLINK"), "{text}");
    assert!(
        lines[1].contains("call sheet: Istanbul") && !text.contains(PHONE),
        "{text}"
    );
}

#[tokio::test]
async fn the_log_of_contacts_is_for_administrators_and_crosses_no_wall() {
    let rig = seen().await;
    for (who, status) in [("viewer-a", 403), ("manager-a", 403), ("", 303)] {
        let cookie = match who {
            "" => String::new(),
            who => rig.sign_in(&format!("{who}@example.com")).await,
        };
        let answer = get(&rig, &cookie, "/contacts").await;
        assert_eq!(answer.status.as_u16(), status, "{who}");
        assert!(!answer.text().contains("admin-a@example.com"), "{who}");
        let file = get(&rig, &cookie, "/contacts.csv").await;
        assert_eq!(file.status.as_u16(), if who.is_empty() { 303 } else { 404 }, "{who}");
    }
    // A's administrator names B, B's reader, a cursor of no one.
    let admin = rig.sign_in("admin-a@example.com").await;
    for path in ["/contacts", "/contacts.csv"] {
        for asked in [
            format!("{path}?company={B}"),
            format!("{path}?reader=id+of+manager-b"),
            format!("{path}?person={MARK_B}"),
            format!("{path}?cursor=99999999"),
            format!("{path}?cursor=%27"),
        ] {
            let text = get(&rig, &admin, &asked).await.text();
            assert!(!text.contains("manager-b@example.com"), "{asked}: {text}");
            assert!(!text.contains(&rig.traveler_b), "{asked}");
        }
    }
    // Staff of the service choose a company first.
    let staff = rig.sign_in("operator@example.com").await;
    let choose = get(&rig, &staff, "/contacts").await.text();
    assert!(
        choose.contains("Choose a company") && !choose.contains("manager-b@example.com"),
        "{choose}"
    );
    let theirs = get(&rig, &staff, &format!("/contacts?company={B}")).await.text();
    assert!(theirs.contains("manager-b@example.com") && !theirs.contains("manager-a@example.com"));
    let file = get(&rig, &staff, &format!("/contacts.csv?company={B}")).await.text();
    assert!(file.contains("manager-b@example.com") && !file.contains("manager-a@example.com"));
    assert_eq!(get(&rig, &staff, "/contacts.csv").await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_refusal_in_a_line_is_in_the_readers_language() {
    let rig = seen().await;
    let manager = rig.sign_in("manager-a@example.com").await;
    for (language, words) in [
        ("de-CH", "Diese Seite gibt es hier nicht."),
        ("fr", "There is no such page here."),
    ] {
        let asked = rig.ask("GET", "/contacts.csv").with("cookie", &manager);
        let answer = asked.with("accept-language", language).send().await;
        assert_eq!(
            (answer.status.as_u16(), answer.text().trim()),
            (404, words),
            "{language}"
        );
    }
}
