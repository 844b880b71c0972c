//! Telling a company that one of its sources got worse: once a day a look, then mails and a signed message, tried until they arrive.
//! Started by `serve`; runs until the program stops. Of several nodes one looks and one delivers.
//! Always holds: names no traveler; what was told is not told again; nothing here keeps an event or a page waiting.

use crate::web::german;
use std::time::Duration;

use app::language::{Language, speaking};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::AppState;
use super::backend::source_title;
use super::quality::{Period, Report, Sums, report};
use super::quality_trend::{Fallen, Trend};
use crate::itinerary::Source;
use crate::quality::{self, Finding, Standing, day_of, news, to_told};
use crate::store::{CompanyState, Delivery, Look, Role, Scope, StoreError, Tried, Watch};
use crate::whereabouts::code;

/// The column under which the secret of a company's address is sealed.
pub const SECRET: &str = "quality_watch.secret";
const EVERY: Duration = Duration::from_secs(20);
/// A company is looked at once in this time.
const DAILY: TimeDelta = TimeDelta::hours(24);
/// Nobody else tries a message meanwhile.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// A message that did not arrive is tried after 1, 4, 16 … minutes, at most six hours apart.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);
/// After so many tries, about a day, it is given up.
const TRIES: u32 = 10;

/// Looks and delivers until the program stops.
pub async fn run(state: AppState) {
    let mut stop = state.stop.clone();
    let work = async {
        loop {
            if let Err(error) = round(&state).await {
                tracing::warn!(%error, "sources could not be watched");
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    tokio::select! {
        () = work => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Everything that is due now.
pub async fn round(state: &AppState) -> Result<(), StoreError> {
    let now = (state.clock)();
    for watch in state.store.watches_due(now).await? {
        let look = look(state, &watch, now).await?;
        state.store.looked(&watch, &look, now).await?;
    }
    while let Some(delivery) = state.store.claim_delivery(now, now + LEASE).await? {
        let tried = deliver(state, &delivery, now).await?;
        state.store.tried(&delivery.id, &tried).await?;
    }
    Ok(())
}

/// What is posted, and what a mail is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `quality.worse`
    pub kind: String,
    pub company: String,
    pub at: DateTime<Utc>,
    /// Days of travel.
    pub from: chrono::NaiveDate,
    pub to: chrono::NaiveDate,
    pub worse: Vec<Told>,
    /// Where to look.
    pub page: String,
}

/// One thing that is worse than before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub source: String,
    /// What people call the source.
    pub name: String,
    /// Of a notice; none: the score.
    pub code: Option<String>,
    pub standing: Standing,
    /// In a sentence.
    pub says: String,
}

async fn look(state: &AppState, watch: &Watch, now: DateTime<Utc>) -> Result<Look, StoreError> {
    let (store, scope) = (state.store.as_ref(), Scope::Company(watch.company.clone()));
    let unchanged = Look {
        told: watch.told.clone(),
        next_at: now + DAILY,
        deliveries: Vec::new(),
    };
    let company = store.company(&scope, &watch.company).await?;
    if company.is_none_or(|company| company.state != CompanyState::Connected) {
        return Ok(unchanged);
    }
    let period = Period::last_30(now.date_naive());
    let made = report(store, &scope, period, now).await?;
    let trend = Trend::of(store, &scope, period).await?;
    let counts = store.quality_counts(&scope, period.span()).await?;
    let fallen: Vec<(Source, Fallen)> = Sums::of(&counts)
        .sources()
        .filter_map(|source| Some((source, trend.fallen(source, &Sums::of(&counts))?)))
        .collect();
    let acknowledged = store.quality_acks(&watch.company, day_of(now.date_naive())).await?;
    let known = |source: Source, code: &str| acknowledged.iter().any(|ack| ack.source == source && ack.code == code);
    let mut findings: Vec<Finding> = findings(&made);
    findings.retain(|finding| !finding.code.as_deref().is_some_and(|code| known(finding.source, code)));
    findings.extend(fallen.iter().map(|(source, _)| Finding {
        source: *source,
        code: None,
        standing: Standing::Warn,
    }));
    let news = news(&watch.told, &findings);
    let mut look = Look {
        told: to_told(&findings),
        ..unchanged
    };
    if news.is_empty() {
        return Ok(look);
    }
    let message = Message {
        kind: "quality.worse".to_owned(),
        company: watch.company.clone(),
        at: now,
        from: period.from,
        to: period.to,
        worse: news.iter().map(|finding| told(finding, &made, &fallen)).collect(),
        page: format!("{}/quality", state.public_url),
    };
    let body = serde_json::to_string(&message)?;
    if watch.mail && state.mail.is_some() {
        for person in store.members(&watch.company).await? {
            if person.role == Role::Admin && !person.disabled {
                look.deliveries.push((Some(person.id), body.clone()));
            }
        }
    }
    if !watch.url.is_empty() {
        look.deliveries.push((None, body));
    }
    Ok(look)
}

/// Every notice beyond its limit.
fn findings(report: &Report) -> Vec<Finding> {
    let of_source = |source: &super::quality::SourceReport| {
        let word = quality::named(&source.source).unwrap_or_default();
        let beyond = |standing| matches!(standing, Standing::Warn | Standing::Error);
        source
            .notices
            .iter()
            .filter(|notice| beyond(notice.standing))
            .map(|notice| Finding {
                source: word,
                code: Some(notice.code.clone()),
                standing: notice.standing,
            })
            .collect::<Vec<_>>()
    };
    report.sources.iter().flat_map(of_source).collect()
}

fn told(finding: &Finding, report: &Report, fallen: &[(Source, Fallen)]) -> Told {
    let word = quality::word(finding.source);
    let says = match &finding.code {
        Some(id) => {
            let of_source = report.sources.iter().find(|one| one.source == word);
            let notice = of_source.and_then(|one| one.notices.iter().find(|notice| notice.code == *id));
            let title = code(id).map_or(id.as_str(), |known| known.title);
            notice.map_or_else(String::new, |notice| {
                let limit = notice.limit.map_or(0.0, |limit| match notice.standing {
                    Standing::Error => limit.error,
                    _ => limit.warn,
                });
                let (share, limit) = (notice.rate.unwrap_or(0.0) * 100.0, limit * 100.0);
                format!(
                    "{title}: {} of {} segments, {share:.1} %; the limit is {limit:.1} %",
                    notice.total_notices, notice.concerned
                )
            })
        }
        None => fallen
            .iter()
            .find(|(source, _)| *source == finding.source)
            .map_or_else(String::new, |(_, fallen)| {
                format!(
                    "The score fell from {} to {} within twelve weeks",
                    fallen.was, fallen.is
                )
            }),
    };
    Told {
        source: word.to_owned(),
        name: quality::title(finding.source).to_owned(),
        code: finding.code.clone(),
        standing: finding.standing,
        says,
    }
}

async fn deliver(state: &AppState, delivery: &Delivery, now: DateTime<Utc>) -> Result<Tried, StoreError> {
    let failed = match &delivery.person {
        Some(person) => mail(state, person, &delivery.body).await?,
        None => post(state, delivery, now).await?,
    };
    Ok(match failed {
        None => Tried::Arrived,
        Some((problem, for_good)) if for_good || delivery.attempts >= TRIES => Tried::GivenUp(problem),
        Some((problem, _)) => {
            let wait = FIRST_WAIT * 4_i32.pow(delivery.attempts.saturating_sub(1).min(6));
            Tried::Again(now + wait.min(LONGEST_WAIT), problem)
        }
    })
}

/// Why it did not arrive, and whether it never will.
type Failed = Option<(String, bool)>;

async fn mail(state: &AppState, person: &str, body: &str) -> Result<Failed, StoreError> {
    let (Some(mailer), Some(person)) = (&state.mail, state.store.person(person).await?) else {
        return Ok(Some(("nobody is there any more".to_owned(), true)));
    };
    let message: Message = serde_json::from_str(body)?;
    let lines: Vec<String> = message
        .worse
        .iter()
        .map(|one| format!("- {}. {}.", one.name, one.says))
        .collect();
    let text = format!(
        "Sources of your travel data got worse (travel of {} to {}):\n\n{}\n\nWhat it means and where it is: {}\n\n\
         You get this because your company chose so on that page.\n",
        message.from,
        message.to,
        lines.join("\n"),
        message.page
    );
    // Nobody's language is kept: both are in the mail.
    let text = format!("{text}\n--\n\n{}", in_german(&message));
    let sent = mailer
        .send(
            &person.email,
            "Sources of your travel data got worse / Quellen Ihrer Reisedaten wurden schlechter",
            text,
        )
        .await;
    Ok(sent
        .err()
        .map(|problem| (problem.to_string(), matches!(problem, super::mail::MailProblem::To))))
}

/// The same for readers of German.
fn in_german(message: &Message) -> String {
    let line = |one: &Told| {
        let notice = one
            .code
            .as_deref()
            .and_then(|id| Some((code(id)?.title, german::notice(id)?.0)));
        let says = match notice {
            Some((english, german)) => one.says.replacen(english, german, 1),
            None => one.says.clone(),
        };
        let source = quality::named(&one.source).map_or(one.name.clone(), |source| source_title(source).to_owned());
        // Of "4.2 %" only: no other figure has a point.
        let says = german::said(says).replace('.', ",");
        format!("- {source}. {says}.")
    };
    let lines: Vec<String> = speaking(Language::German, || message.worse.iter().map(line).collect());
    format!(
        "Quellen Ihrer Reisedaten wurden schlechter (Reisen vom {} bis {}):\n\n{}\n\nWas es bedeutet und wo es ist: {}\n\n\
         Sie erhalten dies, weil Ihr Unternehmen es auf jener Seite so gewählt hat.\n",
        message.from.format("%d.%m.%Y"),
        message.to.format("%d.%m.%Y"),
        lines.join("\n"),
        message.page
    )
}

async fn post(state: &AppState, delivery: &Delivery, now: DateTime<Utc>) -> Result<Failed, StoreError> {
    let (Some(webhooks), Some(watch)) = (&state.webhooks, state.store.watch(&delivery.company).await?) else {
        return Ok(Some(("nothing is posted any more".to_owned(), true)));
    };
    let Ok(secret) = state.concur.sealer().open(&watch.company, SECRET, &watch.sealed_secret) else {
        tracing::error!(
            company = watch.company,
            "the secret of a company's address does not open"
        );
        return Ok(Some((
            "its secret cannot be read; set the address again".to_owned(),
            true,
        )));
    };
    let mut secrets = vec![secret];
    // One that does not open any more is no reason to keep the message.
    let old = watch.old_secret.as_ref().filter(|(_, until)| *until > now);
    secrets.extend(old.and_then(|(sealed, _)| state.concur.sealer().open(&watch.company, SECRET, sealed).ok()));
    let message = (delivery.id.as_str(), delivery.body.as_str());
    let posted = webhooks.post(&watch.url, message, &secrets, now).await;
    Ok(posted.err().map(|problem| {
        // 410: nobody is there any more.
        let for_good = matches!(
            problem,
            super::webhook::WebhookProblem::NotAllowed | super::webhook::WebhookProblem::Status(410)
        );
        (problem.to_string(), for_good)
    }))
}
