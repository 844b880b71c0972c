//! Counts of quality: the sum of what is stored, to the last count; gone with what they were of.

use crate::bed::{A, B, Bed, document, event, notice, only, t};
use whereabouts::itinerary::{Source, Trip};
use whereabouts::quality::{Assessment, Count, Grading, Key, Sample, Shares, TRIPS, TripAssessment};
use whereabouts::store::{EventKind, QualityAck, QualityCount, QualitySpan, Scope, StoreError, TravelerRow};
use whereabouts::whereabouts::Notice;

on_both_engines!(
    r235_counts_are_the_sum_of_what_is_stored,
    r235_a_mended_document_takes_its_notices_along,
    p5_an_erased_trip_leaves_no_count_and_no_sample,
    notices_of_another_trip_of_the_traveler_follow,
    a_company_counts_only_its_own,
    weeks_begin_on_mondays,
    a_span_is_the_sum_of_its_days_wherever_its_weeks_begin,
    r232_limits_are_set_and_taken_back,
    acknowledgements_end,
);

const SPAN: QualitySpan = QualitySpan { from: 0, until: 40_000 };

fn key(day: i32, measure: &str) -> Key {
    Key {
        day,
        source: Source::ParsedMail,
        segment: None,
        measure: measure.to_owned(),
    }
}

fn shares(parts: &[(i32, &str, i64, i64)]) -> Shares {
    parts
        .iter()
        .map(|(day, measure, good, total)| {
            (
                key(*day, measure),
                Count {
                    good: *good,
                    total: *total,
                },
            )
        })
        .collect()
}

/// A trip with `n` notices of one code on a day.
fn assessed(trip: &str, day: i32, n: i64) -> TripAssessment {
    let notices: Vec<Notice> = (0..n)
        .map(|no| Notice {
            booking: usize::try_from(no).ok(),
            ..notice(trip)
        })
        .collect();
    let mut shares = shares(&[(day, TRIPS, i64::from(n == 0), 1)]);
    if n > 0 {
        shares.insert(key(day, &notices[0].code), Count { good: n, total: n });
    }
    TripAssessment {
        trip: trip.to_owned(),
        samples: notices
            .iter()
            .map(|notice| Sample {
                code: notice.code.clone(),
                source: Source::ParsedMail,
                booking: notice.booking,
                segment: None,
                day,
            })
            .collect(),
        notices,
        shares,
    }
}

async fn put(bed: &Bed, company: &str, who: &TravelerRow, trip: &str, at: i64, trips: Vec<TripAssessment>) {
    bed.happens(event(&format!("{company}{trip}{at}"), company, trip, at))
        .await;
    let claim = bed.claim(t(at + 5)).await;
    let document = Trip {
        login: who.login.clone(),
        ..document(trip, at)
    };
    let mut save = bed.save(&claim, who, document, Vec::new()).await;
    save.notices = trips
        .iter()
        .find(|one| one.trip == trip)
        .map(|one| one.notices.clone())
        .unwrap_or_default();
    save.presence.belief.quality = Assessment {
        shares: shares(&[(20_000, "night_city", 0, 3)]),
        trips,
    };
    bed.store.finish_stored(&claim, &save).await.unwrap();
}

async fn counts(bed: &Bed, scope: &Scope) -> Vec<(String, i64, i64)> {
    let counts = bed.store.quality_counts(scope, SPAN).await.unwrap();
    counts
        .into_iter()
        .map(|sum| (sum.measure, sum.count.good, sum.count.total))
        .collect()
}

fn are(expected: &[(&str, i64, i64)]) -> Vec<(String, i64, i64)> {
    expected
        .iter()
        .map(|(measure, good, total)| ((*measure).to_owned(), *good, *total))
        .collect()
}

async fn places(bed: &Bed) -> usize {
    let code = notice("x").code;
    let found = bed
        .store
        .quality_places(&only(A), (Source::ParsedMail, &code), SPAN, 100)
        .await
        .unwrap();
    // The samples of a report are the same places, in the order asked for.
    let wanted = [
        (Source::Supplier, code.as_str()),
        (Source::ParsedMail, &code),
        (Source::ParsedMail, "none"),
    ];
    let sampled = bed.store.quality_samples(&only(A), &wanted, SPAN, 100).await.unwrap();
    assert_eq!(sampled, [vec![], found.clone(), vec![]]);
    let two = bed
        .store
        .quality_samples(&Scope::service(), &wanted[1..2], SPAN, 2)
        .await
        .unwrap();
    assert_eq!(two, [found[..found.len().min(2)].to_vec()]);
    let theirs = bed.store.quality_samples(&only(B), &wanted, SPAN, 100).await.unwrap();
    assert_eq!(theirs, [vec![], vec![], vec![]]);
    assert!(
        bed.store
            .quality_samples(&only(A), &[], SPAN, 100)
            .await
            .unwrap()
            .is_empty()
    );
    let many: Vec<_> = wanted.iter().copied().cycle().take(501).collect();
    let many = bed.store.quality_samples(&only(A), &many, SPAN, 100).await.unwrap();
    assert_eq!((many.len(), &many[499]), (501, &found));
    found.len()
}

