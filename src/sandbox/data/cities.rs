//! The business cities of the simulated world, with their airports and how much business goes on in each.
//! Called by `truth` for homes, destinations and flights, and by `papers` for addresses.
//! Always holds: an index into `CITIES` names one city; its first airport is the one long flights use.

/// Part of the world, for who flies where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Region {
    Europe,
    NorthAmerica,
    LatinAmerica,
    MiddleEast,
    Africa,
    Asia,
    Oceania,
}

/// A city people of the simulated companies live in or travel to.
#[derive(Debug)]
pub struct City {
    /// IATA city (metropolitan) code.
    pub code: &'static str,
    pub name: &'static str,
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// State or province code, empty where addresses have none.
    pub state: &'static str,
    /// The business centre, degrees.
    pub lat: f64,
    pub lon: f64,
    /// Bearing in degrees on which land is sure; 360 where it is on all sides.
    pub inland: u16,
    pub airports: &'static [&'static str],
    /// 3: intercontinental hub, 2: large, 1: regional.
    pub size: u8,
    /// Weight as a home.
    pub home: u8,
    /// Weight as a destination.
    pub visit: u8,
    pub region: Region,
}

macro_rules! cities {
    ($($code:literal $name:literal $country:literal $state:literal $lat:literal $lon:literal $inland:literal
       [$($airport:literal)+] $size:literal $home:literal $visit:literal $region:ident;)+) => {
        /// All cities. Columns: code, name, country, state, latitude, longitude, inland, airports, size, home, visit, region.
        pub const CITIES: &[City] = &[$(City {
            code: $code, name: $name, country: $country, state: $state, lat: $lat, lon: $lon, inland: $inland,
            airports: &[$($airport),+], size: $size, home: $home, visit: $visit, region: Region::$region,
        }),+];
    };
}

