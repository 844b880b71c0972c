//! Which land a city stands on: where no road, bridge, tunnel or train over a ferry leads, nobody comes on the ground.
//! Called by `whereabouts` for ways that no booking tells (R150, R151, R156, R214).
//! Always holds: only what is named here is apart; islands with a fixed link or a train ferry (Zealand, Sicily, Hainan) are mainland.

use super::gazetteer::City;

/// Countries that are islands, one land each.
const ISLAND_COUNTRIES: &str = "AG AI AS AW AX BB BL BM BQ BS CC CK CU CV CW CX CY DM FJ FK FM FO GD GG GL GP GU IM IS JE JM JP KI \
     KM KN KY LC LK MG MH MP MQ MS MT MU MV NC NF NR NU PF PH PM PR PW RE SB SC SH SJ ST TC TK TO TT TV TW VC VG VI VU WF WS YT";

/// Mainland Africa but Egypt, which the Sinai joins to Asia.
const AFRICA: &str = "AO BF BI BJ BW CD CF CG CI CM DJ DZ EH ER ET GA GH GM GN GQ GW KE LR LS LY MA ML MR MW MZ NA NE NG RW SD SL SN SO \
     SS SZ TD TG TN TZ UG ZA ZM ZW";

/// Country, land, and west, south, east and north of it where it is only a part of the country. The first that fits counts.
type Row = (&'static str, &'static str, Option<[f64; 4]>);

