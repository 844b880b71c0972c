//! The page of a company: its connection, ending it, and its people.

use std::sync::atomic::Ordering;

use serde_json::json;
use whereabouts::store::{CompanyState, Role, Scope};

use crate::fake_concur::Reply;
use crate::post::Post;
use crate::rig::{A, Answer, B, MARK_B, PASSWORD, Rig, rig, rig_with};

const OWN: &str = "http://w.example";

async fn send(rig: &Rig, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    rig.ask("POST", path)
        .with("origin", OWN)
        .with("cookie", cookie)
        .form(fields)
        .send()
        .await
}

#[track_caller]
fn said(answer: &Answer, word: &str) {
    let to = answer.header("location");
    assert!(
        answer.status.as_u16() == 303 && to.ends_with(&format!("said={word}")),
        "{} {to} and not {word}",
        answer.status
    );
}

async fn read(rig: &Rig, cookie: &str, path: &str) -> Answer {
    rig.ask("GET", path).with("cookie", cookie).send().await
}

async fn state(rig: &Rig, company: &str) -> CompanyState {
    rig.store
        .company(&Scope::service(), company)
        .await
        .unwrap()
        .unwrap()
        .state
}

/// Concur takes the disconnect.
fn revocable(rig: &Rig, status: u16) {
    let base = rig.fake.base.clone();
    rig.fake.script(move |seen| match seen.path.as_str() {
        "/oauth2/v0/token" => Some(Reply::json(&json!({
            "access_token": "access-1", "refresh_token": "r", "geolocation": base, "refresh_expires_in": 4_102_444_800_i64
        }))),
        path if path.starts_with("/app-mgmt") => Some(Reply::status(status)),
        _ => None,
    });
}

#[tokio::test]
async fn q53_the_page_shows_the_connection_to_administrators_and_to_staff_only() {
    let rig = rig().await;
    let admin = rig.sign_in("admin-a@example.com").await;
    let page = read(&rig, &admin, "/company").await;
    assert_eq!(page.status.as_u16(), 200);
    let text = page.text();
    for shown in [
        "Meridian",
        "Connected",
        "127.0.0.1",
        A,
        "Disconnect…",
        "admin-a@example.com",
        "viewer-a@example.com",
        "Last event",
    ] {
        assert!(text.contains(shown), "{shown}");
    }
    assert!(!text.contains(MARK_B) && !text.contains("admin-b@"));
    for path in [
        format!("/company?company={B}"),
        format!("/company?company={}", B.to_uppercase()),
    ] {
        let own = read(&rig, &admin, &path).await.text();
        assert!(
            own.contains("Meridian") && !own.contains(MARK_B),
            "another's id is no choice"
        );
    }
    for email in ["viewer-a@example.com", "manager-a@example.com"] {
        let cookie = rig.sign_in(email).await;
        let page = read(&rig, &cookie, "/company").await;
        assert_eq!(page.status.as_u16(), 403, "{email}");
        assert!(!page.text().contains("Disconnect…"));
    }
    let nobody = read(&rig, "", "/company").await;
    assert_eq!(
        (nobody.status.as_u16(), nobody.header("location")),
        (303, "/sign-in?next=%2Fcompany")
    );
    let staff = rig.sign_in("operator@example.com").await;
    let all = read(&rig, &staff, "/company").await.text();
    assert!(all.contains("Meridian") && all.contains(MARK_B) && all.contains("2 companies"));
    let one = read(&rig, &staff, &format!("/company?company={B}")).await.text();
    assert!(one.contains(MARK_B) && one.contains("admin-b@example.com"));
    assert_eq!(
        read(&rig, &staff, "/company?company=nothing").await.status.as_u16(),
        404
    );
}

#[tokio::test]
async fn q52_q53_an_administrator_disconnects_and_what_is_known_stays() {
    let rig = rig().await;
    revocable(&rig, 200);
    let admin = rig.sign_in("admin-a@example.com").await;
    said(
        &send(&rig, &admin, "/company/disconnect", &[("company", A)]).await,
        "not_sure",
    );
    assert_eq!(state(&rig, A).await, CompanyState::Connected);
    said(
        &send(&rig, &admin, "/company/disconnect", &[("company", A), ("sure", "yes")]).await,
        "disconnected",
    );
    let asked = rig.fake.seen("/app-mgmt/v0/connections");
    assert_eq!((asked.len(), asked[0].method.as_str()), (1, "DELETE"));
    let row = rig.store.company(&Scope::service(), A).await.unwrap().unwrap();
    assert_eq!(row.state, CompanyState::Disconnected);
    assert!(row.retention_started_at.is_some(), "P16: the clock runs");
    assert!(rig.store.grant(A).await.unwrap().is_none(), "no token is kept");
    let page = read(&rig, &admin, "/company?said=disconnected").await.text();
    for shown in [
        "Nothing is read now",
        "Disconnected here by an administrator",
        "Disconnected since",
        "when reading ended",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("Disconnect now"));
    let people = rig
        .get("operator", &format!("/api/v1/whereabouts?company={A}"))
        .await
        .json();
    assert_eq!(people["total"], 4, "what is known stays until the retention ends");
    // Twice is as good as once.
    said(
        &send(&rig, &admin, "/company/disconnect", &[("company", A), ("sure", "yes")]).await,
        "disconnected_here",
    );
}

