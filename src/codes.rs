//! `whereabouts code`: verification codes that the operator issues to companies (Q64, Q65).
//! Called by the command line.
//! Always holds: a code is printed once, when it is made; only its digest is kept.

use chrono::Utc;

use crate::cli::CodeAction;
use crate::failure::{CommandError, uuid};
use crate::store::{self, Purpose};
use crate::web::one_time;

/// Runs one of its actions.
pub async fn run(action: CodeAction) -> Result<(), CommandError> {
    match action {
        CodeAction::Add {
            company,
            note,
            days,
            database,
        } => {
            let company = company.map(|id| uuid(&id)).transpose()?;
            let now = Utc::now();
            let (code, secret) = one_time::to_connect(company, note.as_deref(), days, now);
            store::open(&database.database_url)
                .await?
                .add_one_time(&secret, now)
                .await?;
            println!("{code}");
        }
        CodeAction::List { database } => {
            let store = store::open(&database.database_url).await?;
            for code in store.one_times(Purpose::Connect, None).await? {
                let state = match code.used_at {
                    Some(at) => format!("used {}", at.format("%Y-%m-%d %H:%M")),
                    None if code.expires_at < Utc::now() => "expired".to_owned(),
                    None => "open".to_owned(),
                };
                let until = code.expires_at.format("%Y-%m-%d");
                let company = code.company.unwrap_or_else(|| "any company".to_owned());
                println!(
                    "{}  until {until}  {state}  {company}  {}",
                    code.id,
                    code.note.unwrap_or_default()
                );
            }
        }
        CodeAction::Withdraw { id, database } => {
            let store = store::open(&database.database_url).await?;
            if !store.withdraw_one_time(&id, None).await? {
                return Err(CommandError::Usage(format!("no open code has the id {id}")));
            }
            eprintln!("withdrawn");
        }
    }
    Ok(())
}
