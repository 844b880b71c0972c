//! What the contract's tests share: a store of their own, events, documents and episodes to put into it.
//! Used by every module of the contract.
//! Holds always: time is a parameter; `t(0)` is the beginning.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use whereabouts::itinerary::Trip;
use whereabouts::quality::Assessment;
use whereabouts::store::{
    Belief, Claim, Connection, EventFilter, EventKind, EventRow, EventStatus, NewEvent, PresenceSave, Scope, Store,
    StoreError, TravelerRow, TripSave,
};
use whereabouts::whereabouts::{
    Episode, Evidence, Grade, Hypothesis, Move, Notice, Place, PlaceKind, Ramp, Region, Severity, State,
};

/// Coalescing, longest wait and lease of these tests, seconds.
pub const COALESCE: i64 = 2;
pub const WAIT: i64 = 15;
pub const LEASE: i64 = 60;

/// Two companies, connected by [`Bed::connected`].
pub const A: &str = "aaaaaaaa-0000-4000-8000-000000000001";
pub const B: &str = "bbbbbbbb-0000-4000-8000-000000000002";

/// One traveler's presence, to be saved.
pub fn presence(who: &TravelerRow, revision: i64, known_from: DateTime<Utc>, episodes: Vec<Episode>) -> PresenceSave {
    let belief = Belief {
        traveler: who.id.clone(),
        revision,
        episodes,
        changes_at: None,
        quality: Assessment::default(),
    };
    PresenceSave {
        known_from,
        belief,
        others: Vec::new(),
    }
}

/// Seconds after the beginning.
pub fn t(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_323_200 + seconds, 0).unwrap()
}

/// Hours after the beginning.
pub fn h(hours: i64) -> DateTime<Utc> {
    t(hours * 3600)
}

pub fn only(company: &str) -> Scope {
    Scope::Company(company.to_owned())
}

/// A store of its own, and the way into its raw tables.
pub struct Bed {
    pub store: Arc<dyn Store>,
    pub url: String,
    folder: Option<TempDir>,
}

impl Bed {
    pub async fn sqlite() -> Bed {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Bed {
            store: whereabouts::store::open(&url).await.unwrap(),
            url,
            folder: Some(folder),
        }
    }

    pub async fn postgres() -> Bed {
        let url = crate::postgres::fresh_database();
        Bed {
            store: whereabouts::store::open(&url).await.unwrap(),
            url,
            folder: None,
        }
    }

    /// With both companies connected.
    pub async fn connected(&self) -> &Arc<dyn Store> {
        for company in [A, B] {
            self.store.connect_company(&connection(company), t(0)).await.unwrap();
        }
        &self.store
    }

    /// The first column of the first row of a raw query.
    pub async fn number(&self, sql: &'static str) -> i64 {
        if self.folder.is_some() {
            let pool = sqlx::SqlitePool::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap()
        } else {
            let pool = sqlx::PgPool::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap()
        }
    }

    /// A raw statement.
    pub async fn execute(&self, sql: &'static str) {
        if self.folder.is_some() {
            let pool = sqlx::SqlitePool::connect(&self.url).await.unwrap();
            sqlx::query(sql).execute(&pool).await.unwrap();
        } else {
            let pool = sqlx::PgPool::connect(&self.url).await.unwrap();
            sqlx::query(sql).execute(&pool).await.unwrap();
        }
    }

    /// Every "table.column" of the database with its type.
    pub async fn columns(&self) -> Vec<(String, String)> {
        let mut columns: Vec<(String, String)> = if self.folder.is_some() {
            let pool = sqlx::SqlitePool::connect(&self.url).await.unwrap();
            sqlx::query_as(
                "SELECT m.name || '.' || c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> '_sqlx_migrations'",
            )
            .fetch_all(&pool)
            .await
            .unwrap()
        } else {
            let pool = sqlx::PgPool::connect(&self.url).await.unwrap();
            sqlx::query_as(
                "SELECT table_name || '.' || column_name, data_type::text FROM information_schema.columns \
                 WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
            )
            .fetch_all(&pool)
            .await
            .unwrap()
        };
        columns.sort();
        columns
    }

    /// Every "table.column" in which a text occurs.
    pub async fn traces(&self, needle: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (name, kind) in self.columns().await {
            let (table, column) = name.split_once('.').unwrap();
            let count: i64 = if self.folder.is_some() {
                let pool = sqlx::SqlitePool::connect(&self.url).await.unwrap();
                let sql = format!("SELECT count(*) FROM {table} WHERE instr(CAST({column} AS TEXT), $1) > 0");
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                    .bind(needle)
                    .fetch_one(&pool)
                    .await
                    .unwrap()
            } else {
                let pool = sqlx::PgPool::connect(&self.url).await.unwrap();
                let sql = if kind == "bytea" {
                    format!("SELECT count(*) FROM {table} WHERE position(convert_to($1, 'UTF8') IN {column}) > 0")
                } else {
                    format!("SELECT count(*) FROM {table} WHERE strpos({column}::text, $1) > 0")
                };
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                    .bind(needle)
                    .fetch_one(&pool)
                    .await
                    .unwrap()
            };
            if count > 0 {
                found.push(name);
            }
        }
        found
    }

