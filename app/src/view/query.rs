//! What the map page is asked for: the whole state of the view, kept in the address.
//! Read by the page, the server function and the server's GeoJSON route, so that a link, a reload and a page without
//! JavaScript show the same. `parse` never fails: what it cannot read is as if it were not there.

pub use super::address::{encode, pairs};
use super::clock::zone_name;
use super::columns::{Column, Columns};
use super::incident::{Area, Group, Incident, MOST_HOURS, MOST_KM};
use super::time::Instant;
use serde::{Deserialize, Serialize};

/// How many rows are answered at once, and how far one page is from the next: they overlap, so that who scrolls always
/// has rows on both sides.
pub const PAGE_ROWS: u32 = 300;
pub const STEP_ROWS: u32 = 100;

/// Which people are listed and drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Everybody who is not at home: p(home) < ½.
    #[default]
    Away,
    /// On a flight, train or other move now.
    Air,
    /// Away by plan only: the best place's grade is intent (R25).
    Planned,
    /// Nothing is known, or no place, home neither, reaches the possible band: cannot be placed.
    Unplaced,
    /// Everybody, at home too.
    All,
}

impl Filter {
    pub const EVERY: [Filter; 5] = [
        Filter::Away,
        Filter::Air,
        Filter::Planned,
        Filter::Unplaced,
        Filter::All,
    ];

    fn code(self) -> &'static str {
        match self {
            Filter::Away => "away",
            Filter::Air => "air",
            Filter::Planned => "planned",
            Filter::Unplaced => "unplaced",
            Filter::All => "all",
        }
    }

    /// What the list's head calls these people: `207 away`.
    pub fn words(self) -> &'static str {
        match self {
            Filter::Away => t!("away", "auf Reisen"),
            Filter::Air => t!("in the air", "in der Luft"),
            Filter::Planned => t!("planned, not booked", "geplant, nicht gebucht"),
            Filter::Unplaced => t!("cannot be placed", "nicht verortbar"),
            Filter::All => t!("in all", "insgesamt"),
        }
    }
}

/// The order of the list. Every order ends with name and id, so that it is total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Newest change of what is known first.
    #[default]
    Change,
    Name,
    Place,
    /// Least certain first.
    Certainty,
    /// Soonest next move first; nobody known to move last.
    Next,
}

impl Sort {
    pub const EVERY: [Sort; 5] = [Sort::Change, Sort::Name, Sort::Place, Sort::Certainty, Sort::Next];

    fn code(self) -> &'static str {
        match self {
            Sort::Change => "change",
            Sort::Name => "name",
            Sort::Place => "place",
            Sort::Certainty => "certainty",
            Sort::Next => "next",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Sort::Change => t!("last change", "letzte Änderung"),
            Sort::Name => t!("name", "Name"),
            Sort::Place => t!("place", "Ort"),
            Sort::Certainty => t!("least certain", "unsicherste"),
            Sort::Next => t!("next move", "nächste Etappe"),
        }
    }
}

/// Which of the three views a phone shows; wider screens show all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    #[default]
    List,
    Map,
    Time,
}

impl View {
    pub fn code(self) -> &'static str {
        match self {
            View::List => "list",
            View::Map => "map",
            View::Time => "time",
        }
    }
}

/// A part of the map, in hundredths of a degree so that it can be compared. `west > east` crosses the date line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bbox {
    pub west: i32,
    pub south: i32,
    pub east: i32,
    pub north: i32,
}

impl Bbox {
    /// From degrees; longitudes of any turn are brought into −180..=180. None if it is empty or all round the world.
    pub fn of(west: f64, south: f64, east: f64, north: f64) -> Option<Bbox> {
        if ![west, south, east, north].iter().all(|d| d.is_finite()) || south >= north || east - west >= 360.0 {
            return None;
        }
        let turn = |lon: f64| {
            if (-180.0..=180.0).contains(&lon) {
                lon
            } else {
                (lon + 180.0).rem_euclid(360.0) - 180.0
            }
        };
        let hundredths = |deg: f64| (deg * 100.0).round() as i32;
        Some(Bbox {
            west: hundredths(turn(west)),
            south: hundredths(south.clamp(-90.0, 90.0)),
            east: hundredths(turn(east)),
            north: hundredths(north.clamp(-90.0, 90.0)),
        })
    }

