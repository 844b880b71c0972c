//! Quick Connect: the landing page an administrator reaches from SAP Concur's App Center, and the page after it.
//! Plain HTML forms to `POST /connect/…`, each with the hidden fields `id`, `requestToken`, `userId`. Nothing is exchanged
//! before a form is sent (Q6, Q70); the token is in no link. One call to action (Q64): an account, or a code of the operator's.

use crate::{
    api::{get_connect_done, get_connect_page},
    components::{
        fault::Fault,
        icon::{Ico, Icon, Sign},
        language::LanguageSwitch,
        password::PasswordField,
    },
    pages::sign_in::{Contact, Papers},
    response,
    view::{AppError, ConnectDone, ConnectPage, ConnectQuery, connect::problem, words},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

fn read() -> [&'static str; 4] {
    [
        t!(
            "Flights, trains, hotels, cars: where and when",
            "Flüge, Züge, Hotels, Mietwagen: wo und wann"
        ),
        t!(
            "Name, work e-mail, phone and emergency contact of travelers",
            "Name, dienstliche E-Mail, Telefon und Notfallkontakt der Reisenden"
        ),
        t!(
            "Which channel each booking came through",
            "Auf welchem Weg jede Buchung kam"
        ),
        t!(
            "Travel requests, shown as intent only",
            "Reiseanträge, nur als Absicht gezeigt"
        ),
    ]
}
fn dropped() -> [&'static str; 4] {
    [
        t!("Cards, fares and other prices", "Karten, Flugpreise und andere Preise"),
        t!("Loyalty numbers, seats, meals", "Vielfliegernummern, Sitze, Mahlzeiten"),
        t!("Passport and date of birth", "Pass und Geburtsdatum"),
        t!("Accounting lines and custom fields", "Buchungszeilen und eigene Felder"),
    ]
}
fn facts() -> [(&'static str, &'static str); 3] {
    [
        (
            t!("Who sees it", "Wer es sieht"),
            t!(
                "People of your company with an account here, and the staff who run the service",
                "Personen Ihres Unternehmens mit einem Konto hier und die Betreiber des Dienstes"
            ),
        ),
        (
            t!("Where it is kept", "Wo es liegt"),
            t!(
                "With this service; it reads from the same region as your Concur company",
                "Bei diesem Dienst; er liest aus derselben Region wie Ihr Concur-Unternehmen"
            ),
        ),
        (
            t!("How to stop", "Wie es endet"),
            t!(
                "Disconnect here or in the App Center; reading stops at once",
                "Hier oder im App Center trennen; das Lesen endet sofort"
            ),
        ),
    ]
}

#[component]
pub fn ConnectLanding() -> impl IntoView {
    let asked = ConnectQuery::parse(&use_location().search.get_untracked());
    let title = if asked.error.is_some() {
        t!("Error: connect SAP Concur", "Fehler: SAP Concur verbinden")
    } else {
        t!("Connect SAP Concur", "SAP Concur verbinden")
    };
    let word = asked.error.clone();
    let page = Resource::new(|| (), move |()| get_connect_page(word.clone()));
    view! {
        <Title text=title/>
        <div class="connect door">
            <main>
                <div class="brand"><Sign/><span>"Whereabouts"</span><span class="with">{t!("for SAP Concur", "für SAP Concur")}</span><LanguageSwitch/></div>
                <h1>{t!("Connect your company’s trips, so that your security team can find people when it counts", "Verbinden Sie die Reisen Ihres Unternehmens, damit Ihr Sicherheitsteam Menschen findet, wenn es darauf ankommt")}</h1>
                <p class="lead">
                    {t!("You came from the SAP Concur App Center to set up its integration with Whereabouts. Connecting lets Whereabouts ", "Sie kommen aus dem SAP Concur App Center, um die Anbindung an Whereabouts einzurichten. Damit liest Whereabouts ")}
                    {t!("read your company’s itineraries. It reads only; it books, changes and cancels nothing.", "die Reisepläne Ihres Unternehmens. Es liest nur; es bucht, ändert und storniert nichts.")}
                </p>
                <p class="jump"><a class="button main wide" href="#who">{t!("Continue", "Fortfahren")}</a></p>
                <div class="two">
                    <section>
                        <h2>{t!("What is read", "Was gelesen wird")}</h2>
                        <ul class="ticks">{read().into_iter().map(|t| view! { <li><Ico icon=Icon::Tick/>{t}</li> }).collect_view()}</ul>
                    </section>
                    <section>
                        <h2>{t!("What is dropped on reading", "Was beim Lesen verworfen wird")}</h2>
                        <ul class="ticks">{dropped().into_iter().map(|t| view! { <li><Ico icon=Icon::Cross/>{t}</li> }).collect_view()}</ul>
                    </section>
                </div>
                <dl class="facts">{facts().into_iter().map(|(k, v)| view! { <div><dt>{k}</dt><dd>{v}</dd></div> }).collect_view()}</dl>
            </main>
            <aside id="who" tabindex="-1" aria-label=t!("Say who you are", "Sagen Sie, wer Sie sind")>
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
    view! { <Fault error what=t!("This page", "Diese Seite") again="/connect".to_owned()/> }.into_any()
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
        t!("Enter your verification code", "Geben Sie Ihren Prüfcode ein")
    } else {
        t!("Say who you are", "Sagen Sie, wer Sie sind")
    };
    let first_says = if page.code_only {
        t!(
            "You have it from the operator of this service",
            "Sie haben ihn vom Betreiber dieses Dienstes"
        )
    } else {
        t!(
            "Sign in, or make an account with your work e-mail",
            "Melden Sie sich an oder legen Sie mit Ihrer dienstlichen E-Mail ein Konto an"
        )
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
            <li><h2>{t!("Connect", "Verbinden")}</h2><p>{t!("We exchange the App Center’s one-time token, once", "Wir tauschen das einmalige Token des App Centers ein, einmal")}</p></li>
            <li><h2>{t!("Read the trips", "Reisen lesen")}</h2><p>{t!("Current and coming trips, in the background; you may close the page", "Laufende und kommende Reisen, im Hintergrund; Sie können die Seite schließen")}</p></li>
        </ol>
        <hr/>
        {says.map(|says| view! { <p class="note attention" role="alert" id="problem" tabindex="-1">{says}</p> })}
        {forms}
        <p class="note attention">
            <strong>{t!("Only an administrator of the company can do this. ", "Das kann nur die Administration des Unternehmens. ")}</strong>
            {t!("Wrong person? Ask yours to press Connect in the App Center. Do not pass this page on: its address holds a one-time key.", "Nicht zuständig? Bitten Sie Ihre Administration, im App Center auf Connect zu drücken. Geben Sie diese Seite nicht weiter: Ihre Adresse enthält einen einmaligen Schlüssel.")}
        </p>
        {open.then(|| view! { <p class="hint">{t!("You can finish later: what you came with is good for a day. Press Connect in the App Center again if it is not.", "Sie können später weitermachen: Womit Sie kamen, gilt einen Tag. Drücken Sie im App Center erneut auf Connect, falls nicht.")}</p> })}
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
                <button class="button main wide" type="submit">{tf!("Connect as {email}", "Als {email} verbinden")}</button>
            </form>
            <p class="or"><span>{t!("or as somebody else", "oder als jemand anderes")}</span></p>
        }
    });
    view! {
        {go_on}
        <form class="stack" action="/connect/sign-in" method="post" aria-labelledby="with-account">
            <h3 id="with-account">{t!("I have an account", "Ich habe ein Konto")}</h3>
            {hidden.fields()}
            <div class="field">
                <label for="email-in">{t!("Work e-mail", "Dienstliche E-Mail")}</label>
                <input id="email-in" name="email" type="email" required autocomplete="username"
                    aria-invalid=wrong.then_some("true") aria-describedby=described(wrong)/>
            </div>
            <PasswordField id="password-in" label=t!("Password", "Passwort") autocomplete="current-password"/>
            <button class=if signed_in.is_some() { "button wide" } else { "button main wide" } type="submit">{t!("Sign in and connect", "Anmelden und verbinden")}</button>
        </form>
        <details class="sign-up" open=new_one>
            <summary>{t!("Make an account", "Konto anlegen")}</summary>
            <form class="stack" action="/connect/sign-up" method="post" aria-label=t!("Make an account", "Konto anlegen")>
                {hidden.fields()}
                <div class="field">
                    <label for="email-up">{t!("Work e-mail", "Dienstliche E-Mail")}</label>
                    <input id="email-up" name="email" type="email" required autocomplete="username"
                        aria-invalid=new_one.then_some("true") aria-describedby="email-up-hint"/>
                    <p class="hint" id="email-up-hint">{if mail {
                        t!("Your company’s, not a private one. We mail you a code to type here.", "Die Ihres Unternehmens, keine private. Wir mailen Ihnen einen Code, den Sie hier eingeben.")
                    } else {
                        t!("Your company’s, not a private one.", "Die Ihres Unternehmens, keine private.")
                    }}</p>
                </div>
                <PasswordField id="password-up" label=t!("New password", "Neues Passwort") autocomplete="new-password" hint=t!("At least 12 characters; any are allowed.", "Mindestens 12 Zeichen; alle sind erlaubt.")/>
                <button class="button wide" type="submit">{if mail { t!("Mail me a code", "Code per Mail senden") } else { t!("Make an account and connect", "Konto anlegen und verbinden") }}</button>
            </form>
        </details>
        <details class="sign-up" open=by_code>
            <summary>{t!("I have a verification code", "Ich habe einen Prüfcode")}</summary>
            <Code hidden main=false contact/>
        </details>
    }
}

