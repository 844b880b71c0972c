//! The options of `serve`, checked: what clap cannot know (files that exist, addresses that fit together).
//! Called once at the start; everything below takes values, never environment variables.

use std::path::{Path, PathBuf};

use app::view::Paper;
use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};

use crate::cli::{DatabaseArgs, EssArgs, MailArgs, ServeArgs};
use crate::concur::Secret;
use crate::failure::CommandError;
use crate::ingest::certificate::{Policy, Rules};
use crate::ingest::key_ring::KeyRing;
use crate::web::mail::MailConfig;

/// What `serve` needs to know besides the database and Concur.
pub struct ServeConfig {
    pub public_url: String,
    pub coalesce: TimeDelta,
    pub grace: TimeDelta,
    pub retry_base: TimeDelta,
    pub metrics_token_sha256: Option<Vec<u8>>,
    /// Keys of the event service.
    pub ess_keys: Option<KeyRing>,
    /// What is asked of client certificates.
    pub certificates: Rules,
    pub map_style_url: Option<String>,
    /// Terms, privacy, help: those that exist (Q60, Q61).
    pub papers: Vec<Paper>,
    pub mail: Option<MailConfig>,
}

impl ServeConfig {
    /// Reads the files that the options name. Errs with the file's name and what is wrong.
    pub fn read(args: &ServeArgs) -> Result<Self, CommandError> {
        let ms = |ms: u64| TimeDelta::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX / 1000));
        let public_url = args
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{}", args.bind));
        let public_url = origin(&public_url).ok_or_else(|| {
            CommandError::Usage(format!(
                "--public-url {public_url} is not an address such as https://whereabouts.example"
            ))
        })?;
        let map_style_url = address("--map-style-url", args.map_style_url.as_deref())?;
        let paper = |label: &str, option: &str, url: &Option<String>| {
            let href = address(option, url.as_deref())?;
            Ok::<_, CommandError>(href.map(|href| Paper {
                label: label.to_owned(),
                href,
            }))
        };
        let papers = [
            paper("Terms", "--terms-url", &args.terms_url)?,
            paper("Privacy", "--privacy-url", &args.privacy_url)?,
            paper("Help", "--help-url", &args.help_url)?,
        ];
        Ok(Self {
            public_url,
            coalesce: ms(args.coalesce_ms),
            grace: ms(args.grace_s.saturating_mul(1000)),
            retry_base: ms(args.retry_base_ms),
            metrics_token_sha256: args
                .metrics_token_file
                .as_deref()
                .map(|file| Ok::<_, CommandError>(Sha256::digest(text(file)?.trim().as_bytes()).to_vec()))
                .transpose()?,
            ess_keys: ess_keys(&args.ess)?,
            certificates: certificates(&args.ess)?,
            map_style_url,
            papers: papers.into_iter().flatten().collect(),
            mail: mail(&args.mail)?,
        })
    }
}

/// The keys of the event service, if a file is named.
fn ess_keys(args: &EssArgs) -> Result<Option<KeyRing>, CommandError> {
    let open = |file: &PathBuf| {
        KeyRing::open(file.clone())
            .map_err(|e| CommandError::Start(format!("--ess-public-keys {}: {e}", file.display())))
    };
    args.ess_public_keys.as_ref().map(open).transpose()
}

/// What is asked of client certificates. Errs where they are required and nothing could ever show one.
fn certificates(args: &EssArgs) -> Result<Rules, CommandError> {
    if args.ess_mtls == Policy::Require && args.ess_tls_bind.is_none() && args.ess_proxy.is_empty() {
        return Err(CommandError::Usage(
            "--ess-mtls require needs --ess-tls-bind or --ess-proxy: without them every event would be refused".into(),
        ));
    }
    Ok(Rules {
        policy: args.ess_mtls,
        name: args.ess_client_name.trim().to_owned(),
        proxies: args.ess_proxy.iter().map(|address| address.to_canonical()).collect(),
    })
}

impl ServeConfig {
    /// Options without which SAP Concur's checklist for landing pages is not met.
    pub fn certification_lacks(&self, support: &Option<String>) -> Vec<&'static str> {
        let has = |label: &str| self.papers.iter().any(|paper| paper.label == label);
        [
            ("--terms-url", has("Terms")),
            ("--privacy-url", has("Privacy")),
            ("--help-url or --support", has("Help") || support.is_some()),
        ]
        .into_iter()
        .filter_map(|(option, there)| (!there).then_some(option))
        .collect()
    }
}

/// An http(s) address that an option may give; errs with the option's name. Empty is not given.
fn address(option: &str, url: Option<&str>) -> Result<Option<String>, CommandError> {
    match url.map(str::trim).filter(|url| !url.is_empty()) {
        Some(url) if origin(url).is_none() => {
            Err(CommandError::Usage(format!("{option} {url} is not an http(s) address")))
        }
        url => Ok(url.map(str::to_owned)),
    }
}

/// What mail needs, if a server is given.
fn mail(args: &MailArgs) -> Result<Option<MailConfig>, CommandError> {
    let (Some(url), Some(from)) = (&args.smtp_url, &args.mail_from) else {
        return Ok(None);
    };
    let credentials = match (&args.smtp_user, &args.smtp_password_file) {
        (Some(user), Some(file)) => Some((user.clone(), Secret::new(text(file)?.trim()))),
        _ => None,
    };
    Ok(Some(MailConfig {
        url: url.clone(),
        credentials,
        from: from.clone(),
    }))
}

/// The text of a file that an option names.
pub fn text(file: &Path) -> Result<String, CommandError> {
    std::fs::read_to_string(file).map_err(|source| CommandError::File {
        path: file.display().to_string(),
        source,
    })
}

/// `scheme://host[:port]` of an http(s) URL.
pub fn origin(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

/// Where the sealing key is: named, or beside the SQLite file. Errs with PostgreSQL and no name.
pub fn secret_key_file(database: &DatabaseArgs) -> Result<PathBuf, CommandError> {
    if let Some(file) = &database.secret_key_file {
        return Ok(file.clone());
    }
    match database.database_url.strip_prefix("sqlite:") {
        Some(rest) => {
            let path = rest.trim_start_matches("//").split('?').next().unwrap_or_default();
            Ok(PathBuf::from(format!("{path}.key")))
        }
        None => Err(CommandError::Usage(
            "with PostgreSQL, name the sealing key: --secret-key-file FILE (the same on every node)".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q60_papers_are_addresses_that_a_browser_opens() {
        assert_eq!(address("--terms-url", Some(" ")).expect("not given"), None);
        let terms = address("--terms-url", Some("https://whereabouts.example/terms"));
        assert_eq!(
            terms.expect("an address").as_deref(),
            Some("https://whereabouts.example/terms")
        );
        for wrong in ["javascript:alert(1)", "whereabouts.example/terms", "/terms"] {
            let problem = address("--terms-url", Some(wrong)).expect_err(wrong).to_string();
            assert!(problem.contains("--terms-url"), "{problem}");
        }
    }

    #[test]
    fn the_key_lies_beside_the_sqlite_file_and_must_be_named_for_postgres() {
        let args = |url: &str| DatabaseArgs {
            database_url: url.into(),
            secret_key_file: None,
        };
        assert_eq!(
            secret_key_file(&args("sqlite://w.db?mode=rwc")).expect("sqlite"),
            PathBuf::from("w.db.key")
        );
        assert_eq!(
            secret_key_file(&args("sqlite:///var/w.db")).expect("sqlite"),
            PathBuf::from("/var/w.db.key")
        );
        assert!(secret_key_file(&args("postgres://localhost/w")).is_err());
    }
}
