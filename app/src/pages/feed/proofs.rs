//! What proves that deliveries are Concur's: the accepted keys and what was seen of client certificates.
//! Called by the page of the feed.

use crate::view::{Instant, KeyLine, time::age};
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
        .then(|| view! { <p class="note attention">"There are no keys (--ess-public-keys): every delivery is answered 503 until there are."</p> });
    let rows = keys.into_iter().map(|key| view! { <Key key now/> }).collect_view();
    let sense = match policy.as_str() {
        "require" => "A delivery without the right certificate is refused; SAP Concur sends it again.",
        "off" => "Certificates are not looked at.",
        _ => "Certificates are looked at and shown here; the signature decides.",
    };
    let seen = certificates
        .into_iter()
        .map(|(verdict, at)| {
            let words = match verdict.as_str() {
                "right" => "SAP Concur's",
                "missing" => "none shown",
                "untrusted" => "from no trusted CA",
                _ => "somebody else's",
            };
            view! { <div><dt>{words}</dt><dd>{format!("last {} ago", age(now.since(at)))}</dd></div> }
        })
        .collect_view();
    view! {
        <div class="columns">
            <section aria-labelledby="keys">
                <h2 id="keys">"Keys of signatures"</h2>
                {key_problem.map(|problem| view! {
                    <p class="note attention" role="alert">"The changed key file cannot be used, the keys below stay: "{problem}</p>
                })}
                {none}
                <table class="plain">
                    <thead><tr><th scope="col">"Fingerprint (SPKI, SHA-256)"</th><th scope="col">"Accepted"</th><th scope="col">"Last matched"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
            <section aria-labelledby="certificates">
                <h2 id="certificates">"Client certificates"</h2>
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
        (true, _, None) => "yes".to_owned(),
        (true, _, Some(until)) => format!("until {until}"),
        (false, Some(from), _) if key.from.is_some_and(|at| at > now) => format!("from {from} on"),
        (false, _, until) => format!("not since {}", until.unwrap_or_default()),
    };
    let matched = key
        .matched_at
        .map_or_else(|| "never".to_owned(), |at| format!("{} ago", age(now.since(at))));
    view! {
        <tr>
            <th scope="row"><code class="long">{key.fingerprint}</code></th>
            <td class:old=!key.valid>{accepted}</td>
            <td>{matched}</td>
        </tr>
    }
}
