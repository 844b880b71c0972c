//! README's table of options is the program's own.

use clap::CommandFactory as _;
use whereabouts::cli::Cli;

#[test]
fn readme_names_every_option_of_serve_with_its_environment_and_default() {
    let readme = include_str!("../README.md");
    let cli = Cli::command();
    let serve = cli.find_subcommand("serve").expect("serve exists");
    for option in serve
        .get_arguments()
        .filter(|a| a.get_long().is_some_and(|l| l != "help"))
    {
        let long = option.get_long().expect("filtered");
        let env = option
            .get_env()
            .unwrap_or_else(|| panic!("--{long} has no environment variable"))
            .to_string_lossy();
        assert_eq!(env, format!("WHEREABOUTS_{}", long.replace('-', "_").to_uppercase()));
        let row = readme
            .lines()
            .find(|line| line.starts_with(&format!("| `--{long}` | `{env}` |")))
            .unwrap_or_else(|| panic!("README has no row for --{long}"));
        for default in option.get_default_values() {
            let default = default.to_string_lossy();
            assert!(
                default == "false" || row.contains(&format!("`{default}`")),
                "--{long}: README does not say {default}"
            );
        }
    }
}

#[test]
fn readme_names_no_option_that_is_not_there() {
    let readme = include_str!("../README.md");
    let cli = Cli::command();
    let serve = cli.find_subcommand("serve").expect("serve exists");
    for line in readme.lines().filter_map(|l| l.strip_prefix("| `--")) {
        let long = line.split('`').next().unwrap_or_default();
        assert!(
            serve.get_arguments().any(|a| a.get_long() == Some(long)),
            "README names --{long}"
        );
    }
}
