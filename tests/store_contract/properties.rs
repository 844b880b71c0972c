//! What holds in any order of things: of the queue (reliability.md §2.4, §6) and of presence.

use crate::bed::{A, Bed, LEASE, document, event, h, home, of_kind, only, stay, t};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::{HashMap, HashSet};
use whereabouts::store::{Claim, EventKind, EventStatus, PresenceQuery, Scope, StoreError};
use whereabouts::whereabouts::Episode;

const TRIPS: [&str; 3] = ["trip-1", "trip-2", "trip-3"];

/// One thing that can happen to the queue.
#[derive(Clone, Debug)]
enum Step {
    /// An event of a trip; the last of its kind again if `again`.
    Event {
        trip: usize,
        kind: EventKind,
        age: i64,
        again: bool,
    },
    /// Time goes on, perhaps beyond leases.
    Wait(i64),
    /// Someone claims.
    Claim,
    /// One of the claims ever made ends in some way, whether it still holds or not.
    Finish {
        which: usize,
        how: usize,
    },
    Replay {
        which: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![
        4 => Just(EventKind::Updated),
        1 => Just(EventKind::Created),
        1 => Just(EventKind::Deleted),
        1 => Just(EventKind::Anonymized),
    ];
    prop_oneof![
        4 => (0..TRIPS.len(), kind, 0..40_i64, prop::bool::weighted(0.2))
            .prop_map(|(trip, kind, age, again)| Step::Event { trip, kind, age, again }),
        3 => (1..2 * LEASE).prop_map(Step::Wait),
        4 => Just(Step::Claim),
        5 => (any::<usize>(), 0..6_usize).prop_map(|(which, how)| Step::Finish { which, how }),
        1 => any::<usize>().prop_map(|which| Step::Replay { which }),
    ]
}

/// What a test knows of the queue by itself.
#[derive(Default)]
struct Model {
    now: i64,
    events: Vec<(String, i64)>,
    claims: Vec<Claim>,
    /// Token and end of the lease of each trip, as far as the test can know.
    held: HashMap<String, (i64, i64)>,
}

impl Model {
    async fn claim(&mut self, bed: &Bed) {
        for claim in bed.claims(t(self.now)).await {
            if let Some((token, until)) = self.held.get(&claim.trip) {
                assert!(*until <= self.now, "{} is fetched twice at once", claim.trip);
                assert!(claim.lease_token > *token, "fencing tokens grow");
            }
            self.held
                .insert(claim.trip.clone(), (claim.lease_token, self.now + LEASE));
            self.claims.push(claim);
        }
    }

    async fn finish(&mut self, bed: &Bed, claim: &Claim, how: usize) {
        let (store, now) = (&bed.store, t(self.now));
        let who = bed.traveler(A, "x@example.com").await;
        let save = bed.save(claim, &who, document(&claim.trip, self.now), Vec::new()).await;
        let outcome = match how {
            0 => store.finish_stored(claim, &save).await,
            1 => store.finish_nothing(claim).await,
            2 => store.finish_retry(claim, t(self.now + 30), "x").await,
            3 => store.finish_grace(claim, t(self.now + 50), now).await,
            4 => store.finish_erased(claim, Some(&save.presence), now).await,
            _ => store.finish_dead(claim, "x").await,
        };
        let holds = self
            .held
            .get(&claim.trip)
            .is_some_and(|(token, _)| *token == claim.lease_token);
        match outcome {
            Ok(()) => {
                assert!(holds, "a lost claim wrote its outcome");
                self.held.remove(&claim.trip);
            }
            Err(StoreError::Fenced) => assert!(!holds, "a claim that holds was refused"),
            Err(error) => panic!("{error}"),
        }
    }

    async fn take(&mut self, bed: &Bed, step: &Step) {
        match step {
            Step::Event { trip, kind, age, again } => {
                let last = self.events.last().cloned();
                let id = last
                    .filter(|_| *again)
                    .map_or_else(|| format!("e{}", self.events.len()), |(id, _)| id);
                let mut new = of_kind(*kind, event(&id, A, TRIPS[*trip], self.now));
                new.event_time = Some(t(self.now - age));
                let known = self.events.iter().any(|(known, _)| *known == id);
                let appended = bed.store.append_events(&[new]).await.unwrap();
                assert_eq!(appended[0].duplicate, known);
                if !known {
                    self.events.push((id, appended[0].log_id));
                }
            }
            Step::Wait(seconds) => self.now += seconds,
            Step::Claim => self.claim(bed).await,
            Step::Finish { which, how } if !self.claims.is_empty() => {
                let claim = self.claims[which % self.claims.len()].clone();
                self.finish(bed, &claim, *how).await;
            }
            Step::Replay { which } if !self.events.is_empty() => {
                let (_, id) = self.events[which % self.events.len()];
                assert!(bed.store.replay_event(&only(A), id, t(self.now)).await.unwrap());
            }
            Step::Finish { .. } | Step::Replay { .. } => {}
        }
    }

