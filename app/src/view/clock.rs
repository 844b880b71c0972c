//! On whose clock the time bar is read: UTC, the reader's, or that of a place.
//! Filled by the Backend, which knows the rules of zones; drawn by the time bar and beside the sentence's time.
//! Always holds: without a zone everything is in UTC.

use super::time::{Instant, PlaceTime};
use serde::{Deserialize, Serialize};

/// A zone's clock over the days of the time bar; the default is UTC's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// IANA name, `Europe/Berlin`; none is UTC.
    pub zone: Option<String>,
    /// From when on which offset and abbreviation hold, in order; the first from the beginning of the time bar.
    pub spans: Vec<PlaceTime>,
}

impl Clock {
    /// What the clock shows at an instant.
    pub fn at(&self, at: Instant) -> PlaceTime {
        let next = self.spans.partition_point(|span| span.at <= at);
        let span = self.spans.get(next.saturating_sub(1));
        span.map_or_else(|| PlaceTime::new(at, 0, "UTC"), |span| PlaceTime { at, ..span.clone() })
    }

    /// `Berlin`, if it is not UTC.
    pub fn city(&self) -> Option<String> {
        let city = self.zone.as_deref()?.rsplit('/').next()?;
        Some(city.replace('_', " "))
    }
}

/// A zone's name as an address may carry it; whether there is such a zone, the server knows.
pub fn zone_name(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+');
    ((1..=64).contains(&text.len()) && text.chars().all(fits)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_put_back_within_the_time_bar() {
        let instant = |text: &str| Instant::parse(text).unwrap_or_default();
        let clock = Clock {
            zone: Some("Europe/Berlin".into()),
            spans: vec![
                PlaceTime::new(instant("2026-10-18T22:00:00Z"), 120, "CEST"),
                PlaceTime::new(instant("2026-10-25T01:00:00Z"), 60, "CET"),
            ],
        };
        let shown = |text: &str| clock.at(instant(text)).clock();
        assert_eq!(shown("2026-10-25T00:59:59Z"), "02:59 CEST");
        assert_eq!(shown("2026-10-25T01:00:00Z"), "02:00 CET");
        assert_eq!(
            shown("2026-10-01T00:00:00Z"),
            "02:00 CEST",
            "before the bar its first offset holds"
        );
        assert_eq!(clock.city().as_deref(), Some("Berlin"));
        assert_eq!(
            Clock::default().at(instant("2026-10-25T01:00:00Z")).clock(),
            "01:00 UTC"
        );
    }

    #[test]
    fn a_zone_in_the_address_is_a_name_and_nothing_else() {
        assert_eq!(
            zone_name("America/Argentina/Buenos_Aires").as_deref(),
            Some("America/Argentina/Buenos_Aires")
        );
        for text in ["", "  ", "<script>", "Europe/Berlin\"", &"x".repeat(65)] {
            assert_eq!(zone_name(text), None, "{text}");
        }
    }
}
