//! The sources by name: our word for each, what people call it, and both of Concur's vocabularies (R9, R10).
//! Used by the pages, the interface and the store.
//! Always holds: a word names one source, and the words are stable.

use crate::itinerary::Source;

/// Every source, the most machine-readable first.
pub const SOURCES: [Source; 9] = [
    Source::AgencyApi,
    Source::Gds,
    Source::AmadeusETravel,
    Source::Supplier,
    Source::ParsedMail,
    Source::TripIt,
    Source::TravelRequest,
    Source::Manual,
    Source::Unknown,
];

/// The stable word, in addresses and in the interface: Concur's own where there is one.
pub const fn word(source: Source) -> &'static str {
    match source {
        Source::AgencyApi => "ConcurConnectAPI",
        Source::Gds => "ConcurTravel",
        Source::AmadeusETravel => "AmadeusETravel",
        Source::Supplier => "OpenBookingSupplier",
        Source::ParsedMail => "OpenBookingEmail",
        Source::TripIt => "TripIt",
        Source::TravelRequest => "TravelRequest",
        Source::Manual => "Manual",
        Source::Unknown => "Unknown",
    }
}

/// What people call it.
pub const fn title(source: Source) -> &'static str {
    match source {
        Source::AgencyApi => "Agency",
        Source::Gds => "Concur booking",
        Source::AmadeusETravel => "Amadeus e-Travel",
        Source::Supplier => "Direct supplier",
        Source::ParsedMail => "Parsed e-mail",
        Source::TripIt => "TripIt",
        Source::TravelRequest => "Travel request",
        Source::Manual => "Manual",
        Source::Unknown => "Not named",
    }
}

/// What else Concur calls it, as the document's `BookingOwner` or `ItinSourceName`.
pub const fn also(source: Source) -> &'static str {
    match source {
        Source::AgencyApi => "Agency",
        Source::Gds => "Cliqbook",
        Source::Supplier => "TravelSupplier",
        Source::ParsedMail => "Panama",
        Source::Manual => "typed by hand",
        Source::AmadeusETravel | Source::TripIt | Source::TravelRequest | Source::Unknown => "",
    }
}

/// The source of a word.
pub fn named(wanted: &str) -> Option<Source> {
    SOURCES.into_iter().find(|source| word(*source) == wanted)
}
