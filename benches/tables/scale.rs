//! How the work grows: one traveler with 40 trips recomputed, one document of ever more segments, a million segments in one run.
//! Always holds: memory is what the system says this program holds, so the last table says it on Linux only.

use std::hint::black_box;
use std::time::{Duration, Instant};

use whereabouts::place::Gazetteer;
use whereabouts::whereabouts::{Judgement, Record, Traveler, timeline};

use crate::Outcome;
use crate::corpus::now;
use crate::table::{Table, ms, verdict};
use crate::trips::{TRIPS, document, read, traveler};

const SEGMENTS: usize = 1_000_000;
const AIM: Duration = Duration::from_millis(1);
/// A run that keeps nothing grows by less than this, MB.
const AIM_GROWTH_MB: f64 = 10.0;

pub fn run() -> Outcome {
    let traveler = traveler();
    let documents: Vec<Vec<u8>> = (0..TRIPS).map(|number| document(&[number])).collect();
    let records = read(&documents)?;
    let recomputed = fastest(20, || locate(&traveler, &records));

    let mut table = Table::new("How the work grows", &["", "ms", "MB held"]);
    table.row([
        format!("one traveler with {TRIPS} trips, recomputed"),
        ms(recomputed),
        String::new(),
    ]);
    for trips in [50, 100, 200, 400, 800] {
        let documents = [document(&(0..trips).collect::<Vec<_>>())];
        read(&documents)?;
        // The first round asks the system for memory that the others have.
        let work = || read(&documents).map(|records| locate(&traveler, &records));
        let took = fastest(5, || drop(black_box(work())));
        let what = format!("one document of {} segments, read and located", trips * 3);
        table.row([what, ms(took), String::new()]);
    }
    let (begin, mut early, mut segments) = (Instant::now(), None, 0);
    while segments < SEGMENTS {
        locate(&traveler, &read(&documents)?);
        segments += TRIPS * 3;
        if segments >= SEGMENTS / 10 && early.is_none() {
            early = held_mb();
            table.row([
                format!("{segments} segments in one run"),
                ms(begin.elapsed()),
                shown(early),
            ]);
        }
    }
    let late = held_mb();
    table.row([
        format!("{segments} segments in one run"),
        ms(begin.elapsed()),
        shown(late),
    ]);
    let aim = format!("{TRIPS} trips recomputed in less than {} ms", AIM.as_millis());
    table.note(verdict(&aim, recomputed < AIM));
    if let (Some(early), Some(late)) = (early, late) {
        let aim = format!("{SEGMENTS} segments with memory that grows by less than {AIM_GROWTH_MB} MB");
        table.note(verdict(&aim, late - early < AIM_GROWTH_MB));
    }
    Ok(table)
}

fn locate(traveler: &Traveler, records: &[Record]) {
    black_box(timeline(
        Gazetteer::embedded(),
        &Judgement::CURRENT,
        traveler,
        records,
        now(),
    ));
}

fn fastest(rounds: usize, work: impl Fn()) -> Duration {
    let once = || {
        let begin = Instant::now();
        work();
        begin.elapsed()
    };
    (0..rounds).map(|_| once()).min().unwrap_or_default()
}

/// What the system says that this program holds in memory.
fn held_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kb: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kb / 1e3)
}

fn shown(mb: Option<f64>) -> String {
    mb.map(|mb| format!("{mb:.0}")).unwrap_or_default()
}
