//! The part of the store that keeps what was said of places and what came true, month by month.
//! Written once a month for each company; read by the page of quality and the interface.
//! Holds always: sums only; a month that was looked at is not looked at again.

use super::{Scope, StoreError};
use crate::itinerary::Source;
use crate::quality::Said;
use async_trait::async_trait;

/// A month of one source.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// `2026-10`
    pub month: String,
    /// Whose.
    pub source: Source,
    /// The sums, of all companies in sight.
    pub said: Said,
}

/// Said and come true.
#[async_trait]
pub trait Calibrations {
    /// The connected companies of which this month was not looked at.
    async fn uncalibrated(&self, month: &str) -> Result<Vec<String>, StoreError>;
    /// Up to `n` travelers of a company with a trip, by id, after this one.
    async fn traveling_after(&self, company: &str, traveler: &str, n: u32) -> Result<Vec<String>, StoreError>;
    /// Keeps a month of a company, in the place of what was kept of it.
    async fn put_calibration(&self, company: &str, month: &str, said: &[(Source, Said)]) -> Result<(), StoreError>;
    /// The newest `n` months that anything was judged in, newest first.
    async fn calibrations(&self, scope: &Scope, n: u32) -> Result<Vec<Calibration>, StoreError>;
}
