//! What addresses and telephone numbers look like in the countries of the simulated world.
//! Called by `truth` for homes, hotels and phones.
//! Always holds: every country of `CITIES` has a row; streets are invented, prefixes and shapes of postal codes are real.

/// What addresses of a country look like.
#[derive(Debug)]
pub struct Country {
    pub code: &'static str,
    /// Telephone prefix.
    pub dial: &'static str,
    /// Postal code: `#` digit, `@` letter.
    pub postal: &'static str,
    pub streets: &'static [&'static str],
    /// Whether the house number stands before the street.
    pub number_first: bool,
}

const NORDIC: &[&str] = &[
    "Fiskergata",
    "Havnegata",
    "Lindeveien",
    "Torvgata",
    "Skipperveien",
    "Kongsvei",
];
const DUTCH: &[&str] = &[
    "Molenkade",
    "Lindelaan",
    "Zeilmakersgracht",
    "Koopmansstraat",
    "Havendijk",
];
const GERMAN: &[&str] = &[
    "Lindenallee",
    "Kaufmannstraße",
    "Am Speicher",
    "Brückengasse",
    "Sonnenweg",
    "Gerberstraße",
];
const FRENCH: &[&str] = &[
    "rue des Tisserands",
    "avenue du Verger",
    "quai des Tanneurs",
    "rue du Vieux Puits",
    "place des Ormes",
];
const ITALIAN: &[&str] = &[
    "Via dei Mercanti",
    "Via del Pozzo",
    "Corso dei Tigli",
    "Via delle Vigne",
];
const SPANISH: &[&str] = &[
    "Calle de los Olmos",
    "Avenida del Puerto",
    "Calle Molino",
    "Paseo de las Fuentes",
];
const PORTUGUESE: &[&str] = &[
    "Rua das Oliveiras",
    "Avenida do Porto",
    "Rua do Moinho",
    "Travessa da Fonte",
];
const ENGLISH: &[&str] = &[
    "Larch Street",
    "Mercer Row",
    "Old Quay Road",
    "Harbour Lane",
    "Orchard Street",
    "Mill Road",
];
const SLAVIC: &[&str] = &["Lipowa", "Mostecká", "Kupecká", "Ogrodowa", "Jablonová"];
const TURKIC: &[&str] = &["Çınar Caddesi", "Liman Caddesi", "Bahçe Sokak", "Değirmen Sokak"];
const GREEK: &[&str] = &["Odos Elaion", "Odos Limenos", "Leoforos Kipon"];
const ROMANIAN: &[&str] = &["Strada Teilor", "Bulevardul Morii", "Strada Portului"];
const HUNGARIAN: &[&str] = &["Malom utca", "Hárs utca", "Kert utca"];
const GULF: &[&str] = &["Al Nakheel Street", "Corniche Road", "Al Reem Street", "Pearl Road"];
const ASIAN: &[&str] = &[
    "Jalan Teratai",
    "Lotus Road",
    "Bamboo Street",
    "Harbour View Road",
    "Garden Avenue",
];

macro_rules! countries {
    ($($code:literal $dial:literal $postal:literal $streets:ident $number_first:literal;)+) => {
        /// All countries. Columns: code, telephone prefix, postal code, streets, whether the number comes first.
        pub const COUNTRIES: &[Country] = &[$(Country {
            code: $code, dial: $dial, postal: $postal, streets: $streets, number_first: $number_first,
        }),+];
    };
}

countries! {
    "NO" "+47" "4###" NORDIC false;
    "SE" "+46" "1## ##" NORDIC false;
    "DK" "+45" "1###" NORDIC false;
    "FI" "+358" "00##0" NORDIC false;
    "GB" "+44" "@@# #@@" ENGLISH true;
    "IE" "+353" "D0# @@##" ENGLISH true;
    "NL" "+31" "10## @@" DUTCH false;
    "BE" "+32" "10##" FRENCH false;
    "FR" "+33" "7501#" FRENCH true;
    "DE" "+49" "6####" GERMAN false;
    "CH" "+41" "80##" GERMAN false;
    "AT" "+43" "10#0" GERMAN false;
    "IT" "+39" "201##" ITALIAN false;
    "ES" "+34" "280##" SPANISH false;
    "MX" "+52" "06###" SPANISH false;
    "CO" "+57" "1102##" SPANISH false;
    "AR" "+54" "C10##" SPANISH false;
    "CL" "+56" "83#####" SPANISH false;
    "PT" "+351" "12##-###" PORTUGUESE false;
    "BR" "+55" "013##-###" PORTUGUESE false;
    "AO" "+244" "" PORTUGUESE false;
    "PL" "+48" "00-###" SLAVIC false;
    "CZ" "+420" "1## 00" SLAVIC false;
    "US" "+1" "#####" ENGLISH true;
    "CA" "+1" "@#@ #@#" ENGLISH true;
    "AE" "+971" "" GULF false;
    "QA" "+974" "" GULF false;
    "SA" "+966" "12###" GULF false;
    "SG" "+65" "23####" ASIAN true;
    "MY" "+60" "504##" ASIAN true;
    "ID" "+62" "102##" ASIAN false;
    "TH" "+66" "101##" ASIAN true;
    "HK" "+852" "" ASIAN true;
    "CN" "+86" "2000##" ASIAN true;
    "JP" "+81" "10#-00##" ASIAN true;
    "KR" "+82" "04###" ASIAN true;
    "IN" "+91" "4000##" ENGLISH true;
    "AU" "+61" "60##" ENGLISH true;
    "NZ" "+64" "10##" ENGLISH true;
    "TR" "+90" "343##" TURKIC false;
    "GR" "+30" "105 ##" GREEK false;
    "HU" "+36" "10##" HUNGARIAN false;
    "RO" "+40" "0101##" ROMANIAN false;
    "EG" "+20" "115##" GULF true;
    "AZ" "+994" "AZ10##" TURKIC false;
    "ZA" "+27" "20##" ENGLISH true;
    "KE" "+254" "00###" ENGLISH true;
    "NG" "+234" "100###" ENGLISH true;
    "MA" "+212" "200##" FRENCH true;
}

/// Address habits of a country; those of the last row where there is none.
pub fn country(code: &str) -> &'static Country {
    COUNTRIES
        .iter()
        .find(|country| country.code == code)
        .unwrap_or(&COUNTRIES[COUNTRIES.len() - 1])
}
