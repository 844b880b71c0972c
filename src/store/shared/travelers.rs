//! Who travels: found or created by Concur's ids, described by their profile.
//! Called by `ingest::worker`, read by every page that names a traveler.
//! Holds always: a Concur user, and a login whatever its case, is one traveler of a company.

use super::presence::{delete_all, rename};
use super::{Conn, Sql, tally};
use crate::store::id::new_id;
use crate::store::name::{UNNAMED, login_key, name_of, search_of};
use crate::store::text::storable;
use crate::store::time::{at_opt, ms};
use crate::store::{EmergencyContact, ProfileSave, Scope, StoreError, TravelerRow};
use chrono::{DateTime, Utc};

const BY_USER: &str = "SELECT id, company, concur_user, login, name, given_name, family_name, home, email, phone, \
    profile_at, department FROM traveler WHERE company = $1 AND concur_user = $2";
const BY_LOGIN: &str = "SELECT id, company, concur_user, login, name, given_name, family_name, home, email, phone, \
    profile_at, department FROM traveler WHERE company = $1 AND login_key = $2";
const BY_ID: &str = "SELECT id, company, concur_user, login, name, given_name, family_name, home, email, phone, \
    profile_at, department FROM traveler WHERE ($1 IS NULL OR company = $1) AND id = $2";

#[derive(sqlx::FromRow)]
pub(super) struct Columns {
    id: String,
    company: String,
    concur_user: Option<String>,
    login: Option<String>,
    name: String,
    given_name: Option<String>,
    family_name: Option<String>,
    home: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    profile_at: Option<i64>,
    department: Option<String>,
}

impl Columns {
    pub(super) fn row(self) -> Result<TravelerRow, StoreError> {
        Ok(TravelerRow {
            profile_at: at_opt(self.profile_at)?,
            id: self.id,
            company: self.company,
            concur_user: self.concur_user,
            login: self.login,
            name: self.name,
            given_name: self.given_name,
            family_name: self.family_name,
            home: self.home,
            email: self.email,
            phone: self.phone,
            department: self.department,
        })
    }
}

async fn find(
    conn: &mut Conn,
    sql: &'static str,
    company: &str,
    key: Option<&str>,
) -> Result<Option<Columns>, StoreError> {
    match key {
        Some(key) => Ok(sqlx::query_as(sql).bind(company).bind(key).fetch_optional(conn).await?),
        None => Ok(None),
    }
}

impl Sql {
    pub(super) async fn find_traveler(&self, scope: &Scope, id: &str) -> Result<Option<TravelerRow>, StoreError> {
        let row: Option<Columns> = sqlx::query_as(BY_ID)
            .bind(scope.company())
            .bind(id)
            .fetch_optional(&self.read)
            .await?;
        row.map(Columns::row).transpose()
    }

