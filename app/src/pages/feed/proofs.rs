//! What proves that deliveries are Concur's: the accepted keys and what was seen of client certificates.
//! Called by the page of the feed.

use crate::view::{Instant, KeyLine, time::ago};
use leptos::prelude::*;

#[component]
pub fn Proofs(
    keys: Vec<KeyLine>,
    key_problem: Option<String>,
    policy: String,
    certificates: Vec<(String, Instant)>,
    now: Instant,
) -> impl IntoView {
    let none = keys
        .is_empty()
        .then(|| view! { <p class="note attention">{t!("There are no keys (--ess-public-keys): every delivery is answered 503 until there are.", "Es gibt keine Schlüssel (--ess-public-keys): Jede Zustellung wird bis dahin mit 503 beantwortet.")}</p> });
    let rows = keys.into_iter().map(|key| view! { <Key key now/> }).collect_view();
    let sense = match policy.as_str() {
        "require" => t!(
            "A delivery without the right certificate is refused; SAP Concur sends it again.",
            "Eine Zustellung ohne das richtige Zertifikat wird abgewiesen; SAP Concur sendet sie erneut."
        ),
        "off" => t!("Certificates are not looked at.", "Zertifikate werden nicht geprüft."),
        _ => t!(
            "Certificates are looked at and shown here; the signature decides.",
            "Zertifikate werden geprüft und hier gezeigt; die Signatur entscheidet."
        ),
    };
    let seen = certificates
        .into_iter()
        .map(|(verdict, at)| {
            let words = match verdict.as_str() {
                "right" => t!("SAP Concur's", "von SAP Concur"),
                "missing" => t!("none shown", "keines vorgelegt"),
                "untrusted" => t!("from no trusted CA", "von keiner vertrauten CA"),
                _ => t!("somebody else's", "ein fremdes"),
            };
            view! { <div><dt>{words}</dt><dd>{tf!("last {}", "zuletzt {}", ago(now.since(at)))}</dd></div> }
        })
        .collect_view();
    view! {
        <div class="columns">
            <section aria-labelledby="keys">
                <h2 id="keys">{t!("Keys of signatures", "Schlüssel der Signaturen")}</h2>
                {key_problem.map(|problem| view! {
                    <p class="note attention" role="alert">{t!("The changed key file cannot be used, the keys below stay: ", "Die geänderte Schlüsseldatei ist unbrauchbar, es bleibt bei diesen Schlüsseln: ")}{problem}</p>
                })}
                {none}
                <table class="plain stacks">
                    <thead><tr><th scope="col">{t!("Fingerprint (SPKI, SHA-256)", "Fingerabdruck (SPKI, SHA-256)")}</th><th scope="col">{t!("Accepted", "Angenommen")}</th><th scope="col">{t!("Last matched", "Zuletzt gepasst")}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
            <section aria-labelledby="certificates">
                <h2 id="certificates">{t!("Client certificates", "Client-Zertifikate")}</h2>
                <p>{sense}</p>
                <dl class="facts">{seen}</dl>
            </section>
        </div>
    }
}

#[component]
fn Key(key: KeyLine, now: Instant) -> impl IntoView {
    let day = |at: Option<Instant>| at.map(|at| at.short(now));
    let accepted = match (key.valid, day(key.from), day(key.until)) {
        (true, _, None) => t!("yes", "ja").to_owned(),
        (true, _, Some(until)) => tf!("until {until}", "bis {until}"),
        (false, Some(from), _) if key.from.is_some_and(|at| at > now) => tf!("from {from} on", "ab {from}"),
        (false, _, until) => tf!("not since {}", "nicht seit {}", until.unwrap_or_default()),
    };
    let matched = key
        .matched_at
        .map_or_else(|| t!("never", "nie").to_owned(), |at| ago(now.since(at)));
    view! {
        <tr>
            <th scope="row"><code class="long">{key.fingerprint}</code></th>
            <td class="half" class:old=!key.valid data-label=t!("Accepted", "Angenommen")>{accepted}</td>
            <td class="half" data-label=t!("Last matched", "Zuletzt gepasst")>{matched}</td>
        </tr>
    }
}
