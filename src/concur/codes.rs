//! Every documented code of the token endpoint: what happened, and who can do something about it (concur.md §4.6, Q49–Q51).
//! Called by `problem`; the landing page and a company's state show the sentences.
//! Always: a sentence names who acts and what they do; it holds no token and no text of Concur's.

/// Who does what about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The company's administrator presses Connect again.
    Connect,
    /// The company's administrator allows the application first.
    Allow,
    /// Staff of this service corrects its options or its registration.
    Operator,
    /// Staff of this service asks SAP Concur.
    AskConcur,
    /// The same request at another address (code 16); seen by people only where that leads nowhere.
    Elsewhere,
    /// Time.
    Wait,
}

impl Remedy {
    /// What to do, as a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Connect => "An administrator of the company must press Connect in SAP Concur's App Center again.",
            Self::Allow => {
                "An administrator of the company must allow this application in SAP Concur, then press Connect in its App Center again."
            }
            Self::Operator => {
                "The operator of this service must correct how it is set up for SAP Concur; the company has nothing to do."
            }
            Self::AskConcur => {
                "The operator of this service must ask SAP Concur's support to lift this; the company has nothing to do."
            }
            Self::Elsewhere => "The operator of this service must ask SAP Concur's support which data centre is right.",
            Self::Wait => {
                "Nobody has to do anything but wait: try again in an hour; the link from the App Center is good for a day."
            }
        }
    }
}

/// One documented code.
#[derive(Clone, Copy, Debug)]
pub struct Documented {
    /// Concur's number.
    pub code: u32,
    /// What happened.
    pub what: &'static str,
    /// Who does what.
    pub remedy: Remedy,
}

/// What a code means; `None` if it is not documented.
pub fn documented(code: u32) -> Option<&'static Documented> {
    DOCUMENTED.iter().find(|one| one.code == code)
}

const fn row(code: u32, remedy: Remedy, what: &'static str) -> Documented {
    Documented { code, what, remedy }
}

const USED: &str =
    "SAP Concur did not accept the link from the App Center: it was used already or is older than 24 hours.";
const ACCOUNT: &str = "SAP Concur has disabled the account of this application.";
const LOGON: &str = "SAP Concur does not let this application log on.";
const MISSING: &str = "SAP Concur missed a part of this service's request.";
const WRONG: &str = "SAP Concur does not know a part of this service's request.";
const OTP: &str = "SAP Concur expected a one-time password, which this service does not use.";

