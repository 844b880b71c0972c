//! The tables of §14.3, with the baselines beside the product (R273) and intervals by traveler (R275).
//! Called by `make evaluate`.
//! Always holds: every share stands beside how many it is of; a missed target says so.

use std::collections::BTreeMap;

use crate::sandbox::corpus;
use crate::sandbox::papers::{Channel, Intensity};
use crate::whereabouts::Judgement;

use super::baselines::NAMES;
use super::cause::Cause;
use super::exposure::Exposed;
use super::notices::Tally;
use super::questions::AHEAD_H;
use super::reliability::Diagram;
use super::score::{Metric, Score, Slice, interval};
use super::table::Table;
use super::walk::{Finds, SYSTEMS};
use super::{Outcome, Plan, run};

impl Outcome {
    /// The sums of a slice for a system (0 is the product), traveler by traveler.
    pub fn scores(&self, slice: Slice, system: usize) -> Vec<Score> {
        let one = |seen: &super::Seen| seen.slices.get(&slice).map(|scores| scores[system]).unwrap_or_default();
        self.travelers.iter().map(one).collect()
    }

    /// The sums of a slice for a system over all travelers.
    pub fn total(&self, slice: Slice, system: usize) -> Score {
        let mut sum = Score::default();
        self.scores(slice, system).iter().for_each(|score| sum += score);
        sum
    }

    /// Diagrams of all travelers by name.
    pub fn diagrams(&self) -> BTreeMap<String, Diagram> {
        let mut all: BTreeMap<String, Diagram> = BTreeMap::new();
        for (name, diagram) in self.travelers.iter().flat_map(|seen| &seen.diagrams) {
            all.entry(name.clone()).or_default().merge(diagram);
        }
        all
    }

    /// Incidents of all travelers.
    pub fn exposed(&self) -> Exposed {
        let mut all = Exposed::default();
        self.travelers.iter().for_each(|seen| all.merge(&seen.exposed));
        all
    }

    /// What operators did and what was said of it.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.travelers.iter().for_each(|seen| tally.merge(&seen.tally));
        tally
    }

    /// What went wrong, most hours first: hours, what, an example.
    pub fn worst(&self) -> Vec<(f64, String, String)> {
        let mut all: BTreeMap<String, (f64, String)> = BTreeMap::new();
        for (key, (hours, example)) in self.travelers.iter().flat_map(|seen| &seen.worst) {
            all.entry(key.clone()).or_insert((0.0, example.clone())).0 += hours;
        }
        let mut list: Vec<_> = all
            .into_iter()
            .map(|(key, (hours, example))| (hours, key, example))
            .collect();
        list.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        list
    }
}

/// Everything about one outcome.
pub fn print(outcome: &Outcome) -> String {
    let plan = &outcome.plan;
    let mut text = format!(
        "\n=== {:?}: {} travelers, {} days, seed {}, generator {}, judgement {}, {} timelines ===\n",
        plan.intensity,
        outcome.travelers.len(),
        plan.days,
        plan.seed,
        corpus::VERSION,
        plan.judgement.version,
        outcome.travelers.iter().map(|seen| seen.timelines).sum::<usize>(),
    );
    text += &main_table(
        outcome,
        Slice::Away,
        "Away hours of journeys that some channel told of (R260)",
    )
    .to_string();
    text += &main_table(outcome, Slice::All, "All hours").to_string();
    text += &slices(outcome).to_string();
    text += &causes(outcome).to_string();
    text += &calibration(outcome).to_string();
    text += &exposure(outcome).to_string();
    text += &others(outcome).to_string();
    text += &notices(outcome).to_string();
    text
}

