//! Who is told when a source gets worse: by mail, or by a signed message to an address of the company's own.

use crate::view::{
    Company, Instant,
    quality::{QualityQuery, WatchView},
};
use leptos::prelude::*;

#[component]
pub fn Watch(watch: WatchView, query: QualityQuery, company: Option<Company>, now: Instant) -> impl IntoView {
    let (can_mail, can_post) = watch.can;
    if !can_mail && !can_post {
        return view! {
            <section class="no-print">
                <h2>{t!("Tell us when it gets worse", "Melden, wenn es schlechter wird")}</h2>
                <p class="second">{t!("This service sends no mail and posts nowhere; its operator can change that.", "Dieser Dienst sendet keine Mail und meldet nirgendwohin; sein Betreiber kann das ändern.")}</p>
            </section>
        }
        .into_any();
    }
    let mail = can_mail.then(|| {
        view! {
            <label class="check"><input type="checkbox" name="mail" value="yes" checked=watch.mail/>{t!("A mail to the administrators of the company", "Eine Mail an die Administration des Unternehmens")}</label>
        }
    });
    let post = can_post.then(|| {
        view! {
            <div class="field">
                <label for="watch-url">{t!("Post to", "Senden an")}</label>
                <input id="watch-url" name="url" type="url" maxlength="500" value=watch.url.clone() aria-describedby="watch-hint"/>
                <p id="watch-hint" class="second">{t!("JSON, signed in the header whereabouts-signature: v1 is the HMAC-SHA256 of t, a dot and the body.", "JSON, signiert im Header whereabouts-signature: v1 ist der HMAC-SHA256 von t, einem Punkt und dem Inhalt.")}</p>
            </div>
        }
    });
    let id = company.map(|company| company.id).unwrap_or_default();
    let secret = (!watch.secret.is_empty()).then(|| {
        let (id, back) = (id.clone(), query.href());
        let both = watch.old_until.map(|until| {
            let until = until.short(now);
            tf!(
                "Until {until} what is posted has a second v1, made with the secret before.",
                "Bis {until} trägt jede Meldung ein zweites v1, mit dem vorigen Geheimnis."
            )
        });
        view! {
            <details>
                <summary>{t!("The secret of the signature", "Das Geheimnis der Signatur")}</summary>
                <p><code class="long">{watch.secret.clone()}</code></p>
                {both.map(|words| view! { <p>{words}</p> })}
                <form action="/quality/watch/secret" method="post">
                    <input type="hidden" name="company" value=id/>
                    <input type="hidden" name="back" value=back/>
                    <p class="second">{t!("A new secret signs from now on; for 24 hours the one before signs too, so that yours can be changed without losing a message.", "Ein neues Geheimnis signiert ab sofort; 24 Stunden lang signiert das vorige mit, damit Sie Ihres wechseln können, ohne eine Meldung zu verlieren.")}</p>
                    <button class="button" type="submit">{t!("New secret", "Neues Geheimnis")}</button>
                </form>
            </details>
        }
    });
    let sent = watch
        .sent
        .iter()
        .map(|(at, mail, state)| {
            let way = if *mail {
                t!("by mail", "per Mail")
            } else {
                t!("posted", "gesendet")
            };
            view! { <li>{format!("{}, {way}: {state}", at.short(now))}</li> }
        })
        .collect_view();
    let sent = (!watch.sent.is_empty()).then(|| view! { <ul class="second">{sent}</ul> });
    view! {
        <section class="no-print">
            <h2>{t!("Tell us when it gets worse", "Melden, wenn es schlechter wird")}</h2>
            <p class="second">{t!("At most once a day, when a notice is newly beyond its limit or a score fell. Nobody's name is in it.", "Höchstens einmal am Tag, wenn ein Hinweis neu über seinem Grenzwert liegt oder ein Wert fiel. Niemand wird darin genannt.")}</p>
            <form action="/quality/watch" method="post">
                <input type="hidden" name="company" value=id/>
                <input type="hidden" name="back" value=query.href()/>
                {mail}
                {post}
                <button class="button" type="submit">{t!("Save", "Speichern")}</button>
            </form>
            {secret}
            {sent}
        </section>
    }
    .into_any()
}
