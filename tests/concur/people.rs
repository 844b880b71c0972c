//! Identity v4 and the company profile over HTTP (I1–I19, C1–C10, X26, X27).

use serde_json::{Value, json};
use whereabouts::concur::identity::{Person, PersonProblem};

use crate::fake_concur::{COMPANY, Reply};
use crate::{Rig, connected};

const LOGIN: &str = "e.dover@example.com";

fn identity_answers(rig: &Rig, reply: Reply) {
    rig.fake
        .script(move |seen| seen.path.starts_with("/profile/identity/").then(|| reply.clone()));
}

async fn by_login(rig: &Rig, login: &str) -> Result<Person, PersonProblem> {
    rig.concur.person_by_login(&rig.store, COMPANY, login).await
}

async fn by_id(rig: &Rig, id: &str) -> Result<Person, PersonProblem> {
    rig.concur.person_by_id(&rig.store, COMPANY, id).await
}

#[tokio::test]
async fn i2_x26_i6_a_login_is_asked_for_in_straight_quotes_and_encoded() {
    let rig = connected().await;
    identity_answers(&rig, Reply::json(&json!({"Resources": []})));
    for login in [LOGIN, "o'hara+a&b=c#d@example.com", "ü“”\"\\@example.com"] {
        assert_eq!(by_login(&rig, login).await, Err(PersonProblem::Absent));
        let seen = rig.fake.seen("/profile/").pop().unwrap();
        assert_eq!(seen.path, "/profile/identity/v4/Users", "X26: the canonical spelling");
        assert!(
            seen.query.is_ascii() && !seen.query.contains(['"', ' ', '\n']),
            "{}",
            seen.query
        );
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(seen.query.as_bytes())
            .into_owned()
            .collect();
        let escaped = login.replace('\\', "\\\\").replace('"', "\\\"");
        assert_eq!(pairs, [("filter".to_owned(), format!("userName eq \"{escaped}\""))]);
    }
}

#[tokio::test]
async fn i5_i6_a_list_that_ignores_the_filter_gives_the_one_asked_for_or_nobody() {
    let rig = connected().await;
    let user = |login: &str, id: &str| json!({"id": id, "userName": login, "displayName": login});
    let page = |users: &[Value]| {
        Reply::json(&json!({"totalResults": 25, "startIndex": 1, "itemsPerPage": 10, "Resources": users}))
    };
    identity_answers(
        &rig,
        page(&[user("b@example.com", "1"), user("E.Dover@Example.com", "2")]),
    );
    assert_eq!(by_login(&rig, LOGIN).await.unwrap().id.as_deref(), Some("2"));
    identity_answers(&rig, page(&[user("b@example.com", "1"), user("c@example.com", "2")]));
    assert_eq!(
        by_login(&rig, LOGIN).await,
        Err(PersonProblem::Absent),
        "not somebody else"
    );
}

#[tokio::test]
async fn i14_a_renamed_user_is_found_by_the_id_that_stays() {
    let rig = connected().await;
    identity_answers(&rig, Reply::json(&json!({"id": "B7AA", "userName": "new@example.com"})));
    let person = by_id(&rig, "b7aa").await.unwrap();
    assert_eq!(
        (person.id.as_deref(), person.login.as_deref()),
        (Some("b7aa"), Some("new@example.com"))
    );
}

#[tokio::test]
async fn i15_i17_statuses_lead_to_what_can_be_done() {
    let rig = connected().await;
    let scim = json!({"scimType": "invalidFilter", "detail": "x", "status": "400",
        "messages": [{"code": "x", "message": "y", "type": "error", "schemaPath": "z"}]});
    for (status, problem) in [
        (400, PersonProblem::Absent),
        (404, PersonProblem::Absent),
        (410, PersonProblem::Absent),
        (401, PersonProblem::NotAllowed),
        (403, PersonProblem::NotAllowed),
        (429, PersonProblem::Later("status 429".to_owned())),
        (500, PersonProblem::Later("status 500".to_owned())),
        (503, PersonProblem::Later("status 503".to_owned())),
        (504, PersonProblem::Later("status 504".to_owned())),
    ] {
        identity_answers(
            &rig,
            Reply {
                status,
                ..Reply::json(&scim)
            },
        );
        assert_eq!(by_id(&rig, "b7aa").await, Err(problem), "{status}");
    }
}

