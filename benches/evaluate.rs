//! `make evaluate`: the tables of how well the engine does, a reliability diagram, and the worst hours with their explanations.
//! Words: `clean`, `usual`, `hostile` (all three if none), `travelers=N`, `days=N`, `ablations`; `keep` writes what the rules make
//! of every document and hour, and after a change of the rules `accept` says what became of it, and fails if too much became wrong.
//! Always holds: the same words give the same numbers.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use whereabouts::evaluate::{self, Plan};
use whereabouts::sandbox::Intensity;

type Fault = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Fault> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let number = |name: &str| {
        words
            .iter()
            .find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse::<usize>().ok())
    };
    let has = |word: &str| words.iter().any(|other| other == word);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("evaluate");
    std::fs::create_dir_all(&folder)?;
    let sized = |intensity: Intensity| {
        let mut plan = Plan::full(intensity);
        plan.travelers = number("travelers").unwrap_or(plan.travelers);
        plan.days = number("days")
            .and_then(|days| i64::try_from(days).ok())
            .unwrap_or(plan.days);
        plan.incidents = (plan.incidents * plan.travelers).div_ceil(2_000);
        plan
    };
    if has("ablations") {
        let plan = Plan {
            travelers: number("travelers").unwrap_or(200),
            ..sized(Intensity::Usual)
        };
        print!("{}", evaluate::ablations(&plan)?);
        return Ok(());
    }
    if has("keep") || has("accept") {
        let plan = Plan {
            travelers: number("travelers").unwrap_or(200),
            ..sized(Intensity::Usual)
        };
        let (file, now) = (folder.join("kept.tsv"), evaluate::snapshot(&plan)?);
        if has("keep") {
            std::fs::write(&file, now)?;
            println!("kept in {}", file.display());
            return Ok(());
        }
        let change = evaluate::accept(&std::fs::read_to_string(&file)?, &now)?;
        println!("{change}");
        return if change.holds() {
            Ok(())
        } else {
            Err("too many documents became an error".into())
        };
    }
    let all = [
        ("clean", Intensity::Clean),
        ("usual", Intensity::Usual),
        ("hostile", Intensity::Hostile),
    ];
    let chosen = all.iter().any(|(name, _)| has(name));
    for (name, intensity) in all.into_iter().filter(|(name, _)| !chosen || has(name)) {
        let began = Instant::now();
        let outcome = evaluate::run(&sized(intensity))?;
        print!("{}", evaluate::print(&outcome));
        let diagrams = outcome.diagrams();
        let shown: Vec<(&str, &evaluate::Diagram)> = ["away hours", "all hours"]
            .into_iter()
            .filter_map(|name| Some((name, diagrams.get(name)?)))
            .collect();
        let picture = folder.join(format!("reliability-{name}.svg"));
        std::fs::write(&picture, evaluate::reliability_picture(&shown))?;
        let mut worst = String::new();
        for (hours, what, example) in outcome.worst().into_iter().take(300) {
            writeln!(worst, "{hours:>6.0} h  {what}\n      {example}\n")?;
        }
        let list = folder.join(format!("worst-{name}.txt"));
        std::fs::write(&list, worst)?;
        let mut wrong = String::new();
        for (what, examples) in outcome.tally().examples {
            for example in examples {
                writeln!(wrong, "{what}: {example}")?;
            }
        }
        let noticed = folder.join(format!("notices-{name}.txt"));
        std::fs::write(&noticed, wrong)?;
        println!(
            "\n  reliability diagram: {}\n  worst hours: {}\n  notices missed and raised for nothing: {}\n  took {:.0} s",
            picture.display(),
            list.display(),
            noticed.display(),
            began.elapsed().as_secs_f64()
        );
    }
    println!(
        "\nPriors are expert values calibrated on a synthetic corpus; real-world calibration needs check-ins or expense receipts of a pilot customer (R277)."
    );
    Ok(())
}
