//! What may be kept: a company's choices, applied to every trip before it is stored and to those that are stored already
//! (P11, P12, P16), and what an anonymized document may still say (P1–P4).
//! Called by the workers; the sweep is started by the engine.
//! Always: what is not to be kept goes with everything derived from it; a trip is never withheld because something failed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use super::engine::{Engine, stopped};
use super::lifecycle::{RECOMPUTE, read_as};
use super::presence::owner;
use super::worker::{Left, Worker};
use crate::itinerary::Trip;
use crate::place::Gazetteer;
use crate::store::{
    Claim, CompanyRow, CompanyState, NOBODY, PersonalTrips, PresenceSave, PrivacyPolicy, PrivacyRow, Scope, StoreError,
    TravelerRow, TripToJudge,
};

/// How often trips are looked at whose time may be over.
const SWEEP: TimeDelta = TimeDelta::hours(1);
/// Trips of one look.
const AT_ONCE: u32 = 200;

/// Why a trip is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Withheld {
    /// It ended longer ago than the company wants to keep trips.
    Ended,
    /// The company left longer ago than its data is kept.
    Left,
    /// A leisure trip.
    Personal,
    /// Its traveler's home is in no chosen country.
    Country,
}

/// Why a trip, received then, of a traveler at home there is not kept now, if so.
pub(super) fn withheld(
    policy: &PrivacyPolicy,
    left: Option<DateTime<Utc>>,
    (trip, received): (&Trip, DateTime<Utc>),
    country: Option<&str>,
    now: DateTime<Utc>,
) -> Option<Withheld> {
    let days = |days: u32| TimeDelta::days(i64::from(days));
    if left.is_some_and(|left| left + days(policy.keep_left_days) <= now) {
        return Some(Withheld::Left);
    }
    if trip.last_instant().unwrap_or(received) + days(policy.keep_days) <= now {
        return Some(Withheld::Ended);
    }
    if trip.personal && policy.personal == PersonalTrips::Hide {
        return Some(Withheld::Personal);
    }
    (!is_chosen(policy, country)).then_some(Withheld::Country)
}

/// Whether people at home there are kept (P12).
fn is_chosen(policy: &PrivacyPolicy, country: Option<&str>) -> bool {
    match country {
        _ if policy.countries.is_empty() => true,
        Some(code) => policy.countries.iter().any(|chosen| chosen.eq_ignore_ascii_case(code)),
        None => policy.unknown_country,
    }
}

/// The country of a home, a city key.
pub(super) fn country_of(gazetteer: &Gazetteer, home: Option<&str>) -> Option<String> {
    let city = gazetteer.city_by_key(home?)?;
    Some(city.country.as_str().to_owned())
}

/// What an anonymized document may leave here: places and times, nobody's. `None` if it still names what the erased one
/// named, so that it is not anonymized yet.
pub(super) fn anonymous(mut trip: Trip, erased: &Trip) -> Option<Trip> {
    let names = |trip: &Trip| -> Vec<String> {
        let passengers = trip.bookings.iter().flat_map(|booking| &booking.passengers);
        let parts = passengers.flat_map(|p| [&p.last, &p.text].into_iter().flatten());
        let locators = trip.bookings.iter().filter_map(|booking| booking.locator.as_ref());
        parts
            .chain(locators)
            .chain(&trip.login)
            .map(|text| text.to_lowercase())
            .collect()
    };
    let before = names(erased);
    if names(&trip).iter().any(|name| before.contains(name)) {
        return None;
    }
    (trip.login, trip.name, trip.note) = (None, None, None);
    (trip.client_locator, trip.itin_locator, trip.travel_request) = (None, None, None);
    for booking in &mut trip.bookings {
        (booking.locator, booking.note) = (None, None);
        booking.passengers.clear();
        booking.phones.clear();
        booking.coupons.clear();
        booking.charges.clear();
        for segment in &mut booking.segments {
            (segment.confirmation, segment.cancellation, segment.note) = (None, None, None);
        }
    }
    Some(trip)
}