cities! {
    "OSL" "Oslo"           "NO" ""    59.9139  10.7480 360 ["OSL"] 2 20 12 Europe;
    "SVG" "Stavanger"      "NO" ""    58.9690   5.7330 200 ["SVG"] 1 22 10 Europe;
    "BGO" "Bergen"         "NO" ""    60.3913   5.3290 150 ["BGO"] 1 14 7 Europe;
    "TRD" "Trondheim"      "NO" ""    63.4305  10.3951 180 ["TRD"] 1 6 4 Europe;
    "STO" "Stockholm"      "SE" ""    59.3320  18.0640 340 ["ARN"] 2 8 8 Europe;
    "CPH" "Copenhagen"     "DK" ""    55.6761  12.5683 270 ["CPH"] 2 8 9 Europe;
    "HEL" "Helsinki"       "FI" ""    60.1699  24.9384 340 ["HEL"] 2 4 5 Europe;
    "ABZ" "Aberdeen"       "GB" ""    57.1480  -2.1100 270 ["ABZ"] 1 10 8 Europe;
    "EDI" "Edinburgh"      "GB" ""    55.9520  -3.1960 180 ["EDI"] 1 3 3 Europe;
    "LON" "London"         "GB" ""    51.5155  -0.1180 360 ["LHR" "LGW" "LCY"] 3 16 18 Europe;
    "MAN" "Manchester"     "GB" ""    53.4794  -2.2453 360 ["MAN"] 2 3 4 Europe;
    "DUB" "Dublin"         "IE" ""    53.3450  -6.2630 260 ["DUB"] 2 3 4 Europe;
    "AMS" "Amsterdam"      "NL" ""    52.3700   4.8910 180 ["AMS"] 3 8 10 Europe;
    "BRU" "Brussels"       "BE" ""    50.8466   4.3528 360 ["BRU"] 2 4 7 Europe;
    "PAR" "Paris"          "FR" ""    48.8690   2.3320 360 ["CDG" "ORY"] 3 9 13 Europe;
    "LYS" "Lyon"           "FR" ""    45.7600   4.8600  90 ["LYS"] 1 2 3 Europe;
    "FRA" "Frankfurt"      "DE" ""    50.1120   8.6720 330 ["FRA"] 3 7 10 Europe;
    "MUC" "Munich"         "DE" ""    48.1390  11.5660 360 ["MUC"] 3 5 8 Europe;
    "BER" "Berlin"         "DE" ""    52.5170  13.3889 360 ["BER"] 2 5 7 Europe;
    "HAM" "Hamburg"        "DE" ""    53.5580   9.9930 340 ["HAM"] 2 6 6 Europe;
    "DUS" "Dusseldorf"     "DE" ""    51.2230   6.7850  90 ["DUS"] 2 3 4 Europe;
    "ZRH" "Zurich"         "CH" ""    47.3720   8.5380 340 ["ZRH"] 2 3 6 Europe;
    "GVA" "Geneva"         "CH" ""    46.2090   6.1390 270 ["GVA"] 2 3 6 Europe;
    "VIE" "Vienna"         "AT" ""    48.2082  16.3700 360 ["VIE"] 2 4 6 Europe;
    "MIL" "Milan"          "IT" ""    45.4680   9.1820 360 ["MXP" "LIN"] 2 4 8 Europe;
    "ROM" "Rome"           "IT" ""    41.9020  12.4900 360 ["FCO"] 2 4 6 Europe;
    "MAD" "Madrid"         "ES" ""    40.4230  -3.6950 360 ["MAD"] 3 5 7 Europe;
    "BCN" "Barcelona"      "ES" ""    41.3920   2.1650 310 ["BCN"] 2 3 6 Europe;
    "LIS" "Lisbon"         "PT" ""    38.7250  -9.1480   0 ["LIS"] 2 4 6 Europe;
    "ATH" "Athens"         "GR" ""    37.9780  23.7330  20 ["ATH"] 2 3 5 Europe;
    "IST" "Istanbul"       "TR" ""    41.0610  28.9870 300 ["IST" "SAW"] 3 4 7 Europe;
    "WAW" "Warsaw"         "PL" ""    52.2310  21.0060 270 ["WAW"] 2 4 5 Europe;
    "PRG" "Prague"         "CZ" ""    50.0830  14.4300  90 ["PRG"] 2 2 4 Europe;
    "BUD" "Budapest"       "HU" ""    47.5020  19.0580  90 ["BUD"] 2 2 4 Europe;
    "BUH" "Bucharest"      "RO" ""    44.4390  26.0960 360 ["OTP"] 2 3 4 Europe;
    "NYC" "New York"       "US" "NY"  40.7540 -73.9790 180 ["JFK" "EWR" "LGA"] 3 12 14 NorthAmerica;
    "BOS" "Boston"         "US" "MA"  42.3510 -71.0700 250 ["BOS"] 2 3 5 NorthAmerica;
    "WAS" "Washington"     "US" "DC"  38.9030 -77.0350 340 ["IAD" "DCA"] 3 3 6 NorthAmerica;
    "CHI" "Chicago"        "US" "IL"  41.8830 -87.6350 270 ["ORD" "MDW"] 3 4 6 NorthAmerica;
    "HOU" "Houston"        "US" "TX"  29.7580 -95.3680 270 ["IAH" "HOU"] 3 18 14 NorthAmerica;
    "DFW" "Dallas"         "US" "TX"  32.7830 -96.7970 360 ["DFW" "DAL"] 3 4 5 NorthAmerica;
    "DEN" "Denver"         "US" "CO"  39.7460 -104.9930 360 ["DEN"] 2 3 4 NorthAmerica;
    "LAX" "Los Angeles"    "US" "CA"  34.0500 -118.2550 60 ["LAX"] 3 3 5 NorthAmerica;
    "SFO" "San Francisco"  "US" "CA"  37.7780 -122.4130 190 ["SFO"] 3 3 6 NorthAmerica;
    "SEA" "Seattle"        "US" "WA"  47.6100 -122.3300 90 ["SEA"] 2 2 3 NorthAmerica;
    "MIA" "Miami"          "US" "FL"  25.7740 -80.1990 280 ["MIA"] 3 2 4 NorthAmerica;
    "ATL" "Atlanta"        "US" "GA"  33.7600 -84.3870 360 ["ATL"] 3 3 4 NorthAmerica;
    "YTO" "Toronto"        "CA" "ON"  43.6510 -79.3830 340 ["YYZ"] 3 3 5 NorthAmerica;
    "YYC" "Calgary"        "CA" "AB"  51.0470 -114.0660 360 ["YYC"] 2 6 5 NorthAmerica;
    "YVR" "Vancouver"      "CA" "BC"  49.2800 -123.1180 150 ["YVR"] 2 2 3 NorthAmerica;
    "MEX" "Mexico City"    "MX" ""    19.4300 -99.1560 360 ["MEX"] 2 3 5 LatinAmerica;
    "SAO" "Sao Paulo"      "BR" "SP" -23.5640 -46.6530 360 ["GRU" "CGH"] 3 4 6 LatinAmerica;
    "RIO" "Rio de Janeiro" "BR" "RJ" -22.9100 -43.1800 330 ["GIG" "SDU"] 2 9 7 LatinAmerica;
    "BOG" "Bogota"         "CO" ""     4.6700 -74.0560 300 ["BOG"] 2 2 3 LatinAmerica;
    "BUE" "Buenos Aires"   "AR" ""   -34.6040 -58.3850 250 ["EZE" "AEP"] 2 2 4 LatinAmerica;
    "SCL" "Santiago"       "CL" ""   -33.4420 -70.6500 360 ["SCL"] 2 2 3 LatinAmerica;
    "DXB" "Dubai"          "AE" ""    25.2090  55.2760 150 ["DXB"] 3 5 10 MiddleEast;
    "AUH" "Abu Dhabi"      "AE" ""    24.4700  54.3700 130 ["AUH"] 3 7 8 MiddleEast;
    "DOH" "Doha"           "QA" ""    25.2850  51.5200 250 ["DOH"] 3 3 6 MiddleEast;
    "RUH" "Riyadh"         "SA" ""    24.6950  46.6850 360 ["RUH"] 2 2 5 MiddleEast;
    "CAI" "Cairo"          "EG" ""    30.0440  31.2400  90 ["CAI"] 2 3 4 MiddleEast;
    "BAK" "Baku"           "AZ" ""    40.3770  49.8500 310 ["GYD"] 2 4 4 MiddleEast;
    "JNB" "Johannesburg"   "ZA" ""   -26.1070  28.0560 360 ["JNB"] 2 3 4 Africa;
    "CPT" "Cape Town"      "ZA" ""   -33.9250  18.4220 190 ["CPT"] 2 2 3 Africa;
    "NBO" "Nairobi"        "KE" ""    -1.2860  36.8200 360 ["NBO"] 2 3 4 Africa;
    "LOS" "Lagos"          "NG" ""     6.5960   3.3420 330 ["LOS"] 2 5 5 Africa;
    "LAD" "Luanda"         "AO" ""    -8.8270  13.2430 130 ["LAD"] 2 6 6 Africa;
    "CMN" "Casablanca"     "MA" ""    33.5890  -7.6110 160 ["CMN"] 2 2 3 Africa;
    "BOM" "Mumbai"         "IN" ""    19.0630  72.8680  90 ["BOM"] 2 5 6 Asia;
    "DEL" "Delhi"          "IN" ""    28.6290  77.2190 360 ["DEL"] 3 4 6 Asia;
    "BLR" "Bengaluru"      "IN" ""    12.9720  77.5950 360 ["BLR"] 2 4 4 Asia;
    "SIN" "Singapore"      "SG" ""     1.3000 103.8450 330 ["SIN"] 3 8 10 Asia;
    "KUL" "Kuala Lumpur"   "MY" ""     3.1500 101.7100 360 ["KUL"] 2 4 5 Asia;
    "BKK" "Bangkok"        "TH" ""    13.7390 100.5500 360 ["BKK"] 3 2 5 Asia;
    "JKT" "Jakarta"        "ID" ""    -6.2000 106.8220 180 ["CGK"] 2 3 4 Asia;
    "HKG" "Hong Kong"      "HK" ""    22.3060 114.1720  10 ["HKG"] 3 3 6 Asia;
    "SHA" "Shanghai"       "CN" ""    31.2290 121.4700 270 ["PVG" "SHA"] 3 3 6 Asia;
    "BJS" "Beijing"        "CN" ""    39.9100 116.4340 360 ["PEK"] 3 3 5 Asia;
    "TYO" "Tokyo"          "JP" ""    35.6810 139.7550 300 ["HND" "NRT"] 3 4 7 Asia;
    "SEL" "Seoul"          "KR" ""    37.5660 126.9820 360 ["ICN" "GMP"] 3 4 6 Asia;
    "PER" "Perth"          "AU" "WA" -31.9530 115.8570  20 ["PER"] 2 10 7 Oceania;
    "SYD" "Sydney"         "AU" "NSW" -33.8720 151.2060 220 ["SYD"] 3 3 5 Oceania;
    "MEL" "Melbourne"      "AU" "VIC" -37.8140 144.9630 340 ["MEL"] 2 2 4 Oceania;
    "AKL" "Auckland"       "NZ" ""   -36.8560 174.7650 170 ["AKL"] 2 2 3 Oceania;
}

