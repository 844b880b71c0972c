//! Claims about movements: flights, trains, ferries, one-way rentals (R25–R37, R48, R53, R87, R88).
//! Called by `gather` for every segment that may be a movement.
//! Always holds: a flight without a usable number is a leg like any other, only not identified (R25).

use chrono::NaiveTime;

use crate::itinerary::{SegmentKind, Source, When};
use crate::place::Zone;

use super::Grade;
use super::claims::{Claims, Leg, OpenLeg, Stay, Strength, Surface, VoidLeg};
use super::flight::{self, Designator, NumberClass};
use super::gather::{Context, Draft};
use super::leg_times::{LegTimes, Route};
use super::notices::Desk;
use super::places::{self, Spot};
use super::proposals;
use super::retention;
use super::status::Held;
use super::strength::Basis;
use super::subject::Subject;
use super::tickets::{Ticket, add_alternative, ticket};
use super::times::{self, DAY, HOUR, Mode, Span};

/// Turns a draft into a movement, if it is one.
pub(super) fn make(context: &Context<'_>, draft: &Draft<'_>, claims: &mut Claims<'_>) {
    let segment = draft.segment;
    let mode = match segment.kind {
        SegmentKind::Air => flight::not_aircraft(segment.equipment.as_deref()).unwrap_or(
            if [&draft.from, &draft.to].into_iter().flatten().any(|spot| spot.station) {
                Mode::Rail
            } else {
                Mode::Air
            },
        ),
        SegmentKind::Rail => Mode::Rail,
        SegmentKind::Travel if changes_city(context, draft, 0.0) => {
            segment.mode.as_deref().map_or(Mode::Unknown, Mode::parse)
        }
        SegmentKind::Ride if changes_city(context, draft, 50.0) => Mode::Road,
        SegmentKind::Car if changes_city(context, draft, 0.0) => Mode::Road,
        _ => return,
    };
    let flight = flight::classify(segment.vendor.as_deref(), segment.number.as_deref(), segment.open);
    if segment.kind == SegmentKind::Air {
        // R23, R32: a surface gap carries no time; with an airline and its times, the word only stands for a number.
        let flown = !flight::dummy_carrier(segment.vendor.as_deref())
            && segment.vendor.is_some()
            && timed(&draft.start)
            && timed(&draft.end);
        if flight::is_surface(segment.vendor.as_deref(), segment.number.as_deref()) && !flown {
            claims.raise(
                draft.witness,
                "arnk_surface",
                "A gap on the ground that is known and accepted.",
            );
            claims.surface.push(Surface {
                from: draft.from.clone(),
                to: draft.to.clone(),
                witness: draft.witness,
            });
            return;
        }
        name_flight(draft, claims, mode, flight.0);
    }
    let no_date = draft.first_day().is_none() && draft.last_day().is_none();
    // R23, R25: what is marked as open but says when it goes is intent like any flight without a number.
    let open = segment.open && draft.first_day().is_none()
        || draft.held == Held::Open
        || no_date && is_open_number(segment.number.as_deref());
    if draft.live && (open || draft.dateless) {
        if open {
            claims.raise(
                draft.witness,
                "open_segment",
                "A ticket without a date: the traveler may use it at any time.",
            );
        }
        claims.open.push(OpenLeg {
            from: draft.from.clone(),
        });
        return;
    }
    if no_date || (draft.from.is_none() && draft.to.is_none()) {
        claims.raise(
            draft.witness,
            "unlocatable_segment",
            "There is no place or no date in it that could be found.",
        );
        return;
    }
    if draft.to.is_none() || draft.from.is_none() {
        let missing = if draft.to.is_none() { "destination" } else { "origin" };
        claims.raise(
            draft.witness,
            "unlocatable_segment",
            format!("The {missing} is missing or unknown."),
        );
    }
    let Some(times) = leg_times(context, draft, claims, mode) else {
        return;
    };
    if let (Some(from), Some(to)) = (&draft.from, &draft.to)
        && segment.kind != SegmentKind::Car
        && places::same_city(context.gazetteer, from.city(), to.city())
    {
        within_one_city(context, draft, claims, &times);
        return;
    }
    make_leg(context, draft, claims, mode, flight, &times);
}

