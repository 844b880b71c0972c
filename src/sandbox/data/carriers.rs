//! Airlines with their bases, car rental companies and ride services, as the simulated bookings name them.
//! Called by `truth` for flights and by `papers` for vendor names.
//! Always holds: codes are real IATA codes and every base is a city of `CITIES`; flight numbers are plausible, not real.

/// Group of airlines that sell each other's flights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alliance {
    Star,
    Oneworld,
    SkyTeam,
    None,
}

/// How far an airline flies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere.
    Long,
    /// Up to 6,500 km.
    Medium,
    /// Up to 3,500 km.
    Short,
}

impl Reach {
    /// Longest flight in km.
    pub fn km(self) -> f64 {
        match self {
            Reach::Long => 14_600.0,
            Reach::Medium => 6_500.0,
            Reach::Short => 3_500.0,
        }
    }
}

/// An airline.
#[derive(Debug)]
pub struct Carrier {
    pub code: &'static str,
    pub name: &'static str,
    /// City codes of its bases: each of its flights begins or ends in one.
    pub bases: &'static [&'static str],
    pub reach: Reach,
    pub alliance: Alliance,
    /// First and last number of flights of 3,500 km and more, and of shorter ones.
    pub long: (u16, u16),
    pub short: (u16, u16),
}

macro_rules! carriers {
    ($($code:literal $name:literal [$($base:literal)+] $reach:ident $alliance:ident $l0:literal $l1:literal $s0:literal $s1:literal;)+) => {
        /// All airlines. Columns: code, name, bases, reach, alliance, long numbers, short numbers.
        pub const CARRIERS: &[Carrier] = &[$(Carrier {
            code: $code, name: $name, bases: &[$($base),+], reach: Reach::$reach, alliance: Alliance::$alliance,
            long: ($l0, $l1), short: ($s0, $s1),
        }),+];
    };
}

