//! The HTML that the server writes: nothing a traveler's name can break, well nested, without style attributes.
//! Rendered from data, without a server: what needs a request is tested with the server's routes.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
#![cfg(feature = "ssr")]

use app::{
    pages::{
        map::{Screen, list::List, panel::Person, places::Places, sentence::Sentence, tabs::Tabs, time_bar::TimeBar},
        not_found::NotFound,
        sign_in::Problem,
    },
    view::*,
};
use leptos::prelude::*;
use leptos_router::{components::Router, location::RequestUrl};

const EVIL: &str = "<script>alert('1')</script>\"><img src=x onerror=alert(1)> & Søn";

fn row(id: &str, name: &str) -> Row {
    Row {
        id: id.into(),
        name: name.into(),
        mark: Mark {
            grade: Grade::Intent,
            old: true,
            flying: false,
        },
        place: EVIL.into(),
        precision: Precision::City,
        next: Some(NextMove {
            to: EVIL.into(),
            when: PlaceTime::new(Instant(1_795_400_000), -300, EVIL),
            landing: false,
            day_only: false,
        }),
        percent: 80,
        band: Band::Likely,
        changed_at: Instant(1_795_355_000),
        data_at: Some(Instant(1_795_200_000)),
        company: Some(EVIL.into()),
        group: None,
        since: None,
        until: None,
        source: Some(EVIL.into()),
        reach: Some(Reachable::default()),
    }
}

fn map_page(rows: Vec<Row>) -> MapPage {
    let now = Instant(1_795_356_000);
    let total = rows.len() as u32;
    MapPage {
        now,
        at: now,
        counts: Counts {
            away: 1_207,
            in_air: 29,
            planned: 11,
            unplaced: 6,
            people: 2_000,
        },
        data_at: Some(now.plus(-180)),
        rows,
        total,
        places: vec![PlaceGroup {
            kind: PlaceGroupKind::Country,
            label: EVIL.into(),
            people: ByGrade {
                confirmed: 2,
                inferred: 1,
                ..ByGrade::default()
            },
            q: Some(EVIL.into()),
        }],
        undrawn: Undrawn { nowhere: 1, home: 12 },
        clock: Clock::default(),
        histogram: Histogram {
            from: now.floor(86_400),
            bins: vec![
                Bin {
                    confirmed: 2,
                    booked: 1,
                    intent: 3,
                    inferred: 1
                };
                16
            ],
        },
        feed: Feed::Connected,
        incident: None,
    }
}

fn person_page() -> PersonPage {
    let now = Instant(1_795_356_000);
    let time = |s: i64| Some(PlaceTime::new(now.plus(s), 60, EVIL));
    let spell = |kind, from, until| Spell {
        kind,
        title: EVIL.into(),
        detail: Some(EVIL.into()),
        from,
        until,
        day_only: false,
        notes: vec![EVIL.into()],
        attention: Some(EVIL.into()),
        percent: 80,
    };
    PersonPage {
        id: "t1".into(),
        name: EVIL.into(),
        about: vec![EVIL.into()],
        now,
        at: now,
        zone: Some(EVIL.into()),
        answer: Answer {
            mark: Mark::of(Grade::Intent),
            title: EVIL.into(),
            percent: 80,
            band: Band::Likely,
            precision: Precision::City,
            radius_km: Some(25),
            conflict: true,
            since: time(-9_000),
            until: time(9_000),
        },
        bar: vec![
            BarPart {
                kind: BarPartKind::Place(Grade::Intent),
                label: EVIL.into(),
                percent: 80,
            },
            BarPart {
                kind: BarPartKind::Unknown,
                label: "unknown".into(),
                percent: 20,
            },
        ],
        reasons: [false, true]
            .map(|against| Reason {
                says: EVIL.into(),
                against,
                strength: Some(Strength::Strong),
                source: EVIL.into(),
                modified_at: Some(now.plus(-100)),
                booking: Some("K7QX2M".into()),
                rules: vec!["R25".into()],
            })
            .to_vec(),
        lacks: Some(EVIL.into()),
        timeline: vec![
            spell(SpellKind::Corridor, time(-9_000), time(-100)),
            spell(SpellKind::Stay(Grade::Intent), time(-100), time(9_000)),
            spell(SpellKind::Home, time(9_000), None),
        ],
        reach: Reach {
            allowed: true,
            contact: Some(Contact {
                phone: Some(EVIL.into()),
                email: Some(EVIL.into()),
                emergency: vec![Emergency {
                    name: EVIL.into(),
                    relationship: Some(EVIL.into()),
                    phones: vec![EVIL.into()],
                    emails: vec![EVIL.into()],
                }],
                read_at: Some(now),
            }),
            seen_by: vec![(EVIL.into(), now)],
        },
        why_not: Some(WhyNotView {
            asked: EVIL.into(),
            place: Some(EVIL.into()),
            percent: 1,
            band: Band::VeryUnlikely,
            because: vec![EVIL.into()],
        }),
        trips: vec![TripLine {
            id: "x".into(),
            name: EVIL.into(),
            status: EVIL.into(),
            personal: false,
            dates: EVIL.into(),
            bookings: vec![BookingLine {
                locator: "K7QX2M".into(),
                source: EVIL.into(),
                facts: vec![EVIL.into()],
                segments: vec![SegmentLine {
                    kind: EVIL.into(),
                    what: EVIL.into(),
                    when: EVIL.into(),
                    facts: vec![EVIL.into()],
                    void: true,
                }],
                charges: vec![EVIL.into()],
            }],
            notices: vec![(EVIL.into(), EVIL.into())],
        }],
        on_map: OnMap {
            grade: Grade::Intent,
            place: EVIL.into(),
            percent: 80,
            point: None,
            radius_km: 25.0,
            flying: false,
            others: vec![],
        },
    }
}

