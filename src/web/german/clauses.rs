//! The clauses of the engine's sentences with their German. Read by `sentence` in `mod.rs`; the first that matches counts.
//! Their English is in `whereabouts`: `explain`, `account`, `why_not`, `exposure`. Order of the places is the same in both.

/// What stands behind a clause without a comma.
pub const BEHIND: &[(&str, &str)] = &[
    (
        " with the details hidden by the supplier",
        " mit vom Anbieter verborgenen Einzelheiten",
    ),
    (" without a flight number", " ohne Flugnummer"),
    (
        " with a flight number that cannot be one",
        " mit einer Flugnummer, die keine sein kann",
    ),
    (
        " with a flight number that only fills the field",
        " mit einer Flugnummer, die nur das Feld füllt",
    ),
];

pub const CLAUSES: &[(&str, &str)] = &[
    // What is booked.
    // A hotel called after trains or flights is no journey.
    ("Flight {} in {}", "Flight {} in {}"),
    ("Train {} in {}", "Train {} in {}"),
    ("Flight {}", "Flug {}"),
    ("Train {}", "Zug {}"),
    ("Rental car in {}", "Mietwagen in {}"),
    ("Rental car", "Mietwagen"),
    ("A hotel in {}", "Ein Hotel in {}"),
    ("An appointment in {}", "Ein Termin in {}"),
    ("Something booked in {}", "Etwas Gebuchtes in {}"),
    (
        "The same is in another booking",
        "Dasselbe steht in einer anderen Buchung",
    ),
    // What got worse.
    (
        "The score fell from {n} to {n} within twelve weeks",
        "Der Wert fiel innerhalb von zwölf Wochen von {} auf {}",
    ),
    ("{n} of {n} segments", "{} von {} Segmenten"),
    ("the limit is {}", "der Grenzwert ist {}"),
    // When.
    ("leaves {d}", "Abfahrt {}"),
    ("arrives {d}", "Ankunft {}"),
    ("around {d}", "gegen {}"),
    ("{d} to {d}", "{} bis {}"),
    ("from {d}", "ab {}"),
    ("until {d}", "bis {}"),
    ("on {d}", "am {}"),
    ("means to be in {} on {d}", "will in {} sein am {}"),
    ("{} on {d}", "{} am {}"),
    ("the end is not known", "das Ende ist nicht bekannt"),
    ("the start is not known", "der Beginn ist nicht bekannt"),
    // What is doubtful about it.
    ("only a travel request", "nur ein Reiseantrag"),
    ("typed by hand", "von Hand erfasst"),
    ("which does not fly", "der nicht fliegt"),
    ("one of several proposals", "einer von mehreren Vorschlägen"),
    ("only waitlisted", "nur auf der Warteliste"),
    ("asked for but not confirmed", "angefragt, aber nicht bestätigt"),
    (
        "noted by the agency but booked elsewhere",
        "vom Reisebüro vermerkt, aber anderswo gebucht",
    ),
    (
        "with times that the airline changed",
        "mit von der Fluggesellschaft geänderten Zeiten",
    ),
    ("about to be cancelled", "kurz vor der Stornierung"),
    // What it means.
    ("where it goes is not known", "das Ziel ist nicht bekannt"),
    ("must be in {} by then", "muss bis dahin in {} sein"),
    (
        "though no booking shows how they get there",
        "obwohl keine Buchung den Weg dorthin zeigt",
    ),
    ("it was cancelled", "storniert"),
    ("means to be in {} that day", "will an diesem Tag in {} sein"),
    ("nothing is booked after it", "danach ist nichts gebucht"),
    (
        "so each day makes it less likely that they are still in {}",
        "sodass es mit jedem Tag weniger wahrscheinlich ist, dass die Person noch in {} ist",
    ),
    (
        "no booking connects it with the next one",
        "keine Buchung verbindet dies mit der nächsten",
    ),
    (
        "no booking shows how they get there",
        "keine Buchung zeigt den Weg dorthin",
    ),
    ("every flight there is cancelled", "alle Flüge dorthin sind storniert"),
    (
        "it contradicts the other bookings",
        "das widerspricht den anderen Buchungen",
    ),
    ("was cancelled by the airline", "von der Fluggesellschaft storniert"),
    ("was cancelled", "storniert"),
    (
        "and nothing else is booked to {}",
        "und nichts anderes ist nach {} gebucht",
    ),
    // How it is held, by whom, since when.
    ("from the agency's own tool{}", "aus dem Programm des Reisebüros{}"),
    ("from the agency{}", "vom Reisebüro{}"),
    ("from the supplier{}", "vom Anbieter{}"),
    ("from an e-mail{}", "aus einer E-Mail{}"),
    ("from a travel request{}", "aus einem Reiseantrag{}"),
    ("from somebody who typed it in{}", "von Hand erfasst{}"),
    ("from an unknown source{}", "aus unbekannter Quelle{}"),
    ("from {}", "aus {}"),
    ("changed just now", "gerade geändert"),
    ("changed {n} min ago", "vor\u{a0}{}\u{a0}min geändert"),
    ("changed {n} h ago", "vor\u{a0}{}\u{a0}h geändert"),
    ("changed {n} days ago", "vor {} Tagen geändert"),
    ("changed {n} months ago", "vor {} Monaten geändert"),
    ("changed {n} years ago", "vor {} Jahren geändert"),
    (
        "Also in another booking from there",
        "Auch in einer anderen Buchung von dort",
    ),
    ("Also in {} and {}", "Auch in {} und {}"),
    ("Also in {}", "Auch in {}"),
    // What lacks.
    (
        "No booking says that they are away from home",
        "Keine Buchung sagt, dass die Person von zu Hause fort ist",
    ),
    (
        "No booking says where they are",
        "Keine Buchung sagt, wo die Person ist",
    ),
    (
        "No hotel is booked for the night of {d}",
        "Für die Nacht ab {} ist kein Hotel gebucht",
    ),
    (
        "No hotel is booked for {n} nights from {d}",
        "Kein Hotel ist gebucht für {} Nächte ab {}",
    ),
    ("No hotel is booked from {d} on", "Ab {} ist kein Hotel gebucht"),
    ("Against it", "Dagegen"),
    // Why not there?
    (
        "No booking of theirs says anything of {}",
        "Keine Buchung der Person sagt etwas über {}",
    ),
    ("or of that time", "oder über diese Zeit"),
    ("They probably are in {}", "Die Person ist wahrscheinlich in {}"),
    (
        "That they are in {} cannot be ruled out",
        "Dass die Person in {} ist, ist nicht auszuschließen",
    ),
    (
        "That they are in {} is very unlikely",
        "Dass die Person in {} ist, ist sehr unwahrscheinlich",
    ),
    (
        "Nothing that we know puts them in {}",
        "Nichts, was wir wissen, verortet die Person in {}",
    ),
    ("For it", "Dafür"),
    (
        "They are on the way from {} to {} with {p}",
        "Die Person ist unterwegs von {} nach {}, mit {}",
    ),
    ("They are at home with {p}", "Die Person ist zu Hause, mit {}"),
    ("They are at home", "Die Person ist zu Hause"),
    ("in {} with {p}", "in {}, mit {}"),
    ("They are in {} with {p}", "Die Person ist in {}, mit {}"),
    (
        "With {p} nobody knows where they are",
        "Mit {} weiß niemand, wo die Person ist",
    ),
    ("{} is about {n} km from {}", "{} ist etwa {} km von {} entfernt"),
    (
        "They may have been there until {d}",
        "Bis {} kann die Person dort gewesen sein",
    ),
    (
        "They are expected there from {d}",
        "Ab {} wird die Person dort erwartet",
    ),
    // An incident's lists.
    ("Probably there", "Wahrscheinlich dort"),
    ("Perhaps there", "Vielleicht dort"),
    ("Left within the last day", "Innerhalb des letzten Tages abgereist"),
    ("still there with {p}", "noch dort mit {}"),
    (
        "A booking names the place for this day without an hour",
        "Eine Buchung nennt den Ort für diesen Tag ohne Uhrzeit",
    ),
    ("On the way", "Unterwegs"),
    ("there within a day with {p}", "binnen eines Tages dort mit {}"),
    ("No booking leads there", "Keine Buchung führt dorthin"),
    // A changed key file.
    ("the file holds no PEM block", "die Datei enthält keinen PEM-Block"),
    ("it needs one or more {}", "nötig ist mindestens ein {}"),
    ("block {n} is a certificate", "Block {} ist ein Zertifikat"),
    ("take its key out with {}", "den Schlüssel daraus gibt {}"),
    ("block {n} is a private key", "Block {} ist ein privater Schlüssel"),
    (
        "this file takes public keys only",
        "in diese Datei gehören nur öffentliche Schlüssel",
    ),
    (
        "block {n} is no RSA public key",
        "Block {} ist kein öffentlicher RSA-Schlüssel",
    ),
    (
        "block {n} is an RSA key of {n} bits",
        "Block {} ist ein RSA-Schlüssel von {} Bit",
    ),
    ("at least {n} are needed", "mindestens {} sind nötig"),
    (
        "above block {n} stands `valid from` or `valid until` without a date such as {}",
        "über Block {} steht `valid from` oder `valid until` ohne ein Datum wie {}",
    ),
    (
        "No such file or directory (os error {n})",
        "die Datei gibt es nicht (os error {})",
    ),
    (
        "Permission denied (os error {n})",
        "die Datei darf nicht gelesen werden (os error {})",
    ),
];

