//! Twelve weeks of scores of each source, and which source is getting worse.
//! Called for the page of quality and by the loop that tells of it.
//! Always holds: whole weeks from Monday on; one question to the counts.

use chrono::{Days, NaiveDate};

use super::quality::{Period, Sums, date_of};
use crate::itinerary::Source;
use crate::quality::day_of;
use crate::store::{Scope, Store, StoreError};
use crate::whereabouts::{Code, code};

/// Weeks of a trend.
const WEEKS: i32 = 12;
/// Points of the score by which a source is told to be worse, between the first and the last third of the trend.
const WORSE: u32 = 5;

/// The counts of each week, the oldest first.
pub struct Trend {
    pub first: NaiveDate,
    pub weeks: Vec<Sums>,
}

/// A source whose last scores are below its first ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallen {
    pub was: u32,
    pub is: u32,
    /// The notices that grew most.
    pub because: Vec<&'static Code>,
}

impl Trend {
    /// Up to the week in which the period ends.
    pub async fn of(store: &dyn Store, scope: &Scope, period: Period) -> Result<Trend, StoreError> {
        let last = day_of(period.to);
        let monday = last - (last + 3).rem_euclid(7);
        let first = monday - 7 * (WEEKS - 1);
        let span = Period {
            from: date_of(first),
            to: date_of(monday + 6),
        };
        let counts = store.quality_weeks(scope, span.span()).await?;
        let week = |week| Sums::of(counts.iter().filter(move |count| count.week == first + 7 * week));
        Ok(Trend {
            first: span.from,
            weeks: (0..WEEKS).map(week).collect(),
        })
    }

    /// The score of each week.
    pub fn scores(&self, source: Source) -> Vec<Option<u32>> {
        self.weeks.iter().map(|week| whole(week.score(source, None))).collect()
    }

    /// How many of a notice there were each week.
    pub fn notices(&self, source: Source, code: &str) -> Vec<u32> {
        let count = |week: &Sums| u32::try_from(week.get(source, None, code).total).unwrap_or(0);
        self.weeks.iter().map(count).collect()
    }

    /// Whether the source got worse; `sums` has the notices in question.
    pub fn fallen(&self, source: Source, sums: &Sums) -> Option<Fallen> {
        let scores: Vec<u32> = self.scores(source).into_iter().flatten().collect();
        let third = scores.len() / 3;
        let mean = |of: &[u32]| of.iter().sum::<u32>() / u32::try_from(of.len()).unwrap_or(1).max(1);
        let (was, is) = (mean(scores.get(..third)?), mean(scores.get(scores.len() - third..)?));
        if third == 0 || is + WORSE > was {
            return None;
        }
        let grown = |id: &str| {
            let weeks = self.notices(source, id);
            let (before, after) = weeks.split_at(weeks.len() / 2);
            after.iter().sum::<u32>().saturating_sub(before.iter().sum())
        };
        let mut because: Vec<(u32, &'static Code)> = sums
            .notices(source, &[])
            .iter()
            .filter_map(|notice| Some((grown(&notice.code), code(&notice.code)?)))
            .filter(|(growth, _)| *growth > 0)
            .collect();
        because.sort_by(|a, b| (b.0, b.1.title).cmp(&(a.0, a.1.title)));
        Some(Fallen {
            was,
            is,
            because: because.into_iter().take(2).map(|(_, code)| code).collect(),
        })
    }
}

/// A score as people read it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
pub fn whole(score: Option<f64>) -> Option<u32> {
    score.map(|score| score.round() as u32)
}

/// As many days before.
pub fn before(period: Period) -> Period {
    let days = Days::new(u64::try_from((period.to - period.from).num_days() + 1).unwrap_or(1));
    let back = |day: NaiveDate| day.checked_sub_days(days).unwrap_or(day);
    Period {
        from: back(period.from),
        to: back(period.to),
    }
}