    /// West, south, east, north in degrees.
    pub fn degrees(self) -> [f64; 4] {
        [self.west, self.south, self.east, self.north].map(|n| f64::from(n) / 100.0)
    }

    fn parse(text: &str) -> Option<Bbox> {
        let mut numbers = text.split(',').map(|n| n.trim().parse::<f64>().ok());
        let bbox = Bbox::of(numbers.next()??, numbers.next()??, numbers.next()??, numbers.next()??);
        bbox.filter(|_| numbers.next().is_none())
    }
}

/// Everything that decides what the map page shows. Field names are the address's parameter names, but `filter` is
/// `show` there. Default values are not written, so the plain page is `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MapQuery {
    /// The instant asked about; none is now, and stays now.
    pub at: Option<Instant>,
    /// As known at; none is everything known now.
    pub as_of: Option<Instant>,
    /// The zone on whose clock the time bar is read; none is UTC.
    pub clock: Option<String>,
    /// An operator's choice of company; ignored for everyone else.
    pub company: Option<String>,
    /// Name, login, place or flight.
    pub q: String,
    pub filter: Filter,
    pub sort: Sort,
    /// Only people within this part of the map.
    pub bbox: Option<Bbox>,
    /// Only people whom this incident may concern, at home too; `filter` says nothing then.
    pub incident: Option<Incident>,
    /// Which hundred of the list is looked at, from 0; the answer begins a hundred before it.
    pub page: u32,
    pub cols: Columns,
    /// The traveler whose panel is open.
    pub person: Option<String>,
    /// A place of which the panel says why they are not thought to be there.
    pub why: Option<String>,
    pub view: View,
}

impl MapQuery {
    /// From a query string, with or without its question mark.
    pub fn parse(query: &str) -> MapQuery {
        let mut found = MapQuery::default();
        let (mut area, mut km, mut hours, mut group) = (None, None, 1, None);
        for (key, value) in pairs(query).filter(|(_, value)| !value.is_empty()) {
            match key.as_str() {
                "at" => found.at = Instant::parse(&value),
                "as_of" => found.as_of = Instant::parse(&value),
                "clock" => found.clock = zone_name(&value),
                "company" => found.company = Some(value),
                "q" => found.q = value.trim().chars().take(100).collect(),
                "show" => found.filter = by_code(&Filter::EVERY, Filter::code, &value),
                "sort" => found.sort = by_code(&Sort::EVERY, Sort::code, &value),
                "bbox" => found.bbox = Bbox::parse(&value),
                "area" => area = Area::parse(&value),
                "km" => km = value.parse::<u32>().ok().filter(|km| (1..=MOST_KM).contains(km)),
                "hours" => hours = value.parse::<u32>().unwrap_or(1).clamp(1, MOST_HOURS),
                "group" => group = Group::EVERY.into_iter().find(|g| g.code() == value),
                // What a form's field says, which knows no zone: it asks for UTC.
                "from" => found.at = found.at.or_else(|| Instant::parse(&format!("{value}Z"))),
                "page" => found.page = value.parse::<u32>().unwrap_or(1).clamp(1, 10_000) - 1,
                "cols" => found.cols = Columns::parse(&value),
                "why" => found.why = Some(value.trim().chars().take(100).collect()).filter(|w: &String| !w.is_empty()),
                "person" => found.person = Some(value),
                "view" => found.view = by_code(&[View::List, View::Map, View::Time], View::code, &value),
                _ => {}
            }
        }
        found.incident = area.map(|area| Incident { area, km, hours, group });
        found
    }

