//! How long no event has come, and from when on that is worth a warning.
//! Called by what shows the feed to the operator, and by the upkeep's gauge.
//! Always: Concur deletes a subscription without a successful delivery after 30 days (E66): the last warning comes before.

use chrono::{DateTime, TimeDelta, Utc};

const HOUR: TimeDelta = TimeDelta::hours(1);
const DAY: TimeDelta = TimeDelta::hours(24);
/// Five days before the deletion.
const LAST_CHANCE: TimeDelta = TimeDelta::days(25);

/// What a silence may mean, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Silence {
    /// Nothing for an hour: at night it may be so.
    AnHour,
    /// Nothing for a day: something is wrong.
    ADay,
    /// Nothing for 25 days: the subscription will be deleted.
    NearDeletion,
}

impl Silence {
    /// The silence since `last`; `None` while it is short.
    pub fn since(last: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        match now - last {
            quiet if quiet >= LAST_CHANCE => Some(Self::NearDeletion),
            quiet if quiet >= DAY => Some(Self::ADay),
            quiet if quiet >= HOUR => Some(Self::AnHour),
            _ => None,
        }
    }

    /// A word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnHour => "an_hour",
            Self::ADay => "a_day",
            Self::NearDeletion => "near_deletion",
        }
    }

    /// What to make of it.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::AnHour => "No event has come for an hour. At night and on weekends that happens.",
            Self::ADay => {
                "No event has come for a day. Check the subscription and whether the endpoint can be reached from outside."
            }
            Self::NearDeletion => {
                "No event has come for 25 days. After 30 days SAP Concur deletes the subscription: save it again now."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e66_a_silence_is_worth_a_warning_after_an_hour_a_day_and_25_days() {
        let last: DateTime<Utc> = "2026-03-01T08:00:00Z".parse().unwrap();
        let after = |quiet: TimeDelta| Silence::since(last, last + quiet);
        assert_eq!(after(TimeDelta::minutes(59)), None);
        assert_eq!(after(TimeDelta::hours(1)), Some(Silence::AnHour));
        assert_eq!(after(TimeDelta::hours(24)), Some(Silence::ADay));
        assert_eq!(after(TimeDelta::days(25)), Some(Silence::NearDeletion));
        assert_eq!(after(TimeDelta::days(400)), Some(Silence::NearDeletion));
        assert_eq!(after(TimeDelta::hours(-3)), None, "an event of a clock that is ahead");
    }
}