impl Worker {
    /// Whether a document that was just fetched is not to be kept.
    pub(super) async fn is_withheld(
        &self,
        trip: &Trip,
        traveler: &TravelerRow,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let company = traveler.company.as_str();
        let policy = self.store.privacy(company).await?.policy;
        let row = self.store.company(&Scope::Company(company.to_owned()), company).await?;
        let country = country_of(self.locator.gazetteer, traveler.home.as_deref());
        let left = row.and_then(|row| row.retention_started_at);
        Ok(withheld(&policy, left, (trip, now), country.as_deref(), now).is_some())
    }

    /// Of those whom a trip names, those whose homes the company chose.
    pub(super) async fn admitted(&self, company: &str, companions: Vec<String>) -> Result<Vec<String>, StoreError> {
        let policy = self.store.privacy(company).await?.policy;
        if policy.countries.is_empty() {
            return Ok(companions);
        }
        let (scope, mut admitted) = (Scope::Company(company.to_owned()), Vec::new());
        for companion in companions {
            let row = self.store.traveler(&scope, &companion).await?;
            let country = country_of(self.locator.gazetteer, row.and_then(|row| row.home).as_deref());
            if is_chosen(&policy, country.as_deref()) {
                admitted.push(companion);
            }
        }
        Ok(admitted)
    }

    /// What is believed of everyone who is on a trip, and of `also`, once it is gone; and who they are.
    pub(super) async fn bereft(
        &self,
        (company, trip): (&str, &str),
        also: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(Option<PresenceSave>, Vec<String>), StoreError> {
        let store = self.store.as_ref();
        let mut all: Vec<String> = owner(store, company, trip).await?.into_iter().collect();
        all.extend(also.map(str::to_owned));
        all.extend(store.companions_of(company, trip).await?);
        let mut seen = BTreeSet::new();
        all.retain(|traveler| seen.insert(traveler.clone()));
        let mut save: Option<PresenceSave> = None;
        for traveler in &all {
            let left = self.locator.without(store, (company, traveler), trip, now).await?;
            match &mut save {
                Some(save) => save.others.push(left.belief),
                None => save = Some(left),
            }
        }
        Ok((save, all))
    }

    /// Takes the trip away without a tombstone: a later version, or another choice, may bring it.
    pub(super) async fn withhold(&self, claim: &Claim, traveler: &str) -> Result<&'static str, Left> {
        let company = claim.company.as_str();
        for _ in 0..RECOMPUTE {
            let now = self.now();
            let outcome = async {
                let (save, all) = self.bereft((company, &claim.trip), Some(traveler), now).await?;
                self.store.finish_withheld(claim, save.as_ref()).await?;
                Ok(all)
            };
            match outcome.await {
                Ok(all) => {
                    all.iter().for_each(|traveler| self.publish(company, traveler));
                    return Ok("withheld");
                }
                Err(StoreError::Fenced) => self.still_ours(claim).await?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Fenced.into())
    }

    /// P1, P4, T52: erased at once; then the anonymized document takes the trip's place, if it can be had (P3).
    pub(super) async fn anonymize(&self, claim: &Claim) -> Result<&'static str, Left> {
        let (company, store) = (claim.company.as_str(), self.store.as_ref());
        let scope = Scope::Company(company.to_owned());
        let Some(known) = store.trip(&scope, &claim.trip).await? else {
            return self.erase(claim).await;
        };
        if !self.erase_now(claim).await? {
            return Ok("erased");
        }
        let permits = self.pace.permits(company);
        let _permit = permits.acquire().await.map_err(|_| Left::LeaseLost)?;
        let copy = match self.concur.trip(&self.store, company, &claim.trip, None).await {
            Ok(fetched) => {
                let id = claim.trip.clone();
                let read = tokio::task::spawn_blocking(move || read_as(&id, &fetched.body)).await;
                read.ok().and_then(Result::ok)
            }
            Err(problem) => {
                tracing::info!(
                    company,
                    trip = claim.trip,
                    class = problem.class(),
                    "no anonymized document"
                );
                None
            }
        };
        let copy = copy.and_then(|mut reading| {
            reading.trip = anonymous(reading.trip, &known.trip)?;
            reading.oddities.clear();
            Some(reading)
        });
        let Some(copy) = copy else {
            self.nothing(claim).await?;
            return Ok("erased");
        };
        let of_nobody = Claim {
            user: Some(format!("{NOBODY}{}", claim.trip)),
            known: false,
            ..claim.clone()
        };
        self.store_document(&of_nobody, copy).await?;
        Ok("anonymized")
    }

