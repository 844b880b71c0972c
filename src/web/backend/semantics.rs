//! Words for the semantics codes of what a booking charges (T62, T63).
//! Called by the documents behind a panel.
//! Always holds: a code that nobody knows is shown as it came and called unknown.

use crate::itinerary::CostCode;
use app::t;

/// `ROOMRATE: hotel, room rate`
pub fn said(cost: &CostCode) -> String {
    let code = &cost.code;
    let what = words(code).unwrap_or(t!("not a code that we know", "kein uns bekannter Code"));
    match cost.vendor {
        Some(letter) => format!(
            "{code}: {}, {what}",
            vendor(letter).unwrap_or(t!("an unknown kind of supplier", "eine unbekannte Art von Anbieter"))
        ),
        None => format!("{code}: {what}"),
    }
}

fn vendor(letter: char) -> Option<&'static str> {
    Some(match letter {
        'H' => t!("hotel", "Hotel"),
        'C' => t!("car", "Mietwagen"),
        'A' => t!("air", "Flug"),
        'G' => t!("ground", "Bodentransport"),
        'R' => t!("rail", "Bahn"),
        _ => return None,
    })
}

/// Hotels, cars, air and rail use one vocabulary: what two of them share means the same.
fn words(code: &str) -> Option<&'static str> {
    Some(match code {
        "OTHER" | "OTHERCHARGES" => t!("other", "Sonstiges"),
        "DISCOUNT" => t!("discount", "Rabatt"),
        // Hotel.
        "BUSINESS" => t!("business services", "Geschäftsdienste"),
        "CONFERENCE" => t!("conference", "Tagung"),
        "COUNTYTAX" => t!("county tax", "Kreissteuer"),
        "VAT" | "VATAMOUNT" => t!("value-added tax", "Mehrwertsteuer"),
        "GST" | "GSTAMOUNT" => t!("goods and services tax", "Waren- und Dienstleistungssteuer"),
        "FEDERALTAX" => t!("federal tax", "Bundessteuer"),
        "FOOD" => t!("food", "Speisen"),
        "ALCOHOL" => t!("alcohol", "Alkohol"),
        "FOODTAX" => t!("tax on food", "Steuer auf Speisen"),
        "GIFT" => t!("gift", "Geschenk"),
        "GENERALTAX" => t!("tax", "Steuer"),
        "HEALTH" => t!("health", "Gesundheit"),
        "LAUNDRY" => t!("laundry", "Wäsche"),
        "MINIBAR" => t!("minibar", "Minibar"),
        "CITYTAX" => t!("city tax", "Ortstaxe"),
        "MOVIE" => t!("film", "Film"),
        "GAME" => t!("game", "Spiel"),
        "PARKING" => t!("parking", "Parken"),
        "PST" => t!("provincial sales tax", "Provinzsteuer"),
        "STATETAX" => t!("state tax", "Staatssteuer"),
        "PAYMENT" => t!("payment", "Zahlung"),
        "ROOMRATE" => t!("room rate", "Zimmerpreis"),
        "ROOMTAX" => t!("tax on the room", "Zimmersteuer"),
        "GRATUITY" => t!("tip", "Trinkgeld"),
        "PHONE" => t!("telephone", "Telefon"),
        "INTERNET" => t!("internet", "Internet"),
        "NOSHOW" => t!("did not come", "nicht erschienen"),
        "NEGOTIATEDRATE" => t!("negotiated rate", "Firmenrate"),
        // Car.
        "DAYS" => t!("days", "Tage"),
        "WEEKS" => t!("weeks", "Wochen"),
        "MONTHS" => t!("months", "Monate"),
        "EXTRAHOURS" => t!("extra hours", "zusätzliche Stunden"),
        "EXTRADAYS" => t!("extra days", "zusätzliche Tage"),
        "EXTRAWEEKS" => t!("extra weeks", "zusätzliche Wochen"),
        "MILEAGEFEE" => t!("mileage", "Kilometergeld"),
        "UPGRADEFEE" => t!("upgrade", "höhere Klasse"),
        "ADJUSTMENT" => t!("adjustment", "Korrektur"),
        "COLLECTION" => t!("collection", "Abholung"),
        "DELIVERY" => t!("delivery", "Zustellung"),
        "INTERCITY" => t!("left in another city", "Rückgabe in anderer Stadt"),
        "ADDLDRIVER" => t!("another driver", "weitere Fahrperson"),
        "SERVICECHARGE" => t!("service charge", "Servicegebühr"),
        "LDWCDW" => t!("cover of loss and damage", "Haftungsbeschränkung bei Schäden"),
        "ALIAMOUNT" => t!("additional liability insurance", "zusätzliche Haftpflicht"),
        "PAIPECAMOUNT" => t!(
            "personal accident and effects insurance",
            "Unfall- und Gepäckversicherung"
        ),
        "THEFTPROTECT" => t!("cover of theft", "Diebstahlschutz"),
        "FUELSERVICE" => t!("fuel", "Kraftstoff"),
        "AIRPORTFEE" => t!("airport fee", "Flughafengebühr"),
        "AGEDIFFER" => t!("driver’s age", "Alter der Fahrperson"),
        "CHILDSEAT" => t!("child seat", "Kindersitz"),
        "SKIRACK" => t!("ski rack", "Skiträger"),
        "ADDLSERVICE" => t!("another service", "weitere Leistung"),
        "TRANSACTIONFEE" => t!("transaction fee", "Transaktionsgebühr"),
        "SATELLITERADIO" => t!("satellite radio", "Satellitenradio"),
        "NEVERLOST" => t!("navigation", "Navigation"),
        "ACSURCHARGE" => t!("surcharge for air conditioning", "Zuschlag für Klimaanlage"),
        "RESERVATIONFEE" => t!("reservation fee", "Reservierungsgebühr"),
        "TAXDIFFER" => t!("difference of taxes", "Steuerdifferenz"),
        "VOUCHERADJUST" => t!("adjustment of a voucher", "Gutscheinkorrektur"),
        "VEHICLELICENSE" => t!("vehicle licence", "Fahrzeugzulassung"),
        "CUSTFACILITY" => t!("customer facility", "Kundeneinrichtung"),
        "VEHLEASETAX" => t!("tax on leasing", "Leasingsteuer"),
        "ROADTAX" => t!("road tax", "Straßensteuer"),
        "ACRECOVERYFEE" => t!("recovery of air conditioning costs", "Umlage für Klimaanlage"),
        "CONCESSIONFEE" => t!("concession fee", "Konzessionsgebühr"),
        "CUSTRELATIONS" => t!("customer relations", "Kundenbetreuung"),
        "TFFCORPVRT" => t!(
            "frequent traveller fee and rental tax",
            "Vielreisendengebühr und Mietsteuer"
        ),
        "IMPOUNDSTORAGE" => t!("impounding and storage", "Sicherstellung und Lagerung"),
        "LISAMOUNT" => t!("liability insurance supplement", "Haftpflichtzusatz"),
        "SUPLIABILITY" => t!("supplementary liability", "ergänzende Haftpflicht"),
        "DROPOFFFEE" => t!("drop-off fee", "Rückgabegebühr"),
        "WEEKEND" => t!("weekend", "Wochenende"),
        // Air and rail.
        "SEGFEE" => t!("fee of a segment", "Segmentgebühr"),
        "SEGFEE_AS_FEE" => t!("fee of a segment, as a fee", "Segmentgebühr, als Gebühr"),
        "SEGFEE_AS_FARE" => t!("fee of a segment, in the fare", "Segmentgebühr, im Flugpreis"),
        "SEGFEE_AS_TAX" => t!("fee of a segment, as a tax", "Segmentgebühr, als Steuer"),
        "WIRELESS_FEE" => t!("wireless network", "WLAN"),
        "TICKET" => t!("ticket", "Ticket"),
        "SEAT" => t!("seat", "Sitzplatz"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOTEL: &str = "OTHER BUSINESS CONFERENCE COUNTYTAX VAT GST FEDERALTAX FOOD ALCOHOL FOODTAX GIFT GENERALTAX HEALTH LAUNDRY \
        MINIBAR CITYTAX MOVIE GAME PARKING PST STATETAX PAYMENT DISCOUNT ROOMRATE ROOMTAX GRATUITY PHONE INTERNET NOSHOW \
        NEGOTIATEDRATE";
    const CAR: &str = "DAYS WEEKS MONTHS EXTRAHOURS EXTRADAYS EXTRAWEEKS MILEAGEFEE UPGRADEFEE ADJUSTMENT DISCOUNT COLLECTION DELIVERY \
        INTERCITY ADDLDRIVER SERVICECHARGE LDWCDW ALIAMOUNT PAIPECAMOUNT THEFTPROTECT FUELSERVICE AIRPORTFEE AGEDIFFER \
        CHILDSEAT SKIRACK ADDLSERVICE OTHERCHARGES TRANSACTIONFEE SATELLITERADIO NEVERLOST ACSURCHARGE RESERVATIONFEE \
        TAXDIFFER VOUCHERADJUST VATAMOUNT GSTAMOUNT VEHICLELICENSE CUSTFACILITY VEHLEASETAX ROADTAX OTHER ACRECOVERYFEE \
        CONCESSIONFEE CUSTRELATIONS TFFCORPVRT IMPOUNDSTORAGE LISAMOUNT SUPLIABILITY DROPOFFFEE WEEKEND";
    const AIR: &str = "OTHER SEGFEE SEGFEE_AS_FEE SEGFEE_AS_FARE SEGFEE_AS_TAX WIRELESS_FEE";
    const RAIL: &str = "OTHER TICKET SEAT";

    fn cost(code: &str, vendor: Option<char>) -> CostCode {
        CostCode {
            code: code.to_owned(),
            vendor,
        }
    }

    #[test]
    fn t62_t63_every_semantics_code_has_its_words() {
        for (letter, name, codes) in [
            ('H', "hotel", HOTEL),
            ('C', "car", CAR),
            ('A', "air", AIR),
            ('R', "rail", RAIL),
        ] {
            for code in codes.split_whitespace() {
                let said = said(&cost(code, Some(letter)));
                assert!(
                    said.starts_with(&format!("{code}: {name}, ")) && !said.contains("know"),
                    "{said}"
                );
            }
        }
        assert_eq!(said(&cost("ROOMRATE", Some('H'))), "ROOMRATE: hotel, room rate");
        assert_eq!(said(&cost("DAYS", Some('G'))), "DAYS: ground, days");
        assert_eq!(said(&cost("NOSHOW", None)), "NOSHOW: did not come");
    }

    #[test]
    fn t63_a_code_that_nobody_knows_is_shown_and_called_so() {
        assert_eq!(said(&cost("SPA", Some('H'))), "SPA: hotel, not a code that we know");
        assert_eq!(
            said(&cost("TICKET", Some('Z'))),
            "TICKET: an unknown kind of supplier, ticket"
        );
    }
}
