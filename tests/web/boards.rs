//! The boards, the search and the file: what they count is what the map page counts.

use app::view::{Filter, Instant, MapQuery};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::functions::ask;
use crate::rig::{A, MARK_B, TRIPS_A, document, rig};

#[tokio::test]
async fn the_boards_count_the_people_that_the_map_page_counts() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let query = json!({"company": null, "open": "GB", "leaving": true});
    let boards = ask(&rig, &cookie, "get_boards", json!({ "query": query })).await;
    let map = app::view::MapQuery::default();
    let map = ask(&rig, &cookie, "get_map_page", json!({ "query": map })).await;
    assert_eq!(boards["counts"], map["counts"]);

    let people = TRIPS_A.len();
    let country = &boards["countries"][0];
    for (key, wanted) in [
        ("now", people),
        ("today", people),
        ("week", people),
        ("yesterday", people),
    ] {
        assert_eq!(country[key], wanted, "{key}: {country}");
    }
    assert_eq!(
        (&country["key"], &country["name"]),
        (&json!("GB"), &json!("United Kingdom"))
    );
    assert_eq!(country["cities"][0]["name"], "London");
    assert_eq!(country["cities"][0]["now"], people);
    // No hotel is booked, the flight home leaves in four days, and the documents came just now.
    assert_eq!(
        (&boards["no_bed"]["total"], &country["no_bed"]),
        (&json!(people), &json!(people))
    );
    assert_eq!((&boards["leaving"], &boards["arriving"]), (&json!(0), &json!(0)));
    assert_eq!(boards["changed"]["total"], people);
    assert_eq!(boards["changed"]["first"].as_array().unwrap().len(), people);

    let page = rig.ask("GET", "/boards?open=GB").with("cookie", &cookie).send().await;
    let html = page.text();
    assert_eq!(page.status.as_u16(), 200);
    for shown in [
        "United Kingdom",
        "London",
        "No bed tonight",
        "Zoë Dover",
        "Nobody arrives",
    ] {
        assert!(html.contains(shown), "{shown}");
    }
    assert!(!html.contains(MARK_B));
}

#[tokio::test]
async fn the_boards_are_for_people_who_are_signed_in() {
    let rig = rig().await;
    let answer = rig.ask("GET", "/boards?open=GB").send().await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, "/sign-in?next=%2Fboards%3Fopen%3DGB")
    );
    let answer = rig.ask("GET", "/map/people.csv").send().await;
    assert_eq!(answer.status.as_u16(), 401);
}

#[tokio::test]
async fn a_search_finds_by_name_and_country_whatever_the_accents_and_with_one_slip() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    for (q, found) in [
        ("zoe", 1),
        ("ODEGARD", 1),
        ("Odegaard", 1),
        ("dover", 2),
        ("united kingdom", 4),
        ("Lodnon", 4),
        ("zoe zimmer", 0),
        ("Quillfeather", 0),
    ] {
        let query = app::view::MapQuery {
            q: q.to_owned(),
            ..Default::default()
        };
        let page = ask(&rig, &cookie, "get_map_page", json!({ "query": query })).await;
        assert_eq!(page["total"], found, "{q}");
    }
}