fn changes_city(context: &Context<'_>, draft: &Draft<'_>, km: f64) -> bool {
    let (Some(from), Some(to)) = (&draft.from, &draft.to) else {
        return false;
    };
    !places::same_city(context.gazetteer, from.city(), to.city()) && from.at.distance_km(to.at) >= km
}

/// Says at what time of day.
fn timed(when: &When) -> bool {
    when.local
        .is_some_and(|local| !when.date_only && local.time() != NaiveTime::MIN)
}

fn is_open_number(number: Option<&str>) -> bool {
    number.is_some_and(|number| matches!(number.trim().to_ascii_uppercase().as_str(), "OPEN" | "OPN"))
}

/// Notices about what identifies the flight (R8, R20–R24, R238).
fn name_flight(draft: &Draft<'_>, claims: &mut Claims<'_>, mode: Mode, class: NumberClass) {
    let segment = draft.segment;
    if segment.redacted {
        claims.raise(draft.witness, "redacted", "The supplier's details are hidden from us.");
        claims.witnesses[draft.witness].rules.push("R238");
        return;
    }
    if mode != Mode::Air {
        claims.witnesses[draft.witness].rules.push("R34");
        return;
    }
    if flight::vendor_unknown(segment.vendor.as_deref()) {
        claims.raise(
            draft.witness,
            "air_vendor_unknown",
            "The airline is not known to the reservation system.",
        );
    }
    let (code, message) = match class {
        NumberClass::Absent => (
            "flight_number_missing",
            "The flight has no number: it says where someone means to be.",
        ),
        NumberClass::Malformed => (
            "flight_number_malformed",
            "The flight number is none that an airline could use.",
        ),
        NumberClass::Placeholder => (
            "flight_number_placeholder",
            "The flight number or carrier only fills the field.",
        ),
        NumberClass::WellFormed => return,
    };
    claims.raise(draft.witness, code, message);
    claims.witnesses[draft.witness].rules.push("R25");
}

fn leg_times(context: &Context<'_>, draft: &Draft<'_>, claims: &mut Claims<'_>, mode: Mode) -> Option<LegTimes> {
    let trip = draft.known.trip;
    let day = |when: &crate::itinerary::When| when.local.map(|local| local.date());
    let route = Route {
        mode,
        from_zone: zone(draft, &draft.from),
        to_zone: zone(draft, &draft.to),
        km: draft
            .from
            .as_ref()
            .zip(draft.to.as_ref())
            .map(|(from, to)| from.at.distance_km(to.at))
            // R48: a flight that ends where it starts is as long as it likes.
            .filter(|km| *km >= 1.0),
        stops: draft.segment.stops.unwrap_or(0),
        numbered: draft.segment.number.is_some(),
        midnight_hidden: draft.booking.source == Source::Supplier || draft.segment.redacted,
        trip_dates: (day(&trip.starts), day(&trip.ends)),
        booked: draft.booked,
        siblings: draft.siblings,
        place_in_trip: draft.place_in_trip,
    };
    let booking = claims.witnesses[draft.witness].booking_no;
    let mut desk = Desk {
        trip: &trip.id,
        booking: Some(booking),
        segment: Some(draft.segment),
        out: &mut claims.notices,
    };
    if draft.segment.kind == SegmentKind::Car {
        return rental_times(draft, &route, &mut desk);
    }
    super::leg_times::leg_times(context.judgement, &route, &draft.start, &draft.end, &mut desk)
}

/// R3: the place's zone, else the segment's, which may be that of the other end (T35).
fn zone(draft: &Draft<'_>, spot: &Option<Spot>) -> Option<Zone> {
    let own = spot.as_ref().and_then(|spot| spot.zone);
    own.or_else(|| {
        draft
            .segment
            .zone_text
            .as_deref()
            .and_then(|text| Zone::parse(text, None))
    })
}

