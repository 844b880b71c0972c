//! An incident: an area and a time, and who may be concerned. Part of the map page's address; its answer is part of the page.
//! Called by the query, the page, the call sheet and the server. Areas are as the address says them; what a name means is
//! found out by the server, which also names it.

use super::time::Instant;
use serde::{Deserialize, Serialize};

/// Longest window, in hours: a month.
pub const MOST_HOURS: u32 = 744;
/// Largest distance around a place, in km.
pub const MOST_KM: u32 = 2_000;
/// Corners of a drawn area.
pub const MOST_CORNERS: usize = 60;

/// Which people are meant: the lists of R190, and those of whom too little is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// p ≥ ½ of being there from the beginning of the window on.
    Present,
    /// p ≥ ½ of being there at some time of the window, less at its beginning: they come. Counted and chosen with `Inbound`.
    Coming,
    /// Less, but listed.
    Possible,
    /// Not there in the window, there within a day after it.
    Inbound,
    /// Not there in the window, there within a day before it.
    Left,
    /// Nothing leads there, and nothing says where they are.
    Open,
}

impl Group {
    /// Those that have a number of their own.
    pub const EVERY: [Group; 5] = [
        Group::Present,
        Group::Possible,
        Group::Inbound,
        Group::Left,
        Group::Open,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Group::Present => "present",
            Group::Coming => "coming",
            Group::Possible => "possible",
            Group::Inbound => "inbound",
            Group::Left => "left",
            Group::Open => "open",
        }
    }

    /// Whether who asks for `self` is shown those of `other`.
    pub fn holds(self, other: Group) -> bool {
        self == other || (self, other) == (Group::Inbound, Group::Coming)
    }

    /// The heading over these people.
    pub fn heading(self) -> &'static str {
        match self {
            Group::Present => t!("Probably there", "Wahrscheinlich dort"),
            Group::Coming => t!("Coming: there before it ends", "Kommen: dort, bevor es endet"),
            Group::Possible => t!("May be there", "Vielleicht dort"),
            Group::Inbound => t!("Coming: there within 24 h after", "Kommen: dort binnen 24 h danach"),
            Group::Left => t!("Left within 24 h before", "Abreise binnen 24 h davor"),
            Group::Open => t!("Cannot be ruled out", "Nicht auszuschließen"),
        }
    }

    /// The words beside a number: `12 probably there`.
    pub fn words(self) -> &'static str {
        match self {
            Group::Present => t!("probably there", "wahrscheinlich dort"),
            Group::Possible => t!("may be there", "vielleicht dort"),
            Group::Coming | Group::Inbound => t!("are coming", "kommen noch"),
            Group::Left => t!("left within 24 h", "in 24 h zuvor abgereist"),
            Group::Open => t!("cannot be ruled out", "nicht auszuschließen"),
        }
    }

    /// The same where there is no room.
    pub fn short(self) -> &'static str {
        match self {
            Group::Present => t!("there", "dort"),
            Group::Possible => t!("may be", "vielleicht"),
            Group::Coming | Group::Inbound => t!("coming", "kommen"),
            Group::Left => t!("left", "abgereist"),
            Group::Open => t!("not ruled out", "offen"),
        }
    }
}

/// An area, as the address holds it. Degrees are in ten-thousandths so that they can be compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// What somebody typed: a city, a country, an airport's code, a point.
    Named(String),
    /// ISO 3166-1 alpha-2.
    Country(String),
    /// The key of a city region.
    City(String),
    /// Around a point: longitude, latitude.
    Point([i32; 2]),
    /// Corners in order: longitude, latitude.
    Polygon(Vec<[i32; 2]>),
}

impl Area {
    /// Never fails: what is none of the forms is a name.
    pub fn parse(text: &str) -> Option<Area> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let short: String = text.chars().take(80).collect();
        let known = match text.split_once(':') {
            Some(("country", code)) if code.len() == 2 => Some(Area::Country(code.to_ascii_uppercase())),
            Some(("city", key)) if !key.is_empty() => Some(Area::City(key.chars().take(20).collect())),
            Some(("point", at)) => corners(at).and_then(|all| match all[..] {
                [at] => Some(Area::Point(at)),
                _ => None,
            }),
            Some(("polygon", at)) => corners(at)
                .filter(|all| (3..=MOST_CORNERS).contains(&all.len()))
                .map(Area::Polygon),
            _ => None,
        };
        Some(known.unwrap_or(Area::Named(short)))
    }

    /// The inverse of `parse`.
    pub fn code(&self) -> String {
        let list = |all: &[[i32; 2]]| {
            let numbers = all.iter().flatten().map(|n| (f64::from(*n) / 10_000.0).to_string());
            numbers.collect::<Vec<_>>().join(",")
        };
        match self {
            Area::Named(text) => text.clone(),
            Area::Country(code) => format!("country:{code}"),
            Area::City(key) => format!("city:{key}"),
            Area::Point(at) => format!("point:{}", list(&[*at])),
            Area::Polygon(all) => format!("polygon:{}", list(all)),
        }
    }
}

fn corners(text: &str) -> Option<Vec<[i32; 2]>> {
    let numbers = text
        .split(',')
        .map(|n| n.trim().parse::<f64>().ok().filter(|n| n.is_finite()))
        .collect::<Option<Vec<f64>>>()?;
    let pairs = numbers.chunks(2).map(|pair| match pair {
        [lon, lat] if (-90.0..=90.0).contains(lat) && lon.abs() <= 540.0 => {
            let lon = if lon.abs() > 180.0 {
                (lon + 180.0).rem_euclid(360.0) - 180.0
            } else {
                *lon
            };
            Some([(lon * 10_000.0).round() as i32, (lat * 10_000.0).round() as i32])
        }
        _ => None,
    });
    pairs.collect()
}