    /// The parameters that differ from the plain page, in a fixed order, encoded; empty for the plain page.
    pub fn query_string(&self) -> String {
        let mut out = String::new();
        for (key, value) in self.parameters() {
            out.push_str(if out.is_empty() { "" } else { "&" });
            out.push_str(key);
            out.push('=');
            out.push_str(&encode(&value));
        }
        out
    }

    /// The address of this view.
    pub fn href(&self) -> String {
        match self.query_string() {
            query if query.is_empty() => "/".to_owned(),
            query => format!("/?{query}"),
        }
    }

    /// Where the map's data for this view are. What only the list or the panel needs is left out.
    pub fn geojson_href(&self) -> String {
        let drawn = MapQuery {
            sort: Sort::default(),
            clock: None,
            bbox: None,
            page: 0,
            cols: Columns::default(),
            person: None,
            why: None,
            view: View::default(),
            ..self.clone()
        };
        match drawn.query_string() {
            query if query.is_empty() => "/map/people.geojson".to_owned(),
            query => format!("/map/people.geojson?{query}"),
        }
    }

    /// The whole list of this view as a file.
    pub fn csv_href(&self) -> String {
        let listed = MapQuery {
            page: 0,
            clock: None,
            ..self.listed()
        };
        match listed.query_string() {
            query if query.is_empty() => "/map/people.csv".to_owned(),
            query => format!("/map/people.csv?{query}"),
        }
    }

    /// The call sheet of this view.
    pub fn sheet_href(&self) -> String {
        let listed = MapQuery {
            page: 0,
            clock: None,
            cols: Columns::default(),
            ..self.listed()
        };
        match listed.query_string() {
            query if query.is_empty() => "/sheet".to_owned(),
            query => format!("/sheet?{query}"),
        }
    }

    /// The open person's timeline as a calendar.
    pub fn ics_href(&self) -> String {
        format!("/map/person.ics?{}", self.query_string())
    }

    /// The same without what does not change the list: used as the key of the list's data.
    pub fn listed(&self) -> MapQuery {
        MapQuery {
            person: None,
            why: None,
            view: View::default(),
            ..self.clone()
        }
    }

