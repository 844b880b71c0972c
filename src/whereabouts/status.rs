//! Segment statuses of every reservation system, in one table (R80, §6.1).
//! Called for every segment; what a status is worth is in `judgement`.
//! Always holds: airlines' "inactive" lists are not used, SC and TK are live for location (R85).

use std::borrow::Cow;

use super::judgement::Judgement;

/// What a status means for whether the service is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Flown, checked in.
    Boarded,
    /// Confirmed.
    Confirmed,
    /// Confirmed with new times, which are in this line.
    TimesChanged,
    /// Booked elsewhere, noted here by hand (R83).
    Passive,
    /// Asked for.
    Requested,
    /// Holds nothing yet.
    Waitlisted,
    /// No date (R33).
    Open,
    /// Refused or cancelled by the airline: the wish to travel may live on (R82).
    Unable,
    /// Cancelled.
    Cancelled,
    /// A cancellation was asked for.
    CancelPending,
    /// No evidence.
    Unknown,
}

impl Held {
    /// Nothing is held.
    pub fn is_void(self) -> bool {
        matches!(self, Held::Unable | Held::Cancelled)
    }

    /// Strength class 0..=5 (R140), `None` where the status is no evidence.
    pub fn class(self) -> Option<usize> {
        match self {
            Held::Boarded => Some(5),
            Held::Confirmed | Held::TimesChanged => Some(3),
            Held::Passive => Some(2),
            Held::Requested | Held::Waitlisted | Held::CancelPending => Some(1),
            Held::Unable | Held::Cancelled => Some(0),
            Held::Open | Held::Unknown => None,
        }
    }

    /// An explicit p that overrides the class prior where it is lower (R140).
    pub fn p(self, judgement: &Judgement) -> Option<f64> {
        match self {
            Held::TimesChanged => Some(judgement.times_changed),
            Held::Waitlisted => Some(judgement.waitlisted),
            Held::CancelPending => Some(judgement.cancel_pending),
            _ => None,
        }
    }
}

/// Classifies a raw status. `ride`: rides have codes of their own, some of which mean something else elsewhere.
/// The second value is whether the text was understood (else notice `status_unknown`); an empty status is understood as no evidence.
pub fn classify(raw: Option<&str>, ride: bool) -> (Held, bool) {
    let Some(raw) = raw.map(str::trim).filter(|raw| !raw.is_empty()) else {
        return (Held::Unknown, true);
    };
    let text = if raw.bytes().any(|b| b.is_ascii_lowercase()) {
        Cow::Owned(raw.to_ascii_uppercase())
    } else {
        Cow::Borrowed(raw)
    };
    // `HK1`, also `HK 1`, is HK for one person.
    let code = text.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    let ride_code = match code {
        "RA" | "CA" | "CD" | "XD" => Some(Held::Confirmed),
        "RB" | "CB" => Some(Held::Requested),
        "RD" | "XA" => Some(Held::Cancelled),
        "XB" => Some(Held::CancelPending),
        _ => None,
    };
    if let (true, Some(held)) = (ride, ride_code) {
        return (held, true);
    }
    let held = match code {
        "CK" | "SB" | "USED" | "LIFTED" => Held::Boarded,
        "HK" | "KK" | "KL" | "RR" | "SS" | "FS" | "HS" | "LK" | "NK" | "LS" | "OK" | "DK" | "HD" | "HI" => {
            Held::Confirmed
        }
        "TK" | "SC" => Held::TimesChanged,
        "GK" | "MK" | "BK" | "AK" | "PK" | "YK" | "CH" | "MS" => Held::Passive,
        "HN" | "PN" | "NN" | "HQ" | "HA" | "MR" | "TN" | "IN" | "IS" | "GN" | "AN" | "BN" | "NA" => Held::Requested,
        "HL" | "HW" | "LL" | "US" | "UU" | "TL" | "GL" | "ML" | "BL" | "AL" | "PL" | "PA" | "PB" | "PC" | "PD"
        | "PW" => Held::Waitlisted,
        "DS" | "OPEN" => Held::Open,
        "UC" | "UN" | "NO" | "NS" | "WK" | "WL" => Held::Unable,
        "HX" | "XX" | "XK" | "XL" | "DX" | "IX" | "OX" | "MN" | "DL" | "GC" | "GX" => Held::Cancelled,
        _ => return word(code).map_or((Held::Unknown, false), |held| (held, true)),
    };
    (held, true)
}