    /// The bytes of the SQLite file and its log; nothing for PostgreSQL.
    pub fn bytes(&self) -> Vec<u8> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let files = std::fs::read_dir(folder.path()).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    /// The one trip that can be claimed at this time.
    pub async fn claim(&self, now: DateTime<Utc>) -> Claim {
        let mut claims = self.claims(now).await;
        assert_eq!(claims.len(), 1, "one trip is due");
        claims.pop().unwrap()
    }

    pub async fn claims(&self, now: DateTime<Utc>) -> Vec<Claim> {
        self.store
            .claim_trips(10, now, std::time::Duration::from_secs(LEASE as u64))
            .await
            .unwrap()
    }

    /// An event arrives when it happened.
    pub async fn happens(&self, event: NewEvent) -> i64 {
        let appended = self.store.append_events(&[event]).await.unwrap();
        assert!(!appended[0].duplicate);
        appended[0].log_id
    }

    /// The whole log, newest first.
    pub async fn log(&self) -> Vec<EventRow> {
        let filter = EventFilter {
            limit: 500,
            ..EventFilter::default()
        };
        self.store.events(&Scope::service(), &filter).await.unwrap().rows
    }

    /// The status of every event by its id.
    pub async fn statuses(&self) -> HashMap<String, EventStatus> {
        self.log()
            .await
            .into_iter()
            .map(|row| (row.event_id, row.status))
            .collect()
    }

    /// Those whose presence is due by then.
    pub async fn due(&self, now: DateTime<Utc>) -> Vec<String> {
        let due = self.store.travelers_due(now, 10).await.unwrap();
        due.into_iter().map(|(_, traveler)| traveler).collect()
    }

    pub async fn traveler(&self, company: &str, login: &str) -> TravelerRow {
        self.store.traveler_for(company, None, Some(login), t(0)).await.unwrap()
    }

    /// Saves presence as of the traveler's present revision.
    pub async fn believe(&self, who: &TravelerRow, known_from: DateTime<Utc>, episodes: Vec<Episode>) {
        let revision = self.store.known_of(&who.company, &who.id).await.unwrap().revision;
        let save = presence(who, revision, known_from, episodes);
        self.store.save_presence(&who.company, &save).await.unwrap();
    }

    /// A fetched document and what follows from it, for a claim.
    pub async fn save(&self, claim: &Claim, who: &TravelerRow, trip: Trip, episodes: Vec<Episode>) -> TripSave {
        let revision = self.store.known_of(&who.company, &who.id).await.unwrap().revision;
        let known_from = trip.modified.unwrap_or(t(0));
        TripSave {
            company: claim.company.clone(),
            traveler: who.id.clone(),
            notices: vec![notice(&trip.id)],
            trip,
            oddities: Vec::new(),
            received_at: known_from,
            companions: Vec::new(),
            presence: presence(who, revision, known_from, episodes),
        }
    }

    /// An event, its claim and its stored document at this time, with a stay in London that rests on it.
    pub async fn stored(&self, company: &str, trip: &str, login: &str, seconds: i64) -> TravelerRow {
        self.happens(event(&format!("{trip}@{seconds}"), company, trip, seconds))
            .await;
        let claims = self.claims(t(seconds + COALESCE)).await;
        let claim = claims.iter().find(|claim| claim.trip == trip).unwrap();
        let who = self.traveler(company, login).await;
        let episodes = vec![citing(stay(h(0), h(48), "LON", 0.8), trip)];
        let save = self.save(claim, &who, document(trip, seconds), episodes).await;
        self.store.finish_stored(claim, &save).await.unwrap();
        who
    }
}

pub fn fenced<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    assert!(matches!(outcome, Err(StoreError::Fenced)), "{outcome:?}");
}

pub fn connection(company: &str) -> Connection {
    Connection {
        company: company.to_owned(),
        name: Some(format!("Company {}", &company[..1])),
        geolocation: "https://eu2.api.concursolutions.com".to_owned(),
        sealed_refresh_token: format!("sealed-{company}"),
        refresh_expires_at: Some(h(24 * 180)),
        connected_by: Some("someone".to_owned()),
        link_sha256: None,
    }
}

