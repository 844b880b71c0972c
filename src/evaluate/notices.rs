//! Which notice an operator should raise, and whether it did (R271).
//! Called by `walk` (per trip) and `report` (the table).
//! Always holds: the operator log says what was broken, and the generator whether it shows; nothing else counts as broken.

use std::collections::{BTreeMap, BTreeSet};

use crate::sandbox::corpus::{Letter, Life, Made, Split};
use crate::sandbox::papers::{Channel, Operator, Told};
use crate::whereabouts::Notice;

use super::{HELD_OUT_CHANNEL, HELD_OUT_OPERATORS};

/// Codes that any of these operators explains; an operator is found if one of its codes is raised.
pub const EXPLAINS: &[(Operator, &[&str])] = &[
    (Operator::FlightNumberMissing, &["flight_number_missing", "redacted"]),
    (
        Operator::FlightNumberFake,
        &["flight_number_placeholder", "flight_number_malformed"],
    ),
    (Operator::TimesMidnight, &["time_unknown_midnight", "redacted"]),
    (Operator::UtcCopiedFromLocal, &["utc_copied_from_local"]),
    (Operator::DatesOverwrittenByTrip, &["segment_dates_overwritten"]),
    (Operator::ArrivalDayNotRolled, &["arrival_day_rollover_fixed"]),
    (Operator::DayMonthSwapped, &["day_month_swap_fixed"]),
    (Operator::YearSlip, &["year_slip"]),
    (Operator::MetroCodeForAirport, &["metro_code_used"]),
    (
        Operator::NamesMixedUp,
        &["city_code_in_name_field", "name_address_swapped"],
    ),
    (
        Operator::CoordinatesBroken,
        &["coordinates_near_origin", "coordinates_far_from_city"],
    ),
    (Operator::ReturnLegAbsent, &["missing_return"]),
    (Operator::HotelAbsent, &["uncovered_night"]),
    (Operator::DuplicateByOtherChannel, &["duplicate_movement"]),
    (Operator::Proposals, &["proposal_alternatives"]),
    // Its number and its times are dummies too.
    (
        Operator::RetentionSegment,
        &[
            "retention_segment_suspected",
            "flight_number_placeholder",
            "time_unknown_midnight",
        ],
    ),
    (
        Operator::SomeoneElsesTrip,
        &["passenger_not_owner", "possible_foreign_import"],
    ),
    (
        Operator::GuestPassenger,
        &["passenger_not_owner", "possible_foreign_import"],
    ),
];

/// What is true of all documents of a journey together, whichever of them says it: whether it shows depends on the others too.
const OF_THE_JOURNEY: [(Operator, &str); 4] = [
    (Operator::ReturnLegAbsent, "missing_return"),
    (Operator::HotelAbsent, "uncovered_night"),
    (Operator::DuplicateByOtherChannel, "duplicate_movement"),
    (Operator::Proposals, "proposal_alternatives"),
];

fn of_the_journey(operator: Operator) -> Option<&'static str> {
    let found = OF_THE_JOURNEY.iter().find(|(of, _)| *of == operator);
    found.map(|(_, code)| *code)
}

/// What there is cause to say of a journey: what has to be said, and what may be.
struct True {
    must: BTreeSet<&'static str>,
    may: BTreeSet<&'static str>,
}

/// Examples of one kind that are kept.
const EXAMPLES: usize = 12;

/// One trip document over all its versions.
#[derive(Clone, Debug, Default)]
struct Read {
    journey: Option<usize>,
    channel: Option<Channel>,
    /// What was done to the newest version, whether it shows there, and what it tells; `None` if it is no more.
    now: Option<(BTreeMap<Operator, bool>, Told)>,
    struck: BTreeSet<Operator>,
    /// Of these, what whoever had all the documents of some time could see.
    visible: BTreeSet<Operator>,
    raised: BTreeSet<String>,
    /// Codes about its journey that there was cause to raise at some time.
    justified: BTreeSet<&'static str>,
    /// The engine saw it at least once.
    seen: bool,
}

/// All documents of a traveler.
#[derive(Clone, Debug, Default)]
pub struct Reads(BTreeMap<String, Read>);

impl Reads {
    /// A document came, or went.
    pub fn receive(&mut self, letter: &Letter) {
        let read = self.0.entry(letter.trip.to_string()).or_default();
        (read.journey, read.channel) = (letter.journey, Some(letter.channel));
        read.now = letter.document.is_some().then(|| {
            let mut operators = BTreeMap::new();
            for applied in &letter.applied {
                *operators.entry(applied.operator).or_insert(false) |= applied.visible;
            }
            (operators, letter.told.clone())
        });
    }

