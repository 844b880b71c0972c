//! Event deliveries: signatures, retries, the life of a trip as its receiver sees it.

use super::*;

#[tokio::test]
async fn e8_e19_e45_events_of_connected_companies_are_signed() {
    let (receiver, url) = Receiver::default().start().await;
    let sandbox = start(SandboxConfig {
        webhook: Some(url),
        ..quiet(20)
    })
    .await
    .unwrap();
    let trip = json!({"trip": {"TripName": "A", "TripStatus": 0, "Bookings": []}});
    assert_eq!(
        control(&sandbox, "POST", "trips", trip.clone()).await.1["deliveries"],
        0,
        "E20: nobody is connected yet"
    );
    connect(&sandbox, 0).await;
    let (_, put) = control(&sandbox, "POST", "trips", trip).await;
    assert_eq!(put["deliveries"], 1);
    receiver.reaches(1).await;
    let (headers, body) = receiver.seen.lock().unwrap()[0].clone();
    let event: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(event["eventType"], "ItineraryCreated");
    assert_eq!(event["topic"], "public.concur.travel.itinerary");
    assert_eq!(event["facts"]["hrefs"]["v4"], put["href"]);
    assert_eq!(event["facts"]["companyId"], sandbox.companies()[0].id.to_string());
    assert_ne!(event["id"], event["facts"]["id"], "E13");
    assert!(event["timeStamp"].as_str().unwrap().ends_with('Z'));
    assert_eq!(
        headers["concur-correlationid"],
        event["correlationId"].as_str().unwrap(),
        "E17"
    );

    let public = rsa::RsaPublicKey::from_public_key_pem(sandbox.public_key_pem()).unwrap();
    let raw = STANDARD.decode(&headers["concur-signature"]).unwrap();
    assert_eq!(raw.len(), 256, "E46");
    let signature = rsa::pss::Signature::try_from(raw.as_slice()).unwrap();
    assert_eq!(SALT_BYTES, 222);
    let verifies = |salt| {
        rsa::pss::VerifyingKey::<Sha256>::new_with_salt_len(public.clone(), salt)
            .verify(&body, &signature)
            .is_ok()
    };
    assert!(verifies(222) && !verifies(32), "E46");

    sandbox.set_faults(Faults {
        wrong_signing_key: true,
        ..Faults::default()
    });
    control(
        &sandbox,
        "PUT",
        &format!("trips/{}", put["id"].as_str().unwrap()),
        json!({}),
    )
    .await;
    receiver.reaches(2).await;
    let (headers, body) = receiver.seen.lock().unwrap()[1].clone();
    let signature =
        rsa::pss::Signature::try_from(STANDARD.decode(&headers["concur-signature"]).unwrap().as_slice()).unwrap();
    assert!(
        rsa::pss::VerifyingKey::<Sha256>::new_with_salt_len(public, 222)
            .verify(&body, &signature)
            .is_err()
    );
    sandbox.stop().await;
}

#[test]
fn e26_e29_what_an_answer_means_for_an_event() {
    for (status, expected) in [
        (Some(200), Verdict::Delivered),
        (Some(204), Verdict::Delivered),
        (Some(301), Verdict::Retry),
        (Some(400), Verdict::Dropped),
        (Some(401), Verdict::Retry),
        (Some(403), Verdict::Retry),
        (Some(404), Verdict::Dropped),
        (Some(408), Verdict::Dropped),
        (Some(413), Verdict::Dropped),
        (Some(422), Verdict::Dropped),
        (Some(429), Verdict::Retry),
        (Some(500), Verdict::Retry),
        (Some(503), Verdict::Retry),
        (None, Verdict::Retry),
    ] {
        assert_eq!(verdict(status), expected, "{status:?}");
    }
}

#[tokio::test]
async fn e27_e29_retryable_answers_and_silence_are_tried_again() {
    let (receiver, url) = Receiver {
        script: Arc::new(Mutex::new(vec![500, 401, 403, 429, 503, 0])),
        ..Receiver::default()
    }
    .start()
    .await;
    let mut config = SandboxConfig {
        webhook: Some(url),
        ..quiet(20)
    };
    config.delivery.timeout = StdDuration::from_millis(1500);
    let sandbox = start(config).await.unwrap();
    connect(&sandbox, 0).await;
    control(&sandbox, "POST", "trips", json!({"trip": {"TripName": "A"}})).await;
    until(|| sandbox.deliveries().delivered == 1).await;
    assert_eq!((receiver.count(), sandbox.deliveries().tries), (7, 7));
    let bodies = receiver.bodies();
    assert!(bodies.iter().all(|body| *body == bodies[0]), "the same event each time");
    sandbox.stop().await;
}

