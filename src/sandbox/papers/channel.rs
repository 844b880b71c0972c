//! The channels through which bookings reach Concur, and the intensities of their defects.
//! Called by `emit`, `paper` and the operators.
//! Always holds: owner and source names are those of `concur.md` §3.2.

use serde::{Deserialize, Serialize};

/// A way by which a booking becomes a trip document (R251).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An agency's booking in a reservation system.
    Agency,
    /// Booked in Concur Travel itself.
    ConcurTravel,
    /// A confirmation mail, read by a parser.
    ParsedMail,
    /// The same by TripIt's parser.
    TripIt,
    /// Typed in by hand.
    Manual,
    /// TripLink: the supplier reports a booking; others see it redacted (T38).
    Supplier,
    /// An agency's own tool through the API.
    AgencyApi,
    /// A travel request: a wish.
    Request,
}

/// The columns of R253's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Gds,
    Mail,
    Manual,
    Supplier,
    Api,
    Request,
}

/// How strongly the operators strike (R254).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intensity {
    /// A fifth of the table's rates.
    Clean,
    #[default]
    Usual,
    /// Three times the table's rates, at most 95 %.
    Hostile,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 8] = [
        Channel::Agency,
        Channel::ConcurTravel,
        Channel::ParsedMail,
        Channel::TripIt,
        Channel::Manual,
        Channel::Supplier,
        Channel::AgencyApi,
        Channel::Request,
    ];

    /// The column of R253's table that counts for this channel.
    pub fn column(self) -> Column {
        match self {
            Channel::Agency | Channel::ConcurTravel => Column::Gds,
            Channel::ParsedMail | Channel::TripIt => Column::Mail,
            Channel::Manual => Column::Manual,
            Channel::Supplier => Column::Supplier,
            Channel::AgencyApi => Column::Api,
            Channel::Request => Column::Request,
        }
    }

    /// `BookingOwner` and `ItinSourceName`; hand-typed plans come in by either mail box.
    pub fn owner(self, seed: u64) -> (&'static str, &'static str) {
        match self {
            Channel::Agency | Channel::ConcurTravel => ("ConcurTravel", "Cliqbook"),
            Channel::ParsedMail => ("OpenBookingEmail", "Panama"),
            Channel::Manual if seed.is_multiple_of(2) => ("OpenBookingEmail", "Panama"),
            Channel::TripIt | Channel::Manual => ("TripIt", "TripIt"),
            Channel::Supplier => ("OpenBookingSupplier", "TravelSupplier"),
            Channel::AgencyApi => ("ConcurConnectAPI", "Agency"),
            Channel::Request => ("TravelRequest", "TravelRequest"),
        }
    }

    /// Whether the document follows when the booking changes by itself (T11, T12).
    pub fn follows(self) -> bool {
        matches!(
            self,
            Channel::Agency | Channel::ConcurTravel | Channel::AgencyApi | Channel::Supplier
        )
    }
}

impl Intensity {
    /// A rate of the table at this intensity (R254).
    pub fn scale(self, rate: f64) -> f64 {
        match self {
            Intensity::Clean => rate * 0.2,
            Intensity::Usual => rate,
            Intensity::Hostile => (rate * 3.0).min(0.95),
        }
    }
}
