//! What is charged, as Concur's semantics codes (T62, T63): which kinds of cost, never how much, each once.
//! Called by `assemble`.
//! Always: no amount is read; what somebody ate, watched or sent to the laundry is nobody's business here and is dropped (P10).

use super::CostCode;
use super::document::{RawCharges, RawCost};

/// Codes of hotels that tell how somebody lives there, and nothing of where or whether.
const PRIVATE: [&str; 7] = ["ALCOHOL", "GAME", "GIFT", "HEALTH", "LAUNDRY", "MINIBAR", "MOVIE"];
/// No documented code is longer.
const LONGEST: usize = 20;
/// Of one booking; more is no list of costs.
const MOST: usize = 40;

/// The codes of all four lists of a booking, in the document's order.
pub(super) fn codes(raw: &RawCharges) -> Vec<CostCode> {
    let mut codes: Vec<CostCode> = Vec::new();
    for list in [&raw.fixed, &raw.percent, &raw.rate, &raw.allowance] {
        for code in list.iter().filter_map(code) {
            if codes.len() < MOST && !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    codes
}

fn code(raw: &RawCost) -> Option<CostCode> {
    let code = raw.semantics.text()?.to_ascii_uppercase();
    // Whatever else stands there is text, and text may hold anything.
    let is_code = code.len() <= LONGEST && code.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let vendor = raw.vendor.text().and_then(|text| text.chars().next());
    (is_code && !PRIVATE.contains(&code.as_str())).then(|| CostCode {
        code,
        vendor: vendor.filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()),
    })
}