/// The operator's code.
#[component]
fn Code(hidden: Hidden, main: bool, contact: Option<String>) -> impl IntoView {
    let wrong = hidden.failed_by(&["code", "locked"]);
    let ask = match contact {
        Some(contact) => {
            view! { {t!("No code? Contact us: ", "Kein Code? Fragen Sie uns: ")}<Contact contact/> }.into_any()
        }
        None => t!(
            "No code? Ask whoever runs this service.",
            "Kein Code? Fragen Sie den Betreiber dieses Dienstes."
        )
        .into_any(),
    };
    view! {
        <form class="stack" action="/connect/code" method="post" aria-label=t!("Connect with a verification code", "Mit einem Prüfcode verbinden")>
            {hidden.fields()}
            <div class="field">
                <label for="code">{t!("Verification code", "Prüfcode")}</label>
                <input id="code" name="code" type="text" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40"
                    aria-invalid=wrong.then_some("true") aria-describedby="code-hint"/>
                <p class="hint" id="code-hint">{t!("Four groups of four letters and digits. It works once. ", "Vier Gruppen aus vier Buchstaben und Ziffern. Er gilt einmal. ")}{ask}</p>
            </div>
            <button class=if main { "button main wide" } else { "button wide" } type="submit">{t!("Connect with this code", "Mit diesem Code verbinden")}</button>
        </form>
    }
}

