//! Quick Connect with a new account: where mail is configured, the address is proved by a code before anything else happens.
//! Called by the landing page's sign-up form and by the form that asks for the mailed code.
//! Always holds: an account is made only if Concur accepted the request token; with mail, nobody learns which addresses exist.

use app::{t, tf};
use std::time::Duration;

use app::view::query::encode;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::TimeDelta;
use tower_sessions::Session;

use super::super::mail::Mailer;
use super::super::one_time::{self, Taken};
use super::super::sign_in::{Outcome, Peer, check, failed};
use super::super::{AppState, password};
use super::{ConnectForm, done, exchange, finish};
use crate::store::{NewOneTime, NewPerson, PersonRow, Purpose, Role, StoreError};

/// Mails to one address, and asked for from one, within a quarter of an hour.
const MAILS_PER_ACCOUNT: u32 = 4;
const MAILS_PER_ADDRESS: u32 = 30;
/// Tries of one mailed code.
const TRIES: u32 = 6;
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// How long a mailed code works.
const LIFE: TimeDelta = TimeDelta::minutes(30);

/// Whether an address looks like one; whether it exists only a mail can tell.
pub fn is_plausible(email: &str) -> bool {
    email.len() <= 254
        && email.split_once('@').is_some_and(|(a, b)| {
            !a.is_empty() && b.contains('.') && !b.starts_with('.') && !b.ends_with('.') && !b.contains('@')
        })
        && !email.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// POST /connect/sign-up
pub async fn sign_up(
    State(state): State<AppState>,
    session: Session,
    from: Peer,
    Form(mut form): Form<ConnectForm>,
) -> Response {
    let email = form.email.trim().to_lowercase();
    form.ticket.clear();
    if !is_plausible(&email) {
        return form.again("email");
    }
    let typed = std::mem::take(&mut form.password);
    let known = match state.store.person_by_email(&email).await {
        Ok(person) => person.is_some(),
        Err(error) => return failed(&error),
    };
    if known {
        // A second click, or somebody who forgot that they have an account: the right password is enough.
        match check(&state, &email, typed, from.0).await {
            Ok(Outcome::In(person)) => return finish(&state, &session, &form, person).await,
            Ok(Outcome::Slow) => return form.again("locked"),
            Ok(Outcome::Wrong) if state.mail.is_none() => return form.again("exists"),
            Ok(Outcome::Wrong) => {}
            Err(error) => return failed(&error),
        }
        return match &state.mail {
            Some(mail) => ask_to_sign_in(&state, mail, &form, from, &email).await,
            None => form.again("exists"),
        };
    }
    let password_hash = match password::hash(typed.clone()).await {
        Ok(hash) => hash,
        Err(_) => return form.again("weak"),
    };
    match &state.mail {
        Some(mail) => mail_code(&state, mail, &form, from, &email, password_hash).await,
        None => {
            if let Err(word) = exchange(&state, &form).await {
                return form.again(&word);
            }
            match make(&state, &email, &password_hash, &form.company()).await {
                Ok(Some(person)) => done(&state, &session, Some(&person), &form.company()).await,
                // The other of two clicks was faster.
                Ok(None) => match check(&state, &email, typed, from.0).await {
                    Ok(Outcome::In(person)) => finish(&state, &session, &form, person).await,
                    Ok(_) => form.again("exists"),
                    Err(error) => failed(&error),
                },
                Err(error) => failed(&error),
            }
        }
    }
}

/// POST /connect/confirm: the code of the mail.
pub async fn confirm(
    State(state): State<AppState>,
    session: Session,
    from: Peer,
    Form(form): Form<ConnectForm>,
) -> Response {
    let (company, now) = (form.company(), (state.clock)());
    let tries = state
        .store
        .note_attempt(&format!("ticket:{}", form.ticket), now, WINDOW)
        .await;
    let from_here = match from.0 {
        Some(ip) => {
            state
                .store
                .note_attempt(&format!("ticket-from:{ip}"), now, WINDOW)
                .await
        }
        None => Ok(0),
    };
    match (tries, from_here) {
        (Ok(tries), Ok(from_here)) if tries > TRIES || from_here > MAILS_PER_ADDRESS => return form.again("locked"),
        (Ok(_), Ok(_)) => {}
        (Err(error), _) | (_, Err(error)) => return failed(&error),
    }
    let sha256 = one_time::sha256(Purpose::SignUp, &form.ticket, &form.code);
    let kept = match one_time::take(&state, Purpose::SignUp, &sha256, Some(&company)).await {
        Ok(Taken::Held(kept)) => kept,
        // The first of two clicks has just made the account: its id stands in the note.
        Ok(Taken::Again(kept)) => {
            return match state.store.person(kept.note.as_deref().unwrap_or_default()).await {
                Ok(Some(person)) => finish(&state, &session, &form, person).await,
                Ok(None) => form.again("code"),
                Err(error) => failed(&error),
            };
        }
        Ok(Taken::No) => return form.again("mail_code"),
        Err(error) => return failed(&error),
    };
    let outcome = match exchange(&state, &form).await {
        Ok(()) => {
            let (email, hash) = (kept.email.unwrap_or_default(), kept.password_hash.unwrap_or_default());
            make(&state, &email, &hash, &company).await
        }
        Err(word) => {
            if let Err(error) = state.store.release_one_time(&kept.id).await {
                tracing::error!(%error, "the code of a mail was not given back");
            }
            return form.again(&word);
        }
    };
    match outcome {
        Ok(Some(person)) => {
            if let Err(error) = state
                .store
                .spend_one_time(&kept.id, Some(&person.id), (state.clock)())
                .await
            {
                tracing::error!(%error, "the used code of a mail was not marked so");
            }
            done(&state, &session, Some(&person), &company).await
        }
        Ok(None) => form.again("exists"),
        Err(error) => failed(&error),
    }
}

/// `None`: the address is taken.
async fn make(
    state: &AppState,
    email: &str,
    password_hash: &str,
    company: &str,
) -> Result<Option<PersonRow>, StoreError> {
    let person = NewPerson {
        email: email.to_owned(),
        password_hash: password_hash.to_owned(),
        role: Role::Admin,
        company: Some(company.to_owned()),
    };
    match state.store.add_person(&person, (state.clock)()).await? {
        Ok(id) => state.store.person(&id).await,
        Err(_) => Ok(None),
    }
}

/// Whether too many mails were asked for.
async fn too_many(state: &AppState, from: Peer, email: &str) -> Result<bool, StoreError> {
    let now = (state.clock)();
    let mut many = state
        .store
        .note_attempt(&format!("mail-to:{email}"), now, WINDOW)
        .await?
        > MAILS_PER_ACCOUNT;
    if let Some(ip) = from.0 {
        many |= state
            .store
            .note_attempt(&format!("mail-from:{ip}"), now, WINDOW)
            .await?
            > MAILS_PER_ADDRESS;
    }
    Ok(many)
}

async fn mail_code(
    state: &AppState,
    mail: &Mailer,
    form: &ConnectForm,
    from: Peer,
    email: &str,
    password_hash: String,
) -> Response {
    match too_many(state, from, email).await {
        Ok(false) => {}
        Ok(true) => return form.again("locked"),
        Err(error) => return failed(&error),
    }
    let (ticket, code, now) = (
        uuid::Uuid::new_v4().simple().to_string(),
        one_time::digits(),
        (state.clock)(),
    );
    let secret = NewOneTime {
        purpose: Purpose::SignUp,
        sha256: one_time::sha256(Purpose::SignUp, &ticket, &code),
        company: Some(form.company()),
        email: Some(email.to_owned()),
        role: Some(Role::Admin),
        password_hash: Some(password_hash),
        note: None,
        expires_at: now + LIFE,
    };
    if let Err(error) = state.store.add_one_time(&secret, now).await {
        return failed(&error);
    }
    let text = tf!(
        "Your code is {code}\n\nType it on the page on which you are connecting your company's SAP Concur trips with Whereabouts \
         at {}. It works for 30 minutes.\n\nIf you did not ask for this, do nothing: without the code nothing happens.\n",
        "Ihr Code ist {code}\n\nGeben Sie ihn auf der Seite ein, auf der Sie die SAP-Concur-Reisen Ihres Unternehmens mit \
         Whereabouts auf {} verbinden. Er gilt 30 Minuten.\n\nHaben Sie das nicht angefordert, tun Sie nichts: Ohne den Code \
         geschieht nichts.\n",
        state.public_url
    );
    sent(
        mail.send(
            email,
            &tf!(
                "{code} is your code for Whereabouts",
                "{code} ist Ihr Code für Whereabouts"
            ),
            text,
        )
        .await,
        form,
        &ticket,
    )
}

/// To an address that has an account: what to do, and for who looks at the page the same as for one that has none.
async fn ask_to_sign_in(state: &AppState, mail: &Mailer, form: &ConnectForm, from: Peer, email: &str) -> Response {
    match too_many(state, from, email).await {
        Ok(false) => {}
        Ok(true) => return form.again("locked"),
        Err(error) => return failed(&error),
    }
    let ticket = uuid::Uuid::new_v4().simple().to_string();
    let text = tf!(
        "Somebody, probably you, wanted to make an account for this address at {}.\n\nThere is one already. Go back in the \
         browser and choose \"I have an account\".\n\nIf it was not you, do nothing.\n",
        "Jemand, wahrscheinlich Sie, wollte für diese Adresse ein Konto auf {} anlegen.\n\nEs gibt schon eines. Gehen Sie im \
         Browser zurück und wählen Sie „Ich habe ein Konto“.\n\nWaren Sie es nicht, tun Sie nichts.\n",
        state.public_url
    );
    sent(
        mail.send(
            email,
            t!(
                "You have an account at Whereabouts",
                "Sie haben ein Konto bei Whereabouts"
            ),
            text,
        )
        .await,
        form,
        &ticket,
    )
}

fn sent(sent: Result<(), super::super::mail::MailProblem>, form: &ConnectForm, ticket: &str) -> Response {
    if sent.is_err() {
        return form.again("mail");
    }
    let path = format!(
        "/connect?id={}&requestToken={}&userId={}&ticket={ticket}",
        encode(&form.id),
        encode(&form.request_token),
        encode(&form.user_id)
    );
    Redirect::to(&path).into_response()
}

#[cfg(test)]
mod tests {
    use super::is_plausible;

    #[test]
    fn q63_addresses_are_judged_by_the_server() {
        for good in ["ingrid.lund@fjordline.example", "a+b@c.d.example", "ø@ø.example"] {
            assert!(is_plausible(good), "{good}");
        }
        for bad in [
            "",
            "x",
            "@x.example",
            "x@",
            "x@localhost",
            "x@.example",
            "x@y@z.example",
            "a b@c.example",
            "a@b.c\n",
        ] {
            assert!(!is_plausible(bad), "{bad}");
        }
    }
}
