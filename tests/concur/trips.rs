//! Fetching trips: hosts, statuses, limits, rest (T1–T6, T55, L1–L14, X1, X24, X28).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use whereabouts::concur::Allow;
use whereabouts::concur::correlation;
use whereabouts::concur::href::{followed, rebuilt};
use whereabouts::concur::trips::FetchProblem;

use crate::fake_concur::{COMPANY, FakeConcur, Reply};
use crate::{Rig, TRIP, connected};

const DEFAULT: &str = "https://*.api.concursolutions.com,https://*.api.concurcdc.cn";

async fn outcome(rig: &Rig) -> Result<(), FetchProblem> {
    rig.concur.trip(&rig.store, COMPANY, TRIP, None).await.map(drop)
}

fn trips_answer(fake: &FakeConcur, reply: Reply) {
    fake.script(move |seen| seen.path.contains("trips").then(|| reply.clone()));
}

#[test]
fn t3_x1_l16_every_data_centre_is_reached_by_its_own_name_and_none_is_made_of_a_region() {
    let allow = Allow::parse(DEFAULT).unwrap();
    for host in [
        "us.api.concursolutions.com",
        "us2.api.concursolutions.com",
        "emea.api.concursolutions.com",
        "eu.api.concursolutions.com",
        "eu2.api.concursolutions.com",
        "apj1.api.concursolutions.com",
        "usg.api.concursolutions.com",
        "us-impl.api.concursolutions.com",
        "cn.api.concursolutions.com",
        "cn.api.concurcdc.cn",
    ] {
        let href = format!("https://{host}/travel/v4/trips/51aa");
        assert_eq!(followed(&allow, &href).unwrap().as_str(), href);
        let geolocation = allow.origin(&format!("https://{host}")).unwrap();
        assert_eq!(rebuilt(&geolocation, "51aa").unwrap().as_str(), href);
    }
    // The regions of the documents' `{region}` are no places by themselves.
    for region in ["us", "eu", "emea"] {
        assert!(allow.origin(region).is_err());
    }
}

#[test]
fn t55_t10_an_href_of_the_announced_version_is_followed_as_given() {
    let allow = Allow::parse(DEFAULT).unwrap();
    let href = "https://apj1.api.concursolutions.com/travel/v5/trips/51aa";
    assert_eq!(followed(&allow, href).unwrap().as_str(), href);
}

#[tokio::test]
async fn x28_t3_where_there_is_no_such_interface_its_404_and_403_are_believed() {
    let rig = connected().await;
    trips_answer(&rig.fake, Reply::status(404));
    assert_eq!(outcome(&rig).await, Err(FetchProblem::Gone));
    trips_answer(&rig.fake, Reply::status(403));
    assert_eq!(outcome(&rig).await, Err(FetchProblem::Forbidden));
}

#[tokio::test]
async fn l3_x24_429_and_503_both_pause_the_company_with_and_without_retry_after() {
    let rig = connected().await;
    for status in [429, 503] {
        for (header, after) in [(None, None), (Some("30"), Some(Duration::from_secs(30)))] {
            let mut reply = Reply::status(status);
            if let Some(header) = header {
                reply = reply.with("retry-after", header);
            }
            trips_answer(&rig.fake, reply);
            assert_eq!(outcome(&rig).await, Err(FetchProblem::Pause { status, after }));
        }
    }
}

#[tokio::test]
async fn l4_a_400_may_pass_and_is_never_the_end_of_a_trip() {
    let rig = connected().await;
    trips_answer(&rig.fake, Reply::status(400));
    assert_eq!(outcome(&rig).await, Err(FetchProblem::Later("status 400".to_owned())));
}

#[tokio::test]
async fn l5_a_403_costs_one_refresh_of_an_old_token_and_none_of_a_young_one() {
    let rig = connected().await;
    trips_answer(&rig.fake, Reply::status(403));
    assert_eq!(outcome(&rig).await, Err(FetchProblem::Forbidden));
    assert_eq!(
        (rig.fake.seen("trips").len(), rig.fake.seen("oauth2").len()),
        (1, 1),
        "a token of this minute is not the reason"
    );
}

#[tokio::test]
async fn l8_t6_error_bodies_old_new_and_broken_change_nothing() {
    let rig = connected().await;
    for body in [
        r#"{"errors":[{"errorCode":"x","errorMessage":"y","errors":[{"errors":[]}]}]}"#,
        r#"{"StatusCode":404,"Content":{"Error":{"Message":"x","Server-Time":"y","Id":"z"}}}"#,
        "<html>not found</html>",
        "",
    ] {
        let reply = Reply {
            body: body.as_bytes().to_vec(),
            ..Reply::status(404)
        };
        trips_answer(&rig.fake, reply);
        assert_eq!(outcome(&rig).await, Err(FetchProblem::Gone), "{body}");
    }
}