    /// The engine looked at everything there is by now, and raised these.
    pub fn look(&mut self, life: &Life, notices: &[Notice]) {
        for notice in notices {
            if let Some(read) = self.0.get_mut(&notice.trip) {
                read.raised.insert(notice.code.clone());
            }
        }
        let mut of_journeys: BTreeMap<usize, True> = BTreeMap::new();
        for number in self.0.values().filter_map(|read| read.journey) {
            of_journeys
                .entry(number)
                .or_insert_with(|| self.true_of(number, &life.journeys[number]));
        }
        for read in self.0.values_mut() {
            let known = read.journey.and_then(|number| of_journeys.get(&number));
            read.justified.extend(known.into_iter().flat_map(|known| &known.may));
            if let Some((operators, _)) = &read.now {
                read.struck.extend(operators.keys());
                read.seen = true;
                let shows = |operator: Operator| match of_the_journey(operator) {
                    Some(code) => known.is_some_and(|known| known.must.contains(code)),
                    None => true,
                };
                let visible = operators.iter().filter(|(operator, here)| **here && shows(**operator));
                read.visible.extend(visible.map(|(operator, _)| *operator));
            }
        }
    }

    /// What the documents of a journey, taken together, give cause to say of it now.
    fn true_of(&self, number: usize, made: &Made) -> True {
        let documents = self.0.values().filter(|read| read.journey == Some(number));
        let (mut hops, mut booked, mut beds): (BTreeSet<usize>, BTreeSet<usize>, BTreeSet<usize>) = Default::default();
        let (mut twice, mut proposals, mut guest, mut between) = (false, 0, false, false);
        let mut later = false;
        for read in documents {
            let Some((operators, told)) = &read.now else { continue };
            between |= told.night_between;
            twice |= !hops.is_disjoint(&told.hops) || !beds.is_disjoint(&told.beds);
            hops.extend(&told.hops);
            // A wish is no booking.
            if read.channel != Some(Channel::Request) {
                booked.extend(&told.firm);
                beds.extend(&told.beds);
            }
            proposals += usize::from(operators.contains_key(&Operator::Proposals));
            guest |= operators.contains_key(&Operator::GuestPassenger);
            later |= operators.contains_key(&Operator::Reaccommodated);
        }
        let goes = !hops.is_empty();
        // A guest's nights are nobody's whose nights are looked at.
        let bed = !guest && made.visits.iter().any(|hop| hops.contains(hop) && !beds.contains(hop));
        let one_way = goes && !booked.contains(&made.last_hop);
        let codes = [
            ("missing_return", goes && !hops.contains(&made.last_hop), one_way),
            // Nothing that is booked says that whoever only has the way there comes back on that day; and who is flown a day later
            // has a night more than beds.
            ("uncovered_night", bed, bed || between || one_way || later),
            ("duplicate_movement", twice, twice),
            ("proposal_alternatives", proposals > 1, proposals > 1),
        ];
        let of = |wanted: &dyn Fn(&(&'static str, bool, bool)) -> bool| {
            codes.iter().filter(|one| wanted(one)).map(|one| one.0).collect()
        };
        True {
            must: of(&|one| one.1),
            may: of(&|one| one.2),
        }
    }

    /// Whether a document that the engine saw was struck by an operator.
    pub fn struck(&self, trip: &str, operator: Operator) -> bool {
        self.0.get(trip).is_some_and(|read| read.struck.contains(&operator))
    }

    /// Whether something was said of a document.
    pub fn raised(&self, trip: &str, code: &str) -> bool {
        self.0.get(trip).is_some_and(|read| read.raised.contains(code))
    }

    /// Counts everything.
    pub fn tally(&self, life: &Life) -> Tally {
        let mut tally = Tally::default();
        for (id, read) in self.0.iter().filter(|(_, read)| read.seen) {
            for (operator, codes) in EXPLAINS.iter().filter(|(operator, _)| read.struck.contains(operator)) {
                let entry = tally.operators.entry(*operator).or_default();
                entry.struck += 1;
                if !read.visible.contains(operator) {
                    continue;
                }
                let wide = of_the_journey(*operator).is_some();
                let found = codes
                    .iter()
                    .any(|code| read.raised.contains(*code) || (wide && self.says(read, code)));
                entry.visible += 1;
                entry.found += u32::from(found);
                if !found {
                    tally.keep(format!("missed {}", operator.name()), || example(life, id, read));
                }
            }
            for code in EXPLAINS.iter().flat_map(|(_, codes)| *codes).collect::<BTreeSet<_>>() {
                let wide = OF_THE_JOURNEY.iter().any(|(_, of)| of == code);
                // What another journey's document says of this one is not known.
                if wide && read.journey.is_none() {
                    continue;
                }
                let cause =
                    |(operator, codes): &(Operator, &[&str])| codes.contains(code) && read.struck.contains(operator);
                let explained = if wide {
                    read.justified.contains(code)
                } else {
                    EXPLAINS.iter().any(cause)
                };
                let entry = tally.codes.entry(code).or_default();
                let raised = read.raised.contains(*code);
                entry.raised += u32::from(raised);
                if !explained {
                    entry.clean += 1;
                    entry.alarms += u32::from(raised);
                    if raised {
                        tally.keep(format!("alarm {code}"), || example(life, id, read));
                    }
                }
            }
        }
        tally
    }

    /// Whether something was said of any document of the same journey.
    fn says(&self, of: &Read, code: &str) -> bool {
        let same = |read: &&Read| of.journey.is_some() && read.journey == of.journey;
        self.0.values().filter(same).any(|read| read.raised.contains(code))
    }
}

/// What an operator did and what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Struck {
    /// Documents that it struck.
    pub struck: u32,
    /// In which that can be seen from what was received.
    pub visible: u32,
    /// In which it was noticed.
    pub found: u32,
}