/// What is asked: who is concerned in this area, from the page's instant on for some hours.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Incident {
    pub area: Area,
    /// Distance around a named place or a point, km; none is the place itself.
    pub km: Option<u32>,
    /// Length of the window, 1..=`MOST_HOURS`.
    pub hours: u32,
    /// Only these people.
    pub group: Option<Group>,
}

impl Incident {
    pub fn of(area: Area) -> Incident {
        Incident {
            area,
            km: None,
            hours: 1,
            group: None,
        }
    }
}

/// How many people are in each list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCounts {
    pub present: u32,
    pub possible: u32,
    /// Within the window, and within a day after it.
    pub coming: u32,
    pub left: u32,
    pub open: u32,
}

impl GroupCounts {
    pub fn get(self, group: Group) -> u32 {
        match group {
            Group::Present => self.present,
            Group::Possible => self.possible,
            Group::Coming | Group::Inbound => self.coming,
            Group::Left => self.left,
            Group::Open => self.open,
        }
    }

    pub fn add(&mut self, group: Group) {
        *(match group {
            Group::Present => &mut self.present,
            Group::Possible => &mut self.possible,
            Group::Coming | Group::Inbound => &mut self.coming,
            Group::Left => &mut self.left,
            Group::Open => &mut self.open,
        }) += 1;
    }

    pub fn total(self) -> u32 {
        Group::EVERY.into_iter().map(|g| self.get(g)).sum()
    }
}

/// Another thing that the typed name may mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meaning {
    /// `London, Ontario, Canada`
    pub label: String,
    pub area: Area,
}

/// The answer to an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentAnswer {
    /// `Istanbul, Türkiye, 50 km around`; none: nothing is called so, and nobody is listed.
    pub label: Option<String>,
    /// What else the name may mean.
    pub others: Vec<Meaning>,
    /// On whose clock it happens, if the area has one: `Europe/Istanbul`.
    pub zone: Option<String>,
    /// The window.
    pub from: Instant,
    pub until: Instant,
    /// Of everybody, whatever the group, the search and the page.
    pub counts: GroupCounts,
}

impl IncidentAnswer {
    /// `22 Nov, 14:00 – 15:00 UTC`; of two days both are named.
    pub fn window(&self, now: Instant) -> String {
        let (a, b) = (self.from.utc(), self.until.utc());
        if (a.year, a.month, a.day) == (b.year, b.month, b.day) {
            format!("{}, {} – {} UTC", a.date_beside(now.utc().year), a.clock(), b.clock())
        } else {
            format!("{} – {}", self.from.short(now), self.until.short(now))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_in_the_address_and_comes_back() {
        for (text, area) in [
            ("Istanbul", Area::Named("Istanbul".into())),
            ("country:tr", Area::Country("TR".into())),
            ("city:IST", Area::City("IST".into())),
            ("point:28.9784,41.0082", Area::Point([289_784, 410_082])),
            (
                "polygon:0,0,1.5,0,1.5,-1",
                Area::Polygon(vec![[0, 0], [15_000, 0], [15_000, -10_000]]),
            ),
        ] {
            assert_eq!(Area::parse(text), Some(area.clone()));
            assert_eq!(Area::parse(&area.code()), Some(area));
        }
    }

    #[test]
    fn what_is_no_area_is_a_name_and_never_an_error() {
        for odd in [
            "country:TUR",
            "point:1",
            "point:1,95",
            "polygon:0,0,1,1",
            "polygon:0,0,x,1,2,2",
            "city:",
            "a:b",
        ] {
            assert_eq!(Area::parse(odd), Some(Area::Named(odd.into())), "{odd}");
        }
        assert_eq!(Area::parse("  "), None);
        let corners = vec!["1,1"; MOST_CORNERS + 1].join(",");
        assert!(matches!(Area::parse(&format!("polygon:{corners}")), Some(Area::Named(t)) if t.len() == 80));
    }

    #[test]
    fn r201_a_corner_beyond_the_date_line_is_brought_back() {
        assert_eq!(Area::parse("point:190,10"), Some(Area::Point([-1_700_000, 100_000])));
    }

    #[test]
    fn who_comes_has_one_number_before_and_after_the_end() {
        let mut counts = GroupCounts::default();
        for group in [Group::Present, Group::Coming, Group::Inbound] {
            counts.add(group);
        }
        assert_eq!(Group::EVERY.map(|group| counts.get(group)), [1, 0, 2, 0, 0]);
        assert_eq!(counts.total(), 3);
        assert!(Group::Inbound.holds(Group::Coming) && !Group::Present.holds(Group::Coming));
    }

    #[test]
    fn a_window_names_its_days() {
        let at = |text: &str| Instant::parse(text).unwrap_or_default();
        let mut answer = IncidentAnswer {
            label: None,
            others: vec![],
            zone: None,
            from: at("2026-11-22T14:00:00Z"),
            until: at("2026-11-22T15:00:00Z"),
            counts: GroupCounts::default(),
        };
        let now = at("2026-11-22T14:00:00Z");
        assert_eq!(answer.window(now), "22 Nov, 14:00 – 15:00 UTC");
        answer.until = at("2027-01-01T02:00:00Z");
        assert_eq!(answer.window(now), "22 Nov, 14:00 UTC – 1 Jan 2027, 02:00 UTC");
    }
}