carriers! {
    "SK" "SAS" ["CPH" "OSL" "STO"] Long SkyTeam 901 999 400 2900;
    "WF" "Wideroe" ["BGO" "OSL" "SVG" "TRD"] Short None 1 9 100 899;
    "DY" "Norwegian" ["OSL" "BGO" "SVG" "CPH" "STO"] Short None 1 9 240 1990;
    "AY" "Finnair" ["HEL"] Long Oneworld 1 199 301 1999;
    "BA" "British Airways" ["LON"] Long Oneworld 1 299 300 2999;
    "U2" "easyJet" ["LON" "GVA" "MIL" "AMS" "PAR" "LIS"] Short None 1 9 1001 8999;
    "EI" "Aer Lingus" ["DUB"] Long None 100 147 150 999;
    "LM" "Loganair" ["ABZ" "EDI"] Short None 1 9 10 999;
    "KL" "KLM" ["AMS"] Long SkyTeam 401 899 900 1999;
    "AF" "Air France" ["PAR"] Long SkyTeam 1 999 1000 1990;
    "LH" "Lufthansa" ["FRA" "MUC"] Long Star 400 799 2 399;
    "EW" "Eurowings" ["DUS" "HAM" "BER"] Short None 1 9 2000 9999;
    "OS" "Austrian Airlines" ["VIE"] Long Star 1 99 101 899;
    "LX" "Swiss" ["ZRH" "GVA"] Long Star 1 299 300 2999;
    "SN" "Brussels Airlines" ["BRU"] Long Star 201 599 2001 3999;
    "AZ" "ITA Airways" ["ROM" "MIL"] Long Star 600 799 2 599;
    "IB" "Iberia" ["MAD"] Long Oneworld 1000 1999 2000 3999;
    "VY" "Vueling" ["BCN"] Short None 1 9 1001 8999;
    "TP" "TAP Air Portugal" ["LIS"] Long Star 1 299 300 1999;
    "A3" "Aegean Airlines" ["ATH"] Medium Star 1 99 300 999;
    "TK" "Turkish Airlines" ["IST"] Long Star 1 899 1001 2999;
    "PC" "Pegasus" ["IST"] Short None 1 9 201 2999;
    "LO" "LOT Polish Airlines" ["WAW"] Long Star 1 99 201 799;
    "QS" "Smartwings" ["PRG"] Short None 1 9 900 2999;
    "W6" "Wizz Air" ["BUD" "WAW" "BUH"] Short None 1 9 1001 9999;
    "RO" "TAROM" ["BUH"] Short SkyTeam 1 9 201 899;
    "UA" "United Airlines" ["HOU" "NYC" "CHI" "DEN" "SFO" "WAS" "LAX"] Long Star 1 999 1000 2999;
    "AA" "American Airlines" ["DFW" "CHI" "MIA" "NYC" "LAX" "WAS"] Long Oneworld 1 299 300 2999;
    "DL" "Delta Air Lines" ["ATL" "NYC" "BOS" "SEA" "LAX"] Long SkyTeam 1 299 300 2999;
    "AS" "Alaska Airlines" ["SEA" "SFO"] Medium Oneworld 1 99 100 1499;
    "B6" "JetBlue" ["NYC" "BOS"] Medium None 1 99 100 2999;
    "WN" "Southwest Airlines" ["DFW" "HOU" "DEN" "CHI"] Short None 1 9 100 4999;
    "AC" "Air Canada" ["YTO" "YVR"] Long Star 1 99 100 999;
    "WS" "WestJet" ["YYC"] Long None 1 99 100 799;
    "AM" "Aeromexico" ["MEX"] Long SkyTeam 1 99 400 999;
    "LA" "LATAM Airlines" ["SCL" "SAO"] Long None 500 899 2000 4999;
    "G3" "GOL" ["SAO" "RIO"] Short None 1 9 1000 2199;
    "AV" "Avianca" ["BOG"] Long Star 1 299 300 9999;
    "AR" "Aerolineas Argentinas" ["BUE"] Long SkyTeam 1100 1399 1400 2999;
    "EK" "Emirates" ["DXB"] Long None 1 499 800 999;
    "FZ" "flydubai" ["DXB"] Medium None 1 99 301 1999;
    "EY" "Etihad Airways" ["AUH"] Long None 1 299 300 699;
    "QR" "Qatar Airways" ["DOH"] Long Oneworld 1 999 1000 1499;
    "SV" "Saudia" ["RUH"] Long SkyTeam 101 399 500 1699;
    "MS" "EgyptAir" ["CAI"] Long Star 701 999 600 699;
    "J2" "Azerbaijan Airlines" ["BAK"] Medium None 1 99 100 999;
    "SA" "South African Airways" ["JNB"] Long Star 201 299 300 699;
    "FA" "FlySafair" ["JNB" "CPT"] Short None 1 9 100 699;
    "KQ" "Kenya Airways" ["NBO"] Long SkyTeam 1 299 300 799;
    "P4" "Air Peace" ["LOS"] Medium None 1 99 500 7999;
    "DT" "TAAG Angola Airlines" ["LAD"] Long None 500 799 100 499;
    "AT" "Royal Air Maroc" ["CMN"] Long Oneworld 200 299 500 999;
    "AI" "Air India" ["DEL" "BOM"] Long Star 101 399 400 999;
    "6E" "IndiGo" ["DEL" "BOM" "BLR"] Medium None 1 99 100 6999;
    "SQ" "Singapore Airlines" ["SIN"] Long Star 1 499 500 999;
    "TR" "Scoot" ["SIN"] Medium None 1 99 200 999;
    "MH" "Malaysia Airlines" ["KUL"] Long Oneworld 1 199 600 2999;
    "AK" "AirAsia" ["KUL"] Short None 1 9 100 6999;
    "TG" "Thai Airways" ["BKK"] Long Star 900 999 300 699;
    "GA" "Garuda Indonesia" ["JKT"] Long SkyTeam 800 999 100 799;
    "CX" "Cathay Pacific" ["HKG"] Long Oneworld 100 899 400 999;
    "MU" "China Eastern" ["SHA"] Long SkyTeam 201 799 2000 6999;
    "CA" "Air China" ["BJS"] Long Star 701 999 1100 4999;
    "NH" "ANA" ["TYO"] Long Star 1 299 400 999;
    "JL" "Japan Airlines" ["TYO"] Long Oneworld 1 99 100 999;
    "KE" "Korean Air" ["SEL"] Long SkyTeam 1 99 600 1999;
    "OZ" "Asiana Airlines" ["SEL"] Long Star 200 599 600 999;
    "QF" "Qantas" ["SYD" "MEL" "PER"] Long Oneworld 1 199 400 999;
    "VA" "Virgin Australia" ["SYD" "MEL" "PER"] Short None 1 9 200 1799;
    "NZ" "Air New Zealand" ["AKL"] Long Star 1 99 100 799;
}

/// Car rental companies: vendor code, name.
pub const CAR_RENTALS: &[(&str, &str)] = &[
    ("ZE", "Hertz"),
    ("ZI", "Avis"),
    ("SX", "Sixt"),
    ("EP", "Europcar"),
    ("ET", "Enterprise"),
    ("ZL", "National"),
];

/// Ride services: vendor code, name.
pub const RIDES: &[(&str, &str)] = &[
    ("$R", "Blue Harbour Cabs"),
    ("$$", "Meridian Chauffeurs"),
    ("$R", "Kestrel Taxi"),
];

/// Parking companies at airports.
pub const PARKINGS: &[&str] = &["ParkNest", "Terminal Parking", "Blue Lot"];

/// Travel agencies: name, pseudo city code.
pub const AGENCIES: &[(&str, &str)] = &[
    ("Meridian Travel", "7K4B"),
    ("Northlight Business Travel", "OSLN2"),
    ("Compass & Row", "1XB6"),
    ("Altamar Viajes", "Q4M"),
];