#[tokio::test]
async fn i16_i18_i19_the_tokens_data_centre_is_asked_and_any_json_is_taken() {
    let rig = connected().await;
    for content in ["application/json", "application/scim+json;charset=UTF-8", "text/plain"] {
        let user = json!({"id": "b7aa", "userName": LOGIN});
        let reply = Reply::json(&user)
            .with("content-type", content)
            .with("concur-correlationid", "7d1e0000-0000-4000-8000-000000000002");
        identity_answers(&rig, reply);
        assert_eq!(
            by_id(&rig, "b7aa").await.unwrap().login.as_deref(),
            Some(LOGIN),
            "{content}"
        );
    }
    let base = rig.fake.base.trim_start_matches("http://");
    for seen in rig.fake.seen("/profile/") {
        assert_eq!(seen.headers["host"], base, "I18");
        assert!(seen.headers.contains_key("concur-correlationid"));
    }
}

#[tokio::test]
async fn c3_c9_x27_without_a_company_profile_nothing_is_missing() {
    let rig = connected().await;
    for status in [204, 400, 401, 403, 404, 410, 429, 500, 503] {
        rig.fake
            .script(move |seen| seen.path.starts_with("/profile/v1/").then(|| Reply::status(status)));
        assert_eq!(rig.concur.company_name(&rig.store, COMPANY).await, None, "{status}");
    }
    let company = rig
        .store
        .company(&whereabouts::store::Scope::service(), COMPANY)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(company.state, whereabouts::store::CompanyState::Connected);
}

#[tokio::test]
async fn c2_c10_a_missing_scope_costs_the_name_and_no_refresh() {
    let rig = connected().await;
    rig.fake
        .script(|seen| seen.path.starts_with("/profile/v1/").then(|| Reply::status(403)));
    assert_eq!(rig.concur.company_name(&rig.store, COMPANY).await, None);
    assert_eq!(rig.fake.seen("oauth2").len(), 1);
}

#[tokio::test]
async fn c5_c7_of_the_published_shape_only_the_name_is_taken() {
    let rig = connected().await;
    let profile = json!({
        "id": COMPANY, "schemas": ["com:concur:Company:0.1"], "name": "Meridian AG", "internetDomain": "example.com",
        "companyDomain": "example.com", "defaultLanguage": "en-us",
        "addresses": [{"id": "1", "formatted": "x", "country": "DE", "postalCode": null}],
        "com:concur:Travel:0.1": {"active": 1, "isVendor": 0, "contact": {"name": "Ida Quill", "phone": "1", "emailAddress": "x"}},
        "com:concur:Expense:0.1": {"offeringCode": 1, "marketingName": "CTE"}, "meta": {"principalType": "company"}
    });
    rig.fake
        .script(move |seen| seen.path.starts_with("/profile/v1/").then(|| Reply::json(&profile)));
    assert_eq!(
        rig.concur.company_name(&rig.store, COMPANY).await.as_deref(),
        Some("Meridian AG")
    );
}

#[tokio::test]
async fn c8_a_move_is_followed_once_inside_the_allow_list_with_the_token_sent_again() {
    let rig = connected().await;
    let (base, moved) = (rig.fake.base.clone(), "/profile/v1/moved");
    rig.fake.script(move |seen| {
        let again = Reply::status(301).with("location", format!("{base}{moved}"));
        seen.path.starts_with("/profile/v1/").then_some(again)
    });
    assert_eq!(
        rig.concur.company_name(&rig.store, COMPANY).await,
        None,
        "a ring ends after one step"
    );
    let seen = rig.fake.seen("/profile/v1/");
    let (paths, bearers): (Vec<_>, Vec<_>) = seen.iter().map(|s| (s.path.as_str(), s.bearer.as_str())).unzip();
    assert_eq!((paths, bearers), (vec!["/profile/v1/me", moved], vec!["access-1"; 2]));
    let other = crate::fake_concur::FakeConcur::start().await;
    for to in [
        other.base.clone(),
        "https://us2.api.concursolutions.com.evil.example/profile/v1/me".to_owned(),
        "/profile/v1/moved".to_owned(),
        "//evil.example/".to_owned(),
        String::new(),
    ] {
        rig.fake.script(move |seen| {
            seen.path
                .starts_with("/profile/v1/")
                .then(|| Reply::status(301).with("location", to.clone()))
        });
        assert_eq!(rig.concur.company_name(&rig.store, COMPANY).await, None);
    }
    assert!(other.seen("").is_empty());
}
