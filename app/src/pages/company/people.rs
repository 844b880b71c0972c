//! Who signs in for a company, who was invited, and how somebody is added. Called by the page of a company.

use crate::view::{CompanyPage, Instant, Invited, Member, Role, words};
use leptos::prelude::*;

const ROLES: [Role; 3] = [Role::Admin, Role::Manager, Role::Viewer];

fn can(role: Role) -> &'static str {
    match role {
        Role::Admin => "administrator: connection, people, everything below",
        Role::Manager => "manager: where travelers are",
        _ => "viewer: the same, read only",
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
    let sentence = words::counted(people.len() as u32, "person signs in", "people sign in");
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
        view! { <h3>"Invited"</h3><ul class="lines">{rows}</ul> }
    });
    let handed = link.map(|link| {
        view! {
            <div class="field once">
                <label for="link">"Invitation, to be handed on"</label>
                <input id="link" type="text" readonly value=link/>
                <p class="hint">"Whoever opens it first chooses the password. It is shown only now."</p>
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
            <h3 id="add">"Add a person"</h3>
            <form class="stack" action="/company/invite" method="post" aria-labelledby="add">
                <input type="hidden" name="company" value=company.id/>
                <div class="field">
                    <label for="invite-email">"Work e-mail"</label>
                    <input id="invite-email" name="email" type="email" required autocomplete="off"/>
                </div>
                <div class="field">
                    <label for="invite-role">"May do"</label>
                    <select id="invite-role" name="role">{choices}</select>
                </div>
                <p class="hint">{if mail {
                    "An invitation is mailed; the person chooses a password."
                } else {
                    "You get a link to hand on, with which the person chooses a password."
                }}</p>
                <button class="button" type="submit">"Invite"</button>
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
                <button class="link" type="submit" aria-label=format!("Remove {}", one.email)>"Remove"</button>
            </form>
        }
    });
    view! {
        <li>
            <p class="who">{one.email.clone()}{one.you.then_some(" (you)")}</p>
            <form class="row" action="/company/role" method="post" aria-label=format!("Role of {}", one.email)>
                <input type="hidden" name="company" value=company.clone()/>
                <input type="hidden" name="id" value=one.id.clone()/>
                <select name="role" aria-label=format!("Role of {}", one.email)>{choices}</select>
                <button class="link" type="submit" aria-label=format!("Change the role of {}", one.email)>"Change"</button>
            </form>
            {remove}
        </li>
    }
}

#[component]
fn Waiting(company: String, one: Invited, now: Instant) -> impl IntoView {
    view! {
        <li>
            <p class="who">{one.email.clone()}<small>{format!("{}, until {}", one.role.word(), one.until.short(now))}</small></p>
            <form action="/company/withdraw" method="post">
                <input type="hidden" name="company" value=company/>
                <input type="hidden" name="id" value=one.id/>
                <button class="link" type="submit" aria-label=format!("Withdraw the invitation of {}", one.email)>"Withdraw"</button>
            </form>
        </li>
    }
}