fn main_table(outcome: &Outcome, slice: Slice, title: &str) -> Table {
    let heads = [
        "",
        "product",
        "95 % interval",
        "target",
        NAMES[0],
        NAMES[1],
        NAMES[2],
        NAMES[3],
    ];
    let hours = outcome.total(slice, 0).hours;
    let mut table = Table::new(format!("{title}: {hours:.0} hours"), &heads);
    let scores = outcome.scores(slice, 0);
    let usual = outcome.plan.intensity == Intensity::Usual && slice == Slice::Away;
    for metric in &Metric::ALL {
        let value = metric.value(&outcome.total(slice, 0));
        let (low, high) = interval(&scores, |score| metric.value(score));
        let target = metric.target.filter(|_| usual).map_or(String::new(), |target| {
            let met = if metric.higher_is_better {
                value >= target
            } else {
                value <= target
            };
            format!("{} {}", metric.show(target), if met { "met" } else { "MISSED" })
        });
        let mut cells = vec![
            metric.name.to_owned(),
            metric.show(value),
            format!("{} – {}", metric.show(low), metric.show(high)),
            target,
        ];
        cells.extend((1..SYSTEMS).map(|system| metric.show(metric.value(&outcome.total(slice, system)))));
        table.row(cells);
    }
    let product = outcome.total(slice, 0);
    table.note(format!(
        "typical radius of the .8 region: {:.1} km over {:.0} h",
        (product.set_log_km / product.set.max(1.0)).exp(),
        product.set
    ));
    if slice == Slice::Away {
        table.note(bounds(outcome));
    }
    table
}

/// The most that papers can say: who knows every booking as it was made still does not know what befell.
fn bounds(outcome: &Outcome) -> String {
    let says = |nth: usize| {
        let mut sum = Score::default();
        outcome.travelers.iter().for_each(|seen| sum += &seen.bounds[nth]);
        let show = |metric: usize| Metric::ALL[metric].show(Metric::ALL[metric].value(&sum));
        format!("city {}, class {}, country {}", show(0), show(1), show(2))
    };
    format!(
        "right by who knows every booking as it was made, and nothing of what befell: {}; as far as R93 lets requests count: {}",
        says(0),
        says(1)
    )
}

fn slices(outcome: &Outcome) -> Table {
    let metrics: Vec<&Metric> = [0, 2, 3, 5, 7].iter().filter_map(|nth| Metric::ALL.get(*nth)).collect();
    let heads = [
        "",
        "hours",
        "city",
        "country",
        "false certainty",
        "missed",
        "Brier",
        "Brier B0",
        "B1",
        "B2",
    ];
    let mut table = Table::new("By channel, by when it was asked (R258), and held out (R255)", &heads);
    let mut row = |name: String, slice: Slice| {
        let total = outcome.total(slice, 0);
        if total.hours == 0.0 {
            return;
        }
        let mut cells = vec![name, format!("{:.0}", total.hours)];
        cells.extend(metrics.iter().map(|metric| metric.show(metric.value(&total))));
        let brier = &Metric::ALL[7];
        cells.extend((1..4).map(|system| brier.show(brier.value(&outcome.total(slice, system)))));
        table.row(cells);
    };
    for channel in Channel::ALL {
        row(format!("channel {channel:?}"), Slice::By(channel));
    }
    for ahead in AHEAD_H {
        let name = if ahead < 0 {
            format!("{} h after", -ahead)
        } else {
            format!("{ahead} h before")
        };
        row(name, Slice::Ahead(ahead));
    }
    row("no channel told of it".to_owned(), Slice::Unheard);
    row("test travelers".to_owned(), Slice::Test);
    row("held-out operators".to_owned(), Slice::HeldOutOperator);
    row("held-out channel".to_owned(), Slice::HeldOutChannel);
    table
}

fn causes(outcome: &Outcome) -> Table {
    let heads = [
        "",
        "hours",
        "country wrong",
        "city wrong",
        "sure and wrong",
        "missed",
        "of its countries",
    ];
    let mut table = Table::new(
        "Where hours are lost, in thousandths of the target's whole (train travelers, nothing held out)",
        &heads,
    );
    let mut sums: BTreeMap<Cause, Score> = BTreeMap::new();
    for (cause, score) in outcome.travelers.iter().flat_map(|seen| &seen.causes) {
        *sums.entry(*cause).or_default() += score;
    }
    let mut all = Score::default();
    sums.values().for_each(|score| all += score);
    let mut row = |name: &str, score: &Score| {
        let of = |part: f64, whole: f64| format!("{:.1}", part / whole.max(1.0) * 1000.0);
        let lost = score.land - score.land_right;
        table.row([
            name.to_owned(),
            format!("{:.0}", score.hours),
            of(lost, all.land),
            of(score.ground - score.ground_right, all.ground),
            of(score.sure_wrong, all.sure),
            of(score.missed, all.ground),
            percent(lost / score.land.max(1.0)),
        ]);
    };
    for cause in Cause::ALL {
        row(cause.name(), &sums.get(&cause).copied().unwrap_or_default());
    }
    row("all", &all);
    table
}

