//! Subscriptions, keys and stuck trips over REST: who may, what a data centre lacks, what silence is said, what refuses.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use chrono::{TimeDelta, Utc};
use http::StatusCode;
use serde_json::{Value, json};
use whereabouts::store::{Proof, ProofKind};

use crate::fake_concur::{Reply, Seen};
use crate::rig::{A, B, Rig, TRIP_A, rig};

const STRANGER: &str = "cccc0000-0000-4000-8000-00000000000c";
const LIST: &str = "/api/v1/subscriptions";

/// The rig with an event service that has what is in the list.
async fn rig_with(subscriptions: Vec<Value>) -> (Rig, Arc<Mutex<Vec<Value>>>) {
    let rig = rig().await;
    let held = Arc::new(Mutex::new(subscriptions));
    let of = held.clone();
    rig.fake.script(move |seen| {
        let path = seen.path.strip_prefix("/events/v4")?;
        Some(answer(&mut of.lock().unwrap(), path, seen))
    });
    (rig, held)
}

fn answer(held: &mut Vec<Value>, path: &str, seen: &Seen) -> Reply {
    let id = path.strip_prefix("/subscriptions/").unwrap_or_default();
    match (seen.method.as_str(), path) {
        ("GET", "/topics") => Reply::json(&json!(["public.concur.travel.itinerary"])),
        ("GET", "/subscriptions") => Reply::json(&json!(held)),
        ("PUT", "/subscriptions/webhook") => {
            held.push(subscription("w.example.itinerary.127.0.0.1", &[]));
            Reply::json(&json!({"message": "saved"}))
        }
        ("GET", _) => match held.last() {
            Some(one) => Reply::json(&json!([one])),
            None => Reply::status(404),
        },
        ("DELETE", _) => {
            held.retain(|one| one["id"] != id);
            Reply::json(&json!({"message": "marked for deletion"}))
        }
        _ => Reply::status(400),
    }
}

fn subscription(id: &str, companies: &[&str]) -> Value {
    json!({
        "id": id, "topic": "public.concur.travel.itinerary", "filter": ".*", "companyIds": companies,
        "webHookConfig": {"endpoint": "http://w.example/ess/events"}
    })
}

async fn centre(rig: &Rig) -> Value {
    let answer = rig.get("operator", LIST).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()["data_centres"][0].clone()
}

#[tokio::test]
async fn only_an_operator_sees_and_changes_subscriptions_and_keys() {
    let (rig, held) = rig_with(Vec::new()).await;
    for token in ["admin-a", "manager-a", "viewer-a", "admin-b"] {
        rig.get(token, LIST).await.is_problem(403);
        rig.get(token, "/api/v1/ingest/keys").await.is_problem(403);
        for method in ["PUT", "DELETE"] {
            let ask = rig.ask(method, &format!("{LIST}/127.0.0.1")).token(token);
            ask.send().await.is_problem(403);
        }
    }
    assert!(held.lock().unwrap().is_empty());
}

#[tokio::test]
async fn e54_e56_e59_an_operator_subscribes_and_unsubscribes_in_a_data_centre() {
    let (rig, held) = rig_with(Vec::new()).await;
    let name = centre(&rig).await["name"].as_str().unwrap().to_owned();
    let at = format!("{LIST}/{name}");
    let saved = rig.ask("PUT", &at).token("operator").send().await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    assert_eq!(saved.json()["ours"], true);
    assert_eq!(centre(&rig).await["subscriptions"].as_array().unwrap().len(), 1);
    let delete = || rig.ask("DELETE", &at).token("operator").send();
    assert_eq!(delete().await.status, StatusCode::NO_CONTENT);
    assert!(held.lock().unwrap().is_empty());
    delete().await.is_problem(404);
    for method in ["PUT", "DELETE"] {
        let ask = rig.ask(method, &format!("{LIST}/atlantis")).token("operator");
        ask.send().await.is_problem(404);
    }
}

