//! The boards, the search and the file: what they count is what the map page counts.

use crate::rig::rig;

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
}