    /// Keys and values, for links and for the hidden fields of a search form.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut all = Vec::new();
        let mut add = |key, value: Option<String>| all.extend(value.map(|v| (key, v)));
        add("at", self.at.map(Instant::rfc3339));
        add("as_of", self.as_of.map(Instant::rfc3339));
        add("clock", self.clock.clone());
        add("company", self.company.clone());
        add("q", (!self.q.is_empty()).then(|| self.q.clone()));
        add(
            "show",
            (self.filter != Filter::default()).then(|| self.filter.code().to_owned()),
        );
        add(
            "sort",
            (self.sort != Sort::default()).then(|| self.sort.code().to_owned()),
        );
        if let Some(incident) = &self.incident {
            add("area", Some(incident.area.code()));
            add("km", incident.km.map(|km| km.to_string()));
            add("hours", (incident.hours != 1).then(|| incident.hours.to_string()));
            add("group", incident.group.map(|g| g.code().to_owned()));
        }
        add("bbox", self.bbox.map(|b| b.degrees().map(|d| d.to_string()).join(",")));
        add("page", (self.page > 0).then(|| (self.page + 1).to_string()));
        add("cols", (self.cols != Columns::default()).then(|| self.cols.code()));
        add("person", self.person.clone());
        add("why", self.why.clone().filter(|_| self.person.is_some()));
        add(
            "view",
            (self.view != View::default()).then(|| self.view.code().to_owned()),
        );
        all
    }

    pub fn with_at(&self, at: Option<Instant>) -> MapQuery {
        MapQuery {
            at,
            page: 0,
            as_of: None,
            ..self.clone()
        }
    }

    pub fn with_as_of(&self, as_of: Option<Instant>) -> MapQuery {
        MapQuery {
            as_of,
            page: 0,
            ..self.clone()
        }
    }

    pub fn with_clock(&self, zone: Option<&str>) -> MapQuery {
        MapQuery {
            clock: zone.map(str::to_owned),
            ..self.clone()
        }
    }

    pub fn with_filter(&self, filter: Filter) -> MapQuery {
        MapQuery {
            filter,
            page: 0,
            ..self.clone()
        }
    }

    pub fn with_sort(&self, sort: Sort) -> MapQuery {
        MapQuery {
            sort,
            page: 0,
            ..self.clone()
        }
    }

    pub fn with_q(&self, q: &str) -> MapQuery {
        MapQuery {
            q: q.to_owned(),
            page: 0,
            ..self.clone()
        }
    }

    pub fn with_bbox(&self, bbox: Option<Bbox>) -> MapQuery {
        MapQuery {
            bbox,
            page: 0,
            ..self.clone()
        }
    }

    /// Another incident, or none: the list begins anew, with nobody left out by a word or a part of the map.
    pub fn with_incident(&self, incident: Option<Incident>) -> MapQuery {
        MapQuery {
            incident,
            q: String::new(),
            bbox: None,
            page: 0,
            person: None,
            ..self.clone()
        }
    }

    /// Only one list of the incident, or all of them.
    pub fn with_group(&self, group: Option<Group>) -> MapQuery {
        MapQuery {
            incident: self.incident.clone().map(|i| Incident { group, ..i }),
            page: 0,
            person: None,
            ..self.clone()
        }
    }

    /// The first row of the answer, from 0.
    pub fn first_row(&self) -> u32 {
        self.page.saturating_sub(1) * STEP_ROWS
    }

    /// The page whose answer has this row in its middle.
    pub fn page_of(row: u32) -> u32 {
        row / STEP_ROWS
    }

    /// The same list with or without this column.
    pub fn with_column(&self, column: Column) -> MapQuery {
        MapQuery {
            cols: self.cols.with(column),
            ..self.clone()
        }
    }

    pub fn with_page(&self, page: u32) -> MapQuery {
        MapQuery { page, ..self.clone() }
    }

    pub fn with_person(&self, person: Option<&str>) -> MapQuery {
        MapQuery {
            person: person.map(ToOwned::to_owned),
            why: None,
            ..self.clone()
        }
    }

    pub fn with_view(&self, view: View) -> MapQuery {
        MapQuery {
            view,
            person: None,
            ..self.clone()
        }
    }

    pub fn with_company(&self, company: Option<&str>) -> MapQuery {
        MapQuery {
            company: company.map(ToOwned::to_owned),
            page: 0,
            person: None,
            bbox: None,
            ..self.clone()
        }
    }
}

