//! The description of the REST interface and the interface itself: each path of one is in the other.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::rig::{TRIP_A, rig};

/// `GET /api/v1/events` of the routes' source, which is the only list of them that there is.
fn routes() -> BTreeSet<String> {
    let source = include_str!("../../src/web/rest/mod.rs");
    let routes = source.split(".route(").skip(1).flat_map(|route| {
        let path = route.split('"').nth(1).unwrap();
        let handlers = route.split(".fallback(").next().unwrap();
        let methods = ["get", "post", "put", "delete", "patch"].into_iter().filter(|m| {
            let call = format!("{m}(");
            handlers.contains(&format!(" {call}"))
                || handlers.contains(&format!(".{call}"))
                || handlers.contains(&format!("::{call}"))
        });
        methods
            .map(|m| format!("{} /api/v1{path}", m.to_uppercase()))
            .collect::<Vec<_>>()
    });
    routes.collect()
}

fn documented(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().keys().filter(|k| *k != "parameters");
        methods
            .map(|m| format!("{} {path}", m.to_uppercase()))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

#[tokio::test]
async fn the_description_is_open_to_everyone_and_names_every_route_and_no_other() {
    let rig = rig().await;
    let answer = rig.ask("GET", "/api/v1/openapi.json").send().await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, "application/json")
    );
    let document = answer.json();
    assert!(
        document["openapi"].as_str().unwrap().starts_with("3.1"),
        "{}",
        document["openapi"]
    );
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let mut routes = routes();
    assert!(routes.remove("GET /api/v1/openapi.json"), "{routes:?}");
    assert!(routes.len() >= 9, "{routes:?}");
    assert_eq!(documented(&document), routes);
}

#[tokio::test]
async fn every_path_of_the_description_exists_and_wants_a_token() {
    let rig = rig().await;
    let document = rig.ask("GET", "/api/v1/openapi.json").send().await.json();
    for operation in documented(&document) {
        let (method, template) = operation.split_once(' ').unwrap();
        let item = &document["paths"][template][method.to_lowercase()];
        assert_eq!(item["security"][0]["bearer"], serde_json::json!([]), "{operation}");
        let path = template.replace("{id}", TRIP_A).replace("{data_centre}", "atlantis");
        assert!(!path.contains('{'), "{operation}");
        rig.ask(method, &path).send().await.is_problem(401);
        let answer = rig.ask(method, &path).token("operator").send().await;
        assert_ne!(answer.status.as_u16(), 405, "{operation}");
        if answer.status.as_u16() == 404 {
            let text = answer.text();
            assert!(
                template.contains('{') && !text.contains("no path"),
                "{operation}: {text}"
            );
        }
        let told = answer.status.as_str();
        assert!(
            item["responses"].get(told).is_some(),
            "{operation} answers {told}, which is not described"
        );
        for status in ["401", "200", "202", "204"] {
            let described = item["responses"].get(status).is_some();
            assert!(status != "401" || described, "{operation} does not describe {status}");
        }
    }
}
