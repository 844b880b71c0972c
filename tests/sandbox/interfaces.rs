//! Trips, backlog, Identity, company profile and subscriptions over HTTP.

use super::*;

#[tokio::test]
async fn t2_t5_t6_trips_are_served_to_their_company_only() {
    let sandbox = start(quiet(60)).await.unwrap();
    let (partner, _) = connect(&sandbox, 0).await;
    let (_, trips) = control(&sandbox, "GET", "trips?limit=1", json!({})).await;
    let id = trips["trips"][0].as_str().unwrap().to_owned();
    let path = format!("/travel/v4/trips/{id}");
    let (status, trip) = partner.get(&path).await;
    assert_eq!(
        (status, trip["id"].as_str().unwrap()),
        (200, format!("{}{path}", sandbox.origin()).as_str())
    );
    assert_eq!(
        partner.get(&format!("/travel/v4/trips/{}", id.to_uppercase())).await.0,
        200
    );

    let (status, error) = partner.get(&format!("/travel/v4/trips/{}", Uuid::new_v4())).await;
    assert_eq!(status, 404);
    let first = &error["errors"][0];
    assert!(
        first["errorCode"].is_string() && first["errorMessage"].is_string() && first["errors"].is_array(),
        "T6"
    );
    let anonymous = client()
        .get(format!("{}{path}", sandbox.origin()))
        .send()
        .await
        .unwrap();
    assert_eq!(anonymous.status().as_u16(), 401);
    assert!(anonymous.headers().contains_key("concur-correlationid"));
    assert_eq!(
        application(&sandbox).await.get(&path).await.0,
        403,
        "T2: company tokens only"
    );
    let (stranger, _) = connect(&sandbox, 1).await;
    assert_eq!(stranger.get(&path).await.0, 404);

    let raw = reqwest::Client::builder()
        .no_proxy()
        .no_gzip()
        .build()
        .unwrap()
        .get(format!("{}{path}", sandbox.origin()));
    let zipped = raw
        .bearer_auth(&partner.access)
        .header("accept-encoding", "gzip")
        .header("concur-correlationid", "mine")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            &zipped.headers()["content-encoding"],
            &zipped.headers()["concur-correlationid"]
        ),
        (&"gzip".parse().unwrap(), &"mine".parse().unwrap())
    );
    assert_eq!(zipped.bytes().await.unwrap()[..2], [0x1f, 0x8b]);
    sandbox.stop().await;
}

#[tokio::test]
async fn l5_an_expired_access_token_is_forbidden() {
    let sandbox = start(SandboxConfig {
        access_token_ttl: StdDuration::ZERO,
        ..quiet(20)
    })
    .await
    .unwrap();
    let (partner, _) = connect(&sandbox, 0).await;
    assert_eq!(partner.get("/profile/v1/me").await.0, 403);
    sandbox.stop().await;
}