fn by_code<T: Copy + Default>(all: &[T], code: fn(T) -> &'static str, text: &str) -> T {
    all.iter().copied().find(|v| code(*v) == text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> MapQuery {
        MapQuery {
            at: Instant::parse("2026-11-22T14:00:00Z"),
            as_of: Instant::parse("2026-11-20T08:30:00Z"),
            clock: Some("Asia/Tokyo".into()),
            company: Some("8f1c-e2a7".into()),
            q: "São & <b>+50%".into(),
            filter: Filter::Planned,
            sort: Sort::Certainty,
            bbox: Bbox::of(-10.5, 35.0, 30.25, 60.0),
            incident: Some(Incident {
                km: Some(50),
                hours: 24,
                group: Some(Group::Possible),
                ..Incident::of(Area::City("IST".into()))
            }),
            page: 2,
            cols: Columns::default().with(Column::Since),
            person: Some("t/1".into()),
            why: Some("New York".into()),
            view: View::Map,
        }
    }

    #[test]
    fn the_plain_page_has_the_plain_address() {
        assert_eq!(MapQuery::default().href(), "/");
        assert_eq!(MapQuery::parse("?"), MapQuery::default());
    }

    #[test]
    fn an_address_holds_the_whole_view() {
        assert_eq!(MapQuery::parse(&full().query_string()), full());
        assert_eq!(
            full().href(),
            "/?at=2026-11-22T14:00:00Z&as_of=2026-11-20T08:30:00Z&clock=Asia%2FTokyo&company=8f1c-e2a7&q=S%C3%A3o+%26+%3Cb%3E%2B50%25\
             &show=planned&sort=certainty&area=city:IST&km=50&hours=24&group=possible&bbox=-10.5,35,30.25,60&page=3&cols=next,since&person=t%2F1&why=New+York&view=map"
        );
    }

    #[test]
    fn columns_are_in_the_address_and_their_order_does_not_matter() {
        let parsed = MapQuery::parse("cols=contact,next,nonsense").cols;
        assert_eq!(parsed, Columns::default().with(Column::Contact));
        assert_eq!(MapQuery::parse("cols=-").cols.code(), "-");
        assert!(!Columns::default().wide() && parsed.wide());
        assert_eq!(parsed.with(Column::Contact), Columns::default());
    }

    #[test]
    fn a_page_has_rows_on_both_sides_of_where_one_looks() {
        for row in [0, 99, 100, 5_050, 49_999] {
            let query = MapQuery::default().with_page(MapQuery::page_of(row));
            let rows = query.first_row()..query.first_row() + PAGE_ROWS;
            assert!(rows.contains(&row));
            assert!(row < STEP_ROWS || row - rows.start >= STEP_ROWS, "{row}");
            assert!(rows.end - row > STEP_ROWS, "{row}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let odd = "at=yesterday&show=everything&sort=&page=-3&bbox=1,2,3&view=4d&q=%zz%E9&nonsense&person=";
        assert_eq!(
            MapQuery::parse(odd),
            MapQuery {
                q: "%zz\u{fffd}".into(),
                ..MapQuery::default()
            }
        );
        assert_eq!(MapQuery::parse("page=0").page, 0);
        assert_eq!(MapQuery::parse(&format!("q={}", "x".repeat(5_000))).q.len(), 100);
    }

    #[test]
    fn the_map_is_not_asked_for_what_only_the_list_needs() {
        assert_eq!(MapQuery::default().geojson_href(), "/map/people.geojson");
        let asked = MapQuery::parse(full().geojson_href().split_once('?').map_or("", |(_, q)| q));
        assert_eq!(
            (asked.filter, asked.at, asked.q.as_str()),
            (full().filter, full().at, full().q.as_str())
        );
        assert_eq!((asked.bbox, asked.person, asked.page), (None, None, 0));
    }

    #[test]
    fn a_form_asks_for_an_incident_in_utc() {
        let asked = MapQuery::parse("area=Istanbul&km=&from=2026-11-22T14:00&hours=6");
        assert_eq!(asked.at, Instant::parse("2026-11-22T14:00:00Z"));
        let incident = asked.incident.unwrap_or_else(|| panic!("no incident"));
        assert_eq!(
            (incident.area, incident.km, incident.hours),
            (Area::Named("Istanbul".into()), None, 6)
        );
        assert_eq!(MapQuery::parse("area=+&km=5").incident, None);
        let odd = MapQuery::parse("area=x&km=-1&hours=999999&group=all").incident;
        assert_eq!(odd.map(|i| (i.km, i.hours, i.group)), Some((None, MOST_HOURS, None)));
    }

    #[test]
    fn another_time_starts_at_the_first_page_as_known_now() {
        let other = full().with_at(None);
        assert_eq!((other.at, other.as_of, other.page), (None, None, 0));
        assert_eq!(other.person, full().person);
    }

    #[test]
    fn boxes_cross_the_date_line_and_refuse_the_whole_world() {
        assert_eq!(
            Bbox::of(170.0, -20.0, 190.0, 10.0).map(Bbox::degrees),
            Some([170.0, -20.0, -170.0, 10.0])
        );
        assert_eq!(Bbox::of(-180.0, -80.0, 180.0, 80.0), None);
        assert_eq!(Bbox::of(0.0, 5.0, 1.0, 5.0), None);
        assert_eq!(Bbox::parse("1,2,3,4,5"), None);
        assert_eq!(Bbox::parse("1,2,NaN,4"), None);
    }
}
