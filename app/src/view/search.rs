//! What a search finds, each with its kind: people, bookings, flights, hotels, trips, places.
//! Filled by the Backend while somebody types; drawn under the search field. A hit leads to a view of the map page.

use super::query::{Filter, MapQuery};
use serde::{Deserialize, Serialize};

/// Hits of one kind, at most.
pub const MOST_OF_A_KIND: usize = 5;
/// Shorter texts find too much.
pub const SHORTEST: usize = 2;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    Person,
    Booking,
    Flight,
    Hotel,
    Trip,
    City,
    Country,
}

impl HitKind {
    pub fn word(self) -> &'static str {
        match self {
            HitKind::Person => t!("person", "Person"),
            HitKind::Booking => t!("booking", "Buchung"),
            HitKind::Flight => t!("flight", "Flug"),
            HitKind::Hotel => t!("hotel", "Hotel"),
            HitKind::Trip => t!("trip", "Reise"),
            HitKind::City => t!("city", "Stadt"),
            HitKind::Country => t!("country", "Land"),
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    pub kind: HitKind,
    /// `Maya Okafor`, `K7QX2M`, `Thon Hotel Warsaw`
    pub label: String,
    /// `London`, `Maya Okafor`, `12 people now`
    pub detail: String,
    /// The traveler whose panel it opens; none lists who is found by the label.
    pub person: Option<String>,
}

impl Hit {
    /// Where it leads, from this view: everybody is looked at, at home too.
    pub fn href(&self, here: &MapQuery) -> String {
        let base = MapQuery {
            incident: None,
            ..here.with_filter(Filter::All).with_bbox(None)
        };
        match &self.person {
            Some(id) => base.with_q("").with_person(Some(id)).href(),
            None => base.with_q(&self.label).with_person(None).href(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hit_opens_a_person_or_lists_people() {
        let here = MapQuery::parse("company=c&show=air&area=London&bbox=1,2,3,4&page=7");
        let mut hit = Hit {
            kind: HitKind::Booking,
            label: "K7QX2M".into(),
            detail: "Maya Okafor".into(),
            person: Some("t1".into()),
        };
        assert_eq!(hit.href(&here), "/?company=c&show=all&person=t1");
        hit.person = None;
        assert_eq!(hit.href(&here), "/?company=c&q=K7QX2M&show=all");
    }
}