async fn r235_counts_are_the_sum_of_what_is_stored(bed: &Bed) {
    bed.connected().await;
    let code = notice("x").code;
    let who = bed.traveler(A, "x@example.com").await;
    put(bed, A, &who, "trip-1", 0, vec![assessed("trip-1", 20_000, 2)]).await;
    let other = bed.traveler(A, "y@example.com").await;
    put(bed, A, &other, "trip-2", 100, vec![assessed("trip-2", 20_001, 3)]).await;
    let all = are(&[(&code, 5, 5), ("night_city", 0, 6), (TRIPS, 0, 2)]);
    assert_eq!(counts(bed, &only(A)).await, all);
    assert_eq!(counts(bed, &Scope::service()).await, all);
    assert_eq!(places(bed).await, 5);
    let one = QualitySpan {
        from: 20_001,
        until: 20_002,
    };
    let sums = bed.store.quality_counts(&only(A), one).await.unwrap();
    assert_eq!(sums.iter().map(|sum| sum.count.total).collect::<Vec<_>>(), [3, 1]);
    // The same again changes nothing.
    put(bed, A, &other, "trip-2", 200, vec![assessed("trip-2", 20_001, 3)]).await;
    assert_eq!(counts(bed, &only(A)).await, all);
}

async fn r235_a_mended_document_takes_its_notices_along(bed: &Bed) {
    bed.connected().await;
    let who = bed.traveler(A, "x@example.com").await;
    put(bed, A, &who, "trip-1", 0, vec![assessed("trip-1", 20_000, 2)]).await;
    put(bed, A, &who, "trip-1", 100, vec![assessed("trip-1", 20_000, 0)]).await;
    assert_eq!(counts(bed, &only(A)).await, are(&[("night_city", 0, 3), (TRIPS, 1, 1)]));
    assert_eq!(places(bed).await, 0);
    assert_eq!(
        bed.number("SELECT count(*) FROM quality_tally WHERE total = 0").await,
        0
    );
    let good = bed
        .store
        .quality_good_trip(&only(A), (Source::ParsedMail, "metro_code_used"), SPAN)
        .await
        .unwrap();
    assert_eq!(good, Some((A.to_owned(), "trip-1".to_owned())));
    assert_eq!(
        bed.store
            .quality_good_trip(&only(B), (Source::ParsedMail, "metro_code_used"), SPAN)
            .await
            .unwrap(),
        None
    );
}

async fn p5_an_erased_trip_leaves_no_count_and_no_sample(bed: &Bed) {
    bed.connected().await;
    let who = bed.traveler(A, "x@example.com").await;
    put(bed, A, &who, "trip-1", 0, vec![assessed("trip-1", 20_000, 2)]).await;
    let mut erasing = event("gone", A, "trip-1", 100);
    erasing.kind = EventKind::Anonymized;
    bed.happens(erasing).await;
    let claim = bed.claim(t(200)).await;
    bed.store.finish_erased(&claim, None, t(200)).await.unwrap();
    assert_eq!(counts(bed, &Scope::service()).await, are(&[]));
    for (table, sql) in [
        ("tally", "SELECT count(*) FROM quality_tally"),
        ("week", "SELECT count(*) FROM quality_week"),
        ("share", "SELECT count(*) FROM quality_share"),
        ("sample", "SELECT count(*) FROM quality_sample"),
        ("trip", "SELECT count(*) FROM quality_trip"),
    ] {
        assert_eq!(bed.number(sql).await, 0, "{table}");
    }
}

/// What one trip says can be odd only because of another one.
async fn notices_of_another_trip_of_the_traveler_follow(bed: &Bed) {
    bed.connected().await;
    let who = bed.traveler(A, "x@example.com").await;
    put(bed, A, &who, "trip-1", 0, vec![assessed("trip-1", 20_000, 1)]).await;
    let both = vec![assessed("trip-1", 20_000, 0), assessed("trip-2", 20_001, 2)];
    put(bed, A, &who, "trip-2", 100, both).await;
    assert!(
        bed.store
            .trip(&only(A), "trip-1")
            .await
            .unwrap()
            .unwrap()
            .notices
            .is_empty()
    );
    assert_eq!(
        bed.store.trip(&only(A), "trip-2").await.unwrap().unwrap().notices.len(),
        2
    );
    assert_eq!(places(bed).await, 2);
    // A trip that is somebody else's is counted with them alone.
    let other = bed.traveler(A, "y@example.com").await;
    let both = vec![assessed("trip-1", 20_000, 7), assessed("trip-3", 20_001, 0)];
    put(bed, A, &other, "trip-3", 200, both).await;
    assert_eq!(places(bed).await, 2);
}

