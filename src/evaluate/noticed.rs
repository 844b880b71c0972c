//! The targets of R271 and what became worse: per operator what is found of what can be seen, per code what is raised for nothing.
//! Called by `report` (the table's verdicts) and `tests/evaluate.rs` (fails).
//! Always holds: few occurrences meet no target and miss none; a comparison is of the same documents.

use std::fmt::Write as _;

use super::Outcome;
use super::gate::head;
use super::notices::{Raised, Struck, Tally};

/// Fewer occurrences say nothing.
const ENOUGH: u32 = 100;
/// The least share that is found.
const RECALL: f64 = 0.95;
/// The most that is raised for nothing, in a thousand documents.
const ALARMS: f64 = 5.0;
/// So many hundredths of what an operator shows may be lost unnoticed: one document of a few is no trend …
const LOST: u32 = 2;
/// … and so many thousandths of a code's clean documents raised for nothing.
const RAISED: u32 = 2;

/// Whether a target is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Few,
    Met,
    Missed,
}

impl Verdict {
    /// As the table prints it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Few => "few",
            Verdict::Met => "met",
            Verdict::Missed => "MISSED",
        }
    }

    fn of(enough: bool, met: bool) -> Verdict {
        match (enough, met) {
            (false, _) => Verdict::Few,
            (true, true) => Verdict::Met,
            (true, false) => Verdict::Missed,
        }
    }
}

impl Struck {
    /// Found of what can be seen.
    pub fn recall(&self) -> f64 {
        f64::from(self.found) / f64::from(self.visible.max(1))
    }

    /// Whether enough of it is found.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self.visible >= ENOUGH, self.recall() >= RECALL)
    }
}

impl Raised {
    /// Raised for nothing, in a thousand documents without a cause.
    pub fn alarms_in_1000(&self) -> f64 {
        f64::from(self.alarms) * 1000.0 / f64::from(self.clean.max(1))
    }

    /// Whether it is raised for nothing seldom enough; of fewer than a thousand documents nobody can say.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(
            self.raised >= ENOUGH && self.clean >= 1_000,
            self.alarms_in_1000() <= ALARMS,
        )
    }
}

impl Tally {
    /// What misses its target, in words.
    pub fn missed(&self) -> Vec<String> {
        let operators = self
            .operators
            .iter()
            .filter(|(_, one)| one.verdict() == Verdict::Missed);
        let operators =
            operators.map(|(operator, one)| format!("{}: {} of {}", operator.name(), one.found, one.visible));
        let codes = self.codes.iter().filter(|(_, one)| one.verdict() == Verdict::Missed);
        let codes = codes.map(|(code, one)| format!("{code}: {} alarms in {}", one.alarms, one.clean));
        operators.chain(codes).collect()
    }
}

/// What was found and raised as text, a line each.
pub fn write(outcome: &Outcome) -> String {
    let (mut text, tally) = (head(outcome), outcome.tally());
    for (operator, one) in &tally.operators {
        let _ = writeln!(
            text,
            "operator\t{}\t{}\t{}\t{}",
            operator.name(),
            one.struck,
            one.visible,
            one.found
        );
    }
    for (code, one) in &tally.codes {
        let _ = writeln!(text, "code\t{code}\t{}\t{}\t{}", one.raised, one.clean, one.alarms);
    }
    text
}

/// What became worse since a file was written, in words.
///
/// # Errors
/// In words, if the file is of other travelers.
pub fn compare(outcome: &Outcome, baseline: &str) -> Result<Vec<String>, String> {
    let mut lines = baseline.lines();
    if lines.next().map(|line| format!("{line}\n")) != Some(head(outcome)) {
        return Err(format!("the file is not of {}write it anew", head(outcome)));
    }
    let tally = outcome.tally();
    let mut worse = Vec::new();
    for line in lines {
        let words: Vec<&str> = line.split('\t').collect();
        let [kind, name, _, of, count] = words[..] else {
            return Err(format!("\"{line}\" is no line of it"));
        };
        let number = |text: &str| text.parse::<u32>().map_err(|_| format!("\"{line}\" has no numbers"));
        let (of, before) = (number(of)?, number(count)?);
        if kind == "operator" {
            let now = tally.operators.iter().find(|(operator, _)| operator.name() == name);
            let now = now.map(|(_, one)| *one).unwrap_or_default();
            let slack = (of * LOST / 100).max(1);
            // The share counts: rules of what can be seen may change too.
            let kept =
                u64::from(now.found + slack) * u64::from(of.max(1)) >= u64::from(before) * u64::from(now.visible);
            if now.visible == 0 && of > 0 || !kept {
                worse.push(format!(
                    "{name}: found {before} of {of}, now {} of {}",
                    now.found, now.visible
                ));
            }
        } else {
            let now = tally.codes.get(name).copied().unwrap_or_default();
            let slack = (of * RAISED / 1_000).max(1);
            if now.alarms > before + slack {
                worse.push(format!("{name}: raised for nothing {before} times, now {}", now.alarms));
            }
        }
    }
    Ok(worse)
}
