//! Managing the webhook subscription as the operator does, against the simulated event service (E51–E68).

use std::sync::Arc;

use whereabouts::concur::subscriptions::{DataCentre, SubscriptionProblem, TOPIC, id_for};
use whereabouts::concur::{Allow, Application, Concur, ConcurConfig, Sealer, Secret, TokenProblem};
use whereabouts::sandbox::StatusFault;

use super::*;

const ENDPOINT: &str = "http://127.0.0.1:9/ess/events";

/// A partner's server, and the only data centre it knows.
fn server(sandbox: &Sandbox, secret: &str) -> (Concur, DataCentre) {
    let allow = Allow::parse(sandbox.origin()).unwrap();
    let centre = DataCentre::parse(sandbox.origin(), &allow).unwrap().remove(0);
    let concur = Concur::new(ConcurConfig {
        application: Some(Application {
            client_id: sandbox.client_id().to_owned(),
            client_secret: Secret::new(secret),
        }),
        token_base: sandbox.origin().to_owned(),
        allow,
        sealer: Sealer::from_key([7; 32]),
        clock: Arc::new(Utc::now),
    });
    (concur.unwrap(), centre)
}

#[tokio::test]
async fn e51_e52_e55_e56_e58_e59_a_subscription_is_made_read_changed_and_removed() {
    let sandbox = start(quiet(20)).await.unwrap();
    let (concur, at) = server(&sandbox, sandbox.client_secret());
    assert_eq!(concur.subscriptions(&at).await.unwrap(), []);
    let id = id_for("https://whereabouts.example", "us2");
    let made = concur.subscribe(&at, &id, ENDPOINT).await.unwrap();
    assert_eq!(
        (made.id.as_str(), made.topic.as_str(), made.filter.as_str()),
        (id.as_str(), TOPIC, ".*")
    );
    assert_eq!(made.web_hook_config.endpoint, ENDPOINT);
    let moved = concur.subscribe(&at, &id, "http://127.0.0.1:9/other").await.unwrap();
    assert_eq!(moved.web_hook_config.endpoint, "http://127.0.0.1:9/other");
    assert_eq!(concur.subscriptions(&at).await.unwrap(), [moved]);
    assert_eq!(concur.subscription(&at, "nobody.s").await.unwrap(), None);
    assert!(concur.unsubscribe(&at, &id).await.unwrap());
    assert!(!concur.unsubscribe(&at, &id).await.unwrap(), "twice is no error");
    assert_eq!(concur.subscriptions(&at).await.unwrap(), []);
}

#[tokio::test]
async fn q12_e19_e20_e63_e68_a_company_is_in_the_subscription_once_its_token_is_exchanged() {
    let sandbox = start(quiet(20)).await.unwrap();
    let (concur, at) = server(&sandbox, sandbox.client_secret());
    let made = concur.subscribe(&at, "w.itinerary.us2", ENDPOINT).await.unwrap();
    let company = sandbox.companies()[0].id.to_string();
    assert!(!made.covers(&company));
    // The redirect alone connects nothing.
    let _ = sandbox.connect_link(sandbox.companies()[0].id);
    let read = concur.subscription(&at, &made.id).await.unwrap().unwrap();
    assert!(!read.covers(&company), "E20");
    connect(&sandbox, 0).await;
    let read = concur.subscription(&at, &made.id).await.unwrap().unwrap();
    assert_eq!(read.company_ids, [company], "E68, and E19: no other company's");
    let saved = concur.subscribe(&at, &made.id, ENDPOINT).await.unwrap();
    assert_eq!(saved.company_ids, read.company_ids, "E63: saving it changes none");
}

#[tokio::test]
async fn e60_e64_e66_a_sixth_subscription_is_refused_before_it_is_asked_for() {
    let sandbox = start(quiet(20)).await.unwrap();
    let (concur, at) = server(&sandbox, sandbox.client_secret());
    for n in 1..=5 {
        concur.subscribe(&at, &format!("w.{n}"), ENDPOINT).await.unwrap();
    }
    let sixth = concur.subscribe(&at, "w.6", ENDPOINT).await.unwrap_err();
    assert_eq!(sixth, SubscriptionProblem::TooMany);
    assert!(
        concur.subscribe(&at, "w.5", ENDPOINT).await.is_ok(),
        "one that is there can be changed"
    );
    concur.unsubscribe(&at, "w.1").await.unwrap();
    let wrong = concur.subscribe(&at, "Upper.Case", ENDPOINT).await.unwrap_err();
    assert!(
        matches!(wrong, SubscriptionProblem::Refused { status: 400, .. }),
        "{wrong:?}"
    );
}

#[tokio::test]
async fn e53_e54_a_wrong_secret_or_a_service_that_fails_is_said_and_tried_again_later() {
    let sandbox = start(quiet(20)).await.unwrap();
    let (concur, at) = server(&sandbox, "wrong");
    let refused = concur.subscriptions(&at).await.unwrap_err();
    assert!(
        matches!(refused, SubscriptionProblem::Token(TokenProblem::Operator { .. })),
        "{refused:?}"
    );
    let (concur, at) = server(&sandbox, sandbox.client_secret());
    sandbox.set_faults(Faults {
        subscriptions: Some(StatusFault {
            status: 503,
            times: Some(1),
            id: None,
            retry_after: None,
        }),
        ..Faults::default()
    });
    let refused = concur.subscriptions(&at).await.unwrap_err();
    assert!(
        matches!(refused, SubscriptionProblem::Refused { status: 503, .. }),
        "{refused:?}"
    );
    assert_eq!(concur.subscriptions(&at).await.unwrap(), []);
}