async fn a_company_counts_only_its_own(bed: &Bed) {
    bed.connected().await;
    let who = bed.traveler(A, "x@example.com").await;
    put(bed, A, &who, "trip-1", 0, vec![assessed("trip-1", 20_000, 2)]).await;
    assert_eq!(counts(bed, &only(B)).await, are(&[]));
    let code = notice("x").code;
    let found = bed
        .store
        .quality_places(&only(B), (Source::ParsedMail, &code), SPAN, 100)
        .await
        .unwrap();
    assert!(found.is_empty());
}

async fn weeks_begin_on_mondays(bed: &Bed) {
    bed.connected().await;
    let who = bed.traveler(A, "x@example.com").await;
    // 20,000 days after 1970 is Thursday, 4 October 2024.
    let trips = vec![assessed("trip-1", 19_999, 1)];
    put(bed, A, &who, "trip-1", 0, trips).await;
    let weeks: Vec<QualityCount> = bed.store.quality_weeks(&only(A), SPAN).await.unwrap();
    let monday = weeks.iter().find(|sum| sum.measure == TRIPS).unwrap().week;
    assert_eq!((monday + 3) % 7, 0);
    assert!((0..7).contains(&(19_999 - monday)));
}

async fn a_span_is_the_sum_of_its_days_wherever_its_weeks_begin(bed: &Bed) {
    bed.connected().await;
    let who = bed.traveler(A, "x@example.com").await;
    let days: Vec<i32> = (-10..30).collect();
    let trips = days.iter().map(|day| assessed(&format!("trip-{day}"), 20_000 + day, 0));
    let trips: Vec<TripAssessment> = trips.collect();
    for (nth, trip) in trips.iter().enumerate() {
        put(
            bed,
            A,
            &who,
            &trip.trip,
            i64::try_from(nth).unwrap() * 100,
            trips[..=nth].to_vec(),
        )
        .await;
    }
    for from in [-20, -10, -3, 0, 1, 2, 5, 9] {
        for length in [0, 1, 3, 7, 8, 13, 21, 60] {
            let span = QualitySpan {
                from: 20_000 + from,
                until: 20_000 + from + length,
            };
            let wanted = days.iter().filter(|day| (from..from + length).contains(day)).count();
            let counted = bed.store.quality_counts(&only(A), span).await.unwrap();
            let trips = counted
                .iter()
                .find(|sum| sum.measure == TRIPS)
                .map_or(0, |sum| sum.count.total);
            assert_eq!(trips, i64::try_from(wanted).unwrap(), "{from} {length}");
        }
    }
}

async fn r232_limits_are_set_and_taken_back(bed: &Bed) {
    bed.connected().await;
    let limit = Grading {
        warn: 0.3,
        error: 0.6,
        mostly: 0.0,
    };
    let (of, by) = ((Source::ParsedMail, "flight_number_missing"), ("a@example.com", t(0)));
    for warn in [0.1, 0.3] {
        bed.store
            .set_quality_limit(A, of, Some(Grading { warn, ..limit }), by)
            .await
            .unwrap();
    }
    let limits = bed.store.quality_limits(A).await.unwrap();
    assert_eq!((limits.len(), limits[0].limit), (1, limit));
    assert!(bed.store.quality_limits(B).await.unwrap().is_empty());
    bed.store.set_quality_limit(A, of, None, by).await.unwrap();
    assert!(bed.store.quality_limits(A).await.unwrap().is_empty());
    let unknown = bed.store.set_quality_limit("nobody", of, Some(limit), by).await;
    assert!(matches!(unknown, Err(StoreError::Inconsistent(_))));
}

async fn acknowledgements_end(bed: &Bed) {
    bed.connected().await;
    let ack = QualityAck {
        source: Source::TripIt,
        code: "missing_return".to_owned(),
        until: 20_010,
        note: "The agency knows.".to_owned(),
        by: "a@example.com".to_owned(),
    };
    bed.store.acknowledge_quality(A, &ack, t(0)).await.unwrap();
    assert_eq!(bed.store.quality_acks(A, 20_010).await.unwrap(), vec![ack.clone()]);
    assert!(bed.store.quality_acks(A, 20_011).await.unwrap().is_empty());
    assert!(bed.store.quality_acks(B, 20_010).await.unwrap().is_empty());
    bed.store.forget_quality_ack(A, ack.source, &ack.code).await.unwrap();
    assert!(bed.store.quality_acks(A, 20_010).await.unwrap().is_empty());
    assert!(matches!(
        bed.store.acknowledge_quality("nobody", &ack, t(0)).await,
        Err(StoreError::Inconsistent(_))
    ));
}