/// The code that was mailed.
#[component]
fn Mailed(hidden: Hidden) -> impl IntoView {
    let wrong = hidden.failed_by(&["mail_code", "locked"]);
    view! {
        <form class="stack" action="/connect/confirm" method="post" aria-label=t!("Confirm your e-mail", "E-Mail bestätigen")>
            <h3>{t!("We have mailed you", "Wir haben Ihnen gemailt")}</h3>
            <p>{t!("Type the code from the mail. It is on its way now and works for 30 minutes.", "Geben Sie den Code aus der Mail ein. Sie ist unterwegs, und er gilt 30 Minuten.")}</p>
            {hidden.fields()}
            <input type="hidden" name="ticket" value=hidden.0.ticket.clone()/>
            <div class="field">
                <label for="mailed">{t!("Code from the mail", "Code aus der Mail")}</label>
                <input id="mailed" name="code" type="text" inputmode="numeric" required autocomplete="one-time-code" maxlength="20"
                    aria-invalid=wrong.then_some("true") aria-describedby=wrong.then_some("problem")/>
            </div>
            <button class="button main wide" type="submit">{t!("Confirm and connect", "Bestätigen und verbinden")}</button>
        </form>
        <form action="/connect" method="get">
            {hidden.fields()}
            <button class="link" type="submit">{t!("Use another address, or sign in", "Andere Adresse verwenden oder anmelden")}</button>
        </form>
    }
}