#[tokio::test]
async fn q52_a_disconnect_that_concur_does_not_hear_of_says_so() {
    let rig = rig().await;
    revocable(&rig, 403);
    let admin = rig.sign_in("admin-a@example.com").await;
    said(
        &send(&rig, &admin, "/company/disconnect", &[("company", A), ("sure", "yes")]).await,
        "disconnected_here",
    );
    let page = read(&rig, &admin, "/company?said=disconnected_here").await.text();
    assert!(page.contains("should also press Disconnect in its App Center") && page.contains("<title>Error: company"));
    assert_eq!(state(&rig, A).await, CompanyState::Disconnected);
}

#[tokio::test]
async fn q54_a_company_that_must_connect_again_says_why_and_since_when() {
    let rig = rig().await;
    rig.fake.script(|seen| {
        (seen.path == "/oauth2/v0/token").then(|| Reply {
            status: 400,
            ..Reply::json(&json!({"code": 108}))
        })
    });
    let lease = rig
        .store
        .lease_refresh(A, chrono::Utc::now(), chrono::Utc::now())
        .await
        .unwrap()
        .unwrap();
    let reason = whereabouts::concur::TokenProblem::Reconnect { code: Some(108) }.sentence();
    rig.store.lose_grant(&lease, &reason, chrono::Utc::now()).await.unwrap();
    let admin = rig.sign_in("admin-a@example.com").await;
    let page = read(&rig, &admin, "/company").await.text();
    for shown in [
        "Must connect again since",
        "has expired or was withdrawn",
        "must press Connect in SAP Concur",
        "(Code 108.)",
        "counted from",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[tokio::test]
async fn no_form_of_the_page_reaches_another_company() {
    let rig = rig().await;
    let admin_b = rig.store.person_by_email("admin-b@example.com").await.unwrap().unwrap();
    for email in ["admin-a@example.com", "viewer-a@example.com", "manager-a@example.com"] {
        let cookie = rig.sign_in(email).await;
        let company = if email.starts_with("admin") { B } else { A };
        for (path, fields) in [
            ("/company/disconnect", vec![("company", company), ("sure", "yes")]),
            (
                "/company/invite",
                vec![("company", company), ("email", "spy@example.com"), ("role", "admin")],
            ),
            (
                "/company/role",
                vec![("company", company), ("id", &admin_b.id), ("role", "viewer")],
            ),
            ("/company/remove", vec![("company", company), ("id", &admin_b.id)]),
            ("/company/withdraw", vec![("company", company), ("id", "x")]),
        ] {
            let answer = send(&rig, &cookie, path, &fields).await;
            assert_eq!(answer.status.as_u16(), 404, "{email} {path}");
            let foreign = rig
                .ask("POST", path)
                .with("sec-fetch-site", "cross-site")
                .with("cookie", &cookie)
                .form(&fields);
            assert_eq!(foreign.send().await.status.as_u16(), 403, "{path}");
        }
    }
    // Their own company named, a person of another: nothing.
    let cookie = rig.sign_in("admin-a@example.com").await;
    said(
        &send(&rig, &cookie, "/company/remove", &[("company", A), ("id", &admin_b.id)]).await,
        "last_admin",
    );
    said(
        &send(
            &rig,
            &cookie,
            "/company/role",
            &[("company", A), ("id", &admin_b.id), ("role", "viewer")],
        )
        .await,
        "last_admin",
    );
    let row = rig.store.person_by_email("admin-b@example.com").await.unwrap().unwrap();
    assert_eq!((row.role, state(&rig, B).await), (Role::Admin, CompanyState::Connected));
    let signed_out = send(&rig, "", "/company/disconnect", &[("company", A), ("sure", "yes")]).await;
    assert!(signed_out.header("location").starts_with("/sign-in"));
}

#[tokio::test]
async fn people_are_invited_choose_a_password_change_role_and_leave() {
    let rig = rig().await;
    let admin = rig.sign_in("admin-a@example.com").await;
    let invite = |email: &'static str, role: &'static str| {
        let (rig, admin) = (&rig, admin.clone());
        async move {
            send(
                rig,
                &admin,
                "/company/invite",
                &[("company", A), ("email", email), ("role", role)],
            )
            .await
        }
    };
    said(&invite("nobody", "viewer").await, "email");
    said(&invite("x@y.example", "operator").await, "email");
    said(&invite("viewer-a@example.com", "viewer").await, "exists");
    said(&invite("Ragna@meridian.example", "manager").await, "link");
    let page = read(&rig, &admin, "/company?said=link").await.text();
    let (_, rest) = page.split_once("http://w.example/welcome?code=").expect("the link");
    let code: String = rest.chars().take(19).collect();
    assert!(
        !read(&rig, &admin, "/company?said=link").await.text().contains(&code),
        "shown once"
    );
    assert!(
        read(&rig, &admin, "/company")
            .await
            .text()
            .contains("ragna@meridian.example"),
        "waits"
    );
    let shown = rig.ask("GET", &format!("/welcome?code={code}")).send().await;
    assert!(shown.status.as_u16() == 200 && shown.text().contains("ragna@meridian.example"));
    let choose = |code: String, password: &'static str| {
        let rig = &rig;
        async move { send(rig, "", "/welcome", &[("code", &code), ("password", password)]).await }
    };
    assert!(
        choose(code.clone(), "short")
            .await
            .header("location")
            .ends_with("error=weak")
    );
    let (a, b) = tokio::join!(choose(code.clone(), PASSWORD), choose(code.clone(), PASSWORD));
    assert_eq!(
        (a.header("location"), b.header("location")),
        ("/", "/"),
        "pressed twice"
    );
    let person = rig
        .store
        .person_by_email("ragna@meridian.example")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((person.role, person.company.as_deref()), (Role::Manager, Some(A)));
    rig.ahead.store(5 * 60_000, Ordering::SeqCst);
    assert!(
        choose(code.clone(), PASSWORD)
            .await
            .header("location")
            .ends_with("error=invitation"),
        "once"
    );
    assert_eq!(
        rig.ask("GET", &format!("/welcome?code={code}"))
            .send()
            .await
            .status
            .as_u16(),
        404
    );
    let cookie = rig.sign_in("ragna@meridian.example").await;
    said(
        &send(
            &rig,
            &admin,
            "/company/role",
            &[("company", A), ("id", &person.id), ("role", "admin")],
        )
        .await,
        "changed",
    );
    assert_eq!(read(&rig, &cookie, "/company").await.status.as_u16(), 200, "at once");
    said(
        &send(&rig, &admin, "/company/remove", &[("company", A), ("id", &person.id)]).await,
        "removed",
    );
    assert_eq!(
        read(&rig, &cookie, "/company").await.status.as_u16(),
        303,
        "out at once"
    );
    let me = rig.store.person_by_email("admin-a@example.com").await.unwrap().unwrap();
    said(
        &send(&rig, &admin, "/company/remove", &[("company", A), ("id", &me.id)]).await,
        "yourself",
    );
    said(
        &send(
            &rig,
            &admin,
            "/company/role",
            &[("company", A), ("id", &me.id), ("role", "viewer")],
        )
        .await,
        "last_admin",
    );
}

#[tokio::test]
async fn invitations_are_mailed_withdrawn_and_end_after_a_week() {
    let post = Post::start().await;
    let mailer = post.mailer();
    let rig = rig_with(|parts| parts.mail = Some(mailer)).await;
    let admin = rig.sign_in("admin-a@example.com").await;
    let fields = [("company", A), ("email", "ragna@meridian.example"), ("role", "viewer")];
    said(&send(&rig, &admin, "/company/invite", &fields).await, "invited");
    let mail = post.mails().pop().unwrap();
    let (_, rest) = mail
        .split_once("/welcome?code=3D")
        .or_else(|| mail.split_once("/welcome?code="))
        .expect("the link");
    let code: String = rest.chars().take(19).collect();
    assert!(!read(&rig, &admin, "/company").await.text().contains(&code));
    let path = format!("/welcome?code={code}");
    assert_eq!(rig.ask("GET", &path).send().await.status.as_u16(), 200, "{mail}");
    rig.ahead.store(8 * 86_400_000, Ordering::SeqCst);
    assert_eq!(rig.ask("GET", &path).send().await.status.as_u16(), 404);
    rig.ahead.store(0, Ordering::SeqCst);
    let open = rig
        .store
        .one_times(whereabouts::store::Purpose::Invitation, Some(A))
        .await
        .unwrap();
    said(
        &send(
            &rig,
            &admin,
            "/company/withdraw",
            &[("company", A), ("id", &open[0].id)],
        )
        .await,
        "withdrawn",
    );
    assert_eq!(rig.ask("GET", &path).send().await.status.as_u16(), 404);
}
