//! What trips can be found by: record locators, flights and trains, hotels, ids.
//! Written with a trip's document, asked by the search of every page.
//! Holds always: words live as long as the document that says them; another company's are not found.

use async_trait::async_trait;

use super::model::words;
use super::{Scope, StoreError, search_key};
use crate::itinerary::{SegmentKind, Trip};

/// Words of one trip, and starts of one name, at most.
const MOST_WORDS: usize = 200;
const MOST_STARTS: usize = 5;

words! {
    /// What a word of a trip is.
    pub enum WordKind as "kind of word" {
        /// A record locator or a segment's confirmation number.
        Locator = "locator",
        /// A flight's or train's number.
        Flight = "flight",
        /// A hotel's name.
        Hotel = "hotel",
        /// The trip's id.
        Trip = "trip",
    }
}

/// A trip that has the word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundTrip {
    /// What was found.
    pub kind: WordKind,
    /// As the document writes it.
    pub shown: String,
    /// Its trip.
    pub trip: String,
    /// Who travels, our id.
    pub traveler: String,
    /// What to call them.
    pub name: String,
}

/// One word of a trip.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TripWord {
    pub(super) kind: WordKind,
    pub(super) word: String,
    pub(super) shown: String,
}

/// Finding trips.
#[async_trait]
pub trait Finding {
    /// Trips of which a word begins with this text, whatever its case, accents and blanks; by kind, then word, then name.
    async fn find_trips_by_word(&self, scope: &Scope, text: &str, most: u32) -> Result<Vec<FoundTrip>, StoreError>;
}

/// As words are compared: codes and numbers without blanks, names with single ones.
pub(super) fn word_key(kind: WordKind, text: &str) -> String {
    let key = search_key(text);
    match kind {
        WordKind::Hotel => key,
        _ => key.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect(),
    }
}

/// Everything that this trip can be found by.
pub(super) fn words_of(trip: &Trip) -> Vec<TripWord> {
    let mut all = Vec::new();
    let mut add = |kind, shown: &str| {
        let shown: String = shown.chars().take(120).collect();
        let word = word_key(kind, &shown);
        if word.len() > 1 {
            all.push(TripWord { kind, word, shown });
        }
    };
    add(WordKind::Trip, &trip.id);
    for booking in &trip.bookings {
        booking.locator.iter().for_each(|l| add(WordKind::Locator, l));
        for segment in &booking.segments {
            segment.confirmation.iter().for_each(|c| add(WordKind::Locator, c));
            match (segment.kind, &segment.vendor, &segment.number, &segment.name) {
                (SegmentKind::Air | SegmentKind::Rail, vendor, Some(number), _) => {
                    let vendor = vendor.as_deref().filter(|v| *v != "$$").unwrap_or_default();
                    add(WordKind::Flight, format!("{vendor} {number}").trim());
                }
                (SegmentKind::Hotel, _, _, Some(name)) => add(WordKind::Hotel, name),
                _ => {}
            }
        }
    }
    // A hotel is found by any word of its name.
    let starts: Vec<TripWord> = all
        .iter()
        .filter(|w| w.kind == WordKind::Hotel)
        .flat_map(|w| {
            let starts = w.word.match_indices(' ').map(|(i, _)| w.word[i + 1..].to_owned());
            let starts = starts.filter(|s| s.chars().count() > 2).take(MOST_STARTS);
            starts.map(|word| TripWord { word, ..w.clone() }).collect::<Vec<_>>()
        })
        .collect();
    all.extend(starts);
    all.sort();
    all.dedup_by(|a, b| (a.kind, &a.word) == (b.kind, &b.word));
    all.truncate(MOST_WORDS);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::itinerary::{Booking, Segment};

    #[test]
    fn a_trip_is_found_by_what_people_read_out() {
        let segment = |kind, number: Option<&str>, name: Option<&str>| Segment {
            kind,
            vendor: Some("BA".into()),
            number: number.map(Into::into),
            name: name.map(Into::into),
            ..Segment::default()
        };
        let trip = Trip {
            id: "51aa-01".into(),
            bookings: vec![Booking {
                locator: Some("K7QX2M".into()),
                segments: vec![
                    segment(SegmentKind::Air, Some("117"), None),
                    segment(SegmentKind::Hotel, None, Some("Hôtel Thon  Warsaw")),
                    segment(SegmentKind::Car, None, Some("not a hotel")),
                ],
                ..Booking::default()
            }],
            ..Trip::default()
        };
        let words = words_of(&trip);
        let found: Vec<(WordKind, &str)> = words.iter().map(|w| (w.kind, w.word.as_str())).collect();
        assert_eq!(
            found,
            [
                (WordKind::Locator, "k7qx2m"),
                (WordKind::Flight, "ba117"),
                (WordKind::Hotel, "hotel thon warsaw"),
                (WordKind::Hotel, "thon warsaw"),
                (WordKind::Hotel, "warsaw"),
                (WordKind::Trip, "51aa-01"),
            ]
        );
        assert_eq!(words[2].shown, "Hôtel Thon  Warsaw");
    }
}
