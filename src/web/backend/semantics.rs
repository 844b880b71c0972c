//! Words for the semantics codes of what a booking charges (T62, T63).
//! Called by the documents behind a panel.
//! Always holds: a code that nobody knows is shown as it came and called unknown.

use crate::itinerary::CostCode;

/// `ROOMRATE: hotel, room rate`
pub fn said(cost: &CostCode) -> String {
    let code = &cost.code;
    let what = words(code).unwrap_or("not a code that we know");
    match cost.vendor {
        Some(letter) => format!(
            "{code}: {}, {what}",
            vendor(letter).unwrap_or("an unknown kind of supplier")
        ),
        None => format!("{code}: {what}"),
    }
}

fn vendor(letter: char) -> Option<&'static str> {
    Some(match letter {
        'H' => "hotel",
        'C' => "car",
        'A' => "air",
        'G' => "ground",
        'R' => "rail",
        _ => return None,
    })
}

/// Hotels, cars, air and rail use one vocabulary: what two of them share means the same.
fn words(code: &str) -> Option<&'static str> {
    Some(match code {
        "OTHER" | "OTHERCHARGES" => "other",
        "DISCOUNT" => "discount",
        // Hotel.
        "BUSINESS" => "business services",
        "CONFERENCE" => "conference",
        "COUNTYTAX" => "county tax",
        "VAT" | "VATAMOUNT" => "value-added tax",
        "GST" | "GSTAMOUNT" => "goods and services tax",
        "FEDERALTAX" => "federal tax",
        "FOOD" => "food",
        "ALCOHOL" => "alcohol",
        "FOODTAX" => "tax on food",
        "GIFT" => "gift",
        "GENERALTAX" => "tax",
        "HEALTH" => "health",
        "LAUNDRY" => "laundry",
        "MINIBAR" => "minibar",
        "CITYTAX" => "city tax",
        "MOVIE" => "film",
        "GAME" => "game",
        "PARKING" => "parking",
        "PST" => "provincial sales tax",
        "STATETAX" => "state tax",
        "PAYMENT" => "payment",
        "ROOMRATE" => "room rate",
        "ROOMTAX" => "tax on the room",
        "GRATUITY" => "tip",
        "PHONE" => "telephone",
        "INTERNET" => "internet",
        "NOSHOW" => "did not come",
        "NEGOTIATEDRATE" => "negotiated rate",
        // Car.
        "DAYS" => "days",
        "WEEKS" => "weeks",
        "MONTHS" => "months",
        "EXTRAHOURS" => "extra hours",
        "EXTRADAYS" => "extra days",
        "EXTRAWEEKS" => "extra weeks",
        "MILEAGEFEE" => "mileage",
        "UPGRADEFEE" => "upgrade",
        "ADJUSTMENT" => "adjustment",
        "COLLECTION" => "collection",
        "DELIVERY" => "delivery",
        "INTERCITY" => "left in another city",
        "ADDLDRIVER" => "another driver",
        "SERVICECHARGE" => "service charge",
        "LDWCDW" => "cover of loss and damage",
        "ALIAMOUNT" => "additional liability insurance",
        "PAIPECAMOUNT" => "personal accident and effects insurance",
        "THEFTPROTECT" => "cover of theft",
        "FUELSERVICE" => "fuel",
        "AIRPORTFEE" => "airport fee",
        "AGEDIFFER" => "driver’s age",
        "CHILDSEAT" => "child seat",
        "SKIRACK" => "ski rack",
        "ADDLSERVICE" => "another service",
        "TRANSACTIONFEE" => "transaction fee",
        "SATELLITERADIO" => "satellite radio",
        "NEVERLOST" => "navigation",
        "ACSURCHARGE" => "surcharge for air conditioning",
        "RESERVATIONFEE" => "reservation fee",
        "TAXDIFFER" => "difference of taxes",
        "VOUCHERADJUST" => "adjustment of a voucher",
        "VEHICLELICENSE" => "vehicle licence",
        "CUSTFACILITY" => "customer facility",
        "VEHLEASETAX" => "tax on leasing",
        "ROADTAX" => "road tax",
        "ACRECOVERYFEE" => "recovery of air conditioning costs",
        "CONCESSIONFEE" => "concession fee",
        "CUSTRELATIONS" => "customer relations",
        "TFFCORPVRT" => "frequent traveller fee and rental tax",
        "IMPOUNDSTORAGE" => "impounding and storage",
        "LISAMOUNT" => "liability insurance supplement",
        "SUPLIABILITY" => "supplementary liability",
        "DROPOFFFEE" => "drop-off fee",
        "WEEKEND" => "weekend",
        // Air and rail.
        "SEGFEE" => "fee of a segment",
        "SEGFEE_AS_FEE" => "fee of a segment, as a fee",
        "SEGFEE_AS_FARE" => "fee of a segment, in the fare",
        "SEGFEE_AS_TAX" => "fee of a segment, as a tax",
        "WIRELESS_FEE" => "wireless network",
        "TICKET" => "ticket",
        "SEAT" => "seat",
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
