//! The forms and pages of a company's backlog and privacy, the REST interface of backlogs, and that an erasure reaches every
//! answer (B1, B3, P5, P11, P12, P16).

use whereabouts::store::PersonalTrips;

use crate::rig::{A, Answer, B, Rig, TRIP_A, TRIPS_A, rig};
use crate::signing::sign;

/// A form with a file, as a browser without JavaScript sends it.
async fn upload(rig: &Rig, cookie: &str, company: &str, file: &str) -> Answer {
    let body = format!(
        "--b0\r\nContent-Disposition: form-data; name=\"company\"\r\n\r\n{company}\r\n--b0\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"trips.json\"\r\nContent-Type: application/json\r\n\r\n\
         {file}\r\n--b0--\r\n"
    );
    rig.ask("POST", "/backlog/import")
        .with("cookie", cookie)
        .with("origin", "http://w.example")
        .with("content-type", "multipart/form-data; boundary=b0")
        .body(body)
        .send()
        .await
}

async fn post(rig: &Rig, cookie: &str, path: &str, form: &[(&str, &str)]) -> Answer {
    rig.ask("POST", path)
        .with("cookie", cookie)
        .with("origin", "http://w.example")
        .form(form)
        .send()
        .await
}

async fn page(rig: &Rig, cookie: &str, path: &str) -> Answer {
    rig.ask("GET", path).with("cookie", cookie).send().await
}

#[tokio::test]
async fn b1_b3_an_administrator_uploads_the_document_and_sees_its_counts_on_the_page_and_over_rest() {
    let rig = rig().await;
    let cookie = rig.sign_in("admin-a@example.com").await;
    let gone = "51aa0000-0000-4000-8000-0000000000ee";
    let document = format!(r#"{{"Items":[{{"TripId":"{TRIP_A}"}},{{"TripId":"{gone}"}},{{"x":1}}]}}"#);
    let answer = upload(&rig, &cookie, A, &document).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    assert_eq!(answer.header("location"), format!("/backlog?company={A}&said=imported"));
    rig.settled().await;
    let runs = rig
        .get("admin-a", &format!("/api/v1/companies/{A}/backlog"))
        .await
        .json();
    let run = &runs["runs"][0];
    assert_eq!(
        (&run["source"], &run["listed"]),
        (&"document".into(), &3.into()),
        "{run}"
    );
    let sum: i64 = ["done", "skipped", "gone", "failed", "waiting"]
        .iter()
        .map(|k| run[k].as_i64().unwrap())
        .sum();
    assert_eq!((sum, run["gone"].as_i64()), (3, Some(1)), "{run}");
    let text = page(&rig, &cookie, &format!("/backlog?company={A}&said=imported"))
        .await
        .text();
    for words in ["The document is read.", "gone at SAP Concur", "<progress", "3 entries"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let answer = upload(&rig, &cookie, A, "no JSON").await;
    assert!(
        answer.header("location").ends_with("said=no_backlog"),
        "{}",
        answer.header("location")
    );
    // Machines send the document itself.
    let ask = rig
        .ask("POST", &format!("/api/v1/companies/{A}/backlog"))
        .token("admin-a");
    let answer = ask.body(document).send().await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["listed"].as_i64()),
        (202, Some(3))
    );
    let ask = rig
        .ask("POST", &format!("/api/v1/companies/{A}/backlog"))
        .token("admin-a");
    ask.body("nothing").send().await.is_problem(400);
}

#[tokio::test]
async fn nobody_else_reads_or_fills_a_backlog_or_chooses_what_is_kept() {
    let rig = rig().await;
    let choice = [
        ("company", A),
        ("keep_days", "9"),
        ("keep_left_days", "9"),
        ("personal", "hide"),
    ];
    for (who, status) in [("", 303), ("viewer-a", 404), ("manager-a", 404), ("admin-b", 404)] {
        let cookie = match who {
            "" => String::new(),
            who => rig.sign_in(&format!("{who}@example.com")).await,
        };
        for answer in [
            upload(&rig, &cookie, A, "[]").await,
            post(&rig, &cookie, "/backlog/list", &[("company", A)]).await,
            post(&rig, &cookie, "/privacy", &choice).await,
        ] {
            assert_eq!(answer.status.as_u16(), status, "{who}");
            assert!(
                status != 303 || answer.header("location").starts_with("/sign-in"),
                "{who}"
            );
        }
        for path in ["/backlog", "/privacy"] {
            let answer = page(&rig, &cookie, &format!("{path}?company={A}")).await;
            let text = answer.text();
            let shown = text.contains("<progress") || text.contains("name=\"keep_days\"");
            // The bar names a person's own company on every page.
            let of_a = text.contains(&format!("value=\"{A}\"")) || text.contains("Meridian") && !who.ends_with("-a");
            assert!(!of_a && (!shown || who == "admin-b"), "{who} {path}");
        }
        if !who.is_empty() {
            let answer = rig.get(who, &format!("/api/v1/companies/{A}/backlog")).await;
            answer.is_problem(if who == "admin-b" { 404 } else { 403 });
        }
    }
    assert_eq!(rig.store.privacy(A).await.unwrap().revision, 0);
    assert!(
        rig.store
            .backlogs(&whereabouts::store::Scope::service(), 9)
            .await
            .unwrap()
            .is_empty()
    );
    // A form of another site is not taken.
    let cookie = rig.sign_in("admin-a@example.com").await;
    let ask = rig
        .ask("POST", "/privacy")
        .with("cookie", &cookie)
        .with("sec-fetch-site", "cross-site");
    assert_eq!(ask.form(&choice).send().await.status.as_u16(), 403);
}