#[tokio::test]
async fn l7_l12_l13_requests_say_their_length_carry_an_id_and_hold_no_secret_in_the_address() {
    let rig = connected().await;
    let given = "7d1e0000-0000-4000-8000-000000000001";
    rig.fake.serve(TRIP, Some(json!({"id": TRIP})));
    correlation::with(Some(given), outcome(&rig)).await.unwrap();
    outcome(&rig).await.unwrap();
    for seen in rig.fake.seen("") {
        assert!(!seen.headers.contains_key("transfer-encoding"), "L7");
        assert!(!seen.query.contains("token") && !seen.query.contains("secret"), "L13");
        if seen.method == "POST" {
            assert!(seen.headers.contains_key("content-length"), "L7");
            assert_eq!(seen.headers["content-type"], "application/x-www-form-urlencoded", "L13");
        }
    }
    let ids: Vec<String> = rig
        .fake
        .seen("trips")
        .iter()
        .map(|seen| seen.headers["concur-correlationid"].to_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids[0], given, "L12, E17");
    assert!(ids[1] != given && ids[1].len() == 36, "one of its own");
}

#[tokio::test]
async fn l1_l6_a_host_that_breaks_off_is_left_alone_after_five_trips_and_asked_again_later() {
    let rig = connected().await;
    rig.concur.breaker().rest_first(Duration::from_millis(400));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    rig.fake.script(move |seen| {
        seen.path.contains("trips").then(|| {
            count.fetch_add(1, Ordering::SeqCst);
            Reply::status(502)
        })
    });
    for n in 0..5 {
        let problem = rig
            .concur
            .trip(&rig.store, COMPANY, &format!("trip-{n}"), None)
            .await
            .unwrap_err();
        assert_eq!(problem, FetchProblem::Later("status 502".to_owned()));
    }
    for _ in 0..20 {
        assert!(matches!(outcome(&rig).await, Err(FetchProblem::Resting { .. })));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 5, "nobody asks a host that rests");
    let Err(problem @ FetchProblem::Resting { until }) = outcome(&rig).await else {
        panic!()
    };
    assert_eq!(problem.class(), "resting");
    rig.fake.script(|_| None);
    rig.fake.serve(TRIP, Some(json!({"id": TRIP})));
    tokio::time::sleep((until - chrono::Utc::now()).to_std().unwrap_or_default()).await;
    outcome(&rig).await.unwrap();
    outcome(&rig).await.unwrap();
}

#[tokio::test]
async fn l1_a_slow_answer_is_waited_for() {
    let rig = connected().await;
    rig.fake.serve(TRIP, Some(json!({"id": TRIP})));
    rig.fake.slow_next(Duration::from_millis(700));
    outcome(&rig).await.unwrap();
    assert_eq!(rig.fake.most_together(), 1);
}

#[tokio::test]
async fn x23_b5_the_list_is_asked_by_the_end_of_trips_as_its_parameters_say() {
    let rig = connected().await;
    rig.fake
        .script(|seen| (seen.path == "/travel/v4/trips").then(|| Reply::json(&json!({"data": []}))));
    let from = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
    rig.concur.trip_ids(&rig.store, COMPANY, from, None).await.unwrap();
    assert_eq!(rig.fake.seen("trips")[0].query, "schema=id&endDateFrom=2026-03-01");
}

#[tokio::test]
async fn t2_i3_c1_only_the_companys_own_token_is_sent() {
    let rig = connected().await;
    rig.fake.serve(TRIP, Some(json!({"id": TRIP})));
    outcome(&rig).await.unwrap();
    let _ = rig.concur.person_by_id(&rig.store, COMPANY, "b7aa").await;
    rig.concur.company_name(&rig.store, COMPANY).await;
    let calls: Vec<_> = rig
        .fake
        .seen("")
        .into_iter()
        .filter(|seen| !seen.path.contains("oauth2"))
        .collect();
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|seen| seen.bearer == "access-1"));
    let grants: Vec<_> = rig
        .fake
        .seen("oauth2")
        .iter()
        .map(|seen| seen.form["grant_type"].clone())
        .collect();
    assert_eq!(grants, ["refresh_token"], "never the application's own");
}
