//! Questions to presence rows: which lie in a window of time, as known at an instant.
//! Used by `shared::questions` to write its SQL.
//! Holds always: the text depends on the shape of the question only; everything asked for is bound.

use super::draft::REACH;

/// A question to presence rows. Its parameters: $1 company or NULL, $2 and $3 the first and last instant of the window,
/// $4 the instant of knowledge (`i64::MAX` for now); what a question adds begins at $5.
pub(super) struct Window<'a> {
    /// What is selected, of `p` (presence) and what `join` adds.
    pub(super) select: &'a str,
    /// Further tables.
    pub(super) join: &'a str,
    /// Further conditions, each beginning with AND.
    pub(super) and: &'a str,
    /// As known now: rows of which the knowledge has ended are not even looked at.
    pub(super) now: bool,
}

impl Window<'_> {
    /// One `SELECT` for each length class: each reads neighbouring rows of an index and hardly any others.
    pub(super) fn sql(&self) -> String {
        let Window { select, join, and, now } = self;
        let known = if *now {
            "p.closed IN (FALSE) AND p.known_from <= $4"
        } else {
            "p.closed IN (FALSE, TRUE) AND p.known_from <= $4 AND (p.known_until IS NULL OR p.known_until > $4)"
        };
        let class = |(span, reach): (usize, &Option<i64>)| {
            let since = reach
                .map(|reach| format!("AND p.start_at > $2 - {reach} "))
                .unwrap_or_default();
            format!(
                "SELECT {select} FROM presence p {join} \
                 WHERE p.company IN (SELECT c.id FROM company c WHERE $1 IS NULL OR c.id = $1) \
                 AND p.span = {span} {since}AND p.start_at <= $3 AND p.end_at > $2 AND {known} {and}"
            )
        };
        REACH
            .iter()
            .enumerate()
            .map(class)
            .collect::<Vec<_>>()
            .join(" UNION ALL ")
    }
}
