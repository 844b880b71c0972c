//! Who besides its owner is on a trip: people of the company whom a booking names, and guests (R120, R122, R126).
//! Called by `lifecycle` before a document is stored and before a trip is erased.
//! Always: a name that fits two people is neither's without a second key; a guest belongs to whoever booked for them.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::worker::Worker;
use crate::itinerary::Trip;
use crate::store::{Belief, GUEST, ProfileSave, Scope, StoreError, TravelerRow};
use crate::whereabouts::{Companion, Traveler, companions};

impl Worker {
    /// The travelers besides `owner` whom the document names, by our id. Guests who are new are created.
    pub(super) async fn party(&self, owner: &TravelerRow, trip: &Trip) -> Result<Vec<String>, StoreError> {
        let company = owner.company.as_str();
        // Read again: their profile may have come just now.
        let scope = Scope::Company(company.to_owned());
        let owner = self
            .store
            .traveler(&scope, &owner.id)
            .await?
            .unwrap_or_else(|| owner.clone());
        let others = companions(trip, &traveler(&owner));
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let people = self.store.named_travelers(company).await?;
        let mut party = Vec::new();
        for companion in others {
            let of_the_name: Vec<&TravelerRow> = people
                .iter()
                .filter(|row| row.id != owner.id && companion.is(&traveler(row)))
                .collect();
            let sure: Vec<&TravelerRow> = match of_the_name.as_slice() {
                [one] => vec![*one],
                several => several
                    .iter()
                    .copied()
                    .filter(|row| has_number(trip, &companion, row))
                    .collect(),
            };
            match sure.as_slice() {
                [one] => party.push(one.id.clone()),
                _ if companion.by_company => party.push(self.guest(&owner, &companion).await?),
                _ => {}
            }
        }
        party.sort_unstable();
        party.dedup();
        Ok(party)
    }

    /// The traveler who stands for a guest: the same one whenever the same owner's trips name them.
    async fn guest(&self, owner: &TravelerRow, companion: &Companion) -> Result<String, StoreError> {
        let digest = Sha256::digest(format!("{}\n{}", owner.id, companion.key));
        let stand_in = digest
            .iter()
            .take(16)
            .fold(GUEST.to_owned(), |id, byte| format!("{id}{byte:02x}"));
        let guest = self
            .store
            .traveler_for(&owner.company, Some(&stand_in), None, self.now())
            .await?;
        if guest.family_name.is_none() {
            let profile = ProfileSave {
                given_name: Some(companion.given.clone()),
                family_name: Some(companion.family.clone()),
                ..ProfileSave::default()
            };
            self.store
                .save_profile(&owner.company, &guest.id, &profile, self.now())
                .await?;
        }
        Ok(guest.id)
    }

    /// What is believed of those whom the trip names, and of those whom it named before, once it is stored.
    pub(super) async fn beliefs(
        &self,
        trip: &Trip,
        (company, owner): (&str, &str),
        party: &[String],
        now: DateTime<Utc>,
    ) -> Result<Vec<Belief>, StoreError> {
        let store = self.store.as_ref();
        let mut beliefs = Vec::new();
        for companion in party {
            beliefs.push(self.locator.beside(store, (company, companion), trip, now).await?);
        }
        for before in store.companions_of(company, &trip.id).await? {
            if before != owner && !party.contains(&before) {
                beliefs.push(
                    self.locator
                        .without(store, (company, &before), &trip.id, now)
                        .await?
                        .belief,
                );
            }
        }
        Ok(beliefs)
    }
}

/// R126: of several people of one name, the one whose number the booking has for this passenger.
fn has_number(trip: &Trip, companion: &Companion, row: &TravelerRow) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let own = row.phone.as_deref().map(digits).filter(|own| own.len() >= 7);
    let person = traveler(row);
    own.is_some_and(|own| {
        trip.bookings.iter().any(|booking| {
            let no = booking
                .passengers
                .iter()
                .filter(|p| companion.names(p))
                .find_map(|p| p.rph);
            let alone = booking.passengers.len() == 1 && companion.is(&person);
            let theirs = booking
                .phones
                .iter()
                .filter(|phone| alone || (no.is_some() && phone.rph == no));
            theirs
                .map(|phone| digits(&phone.number))
                .any(|number| number.ends_with(&own) || own.ends_with(&number) && number.len() >= 7)
        })
    })
}

fn traveler(row: &TravelerRow) -> Traveler {
    Traveler {
        id: row.id.clone(),
        login: row.login.clone(),
        given_name: row.given_name.clone(),
        family_name: row.family_name.clone(),
        other_names: vec![row.name.clone()],
        home: row.home.clone(),
    }
}
