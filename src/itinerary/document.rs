//! The fields of the Itinerary v4 document that duty of care needs, by their documented names and the variants seen (T40).
//! Called by `read`; turned into domain words by `assemble`, `segments`, `tickets`.
//! Always: what is not in these tables never enters the program: cards, amounts, accounting, loyalty, seats, pins (P10), kiosks (T28).

use super::approval::Verdict;
use super::lenient::fields;
use super::private_stay::PrivateStay;
use super::scalar::{Scalar, Scalars};

fields! {
    /// The root (concur.md §2.2).
    struct RawTrip in "Itinerary" {
        id: Scalar<'de> = "id" | "TripId",
        status: Scalar<'de> = "TripStatus",
        login: Scalar<'de> = "UserLoginId",
        name: Scalar<'de> = "TripName",
        booked_local: Scalar<'de> = "DateBookedLocal",
        created: Scalar<'de> = "DateCreatedUtc",
        modified: Scalar<'de> = "DateModifiedUtc",
        client_locator: Scalar<'de> = "ClientLocator",
        itin_locator: Scalar<'de> = "ItinLocator",
        travel_request: Scalar<'de> = "TravelRequestId",
        proposal_batch_size: Scalar<'de> = "ProposalBatchSize",
        proposal_index: Scalar<'de> = "ProposalSequenceIndex",
        personal: Scalar<'de> = "IsPersonal",
        has_passive: Scalar<'de> = "HasOpenBookingPassive",
        owner: Scalar<'de> = "BookingOwner",
        itin_source: Scalar<'de> = "ItinSourceName",
        approval: Verdict = "ApprovalStatus" | "Approved" | "IsApproved" | "TravelRequestStatus"
            | "TravelRequestApprovalStatus" | "TravelRequestApproved" | "RequestStatus",
        request: RawRequest<'de> = "TravelRequest",
        attributes: Vec<RawAttribute<'de>> = "CustomAttributes",
        private_stay: PrivateStay = "Comments" | "Description" | "Notes" | "Remarks",
        bookings: Vec<RawBooking<'de>> = "Bookings",
    } with {
        starts: RawEnd<'de> = "Start",
        ends: RawEnd<'de> = "End",
    }
}

fields! {
    /// What a trip or booking tells of its travel request.
    struct RawRequest in "" {
        id: Scalar<'de> = "id" | "RequestId",
        approval: Verdict = "ApprovalStatus" | "Approved" | "IsApproved" | "Status",
    }
}

fields! {
    /// A custom attribute: read for approval and declared private stays only, and dropped (R93, R211).
    struct RawAttribute in "CustomAttribute" {
        name: Scalar<'de> = "Name" | "DisplayTitle",
        data: Scalar<'de> = "Data",
    }
}

fields! {
    /// A booking (§2.3).
    struct RawBooking in "Booking" {
        locator: Scalar<'de> = "RecordLocator",
        owner: Scalar<'de> = "BookingOwner",
        itin_source: Scalar<'de> = "ItinSourceName",
        booking_source: Scalar<'de> = "BookingSource",
        agency: Scalar<'de> = "AgencyName",
        booked_local: Scalar<'de> = "DateBookedLocal",
        created: Scalar<'de> = "DateCreatedUtc",
        modified: Scalar<'de> = "DateModifiedUtc",
        last_ticket_date: Scalar<'de> = "LastTicketDateUtc",
        status: Scalar<'de> = "BookingStatus" | "Status",
        cancelled: Scalar<'de> = "IsCancelled" | "IsCanceled" | "Cancelled",
        cancelled_at: Scalar<'de> = "DateCancelledUtc",
        cancellation: Scalar<'de> = "CancellationNumber",
        approval: Verdict = "ApprovalStatus" | "Approved" | "IsApproved" | "TravelRequestStatus"
            | "TravelRequestApprovalStatus" | "TravelRequestApproved" | "RequestStatus",
        request: RawRequest<'de> = "TravelRequest",
        passengers: Vec<RawPassenger<'de>> = "Passengers",
        phones: Vec<RawPhone<'de>> = "PhoneNumbers",
        segments: RawSegments<'de> = "Segments",
        waitlist: RawWaitList<'de> = "WaitListSegments",
        tickets: RawTickets<'de> = "AirlineTickets",
        rail: RawRailPayments<'de> = "RailPayments",
        misc_charges: Vec<RawTicket<'de>> = "MiscChargeOrders",
        costs: RawCharges<'de> = "Charges",
        private_stay: PrivateStay = "Remarks" | "Notes" | "Comments",
    }
}

