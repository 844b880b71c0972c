//! What a source can be trusted with, as one line of words beside its numbers.
//! Called by `sources` for every row.
//! Always holds: nothing is said of fewer than thirty; what nobody can act on is not named.

use super::sources::LOW;
use crate::view::quality::SourceRow;

/// So much of the nights, in percent, makes a source good for something.
const MOST: u32 = 80;
/// Notices that are named; the others are counted.
const NAMED: usize = 2;

/// "Good for the city. Watch: late. Over its limit: Flight without a number."
pub fn verdict(row: &SourceRow) -> String {
    let nights = row.nights;
    let reaches = |count: u32| nights.share(count).percent().is_some_and(|percent| percent >= MOST);
    let good = if nights.share(0).percent().is_none() {
        t!("Too few nights to say.", "Zu wenige Nächte für eine Aussage.")
    } else if reaches(nights.address) {
        t!("Good for the address.", "Gut für die Adresse.")
    } else if reaches(nights.address + nights.city) {
        t!("Good for the city.", "Gut für die Stadt.")
    } else if reaches(nights.address + nights.city + nights.country) {
        t!("Good for the country.", "Gut für das Land.")
    } else {
        t!("By itself good for no place.", "Für sich allein für keinen Ort gut.")
    };
    let weak = [
        t!("fields missing", "Felder fehlen"),
        t!("odd values", "seltsame Werte"),
        t!("contradictions", "Widersprüche"),
        t!("duplicates", "Doppeltes"),
        t!("late", "spät"),
        t!("often contradicted", "oft widerlegt"),
    ];
    let weak: Vec<&str> = weak
        .into_iter()
        .zip(row.dimensions)
        .filter(|(_, share)| share.percent().is_some_and(|percent| percent < LOW))
        .map(|(words, _)| words)
        .collect();
    let mut text = good.to_owned();
    if !weak.is_empty() {
        text += &tf!(" Watch: {}.", " Vorsicht: {}.", weak.join(", "));
    }
    if !row.over.is_empty() {
        let named = row.over.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        text += &match row.over.len().saturating_sub(NAMED) {
            0 => tf!(" Over its limit: {named}.", " Über dem Grenzwert: {named}."),
            more => tf!(
                " Over its limit: {named} and {more} more.",
                " Über dem Grenzwert: {named} und {more} weitere."
            ),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::quality::{Nights, Share};

    fn row(nights: Nights, dimensions: [Share; 6], over: &[&str]) -> SourceRow {
        SourceRow {
            word: "TripIt".to_owned(),
            name: "TripIt".to_owned(),
            also: String::new(),
            trips: 40,
            segments: 100,
            nights,
            dimensions,
            score: None,
            everywhere: None,
            weeks: Vec::new(),
            over: over.iter().map(|title| (*title).to_owned()).collect(),
            types: Vec::new(),
        }
    }

    fn nights(address: u32, city: u32, country: u32, none: u32) -> Nights {
        Nights {
            address,
            city,
            country,
            none,
            intent: 0,
        }
    }

    const FINE: [Share; 6] = [Share { good: 95, total: 100 }; 6];

    #[test]
    fn r231_a_source_is_good_for_what_four_in_five_nights_reach_and_nothing_is_said_of_a_few() {
        let says = |nights| verdict(&row(nights, FINE, &[]));
        assert_eq!(says(nights(80, 20, 0, 0)), "Good for the address.");
        assert_eq!(says(nights(79, 20, 0, 1)), "Good for the city.");
        assert_eq!(says(nights(10, 20, 60, 10)), "Good for the country.");
        assert_eq!(says(nights(10, 20, 20, 50)), "By itself good for no place.");
        assert_eq!(says(nights(29, 0, 0, 0)), "Too few nights to say.");
    }

    #[test]
    fn r232_what_is_weak_and_what_is_beyond_its_limit_is_named() {
        let mut dimensions = FINE;
        dimensions[0] = Share { good: 20, total: 100 };
        dimensions[4] = Share { good: 70, total: 100 };
        // Of a few nothing is said.
        dimensions[2] = Share { good: 0, total: 29 };
        let over = [
            "Flight without a number",
            "UTC copied from local time",
            "No way back known",
        ];
        assert_eq!(
            verdict(&row(nights(90, 0, 0, 0), dimensions, &over)),
            "Good for the address. Watch: fields missing, late. Over its limit: Flight without a number, UTC copied from local \
             time and 1 more."
        );
    }
}