#[tokio::test]
async fn b4_b6_the_backlog_lists_every_trip_that_has_not_ended() {
    let sandbox = start(quiet(150)).await.unwrap();
    let (partner, _) = connect(&sandbox, 0).await;
    let mut listed: Vec<String> = Vec::new();
    let tomorrow = (Utc::now() + Duration::days(1)).date_naive();
    let mut page = format!("/travel/v4/trips?schema=id&endDateFrom={tomorrow}");
    loop {
        let (status, body) = partner.get(&page).await;
        assert_eq!(status, 200);
        let data = body["data"].as_array().unwrap();
        assert!(data.len() <= 10);
        for one in data {
            assert_eq!(
                one["href"],
                format!("{}/travel/v4/trips/{}", sandbox.origin(), one["id"].as_str().unwrap())
            );
            listed.push(one["id"].as_str().unwrap().to_owned());
        }
        let operations = body["operations"].as_array().unwrap();
        assert_eq!(
            operations.iter().any(|one| one["rel"] == "prev"),
            page.contains("startAfter")
        );
        match operations.iter().find(|one| one["rel"] == "next") {
            Some(next) => page = next["href"].as_str().unwrap().to_owned(),
            None => break,
        }
    }
    let from = tomorrow.and_hms_opt(0, 0, 0).unwrap().and_utc();
    let expected = sandbox.with_world(|world| world.ending(0, from, None).len());
    assert_eq!(
        listed.iter().collect::<BTreeSet<_>>().len(),
        listed.len(),
        "no trip twice"
    );
    assert_eq!(listed.len(), expected);
    assert!(expected > 30, "{expected}");
    for wrong in [
        "",
        "?schema=full",
        "?schema=id&endDateFrom=2001-01-01",
        "?schema=id&endDateFrom=tomorrow",
        "?schema=id&endDateTo=2001-01-01",
        "?schema=id&startAfter=x",
    ] {
        assert_eq!(
            partner.get(&format!("/travel/v4/trips{wrong}")).await.0,
            400,
            "B5: {wrong}"
        );
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn b7_b8_the_rate_limit_of_the_list_shows_as_503() {
    let sandbox = start(SandboxConfig {
        list_limit_per_minute: SandboxConfig::default().list_limit_per_minute,
        ..quiet(20)
    })
    .await
    .unwrap();
    let (partner, _) = connect(&sandbox, 0).await;
    for _ in 0..10 {
        assert_eq!(partner.get("/travel/v4/trips?schema=id").await.0, 200);
    }
    assert_eq!(partner.get("/travel/v4/trips?schema=id").await.0, 503);
    sandbox.stop().await;
}

#[tokio::test]
async fn i1_i2_identity_knows_people_by_id_and_by_login() {
    let sandbox = start(quiet(40)).await.unwrap();
    let (partner, _) = connect(&sandbox, 0).await;
    let (_, people) = control(&sandbox, "GET", "people", json!({})).await;
    let mut homes = 0;
    for one in people["people"].as_array().unwrap() {
        let (status, user) = partner
            .get(&format!("/profile/identity/v4/Users/{}", one["id"].as_str().unwrap()))
            .await;
        assert_eq!((status, &user["userName"]), (200, &one["login"]));
        assert_eq!(user["name"]["familyName"], one["family_name"]);
        homes += usize::from(user["addresses"][0]["type"] == "home" && user["addresses"][0]["locality"].is_string());
        let filter: String = url::form_urlencoded::byte_serialize(
            format!("userName eq \"{}\"", one["login"].as_str().unwrap()).as_bytes(),
        )
        .collect();
        let (_, list) = partner
            .get(&format!("/profile/identity/v4/Users?filter={filter}"))
            .await;
        assert_eq!(
            (&list["totalResults"], &list["Resources"][0]["id"]),
            (&json!(1), &one["id"])
        );
    }
    assert_eq!(homes, 40);
    let (status, none) = partner
        .get("/profile/identity/v4/Users?filter=userName%20eq%20%22nobody%40x.example%22")
        .await;
    assert_eq!((status, &none["totalResults"]), (200, &json!(0)));
    assert_eq!(
        partner
            .get("/profile/identity/v4/Users?filter=userName%20like%20x")
            .await
            .0,
        400
    );
    assert_eq!(
        partner
            .get(&format!("/profile/identity/v4/users/{}", Uuid::new_v4()))
            .await
            .0,
        404
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn c5_c6_the_company_profile_repeats_a_key() {
    let sandbox = start(quiet(20)).await.unwrap();
    let (partner, _) = connect(&sandbox, 0).await;
    let response = partner
        .http
        .get(format!("{}/profile/v1/me", sandbox.origin()))
        .bearer_auth(&partner.access)
        .send()
        .await
        .unwrap();
    let text = response.text().await.unwrap();
    assert_eq!(text.matches("\"com:concur:Expense:0.1\":").count(), 2);
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&body["name"], &body["meta"]["principalType"]),
        (&json!("Fjordline Energy"), &json!("company"))
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn e55_e66_webhook_subscriptions_are_kept_as_documented() {
    let sandbox = start(quiet(20)).await.unwrap();
    let app = application(&sandbox).await;
    let put = async |body: Value| {
        let url = format!("{}/events/v4/subscriptions/webhook", sandbox.origin());
        let response = app
            .http
            .put(url)
            .bearer_auth(&app.access)
            .json(&body)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    };
    let topic = "public.concur.travel.itinerary";
    let wanted = |id: &str| json!({"id": id, "filter": ".*", "topic": topic, "webHookConfig": {"endpoint": "http://127.0.0.1:9/ess/events"}});
    assert!(
        app.get("/events/v4/topics")
            .await
            .1
            .as_array()
            .unwrap()
            .contains(&json!(topic)),
        "E55"
    );
    let (status, saved) = put(wanted("acme.doc.us.test")).await;
    assert_eq!(
        (status, &saved["message"]),
        (200, &json!("Subscription 'acme.doc.us.test' saved successfully")),
        "E56"
    );
    for wrong in [
        json!({"id": "x"}),
        wanted("Upper.Case"),
        json!({"id": "x", "topic": "other", "webHookConfig": {"endpoint": "https://x.example"}}),
        json!({"id": "x", "topic": topic, "webHookConfig": {"endpoint": "http://x.example"}}),
    ] {
        assert_eq!(put(wrong.clone()).await.0, 400, "{wrong}");
    }
    let (company, _) = connect(&sandbox, 0).await;
    let (_, read) = app.get("/events/v4/subscriptions/acme.doc.us.test").await;
    assert_eq!(read[0]["companyIds"], json!([sandbox.companies()[0].id]), "E57, E68");
    assert_eq!(company.get("/events/v4/subscriptions").await.0, 403, "E53");
    for extra in 1..5 {
        assert_eq!(
            put(wanted(&format!("acme.{extra}"))).await.0,
            200,
            "E64: another id is another subscription"
        );
    }
    assert_eq!(put(wanted("acme.6")).await.0, 400, "E66");
    assert_eq!(app.get("/events/v4/subscriptions").await.1.as_array().unwrap().len(), 5);
    let removed = app
        .http
        .delete(format!("{}/events/v4/subscriptions/acme.1", sandbox.origin()))
        .bearer_auth(&app.access)
        .send()
        .await
        .unwrap();
    assert_eq!(removed.status().as_u16(), 200, "E59");
    assert_eq!(app.get("/events/v4/subscriptions/acme.1").await.0, 404);
    sandbox.stop().await;
}
