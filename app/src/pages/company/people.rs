//! Who signs in for a company, who was invited, and how somebody is added. Called by the page of a company.

use crate::view::{CompanyPage, Instant, Invited, Member, Role, words};
use leptos::prelude::*;

const ROLES: [Role; 3] = [Role::Admin, Role::Manager, Role::Viewer];

fn can(role: Role) -> &'static str {
    match role {
        Role::Admin => t!(
            "administrator: connection, people, everything below",
            "Administration: Verbindung, Personen und alles Folgende"
        ),
        Role::Manager => t!(
            "manager: where travelers are",
            "Sicherheitsmanagement: wo Reisende sind"
        ),
        _ => t!("viewer: the same, read only", "nur Ansicht: dasselbe, ohne Kontakte"),
    }
}

#[component]
pub fn People(page: CompanyPage) -> impl IntoView {
    let CompanyPage {
        now,
        company,
        people,
        invited,
        mail,
        link,
        ..
    } = page;
    let sentence = words::counted(
        people.len() as u32,
        t!("person signs in", "Person meldet sich an"),
        t!("people sign in", "Personen melden sich an"),
    );
    let id = company.id.clone();
    let rows = people
        .into_iter()
        .map(|one| view! { <Person company=id.clone() one/> })
        .collect_view();
    let id = company.id.clone();
    let waiting = (!invited.is_empty()).then(|| {
        let rows = invited
            .into_iter()
            .map(|one| view! { <Waiting company=id.clone() one now/> })
            .collect_view();
        view! { <h3>{t!("Invited", "Eingeladen")}</h3><ul class="lines">{rows}</ul> }
    });
    let handed = link.map(|link| {
        view! {
            <div class="field once">
                <label for="link">{t!("Invitation, to be handed on", "Einladung, zum Weitergeben")}</label>
                <input id="link" type="text" readonly value=link/>
                <p class="hint">{t!("Whoever opens it first chooses the password. It is shown only now.", "Wer sie zuerst öffnet, wählt das Passwort. Sie wird nur jetzt gezeigt.")}</p>
            </div>
        }
    });
    let choices = ROLES
        .map(|role| view! { <option value=role.key() selected=role == Role::Viewer>{can(role)}</option> })
        .collect_view();
    view! {
        <section aria-labelledby="people">
            <h2 id="people">{sentence}</h2>
            <ul class="lines">{rows}</ul>
            {waiting}
            {handed}
            <h3 id="add">{t!("Add a person", "Person hinzufügen")}</h3>
            <form class="stack" action="/company/invite" method="post" aria-labelledby="add">
                <input type="hidden" name="company" value=company.id/>
                <div class="field">
                    <label for="invite-email">{t!("Work e-mail", "Dienstliche E-Mail")}</label>
                    <input id="invite-email" name="email" type="email" required autocomplete="off"/>
                </div>
                <div class="field">
                    <label for="invite-role">{t!("May do", "Darf")}</label>
                    <select id="invite-role" name="role">{choices}</select>
                </div>
                <p class="hint">{if mail {
                    t!("An invitation is mailed; the person chooses a password.", "Eine Einladung wird gemailt; die Person wählt ein Passwort.")
                } else {
                    t!("You get a link to hand on, with which the person chooses a password.", "Sie erhalten einen Link zum Weitergeben, mit dem die Person ein Passwort wählt.")
                }}</p>
                <button class="button" type="submit">{t!("Invite", "Einladen")}</button>
            </form>
        </section>
    }
}

#[component]
fn Person(company: String, one: Member) -> impl IntoView {
    let choices = ROLES
        .map(|role| view! { <option value=role.key() selected=role == one.role>{role.word()}</option> })
        .collect_view();
    let remove = (!one.you).then(|| {
        view! {
            <form action="/company/remove" method="post">
                <input type="hidden" name="company" value=company.clone()/>
                <input type="hidden" name="id" value=one.id.clone()/>
                <button class="link" type="submit" aria-label=tf!("Remove {}", "{} entfernen", one.email)>{t!("Remove", "Entfernen")}</button>
            </form>
        }
    });
    view! {
        <li>
            <p class="who">{one.email.clone()}{one.you.then_some(t!(" (you)", " (Sie)"))}</p>
            <form class="row" action="/company/role" method="post" aria-label=tf!("Role of {}", "Rolle von {}", one.email)>
                <input type="hidden" name="company" value=company.clone()/>
                <input type="hidden" name="id" value=one.id.clone()/>
                <select name="role" aria-label=tf!("Role of {}", "Rolle von {}", one.email)>{choices}</select>
                <button class="link" type="submit" aria-label=tf!("Change the role of {}", "Rolle von {} ändern", one.email)>{t!("Change", "Ändern")}</button>
            </form>
            {remove}
        </li>
    }
}

#[component]
fn Waiting(company: String, one: Invited, now: Instant) -> impl IntoView {
    view! {
        <li>
            <p class="who">{one.email.clone()}<small>{tf!("{}, until {}", "{}, bis {}", one.role.word(), one.until.short(now))}</small></p>
            <form action="/company/withdraw" method="post">
                <input type="hidden" name="company" value=company/>
                <input type="hidden" name="id" value=one.id/>
                <button class="link" type="submit" aria-label=tf!("Withdraw the invitation of {}", "Einladung von {} zurückziehen", one.email)>{t!("Withdraw", "Zurückziehen")}</button>
            </form>
        </li>
    }
}
