//! Drafts from papers: what a channel would write down if nothing were spoiled.
//! Called by `paper` only.
//! Always holds: a booking that a channel keeps as one reservation is one booking here; local and UTC times agree.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::sandbox::data::carriers::{AGENCIES, CARRIERS};
use crate::sandbox::data::cities::CITIES;
use crate::sandbox::data::rails::RAILS;
use crate::sandbox::random::{self, Topic};
use crate::sandbox::truth::{Atlas, Extra, ExtraKind, Leg, Mode, Person, Stay, Stop, Terminus};

use super::channel::{Channel, Column};
use super::draft::{DraftBooking, DraftEnd, DraftPassenger, DraftSegment, DraftTrip, Kind, Suffix};
use super::paper::{Held, Paper, State};
use super::render::as_map;

/// The document as it would be without a defect.
pub(super) fn draft(paper: &Paper, atlas: &Atlas, person: &Person, href: String) -> DraftTrip {
    let ink = Ink { paper, atlas, person };
    let legs = paper
        .legs
        .iter()
        .filter(|held| held.thing.mode != Mode::Road)
        .flat_map(|held| ink.leg(held));
    let stays = paper
        .stays
        .iter()
        .filter(|held| held.state != State::Vanished)
        .map(|held| ink.stay(held));
    let extras = paper
        .extras
        .iter()
        .filter(|held| held.state != State::Vanished)
        .map(|held| ink.extra(held));
    let bookings = match paper.channel.column() {
        // One reservation holds everything.
        Column::Manual | Column::Api | Column::Request => vec![legs.chain(stays).chain(extras).collect::<Vec<_>>()],
        Column::Gds if paper.channel == Channel::Agency => vec![legs.chain(stays).chain(extras).collect()],
        // Each supplier has its own.
        _ => std::iter::once(legs.collect())
            .chain(std::iter::once(stays.collect()))
            .chain(extras.map(|one| vec![one]))
            .collect(),
    };
    let bookings = bookings.into_iter().filter(|segments| !segments.is_empty());
    let mut bookings: Vec<DraftBooking> = bookings
        .enumerate()
        .map(|(index, segments)| ink.booking(index, segments))
        .collect();
    if paper.channel.column() == Column::Gds && ink.number(7).is_multiple_of(20) {
        // T18: a booking without segments, there for its contacts.
        bookings.push(DraftBooking {
            ticketed: false,
            ..ink.booking(8, Vec::new())
        });
    }
    DraftTrip {
        href,
        status: paper.status,
        login: person.login.clone(),
        name: paper.name.clone(),
        created: paper.created,
        modified: paper.modified,
        booked_local: atlas.local(person.home, paper.created),
        by_agent: paper.channel == Channel::Agency || paper.channel == Channel::AgencyApi,
        bookings,
        more: ink.trip_fields(),
    }
}

struct Ink<'a> {
    paper: &'a Paper,
    atlas: &'a Atlas,
    person: &'a Person,
}

