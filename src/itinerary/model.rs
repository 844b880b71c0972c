//! The types of a trip in domain words: what the reader makes and what the store keeps.
//! Used by every room above; made by `read` only (and by hand in tests).
//! Always: no field can hold card data, amounts, loyalty numbers, seats, pins or custom attributes (P10); serde round-trips.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

/// Defines a struct of which the stored form leaves out what is not known: most fields of most bookings are absent.
macro_rules! sparse {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[$field_meta])* #[serde(skip_serializing_if = "is_default")] pub $field: $type,)*
        }
    )*};
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

sparse! {
    /// A document in domain words, plus what was odd while reading it.
    pub struct Reading {
        /// The trip.
        pub trip: Trip,
        /// What notices are made from later and the trip itself does not show.
        pub oddities: Vec<Oddity>,
    }

    /// Something odd in the document that the trip as read no longer shows.
    pub struct Oddity {
        /// Code of the seed list in the rules' §13, such as `sentinel_date`.
        pub code: Cow<'static, str>,
        /// Index into [`Trip::bookings`].
        pub booking: Option<usize>,
        /// [`Segment::label`] within that booking.
        pub segment: Option<String>,
        /// What was seen, in words, without personal data.
        pub detail: String,
    }

    /// One Itinerary v4 document.
    pub struct Trip {
        /// Last path segment of the document's id, lower case.
        pub id: String,
        /// `UserLoginId`: the Concur login of the trip's owner, not necessarily the traveler.
        pub login: Option<String>,
        /// `TripName`.
        pub name: Option<String>,
        /// `TripStatus` (R11, T56).
        pub status: TripStatus,
        /// Start of the trip at its start place.
        pub starts: When,
        /// End of the trip at its end place.
        pub ends: When,
        /// `DateBookedLocal`.
        pub booked_local: Option<NaiveDateTime>,
        /// `DateCreatedUtc`.
        pub created: Option<DateTime<Utc>>,
        /// `DateModifiedUtc`: the order of versions (R96).
        pub modified: Option<DateTime<Utc>>,
        /// `ClientLocator`.
        pub client_locator: Option<String>,
        /// `ItinLocator`.
        pub itin_locator: Option<String>,
        /// `TravelRequestId`.
        pub travel_request: Option<String>,
        /// This trip is one of several proposals (R91).
        pub proposal: Option<Proposal>,
        /// `IsPersonal`: a leisure trip (R125).
        pub personal: bool,
        /// `HasOpenBookingPassive`: TripLink passive segments are inside.
        pub has_passive: bool,
        /// Whether the travel request is approved, if a field says so; pending and unknown are `None` (R93).
        pub approved: Option<bool>,
        /// The words of trip-level comments or attributes that declare a private stay, nothing else of them (R211).
        pub note: Option<String>,
        /// In the document's order.
        pub bookings: Vec<Booking>,
    }

    /// Position of a trip among the proposals of one batch.
    pub struct Proposal {
        /// `ProposalBatchSize`.
        pub batch_size: Option<u32>,
        /// `ProposalSequenceIndex`.
        pub index: Option<u32>,
    }

    /// One booking of a trip.
    pub struct Booking {
        /// `RecordLocator`, of any format (T20).
        pub locator: Option<String>,
        /// Where it came from (R9, R10).
        pub source: Source,
        /// `BookingOwner` as delivered.
        pub owner: Option<String>,
        /// `ItinSourceName` as delivered.
        pub itin_source: Option<String>,
        /// `BookingSource` as delivered.
        pub booking_source: Option<String>,
        /// `DateBookedLocal`.
        pub booked_local: Option<NaiveDateTime>,
        /// `DateCreatedUtc`.
        pub created: Option<DateTime<Utc>>,
        /// `DateModifiedUtc`.
        pub modified: Option<DateTime<Utc>>,
        /// `LastTicketDateUtc`.
        pub last_ticket_date: Option<DateTime<Utc>>,
        /// In the document's order.
        pub passengers: Vec<Passenger>,
        /// Air, Car, Dining, Hotel, Parking, Rail, Ride, Travel; within a kind in the document's order.
        pub segments: Vec<Segment>,
        /// Coupons of all airline tickets (R87); they are no segments (T29).
        pub coupons: Vec<Coupon>,
        /// Tickets, payments and adjustments without amounts (T59–T61).
        pub charges: Vec<ChargeFact>,
        /// What kinds of cost it lists, each once, without amounts (T62, T63).
        pub costs: Vec<CostCode>,
        /// Numbers of the travelers; the agency's are left out (T27).
        pub phones: Vec<Phone>,
        /// The booking itself says that it is cancelled.
        pub cancelled: bool,
        /// The words of the booking's remarks that declare a private stay, nothing else of them (R211).
        pub note: Option<String>,
    }

    /// One passenger of a booking.
    pub struct Passenger {
        /// `NameFirst`.
        pub first: Option<String>,
        /// `NameLast`.
        pub last: Option<String>,
        /// `NameMiddle`.
        pub middle: Option<String>,
        /// `TextName`, as the reservation system writes it: `Dover/EmilMr`.
        pub text: Option<String>,
        /// What segments and phones call this passenger; else the position in the list (T23).
        pub rph: Option<i64>,
    }

    /// A phone number of a traveler.
    pub struct Phone {
        /// As delivered.
        pub number: String,
        /// `Description`, else `Type`.
        pub kind: Option<String>,
        /// The passenger it belongs to.
        pub rph: Option<i64>,
    }

    /// A ticket coupon: places, status and dates only (R87, T29).
    pub struct Coupon {
        /// `StartCityCode`.
        pub from: Option<String>,
        /// `EndCityCode`.
        pub to: Option<String>,
        /// `Vendor`, as delivered.
        pub carrier: Option<String>,
        /// `FlightNumber`, as delivered.
        pub number: Option<String>,
        /// `StartDateLocal`.
        pub local: Option<NaiveDateTime>,
        /// `CouponStatus`: OPEN, USED, EXCH, RFND, VOID, PRTD …
        pub status: Option<String>,
        /// `PassengerName` of the ticket.
        pub passenger: Option<String>,
        /// `IssueDateTime` of the ticket; its digits are read as UTC.
        pub issued: Option<DateTime<Utc>>,
    }

    /// What was ticketed, paid or adjusted, without amounts (T59–T61).
    pub struct ChargeFact {
        /// `airline_ticket`, `manual_ticket`, `airline_adjustment`, `rail_payment`, `rail_adjustment`, `misc_charge`.
        pub kind: String,
        /// V void, R refund, C credit, A ancillary, O other; only of adjustments.
        pub adjustment: Option<String>,
        /// When; the digits are read as UTC.
        pub at: Option<DateTime<Utc>>,
        /// Coupons of the ticket; of an adjustment: of the ticket that it adjusts, if the document holds it.
        pub coupons: Vec<Coupon>,
    }

    /// A kind of cost as Concur codes it.
    pub struct CostCode {
        /// `SemanticsCode`, upper case: `ROOMRATE` (T63).
        pub code: String,
        /// `SemanticsVendorType`: H hotel, C car, A air, G ground, R rail (T62).
        pub vendor: Option<char>,
    }

    /// One segment of a booking.
    pub struct Segment {
        /// Which of the eight lists it is from.
        pub kind: SegmentKind,
        /// Position in that list.
        pub index: usize,
        /// Where and when it starts.
        pub start: End,
        /// Where and when it ends; of Hotel, Dining and Parking the times only.
        pub end: End,
        /// GDS status, raw and trimmed (R80 classifies it); a ride or a manual segment may have none (X19).
        pub status: Option<String>,
        /// `Vendor`, raw and trimmed (`$$` is unknown, R8).
        pub vendor: Option<String>,
        /// `VendorName`.
        pub vendor_name: Option<String>,
        /// `FlightNumber`, `TrainNumber`, raw and trimmed (R20–R24 classify it).
        pub number: Option<String>,
        /// `OperatedByVendor`.
        pub operating_vendor: Option<String>,
        /// `OperatedByFlightNumber`, `OperatedByTrainNumber`.
        pub operating_number: Option<String>,
        /// Name of the hotel, restaurant, car park, event.
        pub name: Option<String>,
        /// `ConfirmationNumber`, else `ReservationId`.
        pub confirmation: Option<String>,
        /// `CancellationNumber`: set means cancelled (T44).
        pub cancellation: Option<String>,
        /// `DateCancelledUtc`: set means cancelled (T44).
        pub cancelled_at: Option<DateTime<Utc>>,
        /// `DateCreatedUtc`.
        pub created: Option<DateTime<Utc>>,
        /// `DateModifiedUtc`.
        pub modified: Option<DateTime<Utc>>,
        /// `LegId`: equal means connection (T43).
        pub leg: Option<String>,
        /// `NumStops`.
        pub stops: Option<u32>,
        /// `IsOpenSegment`: no date of travel (R33).
        pub open: bool,
        /// `TransportMode`.
        pub mode: Option<String>,
        /// Aircraft or train type code (R34).
        pub equipment: Option<String>,
        /// The passengers that this segment names; empty means all (R122).
        pub rph: Vec<i64>,
        /// `TimeZone`, an Olson or Windows name; one for both ends, so weak (T34, T35).
        pub zone_text: Option<String>,
        /// `Duration` in minutes; a weak check only (R6, T37).
        pub duration_min: Option<f64>,
        /// `CheckinTime`.
        pub check_in: Option<NaiveTime>,
        /// `CheckoutTime`.
        pub check_out: Option<NaiveTime>,
        /// `PassiveType`.
        pub passive: Option<String>,
        /// `Type`: OTH, MIS, TUR, RU … (R30).
        pub type_text: Option<String>,
        /// Concur hid times, vendor or number from us: never the source's fault (R238, T38).
        pub redacted: bool,
        /// The words of notes or remarks that declare a private stay, nothing else of them (R211).
        pub note: Option<String>,
    }

    /// One end of a segment.
    pub struct End {
        /// The times.
        pub when: When,
        /// `*CityCode`, upper case, only if it looks like a code.
        pub code: Option<String>,
        /// `*RailStation`: a station's code.
        pub station: Option<String>,
        /// `*RailStationName`.
        pub station_name: Option<String>,
        /// `*Terminal`.
        pub terminal: Option<String>,
        /// `*Location`, `*LocationName`.
        pub location: Option<String>,
        /// Both address lines.
        pub address: Option<String>,
        /// `*City`, or a `*CityCode` that is no code.
        pub city: Option<String>,
        /// `*State`.
        pub state: Option<String>,
        /// `*PostalCode`.
        pub postal: Option<String>,
        /// `*Country`.
        pub country: Option<String>,
        /// Degrees as delivered; plausibility is judged later (R65).
        pub lon: Option<f64>,
        /// Degrees as delivered; plausibility is judged later (R65).
        pub lat: Option<f64>,
    }

    /// Civil time as printed, with what else the document says of it.
    pub struct When {
        /// Wall-clock time at that place; any offset behind it is ignored (R1).
        pub local: Option<NaiveDateTime>,
        /// A non-zero offset on the `*Local` value, minutes east of UTC, kept as evidence (R2).
        pub local_offset_min: Option<i32>,
        /// The `*Utc` value.
        pub utc: Option<DateTime<Utc>>,
        /// The document itself gave no time of day.
        pub date_only: bool,
    }
}