#[tokio::test]
async fn e28_another_4xx_drops_the_event_for_good() {
    let (receiver, url) = Receiver {
        script: Arc::new(Mutex::new(vec![404])),
        ..Receiver::default()
    }
    .start()
    .await;
    let sandbox = start(SandboxConfig {
        webhook: Some(url),
        ..quiet(20)
    })
    .await
    .unwrap();
    connect(&sandbox, 0).await;
    control(&sandbox, "POST", "trips", json!({"trip": {"TripName": "A"}})).await;
    until(|| sandbox.deliveries().dropped == 1).await;
    assert_eq!((receiver.count(), sandbox.deliveries().queued), (1, 0));
    let (_, log) = control(&sandbox, "GET", "deliveries", json!({})).await;
    assert_eq!(
        (&log["outcomes"][0]["tries"], &log["outcomes"][0]["verdict"]),
        (&json!([404]), &json!("dropped"))
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn e29_e30_a_refused_connection_is_retried_until_the_retention_ends() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let mut config = SandboxConfig {
        webhook: Some(format!("http://{closed}/")),
        ..quiet(20)
    };
    config.delivery.give_up_after = StdDuration::from_millis(300);
    let sandbox = start(config).await.unwrap();
    connect(&sandbox, 0).await;
    control(&sandbox, "POST", "trips", json!({"trip": {"TripName": "A"}})).await;
    until(|| sandbox.deliveries().given_up == 1).await;
    assert!(sandbox.deliveries().tries > 2);
    assert_eq!(
        DeliveryPolicy::default().give_up_after,
        StdDuration::from_secs(72 * 3600),
        "E30"
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn e33_at_most_24_deliveries_run_at_once() {
    let (receiver, url) = Receiver {
        pause: StdDuration::from_millis(250),
        ..Receiver::default()
    }
    .start()
    .await;
    let sandbox = start(SandboxConfig {
        webhook: Some(url),
        ..quiet(20)
    })
    .await
    .unwrap();
    connect(&sandbox, 0).await;
    let (_, put) = control(
        &sandbox,
        "POST",
        "trips",
        json!({"trip": {"TripName": "A"}, "announce": false}),
    )
    .await;
    control(&sandbox, "POST", "burst", json!({"trip": put["id"], "events": 120})).await;
    until(|| sandbox.deliveries().delivered == 120).await;
    let most = receiver.running.lock().unwrap().1;
    assert!((12..=24).contains(&most), "{most}");
    sandbox.stop().await;
}

#[tokio::test]
async fn e11_t45_t52_the_life_of_a_trip_put_by_hand() {
    let (receiver, url) = Receiver::default().start().await;
    let sandbox = start(SandboxConfig {
        webhook: Some(url),
        ..quiet(20)
    })
    .await
    .unwrap();
    let (partner, _) = connect(&sandbox, 0).await;
    let (_, people) = control(&sandbox, "GET", "people?limit=3", json!({})).await;
    let (login, user) = (people["people"][2]["login"].clone(), people["people"][2]["id"].clone());
    let document = json!({"TripName": "London", "TripStatus": 0, "Bookings": [{"Segments": {"Air": [{"StartCityCode": "JFK", "EndCityCode": "LHR"}]}}]});
    let (_, put) = control(&sandbox, "POST", "trips", json!({"user": login, "trip": document})).await;
    let (id, href) = (
        put["id"].as_str().unwrap().to_owned(),
        put["href"].as_str().unwrap().to_owned(),
    );
    let (_, trip) = partner.get(&href).await;
    assert_eq!(
        (&trip["UserLoginId"], &trip["Bookings"]),
        (&login, &document["Bookings"])
    );
    assert_eq!(trip["id"], href);

    control(
        &sandbox,
        "PUT",
        &format!("trips/{id}"),
        json!({"trip": {"TripName": "Paris"}}),
    )
    .await;
    assert_eq!(partner.get(&href).await.1["TripName"], "Paris");
    control(&sandbox, "POST", &format!("trips/{id}/cancel"), json!({})).await;
    let (_, cancelled) = partner.get(&href).await;
    assert_eq!(
        (&cancelled["TripStatus"], &cancelled["Bookings"]),
        (&json!(2), &json!([])),
        "T45"
    );
    control(&sandbox, "POST", &format!("trips/{id}/anonymize"), json!({})).await;
    assert!(!partner.get(&href).await.1.to_string().contains("Paris"), "T52");
    control(&sandbox, "DELETE", &format!("trips/{id}"), json!({})).await;
    assert_eq!(partner.get(&href).await.0, 404, "T51");
    assert_eq!(
        control(&sandbox, "DELETE", &format!("trips/{id}"), json!({})).await.0,
        404
    );

    receiver.reaches(5).await;
    let mut kinds = BTreeMap::new();
    for event in receiver.bodies() {
        assert_eq!((&event["facts"]["id"], &event["facts"]["userId"]), (&json!(id), &user));
        kinds.insert(
            event["eventType"].as_str().unwrap().to_owned(),
            event["facts"].get("hrefs").is_some(),
        );
    }
    let expected = [
        ("ItineraryAnonymized", false),
        ("ItineraryCancelled", true),
        ("ItineraryCreated", true),
        ("ItineraryDeleted", false),
        ("ItineraryUpdated", true),
    ];
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        expected.map(|(kind, href)| (kind.to_owned(), href)),
        "E11"
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn e12_e22_events_may_lack_their_id_come_twice_or_never() {
    let (receiver, url) = Receiver::default().start().await;
    let sandbox = start(SandboxConfig {
        webhook: Some(url),
        ..quiet(20)
    })
    .await
    .unwrap();
    connect(&sandbox, 0).await;
    let (_, put) = control(
        &sandbox,
        "POST",
        "trips",
        json!({"trip": {"TripName": "A"}, "announce": false}),
    )
    .await;
    let touch = format!("trips/{}", put["id"].as_str().unwrap());
    sandbox.set_faults(Faults {
        lose_events: 1.0,
        ..Faults::default()
    });
    assert_eq!(control(&sandbox, "PUT", &touch, json!({})).await.1["deliveries"], 0);
    sandbox.set_faults(Faults {
        duplicate_events: Some(1.0),
        events_without_id: Some(1.0),
        ..Faults::default()
    });
    assert_eq!(control(&sandbox, "PUT", &touch, json!({})).await.1["deliveries"], 2);
    receiver.reaches(2).await;
    let bodies = receiver.bodies();
    assert_eq!(bodies[0], bodies[1]);
    assert!(bodies[0].get("id").is_none());
    sandbox.stop().await;
}

#[tokio::test]
async fn e21_connecting_does_not_flood_and_the_living_world_is_told() {
    let (receiver, url) = Receiver::default().start().await;
    let sandbox = start(SandboxConfig {
        webhook: Some(url),
        ..quiet(100)
    })
    .await
    .unwrap();
    connect(&sandbox, 0).await;
    assert_eq!(
        sandbox.deliveries().queued + sandbox.deliveries().delivered,
        0,
        "E21: earlier trips come through the backlog"
    );
    sandbox.set_alive(true);
    let (_, ticked) = control(&sandbox, "POST", "tick", json!({"n": 20})).await;
    assert!(ticked["deliveries"].as_u64().unwrap() >= 8, "{ticked}");
    receiver.reaches(1).await;
    assert!(
        receiver
            .bodies()
            .iter()
            .all(|event| event["facts"]["companyId"] == sandbox.companies()[0].id.to_string())
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn t48_a_recreated_trip_is_gone_and_comes_back() {
    let (receiver, url) = Receiver::default().start().await;
    let sandbox = start(SandboxConfig {
        webhook: Some(url),
        speed: 5000.0,
        ..quiet(20)
    })
    .await
    .unwrap();
    connect(&sandbox, 0).await;
    let (_, put) = control(
        &sandbox,
        "POST",
        "trips",
        json!({"trip": {"TripName": "Back again"}, "announce": false}),
    )
    .await;
    control(
        &sandbox,
        "POST",
        &format!("trips/{}/recreate", put["id"].as_str().unwrap()),
        json!({}),
    )
    .await;
    receiver.reaches(1).await;
    assert_eq!(receiver.bodies()[0]["eventType"], "ItineraryDeleted");
    sandbox.set_alive(true);
    let back = || {
        receiver
            .bodies()
            .iter()
            .any(|event| event["eventType"] == "ItineraryCreated")
    };
    until(back).await;
    sandbox.stop().await;
}

#[tokio::test]
async fn a_raw_body_can_be_posted_with_any_signature() {
    let (receiver, url) = Receiver::default().start().await;
    let sandbox = start(SandboxConfig {
        webhook: Some(url),
        ..quiet(20)
    })
    .await
    .unwrap();
    for signature in ["good", "wrong", "none"] {
        assert_eq!(
            control(
                &sandbox,
                "POST",
                "events",
                json!({"body": "not json", "signature": signature})
            )
            .await
            .1["deliveries"],
            1
        );
    }
    receiver.reaches(3).await;
    let seen = receiver.seen.lock().unwrap().clone();
    assert!(seen.iter().all(|(_, body)| body.as_ref() == b"not json"));
    assert_eq!(
        seen.iter()
            .filter(|(headers, _)| headers.contains_key("concur-signature"))
            .count(),
        2
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn only_loopback_is_served() {
    let refused = start(SandboxConfig {
        host: "0.0.0.0".parse().unwrap(),
        ..quiet(1)
    })
    .await;
    assert!(refused.is_err());
    let sandbox = start(quiet(5)).await.unwrap();
    let rebound = client()
        .get(sandbox.app_center_url())
        .header("host", "attacker.example")
        .send()
        .await
        .unwrap();
    assert_eq!(rebound.status().as_u16(), 421);
    let page = client()
        .post(format!("{}/control/pause", sandbox.origin()))
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status().as_u16(), 403);
    sandbox.stop().await;
}
