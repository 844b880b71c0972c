//! Who a new traveler is: name, contact and home city from Concur's identity, at most once a day.
//! Called by the workers before a trip is stored.
//! Always: best effort. A missing scope, a guest or a slow answer costs neither the trip nor more than a few seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::concur::Concur;
use crate::concur::identity::{Address, Person, PersonProblem};
use crate::itinerary::Trip;
use crate::place::Gazetteer;
use crate::store::{NOBODY, ProfileDue, ProfileSave, Store, StoreError, TravelerRow, search_key};

const FRESH: TimeDelta = TimeDelta::days(1);
const ASK_AGAIN: TimeDelta = TimeDelta::hours(1);
const PATIENCE: Duration = Duration::from_secs(5);
/// How probable a town must be to be someone's home.
const SURE: f64 = 0.5;

/// Remembers whom and what it asked for in vain.
#[derive(Default)]
pub(super) struct Profiles {
    asked: Mutex<HashMap<String, DateTime<Utc>>>,
}

impl Profiles {
    /// Brings the profile of `traveler` up to date if it is older than a day.
    pub async fn refresh(
        &self,
        concur: &Arc<Concur>,
        store: &Arc<dyn Store>,
        gazetteer: &Gazetteer,
        traveler: &TravelerRow,
        trip: &Trip,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if traveler.profile_at.is_some_and(|at| now - at < FRESH) || !self.may_ask(&traveler.id, now) {
            return Ok(());
        }
        let company = traveler.company.as_str();
        let known = match self.may_ask(company, now) {
            true => tokio::time::timeout(PATIENCE, ask(concur, store, traveler)).await,
            false => Ok(Err(PersonProblem::NotAllowed)),
        };
        self.note(&traveler.id, now);
        let problem = match known {
            Ok(Ok(person)) => {
                return learn(store, traveler, &profile(person, gazetteer), now).await;
            }
            Ok(Err(problem)) => problem,
            Err(_too_slow) => PersonProblem::Later("no answer in time".to_owned()),
        };
        if problem == PersonProblem::NotAllowed {
            self.note(company, now);
            tracing::info!(
                company,
                "identity is not readable: travelers go by what their trips say"
            );
        }
        let Some(display) = nameless(traveler)
            .then(|| name_in(trip, traveler.login.as_deref()))
            .flatten()
        else {
            return Ok(());
        };
        let profile = ProfileSave {
            display: Some(display),
            ..ProfileSave::default()
        };
        // What may be answered soon is asked again soon.
        let may_change = matches!(problem, PersonProblem::Later(_));
        let as_of = if may_change { now - FRESH + ASK_AGAIN } else { now };
        store.save_profile(company, &traveler.id, &profile, as_of).await
    }

    /// Reads a profile of which Concur says that it changed (I20), however young the kept one is. `false`: not now.
    /// Of one that is gone, how to reach the person is forgotten; the name stays as long as trips do.
    pub async fn again(
        &self,
        concur: &Arc<Concur>,
        store: &Arc<dyn Store>,
        gazetteer: &Gazetteer,
        due: &ProfileDue,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let traveler = &due.traveler;
        if due.is_gone {
            let name_only = ProfileSave {
                given_name: traveler.given_name.clone(),
                family_name: traveler.family_name.clone(),
                display: Some(traveler.name.clone()),
                ..ProfileSave::default()
            };
            learn(store, traveler, &name_only, now).await?;
            return Ok(true);
        }
        self.note(&traveler.id, now);
        match tokio::time::timeout(PATIENCE, ask(concur, store, traveler)).await {
            Ok(Ok(person)) => {
                learn(store, traveler, &profile(person, gazetteer), now).await?;
                Ok(true)
            }
            Ok(Err(PersonProblem::Absent | PersonProblem::NotAllowed)) => Ok(true),
            Ok(Err(PersonProblem::Later(_))) | Err(_) => Ok(false),
        }
    }

    fn may_ask(&self, key: &str, now: DateTime<Utc>) -> bool {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get(key).is_none_or(|at| now - *at > ASK_AGAIN)
    }

    fn note(&self, key: &str, now: DateTime<Utc>) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() > 10_000 {
            asked.retain(|_, at| now - *at <= ASK_AGAIN);
        }
        asked.insert(key.to_owned(), now);
    }
}