const LANDS: &[Row] = &[
    ("IE", "Ireland", None),
    ("GB", "Ireland", Some([-8.3, 53.9, -5.4, 55.4])),
    ("GB", "Orkney", Some([-3.5, 58.65, -2.3, 59.45])),
    ("GB", "Shetland", Some([-2.2, 59.5, -0.5, 60.9])),
    ("GB", "Lewis", Some([-7.2, 57.7, -6.1, 58.6])),
    ("GB", "Uist", Some([-7.8, 56.7, -6.9, 57.7])),
    ("GB", "Scilly", Some([-6.5, 49.8, -6.2, 50.0])),
    // Nobody crosses the border in the north.
    ("KR", "Jeju", Some([126.1, 33.1, 127.0, 33.6])),
    ("KR", "South Korea", None),
    ("DK", "Bornholm", Some([14.6, 54.9, 15.2, 55.35])),
    ("SE", "Gotland", Some([18.0, 56.8, 19.4, 58.1])),
    ("EE", "Saaremaa", Some([21.7, 57.8, 23.35, 59.1])),
    ("FR", "Corsica", Some([8.4, 41.3, 9.7, 43.1])),
    ("IT", "Sardinia", Some([8.0, 38.8, 9.9, 41.35])),
    ("ES", "Ibiza", Some([1.1, 38.6, 1.7, 39.2])),
    ("ES", "Mallorca", Some([2.2, 39.2, 3.5, 40.0])),
    ("ES", "Menorca", Some([3.7, 39.8, 4.4, 40.1])),
    ("ES", "Tenerife", Some([-17.0, 27.9, -16.1, 28.65])),
    ("ES", "Gran Canaria", Some([-15.9, 27.7, -15.3, 28.25])),
    ("ES", "Lanzarote", Some([-13.95, 28.8, -13.35, 29.3])),
    ("ES", "Fuerteventura", Some([-14.6, 28.0, -13.8, 28.8])),
    ("ES", "La Palma", Some([-18.1, 28.4, -17.7, 28.9])),
    ("ES", "La Gomera", Some([-17.4, 27.98, -17.05, 28.25])),
    ("ES", "El Hierro", Some([-18.2, 27.6, -17.85, 27.9])),
    ("ES", "Africa", Some([-5.4, 35.85, -5.25, 35.95])),
    ("ES", "Africa", Some([-3.0, 35.2, -2.9, 35.35])),
    ("PT", "Madeira", Some([-17.3, 32.6, -16.6, 32.9])),
    ("PT", "Porto Santo", Some([-16.5, 32.9, -16.2, 33.2])),
    ("PT", "São Miguel", Some([-25.9, 37.6, -25.1, 37.95])),
    ("PT", "Terceira", Some([-27.4, 38.6, -27.0, 38.85])),
    ("PT", "Azores", Some([-31.5, 36.9, -24.9, 39.8])),
    ("GR", "Crete", Some([23.4, 34.8, 26.4, 35.7])),
    ("GR", "Rhodes", Some([27.6, 35.8, 28.3, 36.5])),
    ("GR", "Corfu", Some([19.6, 39.35, 20.15, 39.85])),
    ("GR", "Santorini", Some([25.3, 36.3, 25.5, 36.5])),
    ("GR", "Mykonos", Some([25.25, 37.4, 25.5, 37.5])),
    ("GR", "Kos", Some([26.9, 36.65, 27.4, 36.95])),
    ("GR", "Lesbos", Some([25.8, 38.9, 26.65, 39.4])),
    ("GR", "Chios", Some([25.8, 38.15, 26.2, 38.6])),
    ("GR", "Samos", Some([26.5, 37.6, 27.1, 37.85])),
    ("GR", "Zakynthos", Some([20.6, 37.6, 21.0, 37.95])),
    ("GR", "Kefalonia", Some([20.3, 38.0, 20.85, 38.5])),
    ("JP", "Okinawa", Some([127.6, 26.0, 128.4, 26.95])),
    ("JP", "Miyako", Some([125.1, 24.6, 125.5, 25.0])),
    ("JP", "Ishigaki", Some([123.9, 24.2, 124.4, 24.7])),
    ("JP", "Amami", Some([129.1, 28.0, 129.8, 28.6])),
    ("JP", "Tsushima", Some([129.1, 34.0, 129.6, 34.8])),
    ("TW", "Penghu", Some([119.3, 23.1, 119.8, 23.8])),
    ("TW", "Kinmen", Some([118.1, 24.3, 118.6, 24.6])),
    ("MY", "Langkawi", Some([99.6, 6.1, 99.95, 6.5])),
    ("TH", "Samui", Some([99.9, 9.4, 100.1, 9.65])),
    ("VN", "Phu Quoc", Some([103.8, 9.9, 104.1, 10.5])),
    ("IN", "Andamans", Some([92.2, 6.7, 94.0, 13.7])),
    ("BN", "Borneo", None),
    ("MY", "Borneo", Some([109.4, 0.8, 119.4, 7.4])),
    ("ID", "Batam", Some([103.6, 0.4, 104.7, 1.3])),
    ("ID", "Bangka", Some([105.1, -3.1, 106.9, -1.5])),
    ("ID", "Belitung", Some([107.3, -3.4, 108.4, -2.4])),
    ("ID", "Sumatra", Some([95.0, -5.9, 106.1, 5.9])),
    ("ID", "Java", Some([105.0, -8.9, 114.5, -5.8])),
    ("ID", "Bali", Some([114.4, -8.9, 115.75, -8.0])),
    ("ID", "Lombok", Some([115.8, -9.0, 116.75, -8.2])),
    ("ID", "Sumbawa", Some([116.7, -9.2, 119.3, -8.0])),
    ("ID", "Flores", Some([119.6, -9.0, 123.1, -8.0])),
    ("ID", "Borneo", Some([108.6, -4.3, 118.7, 4.4])),
    ("ID", "Sulawesi", Some([118.7, -6.0, 125.3, 1.95])),
    ("ID", "Timor", Some([123.4, -10.5, 125.2, -8.9])),
    ("TL", "Timor", None),
    ("ID", "New Guinea", Some([130.8, -9.2, 141.1, 0.5])),
    ("PG", "New Guinea", Some([140.8, -11.0, 151.0, -2.5])),
    ("PH", "Bohol", Some([123.75, 9.5, 124.65, 10.2])),
    ("PH", "Cebu", Some([123.35, 9.4, 124.1, 11.35])),
    ("PH", "Negros", Some([122.75, 9.0, 123.4, 11.05])),
    ("PH", "Panay", Some([121.8, 10.4, 122.95, 12.0])),
    ("PH", "Samar and Leyte", Some([124.2, 9.9, 125.8, 12.7])),
    ("PH", "Mindanao", Some([121.8, 5.5, 126.7, 9.9])),
    ("PH", "Palawan", Some([117.0, 8.3, 119.6, 11.5])),
    ("PH", "Mindoro", Some([120.2, 12.1, 121.55, 13.55])),
    ("TZ", "Zanzibar", Some([39.1, -6.6, 39.7, -5.7])),
    ("TZ", "Pemba", Some([39.6, -5.5, 39.9, -4.8])),
    ("GQ", "Bioko", Some([8.3, 3.1, 9.0, 3.9])),
    ("CA", "Newfoundland", Some([-59.5, 46.5, -52.5, 51.7])),
    ("CA", "Vancouver Island", Some([-128.5, 48.2, -123.25, 49.4])),
    ("CA", "Vancouver Island", Some([-128.5, 49.4, -124.65, 50.9])),
    ("CA", "Haida Gwaii", Some([-133.3, 51.8, -131.4, 54.3])),
    ("CA", "Magdalen Islands", Some([-62.1, 47.1, -61.3, 47.7])),
    ("US", "Oahu", Some([-158.4, 21.2, -157.6, 21.8])),
    ("US", "Kauai", Some([-159.8, 21.8, -159.2, 22.3])),
    ("US", "Molokai", Some([-157.4, 21.0, -156.7, 21.3])),
    ("US", "Lanai", Some([-157.1, 20.7, -156.8, 20.95])),
    ("US", "Maui", Some([-156.75, 20.5, -155.9, 21.1])),
    ("US", "Hawaii", Some([-156.2, 18.8, -154.7, 20.3])),
    // No road leads out of these towns of Alaska.
    ("US", "Juneau", Some([-134.9, 58.1, -134.0, 58.6])),
    ("US", "Ketchikan", Some([-132.0, 55.0, -131.0, 55.6])),
    ("US", "Sitka", Some([-135.9, 56.8, -135.0, 57.4])),
    ("US", "Kodiak", Some([-154.9, 56.7, -151.8, 58.7])),
    ("US", "Nantucket", Some([-70.3, 41.2, -69.9, 41.4])),
    ("US", "Martha's Vineyard", Some([-70.9, 41.3, -70.4, 41.5])),
    ("DO", "Hispaniola", None),
    ("HT", "Hispaniola", None),
    ("MF", "Saint Martin", None),
    ("SX", "Saint Martin", None),
    ("TT", "Tobago", Some([-60.9, 11.1, -60.4, 11.4])),
    ("MX", "Cozumel", Some([-87.1, 20.2, -86.7, 20.7])),
    ("HN", "Roatán", Some([-86.7, 16.2, -86.2, 16.5])),
    ("CO", "San Andrés", Some([-81.8, 12.4, -81.3, 13.5])),
    ("EC", "Galápagos", Some([-92.1, -1.5, -89.2, 1.0])),
    ("VE", "Margarita", Some([-64.5, 10.8, -63.7, 11.2])),
    ("AU", "Tasmania", Some([143.8, -43.8, 148.5, -39.4])),
    ("AU", "Norfolk Island", Some([167.8, -29.2, 168.1, -28.9])),
    ("NZ", "South Island", Some([166.0, -47.5, 174.5, -40.45])),
    ("NZ", "North Island", None),
    ("FJ", "Vanua Levu", Some([178.4, -17.05, 180.0, -16.1])),
];