fn calibration(outcome: &Outcome) -> Table {
    let mut table = Table::new(
        "Calibration of the best class (R265): targets ECE ≤ .05 over away hours, ≤ .10 where n ≥ 500",
        &["", "n", "ECE", "", "said", "seen"],
    );
    for (name, diagram) in outcome.diagrams() {
        let bound = if name.starts_with("away") { 0.05 } else { 0.10 };
        let bins = diagram.bins(1);
        let Some(bin) = bins.first() else { continue };
        let verdict = match (diagram.n() >= 500.0, diagram.ece() <= bound) {
            (false, _) => "few",
            (true, true) => "met",
            (true, false) => "MISSED",
        };
        table.row([
            name,
            format!("{:.0}", diagram.n()),
            format!("{:.3}", diagram.ece()),
            verdict.to_owned(),
            format!("{:.3}", bin.said),
            format!("{:.3}", bin.seen),
        ]);
    }
    if let Some(away) = outcome.diagrams().get("away hours") {
        let (reliability, resolution, uncertainty) = away.murphy();
        table.note(format!(
            "away hours: reliability {reliability:.4}, resolution {resolution:.4}, uncertainty {uncertainty:.4}"
        ));
        for bin in away.bins(15) {
            table.note(format!("n {:>7.0}  said {:.3}  seen {:.3}", bin.n, bin.said, bin.seen));
        }
    }
    table
}

fn exposure(outcome: &Outcome) -> Table {
    let exposed = outcome.exposed();
    let mut table = Table::new(
        format!("Exposure (R267): {} incidents of six hours", outcome.plan.incidents),
        &["", "product", "target", NAMES[0], NAMES[1], NAMES[2], NAMES[3]],
    );
    let there = exposed.away.above(0.0).1.max(1.0);
    let recall = exposed.away.above(0.05).1 / there;
    let mut cells = vec!["recall at possible, away and told of".to_owned(), percent(recall)];
    cells.push(format!("99.0 % {}", if recall >= 0.99 { "met" } else { "MISSED" }));
    cells.extend(exposed.by_baseline.iter().map(|found| percent(found / there)));
    table.row(cells);
    let (listed, right) = exposed.all.above(0.5);
    let precision = right / listed.max(1.0);
    let mut cells = vec!["precision at probable".to_owned(), percent(precision)];
    cells.push(format!("85.0 % {}", if precision >= 0.85 { "met" } else { "MISSED" }));
    cells.extend(exposed.listed_by_baseline.iter().map(|_| String::new()));
    table.row(cells);
    let (listed, found) = exposed.all.above(0.05);
    let all = exposed.all.above(0.0).1.max(1.0);
    let ratio = listed / all;
    let mut cells = vec!["listed for each exposed".to_owned(), format!("{ratio:.2}")];
    cells.push(format!("3.00 {}", if ratio <= 3.0 { "met" } else { "MISSED" }));
    cells.extend(
        exposed
            .listed_by_baseline
            .iter()
            .map(|listed| format!("{:.2}", listed / all)),
    );
    table.row(cells);
    table.note(format!(
        "{there:.0} away and told of, {all:.0} exposed in all (at home too), {found:.0} of them listed; PR area {:.3}",
        exposed.all.pr_area()
    ));
    table
}