fields! {
    /// A passenger (T21); titles, remarks, addresses and loyalty programs are not read.
    struct RawPassenger in "Passenger" {
        first: Scalar<'de> = "NameFirst",
        last: Scalar<'de> = "NameLast",
        middle: Scalar<'de> = "NameMiddle",
        text: Scalar<'de> = "TextName",
        rph: Scalar<'de> = "PassengerRph" | "Rph",
    }
}

fields! {
    /// A phone number (T23, T27).
    struct RawPhone in "PhoneNumberData" {
        number: Scalar<'de> = "PhoneNumber",
        kind: Scalar<'de> = "Type",
        description: Scalar<'de> = "Description",
        rph: Scalar<'de> = "PassengerRph" | "Rph",
    }
}

fields! {
    /// The eight lists (T19).
    struct RawSegments in "" {
        air: Vec<RawSegment<'de>> = "Air",
        car: Vec<RawSegment<'de>> = "Car",
        dining: Vec<RawSegment<'de>> = "Dining",
        hotel: Vec<RawSegment<'de>> = "Hotel",
        parking: Vec<RawSegment<'de>> = "Parking",
        rail: Vec<RawSegment<'de>> = "Rail",
        ride: Vec<RawSegment<'de>> = "Ride",
        travel: Vec<RawSegment<'de>> = "Travel",
    }
}

fields! {
    /// A segment of whatever kind (§2.4).
    struct RawSegment in "" {
        status: Scalar<'de> = "Status",
        vendor: Scalar<'de> = "Vendor",
        vendor_name: Scalar<'de> = "VendorName",
        number: Scalar<'de> = "FlightNumber" | "TrainNumber",
        operating_vendor: Scalar<'de> = "OperatedByVendor",
        operating_number: Scalar<'de> = "OperatedByFlightNumber" | "OperatedByTrainNumber",
        name: Scalar<'de> = "Name",
        confirmation: Scalar<'de> = "ConfirmationNumber",
        reservation: Scalar<'de> = "ReservationId",
        cancellation: Scalar<'de> = "CancellationNumber",
        cancelled_at: Scalar<'de> = "DateCancelledUtc",
        created: Scalar<'de> = "DateCreatedUtc",
        modified: Scalar<'de> = "DateModifiedUtc",
        leg: Scalar<'de> = "LegId",
        stops: Scalar<'de> = "NumStops",
        is_open: Scalar<'de> = "IsOpenSegment",
        open_text: Scalar<'de> = "OpenSegment",
        mode: Scalar<'de> = "TransportMode",
        equipment: Scalar<'de> = "AircraftCode" | "TrainTypeCode" | "EquipmentCode",
        rph: Scalars<'de> = "PassengerRph",
        seats: Vec<RawSeat<'de>> = "Seats",
        zone_text: Scalar<'de> = "TimeZone",
        duration: Scalar<'de> = "Duration",
        check_in: Scalar<'de> = "CheckinTime",
        check_out: Scalar<'de> = "CheckoutTime",
        passive: Scalar<'de> = "PassiveType",
        passive_city_code: Scalar<'de> = "PassiveCityCode",
        type_text: Scalar<'de> = "Type" | "SegmentType",
        private_stay: PrivateStay = "Notes" | "Remarks",
    } with {
        start: RawEnd<'de> = "Start",
        end: RawEnd<'de> = "End",
        pickup: Option<Box<RawEnd<'de>>> = "PickupDelivery",
        dropoff: Option<Box<RawEnd<'de>>> = "DropoffCollection",
    }
}

