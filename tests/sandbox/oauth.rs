//! App Center page and OAuth 2: one-time tokens, errors, rotation, disconnecting.

use super::*;

#[tokio::test]
async fn q2_q4_connect_redirects_with_a_token_of_its_own() {
    let sandbox = start(quiet(20)).await.unwrap();
    let page = client().get(sandbox.app_center_url()).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe") && policy.contains("http://127.0.0.1:9"),
        "{policy}"
    );
    let html = page.text().await.unwrap();
    assert!(html.contains("Fjordline Energy") && html.contains("<form method=\"post\"") && !html.contains("<script"));
    let id = sandbox.companies()[0].id.to_string();
    let mut tokens = BTreeSet::new();
    for _ in 0..2 {
        let pressed = client()
            .post(format!("{}/appcenter/connect", sandbox.origin()))
            .form(&[("company", id.as_str())])
            .send()
            .await
            .unwrap();
        assert_eq!(pressed.status().as_u16(), 301);
        assert_eq!(pressed.headers()["cache-control"], "no-store");
        let target = url::Url::parse(pressed.headers()["location"].to_str().unwrap()).unwrap();
        assert_eq!(target.path(), "/connect");
        let query: HashMap<_, _> = target.query_pairs().into_owned().collect();
        assert_eq!(query["id"], id);
        assert!(Uuid::try_parse(&query["userId"]).is_ok());
        tokens.insert(query["requestToken"].clone());
    }
    assert_eq!(tokens.len(), 2);
    sandbox.stop().await;
}

#[tokio::test]
async fn q11_q42_the_exchange_answers_as_documented() {
    let sandbox = start(quiet(20)).await.unwrap();
    let (_, grant) = connect(&sandbox, 0).await;
    assert_eq!(grant["expires_in"], "3600", "Q27: a string");
    assert_eq!(grant["geolocation"], sandbox.origin());
    assert!(
        grant["refresh_expires_in"].as_i64().unwrap() > Utc::now().timestamp() + 150 * 86_400,
        "Q28: epoch seconds"
    );

    let parts: Vec<&str> = grant["id_token"].as_str().unwrap().split('.').collect();
    let decoded = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let (header, claims) = (decoded(parts[0]), decoded(parts[1]));
    assert_eq!(claims["sub"], sandbox.companies()[0].id.to_string(), "Q15");
    assert_eq!(
        (&claims["aud"], &claims["concur.type"]),
        (&json!(sandbox.client_id()), &json!("company"))
    );
    assert!(claims.get("concur.profile").is_none(), "Q43");
    let keys: Value = client()
        .get(format!("{}/oauth2/v0/jwks", sandbox.origin()))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let key = &keys["keys"][0];
    assert_eq!((&header["kid"], &header["alg"]), (&key["kid"], &json!("RS256")));
    assert!(key["kid"].as_str().unwrap().chars().all(|c| c.is_ascii_digit()), "Q45");
    let number = |name: &str| {
        rsa::BoxedUint::from_be_slice_vartime(&URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap())
    };
    let public = rsa::RsaPublicKey::new(number("n"), number("e")).unwrap();
    let signature = rsa::pkcs1v15::Signature::try_from(URL_SAFE_NO_PAD.decode(parts[2]).unwrap().as_slice()).unwrap();
    let signed = format!("{}.{}", parts[0], parts[1]);
    rsa::pkcs1v15::VerifyingKey::<Sha256>::new(public)
        .verify(signed.as_bytes(), &signature)
        .unwrap();
    sandbox.stop().await;
}