/// Which airport of a city a flight uses if not its first: city, carrier (`*` any), longest flight in km, airport.
pub const AIRPORT_USE: &[(&str, &str, f64, &str)] = &[
    ("LON", "U2", 1e5, "LGW"),
    ("LON", "DY", 1e5, "LGW"),
    ("LON", "VY", 1e5, "LGW"),
    ("LON", "LX", 900.0, "LCY"),
    ("PAR", "U2", 1e5, "ORY"),
    ("PAR", "VY", 1e5, "ORY"),
    ("PAR", "AF", 450.0, "ORY"),
    ("MIL", "AZ", 1600.0, "LIN"),
    ("MIL", "BA", 1600.0, "LIN"),
    ("MIL", "AF", 1600.0, "LIN"),
    ("MIL", "KL", 1600.0, "LIN"),
    ("IST", "PC", 1e5, "SAW"),
    ("NYC", "UA", 1e5, "EWR"),
    ("NYC", "SK", 1e5, "EWR"),
    ("NYC", "TP", 1e5, "EWR"),
    ("NYC", "AA", 2400.0, "LGA"),
    ("NYC", "DL", 2400.0, "LGA"),
    ("NYC", "AC", 2400.0, "LGA"),
    ("WAS", "AA", 2500.0, "DCA"),
    ("WAS", "DL", 2500.0, "DCA"),
    ("WAS", "AS", 5000.0, "DCA"),
    ("CHI", "WN", 1e5, "MDW"),
    ("HOU", "WN", 1e5, "HOU"),
    ("DFW", "WN", 1e5, "DAL"),
    ("SAO", "G3", 1200.0, "CGH"),
    ("RIO", "G3", 600.0, "SDU"),
    ("BUE", "AR", 1300.0, "AEP"),
    ("TYO", "UA", 1e5, "NRT"),
    ("TYO", "KE", 1e5, "NRT"),
    ("TYO", "TK", 1e5, "NRT"),
    ("SHA", "MU", 1300.0, "SHA"),
];

/// Index of a city by its IATA code.
pub fn index_of(code: &str) -> Option<usize> {
    CITIES.iter().position(|city| city.code == code)
}