/// R51, R163: a one-way rental moves from its first to its last hour.
fn rental_times(draft: &Draft<'_>, route: &Route, desk: &mut Desk<'_>) -> Option<LegTimes> {
    let (start, end) = (
        times::moment(&draft.start, route.from_zone),
        times::moment(&draft.end, route.to_zone),
    );
    let (from, to) = match (start, end) {
        (Some(start), Some(end)) if end.at > start.at && end.at - start.at <= 90 * DAY => (start.at, end.at),
        (Some(start), Some(_)) => {
            desk.raise(
                "car_dates_implausible",
                "The rental ends before it starts, or lasts for months.",
            );
            (start.at, start.at + DAY)
        }
        (Some(start), None) => (
            start.at,
            start.at + DAY.max(route.km.map_or(0, |km| Mode::Road.block(km))),
        ),
        (None, Some(end)) => (end.at - DAY, end.at),
        (None, None) => return None,
    };
    let both = Span::new(from, to);
    let local =
        |t, zone: Option<Zone>| zone.map_or(times::instant(t).date_naive(), |z| z.to_civil(times::instant(t)).date());
    Some(LegTimes {
        dep: both,
        arr: both,
        timed: false,
        repaired: false,
        dep_day: local(from, route.from_zone),
        arr_day: local(to, route.to_zone),
    })
}

/// R48: from an airport to itself, or to another of the same city, is no journey but a presence.
fn within_one_city(context: &Context<'_>, draft: &Draft<'_>, claims: &mut Claims<'_>, times: &LegTimes) {
    let (Some(from), segment) = (&draft.from, draft.segment) else {
        return;
    };
    let same = draft.to.as_ref().is_some_and(|to| to.code == from.code);
    claims.witnesses[draft.witness].rules.push("R48");
    if same {
        claims.raise(
            draft.witness,
            "same_origin_destination",
            "The segment ends where it starts; it only says that someone is there.",
        );
    }
    let retained = retention::keeps_alive(context, draft.booking, segment);
    if retained && draft.live {
        retention::suspect(claims, draft.witness);
    }
    if draft.live && !(retained && draft.booking.segments.len() > 1) {
        let strength = strength(context, draft, claims, times.dep.from, Ticket::default(), true);
        claims.stays.push(Stay {
            grade: grade(draft, &strength),
            spot: from.clone(),
            lodging: false,
            car: false,
            name: draft
                .to
                .as_ref()
                .filter(|_| !same)
                .map(|to| format!("{} → {}", from.label, to.label)),
            from: times.dep.from,
            until: times.arr.until.max(times.dep.from + HOUR),
            first: times.dep_day,
            last: times.arr_day.max(times.dep_day),
            open_end: false,
            open_start: false,
            day_use: false,
            strength,
            confirmation: None,
            witnesses: vec![draft.witness],
            nights: Vec::new(),
        });
    }
}