/// Shores of one sea that are one land only by a way that nobody takes: from Helsinki to Tallinn it would lead through Russia.
const SHORES: [&[&str]; 2] = [&["FI", "SE"], &["EE", "LV", "LT"]];

/// Whether there is only air and water between two cities.
pub fn apart(a: &City, b: &City) -> bool {
    land(a) != land(b) || shore(a).zip(shore(b)).is_some_and(|(a, b)| a != b)
}

fn shore(city: &City) -> Option<usize> {
    SHORES.iter().position(|shore| shore.contains(&city.country.as_str()))
}

/// The land's name, or the country's code; what is left is one mainland: those apart of it are thousands of km away.
fn land(city: &City) -> &str {
    let country = city.country.as_str();
    let within = |[west, south, east, north]: &[f64; 4]| {
        (*west..=*east).contains(&city.at.lon) && (*south..=*north).contains(&city.at.lat)
    };
    let mut rows = LANDS.iter().filter(|(code, ..)| *code == country);
    if let Some((_, land, _)) = rows.find(|(_, _, part)| part.as_ref().is_none_or(within)) {
        return land;
    }
    let listed = |codes: &str| codes.split_ascii_whitespace().any(|code| code == country);
    match () {
        () if listed(ISLAND_COUNTRIES) => country,
        () if listed(AFRICA) => "Africa",
        () => "mainland",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Gazetteer};
    use super::*;

    fn city(code: &str) -> &'static City {
        let gazetteer = Gazetteer::embedded();
        let code = Code::parse(code).unwrap();
        let airport = gazetteer.airport(code).map(|airport| gazetteer.city(airport.city));
        gazetteer
            .city_by_code(code)
            .or(airport)
            .unwrap_or_else(|| panic!("{code}"))
    }

    #[test]
    fn r151_where_the_sea_is_between_nobody_drives() {
        let pairs = [
            ("DUB", "MAN"),
            ("BFS", "GLA"),
            ("DUB", "LON"),
            ("IOM", "LPL"),
            ("AJA", "NCE"),
            ("CAG", "ROM"),
            ("PMI", "BCN"),
            ("PMI", "IBZ"),
            ("TFS", "LPA"),
            ("HER", "ATH"),
            ("MLA", "CTA"),
            ("TUN", "PMO"),
            ("AGP", "TNG"),
            ("CPT", "TNR"),
            ("OKA", "KOJ"),
            ("CJU", "PUS"),
            ("SEL", "FUK"),
            ("TPE", "XMN"),
            ("DPS", "SUB"),
            ("MNL", "CEB"),
            ("CEB", "DVO"),
            ("SIN", "BTH"),
            ("CMB", "MAA"),
            ("ZNZ", "DAR"),
            ("YYJ", "YVR"),
            ("YYT", "YHZ"),
            ("HNL", "OGG"),
            ("MIA", "NAS"),
            ("SJU", "SDQ"),
            ("JNU", "SIT"),
            ("HBA", "MEL"),
            ("WLG", "NSN"),
            ("CHC", "AKL"),
            ("KEF", "GLA"),
            ("VBY", "STO"),
            ("HEL", "TLL"),
            ("TLL", "STO"),
            ("RIX", "HEL"),
        ];
        for (a, b) in pairs {
            assert!(apart(city(a), city(b)), "{a} {b}");
        }
    }

    #[test]
    fn r151_bridges_tunnels_and_train_ferries_join() {
        let pairs = [
            ("LON", "PAR"),
            ("MAN", "BRU"),
            ("DUB", "BFS"),
            ("CPH", "MMA"),
            ("CPH", "AAR"),
            ("CPH", "HAM"),
            ("PMO", "ROM"),
            ("TYO", "SPK"),
            ("TYO", "FUK"),
            ("SIN", "KUL"),
            ("BAH", "DMM"),
            ("HKG", "MFM"),
            ("SDQ", "PAP"),
            ("IST", "ESB"),
            ("CAI", "TLV"),
            ("JNB", "MPM"),
            ("NYC", "YTO"),
            ("SJD", "TIJ"),
            ("WLG", "AKL"),
            ("CHC", "ZQN"),
            ("BKI", "BWN"),
            ("HEL", "LED"),
            ("LED", "TLL"),
            ("TLL", "RIX"),
            ("LLA", "OUL"),
        ];
        for (a, b) in pairs {
            assert!(!apart(city(a), city(b)), "{a} {b}: {} {}", land(city(a)), land(city(b)));
        }
    }
}