/// Statuses in words, as tools of agencies and suppliers write them.
fn word(text: &str) -> Option<Held> {
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    if starts(&["CANCEL", "VOID", "REFUND", "DECLINE", "REJECT"]) {
        Some(Held::Cancelled)
    } else if starts(&["CONFIRM", "TICKET", "BOOKED", "RESERVED", "ACTIVE"]) {
        Some(Held::Confirmed)
    } else if starts(&["WAIT"]) {
        Some(Held::Waitlisted)
    } else if starts(&["REQUEST", "PENDING"]) {
        Some(Held::Requested)
    } else if starts(&["CHECKED", "BOARDED", "FLOWN"]) {
        Some(Held::Boarded)
    } else if starts(&["PASSIVE"]) {
        Some(Held::Passive)
    } else {
        None
    }
}

/// What a ticket coupon says (R87).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CouponState {
    /// Flown.
    Used,
    /// Valid: the leg is ticketed.
    Valid,
    /// Exchanged, refunded, voided.
    Void,
    /// No evidence.
    Unknown,
}

/// Classifies a coupon's status (R87).
pub fn coupon(raw: Option<&str>) -> CouponState {
    match raw.map(|raw| raw.trim().to_ascii_uppercase()).as_deref() {
        Some("USED" | "LIFTED" | "FLOWN" | "BRDD") => CouponState::Used,
        Some("OPEN" | "PRTD" | "CKIN" | "ARPT") => CouponState::Valid,
        Some("EXCH" | "RFND" | "VOID" | "REFUNDED" | "EXCHANGED") => CouponState::Void,
        _ => CouponState::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t65_every_code_of_the_published_table_has_its_class_and_an_unknown_one_is_kept_as_unsure() {
        let live = [
            Held::Confirmed,
            Held::TimesChanged,
            Held::Passive,
            Held::Open,
            Held::Boarded,
        ];
        for (codes, classes) in [
            ("HK KK KL TK RR SS HS OK LK FS BK AK GK PK", &live[..]),
            ("HL HW LL TL US UU AL BL GL PA PB PC PD PW", &[Held::Waitlisted]),
            ("HN HA NN PN TN NA AN BN GN MR", &[Held::Requested]),
            ("HX XX XK XL UC UN NO IX OX DX NS WK", &[Held::Cancelled, Held::Unable]),
        ] {
            for code in codes.split_whitespace() {
                let (held, understood) = classify(Some(code), false);
                assert!(understood && classes.contains(&held), "{code}: {held:?}");
            }
        }
        for code in ["Q7", "??", "ABCDEF"] {
            assert_eq!(classify(Some(code), false).0, Held::Unknown, "{code}");
        }
    }

    #[test]
    fn r80_one_table_for_every_system() {
        for (raw, held) in [
            ("HK", Held::Confirmed),
            ("hk1", Held::Confirmed),
            ("HK 1", Held::Confirmed),
            ("KL", Held::Confirmed),
            ("TK1", Held::TimesChanged),
            ("SC", Held::TimesChanged),
            ("GK", Held::Passive),
            ("MK2", Held::Passive),
            ("PN", Held::Requested),
            ("HL1", Held::Waitlisted),
            ("PD", Held::Waitlisted),
            ("UN1", Held::Unable),
            ("WK", Held::Unable),
            ("HX", Held::Cancelled),
            ("XX", Held::Cancelled),
            ("DS", Held::Open),
            ("CK", Held::Boarded),
            ("Confirmed", Held::Confirmed),
            ("cancelled", Held::Cancelled),
        ] {
            assert_eq!(classify(Some(raw), false), (held, true), "{raw}");
        }
        assert_eq!(classify(Some("QQ"), false), (Held::Unknown, false));
        assert_eq!(classify(None, false), (Held::Unknown, true));
    }

    #[test]
    fn r80_rides_speak_their_own_codes() {
        assert_eq!(classify(Some("RA"), true).0, Held::Confirmed);
        assert_eq!(classify(Some("RB"), true).0, Held::Requested);
        assert_eq!(classify(Some("RD"), true).0, Held::Cancelled);
        assert_eq!(
            classify(Some("CD"), true).0,
            Held::Confirmed,
            "a declined change keeps the old ride"
        );
        assert_eq!(classify(Some("XA"), true).0, Held::Cancelled);
        assert_eq!(classify(Some("XB"), true).0, Held::CancelPending);
        assert_eq!(classify(Some("XB"), false), (Held::Unknown, false));
    }

    #[test]
    fn r85_changed_schedules_are_live() {
        assert!(!classify(Some("SC"), false).0.is_void() && !classify(Some("TK"), false).0.is_void());
    }

    #[test]
    fn r87_coupons() {
        assert_eq!(coupon(Some("used")), CouponState::Used);
        assert_eq!(coupon(Some("OPEN")), CouponState::Valid);
        assert_eq!(coupon(Some("RFND")), CouponState::Void);
        assert_eq!(coupon(Some("?")), CouponState::Unknown);
    }
}
