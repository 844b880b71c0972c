//! Parts of counts: what one trip or traveler adds to the counts of a company, by day of travel, source, segment type and measure.
//! Made by `document`, `people` and `pairs`; kept by the store beside its holder, so that it can be taken away again.
//! Always holds: shares hold numbers only, nothing of a document; lines round-trip.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use super::score::Count;
use super::source;
use crate::itinerary::{SegmentKind, Source};

/// A calendar day, local to the travel, as days since 1970-01-01.
pub type Day = i32;

/// Days from the Common Era's beginning to 1970.
const TO_1970: i32 = 719_163;

/// The number of a calendar day.
pub fn day_of(date: NaiveDate) -> Day {
    date.num_days_from_ce() - TO_1970
}

/// What a count is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// When the travel begins; of nights the night.
    pub day: Day,
    /// Whose.
    pub source: Source,
    /// `None`: of no segment.
    pub segment: Option<SegmentKind>,
    /// A dimension's word, a notice's code, or one of the words of `document` and `people`.
    pub measure: String,
}

/// Counts by key; none of them is empty.
pub type Shares = BTreeMap<Key, Count>;

/// Adds to a count.
pub(super) fn add(shares: &mut Shares, key: Key, good: i64, total: i64) {
    let count = shares.entry(key).or_default();
    count.good += good;
    count.total += total;
}

/// What `new` has more than `old`; keys without difference are left out.
pub fn minus(new: &Shares, old: &Shares) -> Shares {
    let mut difference = new.clone();
    for (key, count) in old {
        add(&mut difference, key.clone(), -count.good, -count.total);
    }
    difference.retain(|_, count| *count != Count::default());
    difference
}

const KINDS: [SegmentKind; 8] = [
    SegmentKind::Air,
    SegmentKind::Car,
    SegmentKind::Dining,
    SegmentKind::Hotel,
    SegmentKind::Parking,
    SegmentKind::Rail,
    SegmentKind::Ride,
    SegmentKind::Travel,
];

/// The segment type of a word; `None` for the empty one.
pub fn kind_of(word: &str) -> Option<SegmentKind> {
    KINDS.into_iter().find(|kind| kind.as_str() == word)
}

/// One line a count.
pub fn to_lines(shares: &Shares) -> String {
    shares
        .iter()
        .map(|(key, count)| {
            let segment = key.segment.map_or("", SegmentKind::as_str);
            format!(
                "{} {} {segment} {} {} {}\n",
                key.day,
                source::word(key.source),
                key.measure,
                count.good,
                count.total
            )
        })
        .collect()
}

/// The inverse. A line that is none is left out.
pub fn from_lines(lines: &str) -> Shares {
    let read = |line: &str| {
        let mut words = line.split(' ');
        let key = Key {
            day: words.next()?.parse().ok()?,
            source: source::named(words.next()?)?,
            segment: kind_of(words.next()?),
            measure: words.next()?.to_owned(),
        };
        let count = Count {
            good: words.next()?.parse().ok()?,
            total: words.next()?.parse().ok()?,
        };
        Some((key, count))
    };
    lines.lines().filter_map(read).collect()
}