fields! {
    /// One end of a segment or trip: the keys behind `Start`, `End`, `PickupDelivery`, `DropoffCollection`.
    struct RawEnd in "" {
        local: Scalar<'de> = "DateLocal",
        utc: Scalar<'de> = "DateUtc",
        city_code: Scalar<'de> = "CityCode",
        station: Scalar<'de> = "RailStation",
        station_name: Scalar<'de> = "RailStationName",
        terminal: Scalar<'de> = "Terminal",
        location: Scalar<'de> = "Location",
        location_name: Scalar<'de> = "LocationName",
        location_code: Scalar<'de> = "LocationCode",
        address: Scalar<'de> = "Address" | "Address1",
        address2: Scalar<'de> = "Address2",
        city: Scalar<'de> = "City",
        state: Scalar<'de> = "State",
        postal: Scalar<'de> = "PostalCode",
        country: Scalar<'de> = "Country",
        longitude: Scalar<'de> = "Longitude",
        latitude: Scalar<'de> = "Latitude",
    }
}

fields! {
    /// A seat: whose it is, not which (P10).
    struct RawSeat in "Seat" {
        rph: Scalar<'de> = "PassengerRph" | "Rph",
    }
}

fields! {
    /// Flights on which someone waits.
    struct RawWaitList in "" {
        options: Vec<RawWaitOption<'de>> = "SegmentOption",
    }
}

fields! {
    /// One option of a waitlist.
    struct RawWaitOption in "" {
        status: Scalar<'de> = "StatusCode",
        flights: Vec<RawWaitFlight<'de>> = "Flight",
    }
}

fields! {
    /// One flight of a waitlist option.
    struct RawWaitFlight in "" {
        from: Scalar<'de> = "DepAirp",
        to: Scalar<'de> = "ArrAirp",
        carrier: Scalar<'de> = "Carrier",
        number: Scalar<'de> = "FlightNum",
    }
}

fields! {
    /// Airline tickets and adjustments.
    struct RawTickets in "" {
        tickets: Vec<RawTicket<'de>> = "AirlineTicket",
        manual: Vec<RawTicket<'de>> = "ManualAirlineTicket",
        adjustments: Vec<RawTicket<'de>> = "AirlineAdjustment",
    }
}

fields! {
    /// Rail payments and adjustments.
    struct RawRailPayments in "" {
        payments: Vec<RawTicket<'de>> = "RailPayment",
        adjustments: Vec<RawTicket<'de>> = "RailAdjustment",
    }
}

fields! {
    /// A ticket, payment, adjustment or charge order: types, dates, and the number by which an adjustment finds its ticket.
    struct RawTicket in "MiscellaneousChargeOrder" {
        passenger: Scalar<'de> = "PassengerName",
        number: Scalar<'de> = "PlatingControlNumber" | "TicketDocumentIdentifier",
        status: Scalar<'de> = "TicketStatus" | "Status",
        adjustment: Scalar<'de> = "AdjustmentType",
        utc: Scalar<'de> = "AdjustmentDateTimeUtc" | "IssueDateTimeUtc",
        local: Scalar<'de> = "AdjustmentDateTime" | "IssueDateTime" | "IssueDate",
        created: Scalar<'de> = "DateCreatedUtc",
        coupons: Vec<RawCoupon<'de>> = "AirlineTicketCoupons",
    }
}

fields! {
    /// What is charged: codes only.
    struct RawCharges in "" {
        fixed: Vec<RawCost<'de>> = "Fixed",
        percent: Vec<RawCost<'de>> = "Percent",
        rate: Vec<RawCost<'de>> = "Rate",
        allowance: Vec<RawCost<'de>> = "RateWithAllowance",
    }
}

fields! {
    /// One charge, without its amount (T62, T63).
    struct RawCost in "" {
        semantics: Scalar<'de> = "SemanticsCode",
        vendor: Scalar<'de> = "SemanticsVendorType",
    }
}

fields! {
    /// A coupon (T29).
    struct RawCoupon in "AirlineTicketCoupon" {
        from: Scalar<'de> = "StartCityCode",
        to: Scalar<'de> = "EndCityCode",
        carrier: Scalar<'de> = "Vendor",
        number: Scalar<'de> = "FlightNumber",
        local: Scalar<'de> = "StartDateLocal",
        coupon_status: Scalar<'de> = "CouponStatus",
        status: Scalar<'de> = "Status",
    }
}