/// An update that arrives when it happens.
pub fn event(id: &str, company: &str, trip: &str, seconds: i64) -> NewEvent {
    NewEvent {
        event_id: id.to_owned(),
        kind: EventKind::Updated,
        type_text: "ItineraryUpdated".to_owned(),
        trip: Some(trip.to_owned()),
        company: Some(company.to_owned()),
        user: Some("user-1".to_owned()),
        correlation: None,
        href: Some(format!(
            "https://us.api.concursolutions.com/travel/v4/trips/{trip}?at={seconds}"
        )),
        event_time: Some(t(seconds)),
        received_at: t(seconds),
        body: format!("{{\"id\":\"{id}\",\"trip\":\"{trip}\"}}").into_bytes(),
        quarantined: None,
        due_at: t(seconds + COALESCE),
        due_latest: t(seconds + WAIT),
    }
}

pub fn of_kind(kind: EventKind, event: NewEvent) -> NewEvent {
    NewEvent {
        kind,
        href: None,
        ..event
    }
}

pub fn document(trip: &str, modified: i64) -> Trip {
    Trip {
        id: trip.to_owned(),
        name: Some(format!("Trip at {modified}")),
        modified: Some(t(modified)),
        ..Trip::default()
    }
}

pub fn notice(trip: &str) -> Notice {
    Notice {
        code: "flight_number_missing".to_owned(),
        severity: Severity::Warning,
        trip: trip.to_owned(),
        booking: Some(0),
        segment: Some("Air[0]".to_owned()),
        message: "no flight number".to_owned(),
    }
}

const POINTS: [(&str, &str, &str, [f64; 2]); 5] = [
    ("LON", "London", "GB", [-0.1, 51.5]),
    ("PAR", "Paris", "FR", [2.3, 48.9]),
    ("NYC", "New York", "US", [-74.0, 40.7]),
    ("AKL", "Auckland", "NZ", [174.8, -36.9]),
    ("DEN", "Denver", "US", [-105.0, 39.7]),
];

pub fn city(code: &str) -> Place {
    let (code, name, country, point) = *POINTS.iter().find(|city| city.0 == code).unwrap();
    Place {
        kind: PlaceKind::City,
        code: Some(code.to_owned()),
        name: name.to_owned(),
        country: Some(country.to_owned()),
        point: Some(point),
        radius_km: 25.0,
        city_key: Some(code.to_owned()),
    }
}

pub fn maybe(code: &str, p: Ramp, grade: Grade) -> Hypothesis {
    Hypothesis {
        place: Arc::new(city(code)),
        p,
        grade,
        venue: None,
        countries: Vec::new(),
    }
}

/// At home, nothing else.
pub fn home(from: DateTime<Utc>, until: DateTime<Utc>) -> Episode {
    Episode {
        from,
        until,
        state: State::Home,
        hypotheses: Vec::new(),
        home: Ramp::flat(0.9),
        in_transit: Ramp::flat(0.0),
        unknown: Ramp::flat(0.1),
        region: Region::None,
        move_: None,
        conflict: false,
        evidence: Vec::new(),
        source_as_of: None,
        home_place: Some(Arc::new(city("DEN"))),
        expected: Vec::new(),
        bedless: None,
    }
}

/// In a city with this probability, else nobody knows.
pub fn stay(from: DateTime<Utc>, until: DateTime<Utc>, code: &str, p: f64) -> Episode {
    Episode {
        state: State::Stay,
        hypotheses: vec![maybe(code, Ramp::flat(p), Grade::Intent)],
        home: Ramp::flat(0.0),
        unknown: Ramp::flat(1.0 - p),
        source_as_of: Some(from - TimeDelta::hours(5)),
        ..home(from, until)
    }
}

/// On the way between two cities.
pub fn flight(from: DateTime<Utc>, until: DateTime<Utc>, start: &str, end: &str) -> Episode {
    Episode {
        state: State::InTransit,
        hypotheses: vec![maybe(start, Ramp::flat(0.05), Grade::Booked)],
        home: Ramp::flat(0.0),
        in_transit: Ramp::flat(0.9),
        unknown: Ramp::flat(0.05),
        move_: Some(Arc::new(Move {
            mode: "air".to_owned(),
            identity: Some("BA 117".to_owned()),
            from: city(start),
            to: city(end),
            departs: Some(from),
            arrives: Some(until),
            grade: Grade::Confirmed,
            wide: false,
        })),
        ..home(from, until)
    }
}

pub fn citing(episode: Episode, trip: &str) -> Episode {
    let evidence = vec![Arc::new(Evidence {
        trip: trip.to_owned(),
        booking: "ABC123".to_owned(),
        segment: "Air[0]".to_owned(),
        source: "OpenBookingEmail".to_owned(),
        modified: Some(t(0)),
        rules: vec!["R25".into()],
        says: format!("because of {trip}"),
        against: false,
        held: None,
        via: None,
        also: Vec::new(),
        city: None,
    })];
    Episode { evidence, ..episode }
}
