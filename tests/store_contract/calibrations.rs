//! What was said and came true, month by month.

use crate::bed::{A, B, Bed, document, event, only, t};
use whereabouts::itinerary::{Source, Trip};
use whereabouts::quality::{Count, Said};
use whereabouts::store::Scope;

on_both_engines!(
    a_month_is_looked_at_once_and_kept_once,
    companies_are_added_up_for_whoever_sees_them_all,
    travelers_with_a_trip_are_read_in_order,
);

fn said(expected: f64, good: i64, total: i64) -> Said {
    Said {
        expected,
        came: Count { good, total },
    }
}

async fn a_month_is_looked_at_once_and_kept_once(bed: &Bed) {
    let store = bed.connected().await;
    assert_eq!(store.uncalibrated("2026-10").await.unwrap(), [A, B]);
    store.put_calibration(A, "2026-10", &[]).await.unwrap();
    assert_eq!(store.uncalibrated("2026-10").await.unwrap(), [B]);
    assert_eq!(store.uncalibrated("2026-11").await.unwrap(), [A, B]);
    assert!(store.calibrations(&only(A), 9).await.unwrap().is_empty());
    for expected in [1.0, 31.25] {
        let kept = [(Source::ParsedMail, said(expected, 28, 40))];
        store.put_calibration(A, "2026-10", &kept).await.unwrap();
    }
    let kept = store.calibrations(&only(A), 9).await.unwrap();
    assert_eq!(
        (kept.len(), kept[0].source, kept[0].said),
        (1, Source::ParsedMail, said(31.25, 28, 40))
    );
    assert!(store.calibrations(&only(B), 9).await.unwrap().is_empty());
}

async fn companies_are_added_up_for_whoever_sees_them_all(bed: &Bed) {
    let store = bed.connected().await;
    for (company, month) in [(A, "2026-09"), (A, "2026-10"), (B, "2026-10")] {
        let kept = [(Source::Gds, said(9.5, 9, 10)), (Source::TripIt, said(3.0, 2, 4))];
        store.put_calibration(company, month, &kept).await.unwrap();
    }
    let all = store.calibrations(&Scope::service(), 1).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].month.as_str(), all[0].said), ("2026-10", said(19.0, 18, 20)));
    assert_eq!(store.calibrations(&Scope::service(), 2).await.unwrap().len(), 4);
}

async fn travelers_with_a_trip_are_read_in_order(bed: &Bed) {
    bed.connected().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        let who = bed.traveler(A, &format!("x{n}@example.com")).await;
        ids.push(who.id.clone());
        let trip = format!("trip-{n}");
        bed.happens(event(&trip, A, &trip, n * 100)).await;
        let claim = bed.claim(t(n * 100 + 5)).await;
        let document = Trip {
            login: who.login.clone(),
            ..document(&trip, n * 100)
        };
        let save = bed.save(&claim, &who, document, Vec::new()).await;
        bed.store.finish_stored(&claim, &save).await.unwrap();
    }
    bed.traveler(A, "nobody@example.com").await;
    ids.sort();
    assert_eq!(bed.store.traveling_after(A, "", 2).await.unwrap(), ids[..2]);
    assert_eq!(bed.store.traveling_after(A, &ids[1], 2).await.unwrap(), ids[2..]);
    assert!(bed.store.traveling_after(B, "", 2).await.unwrap().is_empty());
}