fn others(outcome: &Outcome) -> Table {
    let mut table = Table::new(
        "Opportunities the day before (R270), duplicates by journey (R269), reaction (R268)",
        &["", "precision", "recall", "right", "wrong", "missing"],
    );
    let mut finds: BTreeMap<&str, Finds> = BTreeMap::new();
    let mut flaps = [0.0; 3];
    for seen in &outcome.travelers {
        for (name, found) in &seen.opportunities {
            finds.entry(name).or_default().merge(found);
        }
        finds.entry("duplicates").or_default().merge(&seen.duplicates);
        flaps.iter_mut().zip(seen.flaps).for_each(|(sum, one)| *sum += one);
    }
    for (name, found) in finds {
        table.row([
            name.to_owned(),
            percent(found.right / (found.right + found.wrong).max(1.0)),
            percent(found.right / (found.right + found.missing).max(1.0)),
            format!("{:.0}", found.right),
            format!("{:.0}", found.wrong),
            format!("{:.0}", found.missing),
        ]);
    }
    table.note(format!(
        "the best class for the middle of a journey changed {:.2} times, and back {:.3} times, over {:.0} journeys",
        flaps[1] / flaps[0].max(1.0),
        flaps[2] / flaps[0].max(1.0),
        flaps[0]
    ));
    table
}

fn notices(outcome: &Outcome) -> Table {
    let tally = outcome.tally();
    let mut table = Table::new(
        "Notices (R271): recall ≥ 95 % of what can be seen, at most 5 false alarms in 1,000 clean documents, where n ≥ 100",
        &[
            "operator or code",
            "struck",
            "found of all",
            "visible",
            "found",
            "",
            "false alarms ‰",
            "clean",
            "",
        ],
    );
    for (operator, one) in &tally.operators {
        let of_all = f64::from(one.found) / f64::from(one.struck.max(1));
        table.row([
            operator.name().to_owned(),
            one.struck.to_string(),
            percent(of_all),
            one.visible.to_string(),
            percent(one.recall()),
            one.verdict().word().to_owned(),
        ]);
    }
    for (code, one) in &tally.codes {
        let mut cells = vec![format!("  {code}"), one.raised.to_string()];
        cells.extend([(); 4].map(|()| String::new()));
        cells.extend([
            format!("{:.1}", one.alarms_in_1000()),
            one.clean.to_string(),
            one.verdict().word().to_owned(),
        ]);
        table.row(cells);
    }
    table.note(
        "visible: whoever receives the documents could see it, by rules of the generator; a code of a thing that an operator \
         struck as well is no false alarm"
            .to_owned(),
    );
    table
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// R274: what becomes of the numbers without a group of rules.
///
/// # Errors
/// If the gazetteer lacks an airport of the simulated world.
pub fn ablations(plan: &Plan) -> Result<Table, crate::sandbox::SandboxError> {
    let current = Judgement::CURRENT;
    let changed: [(&str, Judgement); 6] = [
        ("everything", current.clone()),
        (
            "without decay (R160, R161)",
            Judgement {
                decay_h: 1e6,
                decay_overdue_h: 1e6,
                lead_h: 1e6,
                ..current.clone()
            },
        ),
        (
            "without a home prior (R159)",
            Judgement {
                home_known: 0.0,
                home_guessed: 0.0,
                ..current.clone()
            },
        ),
        (
            "without duplicates (R101)",
            Judgement {
                same_departure_min: -1,
                ..current.clone()
            },
        ),
        (
            "without R104's weights",
            Judgement {
                newer_weight: 1.0,
                ticketed_weight: 1.0,
                ..current.clone()
            },
        ),
        (
            "without lodging's support (R149, R156)",
            Judgement {
                stay_reachable: 0.05,
                stay_far: 0.05,
                ..current
            },
        ),
    ];
    let mut table = Table::new(
        format!("Ablations (R274), {} travelers, {:?}", plan.travelers, plan.intensity),
        &[
            "",
            "city",
            "country",
            "false certainty",
            "missed",
            "Brier away",
            "Brier all",
            "exposure recall",
        ],
    );
    for (name, judgement) in changed {
        let outcome = run(&Plan {
            judgement,
            ..plan.clone()
        })?;
        let away = outcome.total(Slice::Away, 0);
        let show = |nth: usize, score: &Score| Metric::ALL[nth].show(Metric::ALL[nth].value(score));
        let exposed = outcome.exposed().away;
        let recall = exposed.above(0.05).1 / exposed.above(0.0).1.max(1.0);
        table.row([
            name.to_owned(),
            show(0, &away),
            show(2, &away),
            show(3, &away),
            show(5, &away),
            show(7, &away),
            show(7, &outcome.total(Slice::All, 0)),
            percent(recall),
        ]);
    }
    Ok(table)
}