impl Ink<'_> {
    fn number(&self, nth: u64) -> u64 {
        random::mix(self.paper.seed, Topic::Paper, &[nth])
    }

    fn trip_fields(&self) -> Map<String, Value> {
        let mut more = Map::new();
        if let Some((size, index, locator)) = &self.paper.proposal {
            more.insert("ProposalBatchSize".into(), json!(size));
            more.insert("ProposalSequenceIndex".into(), json!(index));
            more.insert("ClientLocator".into(), json!(locator));
        }
        if let Some(id) = &self.paper.request_id {
            more.insert("TravelRequestId".into(), json!(id));
        }
        if self.number(1).is_multiple_of(3) && self.paper.channel.column() == Column::Gds {
            let cost_center = format!("CC-{}", 1000 + self.number(2) % 900);
            more.insert(
                "CustomAttributes".into(),
                json!([{"Name": "Custom_1", "Data": cost_center, "DataType": "String",
                "DisplayTitle": "Cost center", "DisplayOnItinerary": false}]),
            );
        }
        more
    }

    fn booking(&self, index: usize, segments: Vec<DraftSegment>) -> DraftBooking {
        let channel = self.paper.channel;
        let rng = &mut random::stream(self.paper.locators, Topic::Paper, &[index as u64, 3]);
        let vendor = segments
            .first()
            .and_then(|segment| segment.vendor_name.clone().or_else(|| segment.name.clone()));
        let supplier = vendor.unwrap_or_else(|| "Sabre".into());
        let flies = segments.iter().any(|segment| segment.kind == Kind::Air);
        let source = match channel {
            Channel::Agency => String::from(*random::one(
                rng,
                &["Sabre", "Amadeus", "Galileo", "Worldspan", "Apollo"],
            )),
            Channel::ConcurTravel if flies => String::from(*random::one(rng, &["Sabre", "Amadeus", "Galileo"])),
            Channel::Manual => "Manual".into(),
            Channel::Request => "Concur Request".into(),
            _ => supplier,
        };
        let agency =
            (channel.column() == Column::Gds || channel == Channel::AgencyApi).then(|| *random::one(rng, AGENCIES));
        let locator = match channel {
            Channel::Request => self.paper.request_id.clone().unwrap_or_default(),
            Channel::Manual => String::new(),
            _ if flies || index == 0 => random::locator(rng, 6),
            _ => format!(
                "{}{}",
                random::locator(rng, 3),
                rand::Rng::gen_range(rng, 1_000_000..99_999_999)
            ),
        };
        let name = self.paper.passenger.clone();
        let (first, last, title) =
            name.unwrap_or_else(|| (self.person.given.into(), self.person.family.into(), self.person.title));
        DraftBooking {
            owner: channel.owner(self.paper.seed),
            source,
            locator,
            agency,
            passengers: vec![DraftPassenger { first, last, title }],
            ticketed: self.paper.status == 1 && flies,
            segments,
            suffix: Suffix::Bare,
            phone: (channel.column() == Column::Gds).then(|| self.person.phone.clone()),
        }
    }

    fn leg(&self, held: &Held<Leg>) -> Vec<DraftSegment> {
        let status = match held.state {
            State::Vanished => return Vec::new(),
            State::Changed => Some("TK"),
            _ => Some(if self.paper.passive { "GK" } else { "HK" }),
        };
        let mut lines = vec![self.line(held, &held.thing, status)];
        if let Some(before) = &held.before {
            lines.insert(
                0,
                DraftSegment {
                    item: held.item + 500,
                    ..self.line(held, before, Some("UN"))
                },
            );
        }
        if let State::Cancelled(at) = held.state {
            for line in &mut lines {
                line.status = Some("HX");
                line.cancelled = Some((format!("X{}", self.number(held.item) % 1_000_000), at));
            }
        }
        if self.paper.channel == Channel::Request {
            lines.iter_mut().for_each(|line| line.status = None);
        }
        lines
    }

    fn line(&self, held: &Held<Leg>, leg: &Leg, status: Option<&'static str>) -> DraftSegment {
        let mut start = self.end(leg.from, leg.departs);
        let mut end = self.end(leg.to, leg.arrives);
        let locator = self.number(held.item + 40) % 10_000_000;
        let mut segment = DraftSegment {
            kind: Kind::Air,
            item: held.item,
            hop: leg.hop,
            start: start.clone(),
            end: end.clone(),
            vendor: None,
            vendor_name: None,
            number: Some(leg.number.to_string()),
            operated: None,
            status,
            name: None,
            confirmation: Some(format!("{locator:07}")),
            cancelled: None,
            leg_id: Some(leg.hop + 1),
            phone: None,
            more: Map::new(),
        };
        if let Some((operating, carrier)) = leg.carrier.map(|index| (index, &CARRIERS[index])) {
            let (sold_by, number) = leg.sold_as.unwrap_or((operating, leg.number));
            segment.vendor = Some(CARRIERS[sold_by].code.into());
            segment.vendor_name = Some(CARRIERS[sold_by].name.into());
            segment.number = Some(number.to_string());
            segment.operated = leg.sold_as.map(|_| (carrier.code, carrier.name, leg.number));
            // T37: the difference of the local clocks, not the time in the air.
            let minutes = (segment.end.local - segment.start.local).num_minutes();
            let miles = self.atlas.at(leg.from).distance_km(self.atlas.at(leg.to)) / 1.609;
            segment.more = as_map(
                json!({"Cabin": "E", "ClassOfService": "Y", "Duration": minutes, "Miles": miles.round() as i64,
                "NumStops": 0, "Seats": [{"PassengerRph": 0, "SeatNumber": format!("{}{}", 5 + locator % 28, ["A", "C", "D", "F"][(locator % 4) as usize])}]}),
            );
        } else if let (Terminus::Station(line, from), Terminus::Station(_, to)) = (leg.from.terminus, leg.to.terminus) {
            let rail = &RAILS[line];
            (start.station, end.station) = (Some(rail.stations[from]), Some(rail.stations[to]));
            segment.kind = Kind::Rail;
            (segment.start, segment.end) = (start, end);
            segment.vendor = Some(rail.vendor.0.into());
            segment.vendor_name = Some(rail.vendor.1.into());
            segment.more = as_map(json!({"TrainTypeName": rail.kind, "NumStops": 0, "ClassOfService": "2"}));
        }
        segment
    }

    fn stay(&self, held: &Held<Stay>) -> DraftSegment {
        let (stay, zone) = (&held.thing, self.atlas.zone(held.thing.city));
        let town = Stop {
            city: stay.city,
            terminus: Terminus::Town,
        };
        let mut start = self.end(town, zone.to_utc(stay.check_in));
        start.code = Some(CITIES[stay.city].airports[0].into());
        start.metro = Some(CITIES[stay.city].code);
        start.address = Some(stay.hotel.street.clone());
        start.postal = Some(stay.hotel.postal.clone()).filter(|postal| !postal.is_empty());
        start.at = Some((stay.hotel.at.lat, stay.hotel.at.lon));
        let end = DraftEnd::new(zone.to_utc(stay.check_out), zone);
        let mut segment = self.plain(Kind::Hotel, held.item, stay.hop, start, end, &held.state);
        segment.vendor = Some("$$".into());
        segment.vendor_name = Some(stay.hotel.name.clone());
        segment.name = Some(stay.hotel.name.clone());
        segment.phone = Some(stay.hotel.phone.clone());
        segment.more = as_map(json!({"CheckinTime": "15:00", "CheckoutTime": "11:00", "NumPersons": 1, "NumRooms": 1}));
        segment
    }

    fn extra(&self, held: &Held<Extra>) -> DraftSegment {
        let extra = &held.thing;
        let mut start = self.end(extra.from, extra.starts);
        let mut end = self.end(extra.to, extra.ends);
        start.at = Some((extra.start_at.lat, extra.start_at.lon));
        end.at = Some((extra.end_at.lat, extra.end_at.lon));
        let address = Some(extra.address.0.clone());
        let postal = Some(extra.address.1.clone()).filter(|postal| !postal.is_empty());
        let kind = match extra.kind {
            ExtraKind::Car => Kind::Car,
            ExtraKind::Ride => {
                (end.address, end.postal) = (address, postal);
                Kind::Ride
            }
            ExtraKind::Dining => {
                (start.address, start.postal, start.code) = (address, postal, None);
                Kind::Dining
            }
            ExtraKind::Parking => {
                (start.address, start.at) = (address, None);
                Kind::Parking
            }
        };
        let mut segment = self.plain(kind, held.item, extra.hop, start, end, &held.state);
        segment.vendor = Some(extra.vendor.into());
        segment.vendor_name = Some(extra.vendor_name.into());
        segment.name = Some(extra.vendor_name.into()).filter(|_| kind != Kind::Car);
        segment.more = match kind {
            Kind::Car => {
                as_map(json!({"Class": "I", "Body": "C", "Transmission": "A", "AirCondition": "R", "NumCars": 1}))
            }
            Kind::Ride => as_map(json!({"NumPersons": 1, "Duration": 45, "MeetingInstructions": "Arrivals hall"})),
            Kind::Dining => {
                as_map(json!({"NumPersons": 3, "ReservationId": format!("R{}", self.number(held.item) % 100_000)}))
            }
            _ => as_map(json!({"Pin": format!("{:04}", self.number(held.item) % 10_000)})),
        };
        if kind == Kind::Ride {
            segment.status = None;
        }
        segment
    }

    fn plain(&self, kind: Kind, item: u64, hop: usize, start: DraftEnd, end: DraftEnd, state: &State) -> DraftSegment {
        let wish = self.paper.channel == Channel::Request;
        let confirmed = if self.paper.passive { "GK" } else { "HK" };
        let cancelled = match state {
            State::Cancelled(at) => Some((format!("X{}", self.number(item) % 1_000_000), *at)),
            _ => None,
        };
        DraftSegment {
            kind,
            item,
            hop,
            start,
            end,
            vendor: None,
            vendor_name: None,
            number: None,
            operated: None,
            status: (!wish).then_some(if cancelled.is_some() { "HX" } else { confirmed }),
            name: None,
            confirmation: (!wish).then(|| format!("{:08}", self.number(item + 40) % 100_000_000)),
            cancelled,
            leg_id: None,
            phone: None,
            more: Map::new(),
        }
    }

    fn end(&self, stop: Stop, at: DateTime<Utc>) -> DraftEnd {
        let city = &CITIES[stop.city];
        let mut end = DraftEnd::new(at, self.atlas.zone(stop.city));
        end.metro = Some(city.code);
        end.code = match stop.terminus {
            Terminus::Airport(code) => Some(code.into()),
            _ => Some(city.airports[0].into()),
        };
        end.city = Some(city.name.into());
        end.state = Some(city.state).filter(|state| !state.is_empty());
        end.country = Some(city.country);
        let airport = matches!(stop.terminus, Terminus::Airport(_));
        if airport && self.paper.channel.column() == Column::Gds && city.size > 1 {
            end.terminal = Some((1 + random::text(city.code) % 3).to_string());
        }
        end
    }
}