/// The HTML of what `view` makes, inside a router at `url`.
fn html<V: IntoView + 'static>(url: &str, view: impl FnOnce() -> V + Send + 'static) -> String {
    let owner = Owner::new();
    owner.set();
    provide_context(RequestUrl::new(url));
    leptos_meta::provide_meta_context();
    let html = view! { <Router>{view()}</Router> }.to_html();
    check_nesting(&html);
    assert!(!html.contains(" style="), "a style attribute would be blocked: {html}");
    html
}

fn screen(query: &str) -> Screen {
    let query = MapQuery::parse(query);
    Screen::open(Memo::new(move |_| query.clone()))
}

fn list(query: &'static str, page: MapPage) -> String {
    html("/", move || {
        let screen = screen(query);
        let asked = screen.query.get_untracked();
        screen.held.update_value(|held| held.take_in(&asked, &page));
        let page = StoredValue::new(page);
        view! { <Sentence screen page/><List screen asked page/><TimeBar screen page/><Places screen page/><Tabs query=screen.query/> }
    })
}

/// Opening and closing tags fit; no link or form in a link, form or button; no block in a paragraph.
fn check_nesting(html: &str) {
    const VOID: [&str; 6] = ["input", "br", "hr", "img", "meta", "link"];
    const BLOCK: [&str; 12] = [
        "div", "p", "ul", "ol", "dl", "table", "section", "header", "footer", "form", "h2", "h3",
    ];
    // Comments are the framework's markers.
    let bare: String = html
        .split("<!--")
        .enumerate()
        .map(|(i, s)| if i == 0 { s } else { s.split_once("-->").unwrap().1 })
        .collect();
    let mut open: Vec<String> = Vec::new();
    for piece in bare.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap();
        if tag.starts_with('!') {
            continue;
        }
        let name = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap()
            .to_ascii_lowercase();
        if tag.starts_with('/') {
            assert_eq!(
                open.pop().as_deref(),
                Some(name.as_str()),
                "closes what is not open: {piece}"
            );
            continue;
        }
        let inside = |what: &str| open.iter().any(|o| o == what);
        assert!(
            !(name == "a" && (inside("a") || inside("button"))),
            "a link in a link: {piece}"
        );
        assert!(!(name == "form" && inside("form")), "a form in a form: {piece}");
        assert!(
            !(name == "button" && (inside("a") || inside("button"))),
            "a button in a link: {piece}"
        );
        assert!(
            !(BLOCK.contains(&name.as_str()) && inside("p")),
            "a block in a paragraph: {piece}"
        );
        if name == "tr" {
            assert!(
                matches!(open.last().map(String::as_str), Some("tbody" | "thead")),
                "browsers would add a tbody: {piece}"
            );
        }
        if name == "td" || name == "th" {
            assert_eq!(open.last().map(String::as_str), Some("tr"), "{piece}");
        }
        if !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

#[test]
fn names_and_places_cannot_break_out_of_the_list() {
    let html = list("", map_page(vec![row("t\"1", EVIL), row("t2", "Maya Okafor")]));
    assert!(!html.contains("<script"), "{html}");
    assert!(!html.contains("<img"), "{html}");
    assert!(html.contains("&lt;script&gt;"), "{html}");
    assert!(html.contains("Maya Okafor"));
}

#[test]
fn nothing_a_booking_says_breaks_out_of_the_panel() {
    let html = html(
        "/",
        || view! { <aside><Person person=person_page() close=|| "/".to_owned() here=|| "/".to_owned()/></aside> },
    );
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    assert!(
        html.contains("href=\"#booking-K7QX2M\"") && html.contains("id=\"booking-K7QX2M\""),
        "{html}"
    );
    assert!(html.contains("1 for · 1 against"), "{html}");
}

#[test]
fn what_is_typed_comes_back_escaped() {
    let html = list("q=%3Cscript%3Ealert(1)%3C/script%3E", map_page(vec![]));
    assert!(!html.contains("<script"), "{html}");
    assert!(html.contains("for “&lt;script&gt;"), "{html}");
    let note = app_problem("<script>");
    assert!(!note.contains("<script"), "{note}");
}

fn app_problem(code: &'static str) -> String {
    html("/", move || view! { <Problem error=Some(code.to_owned())/> })
}

#[test]
fn the_list_is_a_table_of_links_that_need_no_script() {
    let html = list(
        "show=planned",
        map_page(vec![row("t1", "Maya Okafor"), row("t2", "Per Nair")]),
    );
    assert_eq!(html.matches("class=\"line\"").count(), 2, "{html}");
    assert!(html.contains("href=\"/?show=planned&amp;person=t1\""), "{html}");
    assert!(html.contains("href=\"/?show=air\""), "{html}");
    assert!(html.contains("1,207"), "{html}");
    assert!(html.contains("scope=\"rowgroup\""), "{html}");
    // Steps of the time bar and its days are links too.
    assert!(html.contains("at=2026-11-22T08:00:00Z&amp;show=planned"), "{html}");
    assert!(html.contains("at=2026-11-22T12:00:00Z&amp;show=planned"), "{html}");
}

#[test]
fn r200_a_country_is_said_to_be_only_that() {
    let mut country = row("t1", "Freya Holm");
    country.place = "Türkiye".into();
    country.precision = Precision::Country;
    let html = list("", map_page(vec![country]));
    assert!(html.contains("country only"), "{html}");
}

#[test]
fn zero_says_how_sure_it_is() {
    let html = list("q=Georgia", map_page(vec![]));
    assert!(html.contains("0 people away for “Georgia”"), "{html}");
    assert!(
        html.contains("6 people cannot be ruled out") && html.contains("3\u{a0}min old"),
        "{html}"
    );
    let mut fresh = map_page(vec![]);
    fresh.counts = Counts::default();
    fresh.feed = Feed::NotConnected;
    assert!(list("", fresh).contains("No company is connected"));
}

#[test]
fn a_long_list_has_pages() {
    let mut page = map_page(vec![row("t1", "Maya Okafor")]);
    page.total = 1_000;
    // The answer begins a hundred rows before the page, and ends two hundred after it.
    let html = list("page=5", page);
    for shown in [
        "rows 301 to 600 of 1,000",
        "rel=\"prev\"",
        "href=\"/?page=2\"",
        "href=\"/?page=8\"",
        "aria-rowcount=\"1001\"",
        "aria-rowindex=\"302\"",
    ] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
}

#[test]
fn the_page_that_is_not_there_says_what_to_do() {
    let html = html("/nowhere", || view! { <NotFound/> });
    assert!(
        html.contains("There is no such page") && html.contains("href=\"/\""),
        "{html}"
    );
}
