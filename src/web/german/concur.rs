//! What SAP Concur's refusals and its silence mean, in German: whole sentences, as `concur::problem`, its codes, the event
//! service and `ingest::silence` word them. Called by the pages' backend on what it hands on; what is not known stays English.

use app::language::{Language, current};

/// These sentences in the reader's language.
pub fn problem(text: String) -> String {
    if current() == Language::English {
        return text;
    }
    SENTENCES
        .iter()
        .fold(text, |text, (english, german)| text.replace(english, german))
}

const SENTENCES: &[(&str, &str)] = &[
    // Who does what.
    (
        "An administrator of the company must press Connect in SAP Concur's App Center again; if it stays so, the operator of this service finds the reason in its log.",
        "Die Administration des Unternehmens muss im App Center von SAP Concur erneut auf Connect drücken; bleibt es so, findet der Betreiber dieses Dienstes den Grund in seinem Protokoll.",
    ),
    (
        "An administrator of the company must press Connect in SAP Concur's App Center again.",
        "Die Administration des Unternehmens muss im App Center von SAP Concur erneut auf Connect drücken.",
    ),
    (
        "An administrator of the company must allow this application in SAP Concur, then press Connect in its App Center again.",
        "Die Administration des Unternehmens muss diese Anwendung in SAP Concur zulassen und dann in dessen App Center erneut auf Connect drücken.",
    ),
    (
        "The operator of this service must correct how it is set up for SAP Concur; the company has nothing to do.",
        "Der Betreiber dieses Dienstes muss dessen Einrichtung für SAP Concur berichtigen; das Unternehmen muss nichts tun.",
    ),
    (
        "The operator of this service must ask SAP Concur's support to lift this; the company has nothing to do.",
        "Der Betreiber dieses Dienstes muss den Support von SAP Concur bitten, dies aufzuheben; das Unternehmen muss nichts tun.",
    ),
    (
        "The operator of this service must ask SAP Concur's support which data centre is right.",
        "Der Betreiber dieses Dienstes muss den Support von SAP Concur nach dem richtigen Rechenzentrum fragen.",
    ),
    (
        "Nobody has to do anything but wait: try again in an hour; the link from the App Center is good for a day.",
        "Niemand muss etwas tun außer warten: Versuchen Sie es in einer Stunde erneut; der Link aus dem App Center gilt einen Tag.",
    ),
    (
        "Nobody has to do anything but wait: try again in a few minutes; the link from the App Center is good for a day.",
        "Niemand muss etwas tun außer warten: Versuchen Sie es in einigen Minuten erneut; der Link aus dem App Center gilt einen Tag.",
    ),
    (
        "The operator of this service must check its list of addresses; then press Connect in the App Center again.",
        "Der Betreiber dieses Dienstes muss seine Liste der Adressen prüfen; drücken Sie dann im App Center erneut auf Connect.",
    ),
    (
        "The operator of this service finds details in its log; then press Connect in the App Center again.",
        "Der Betreiber dieses Dienstes findet Einzelheiten in seinem Protokoll; drücken Sie dann im App Center erneut auf Connect.",
    ),
    (
        "The operator of this service must restore the secret key file.",
        "Der Betreiber dieses Dienstes muss die Datei mit dem geheimen Schlüssel wiederherstellen.",
    ),
    // What happened.
    (
        "The link from the App Center is not complete.",
        "Der Link aus dem App Center ist unvollständig.",
    ),
    (
        "This service is not set up for SAP Concur yet.",
        "Dieser Dienst ist noch nicht für SAP Concur eingerichtet.",
    ),
    (
        "This company is not connected.",
        "Dieses Unternehmen ist nicht verbunden.",
    ),
    (
        "SAP Concur says that the company has not allowed this application.",
        "SAP Concur sagt, dass das Unternehmen diese Anwendung nicht zugelassen hat.",
    ),
    (
        "SAP Concur or this service does not answer now.",
        "SAP Concur oder dieser Dienst antwortet gerade nicht.",
    ),
    (
        "SAP Concur keeps the company in a data centre that this service may not use.",
        "SAP Concur führt das Unternehmen in einem Rechenzentrum, das dieser Dienst nicht nutzen darf.",
    ),
    (
        "The link from the App Center was made for another company than it names.",
        "Der Link aus dem App Center wurde für ein anderes Unternehmen erstellt, als er nennt.",
    ),
    (
        "SAP Concur's proof of which company this is could not be trusted, so nothing was connected.",
        "Dem Nachweis von SAP Concur, welches Unternehmen dies ist, war nicht zu trauen; daher wurde nichts verbunden.",
    ),
    (
        "SAP Concur's answer could not be understood.",
        "Die Antwort von SAP Concur war nicht verständlich.",
    ),
    (
        "The stored permission cannot be opened.",
        "Die gespeicherte Berechtigung lässt sich nicht öffnen.",
    ),
    (
        "SAP Concur refused this service without saying why.",
        "SAP Concur hat diesen Dienst ohne Angabe von Gründen abgewiesen.",
    ),
    (
        "SAP Concur refused this service with a code that it does not document.",
        "SAP Concur hat diesen Dienst mit einem undokumentierten Code abgewiesen.",
    ),
    (
        "SAP Concur did not accept the link from the App Center: it was used already or is older than 24 hours.",
        "SAP Concur hat den Link aus dem App Center nicht angenommen: Er wurde schon benutzt oder ist älter als 24 Stunden.",
    ),
    (
        "SAP Concur has disabled the account of this application.",
        "SAP Concur hat das Konto dieser Anwendung gesperrt.",
    ),
    (
        "SAP Concur does not let this application log on from this service's network address.",
        "SAP Concur lässt diese Anwendung von der Netzadresse dieses Dienstes aus nicht zu.",
    ),
    (
        "SAP Concur does not let this application log on.",
        "SAP Concur lässt diese Anwendung nicht zu.",
    ),
    (
        "SAP Concur missed a part of this service's request.",
        "SAP Concur vermisste einen Teil der Anfrage dieses Dienstes.",
    ),
    (
        "SAP Concur does not know a part of this service's request.",
        "SAP Concur kennt einen Teil der Anfrage dieses Dienstes nicht.",
    ),
    (
        "SAP Concur expected a one-time password, which this service does not use.",
        "SAP Concur erwartete ein Einmalpasswort, das dieser Dienst nicht verwendet.",
    ),
    (
        "SAP Concur has locked the account of this application.",
        "SAP Concur hat das Konto dieser Anwendung verriegelt.",
    ),
    (
        "SAP Concur keeps the company in a data centre that could not be found.",
        "SAP Concur führt das Unternehmen in einem Rechenzentrum, das nicht zu finden war.",
    ),
    (
        "SAP Concur lets this application log on by single sign-on only.",
        "SAP Concur lässt diese Anwendung nur mit Single Sign-on zu.",
    ),
    (
        "The company is not enabled for this application at SAP Concur.",
        "Das Unternehmen ist bei SAP Concur nicht für diese Anwendung freigeschaltet.",
    ),
    (
        "This service asks for more than SAP Concur has registered for it.",
        "Dieser Dienst verlangt mehr, als SAP Concur für ihn eingetragen hat.",
    ),
    (
        "SAP Concur does not know the e-mail address that it was asked about.",
        "SAP Concur kennt die angefragte E-Mail-Adresse nicht.",
    ),
    (
        "SAP Concur has disabled this application.",
        "SAP Concur hat diese Anwendung gesperrt.",
    ),
    (
        "SAP Concur does not let this application connect companies.",
        "SAP Concur lässt diese Anwendung keine Unternehmen verbinden.",
    ),
    (
        "SAP Concur does not know this service's client id.",
        "SAP Concur kennt die Client-ID dieses Dienstes nicht.",
    ),
    (
        "SAP Concur does not accept this service's client secret.",
        "SAP Concur nimmt das Client-Geheimnis dieses Dienstes nicht an.",
    ),
    (
        "SAP Concur does not know the company that the link names.",
        "SAP Concur kennt das Unternehmen nicht, das der Link nennt.",
    ),
    (
        "SAP Concur expected another address of this service.",
        "SAP Concur erwartete eine andere Adresse dieses Dienstes.",
    ),
    (
        "The permission was given to another application.",
        "Die Berechtigung wurde einer anderen Anwendung erteilt.",
    ),
    (
        "SAP Concur does not let this application renew permissions.",
        "SAP Concur lässt diese Anwendung keine Berechtigungen erneuern.",
    ),
    (
        "The permission for this company has expired or was withdrawn.",
        "Die Berechtigung für dieses Unternehmen ist abgelaufen oder wurde zurückgezogen.",
    ),
    (
        "SAP Concur could not tell which application asks.",
        "SAP Concur konnte nicht erkennen, welche Anwendung fragt.",
    ),
    (
        "The account that connected this company is disabled at SAP Concur.",
        "Das Konto, das dieses Unternehmen verbunden hat, ist bei SAP Concur gesperrt.",
    ),
    (
        "The company is under scheduled maintenance at SAP Concur.",
        "Das Unternehmen ist bei SAP Concur in geplanter Wartung.",
    ),
    (
        "The link from the App Center was made for another company or application.",
        "Der Link aus dem App Center wurde für ein anderes Unternehmen oder eine andere Anwendung erstellt.",
    ),
    (
        "SAP Concur wants the password of this application's account to be changed.",
        "SAP Concur verlangt ein neues Passwort für das Konto dieser Anwendung.",
    ),
    // The event service.
    (
        "The data centre gave no answer in time. Try again later.",
        "Das Rechenzentrum hat nicht rechtzeitig geantwortet. Versuchen Sie es später erneut.",
    ),
    (
        "The data centre cannot be reached now. Check the network and the allow-list, then try again.",
        "Das Rechenzentrum ist gerade nicht erreichbar. Prüfen Sie das Netz und die Freigabeliste und versuchen Sie es dann erneut.",
    ),
    (
        "The event service's answer cannot be understood. The log has its correlation id for SAP's support.",
        "Die Antwort des Ereignisdienstes ist nicht verständlich. Das Protokoll kennt seine Korrelations-ID für den Support von SAP.",
    ),
    (
        "No event has come for an hour. At night and on weekends that happens.",
        "Seit einer Stunde ist kein Ereignis gekommen. Nachts und am Wochenende kommt das vor.",
    ),
    (
        "No event has come for a day. Check the subscription and whether the endpoint can be reached from outside.",
        "Seit einem Tag ist kein Ereignis gekommen. Prüfen Sie das Abonnement und ob der Endpunkt von außen erreichbar ist.",
    ),
    (
        "No event has come for 25 days. After 30 days SAP Concur deletes the subscription: save it again now.",
        "Seit 25 Tagen ist kein Ereignis gekommen. Nach 30 Tagen löscht SAP Concur das Abonnement: Speichern Sie es jetzt erneut.",
    ),
];

#[cfg(test)]
mod tests {
    use app::language::speaking;

    use super::*;
    use crate::concur::problem::sentence;

    #[test]
    fn q71_every_documented_code_reaches_readers_of_german_too() {
        let words = [
            "incomplete",
            "not_configured",
            "not_connected",
            "not_authorised",
            "unavailable",
            "elsewhere",
            "not_this_company",
            "untrusted",
            "unreadable",
            "sealing",
            "refused",
        ];
        let codes = (0..200).map(|code| format!("concur-{code}"));
        for word in codes.chain(words.map(str::to_owned)) {
            let english = sentence(&word);
            let german = speaking(Language::German, || problem(english.clone()));
            for left in [" the ", " this ", " does ", "must", "The "] {
                assert!(!german.contains(left), "{word}: {german}");
            }
            assert_eq!(problem(english.clone()), english);
        }
    }
}
