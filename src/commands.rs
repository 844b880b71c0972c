//! The program's commands: each opens what it needs, does one thing and ends.
//! Called by `main` with the parsed command line.
//! Always holds: what a command prints on standard output is its result alone.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use rand::RngCore as _;
use sha2::{Digest as _, Sha256};

use crate::cli::{BacklogAction, Cli, Command, DatabaseArgs, TokenAction, UserAction};
use crate::failure::{CommandError, uuid};
use crate::store::{self, NewPerson, NewToken, Role, Scope, Store};
use crate::web::password;

/// Runs one command to its end.
pub fn run(cli: Cli) -> Result<(), CommandError> {
    if let Command::Locate { path, explain } = &cli.command {
        return crate::locate::run(path, *explain, Utc::now(), &mut std::io::stdout().lock());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Locate { .. } => Ok(()),
            Command::Serve(args) => crate::serve::run(*args).await,
            Command::Demo(args) => crate::demo::run(args).await,
            Command::Sandbox(args) => crate::demo::sandbox(args).await,
            Command::User {
                action:
                    UserAction::Add {
                        email,
                        role,
                        company,
                        database,
                    },
            } => add_user(&email, role, company, &database).await,
            Command::Token {
                action:
                    TokenAction::Add {
                        name,
                        role,
                        company,
                        database,
                    },
            } => add_token(&name, role, company, &database).await,
            Command::Code { action } => crate::codes::run(action).await,
            Command::Backlog { action } => backlog(action).await,
        }
    })
}

/// A company role needs a company and staff has none; the id is Concur's UUID.
fn company_for(role: Role, company: Option<String>) -> Result<Option<String>, CommandError> {
    match (role, company) {
        (Role::Operator, None) => Ok(None),
        (Role::Operator, Some(_)) => Err(CommandError::Usage(
            "an operator sees every company: leave out --company".into(),
        )),
        (_, None) => Err(CommandError::Usage(format!(
            "the role {role} is of one company: add --company with Concur's company id"
        ))),
        (_, Some(id)) => uuid(&id).map(Some),
    }
}

async fn add_user(
    email: &str,
    role: Role,
    company: Option<String>,
    database: &DatabaseArgs,
) -> Result<(), CommandError> {
    let company = company_for(role, company)?;
    let email = email.trim().to_lowercase();
    if !email.contains('@') {
        return Err(CommandError::Usage(format!("`{email}` is not an e-mail address")));
    }
    let mut secret = String::new();
    std::io::stdin().take(4096).read_to_string(&mut secret)?;
    let secret = secret.trim_end_matches(['\r', '\n']).to_owned();
    if secret.is_empty() {
        return Err(CommandError::Usage("give the password on standard input".into()));
    }
    let password_hash = password::hash(secret).await?;
    let store = store::open(&database.database_url).await?;
    let person = NewPerson {
        email: email.clone(),
        password_hash,
        role,
        company,
    };
    match store.add_person(&person, Utc::now()).await? {
        Ok(_) => {
            eprintln!("created {email} as {role}");
            Ok(())
        }
        Err(_) => Err(CommandError::Usage(format!("{email} exists already"))),
    }
}

async fn add_token(
    name: &str,
    role: Role,
    company: Option<String>,
    database: &DatabaseArgs,
) -> Result<(), CommandError> {
    let company = company_for(role, company)?;
    let mut bytes = [0_u8; 32];
    rand::rngs::OsRng.fill_bytes(&mut bytes);
    let token = format!("wa_{}", URL_SAFE_NO_PAD.encode(bytes));
    let store = store::open(&database.database_url).await?;
    let row = NewToken {
        name: name.to_owned(),
        sha256: Sha256::digest(token.as_bytes()).to_vec(),
        role,
        company,
    };
    store.add_token(&row, Utc::now()).await?;
    println!("{token}");
    Ok(())
}

async fn backlog(action: BacklogAction) -> Result<(), CommandError> {
    match action {
        BacklogAction::Import {
            company,
            file,
            database,
        } => {
            let company = uuid(&company)?;
            let bytes = std::fs::read(&file).map_err(|source| CommandError::File {
                path: file.display().to_string(),
                source,
            })?;
            let store = store::open(&database.database_url).await?;
            known(store.as_ref(), &company).await?;
            let report = crate::ingest::backlog::import(store.as_ref(), &company, &bytes, Utc::now())
                .await
                .map_err(|e| CommandError::Usage(e.to_string()))?;
            println!("{} queued, {} skipped", report.listed - report.skipped, report.skipped);
        }
        BacklogAction::List {
            company,
            database,
            concur,
        } => {
            let company = uuid(&company)?;
            let store = store::open(&database.database_url).await?;
            known(store.as_ref(), &company).await?;
            let concur = crate::serve::concur_of(&concur, &database)?;
            if !concur.is_configured() {
                return Err(CommandError::Usage(
                    "give --concur-client-id and --concur-client-secret-file".into(),
                ));
            }
            let report = crate::ingest::backlog::list(
                &concur,
                &store,
                &company,
                &(std::sync::Arc::new(Utc::now) as crate::concur::Clock),
                crate::ingest::backlog::PER_MINUTE,
            )
            .await
            .map_err(|e| CommandError::Usage(e.to_string()))?;
            println!("{} queued, {} skipped", report.listed - report.skipped, report.skipped);
        }
    }
    Ok(())
}

async fn known(store: &dyn Store, company: &str) -> Result<(), CommandError> {
    match store.company(&Scope::service(), company).await? {
        Some(_) => Ok(()),
        None => Err(CommandError::Usage(format!("no company {company} is connected"))),
    }
}
