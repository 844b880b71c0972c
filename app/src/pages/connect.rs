//! Quick Connect: the landing page an administrator reaches from SAP Concur's App Center, and the page after it.
//! Plain HTML forms to `POST /connect/…`, each with the hidden fields `id`, `requestToken`, `userId`. Nothing is exchanged
//! before a form is sent (Q6, Q70); the token is in no link. One call to action (Q64): an account, or a code of the operator's.

use crate::{
    api::{get_connect_done, get_connect_page},
    components::{
        fault::Fault,
        icon::{Ico, Icon, Sign},
        password::PasswordField,
    },
    pages::sign_in::{Contact, Papers},
    response,
    view::{AppError, ConnectDone, ConnectPage, ConnectQuery, connect::problem, words},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

const READ: [&str; 4] = [
    "Flights, trains, hotels, cars: where and when",
    "Name, work e-mail, phone and emergency contact of travelers",
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
    (
        "How to stop",
        "Disconnect here or in the App Center; reading stops at once",
    ),
];

#[component]
pub fn ConnectLanding() -> impl IntoView {
    let asked = ConnectQuery::parse(&use_location().search.get_untracked());
    let title = if asked.error.is_some() {
        "Error: connect SAP Concur"
    } else {
        "Connect SAP Concur"
    };
    let word = asked.error.clone();
    let page = Resource::new(|| (), move |()| get_connect_page(word.clone()));
    view! {
        <Title text=title/>
        <div class="connect door">
            <main>
                <p class="brand"><Sign/><span>"Whereabouts"</span><span class="with">"for SAP Concur"</span></p>
                <h1>"Connect your company’s trips, so that your security team can find people when it counts"</h1>
                <p class="lead">
                    "You came from the SAP Concur App Center to set up its integration with Whereabouts. Connecting lets Whereabouts "
                    "read your company’s itineraries. It reads only; it books, changes and cancels nothing."
                </p>
                <p class="jump"><a class="button main wide" href="#who">"Continue"</a></p>
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
    let word = if !page.configured {
        Some("not_configured".to_owned())
    } else if !asked.is_complete() {
        Some(asked.error.clone().unwrap_or_else(|| "incomplete".to_owned()))
    } else {
        asked.error.clone()
    };
    let open = page.configured && asked.is_complete();
    let says = match (page.problem.clone(), open) {
        (Some(says), true) => Some(says),
        _ => word.map(|word| problem(&word).to_owned()),
    };
    let first = if page.code_only {
        "Enter your verification code"
    } else {
        "Say who you are"
    };
    let first_says = if page.code_only {
        "You have it from the operator of this service"
    } else {
        "Sign in, or make an account with your work e-mail"
    };
    let mailed = !asked.ticket.is_empty();
    let code_only = page.code_only;
    let contact = page.info.support.clone();
    let forms = open.then(|| {
        let hidden = Hidden(asked.clone());
        match (code_only, mailed) {
            (true, _) => view! { <Code hidden main=true contact/> }.into_any(),
            (false, true) => view! { <Mailed hidden/> }.into_any(),
            (false, false) => view! { <Accounts hidden signed_in=page.signed_in mail=page.mail contact/> }.into_any(),
        }
    });
    view! {
        <ol class="steps">
            <li class="now" aria-current="step"><h2>{first}</h2><p>{first_says}</p></li>
            <li><h2>"Connect"</h2><p>"We exchange the App Center’s one-time token, once"</p></li>
            <li><h2>"Read the trips"</h2><p>"Current and coming trips, in the background; you may close the page"</p></li>
        </ol>
        <hr/>
        {says.map(|says| view! { <p class="note attention" role="alert" id="problem" tabindex="-1">{says}</p> })}
        {forms}
        <p class="note attention">
            <strong>"Only an administrator of the company can do this. "</strong>
            "Wrong person? Ask yours to press Connect in the App Center. Do not pass this page on: its address holds a one-time key."
        </p>
        {open.then(|| view! { <p class="hint">"You can finish later: what you came with is good for a day. Press Connect in the App Center again if it is not."</p> })}
        <Papers papers=page.info.papers support=page.info.support/>
    }
}

/// What the App Center sent, handed on by every form.
#[derive(Clone)]
struct Hidden(ConnectQuery);

impl Hidden {
    fn fields(&self) -> AnyView {
        let Hidden(asked) = self.clone();
        view! {
            <input type="hidden" name="id" value=asked.id/>
            <input type="hidden" name="requestToken" value=asked.request_token/>
            <input type="hidden" name="userId" value=asked.user_id/>
        }
        .into_any()
    }

    /// Whether the form came back because of one of these.
    fn failed_by(&self, words: &[&str]) -> bool {
        self.0.error.as_deref().is_some_and(|error| words.contains(&error))
    }
}

/// Sign in, make an account, or (quietly) a verification code.
#[component]
fn Accounts(hidden: Hidden, signed_in: Option<String>, mail: bool, contact: Option<String>) -> impl IntoView {
    let (new_one, by_code) = (
        hidden.failed_by(&["weak", "email", "mail"]),
        hidden.failed_by(&["code"]),
    );
    let wrong = hidden.failed_by(&["credentials", "locked", "exists"]);
    let described = move |it: bool| it.then_some("problem");
    let go_on = signed_in.clone().map(|email| {
        view! {
            <form class="stack" action="/connect/continue" method="post">
                {hidden.fields()}
                <button class="button main wide" type="submit">{format!("Connect as {email}")}</button>
            </form>
            <p class="or"><span>"or as somebody else"</span></p>
        }
    });
    view! {
        {go_on}
        <form class="stack" action="/connect/sign-in" method="post" aria-labelledby="with-account">
            <h3 id="with-account">"I have an account"</h3>
            {hidden.fields()}
            <div class="field">
                <label for="email-in">"Work e-mail"</label>
                <input id="email-in" name="email" type="email" required autocomplete="username"
                    aria-invalid=wrong.then_some("true") aria-describedby=described(wrong)/>
            </div>
            <PasswordField id="password-in" label="Password" autocomplete="current-password"/>
            <button class=if signed_in.is_some() { "button wide" } else { "button main wide" } type="submit">"Sign in and connect"</button>
        </form>
        <details class="sign-up" open=new_one>
            <summary>"Make an account"</summary>
            <form class="stack" action="/connect/sign-up" method="post" aria-label="Make an account">
                {hidden.fields()}
                <div class="field">
                    <label for="email-up">"Work e-mail"</label>
                    <input id="email-up" name="email" type="email" required autocomplete="username"
                        aria-invalid=new_one.then_some("true") aria-describedby="email-up-hint"/>
                    <p class="hint" id="email-up-hint">{if mail {
                        "Your company’s, not a private one. We mail you a code to type here."
                    } else {
                        "Your company’s, not a private one."
                    }}</p>
                </div>
                <PasswordField id="password-up" label="New password" autocomplete="new-password" hint="At least 12 characters; any are allowed."/>
                <button class="button wide" type="submit">{if mail { "Mail me a code" } else { "Make an account and connect" }}</button>
            </form>
        </details>
        <details class="sign-up" open=by_code>
            <summary>"I have a verification code"</summary>
            <Code hidden main=false contact/>
        </details>
    }
}

/// The operator's code.
#[component]
fn Code(hidden: Hidden, main: bool, contact: Option<String>) -> impl IntoView {
    let wrong = hidden.failed_by(&["code", "locked"]);
    let ask = match contact {
        Some(contact) => view! { "No code? Contact us: " <Contact contact/> }.into_any(),
        None => "No code? Ask whoever runs this service.".into_any(),
    };
    view! {
        <form class="stack" action="/connect/code" method="post" aria-label="Connect with a verification code">
            {hidden.fields()}
            <div class="field">
                <label for="code">"Verification code"</label>
                <input id="code" name="code" type="text" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40"
                    aria-invalid=wrong.then_some("true") aria-describedby="code-hint"/>
                <p class="hint" id="code-hint">"Four groups of four letters and digits. It works once. "{ask}</p>
            </div>
            <button class=if main { "button main wide" } else { "button wide" } type="submit">"Connect with this code"</button>
        </form>
    }
}

/// The code that was mailed.
#[component]
fn Mailed(hidden: Hidden) -> impl IntoView {
    let wrong = hidden.failed_by(&["mail_code", "locked"]);
    view! {
        <form class="stack" action="/connect/confirm" method="post" aria-label="Confirm your e-mail">
            <h3>"We have mailed you"</h3>
            <p>"Type the code from the mail. It is on its way now and works for 30 minutes."</p>
            {hidden.fields()}
            <input type="hidden" name="ticket" value=hidden.0.ticket.clone()/>
            <div class="field">
                <label for="mailed">"Code from the mail"</label>
                <input id="mailed" name="code" type="text" inputmode="numeric" required autocomplete="one-time-code" maxlength="20"
                    aria-invalid=wrong.then_some("true") aria-describedby=wrong.then_some("problem")/>
            </div>
            <button class="button main wide" type="submit">"Confirm and connect"</button>
        </form>
        <form action="/connect" method="get">
            {hidden.fields()}
            <button class="link" type="submit">"Use another address, or sign in"</button>
        </form>
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
    let next = match (done.signed_in, &done.info.support) {
        (true, _) => view! { "You may close this window, or look at the map while it fills." }.into_any(),
        (false, Some(contact)) => view! {
            "You may close this window. Whoever gave you the code now lets your people in and writes to you; until then ask: "
            <Contact contact=contact.clone()/>
        }
        .into_any(),
        (false, None) => {
            view! { "You may close this window. Whoever gave you the code now lets your people in and writes to you." }.into_any()
        }
    };
    let map = done.signed_in.then(|| {
        view! { <p class="actions"><a class="button main" href="/" target="_blank" rel="noopener">"Open the map in a new window"</a></p> }
    });
    view! {
        <main class="alone done door">
            <p class="brand"><Sign/><span>"Whereabouts"</span><span class="with">"for SAP Concur"</span></p>
            <h1>{format!("{name} is connected")}</h1>
            <p class="lead">"The connection to SAP Concur is made. Concur sends every new and changed trip from now on. "{reading}</p>
            <dl class="facts">
                <div><dt>"Company"</dt><dd>{name.clone()}<code>{done.company_id}</code></dd></div>
                <div><dt>"Region"</dt><dd>{done.region}</dd></div>
                <div><dt>"What next"</dt><dd>{next}</dd></div>
                <div><dt>"To stop"</dt><dd>"Disconnect here or in the App Center; reading stops at once."</dd></div>
            </dl>
            {map}
            <Papers papers=done.info.papers support=done.info.support/>
        </main>
    }
}