#[tokio::test]
async fn q48_errors_of_the_token_endpoint_carry_their_codes() {
    let sandbox = start(quiet(20)).await.unwrap();
    let (query, other) = (link(&sandbox, 0), link(&sandbox, 1));
    let (id, request_token) = (query["id"].as_str(), query["requestToken"].as_str());
    let (client_id, secret) = (sandbox.client_id(), sandbox.client_secret());
    let good = [
        ("client_id", client_id),
        ("client_secret", secret),
        ("grant_type", "password"),
        ("username", id),
        ("password", request_token),
        ("credtype", "authtoken"),
    ];
    let with = |changes: &[(&'static str, Option<&'static str>)]| {
        let change = |name: &str| {
            changes
                .iter()
                .find(|(changed, _)| *changed == name)
                .map(|(_, value)| *value)
        };
        good.iter()
            .filter_map(|(name, value)| {
                change(name)
                    .unwrap_or(Some(value))
                    .map(|value| (*name, value.to_owned()))
            })
            .collect::<Vec<_>>()
    };
    let cases: Vec<(Vec<(&str, String)>, i64)> = vec![
        (with(&[("grant_type", None)]), 65),
        (with(&[("client_id", None)]), 62),
        (with(&[("client_secret", None)]), 63),
        (with(&[("client_id", Some("unknown"))]), 61),
        (with(&[("client_secret", Some("wrong"))]), 64),
        (with(&[("grant_type", Some("telepathy"))]), 60),
        (with(&[("username", None)]), 51),
        (with(&[("password", None)]), 52),
        (with(&[("credtype", None)]), 5),
        (with(&[("credtype", Some("password"))]), 5),
        (with(&[("credtype", Some("cookie"))]), 120),
        (with(&[("username", Some("00000000-0000-4000-8000-000000000000"))]), 100),
        (with(&[("password", Some("at-unknown"))]), 5),
        (with(&[("grant_type", Some("refresh_token"))]), 106),
    ];
    for (form, code) in cases {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, body) = token(&sandbox, &form).await;
        assert!((400..500).contains(&status) && body["error"].is_string(), "{body}");
        assert_eq!(body["code"], code, "{form:?}");
    }
    let (_, foreign) = exchange(&sandbox, id, &other["requestToken"]).await;
    assert_eq!(foreign["code"], 136, "a token of another company");
    assert_eq!(
        exchange(&sandbox, &id.to_uppercase(), request_token).await.0,
        200,
        "Q5: in any case"
    );
    assert_eq!(
        exchange(&sandbox, id, request_token).await.1["code"],
        19,
        "Q7: one time"
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn q23_refresh_rotates_and_strictly_so_if_wanted() {
    let sandbox = start(quiet(20)).await.unwrap();
    let (_, grant) = connect(&sandbox, 0).await;
    let first = grant["refresh_token"].as_str().unwrap();
    let refresh = async |value: &str| {
        token(
            &sandbox,
            &credentials(&sandbox, &[("grant_type", "refresh_token"), ("refresh_token", value)]),
        )
        .await
    };
    let (status, second) = refresh(first).await;
    assert_eq!(status, 200);
    let second = second["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(refresh(first).await.0, 200, "the old one still works by default");
    sandbox.set_faults(Faults {
        strict_rotation: true,
        ..Faults::default()
    });
    assert_eq!(refresh(&second).await.0, 200);
    assert_eq!(refresh(&second).await.1["code"], 108);
    assert_eq!(refresh("nonsense").await.1["code"], 108);
    let scoped = [
        ("grant_type", "refresh_token"),
        ("refresh_token", first),
        ("scope", "travel.itinerary.read root.of.all"),
    ];
    assert_eq!(token(&sandbox, &credentials(&sandbox, &scoped)).await.1["code"], 54);
    sandbox.stop().await;
}

#[tokio::test]
async fn q33_faults_can_send_a_caller_elsewhere_once() {
    let sandbox = start(quiet(20)).await.unwrap();
    let query = link(&sandbox, 0);
    let elsewhere = Some("https://eu2.api.concursolutions.com/oauth2/v0/token".to_owned());
    let fault = TokenFault {
        code: 16,
        status: None,
        geolocation: elsewhere.clone(),
        grant: Some("password".into()),
        times: Some(1),
    };
    sandbox.set_faults(Faults {
        token: Some(fault),
        ..Faults::default()
    });
    application(&sandbox).await;
    let (status, body) = exchange(&sandbox, &query["id"], &query["requestToken"]).await;
    assert_eq!(
        (status, &body["code"], body["geolocation"].as_str().map(str::to_owned)),
        (400, &json!(16), elsewhere)
    );
    assert_eq!(exchange(&sandbox, &query["id"], &query["requestToken"]).await.0, 200);
    sandbox.stop().await;
}

#[tokio::test]
async fn q52_disconnecting_ends_tokens_and_events() {
    let (receiver, url) = Receiver::default().start().await;
    let sandbox = start(SandboxConfig {
        webhook: Some(url),
        ..quiet(20)
    })
    .await
    .unwrap();
    let (partner, grant) = connect(&sandbox, 0).await;
    let removed = partner
        .http
        .delete(format!("{}/app-mgmt/v0/connections", sandbox.origin()))
        .bearer_auth(&partner.access)
        .send()
        .await
        .unwrap();
    assert_eq!(removed.status().as_u16(), 200);
    assert_eq!(partner.get("/travel/v4/trips?schema=id").await.0, 401);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", grant["refresh_token"].as_str().unwrap()),
    ];
    assert_eq!(token(&sandbox, &credentials(&sandbox, &refresh)).await.1["code"], 108);
    let (_, put) = control(&sandbox, "POST", "trips", json!({"trip": {"TripName": "x"}})).await;
    assert_eq!((&put["deliveries"], receiver.count()), (&json!(0), 0));
    sandbox.stop().await;
}
