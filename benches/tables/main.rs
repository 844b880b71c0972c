//! The program's benchmarks, each a table on standard output. `make bench` runs all; `cargo bench -- documents` one of them.
//! Always holds: a number stands beside what it is compared with, measured in the same run on the same machine.

mod acknowledgements;
mod bursts;
mod corpus;
mod crowd;
mod documents;
mod everyone;
mod pages;
mod program;
mod quality;
mod scale;
mod table;
mod trips;
mod web_size;
mod writers;

type Fault = Box<dyn std::error::Error + Send + Sync>;
type Outcome = Result<table::Table, Fault>;

/// Name on the command line, and what it runs.
const BENCHMARKS: [(&str, fn() -> Outcome); 8] = [
    ("size", web_size::run),
    ("documents", documents::run),
    ("scale", scale::run),
    ("everyone", everyone::run),
    ("quality", quality::run),
    ("pages", pages::run),
    ("acknowledgements", acknowledgements::run),
    ("bursts", bursts::run),
];

fn main() -> Result<(), Fault> {
    // Cargo adds `--bench` to what was typed.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(unknown) = wanted
        .iter()
        .find(|word| BENCHMARKS.iter().all(|(name, _)| name != word))
    {
        let names: Vec<&str> = BENCHMARKS.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no benchmark `{unknown}`; there are {}", names.join(", ")).into());
    }
    for (name, run) in BENCHMARKS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            println!("\n{}", run()?);
        }
    }
    Ok(())
}
