//! What documents and everyone are measured on: the simulated SAP Concur's world, with all the defects of its channels.
//! Always holds: the same seed and instant give the same documents, so that two runs measure the same.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeZone as _, Utc};
use whereabouts::place::Gazetteer;
use whereabouts::sandbox::{SandboxConfig, World};
use whereabouts::whereabouts::Traveler;

use crate::Fault;

/// A traveler and the documents of all their trips, as Concur would send them.
pub struct Subject {
    pub traveler: Traveler,
    /// Trip id and JSON.
    pub documents: Vec<(String, Vec<u8>)>,
}

/// The middle of the world's time: trips lie up to five weeks before and eleven after.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 9, 12, 0, 0).single().unwrap_or_default()
}

/// People of one company who have at least one trip.
pub fn subjects(travelers: usize) -> Result<Vec<Subject>, Fault> {
    let config = SandboxConfig {
        travelers,
        companies: 1,
        seed: 7,
        ..SandboxConfig::default()
    };
    let world = World::new(&config, Gazetteer::embedded(), now())?;
    let mut subjects: BTreeMap<usize, Subject> = BTreeMap::new();
    for (trip, _) in world.papers() {
        let Some(document) = world.document(trip.id, "https://us.api.concursolutions.com") else {
            continue;
        };
        let person = &world.companies[trip.company].people[trip.person];
        let subject = subjects.entry(trip.person).or_insert_with(|| Subject {
            traveler: Traveler {
                id: person.id.to_string(),
                login: Some(person.login.clone()),
                given_name: Some(person.given.to_owned()),
                family_name: Some(person.family.to_owned()),
                other_names: Vec::new(),
                home: None,
            },
            documents: Vec::new(),
        });
        subject
            .documents
            .push((trip.id.to_string(), serde_json::to_vec(&document)?));
    }
    Ok(subjects.into_values().collect())
}
