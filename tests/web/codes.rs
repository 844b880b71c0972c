//! Verification codes: staff issue and withdraw them on the page and over REST; nobody else does, and none is shown twice.

use serde_json::json;
use whereabouts::store::Purpose;

use crate::rig::{A, Answer, Rig, rig};

async fn send(rig: &Rig, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    rig.ask("POST", path)
        .with("origin", "http://w.example")
        .with("cookie", cookie)
        .form(fields)
        .send()
        .await
}

async fn page(rig: &Rig, cookie: &str) -> String {
    let answer = rig.ask("GET", "/company").with("cookie", cookie).send().await;
    assert_eq!(answer.status.as_u16(), 200);
    answer.text()
}

/// What looks like a code in a page.
fn code_in(text: &str) -> Option<String> {
    let after = text.split("id=\"code\"").nth(1)?;
    let value = after.split("value=\"").nth(1)?;
    Some(value.split('"').next()?.to_owned())
}

#[tokio::test]
async fn q64_staff_issue_a_code_on_the_page_which_is_shown_once_and_withdrawn() {
    let rig = rig().await;
    let staff = rig.sign_in("operator@example.com").await;
    assert!(code_in(&page(&rig, &staff).await).is_none());
    let fields = [("note", "Meridian, by phone"), ("company", A), ("days", "7")];
    let done = send(&rig, &staff, "/company/codes/add", &fields).await;
    assert!(done.header("location").ends_with("/company?said=code"));
    let text = page(&rig, &staff).await;
    let code = code_in(&text).unwrap();
    assert_eq!((code.len(), code.split('-').count()), (19, 4), "{code}");
    assert!(text.contains("Meridian, by phone"));
    let again = page(&rig, &staff).await;
    assert!(code_in(&again).is_none() && again.contains("Meridian, by phone"));
    let kept = rig.store.one_times(Purpose::Connect, None).await.unwrap();
    assert_eq!(kept[0].company.as_deref(), Some(A));
    let fields = [("id", kept[0].id.as_str())];
    let done = send(&rig, &staff, "/company/codes/withdraw", &fields).await;
    assert!(done.header("location").ends_with("said=code_withdrawn"));
    let done = send(&rig, &staff, "/company/codes/withdraw", &fields).await;
    assert!(done.header("location").ends_with("said=nothing"));
    assert!(!page(&rig, &staff).await.contains("Meridian, by phone"));
}

#[tokio::test]
async fn q64_a_code_that_makes_no_sense_is_refused_with_a_sentence() {
    let rig = rig().await;
    let staff = rig.sign_in("operator@example.com").await;
    for (fields, said) in [
        ([("company", "Meridian"), ("days", "7")], "code_company"),
        ([("company", ""), ("days", "0")], "code_days"),
        ([("company", ""), ("days", "a week")], "code_days"),
        ([("company", ""), ("days", "91")], "code_days"),
    ] {
        let done = send(&rig, &staff, "/company/codes/add", &fields).await;
        assert!(done.header("location").ends_with(&format!("said={said}")), "{fields:?}");
    }
    assert!(rig.store.one_times(Purpose::Connect, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn q64_nobody_but_staff_issues_or_withdraws_codes() {
    let rig = rig().await;
    let staff = rig.sign_in("operator@example.com").await;
    send(&rig, &staff, "/company/codes/add", &[("note", "x")]).await;
    let id = rig.store.one_times(Purpose::Connect, None).await.unwrap()[0].id.clone();
    for email in ["admin-a@example.com", "viewer-a@example.com"] {
        let cookie = rig.sign_in(email).await;
        for path in ["/company/codes/add", "/company/codes/withdraw"] {
            assert_eq!(
                send(&rig, &cookie, path, &[("id", &id)]).await.status.as_u16(),
                404,
                "{email} {path}"
            );
        }
    }
    for token in ["admin-a", "viewer-a"] {
        assert_eq!(rig.get(token, "/api/v1/codes").await.status.as_u16(), 403);
        let asked = rig
            .ask("POST", "/api/v1/codes")
            .token(token)
            .json(&json!({}))
            .send()
            .await;
        assert_eq!(asked.status.as_u16(), 403);
        let asked = rig
            .ask("DELETE", &format!("/api/v1/codes/{id}"))
            .token(token)
            .send()
            .await;
        assert_eq!(asked.status.as_u16(), 403);
    }
    assert_eq!(rig.store.one_times(Purpose::Connect, None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn q64_a_code_over_rest_is_told_once_and_invitations_are_no_codes() {
    let rig = rig().await;
    let post = |body| rig.ask("POST", "/api/v1/codes").token("operator").json(&body);
    post(json!({"company": "nonsense"})).send().await.is_problem(400);
    post(json!({"days": 0})).send().await.is_problem(400);
    let made = post(json!({"company": A.to_uppercase(), "note": "by script"}))
        .send()
        .await;
    assert_eq!(made.status.as_u16(), 201);
    let made = made.json();
    let listed = rig.get("operator", "/api/v1/codes").await.json();
    assert_eq!(
        (&listed["codes"][0]["id"], &listed["codes"][0]["company"]),
        (&made["id"], &json!(A))
    );
    assert!(!listed.to_string().contains(made["code"].as_str().unwrap()));
    // An invitation is kept beside the codes.
    let admin = rig.sign_in("admin-a@example.com").await;
    let fields = [("company", A), ("email", "new@example.com"), ("role", "viewer")];
    send(&rig, &admin, "/company/invite", &fields).await;
    let invited = rig.store.one_times(Purpose::Invitation, None).await.unwrap()[0]
        .id
        .clone();
    let withdraw = |id: String| {
        rig.ask("DELETE", &format!("/api/v1/codes/{id}"))
            .token("operator")
            .send()
    };
    withdraw(invited).await.is_problem(404);
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(withdraw(id.clone()).await.status.as_u16(), 204);
    withdraw(id).await.is_problem(404);
}