fn make_leg(
    context: &Context<'_>,
    draft: &Draft<'_>,
    claims: &mut Claims<'_>,
    mode: Mode,
    (class, designator): (NumberClass, Option<Designator>),
    times: &LegTimes,
) {
    let segment = draft.segment;
    let ticket = if mode == Mode::Air {
        ticket(context, draft, times.dep_day)
    } else {
        Ticket::default()
    };
    let unable = draft.held == Held::Unable;
    // R87: a line is cancelled in the record also after it was flown; the ticket knows better. A trip that was cancelled as a whole
    // stays so (R90).
    let flown = ticket.flown && draft.stands;
    if ticket.void || !(draft.live || flown) {
        claims.void.push(VoidLeg {
            from: draft.from.clone(),
            to: draft.to.clone(),
            dep: times.dep,
            arr: times.arr,
            unable: unable && segment.cancelled_at.is_none() && segment.cancellation.is_none(),
            witness: draft.witness,
        });
        return;
    }
    let identified = mode != Mode::Air || class.identifies();
    let mut to = draft.to.clone();
    if let Some(elsewhere) = ticket.elsewhere {
        claims.raise(
            draft.witness,
            "ticket_segment_mismatch",
            "The ticket names another place than the segment; the segment counts.",
        );
        claims.witnesses[draft.witness].rules.push("R88");
        add_alternative(&mut to, elsewhere, context.judgement.ticket_elsewhere);
    }
    if ticket.other_day {
        claims.raise(
            draft.witness,
            "ticket_segment_mismatch",
            "The ticket names another date than the segment; the segment counts.",
        );
        claims.witnesses[draft.witness].rules.push("R88");
    }
    let spoken = designator.map(|d| d.spoken());
    let mut aliases: Vec<String> = spoken.iter().cloned().collect();
    if let (Mode::Air, Some(number)) = (mode, segment.operating_number.as_deref()) {
        let (_, operating) = flight::classify(segment.operating_vendor.as_deref(), Some(number), false);
        aliases.extend(operating.map(|d| d.spoken()));
    }
    let identity = match mode {
        Mode::Air => spoken,
        _ => train_name(draft),
    };
    let stops = segment.stops.unwrap_or(0);
    let churning = draft.known.churns(segment);
    if churning {
        claims.raise(
            draft.witness,
            "churning",
            "This leg was cancelled and booked again several times.",
        );
        claims.witnesses[draft.witness].rules.push("R116");
    }
    let strength = strength(context, draft, claims, times.dep.from, ticket, identified);
    let grade = basis(draft, ticket, identified).grade(&strength);
    let rules = &mut claims.witnesses[draft.witness].rules;
    rules.push(if times.timed {
        if identified { "R145" } else { "R26" }
    } else {
        "R27"
    });
    claims.legs.push(Leg {
        mode,
        identity: identity.filter(|_| identified),
        aliases,
        from: draft.from.clone(),
        to,
        dep: times.dep,
        arr: times.arr,
        timed: times.timed,
        wide: !identified || stops > 0 || times.repaired,
        dep_day: times.dep_day,
        arr_day: times.arr_day,
        strength,
        grade,
        leg_id: segment.leg.clone(),
        drive: segment.kind == SegmentKind::Car,
        unnamed_import: draft.subject == Subject::Unnamed
            && matches!(
                draft.booking.source,
                Source::TripIt | Source::ParsedMail | Source::Manual
            ),
        batch: proposals::batch(draft.known.trip).map(str::to_owned),
        churning,
        grounded: false,
        witnesses: vec![draft.witness],
    });
}

/// "LNER 1E07": how travelers know a train.
fn train_name(draft: &Draft<'_>) -> Option<String> {
    let number = draft
        .segment
        .number
        .as_deref()
        .filter(|number| number.chars().any(char::is_alphanumeric))?;
    let vendor = draft
        .segment
        .vendor_name
        .as_deref()
        .or(draft.segment.vendor.as_deref())
        .filter(|vendor| *vendor != "$$");
    Some(vendor.map_or_else(|| number.to_owned(), |vendor| format!("{vendor} {number}")))
}

fn basis<'a>(draft: &'a Draft<'_>, ticket: Ticket, identified: bool) -> Basis<'a> {
    Basis {
        trip: draft.known.trip,
        source: draft.booking.source,
        held: draft.held,
        identified,
        dummy_carrier: flight::dummy_carrier(draft.segment.vendor.as_deref()),
        redacted: draft.segment.redacted,
        air: ticket.air,
        flown: ticket.flown,
        ticketed: ticket.valid,
        subject: draft.subject,
        at_most: draft.at_most,
    }
}

/// The strength of a draft's claim that starts at `starts`.
pub(super) fn strength(
    context: &Context<'_>,
    draft: &Draft<'_>,
    claims: &mut Claims<'_>,
    starts: times::Sec,
    ticket: Ticket,
    identified: bool,
) -> Strength {
    let modified = claims.witnesses[draft.witness].modified();
    let basis = basis(draft, ticket, identified);
    let rules = &mut claims.witnesses[draft.witness].rules;
    let strength = basis.strength(
        context.judgement,
        starts,
        modified,
        context.as_of,
        rules,
        &mut claims.changes,
    );
    let untouched = modified.map_or(0, |at| starts - at.timestamp());
    if rules.contains(&"R94") && untouched > context.judgement.stale_days * DAY {
        let message = "The source never updates itself and was last touched months before.";
        claims.raise(draft.witness, "stale_source", message);
    }
    strength
}

/// The grade that goes with it, for what is no flight.
pub(super) fn grade(draft: &Draft<'_>, strength: &Strength) -> Grade {
    basis(draft, Ticket::default(), true).grade(strength)
}