/// How often a code was raised, and how often for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Raised {
    pub raised: u32,
    /// Documents that no operator gave cause to raise it.
    pub clean: u32,
    /// Of these, those on which it was raised.
    pub alarms: u32,
}

/// Found and missed of an operator; raised without a cause of a code.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub operators: BTreeMap<Operator, Struck>,
    pub codes: BTreeMap<&'static str, Raised>,
    /// Documents to look at, by what went wrong.
    pub examples: BTreeMap<String, Vec<String>>,
}

impl Tally {
    fn keep(&mut self, what: String, example: impl FnOnce() -> Option<String>) {
        let kept = self.examples.entry(what).or_default();
        if kept.len() < EXAMPLES {
            kept.extend(example());
        }
    }

    /// Takes another one in.
    pub fn merge(&mut self, other: &Tally) {
        for (operator, more) in &other.operators {
            let sum = self.operators.entry(*operator).or_default();
            sum.struck += more.struck;
            sum.visible += more.visible;
            sum.found += more.found;
        }
        for (code, more) in &other.codes {
            let sum = self.codes.entry(code).or_default();
            sum.raised += more.raised;
            sum.clean += more.clean;
            sum.alarms += more.alarms;
        }
        for (what, more) in &other.examples {
            let kept = self.examples.entry(what.clone()).or_default();
            let room = EXAMPLES.saturating_sub(kept.len());
            kept.extend(more.iter().take(room).cloned());
        }
    }
}

/// A document as it last was and what was made of it, where nothing is held out (R255).
fn example(life: &Life, id: &str, read: &Read) -> Option<String> {
    let held_out = read.channel == Some(HELD_OUT_CHANNEL)
        || HELD_OUT_OPERATORS.iter().any(|operator| read.struck.contains(operator));
    if life.split != Split::Train || held_out {
        return None;
    }
    let names = |operators: &BTreeSet<Operator>| {
        let names: Vec<&str> = operators.iter().map(|operator| operator.name()).collect();
        names.join(" ")
    };
    let mut text = format!(
        "{} {id} {:?}, journey {:?}\n  struck: {}\n  visible: {}\n  raised: {}\n",
        life.person.login,
        read.channel,
        read.journey,
        names(&read.struck),
        names(&read.visible),
        read.raised.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    );
    for letter in &life.letters {
        if read.journey.is_some() && letter.journey == read.journey || letter.trip.to_string() == id {
            let document = letter.document.as_ref().map(ToString::to_string).unwrap_or_default();
            let applied: Vec<String> = letter
                .applied
                .iter()
                .map(|one| {
                    let at = one.at.as_ref().map(|(_, label)| label.as_str()).unwrap_or_default();
                    format!("{}{}{at}", one.operator.name(), if one.visible { " " } else { "? " })
                })
                .collect();
            text += &format!(
                "  {} {} {:?} {:?}: {:?} [{}]\n    {document}\n",
                letter.at,
                letter.trip,
                letter.channel,
                letter.kind,
                letter.told,
                applied.join(", ")
            );
        }
    }
    Some(text)
}
