//! When a leg leaves and arrives: civil times to instants, unknown times, repairs (R1–R6, R40–R52).
//! Called for every move, once both ends have places and with them zones.
//! Always holds: arrival is judged against departure on instants, never on local clocks (R43); a span is never inverted.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::itinerary::When;
use crate::place::Zone;

use super::judgement::Judgement;
use super::notices::Desk;

/// Unix seconds.
pub(super) type Sec = i64;
pub(super) const MINUTE: Sec = 60;
pub(super) const HOUR: Sec = 3_600;
pub(super) const DAY: Sec = 86_400;

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// An aircraft.
    Air,
    /// A train.
    Rail,
    /// Car, coach, taxi.
    Road,
    /// A ferry.
    Sea,
    /// Nobody says.
    Unknown,
}

impl Mode {
    /// As the contract spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Air => "air",
            Mode::Rail => "rail",
            Mode::Road => "road",
            Mode::Sea => "sea",
            Mode::Unknown => "unknown",
        }
    }

    /// From a document's `TransportMode`.
    pub fn parse(text: &str) -> Mode {
        let text = text.to_ascii_lowercase();
        let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if any(&["air", "flight", "plane", "helicopter"]) {
            Mode::Air
        } else if any(&["rail", "train", "tram", "metro", "subway"]) {
            Mode::Rail
        } else if any(&["bus", "coach", "car", "road", "taxi", "shuttle", "limo", "van"]) {
            Mode::Road
        } else if any(&["ferry", "boat", "ship", "sea", "cruise", "launch"]) {
            Mode::Sea
        } else {
            Mode::Unknown
        }
    }

    /// Estimated time under way (§4), whole minutes in seconds.
    pub fn block(self, km: f64) -> Sec {
        let minutes = match self {
            Mode::Air => {
                let extra = if km < 1500.0 {
                    30.0
                } else if km < 4000.0 {
                    40.0
                } else {
                    50.0
                };
                km / 850.0 * 60.0 + extra
            }
            Mode::Rail => km / 200.0 * 60.0 + 40.0,
            Mode::Road | Mode::Unknown => km / 80.0 * 60.0 + 15.0,
            Mode::Sea => km / 40.0 * 60.0 + 60.0,
        };
        minutes.round() as Sec * MINUTE
    }

    /// Whether a leg can take this long (R46): not faster than anything of its kind, and in the air not much slower than estimated.
    pub fn plausible(self, judgement: &Judgement, seconds: Sec, km: Option<f64>, stops: u32) -> bool {
        if seconds <= 0 {
            return false;
        }
        let Some(km) = km else { return seconds <= DAY };
        let hours = seconds as f64 / HOUR as f64;
        let (fastest, longest) = match self {
            Mode::Air => (
                judgement.max_speed_air_kmh,
                self.block(km) as f64 * 1.6 + f64::from(60 * (60 + 60 * stops.min(4))),
            ),
            Mode::Rail => (500.0, 3.0 * DAY as f64),
            Mode::Road => (150.0, 3.0 * DAY as f64),
            Mode::Sea => (80.0, 21.0 * DAY as f64),
            Mode::Unknown => (judgement.max_speed_air_kmh, 3.0 * DAY as f64),
        };
        km <= fastest * hours && seconds as f64 <= longest
    }
}

/// An instant that is known to lie in [from, until]; a point if both are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub from: Sec,
    pub until: Sec,
    /// Where most of it is: the printed time, if the span is there only because something contradicts it (R5, R52).
    pub likely: Option<Sec>,
}

impl Span {
    pub fn at(t: Sec) -> Span {
        Span::new(t, t)
    }

    pub fn new(from: Sec, until: Sec) -> Span {
        let until = until.max(from);
        Span {
            from,
            until,
            likely: None,
        }
    }

    pub fn shifted(self, by: Sec) -> Span {
        Span {
            from: self.from + by,
            until: self.until + by,
            likely: self.likely.map(|t| t + by),
        }
    }

    /// Not before `earliest`.
    pub fn not_before(self, earliest: Sec) -> Span {
        let not_before = Span::new(self.from.max(earliest), self.until.max(earliest));
        Span {
            likely: self.likely.map(|t| t.max(earliest)),
            ..not_before
        }
    }