/// Codes of §4.6, in order.
pub const DOCUMENTED: &[Documented] = &[
    row(5, Remedy::Connect, USED),
    row(10, Remedy::AskConcur, ACCOUNT),
    row(11, Remedy::AskConcur, ACCOUNT),
    row(12, Remedy::AskConcur, LOGON),
    row(13, Remedy::AskConcur, LOGON),
    row(
        14,
        Remedy::AskConcur,
        "SAP Concur has locked the account of this application.",
    ),
    row(
        16,
        Remedy::Elsewhere,
        "SAP Concur keeps the company in a data centre that could not be found.",
    ),
    row(19, Remedy::Connect, USED),
    row(
        20,
        Remedy::AskConcur,
        "SAP Concur does not let this application log on from this service's network address.",
    ),
    row(
        21,
        Remedy::AskConcur,
        "SAP Concur lets this application log on by single sign-on only.",
    ),
    row(51, Remedy::Operator, MISSING),
    row(52, Remedy::Operator, MISSING),
    row(
        53,
        Remedy::Allow,
        "The company is not enabled for this application at SAP Concur.",
    ),
    row(
        54,
        Remedy::Operator,
        "This service asks for more than SAP Concur has registered for it.",
    ),
    row(
        55,
        Remedy::Operator,
        "SAP Concur does not know the e-mail address that it was asked about.",
    ),
    row(56, Remedy::Operator, OTP),
    row(57, Remedy::Operator, OTP),
    row(58, Remedy::Operator, OTP),
    row(59, Remedy::AskConcur, "SAP Concur has disabled this application."),
    row(
        60,
        Remedy::AskConcur,
        "SAP Concur does not let this application connect companies.",
    ),
    row(
        61,
        Remedy::Operator,
        "SAP Concur does not know this service's client id.",
    ),
    row(62, Remedy::Operator, MISSING),
    row(63, Remedy::Operator, MISSING),
    row(
        64,
        Remedy::Operator,
        "SAP Concur does not accept this service's client secret.",
    ),
    row(65, Remedy::Operator, MISSING),
    row(80, Remedy::Operator, OTP),
    row(81, Remedy::Operator, OTP),
    row(82, Remedy::Operator, OTP),
    row(83, Remedy::Operator, OTP),
    row(84, Remedy::Operator, OTP),
    row(85, Remedy::Operator, OTP),
    row(
        100,
        Remedy::Connect,
        "SAP Concur does not know the company that the link names.",
    ),
    row(101, Remedy::Operator, MISSING),
    row(102, Remedy::Operator, MISSING),
    row(103, Remedy::Connect, USED),
    row(
        104,
        Remedy::Operator,
        "SAP Concur expected another address of this service.",
    ),
    row(105, Remedy::Connect, "The permission was given to another application."),
    row(106, Remedy::Operator, MISSING),
    row(
        107,
        Remedy::AskConcur,
        "SAP Concur does not let this application renew permissions.",
    ),
    row(
        108,
        Remedy::Connect,
        "The permission for this company has expired or was withdrawn.",
    ),
    row(109, Remedy::Operator, MISSING),
    row(
        115,
        Remedy::Operator,
        "SAP Concur could not tell which application asks.",
    ),
    row(117, Remedy::Operator, WRONG),
    row(118, Remedy::Operator, WRONG),
    row(119, Remedy::Operator, WRONG),
    row(120, Remedy::Operator, WRONG),
    row(121, Remedy::Operator, WRONG),
    row(122, Remedy::Operator, WRONG),
    row(
        123,
        Remedy::Connect,
        "The account that connected this company is disabled at SAP Concur.",
    ),
    row(124, Remedy::Operator, WRONG),
    row(
        134,
        Remedy::Wait,
        "The company is under scheduled maintenance at SAP Concur.",
    ),
    row(135, Remedy::Operator, WRONG),
    row(
        136,
        Remedy::Connect,
        "The link from the App Center was made for another company or application.",
    ),
    row(
        139,
        Remedy::AskConcur,
        "SAP Concur wants the password of this application's account to be changed.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// As the documentation lists them.
    const ALL: [u32; 54] = [
        5, 10, 11, 12, 13, 14, 16, 19, 20, 21, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 80, 81, 82,
        83, 84, 85, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 115, 117, 118, 119, 120, 121, 122, 123, 124, 134,
        135, 136, 139,
    ];

    #[test]
    fn q71_every_documented_code_says_what_happened_who_acts_and_what_to_do() {
        let codes: Vec<u32> = DOCUMENTED.iter().map(|one| one.code).collect();
        assert_eq!(codes, ALL);
        for one in DOCUMENTED {
            assert!(one.what.ends_with('.') && one.what.split(' ').count() >= 5, "{one:?}");
            let actors = [
                "An administrator of the company must",
                "The operator of this service must",
                "Nobody has to",
            ];
            let says = one.remedy.sentence();
            assert!(actors.iter().any(|who| says.starts_with(who)), "{one:?}");
            assert!(
                !one.what.contains("grant") && !says.contains("token"),
                "words of people: {one:?}"
            );
        }
        assert!(documented(4711).is_none());
    }

    #[test]
    fn q51_codes_are_classed_by_who_can_help() {
        let of = |code| documented(code).unwrap().remedy;
        for code in [5, 19, 53, 103, 105, 108, 123, 136] {
            assert!(matches!(of(code), Remedy::Connect | Remedy::Allow), "{code}");
        }
        for code in [10, 11, 12, 13, 14, 20, 54, 59, 60, 61, 62, 63, 64, 65, 107, 120] {
            assert!(matches!(of(code), Remedy::Operator | Remedy::AskConcur), "{code}");
        }
        assert_eq!((of(16), of(134)), (Remedy::Elsewhere, Remedy::Wait));
    }
}
