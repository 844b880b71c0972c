//! How well the engine does: a year of invented people is located from their bookings and compared with the truth (§14 of the rules).
//! Called by `make evaluate` (`benches/evaluate.rs`) and, small, by `tests/evaluate.rs`.
//! Always holds: the engine sees documents only; the same seed gives the same numbers (R257).

mod acceptance;
mod baselines;
mod cause;
mod class;
mod exposure;
mod gate;
mod noticed;
mod notices;
mod picture;
mod questions;
mod reliability;
mod report;
mod score;
mod table;
mod walk;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeZone as _, Utc};

use crate::sandbox::SandboxError;
use crate::sandbox::corpus::{Corpus, DEPARTMENT};
use crate::sandbox::papers::{Channel, Intensity, Operator};
use crate::whereabouts::Judgement;

pub use acceptance::{Acceptance, accept, snapshot};
pub use gate::{Regression, compare, write as write_baseline};
pub use noticed::{Verdict, compare as compare_notices, write as write_notices};
pub use notices::{Raised, Struck, Tally};
pub use picture::reliability as reliability_picture;
pub use reliability::Diagram;
pub use report::{ablations, print};
pub use score::{Metric, Score, Slice};
pub use table::Table;
pub use walk::Seen;

/// R255: never looked at when a number is chosen.
pub const HELD_OUT_OPERATORS: [Operator; 2] = [Operator::DayMonthSwapped, Operator::DatesOverwrittenByTrip];
/// R255: neither is this channel.
pub const HELD_OUT_CHANNEL: Channel = Channel::TripIt;

/// What to evaluate.
#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub travelers: usize,
    pub days: i64,
    pub intensity: Intensity,
    pub incidents: usize,
    /// Of the hours at home every so-manieth is asked about, and counts for all (R260).
    pub home_every_h: i64,
    pub judgement: Judgement,
}

impl Plan {
    /// R259: 2,000 travelers for a year.
    pub fn full(intensity: Intensity) -> Plan {
        Plan {
            seed: 20_260_101,
            travelers: 2_000,
            days: 365,
            intensity,
            incidents: 1_000,
            home_every_h: 12,
            judgement: Judgement::CURRENT,
        }
    }

    /// Where the year begins.
    pub fn from() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 1, 5, 0, 0, 0).single().unwrap_or_default()
    }
}

/// What every change is checked with (R259): small enough for a build without optimisation.
pub fn small() -> Plan {
    Plan {
        travelers: 200,
        days: 90,
        incidents: 40,
        home_every_h: 48,
        ..Plan::full(Intensity::Usual)
    }
}

/// What came out of a plan.
pub struct Outcome {
    pub plan: Plan,
    /// In the order of the travelers.
    pub travelers: Vec<Seen>,
}

/// Makes the lives, locates the people, compares.
///
/// # Errors
/// If the gazetteer lacks an airport of the simulated world.
pub fn run(plan: &Plan) -> Result<Outcome, SandboxError> {
    let corpus = Corpus::new(plan.seed, Plan::from(), plan.days, plan.intensity)?;
    let departments = plan.travelers.div_ceil(DEPARTMENT);
    let incidents = exposure::draw(&corpus, plan, departments);
    let found: BTreeMap<usize, Vec<Seen>> = side_by_side(departments, |number| {
        let lives = corpus.department(number);
        lives.iter().map(|life| walk::walk(plan, life, &incidents)).collect()
    });
    let mut travelers: Vec<Seen> = found.into_values().flatten().collect();
    travelers.truncate(plan.travelers);
    Ok(Outcome {
        plan: plan.clone(),
        travelers,
    })
}

/// Does numbered work on every core; results by number.
fn side_by_side<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> BTreeMap<usize, T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    let result = work(number);
                    done.lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner)
                        .insert(number, result);
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}
