//! Trains between the business cities of Europe.
//! Called by `truth` where a train is the usual way.
//! Always holds: the stations and the operators are real, the times are about right, the train numbers are invented.

/// A railway line with through trains in both directions.
#[derive(Debug)]
pub struct Rail {
    /// City codes of the two ends.
    pub cities: [&'static str; 2],
    /// Station names, and their IATA rail codes where there is a well-known one.
    pub stations: [(&'static str, &'static str); 2],
    /// Journey in minutes.
    pub minutes: i64,
    /// Operator's code and name, kind of train.
    pub vendor: (&'static str, &'static str),
    pub kind: &'static str,
    /// First and last train number.
    pub numbers: (u16, u16),
    /// Local hours of the first and last departure.
    pub hours: (u8, u8),
}

macro_rules! rails {
    ($($a:literal $an:literal $ac:literal $b:literal $bn:literal $bc:literal $minutes:literal $code:literal $name:literal $kind:literal
       $n0:literal $n1:literal $h0:literal $h1:literal;)+) => {
        /// All lines.
        pub const RAILS: &[Rail] = &[$(Rail {
            cities: [$a, $b], stations: [($an, $ac), ($bn, $bc)], minutes: $minutes, vendor: ($code, $name), kind: $kind,
            numbers: ($n0, $n1), hours: ($h0, $h1),
        }),+];
    };
}

rails! {
    "LON" "London St Pancras Intl" "QQS" "PAR" "Paris Gare du Nord" "XPG" 140 "9F" "Eurostar" "Eurostar" 9002 9080 6 20;
    "LON" "London St Pancras Intl" "QQS" "BRU" "Bruxelles-Midi" "ZYR" 120 "9F" "Eurostar" "Eurostar" 9106 9170 7 19;
    "LON" "London St Pancras Intl" "QQS" "AMS" "Amsterdam Centraal" "ZYA" 240 "9F" "Eurostar" "Eurostar" 9114 9160 6 18;
    "PAR" "Paris Gare du Nord" "XPG" "BRU" "Bruxelles-Midi" "ZYR" 85 "9F" "Eurostar" "Eurostar" 9305 9399 6 21;
    "PAR" "Paris Gare du Nord" "XPG" "AMS" "Amsterdam Centraal" "ZYA" 200 "9F" "Eurostar" "Eurostar" 9303 9397 6 20;
    "PAR" "Paris Gare de Lyon" "" "LYS" "Lyon Part-Dieu" "XYD" 120 "2C" "SNCF" "TGV INOUI" 6601 6699 6 21;
    "PAR" "Paris Gare de Lyon" "" "GVA" "Genève" "" 190 "2C" "SNCF" "TGV Lyria" 9761 9789 6 19;
    "PAR" "Paris Est" "" "FRA" "Frankfurt (Main) Hbf" "ZRB" 235 "2A" "Deutsche Bahn" "ICE" 9550 9559 7 19;
    "FRA" "Frankfurt (Main) Hbf" "ZRB" "MUC" "München Hbf" "ZMU" 205 "2A" "Deutsche Bahn" "ICE" 520 629 6 20;
    "FRA" "Frankfurt (Main) Hbf" "ZRB" "BER" "Berlin Hbf" "QPP" 250 "2A" "Deutsche Bahn" "ICE" 270 379 6 19;
    "FRA" "Frankfurt (Main) Hbf" "ZRB" "HAM" "Hamburg Hbf" "ZMB" 230 "2A" "Deutsche Bahn" "ICE" 70 79 6 19;
    "FRA" "Frankfurt (Main) Hbf" "ZRB" "DUS" "Düsseldorf Hbf" "" 95 "2A" "Deutsche Bahn" "ICE" 810 929 6 21;
    "FRA" "Frankfurt (Main) Hbf" "ZRB" "BRU" "Bruxelles-Midi" "ZYR" 190 "2A" "Deutsche Bahn" "ICE" 10 19 6 18;
    "BER" "Berlin Hbf" "QPP" "HAM" "Hamburg Hbf" "ZMB" 110 "2A" "Deutsche Bahn" "ICE" 700 809 5 21;
    "BER" "Berlin Hbf" "QPP" "MUC" "München Hbf" "ZMU" 245 "2A" "Deutsche Bahn" "ICE" 500 599 6 19;
    "BER" "Berlin Hbf" "QPP" "PRG" "Praha hl.n." "" 255 "2A" "Deutsche Bahn" "EC" 171 179 7 17;
    "BER" "Berlin Hbf" "QPP" "WAW" "Warszawa Centralna" "" 325 "2A" "Deutsche Bahn" "EC" 41 59 6 18;
    "VIE" "Wien Hbf" "" "BUD" "Budapest-Keleti" "" 160 "OB" "ÖBB" "railjet" 40 69 6 20;
    "VIE" "Wien Hbf" "" "PRG" "Praha hl.n." "" 240 "OB" "ÖBB" "railjet" 70 79 6 18;
    "VIE" "Wien Hbf" "" "MUC" "München Hbf" "ZMU" 245 "OB" "ÖBB" "railjet" 60 69 6 18;
    "ZRH" "Zürich HB" "ZLP" "GVA" "Genève" "" 165 "CH" "SBB" "IC" 700 739 5 21;
    "ZRH" "Zürich HB" "ZLP" "MIL" "Milano Centrale" "XIK" 200 "CH" "SBB" "EC" 311 329 7 19;
    "MIL" "Milano Centrale" "XIK" "ROM" "Roma Termini" "XRJ" 190 "TI" "Trenitalia" "Frecciarossa" 9515 9699 6 20;
    "MAD" "Madrid-Puerta de Atocha" "" "BCN" "Barcelona-Sants" "" 155 "RE" "Renfe" "AVE" 3060 3299 6 20;
    "STO" "Stockholm C" "XEV" "CPH" "København H" "" 310 "74" "SJ" "Snabbtåg" 525 549 6 17;
    "OSL" "Oslo S" "XZO" "STO" "Stockholm C" "XEV" 330 "74" "SJ" "Snabbtåg" 620 629 6 16;
    "LON" "London Kings Cross" "QQK" "EDI" "Edinburgh Waverley" "ZXE" 265 "LN" "LNER" "Azuma" 10 99 6 19;
    "LON" "London Euston" "QQU" "MAN" "Manchester Piccadilly" "" 130 "VT" "Avanti West Coast" "Pendolino" 10 99 6 20;
    "AMS" "Amsterdam Centraal" "ZYA" "BRU" "Bruxelles-Midi" "ZYR" 115 "9F" "Eurostar" "Eurostar" 9320 9399 6 21;
    "WAS" "Washington Union Station" "ZWU" "NYC" "New York Penn Station" "ZYP" 175 "2V" "Amtrak" "Acela" 2150 2259 6 19;
    "NYC" "New York Penn Station" "ZYP" "BOS" "Boston South Station" "" 220 "2V" "Amtrak" "Acela" 2160 2259 6 18;
}
