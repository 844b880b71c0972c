//! The catalogue of notices in German: short and long text by code. Read by the pages of quality and by the panel.
//! Always holds: every code of `whereabouts::CATALOGUE` is here, in its order (the test says so).

use app::language::{Language, current};

use crate::whereabouts::Code;

/// Title and explanation of a code in the reader's language.
pub fn worded(known: &Code) -> (&'static str, &'static str) {
    let german = (current() == Language::German).then(|| notice(known.code)).flatten();
    german.unwrap_or((known.title, known.says))
}

/// Title and explanation of a code in German.
pub fn notice(code: &str) -> Option<(&'static str, &'static str)> {
    NOTICES.iter().find(|one| one.0 == code).map(|one| (one.1, one.2))
}

const NOTICES: &[(&str, &str, &str)] = &[
    (
        "unlocatable_segment",
        "Segment ohne bestimmbaren Ort",
        "Kein Code, keine Stadt, keine Adresse und keine Koordinaten des Segments führen zu einem Ort; das Segment sagt also nicht, wo jemand ist.",
    ),
    (
        "local_utc_conflict",
        "Ortszeit und UTC widersprechen sich",
        "Die UTC-Zeit ist nicht die Ortszeit in der Zone des Orts, und kein bekannter Fehler erklärt den Unterschied. Die gedruckte Ortszeit zählt; die andere bleibt möglich.",
    ),
    (
        "utc_copied_from_local",
        "UTC aus der Ortszeit kopiert",
        "Das UTC-Feld wiederholt die Uhrzeit des Orts. Verwendet werden die Ortszeit und die Zone des Orts.",
    ),
    (
        "dst_mismatch",
        "Eine Stunde daneben bei der Zeitumstellung",
        "Ortszeit und UTC weichen um genau eine Stunde von der Zone ab: eine Zeitumstellung wurde übersehen.",
    ),
    (
        "local_offset_clash",
        "Ortszeit mit falschem Versatz",
        "Hinter einer Ortszeit steht ein Versatz, den der Ort nie hat. Die Uhrzeit zählt, der Versatz bleibt unbeachtet.",
    ),
    (
        "sentinel_date",
        "Datum, das für „keines“ steht",
        "Ein Datum wie 0001-01-01 oder 1900-01-01 füllt nur das Feld. Es wird weggelassen.",
    ),
    (
        "date_far_future",
        "Datum zu weit voraus",
        "Das Segment liegt weiter voraus, als irgendetwas verkauft wird. Ihm wird weniger geglaubt.",
    ),
    (
        "booked_after_travel",
        "Nach Reisebeginn gebucht",
        "Das Segment entstand, als es schon begonnen hatte: zu spät, um zu helfen.",
    ),
    (
        "flight_number_missing",
        "Flug ohne Nummer",
        "Der Flug hat keine Nummer: Er sagt, wo jemand sein will, nicht auf welchem Flug.",
    ),
    (
        "flight_number_malformed",
        "Flugnummer, die keine sein kann",
        "Die Nummer hat fünf Ziffern, Wörter oder Zeichen: Keine Fluggesellschaft könnte sie verwenden. Sie gilt als keine.",
    ),
    (
        "flight_number_placeholder",
        "Platzhalter als Flugnummer",
        "Nummer oder Fluggesellschaft füllen nur das Feld: 0000, 9999, TBA, ZZ. Sie gelten als keine.",
    ),
    (
        "flight_route_mismatch",
        "Flugnummer einer anderen Strecke",
        "Derselbe Flug steht an diesem Tag in einer stärkeren Buchung auf einer anderen Strecke. Die Städte des Segments zählen, seine Nummer nicht.",
    ),
    (
        "air_vendor_unknown",
        "Fluggesellschaft dem Reservierungssystem unbekannt",
        "Der Anbieter ist $$ oder fehlt: Die Nummer allein bestimmt den Flug nicht.",
    ),
    (
        "time_unknown_midnight",
        "Mitternacht, die für „keine Uhrzeit“ steht",
        "Beide Zeiten sind Mitternacht: Nur das Datum ist bekannt.",
    ),
    (
        "arrival_day_rollover_fixed",
        "Ankunft um einen Tag verschoben, berichtigt",
        "Die Ankunft liegt einen Tag zu früh oder zu spät; um einen Tag verschoben ergibt sie einen plausiblen Flug und wird so gelesen.",
    ),
    (
        "day_month_swap_fixed",
        "Tag und Monat vertauscht, berichtigt",
        "Umgekehrt gelesen ergeben Tag und Monat ein plausibles Segment und werden so gelesen.",
    ),
    (
        "arrival_before_departure",
        "Ankunft vor Abflug",
        "Die Ankunft liegt vor dem Abflug, und kein bekannter Fehler erklärt es. Nur das Datum zählt.",
    ),
    (
        "implausible_block_time",
        "Flug zu kurz oder zu lang",
        "Die Flugzeit passt weder zur Entfernung noch zu den Zwischenlandungen.",
    ),
    (
        "segment_dates_overwritten",
        "Segment trägt die Daten der Reise",
        "Beginn und Ende des Segments sind die der Reise: Sie wurden überschrieben.",
    ),
    (
        "same_origin_destination",
        "Von einem Ort zu ihm selbst",
        "Beginn und Ende sind derselbe Ort; das Segment bewegt niemanden.",
    ),
    (
        "cloned_times",
        "Zeiten zwischen Segmenten kopiert",
        "Zwei Segmente einer Buchung tragen gleiche Zeiten, aber andere Orte. Nur ihre Tage zählen.",
    ),
    (
        "connection_below_mct",
        "Umstieg zu knapp",
        "Zwischen zwei Flügen liegt weniger Zeit, als der Flughafen mindestens braucht.",
    ),
    (
        "hotel_dates_inverted",
        "Abreise vor Anreise",
        "Das Auschecken liegt vor dem Einchecken; der Aufenthalt lässt sich keinen Tagen zuordnen.",
    ),
    (
        "hotel_date_missing",
        "Hotel ohne Datum",
        "An- oder Abreise fehlt; angenommen wird eine Nacht.",
    ),
    (
        "long_stay",
        "Aufenthalt länger als ein Monat",
        "Ungewöhnlich lang, aber möglich.",
    ),
    (
        "car_dates_implausible",
        "Unmögliche Mietwagendaten",
        "Die Rückgabe liegt vor der Abholung oder mehr als neunzig Tage danach. Nur der Tag der Abholung zählt.",
    ),
    (
        "coordinates_near_origin",
        "Koordinaten bei 0, 0 oder an einem Pol",
        "Die Koordinaten sind die eines leeren Felds. Sie werden weggelassen.",
    ),
    (
        "coordinates_far_from_city",
        "Koordinaten weit von der Stadt",
        "Die Koordinaten liegen mehr als 100 km von der Stadt entfernt, die das Segment nennt. Die Stadt zählt.",
    ),
    (
        "city_code_in_name_field",
        "Code im Namensfeld",
        "Das Namensfeld einer Stadt enthält einen Code; es wird als solcher gelesen.",
    ),
    (
        "metro_code_used",
        "Stadtcode statt Flughafen",
        "Das Segment nennt ein Ballungsgebiet, nicht den Flughafen.",
    ),
    (
        "name_address_swapped",
        "Name und Adresse vertauscht",
        "Der Name des Hotels steht im Adressfeld und umgekehrt; sie werden vertauscht gelesen.",
    ),
    (
        "status_unknown",
        "Status ohne bekannte Bedeutung",
        "Der Statuscode ist keiner der vereinbarten; das Segment gilt als gebucht, weniger sicher.",
    ),
    (
        "trip_status_not_numeric",
        "Reisestatus ist keine Zahl",
        "Der Status der Reise ist ein Text oder ein unbekanntes Zeichen; die Reise gilt als bestätigt.",
    ),
    (
        "schedule_change",
        "Zeiten von der Fluggesellschaft geändert",
        "Eine alte und eine neue Zeile eines Flugs stehen in der Buchung; die neuen Zeiten zählen.",
    ),
    (
        "ticket_segment_mismatch",
        "Ticket und Segment widersprechen sich",
        "Das Ticket nennt einen anderen Ort oder Tag als das Segment, für das es ausgestellt wurde.",
    ),
    (
        "duplicate_movement",
        "Dieselbe Etappe doppelt",
        "Eine andere Buchung enthält dieselbe Etappe. Beide zählen als eine.",
    ),
    (
        "alternative_movements",
        "Zwei Etappen, die sich ausschließen",
        "Zwei Buchungen führen zur selben Zeit vom selben Ort an verschiedene Orte.",
    ),
    (
        "infeasible_pair",
        "Zwei Buchungen, die niemand beide nutzen kann",
        "Zwischen beiden reicht die Zeit nicht, um vom einen zum anderen Ort zu gelangen.",
    ),
    (
        "proposal_alternatives",
        "Alternativen eines Vorschlags",
        "Die Reise ist einer von mehreren Vorschlägen; höchstens einer davon findet statt.",
    ),
    (
        "retention_segment_suspected",
        "Segment, das nur den Datensatz erhält",
        "Das Segment wirkt wie ein Platzhalter weit nach den echten. Es verortet niemanden.",
    ),
    (
        "open_segment",
        "Offenes Segment",
        "Eine Rückreise ohne Datum. Sie sagt, dass die Person zurückkommen will.",
    ),
    (
        "arnk_surface",
        "Landstrecke",
        "Das Reisebüro hat die Lücke als anders bereist vermerkt.",
    ),
    (
        "discontinuity",
        "Lücke in der Reise",
        "Der nächste Abflug ist in einer anderen Stadt als die letzte Ankunft, und nichts sagt, wie.",
    ),
    (
        "missing_leg_suspected",
        "Eine Etappe scheint zu fehlen",
        "Die Lücke ist zu groß für Auto oder Bahn: Ein Flug wurde anderswo gebucht.",
    ),
    (
        "stay_without_transport",
        "Hotel ohne Weg dorthin",
        "Keine Buchung führt in die Stadt des Hotels.",
    ),
    (
        "orphan_hotel",
        "Hotel einer stornierten Reise",
        "Die Flüge wurden storniert, das Hotel nicht.",
    ),
    (
        "overlapping_stays",
        "Zwei Betten für eine Nacht",
        "Zwei Hotels in verschiedenen Städten gelten für dieselbe Nacht.",
    ),
    (
        "point_anchor_conflict",
        "Essen, Fahrt oder Parkplatz anderswo",
        "Ein Tisch, eine Fahrt oder ein Parkplatz liegt in einer anderen Stadt als die Reise zu dieser Zeit.",
    ),
    (
        "missing_return",
        "Keine Rückreise bekannt",
        "Nach der letzten Ankunft ist nichts gebucht.",
    ),
    (
        "uncovered_night",
        "Nacht ohne Unterkunft",
        "Die Person ist über Nacht fort, und kein Bett ist gebucht.",
    ),
    (
        "passenger_not_owner",
        "Reisende Person ist nicht Inhaberin der Reise",
        "Die Buchung nennt eine andere Person als die, deren Reise es ist.",
    ),
    (
        "possible_foreign_import",
        "Vielleicht die Buchung einer anderen Person",
        "Eine importierte Buchung ohne Namen widerspricht einer stärkeren.",
    ),
    (
        "booking_without_segments",
        "Buchung ohne Segmente",
        "Die Buchung hat keine Segmente; sie sagt also nicht, wo jemand ist.",
    ),
    (
        "pending_delete",
        "Gerade gelöscht",
        "Die Reise wurde bei Concur gelöscht; sie bleibt, bis feststeht, dass sie nicht wiederkommt.",
    ),
    (
        "stale_source",
        "Seit Monaten unberührt",
        "Die Quelle aktualisiert sich nie selbst, und dies wurde zuletzt lange vor der Reise berührt.",
    ),
    (
        "churning",
        "Immer wieder storniert und neu gebucht",
        "Dieselbe Etappe wurde mehrmals storniert und neu gebucht.",
    ),
    (
        "year_slip",
        "Um ein Jahr daneben",
        "Das Segment liegt genau ein Jahr neben den anderen seiner Buchung.",
    ),
    (
        "redacted",
        "Vor uns verborgene Einzelheiten",
        "Concur verbirgt Zeiten, Gesellschaft oder Nummer dieses Anbieters vor allen außer der Inhaberin der Anbindung. Die Quelle trifft keine Schuld, und es kostet sie nichts.",
    ),
    (
        "unreadable_document",
        "Unlesbares Dokument",
        "Das Dokument hat nicht die vereinbarte Form.",
    ),
    (
        "too_many_segments",
        "Mehr Segmente, als eine Reise hat",
        "Das Dokument hat mehr Segmente als jede Reise. Die am weitesten von heute entfernten werden weggelassen.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whereabouts::CATALOGUE;

    #[test]
    fn r233_every_code_has_its_german_in_the_order_of_the_catalogue() {
        let codes = |of: Vec<&'static str>| of.join("\n");
        assert_eq!(
            codes(NOTICES.iter().map(|one| one.0).collect()),
            codes(CATALOGUE.iter().map(|one| one.code).collect())
        );
        for code in CATALOGUE {
            let (title, says) = notice(code.code).unwrap();
            assert!(!title.is_empty() && title != code.title, "{}", code.code);
            assert!(says.ends_with('.') && says != code.says, "{}", code.code);
        }
    }
}