/// Keeps a profile. Where it gives a person another name, trips that name guests of this family are read again: the guest
/// may be this very person (R121).
async fn learn(
    store: &Arc<dyn Store>,
    traveler: &TravelerRow,
    profile: &ProfileSave,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let company = traveler.company.as_str();
    store.save_profile(company, &traveler.id, profile, now).await?;
    let same_name = (&profile.given_name, &profile.family_name) == (&traveler.given_name, &traveler.family_name);
    let Some(family) = profile.family_name.as_deref().filter(|_| !same_name).map(search_key) else {
        return Ok(());
    };
    for (trip, _, guest) in store.trips_of_guests(company).await? {
        if search_key(&guest) == family {
            store.want_trip(company, &trip, None, now).await?;
        }
    }
    Ok(())
}

/// By user id, else by login (I1, I2).
async fn ask(concur: &Arc<Concur>, store: &Arc<dyn Store>, traveler: &TravelerRow) -> Result<Person, PersonProblem> {
    let company = traveler.company.as_str();
    let mut last = PersonProblem::Absent;
    if let Some(user) = traveler.concur_user.as_deref().filter(|user| !user.starts_with(NOBODY)) {
        match concur.person_by_id(store, company, user).await {
            Err(PersonProblem::Absent) => {}
            Err(PersonProblem::NotAllowed) => last = PersonProblem::NotAllowed,
            other => return other,
        }
    }
    match &traveler.login {
        Some(login) => concur.person_by_login(store, company, login).await,
        None => Err(last),
    }
}

fn profile(person: Person, gazetteer: &Gazetteer) -> ProfileSave {
    ProfileSave {
        home: person.address.as_ref().and_then(|address| home(address, gazetteer)),
        concur_user: person.id,
        login: person.login,
        given_name: person.given,
        family_name: person.family,
        display: person.display,
        email: person.email,
        phone: person.phone,
        department: person.department,
        emergency: person.emergency,
    }
}

/// The key of the city region in which an address lies, if its town is known beyond doubt.
fn home(address: &Address, gazetteer: &Gazetteer) -> Option<String> {
    let town = address.locality.as_deref()?;
    let found = gazetteer.cities_named(town, address.region.as_deref(), address.country.as_deref());
    found
        .first()
        .filter(|best| best.p >= SURE)
        .map(|best| gazetteer.city(best.city).key())
}

fn nameless(traveler: &TravelerRow) -> bool {
    traveler.profile_at.is_none() && traveler.given_name.is_none() && traveler.family_name.is_none()
}

/// What to call a traveler without profile: the trip's only passenger, unless the login tells of someone else (T26).
fn name_in(trip: &Trip, login: Option<&str>) -> Option<String> {
    let mut names = trip
        .bookings
        .iter()
        .flat_map(|b| &b.passengers)
        .filter_map(|p| Some((p.first.as_deref()?, p.last.as_deref()?)));
    let (first, last) = names.next()?;
    let same = |(f, l): (&str, &str)| f.eq_ignore_ascii_case(first) && l.eq_ignore_ascii_case(last);
    let login_fits = login.is_none_or(|login| login.to_lowercase().contains(&last.to_lowercase()));
    (login_fits && names.all(same)).then(|| format!("{first} {last}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::itinerary::{Booking, Passenger};

    fn trip(names: &[(&str, &str)]) -> Trip {
        let passenger = |(first, last): &(&str, &str)| Passenger {
            first: Some((*first).to_owned()),
            last: Some((*last).to_owned()),
            ..Passenger::default()
        };
        let bookings = names
            .iter()
            .map(|n| Booking {
                passengers: vec![passenger(n)],
                ..Booking::default()
            })
            .collect();
        Trip {
            bookings,
            ..Trip::default()
        }
    }

    #[test]
    fn t26_a_guests_name_is_not_given_to_the_owner_of_the_profile() {
        let emil = Some("Emil Dover".to_owned());
        assert_eq!(name_in(&trip(&[("Emil", "Dover")]), Some("e.dover@example.com")), emil);
        assert_eq!(
            name_in(
                &trip(&[("Emil", "Dover"), ("EMIL", "DOVER")]),
                Some("e.dover@example.com")
            ),
            emil
        );
        assert_eq!(name_in(&trip(&[("Emil", "Dover")]), None), emil);
        assert_eq!(name_in(&trip(&[("Grace", "Guest")]), Some("e.dover@example.com")), None);
        assert_eq!(
            name_in(
                &trip(&[("Emil", "Dover"), ("Grace", "Guest")]),
                Some("e.dover@example.com")
            ),
            None
        );
        assert_eq!(name_in(&trip(&[]), None), None);
    }
}
