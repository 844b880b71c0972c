//! Quick Connect: the landing page an administrator reaches from SAP Concur's App Center, and the page after it.
//! Plain HTML forms to `POST /connect/sign-in`, `/connect/sign-up` and `/connect/continue`, each with the hidden fields
//! `id`, `requestToken`, `userId`. Nothing is exchanged before a form is sent (Q6, Q70); the token is in no link.

use crate::{
    api::{get_connect_done, get_connect_page},
    components::{
        fault::Fault,
        icon::{Ico, Icon, Sign},
        password::PasswordField,
    },
    pages::sign_in::{Papers, Problem},
    response,
    view::{AppError, ConnectDone, ConnectPage, ConnectQuery, words},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

const READ: [&str; 4] = [
    "Flights, trains, hotels, cars: where and when",
    "Name, work e-mail and phone of travelers",
    "Which channel each booking came through",
    "Travel requests, shown as intent only",
];
const DROPPED: [&str; 4] = [
    "Cards, fares and other prices",
    "Loyalty numbers, seats, meals",
    "Passport and date of birth",
    "Accounting lines and custom fields",
];
const FACTS: [(&str, &str); 3] = [
    (
        "Who sees it",
        "People of your company with an account here, and the staff who run the service",
    ),
    (
        "Where it is kept",
        "With this service; it reads from the same region as your Concur company",
    ),
    ("How to stop", "Disconnect in the App Center; reading stops at once"),
];

#[component]
pub fn ConnectLanding() -> impl IntoView {
    let asked = ConnectQuery::parse(&use_location().search.get_untracked());
    let title = if asked.error.is_some() {
        "Error: connect SAP Concur"
    } else {
        "Connect SAP Concur"
    };
    let page = Resource::new(|| (), |()| get_connect_page());
    view! {
        <Title text=title/>
        <div class="connect">
            <main>
                <p class="brand"><Sign/><span>"Whereabouts"</span><span class="with">"for SAP Concur"</span></p>
                <h1>"Connect your company’s trips, so that your security team can find people when it counts"</h1>
                <p class="lead">
                    "You came from the SAP Concur App Center to set up its integration with Whereabouts. Connecting lets Whereabouts "
                    "read your company’s itineraries. It reads only; it books, changes and cancels nothing."
                </p>
                <p class="jump"><a class="button main wide" href="#who">"Sign in or make an account"</a></p>
                <div class="two">
                    <section>
                        <h2>"What is read"</h2>
                        <ul class="ticks">{READ.into_iter().map(|t| view! { <li><Ico icon=Icon::Tick/>{t}</li> }).collect_view()}</ul>
                    </section>
                    <section>
                        <h2>"What is dropped on reading"</h2>
                        <ul class="ticks">{DROPPED.into_iter().map(|t| view! { <li><Ico icon=Icon::Cross/>{t}</li> }).collect_view()}</ul>
                    </section>
                </div>
                <dl class="facts">{FACTS.into_iter().map(|(k, v)| view! { <div><dt>{k}</dt><dd>{v}</dd></div> }).collect_view()}</dl>
            </main>
            <aside id="who" tabindex="-1" aria-label="Say who you are">
                <Transition>
                    {move || {
                        let asked = asked.clone();
                        Suspend::new(async move {
                            match page.await {
                                Ok(page) => view! { <WhoAreYou asked page/> }.into_any(),
                                Err(error) => broken(error),
                            }
                        })
                    }}
                </Transition>
            </aside>
        </div>
    }
}

fn broken(error: AppError) -> AnyView {
    response::status(error.status());
    // Trying again is pressing Connect again: the address with its secret is not repeated in a link.
    view! { <Fault error what="This page" again="/connect".to_owned()/> }.into_any()
}

#[component]
fn WhoAreYou(asked: ConnectQuery, page: ConnectPage) -> impl IntoView {
    let code = if !page.configured {
        Some("not_configured".to_owned())
    } else if !asked.is_complete() {
        Some(asked.error.clone().unwrap_or_else(|| "incomplete".to_owned()))
    } else {
        asked.error.clone()
    };
    let open = page.configured && asked.is_complete();
    let forms = open.then(|| view! { <Forms asked signed_in=page.signed_in/> });
    view! {
        <ol class="steps">
            <li class="now" aria-current="step"><h2>"Say who you are"</h2><p>"Sign in, or make an account with your work e-mail"</p></li>
            <li><h2>"Connect"</h2><p>"We exchange the App Center’s one-time token, once"</p></li>
            <li><h2>"Read the trips"</h2><p>"Current and coming trips, in the background; you may close the page"</p></li>
        </ol>
        <hr/>
        <Problem error=code/>
        {forms}
        <p class="note attention">
            <strong>"Only an administrator of the company can do this. "</strong>
            "Wrong person? Ask yours to press Connect in the App Center. Do not pass this page on: its address holds a one-time key."
        </p>
        <Papers papers=page.info.papers support=page.info.support/>
    }
}

#[component]
fn Forms(asked: ConnectQuery, signed_in: Option<String>) -> impl IntoView {
    let hidden = {
        let asked = asked.clone();
        move || {
            view! {
                <input type="hidden" name="id" value=asked.id.clone()/>
                <input type="hidden" name="requestToken" value=asked.request_token.clone()/>
                <input type="hidden" name="userId" value=asked.user_id.clone()/>
            }
        }
    };
    let new_one = matches!(asked.error.as_deref(), Some("weak" | "email"));
    let (email_in, email_up) = if new_one {
        (String::new(), asked.email.clone())
    } else {
        (asked.email.clone(), String::new())
    };
    let go_on = signed_in.clone().map(|email| {
        view! {
            <form class="stack" action="/connect/continue" method="post">
                {hidden()}
                <button class="button main wide" type="submit">{format!("Connect as {email}")}</button>
            </form>
            <p class="or"><span>"or as somebody else"</span></p>
        }
    });
    view! {
        {go_on}
        <form class="stack" action="/connect/sign-in" method="post" aria-labelledby="with-account">
            <h3 id="with-account">"I have an account"</h3>
            {hidden()}
            <div class="field">
                <label for="email-in">"Work e-mail"</label>
                <input id="email-in" name="email" type="email" required autocomplete="username" value=email_in/>
            </div>
            <PasswordField id="password-in" label="Password" autocomplete="current-password"/>
            <button class=if signed_in.is_some() { "button wide" } else { "button main wide" } type="submit">"Sign in and connect"</button>
        </form>
        <details class="sign-up" open=new_one>
            <summary>"Make an account"</summary>
            <form class="stack" action="/connect/sign-up" method="post" aria-label="Make an account">
                {hidden()}
                <div class="field">
                    <label for="email-up">"Work e-mail"</label>
                    <input id="email-up" name="email" type="email" required autocomplete="username" value=email_up/>
                </div>
                <PasswordField id="password-up" label="New password" autocomplete="new-password" hint="At least 12 characters; any are allowed."/>
                <button class="button main wide" type="submit">"Make an account and connect"</button>
            </form>
        </details>
    }
}

#[component]
pub fn ConnectDonePage() -> impl IntoView {
    let done = Resource::new(|| (), |()| get_connect_done());
    view! {
        <Title text="Connected"/>
        <Transition>
            {move || Suspend::new(async move {
                match done.await {
                    Ok(done) => view! { <Connected done/> }.into_any(),
                    Err(AppError::SignIn) => {
                        response::redirect(&crate::pages::sign_in::href("/connect/done"));
                        ().into_any()
                    }
                    Err(error) => {
                        response::status(error.status());
                        let back = ("To the map", "/".to_owned());
                        view! { <main class="alone"><Fault error what="The connection" again="/connect/done".to_owned() back/></main> }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

#[component]
fn Connected(done: ConnectDone) -> impl IntoView {
    let name = done.company.clone().unwrap_or_else(|| "Your company".to_owned());
    let reading = match done.trips_waiting {
        Some(0) => "All its current and coming trips have been read.".to_owned(),
        Some(n) => format!(
            "{} wait to be read. People appear on the map one by one.",
            words::counted(n, "trip", "trips")
        ),
        None => "Its current and coming trips are being listed. People appear on the map one by one.".to_owned(),
    };
    view! {
        <main class="alone done">
            <p class="brand"><Sign/><span>"Whereabouts"</span></p>
            <h1>{format!("{name} is connected")}</h1>
            <p class="lead">"SAP Concur sends every new and changed trip from now on. "{reading}</p>
            <dl class="facts">
                <div><dt>"Company"</dt><dd>{name.clone()}<code>{done.company_id}</code></dd></div>
                <div><dt>"Region"</dt><dd>{done.region}</dd></div>
                <div><dt>"What next"</dt><dd>"You may close this window, or look at the map while it fills."</dd></div>
                <div><dt>"To stop"</dt><dd>"Disconnect in the App Center; reading stops at once."</dd></div>
            </dl>
            <p class="actions"><a class="button main" href="/">"Open the map"</a></p>
            <Papers papers=done.info.papers support=done.info.support/>
        </main>
    }
}
