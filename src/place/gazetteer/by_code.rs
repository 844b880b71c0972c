//! Where in a table a code is: one look where a search would take a dozen, each at another place of memory.
//! Made once for airports and once for cities; asked for both ends of every segment.
//! Always holds: the tables have fewer lines than there are codes, 36³.

use super::super::Code;

/// No table has so many lines.
const NOWHERE: u16 = u16::MAX;

/// By a code's number.
pub(super) struct ByCode(Vec<u16>);

impl ByCode {
    /// Of the codes of a table's lines, in order.
    pub fn of(codes: impl Iterator<Item = Code>) -> ByCode {
        let mut lines = vec![NOWHERE; Code::NUMBERS];
        for (line, code) in (0..NOWHERE).zip(codes) {
            lines[code.number()] = line;
        }
        ByCode(lines)
    }

    /// The line of that code.
    pub fn line(&self, code: Code) -> Option<usize> {
        Some(self.0[code.number()])
            .filter(|line| *line != NOWHERE)
            .map(usize::from)
    }
}
