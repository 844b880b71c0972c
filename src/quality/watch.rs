//! Getting worse: what is wrong with sources now, beside what somebody was told already.
//! Called when a company is looked at that wants to be told.
//! Always holds: pure; the same thing is told once until it is mended or grows from a warning to an error.

use crate::itinerary::Source;

use super::score::Standing;
use super::source;

/// Something to be told of a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Whose documents.
    pub source: Source,
    /// A notice beyond its limit; `None`: the score fell.
    pub code: Option<String>,
    /// `Warn` or `Error`.
    pub standing: Standing,
}

/// The word of a fallen score, where a notice has its code.
const SCORE: &str = "score";

impl Finding {
    fn key(&self) -> String {
        let code = self.code.as_deref().unwrap_or(SCORE);
        format!("{} {code}", source::word(self.source))
    }
}

/// One line a finding, to be kept until the next look.
pub fn to_told(findings: &[Finding]) -> String {
    let mut lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            let grown = if finding.standing == Standing::Error {
                "error"
            } else {
                "warn"
            };
            format!("{} {grown}\n", finding.key())
        })
        .collect();
    lines.sort();
    lines.concat()
}

/// Which of these were not told yet, or as less.
pub fn news(told: &str, findings: &[Finding]) -> Vec<Finding> {
    let is_told = |finding: &Finding| {
        let key = finding.key();
        told.lines()
            .filter_map(|line| line.rsplit_once(' '))
            .any(|(known, grown)| known == key && (grown == "error" || finding.standing != Standing::Error))
    };
    findings.iter().filter(|finding| !is_told(finding)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(code: Option<&str>, standing: Standing) -> Finding {
        Finding {
            source: Source::ParsedMail,
            code: code.map(str::to_owned),
            standing,
        }
    }

    #[test]
    fn r232_the_same_thing_is_told_once_and_again_when_it_grows() {
        let warned = [
            finding(Some("year_slip"), Standing::Warn),
            finding(None, Standing::Warn),
        ];
        assert_eq!(news("", &warned), warned);
        let told = to_told(&warned);
        assert_eq!(news(&told, &warned), []);
        let grown = [finding(Some("year_slip"), Standing::Error)];
        assert_eq!(news(&told, &grown), grown);
        // Mended meanwhile, so it is news again.
        assert_eq!(news(&to_told(&[]), &warned), warned);
        assert_eq!(
            news(&to_told(&grown), &warned[..1]),
            [],
            "a warning after an error is no news"
        );
    }

    #[test]
    fn one_sources_findings_say_nothing_of_anothers() {
        let told = to_told(&[finding(Some("year_slip"), Standing::Error)]);
        let other = Finding {
            source: Source::TripIt,
            ..finding(Some("year_slip"), Standing::Warn)
        };
        assert_eq!(news(&told, std::slice::from_ref(&other)), [other]);
    }
}
