//! When somebody is away, and how that is known: a few runs of a timeline, as one line of text beside its traveler.
//! Written with presence, read for the time bar, which asks it of everybody for weeks at once.
//! Holds always: the line says what the episodes say that are known now; bins are instants, not intervals.

use super::time::{at, ms};
use super::{AwayBin, StoreError};
use crate::whereabouts::{Episode, Grade, Ramp};
use chrono::{DateTime, Utc};

/// Between the runs of a line, and between the lines of several travelers.
pub(super) const RUN: char = ';';

/// A time away, half-open, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    from: i64,
    until: i64,
    /// 0 confirmed … 3 inferred.
    grade: usize,
}

impl Run {
    /// The part of an episode in which p(home) < .5, if a booking puts the traveler elsewhere; p(home) is linear, so there
    /// is at most one.
    pub(super) fn of(episode: &Episode) -> Option<Run> {
        if episode.hypotheses.is_empty() && episode.move_.is_none() {
            return None;
        }
        let (start, end) = (ms(episode.from), ms(episode.until));
        let (a, b) = (episode.home.from, episode.home.until);
        let crossing = || start + ((0.5 - a) / (b - a) * (end - start) as f64) as i64;
        let (from, until) = match (a < 0.5, b < 0.5) {
            (true, true) => (start, end),
            (true, false) => (start, crossing().max(start + 1)),
            (false, true) => ((crossing() + 1).min(end), end),
            (false, false) => return None,
        };
        (from < until).then(|| Run {
            from,
            until,
            grade: grade_number(grade(episode)),
        })
    }
}

/// How it is known that a traveler is away: as the most probable city is, or the way to it.
fn grade(episode: &Episode) -> Grade {
    let mass = |ramp: Ramp| ramp.from + ramp.until;
    let city = episode
        .hypotheses
        .iter()
        .fold(None, |best: Option<(f64, Grade)>, hypothesis| match best {
            Some((p, _)) if p >= mass(hypothesis.p) => best,
            _ => Some((mass(hypothesis.p), hypothesis.grade)),
        });
    match (&episode.move_, city) {
        (Some(way), Some((p, _))) if mass(episode.in_transit) > p => way.grade,
        (_, Some((_, grade))) => grade,
        (Some(way), None) => way.grade,
        (None, None) => Grade::Inferred,
    }
}

const fn grade_number(grade: Grade) -> usize {
    match grade {
        Grade::Confirmed => 0,
        Grade::Booked => 1,
        Grade::Intent => 2,
        Grade::Inferred => 3,
    }
}

/// The line of a timeline's runs, which are in order: what goes on in the same way is one.
pub(super) fn line(runs: impl IntoIterator<Item = Run>) -> String {
    let mut joined: Vec<Run> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(last) if last.until == run.from && last.grade == run.grade => last.until = run.until,
            _ => joined.push(run),
        }
    }
    let words: Vec<String> = joined
        .iter()
        .map(|run| format!("{} {} {}", run.from, run.until, run.grade))
        .collect();
    words.join(&RUN.to_string())
}

/// The runs of lines.
fn runs(lines: &str) -> impl Iterator<Item = Result<Run, StoreError>> {
    lines.split(RUN).filter(|run| !run.is_empty()).map(|text| {
        let unreadable = || StoreError::Inconsistent("a time away cannot be read".to_owned());
        let mut numbers = text.split(' ').map(str::parse::<i64>);
        let mut next = || numbers.next().and_then(Result::ok).ok_or_else(unreadable);
        let (from, until, grade) = (next()?, next()?, next()?);
        let grade = usize::try_from(grade)
            .ok()
            .filter(|grade| *grade < 4)
            .ok_or_else(unreadable)?;
        Ok(Run { from, until, grade })
    })
}

/// How many are away at `from`, `from + step`, … by these lines; `step` in milliseconds.
pub(super) fn histogram<'a>(
    lines: impl IntoIterator<Item = &'a str>,
    from: DateTime<Utc>,
    step: i64,
    bins: usize,
) -> Result<Vec<AwayBin>, StoreError> {
    let first = ms(from);
    // The first bin at an instant or after it.
    let bin = |instant: i64| {
        let steps = instant.saturating_sub(first).saturating_add(step - 1).div_euclid(step);
        usize::try_from(steps).unwrap_or_default().min(bins)
    };
    // Changes from bin to bin, added up below.
    let mut changes = vec![[0_i64; 4]; bins + 1];
    for lines in lines {
        for run in runs(lines) {
            let run = run?;
            changes[bin(run.from)][run.grade] += 1;
            changes[bin(run.until)][run.grade] -= 1;
        }
    }
    changes.pop();
    let mut counts = [0_i64; 4];
    let counted = changes.iter().enumerate().map(|(bin, change)| {
        for (count, change) in counts.iter_mut().zip(change) {
            *count += change;
        }
        let [confirmed, booked, intent, inferred] = counts.map(|count| u32::try_from(count).unwrap_or_default());
        Ok(AwayBin {
            at: at(first.saturating_add(step.saturating_mul(bin as i64)))?,
            confirmed,
            booked,
            intent,
            inferred,
        })
    });
    counted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(from: i64, until: i64, grade: usize) -> Run {
        Run { from, until, grade }
    }

    #[test]
    fn what_goes_on_in_the_same_way_is_one_run() {
        let line = line([run(0, 10, 0), run(10, 20, 0), run(20, 30, 2), run(40, 50, 2)]);
        assert_eq!(line, "0 20 0;20 30 2;40 50 2");
        let read: Vec<Run> = runs(&line).collect::<Result<_, _>>().unwrap();
        assert_eq!(read, [run(0, 20, 0), run(20, 30, 2), run(40, 50, 2)]);
    }

    #[test]
    fn nobody_away_is_an_empty_line() {
        assert_eq!(line([]), "");
        let bins = histogram(["", ";"], DateTime::UNIX_EPOCH, 10, 2).unwrap();
        assert!(bins.iter().all(|bin| bin.confirmed == 0));
    }

    #[test]
    fn a_run_counts_in_the_bins_whose_instants_lie_in_it() {
        let lines = ["-100 0 0;10 21 1", "5 10 1;10 1000 2;2000 3000 3"];
        let bins = histogram(lines, DateTime::UNIX_EPOCH, 10, 4).unwrap();
        let counts: Vec<_> = bins
            .iter()
            .map(|b| [b.confirmed, b.booked, b.intent, b.inferred])
            .collect();
        assert_eq!(counts, [[0, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 1, 0]]);
    }

    #[test]
    fn what_is_no_run_is_not_taken_for_one() {
        for text in ["1 2", "x 2 0", "1 2 4", "1 2 -1"] {
            assert!(histogram([text], DateTime::UNIX_EPOCH, 10, 1).is_err(), "{text}");
        }
    }
}