    pub(super) async fn find_or_create(
        &self,
        company: &str,
        user: Option<&str>,
        login: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<TravelerRow, StoreError> {
        let user = user.map(storable).filter(|user| !user.is_empty());
        let login = login
            .map(|login| storable(login.trim()))
            .filter(|login| !login.is_empty());
        let (user, login) = (user.as_deref(), login.as_deref());
        if user.is_none() && login.is_none() {
            return Err(StoreError::Inconsistent(
                "a traveler needs a Concur user or a login".to_owned(),
            ));
        }
        // Nearly always there already, and nothing new is learnt: no write.
        let mut reader = self.read.acquire().await?;
        if let Some(known) = known(&mut reader, company, user, login).await? {
            return known.row();
        }
        drop(reader);
        let mut tries = 3;
        loop {
            let mut tx = self.begin().await?;
            match join_or_create(&mut tx, company, user, login, now).await {
                Ok(row) => {
                    self.commit(tx).await?;
                    return Ok(row);
                }
                // Another node was faster: now they are known.
                Err(StoreError::Retry) if tries > 0 => tries -= 1,
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) async fn put_profile(
        &self,
        company: &str,
        traveler: &str,
        profile: &ProfileSave,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let emergency: Vec<_> = profile.emergency.iter().map(EmergencyContact::storable).collect();
        let emergency = (!emergency.is_empty())
            .then(|| serde_json::to_string(&emergency))
            .transpose()?;
        let mut tx = self.begin().await?;
        // Locks the row, so that two profiles do not mix.
        let locked = sqlx::query("UPDATE traveler SET profile_at = $3 WHERE id = $1 AND company = $2")
            .bind(traveler)
            .bind(company)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        if locked.rows_affected() == 0 {
            return Err(StoreError::Inconsistent("no such traveler".to_owned()));
        }
        let (before, given, family, display) = {
            let before: Columns = sqlx::query_as(BY_ID)
                .bind(company)
                .bind(traveler)
                .fetch_one(&mut *tx)
                .await?;
            let clean = |text: &Option<String>| text.as_deref().map(|text| storable(text.trim()).into_owned());
            (
                before,
                clean(&profile.given_name),
                clean(&profile.family_name),
                clean(&profile.display),
            )
        };
        // Ids that another traveler holds stay theirs.
        let user = free(&mut tx, BY_USER, company, traveler, profile.concur_user.as_deref()).await?;
        let login_wanted = profile.login.as_deref().map(str::trim);
        let key = login_wanted.map(login_key);
        let login = free(&mut tx, BY_LOGIN, company, traveler, key.as_deref())
            .await?
            .and(login_wanted);
        let login = login.map(str::to_owned).or(before.login.clone());
        let name = name_of(
            display.as_deref(),
            given.as_deref(),
            family.as_deref(),
            login.as_deref(),
        );
        sqlx::query(
            "UPDATE traveler SET concur_user = coalesce($3, concur_user), login = $4, login_key = $5, name = $6, \
                 search = $7, given_name = $8, family_name = $9, display_name = $10, home = $11, email = $12, \
                 phone = $13, department = $14, emergency = $15 \
             WHERE id = $1 AND company = $2",
        )
        .bind(traveler)
        .bind(company)
        .bind(user)
        .bind(&login)
        .bind(login.as_deref().map(login_key))
        .bind(&name)
        .bind(search_of(&name, login.as_deref()))
        .bind(&given)
        .bind(&family)
        .bind(&display)
        .bind(&profile.home)
        .bind(&profile.email)
        .bind(&profile.phone)
        .bind(&profile.department)
        .bind(emergency)
        .execute(&mut *tx)
        .await?;
        let told = (&name, &login) != (&before.name, &before.login);
        if told || profile.home != before.home || given != before.given_name || family != before.family_name {
            // Presence rests on who someone is: what is being computed with the old profile must not be saved.
            sqlx::query("UPDATE traveler SET revision = revision + 1 WHERE id = $1")
                .bind(traveler)
                .execute(&mut *tx)
                .await?;
        }
        if told {
            rename(&mut tx, traveler, &name, login.as_deref()).await?;
        }
        self.commit(tx).await
    }
}

/// An id, unless another traveler has it.
async fn free<'a>(
    conn: &mut Conn,
    sql: &'static str,
    company: &str,
    traveler: &str,
    key: Option<&'a str>,
) -> Result<Option<&'a str>, StoreError> {
    let holder = find(conn, sql, company, key).await?;
    Ok(key.filter(|key| !key.is_empty() && holder.is_none_or(|holder| holder.id == traveler)))
}

/// The traveler, if nothing is to be learnt.
async fn known(
    conn: &mut Conn,
    company: &str,
    user: Option<&str>,
    login: Option<&str>,
) -> Result<Option<Columns>, StoreError> {
    Ok(match find(conn, BY_USER, company, user).await? {
        Some(known) if known.login.is_some() || login.is_none() => Some(known),
        Some(_) => None,
        None if user.is_none() => find(conn, BY_LOGIN, company, login.map(login_key).as_deref()).await?,
        None => None,
    })
}

async fn join_or_create(
    conn: &mut Conn,
    company: &str,
    user: Option<&str>,
    login: Option<&str>,
    now: DateTime<Utc>,
) -> Result<TravelerRow, StoreError> {
    let key = login.map(login_key);
    let by_user = find(conn, BY_USER, company, user).await?;
    let by_login = find(conn, BY_LOGIN, company, key.as_deref()).await?;
    let id = match (by_user, by_login) {
        (Some(one), None) if one.login.is_none() && login.is_some() => {
            learn_login(conn, &one, login).await?;
            one.id
        }
        // Two halves of one person, seen apart until now.
        (Some(one), Some(half)) if one.id != half.id && one.login.is_none() && half.concur_user.is_none() => {
            merge(conn, company, &one.id, &half.id).await?;
            learn_login(conn, &one, login).await?;
            one.id
        }
        (Some(one), _) => one.id,
        (None, Some(one)) if user.is_none() || one.concur_user.is_none() => {
            sqlx::query("UPDATE traveler SET concur_user = coalesce(concur_user, $2) WHERE id = $1")
                .bind(&one.id)
                .bind(user)
                .execute(&mut *conn)
                .await?;
            one.id
        }
        // The login is another user's: this one is known by the user alone.
        (None, taken) => create(conn, company, user, login.filter(|_| taken.is_none()), now).await?,
    };
    let row: Columns = sqlx::query_as(BY_ID).bind(company).bind(id).fetch_one(conn).await?;
    row.row()
}

async fn create(
    conn: &mut Conn,
    company: &str,
    user: Option<&str>,
    login: Option<&str>,
    now: DateTime<Utc>,
) -> Result<String, StoreError> {
    let id = new_id(now);
    let name = name_of(None, None, None, login);
    let created = sqlx::query(
        "INSERT INTO traveler (id, company, concur_user, login, login_key, name, search, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&id)
    .bind(company)
    .bind(user)
    .bind(login)
    .bind(login.map(login_key))
    .bind(&name)
    .bind(search_of(&name, login))
    .bind(ms(now))
    .execute(conn)
    .await;
    match created {
        Ok(_) => Ok(id),
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
            Err(StoreError::Inconsistent("a traveler of an unknown company".to_owned()))
        }
        // Another node created the same one just now.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(StoreError::Retry),
        Err(error) => Err(error.into()),
    }
}

async fn learn_login(conn: &mut Conn, one: &Columns, login: Option<&str>) -> Result<(), StoreError> {
    let name = if one.name == UNNAMED {
        name_of(None, None, None, login)
    } else {
        one.name.clone()
    };
    sqlx::query(
        "UPDATE traveler SET login = $2, login_key = $3, name = $4, search = $5, revision = revision + 1 WHERE id = $1",
    )
    .bind(&one.id)
    .bind(login)
    .bind(login.map(login_key))
    .bind(&name)
    .bind(search_of(&name, login))
    .execute(&mut *conn)
    .await?;
    rename(conn, &one.id, &name, login).await
}

/// Gives one traveler the trips of their other half, which ends. Their presence is due to be computed by the caller.
async fn merge(conn: &mut Conn, company: &str, one: &str, half: &str) -> Result<(), StoreError> {
    delete_all(conn, company, half).await?;
    tally::forget_traveler(conn, company, half).await?;
    for statement in [
        "UPDATE trip SET traveler = $1 WHERE traveler = $2 AND company = $3",
        "UPDATE trip_version SET traveler = $1 WHERE traveler = $2 AND company = $3",
        "UPDATE trip_companion SET traveler = $1 WHERE traveler = $2 AND company = $3 AND NOT EXISTS \
             (SELECT 1 FROM trip_companion o WHERE o.company = $3 AND o.trip = trip_companion.trip AND o.traveler = $1)",
        "DELETE FROM traveler WHERE $1 <> $2 AND id = $2 AND company = $3",
    ] {
        sqlx::query(statement)
            .bind(one)
            .bind(half)
            .bind(company)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}