    /// The part both have, if any.
    pub fn common(self, other: Span) -> Option<Span> {
        let (from, until) = (self.from.max(other.from), self.until.min(other.until));
        (from <= until).then(|| Span::new(from, until))
    }

    pub fn middle(self) -> Sec {
        self.likely.unwrap_or(self.from + (self.until - self.from) / 2)
    }
}

pub(super) fn instant(t: Sec) -> DateTime<Utc> {
    DateTime::from_timestamp(t, 0).unwrap_or_default()
}

/// A calendar day at a place, to its last minute; without a zone any zone is possible (R3).
pub(super) fn day_span(day: NaiveDate, zone: Option<Zone>) -> Span {
    let midnight = day.and_time(NaiveTime::MIN);
    match zone {
        Some(zone) => Span::new(
            zone.to_second(midnight),
            zone.to_second(midnight + chrono::Duration::minutes(24 * 60 - 1)),
        ),
        None => Span::new(
            midnight.and_utc().timestamp() - 14 * HOUR,
            midnight.and_utc().timestamp() + DAY + 12 * HOUR,
        ),
    }
}

/// One printed time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub local: NaiveDateTime,
    /// Best instant.
    pub at: Sec,
    /// What it may be besides (R5, R52).
    pub span: Span,
    /// The time of day means something.
    pub timed: bool,
    /// The offset of the place is not 0 (R5, R40).
    pub offset: bool,
}

/// Reads a `When` at a place (R1, R3, R5, R52). `None` if there is no date in it.
pub(super) fn moment(when: &When, zone: Option<Zone>) -> Option<Moment> {
    let utc = when.utc.map(|utc| utc.timestamp());
    let Some(local) = when.local else {
        let utc = when.utc?;
        let local = zone.map_or(utc.naive_utc(), |zone| zone.to_civil(utc));
        return Some(Moment {
            local,
            at: utc.timestamp(),
            span: Span::at(utc.timestamp()),
            timed: !when.date_only,
            offset: false,
        });
    };
    let Some(zone) = zone else {
        // R3 (c), (e): the offset that Utc implies, else any.
        let clock = local.and_utc().timestamp();
        let span = utc.map_or(Span::new(clock - 14 * HOUR, clock + 12 * HOUR), Span::at);
        let at = utc.unwrap_or(clock);
        return Some(Moment {
            local,
            at,
            span,
            timed: !when.date_only,
            offset: utc.is_some_and(|utc| utc != clock),
        });
    };
    let (at, ambiguous) = zone.resolve(local);
    let mut span = Span::at(at);
    if ambiguous {
        span = Span::new(at - HOUR, at + HOUR);
    }
    let offset = zone.offset_at(at) != 0;
    let copied = utc == Some(local.and_utc().timestamp()) && offset;
    if let Some(utc) = utc.filter(|utc| (utc - at).abs() <= 12 * HOUR && !copied) {
        span = Span::new(span.from.min(utc), span.until.max(utc));
    }
    if span.from < span.until {
        span.likely = Some(at);
    }
    Some(Moment {
        local,
        at,
        span,
        timed: !when.date_only,
        offset,
    })
}

/// Notices of R2 and R5 about a time that is used.
pub(super) fn cross_check(when: &When, zone: Option<Zone>, moment: &Moment, desk: &mut Desk<'_>) {
    let (Some(local), Some(zone)) = (when.local, zone) else {
        return;
    };
    if when
        .local_offset_min
        .is_some_and(|minutes| minutes * 60 != zone.offset_at(moment.at))
    {
        desk.raise(
            "local_offset_clash",
            "The offset behind the local time is not that of the place; the printed time counts.",
        );
    }
    let Some(utc) = when.utc.map(|utc| utc.timestamp()) else {
        return;
    };
    // Half a minute of rounding between the two is no conflict.
    match (utc - moment.at).abs() {
        0..=59 => {}
        _ if utc == local.and_utc().timestamp() => {
            desk.raise(
                "utc_copied_from_local",
                "The time in UTC is a copy of the local time; the local time counts.",
            );
        }
        HOUR => desk.raise(
            "dst_mismatch",
            "Local time and UTC are one hour apart: daylight saving was missed in one of them.",
        ),
        _ => desk.raise(
            "local_utc_conflict",
            "Local time and UTC do not fit together; the local time counts.",
        ),
    }
}