#[tokio::test]
async fn p11_p12_p16_an_administrator_chooses_what_is_kept_and_the_page_says_it() {
    let rig = rig().await;
    let cookie = rig.sign_in("admin-a@example.com").await;
    let text = page(&rig, &cookie, "/privacy").await.text();
    assert!(
        text.contains("Trips are kept for 180 days") && text.contains("The defaults"),
        "{text}"
    );
    let form = [
        ("company", A),
        ("keep_days", "60"),
        ("keep_left_days", "5"),
        ("personal", "hide"),
        ("countries", "Germany, us"),
    ];
    let answer = post(&rig, &cookie, "/privacy", &form).await;
    assert_eq!(answer.header("location"), format!("/privacy?company={A}&said=saved"));
    let policy = rig.store.privacy(A).await.unwrap().policy;
    assert_eq!(
        (policy.keep_days, policy.keep_left_days, policy.personal),
        (60, 5, PersonalTrips::Hide)
    );
    assert_eq!(
        (policy.countries, policy.unknown_country),
        (vec!["DE".to_owned(), "US".to_owned()], false)
    );
    let text = page(&rig, &cookie, "/privacy?said=saved").await.text();
    assert!(
        text.contains("Trips are kept for 60 days") && text.contains("Chosen by admin-a@example.com"),
        "{text}"
    );
    assert_eq!(rig.store.privacy(B).await.unwrap().revision, 0);
    let bad = [
        ("company", A),
        ("keep_days", "0"),
        ("keep_left_days", "5"),
        ("personal", "hide"),
    ];
    let answer = post(&rig, &cookie, "/privacy", &bad).await;
    assert!(answer.header("location").ends_with("said=keep_days"));
    let text = page(&rig, &cookie, answer.header("location")).await.text();
    assert!(
        text.contains("Error: privacy") && text.contains("Nothing was changed"),
        "{text}"
    );
    // Staff chooses a company first.
    let staff = rig.sign_in("operator@example.com").await;
    let text = page(&rig, &staff, "/privacy").await.text();
    assert!(
        text.contains("Choose a company") && text.contains(&format!("/privacy?company={A}")),
        "{text}"
    );
}

#[tokio::test]
async fn p5_an_erased_person_is_in_no_answer_any_more() {
    let rig = rig().await;
    let (trip, first, last) = TRIPS_A[0];
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let paths = [
        "/api/v1/whereabouts".to_owned(),
        format!("/api/v1/travelers/{}/timeline", rig.traveler_a),
        format!("/api/v1/trips/{trip}"),
        "/api/v1/events".to_owned(),
    ];
    let pages = [
        "/?show=all".to_owned(),
        format!("/?show=all&person={}", rig.traveler_a),
        "/map/people.geojson?show=all".to_owned(),
    ];
    let name = format!("{first} {last}");
    let login = format!("{first}.{last}@example.com");
    let told = async || {
        let mut told = Vec::new();
        for path in &paths {
            told.push((path.clone(), rig.get("admin-a", path).await.text()));
        }
        for path in &pages {
            told.push((path.clone(), page(&rig, &cookie, path).await.text()));
        }
        told
    };
    assert!(
        told()
            .await
            .iter()
            .filter(|(_, text)| text.contains(&name) || text.contains(&login))
            .count()
            >= 3
    );
    rig.fake.serve(trip, None);
    let forget = serde_json::json!({
        "id": "0b0f0000-0000-4000-8000-0000000000ff", "eventType": "ItineraryAnonymized",
        "topic": "public.concur.travel.itinerary", "timeStamp": chrono::Utc::now().to_rfc3339(),
        "facts": {"id": trip, "companyId": A}
    });
    let body = forget.to_string().into_bytes();
    let ask = rig.ask("POST", "/ess/events").with("concur-signature", &sign(&body));
    assert_eq!(ask.body(body).send().await.status.as_u16(), 200);
    rig.settled().await;
    for (path, text) in told().await {
        assert!(!text.contains(&name) && !text.contains(&login), "{path}: {text}");
    }
}