#[component]
pub fn ConnectDonePage() -> impl IntoView {
    let done = Resource::new(|| (), |()| get_connect_done());
    view! {
        <Title text=t!("Connected", "Verbunden")/>
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
                        let back = (t!("To the map", "Zur Karte"), "/".to_owned());
                        view! { <main class="alone"><Fault error what=t!("The connection", "Die Verbindung") again="/connect/done".to_owned() back/></main> }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

#[component]
fn Connected(done: ConnectDone) -> impl IntoView {
    let name = done
        .company
        .clone()
        .unwrap_or_else(|| t!("Your company", "Ihr Unternehmen").to_owned());
    let reading = match done.trips_waiting {
        Some(0) => t!("All its current and coming trips have been read.", "Alle laufenden und kommenden Reisen sind gelesen.").to_owned(),
        Some(n) => tf!(
            "{} wait to be read. People appear on the map one by one.", "{} noch zu lesen. Die Personen erscheinen nach und nach auf der Karte.",
            words::counted(n, t!("trip", "Reise"), t!("trips", "Reisen"))
        ),
        None => t!("Its current and coming trips are being listed. People appear on the map one by one.", "Die laufenden und kommenden Reisen werden aufgelistet. Die Personen erscheinen nach und nach auf der Karte.").to_owned(),
    };
    let next = match (done.signed_in, &done.info.support) {
        (true, _) => t!("You may close this window, or look at the map while it fills.", "Sie können dieses Fenster schließen oder der Karte beim Füllen zusehen.").into_any(),
        (false, Some(contact)) => view! {
            {t!("You may close this window. Whoever gave you the code now lets your people in and writes to you; until then ask: ", "Sie können dieses Fenster schließen. Wer Ihnen den Code gab, lässt nun Ihre Leute ein und schreibt Ihnen; fragen Sie bis dahin: ")}
            <Contact contact=contact.clone()/>
        }
        .into_any(),
        (false, None) => {
            t!("You may close this window. Whoever gave you the code now lets your people in and writes to you.", "Sie können dieses Fenster schließen. Wer Ihnen den Code gab, lässt nun Ihre Leute ein und schreibt Ihnen.").into_any()
        }
    };
    let map = done.signed_in.then(|| {
        view! { <p class="actions"><a class="button main" href="/" target="_blank" rel="noopener">{t!("Open the map in a new window", "Karte in neuem Fenster öffnen")}</a></p> }
    });
    view! {
        <main class="alone done door">
            <div class="brand"><Sign/><span>"Whereabouts"</span><span class="with">{t!("for SAP Concur", "für SAP Concur")}</span><LanguageSwitch/></div>
            <h1>{tf!("{name} is connected", "{name} ist verbunden")}</h1>
            <p class="lead">{t!("The connection to SAP Concur is made. Concur sends every new and changed trip from now on. ", "Die Verbindung zu SAP Concur steht. Concur meldet ab jetzt jede neue und geänderte Reise. ")}{reading}</p>
            <dl class="facts">
                <div><dt>{t!("Company", "Unternehmen")}</dt><dd>{name.clone()}<code>{done.company_id}</code></dd></div>
                <div><dt>{t!("Region", "Region")}</dt><dd>{done.region}</dd></div>
                <div><dt>{t!("What next", "Wie es weitergeht")}</dt><dd>{next}</dd></div>
                <div><dt>{t!("To stop", "Beenden")}</dt><dd>{t!("Disconnect here or in the App Center; reading stops at once.", "Hier oder im App Center trennen; das Lesen endet sofort.")}</dd></div>
            </dl>
            {map}
            <Papers papers=done.info.papers support=done.info.support/>
        </main>
    }
}
