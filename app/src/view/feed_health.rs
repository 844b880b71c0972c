//! How a company's feed is, beside what its sources are worth. Filled by the Backend for whoever administers the company.
//! Counts and ages only: no trip and nobody is named.

use super::{BacklogShown, CompanyStanding, Instant};
use serde::{Deserialize, Serialize};

/// The newest events of which the lag is told.
pub const LAGS: u32 = 500;

/// Of one company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedHealth {
    /// The host of its data centre.
    pub centre: Option<String>,
    pub standing: CompanyStanding,
    /// When the newest event came.
    pub last_event_at: Option<Instant>,
    /// Seconds from happening to arrival that half and 95 of 100 of the newest events took at most.
    pub lag_s: Option<[i64; 2]>,
    /// How many events that is of.
    pub lag_of: u32,
    /// Until when the permission holds, if nothing renews it.
    pub permitted_until: Option<Instant>,
    pub received: u32,
    pub quarantined: u32,
    /// Trips that wait for their fetch.
    pub queued: u32,
    /// Trips that were given up.
    pub dead: u32,
    /// Why trips could not be fetched, whether they were given up, and how many, the most first.
    pub failures: Vec<(String, bool, u32)>,
    /// Trips from before the connection.
    pub backlog: Option<BacklogShown>,
}

/// The values that half and 95 of 100 are at most; none of nothing.
pub fn percentiles(mut values: Vec<i64>) -> Option<[i64; 2]> {
    values.sort_unstable();
    let last = values.len().checked_sub(1)?;
    let at = |share: usize| values[(values.len() * share).div_ceil(100).saturating_sub(1).min(last)];
    Some([at(50), at(95)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_there() {
        assert_eq!(percentiles(vec![]), None);
        assert_eq!(percentiles(vec![7]), Some([7, 7]));
        assert_eq!(percentiles(vec![9, 1]), Some([1, 9]));
        assert_eq!(percentiles((1..=100).rev().collect()), Some([50, 95]));
        assert_eq!(percentiles((1..=20).collect()), Some([10, 19]));
    }
}