    /// Nothing more happens; whatever is due is done.
    async fn drain(&mut self, bed: &Bed) {
        for _ in 0..50 {
            let Some(due) = bed.store.next_due(t(self.now)).await.unwrap() else {
                return;
            };
            self.now = self.now.max((due - t(0)).num_seconds());
            let before = self.claims.len();
            self.claim(bed).await;
            for n in before..self.claims.len() {
                let claim = self.claims[n].clone();
                let how = if claim.last_kind == EventKind::Anonymized { 4 } else { 0 };
                self.finish(bed, &claim, how).await;
            }
        }
        panic!("the queue never rests");
    }
}

async fn the_queue_ends_what_it_began(bed: &Bed, steps: &[Step]) {
    bed.connected().await;
    let mut model = Model::default();
    for step in steps {
        model.take(bed, step).await;
    }
    model.drain(bed).await;
    assert_eq!(
        bed.number("SELECT count(*) FROM trip_sync WHERE done_gen <> wanted_gen")
            .await,
        0
    );
    assert_eq!(
        bed.number("SELECT count(*) FROM trip_sync WHERE lease_until <> 0 OR due_at IS NOT NULL")
            .await,
        0
    );
    assert_eq!(
        bed.number("SELECT count(*) FROM trip_sync WHERE href IS NOT NULL")
            .await,
        0
    );
    let log = bed.log().await;
    assert_eq!(log.len(), model.events.len(), "every event is there once");
    let open = [EventStatus::Received, EventStatus::Failed];
    assert!(log.iter().all(|row| !open.contains(&row.status)), "{log:?}");
    let status = bed.store.ingest_status(&Scope::service(), t(model.now)).await.unwrap();
    assert_eq!(
        (
            status.queued,
            status.running,
            status.waiting_retry,
            status.waiting_grace
        ),
        (0, 0, 0, 0)
    );
}

/// Cases of a property, each on a store of its own.
pub fn run<S: Strategy>(cases: u32, strategy: &S, engines: &[bool], property: impl AsyncFn(&Bed, &S::Value)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for sqlite in engines {
        let mut runner = TestRunner::new(Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        });
        let outcome = runner.run(strategy, |value| {
            runtime.block_on(async {
                let bed = if *sqlite {
                    Bed::sqlite().await
                } else {
                    Bed::postgres().await
                };
                property(&bed, &value).await;
            });
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }
}

#[test]
fn any_order_of_things_leaves_the_queue_at_rest() {
    let steps = prop::collection::vec(step(), 1..60);
    run(24, &steps, &[true], async |bed: &Bed, steps: &Vec<Step>| {
        the_queue_ends_what_it_began(bed, steps).await
    });
    run(8, &steps, &[false], async |bed: &Bed, steps: &Vec<Step>| {
        the_queue_ends_what_it_began(bed, steps).await
    });
}

/// Parts of a timeline: length in hours, whether away, tenths of probability there.
type Parts = Vec<(i64, bool, u8)>;
/// Seconds after the save before, and what is saved.
type Saves = Vec<(i64, Parts)>;

/// A timeline of stays and days at home.
fn timeline(parts: &[(i64, bool, u8)]) -> Vec<Episode> {
    let mut at = 0;
    let mut episodes = Vec::new();
    for (length, away, p) in parts {
        let (from, until) = (h(at), h(at + length));
        episodes.push(if *away {
            stay(from, until, "LON", f64::from(*p) / 10.0)
        } else {
            home(from, until)
        });
        at += length;
    }
    episodes
}

/// Every save is what is known from its time on, until the next one; at no time is there a second row.
async fn presence_is_what_was_saved_last(bed: &Bed, saves: &Saves) {
    bed.connected().await;
    let who = bed.traveler(A, "x@example.com").await;
    let mut history: Vec<(i64, Vec<Episode>)> = Vec::new();
    let mut known = 0;
    for (later, parts) in saves {
        known += later;
        bed.believe(&who, t(known), timeline(parts)).await;
        history.push((known, timeline(parts)));
    }
    let instants: HashSet<i64> = history
        .iter()
        .flat_map(|(_, episodes)| episodes.iter().map(|episode| (episode.from - h(0)).num_hours()))
        .flat_map(|hours| [hours, hours + 1])
        .collect();
    for hours in instants {
        let last = history.last().and_then(|(_, episodes)| {
            let now = episodes.iter().find(|e| e.from <= h(hours) && h(hours) < e.until);
            now.map(|episode| episode.home.from < 0.5)
        });
        let minute = std::time::Duration::from_secs(60);
        let bins = bed.store.away_histogram(&only(A), h(hours), minute, 1).await.unwrap();
        assert_eq!(bins[0].intent, u32::from(last == Some(true)), "away at {hours} h");
        for as_of in [-1, known / 2, known, known + 1] {
            let expected = history.iter().rfind(|(at, _)| *at <= as_of).and_then(|(_, episodes)| {
                episodes
                    .iter()
                    .find(|episode| episode.from <= h(hours) && h(hours) < episode.until)
            });
            let q = PresenceQuery {
                as_of: Some(t(as_of)),
                ..PresenceQuery::at(h(hours))
            };
            let rows = bed.store.presence_at(&only(A), &q).await.unwrap();
            let found: Vec<_> = rows
                .iter()
                .map(|row| (row.from, row.until, row.state, row.home))
                .collect();
            let wanted: Vec<_> = expected
                .iter()
                .map(|episode| (episode.from, episode.until, episode.state, episode.home.from))
                .collect();
            assert_eq!(found, wanted, "at {hours} h as of {as_of} s");
            let whole = bed
                .store
                .episodes(&only(A), &who.id, h(hours), h(hours + 1), Some(t(as_of)))
                .await
                .unwrap();
            assert_eq!(whole.first(), expected, "at {hours} h as of {as_of} s");
        }
    }
}

#[test]
fn any_sequence_of_saves_can_be_asked_about() {
    let part = (1..400_i64, any::<bool>(), 5..9_u8);
    let saves = prop::collection::vec((0..3_i64, prop::collection::vec(part, 0..6)), 1..6);
    run(16, &saves, &[true], async |bed: &Bed, saves: &Saves| {
        presence_is_what_was_saved_last(bed, saves).await
    });
    run(6, &saves, &[false], async |bed: &Bed, saves: &Saves| {
        presence_is_what_was_saved_last(bed, saves).await
    });
}