/// Words that stand alone or in a place of a clause.
pub const ATOMS: &[(&str, &str)] = &[
    ("confirmed", "bestätigt"),
    ("Confirmed", "Bestätigt"),
    ("ticketed", "Ticket ausgestellt"),
    ("Ticketed", "Ticket ausgestellt"),
    ("checked in", "eingecheckt"),
    ("Checked in", "Eingecheckt"),
    ("somewhere", "irgendwo"),
    ("an unknown place", "einem unbekannten Ort"),
    ("the area", "diesem Gebiet"),
    ("the agency's own tool", "Programm des Reisebüros"),
    ("the agency", "Reisebüro"),
    ("the supplier", "Anbieter"),
    ("an e-mail", "E-Mail"),
    ("a travel request", "Reiseantrag"),
    ("somebody who typed it in", "Handeingabe"),
    ("an unknown source", "unbekannte Quelle"),
];

pub const MONTHS: [(&str, &str); 12] = [
    ("Jan", "Jan."),
    ("Feb", "Feb."),
    ("Mar", "März"),
    ("Apr", "Apr."),
    ("May", "Mai"),
    ("Jun", "Juni"),
    ("Jul", "Juli"),
    ("Aug", "Aug."),
    ("Sep", "Sept."),
    ("Oct", "Okt."),
    ("Nov", "Nov."),
    ("Dec", "Dez."),
];