    /// `false`: something newer waits, and the claim has ended.
    async fn erase_now(&self, claim: &Claim) -> Result<bool, Left> {
        let company = claim.company.as_str();
        for _ in 0..RECOMPUTE {
            let now = self.now();
            let outcome = async {
                let (save, all) = self.bereft((company, &claim.trip), None, now).await?;
                let goes_on = self.store.erase_and_go_on(claim, save.as_ref(), now).await?;
                Ok((goes_on, all))
            };
            match outcome.await {
                Ok((goes_on, all)) => {
                    all.iter().for_each(|traveler| self.publish(company, traveler));
                    return Ok(goes_on);
                }
                Err(StoreError::Fenced) => self.still_ours(claim).await?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Fenced.into())
    }
}

/// Runs until `stop`.
pub(super) async fn run(engine: Arc<Engine>, worker: Arc<Worker>, every: Duration, mut stop: watch::Receiver<bool>) {
    let work = async {
        let mut swept = DateTime::<Utc>::MIN_UTC;
        loop {
            let now = worker.now();
            let is_time = now - swept >= SWEEP;
            match sweep(&engine, &worker, is_time, now).await {
                Ok(()) if is_time => swept = now,
                Ok(()) => {}
                Err(error) => tracing::warn!(%error, "what is not to be kept could not be looked for"),
            }
            tokio::time::sleep(every).await;
        }
    };
    tokio::select! {
        () = work => {}
        () = stopped(&mut stop) => {}
    }
}

/// Companies whose choices changed are judged at once, what grew old once in a while.
async fn sweep(engine: &Engine, worker: &Worker, is_time: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
    for company in worker.store.companies(&Scope::service()).await? {
        let row = worker.store.privacy(&company.id).await?;
        let changed = row.revision > row.judged;
        if changed || is_time {
            judge(worker, &company, &row, changed, now).await?;
        }
        if changed {
            worker.store.privacy_judged(&company.id, row.revision).await?;
            // What was not kept until now may be wanted: the list brings it.
            if company.state == CompanyState::Connected {
                engine.connected(&company.id);
            }
        }
    }
    Ok(())
}

async fn judge(
    worker: &Worker,
    company: &CompanyRow,
    row: &PrivacyRow,
    changed: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let left = company.retention_started_at;
    let days = |days: u32| TimeDelta::days(i64::from(days));
    let all = changed || left.is_some_and(|left| left + days(row.policy.keep_left_days) <= now);
    let ended = (!all).then(|| now - days(row.policy.keep_days));
    let (mut after, mut gone) = (String::new(), 0_u32);
    loop {
        let trips = worker.store.trips_to_judge(&company.id, ended, &after, AT_ONCE).await?;
        let Some(last) = trips.last() else { break };
        after = last.row.trip.id.clone();
        for TripToJudge { row: stored, home } in &trips {
            let country = country_of(worker.locator.gazetteer, home.as_deref());
            if withheld(
                &row.policy,
                left,
                (&stored.trip, stored.received_at),
                country.as_deref(),
                now,
            )
            .is_some()
            {
                withhold(worker, &company.id, &stored.trip.id, now).await?;
                gone += 1;
            } else if changed && names_several(&stored.trip) {
                // Who else is on it is judged when it is read anew.
                worker.store.want_trip(&company.id, &stored.trip.id, None, now).await?;
            }
        }
    }
    if left.is_some_and(|left| left + days(row.policy.keep_left_days) <= now) {
        worker.store.forget_bodies(&company.id).await?;
    }
    if gone > 0 {
        tracing::info!(company = company.id, gone, "trips were not to be kept any longer");
    }
    Ok(())
}

fn names_several(trip: &Trip) -> bool {
    let passengers = trip.bookings.iter().flat_map(|booking| &booking.passengers);
    passengers.map(|p| (&p.first, &p.last)).collect::<BTreeSet<_>>().len() > 1
}

async fn withhold(worker: &Worker, company: &str, trip: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    for _ in 0..RECOMPUTE {
        let outcome = async {
            let (save, all) = worker.bereft((company, trip), None, now).await?;
            if save.is_some() {
                worker.store.withhold_trip(company, trip, save.as_ref()).await?;
            }
            Ok(all)
        };
        match outcome.await {
            Ok(all) => {
                all.iter().for_each(|traveler| worker.publish(company, traveler));
                return Ok(());
            }
            // A traveler changed meanwhile.
            Err(StoreError::Fenced) => {}
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Fenced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::itinerary::read;

    fn trip(extra: &str) -> Trip {
        let json = format!(
            r#"{{"id":"t","UserLoginId":"e.dover@example.com","EndDateUtc":"2026-03-10T10:00:00"{extra},"Bookings":[
            {{"RecordLocator":"QW7TRA","Passengers":[{{"NameFirst":"Emil","NameLast":"Dover"}}],"Segments":{{"Hotel":[
            {{"Name":"Hotel One","StartCity":"London","StartDateLocal":"2026-03-09T15:00:00","ConfirmationNumber":"C1"}}]}}}}]}}"#
        );
        read(json.as_bytes()).unwrap().trip
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn p16_a_trip_is_kept_for_so_many_days_after_its_end_or_after_the_company_left() {
        let policy = PrivacyPolicy {
            keep_days: 30,
            keep_left_days: 7,
            ..PrivacyPolicy::default()
        };
        let is = |left: Option<&str>, now: &str| withheld(&policy, left.map(at), (&trip(""), at(now)), None, at(now));
        assert_eq!(is(None, "2026-04-09T09:59:59Z"), None);
        assert_eq!(is(None, "2026-04-09T10:00:00Z"), Some(Withheld::Ended));
        assert_eq!(is(Some("2026-03-01T00:00:00Z"), "2026-03-07T23:00:00Z"), None);
        assert_eq!(
            is(Some("2026-03-01T00:00:00Z"), "2026-03-08T00:00:00Z"),
            Some(Withheld::Left)
        );
    }

    #[test]
    fn p11_p12_personal_trips_and_homes_elsewhere_are_kept_as_the_company_chose() {
        let now = at("2026-03-01T00:00:00Z");
        let policy = |personal, countries: &[&str], unknown_country| PrivacyPolicy {
            personal,
            countries: countries.iter().map(|code| (*code).to_owned()).collect(),
            unknown_country,
            ..PrivacyPolicy::default()
        };
        let leisure = trip(r#","IsPersonal":true"#);
        let is =
            |policy: &PrivacyPolicy, trip: &Trip, home: Option<&str>| withheld(policy, None, (trip, now), home, now);
        assert_eq!(is(&policy(PersonalTrips::Mark, &[], true), &leisure, None), None);
        let hide = policy(PersonalTrips::Hide, &[], true);
        assert_eq!(is(&hide, &leisure, None), Some(Withheld::Personal));
        assert_eq!(is(&hide, &trip(""), None), None);
        let germans = policy(PersonalTrips::Mark, &["DE", "AT"], true);
        assert_eq!(is(&germans, &trip(""), Some("DE")), None);
        assert_eq!(is(&germans, &trip(""), Some("US")), Some(Withheld::Country));
        assert_eq!(is(&germans, &trip(""), None), None);
        let known = policy(PersonalTrips::Mark, &["DE"], false);
        assert_eq!(is(&known, &trip(""), None), Some(Withheld::Country));
    }

    #[test]
    fn p12_a_home_is_in_the_country_of_its_city() {
        let gazetteer = Gazetteer::embedded();
        assert_eq!(country_of(gazetteer, Some("LON")).as_deref(), Some("GB"));
        assert_eq!(country_of(gazetteer, Some("nowhere")), None);
        assert_eq!(country_of(gazetteer, None), None);
    }

    #[test]
    fn p1_p3_an_anonymized_document_leaves_places_and_times_of_nobody() {
        let erased = trip("");
        assert_eq!(anonymous(trip(""), &erased), None, "it names who was erased");
        let mut other = trip("");
        (other.login, other.bookings[0].locator) = (Some("anonymous-1".into()), None);
        assert_eq!(anonymous(other.clone(), &erased), None, "the passenger is still there");
        other.bookings[0].passengers[0].last = Some("Anonymized".into());
        let left = anonymous(other, &erased).unwrap();
        let text = serde_json::to_string(&left).unwrap();
        for gone in ["anonymous-1", "Anonymized", "QW7TRA", "C1", "Emil"] {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
        assert!(text.contains("London"));
    }
}