/// A map that lacks somebody without a word says that they are nowhere. Of whom only a hotel is known, nobody knows the home.
#[tokio::test]
async fn r162_whoever_is_listed_is_drawn_or_counted_as_not_on_the_map() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let trip = "51aa0000-0000-4000-8000-000000000005";
    let mut lodged = document(trip, "Ola", "Lodger", "LHR");
    let night = |days| {
        (Utc::now() + TimeDelta::days(days))
            .format("%Y-%m-%dT15:00:00")
            .to_string()
    };
    lodged["Bookings"][0]["Segments"] = json!({"Hotel": [{
        "Name": "Rowan House", "StartCity": "London", "StartCountry": "GB", "Status": "HK",
        "StartDateLocal": night(2), "EndDateLocal": night(4)
    }]});
    rig.fake.serve(trip, Some(lodged));
    rig.deliver(A, trip).await;
    let mut homeless = 0;
    for days in [-400, -3, 0, 3, 12, 400] {
        for filter in Filter::EVERY {
            let query = MapQuery {
                at: Some(Instant(Utc::now().timestamp() + days * 86_400)),
                filter,
                ..Default::default()
            };
            let page = ask(&rig, &cookie, "get_map_page", json!({ "query": query })).await;
            let map = rig.ask("GET", &query.geojson_href()).with("cookie", &cookie);
            let map = map.send().await.json();
            let people = |feature: &Value| match feature["properties"]["kind"].as_str() {
                Some("person") => 1,
                _ => feature["properties"]["n"].as_u64().unwrap_or_default(),
            };
            let drawn: u64 = map["features"].as_array().unwrap().iter().map(people).sum();
            let undrawn = |why: &str| page["undrawn"][why].as_u64().unwrap();
            let shown = drawn + undrawn("home") + undrawn("nowhere");
            assert_eq!(page["total"], shown, "{days} {filter:?} {page} {map}");
            assert!(undrawn("nowhere") <= page["counts"]["unplaced"].as_u64().unwrap());
            homeless += undrawn("home");
        }
    }
    assert!(homeless > 0);
    let html = rig.ask("GET", "/?show=all").with("cookie", &cookie).send().await.text();
    assert!(html.contains("Not on the map: 1 at a home that is not known"), "{html}");
}

#[tokio::test]
async fn a_timeline_is_a_calendar_and_crosses_no_wall() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let get = async |id: &str| {
        let path = format!("/map/person.ics?person={id}");
        rig.ask("GET", &path).with("cookie", &cookie).send().await
    };
    let answer = get(&rig.traveler_a).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    assert!(answer.header("content-type").starts_with("text/calendar"));
    let text = answer.text().replace("\r\n ", "");
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.contains("SUMMARY:Emil Dover: London"), "{text}");
    let count = |what: &str| text.matches(what).count();
    assert_eq!(count("BEGIN:VEVENT"), count("END:VEVENT"));
    assert_eq!(get(&rig.traveler_b).await.status.as_u16(), 404);
    assert_eq!(get("").await.status.as_u16(), 404);
}

#[tokio::test]
async fn the_file_holds_what_the_list_shows() {
    let rig = rig().await;
    let cookie = rig.sign_in("viewer-a@example.com").await;
    let answer = rig
        .ask("GET", "/map/people.csv?sort=name&q=dover")
        .with("cookie", &cookie)
        .send()
        .await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(answer.header("content-type").starts_with("text/csv"));
    assert!(
        answer
            .header("content-disposition")
            .starts_with("attachment; filename=\"whereabouts-")
    );
    let text = answer.text();
    let lines = text
        .trim_start_matches('\u{feff}')
        .trim_end()
        .split("\r\n")
        .collect::<Vec<_>>();
    assert!(lines[0].starts_with("Name,Place,Precision,"), "{}", lines[0]);
    let names = lines[1..]
        .iter()
        .map(|l| l.split(',').next().unwrap())
        .collect::<Vec<_>>();
    assert_eq!(names, ["Emil Dover", "Zoë Dover"]);
    assert!(
        lines[1].contains(",London,") && lines[1].contains(",New York,"),
        "{}",
        lines[1]
    );
    assert!(
        lines[1].contains(",,"),
        "since and until were not asked for: {}",
        lines[1]
    );
    let path = "/map/people.csv?sort=name&q=dover&cols=next,since";
    let text = rig.ask("GET", path).with("cookie", &cookie).send().await.text();
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let (head, emil) = (
        text.lines().next().unwrap_or_default(),
        text.lines().nth(1).unwrap_or_default(),
    );
    assert!(head.contains("Until") && cells(emil).len() >= 20, "{head}\n{emil}");
    let instants = cells(emil)[7..9].to_vec();
    assert!(
        instants
            .iter()
            .all(|at| at.parse::<chrono::DateTime<chrono::Utc>>().is_ok())
            && instants[0] < instants[1],
        "as the panel says: {instants:?}"
    );
}
