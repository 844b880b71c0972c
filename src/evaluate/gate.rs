//! A regression is a paired difference, not two numbers (R275): the same travelers, before and now.
//! Called by `tests/evaluate.rs` (compares) and `make evaluate` (writes).
//! Always holds: the file names seed and generator, so that unlike things are never compared.

use std::fmt::Write as _;

use crate::sandbox::corpus;

use super::Outcome;
use super::score::{Metric, Score, Slice, resampled};

/// A metric that became worse beyond the interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Regression {
    pub metric: &'static str,
    pub before: f64,
    pub now: f64,
    /// 95 % interval of the difference.
    pub interval: (f64, f64),
}

/// The sums of every traveler as text: one line each, away hours first, then all hours.
pub fn write(outcome: &Outcome) -> String {
    let mut text = head(outcome);
    for seen in &outcome.travelers {
        for slice in [Slice::Away, Slice::All] {
            let score = seen.slices.get(&slice).map(|scores| scores[0]).unwrap_or_default();
            let values: Vec<String> = score.values().iter().map(|value| short(*value)).collect();
            let _ = write!(text, "{}\t", values.join(" "));
        }
        text.pop();
        text.push('\n');
    }
    text
}

pub(super) fn head(outcome: &Outcome) -> String {
    let plan = &outcome.plan;
    format!(
        "seed {} generator {} travelers {} days {} intensity {:?}\n",
        plan.seed,
        corpus::VERSION,
        plan.travelers,
        plan.days,
        plan.intensity
    )
}

fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What became worse since a file was written.
///
/// # Errors
/// In words, if the file is of other travelers.
pub fn compare(outcome: &Outcome, baseline: &str) -> Result<Vec<Regression>, String> {
    let mut lines = baseline.lines();
    if lines.next().map(|line| format!("{line}\n")) != Some(head(outcome)) {
        return Err(format!("the file is not of {}write it anew", head(outcome)));
    }
    let before: Vec<[Score; 2]> = lines
        .map(|line| {
            let mut parts = line.split('\t').map(|part| {
                let values: Vec<f64> = part.split(' ').filter_map(|value| value.parse().ok()).collect();
                Score::from_values(&values)
            });
            [parts.next().unwrap_or_default(), parts.next().unwrap_or_default()]
        })
        .collect();
    if before.len() != outcome.travelers.len() {
        return Err(format!("the file has {} travelers", before.len()));
    }
    let mut worse = Vec::new();
    for (nth, slice) in [Slice::Away, Slice::All].into_iter().enumerate() {
        let now: Vec<Score> = outcome
            .travelers
            .iter()
            .map(|seen| seen.slices.get(&slice).map(|scores| scores[0]).unwrap_or_default())
            .collect();
        let before: Vec<Score> = before.iter().map(|scores| scores[nth]).collect();
        for metric in &Metric::ALL {
            let total = |scores: &[Score], drawn: &mut dyn Iterator<Item = usize>| {
                let mut sum = Score::default();
                drawn.for_each(|index| sum += &scores[index]);
                metric.value(&sum)
            };
            let sign = if metric.higher_is_better { 1.0 } else { -1.0 };
            let difference = |drawn: &[usize]| {
                let value = |scores: &[Score]| total(scores, &mut drawn.iter().copied());
                sign * (value(&now) - value(&before))
            };
            let (low, high) = resampled(now.len(), difference);
            // Half a thousandth is rounding.
            if high < -0.0005 {
                worse.push(Regression {
                    metric: metric.name,
                    before: total(&before, &mut (0..before.len())),
                    now: total(&now, &mut (0..now.len())),
                    interval: (low, high),
                });
            }
        }
    }
    Ok(worse)
}
