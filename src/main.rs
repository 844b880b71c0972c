//! `whereabouts`: one program, its commands in `cli.rs`.
//! Called by people, service managers and checks; prints answers on standard output, everything else on standard error.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = whereabouts::cli::Cli::parse();
    match whereabouts::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("whereabouts: {error}");
            ExitCode::FAILURE
        }
    }
}