#[tokio::test]
async fn e19_e68_companies_that_the_subscription_lacks_and_has_too_many_are_named() {
    let (rig, _) = rig_with(vec![subscription("w", &[A, STRANGER])]).await;
    let centre = centre(&rig).await;
    assert_eq!(centre["missing"], json!([B]));
    assert_eq!(centre["strange"], json!([STRANGER]));
}

#[tokio::test]
async fn e66_the_silence_of_a_data_centre_is_told_by_the_clock_of_the_program() {
    let (rig, _) = rig_with(vec![subscription("w", &[".*"])]).await;
    assert_eq!(centre(&rig).await["silence"], Value::Null);
    for (ahead, told) in [
        (TimeDelta::minutes(61), "an_hour"),
        (TimeDelta::hours(25), "a_day"),
        (TimeDelta::days(26), "near_deletion"),
    ] {
        rig.ahead.store(ahead.num_milliseconds(), Ordering::SeqCst);
        assert_eq!(centre(&rig).await["silence"], told);
    }
}

#[tokio::test]
async fn an_event_service_that_fails_is_said_and_is_no_fault_of_ours() {
    let (rig, _) = rig_with(Vec::new()).await;
    rig.fake
        .script(|seen| seen.path.starts_with("/events/v4").then(|| Reply::status(503)));
    let centre = centre(&rig).await;
    assert!(
        centre["problem"].as_str().is_some_and(|text| !text.is_empty()),
        "{centre}"
    );
    assert_eq!(centre["missing"], json!([]), "what cannot be read lacks nothing");
    let at = format!("{LIST}/{}", centre["name"].as_str().unwrap());
    for method in ["PUT", "DELETE"] {
        rig.ask(method, &at).token("operator").send().await.is_problem(502);
    }
}

#[tokio::test]
async fn e47_e50_the_keys_are_listed_with_fingerprint_and_when_each_matched_last() {
    let rig = rig().await;
    let list = async || rig.get("operator", "/api/v1/ingest/keys").await.json();
    let key = list().await["keys"][0].clone();
    let fingerprint = key["fingerprint"].as_str().unwrap().to_owned();
    assert_eq!((fingerprint.len(), &key["accepted"]), (64, &json!(true)));
    let proof = |kind, name: &str| Proof {
        kind,
        name: name.to_owned(),
        seen_at: Utc::now() + TimeDelta::hours(1),
    };
    let proofs = [
        proof(ProofKind::Key, &fingerprint),
        proof(ProofKind::Certificate, "missing"),
    ];
    rig.store.note_proofs(&proofs).await.unwrap();
    let told = list().await;
    assert!(told["keys"][0]["last_matched_at"].is_string(), "{told}");
    assert_eq!(told["certificates"]["policy"], "observe");
    assert_eq!(told["certificates"]["name"], "webhook.api.concursolutions.com");
    let seen = told["certificates"]["seen"].as_array().unwrap();
    assert!(seen.iter().any(|one| one["verdict"] == "missing"), "{told}");
}

#[tokio::test]
async fn a_trip_that_was_given_up_is_listed_with_its_reason_and_goes_with_a_replay() {
    let rig = rig().await;
    let stuck = async |token| rig.get(token, "/api/v1/ingest/stuck").await;
    rig.fake.script(|seen| {
        let document = Reply {
            body: b"[".to_vec(),
            ..Reply::status(200)
        };
        seen.path.ends_with(TRIP_A).then_some(document)
    });
    rig.deliver(A, TRIP_A).await;
    let told = stuck("admin-a").await.json();
    let one = &told["trips"][0];
    assert_eq!(
        (&one["trip"], &one["state"]),
        (&json!(TRIP_A), &json!("dead")),
        "{told}"
    );
    assert!(one["reason"].is_string(), "{told}");
    assert_eq!(stuck("admin-b").await.json()["trips"], json!([]), "another company's");
    stuck("viewer-a").await.is_problem(403);

    rig.fake.script(|_| None);
    let event = one["event"].as_str().unwrap();
    let again = rig.ask("POST", &format!("/api/v1/events/{event}/replay"));
    assert_eq!(again.token("admin-a").send().await.status, StatusCode::ACCEPTED);
    rig.settled().await;
    assert_eq!(stuck("operator").await.json()["trips"], json!([]));
}