/// Status of a trip (R11, T56).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TripStatus {
    /// 0, and whatever has no meaning of its own.
    Confirmed,
    /// 1
    Ticketed,
    /// 2, also called withdrawn.
    Cancelled,
    /// 4: intent, booked offline through a travel request.
    Virtual,
    /// 5
    VirtualCancelled,
    /// 6: one of an agency's alternatives.
    Proposal,
    /// 7
    BookedProposal,
    /// 255
    Removed,
    /// The document gives none; to be treated as confirmed.
    #[default]
    Unknown,
}

/// Where a booking came from (R9, R10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Concur Travel, Cliqbook: a GDS or a direct connection.
    Gds,
    /// OpenBookingEmail, Panama: a mail that was understood.
    ParsedMail,
    /// A mail or TripIt plan that was typed by hand or not understood.
    Manual,
    /// ConcurConnectAPI, Agency: posted by an agency's own tool.
    AgencyApi,
    /// OpenBookingSupplier, TravelSupplier: TripLink.
    Supplier,
    /// TripIt.
    TripIt,
    /// TravelRequest: a wish, perhaps without reservation.
    TravelRequest,
    /// AmadeusETravel.
    AmadeusETravel,
    /// None of these.
    #[default]
    Unknown,
}

/// The eight lists of segments (T19).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// A flight.
    Air,
    /// A rental car.
    Car,
    /// A table in a restaurant.
    Dining,
    /// A stay.
    Hotel,
    /// A parking space.
    Parking,
    /// A train.
    Rail,
    /// A taxi or shuttle.
    Ride,
    /// Anything else: a ferry, a tour, an event.
    #[default]
    Travel,
}

impl SegmentKind {
    /// As the document spells it: `Air`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Air => "Air",
            Self::Car => "Car",
            Self::Dining => "Dining",
            Self::Hotel => "Hotel",
            Self::Parking => "Parking",
            Self::Rail => "Rail",
            Self::Ride => "Ride",
            Self::Travel => "Travel",
        }
    }
}

impl Segment {
    /// How people and notices call it within its booking: `Air[0]`.
    pub fn label(&self) -> String {
        let kind = self.kind.as_str();
        let mut label = String::with_capacity(kind.len() + "[000]".len());
        label.push_str(kind);
        label.push('[');
        label.push_str(&self.index.to_string());
        label.push(']');
        label
    }
}
