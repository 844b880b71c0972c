//! Who a traveler is: name, contact and home address from Identity v4 (I1–I19).
//! Called by `ingest::profile`.
//! Always: every attribute is optional, since scopes gate them (I8); guests without a profile are no error (T25).

use std::sync::Arc;

use http::Method;
use serde_json::Value;

use super::Concur;
use super::call::{CallProblem, Forbidden};
use super::origin::{Origin, OriginProblem};
use crate::store::Store;

/// What Concur tells of a person, as far as duty of care needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// UUID, lower case.
    pub id: Option<String>,
    /// `userName`: the login.
    pub login: Option<String>,
    /// `name.givenName`
    pub given: Option<String>,
    /// `name.familyName`
    pub family: Option<String>,
    /// `displayName`, else `name.formatted`
    pub display: Option<String>,
    /// The work address, else the first.
    pub email: Option<String>,
    /// The mobile, else the primary, else work, else the first; without `tel:`.
    pub phone: Option<String>,
    /// Department, else cost centre.
    pub department: Option<String>,
    /// The home address, else the only one.
    pub address: Option<Address>,
}

/// The town of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Town.
    pub locality: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// Country, usually ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// Why nothing is known of a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonProblem {
    /// No such profile: a guest, or someone who left.
    #[error("no such profile")]
    Absent,
    /// The scope is missing for the whole application.
    #[error("identity is not readable for this application")]
    NotAllowed,
    /// It may work after a while.
    #[error("{0}")]
    Later(String),
}

impl From<CallProblem> for PersonProblem {
    fn from(problem: CallProblem) -> Self {
        Self::Later(problem.to_string())
    }
}

impl Concur {
    /// The profile of a Concur user id (I1).
    pub async fn person_by_id(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        user: &str,
    ) -> Result<Person, PersonProblem> {
        self.person(store, company, |geolocation| {
            let mut url = geolocation.join("/profile/identity/v4/Users/")?;
            match url.path_segments_mut() {
                Ok(mut path) if !matches!(user, "" | "." | "..") => path.pop_if_empty().push(user),
                _ => return Err(OriginProblem::NotAUrl),
            };
            Ok(url)
        })
        .await
    }

    /// The profile of a login (I2).
    pub async fn person_by_login(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        login: &str,
    ) -> Result<Person, PersonProblem> {
        let filter = format!("userName eq \"{}\"", login.replace('\\', "\\\\").replace('"', "\\\""));
        self.person(store, company, |geolocation| {
            let mut url = geolocation.join("/profile/identity/v4/Users")?;
            url.query_pairs_mut().append_pair("filter", &filter);
            Ok(url)
        })
        .await
    }

    async fn person(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        url: impl Fn(&Origin) -> Result<url::Url, OriginProblem> + Send + Sync,
    ) -> Result<Person, PersonProblem> {
        let answer = self.call(store, company, Method::GET, Forbidden::IsFinal, url).await?;
        match answer.status {
            200..300 => read(&answer.body).ok_or(PersonProblem::Absent),
            400 | 404 | 410 => Err(PersonProblem::Absent),
            401 | 403 => Err(PersonProblem::NotAllowed),
            status => Err(PersonProblem::Later(format!("status {status}"))),
        }
    }
}

/// A bare user or the first of a list (I4).
fn read(body: &[u8]) -> Option<Person> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let user = match value.get("Resources").or_else(|| value.get("resources")) {
        Some(list) => list.get(0)?,
        None if value.get("totalResults").is_some() => return None,
        None => &value,
    };
    user.is_object().then(|| person(user))
}

fn person(user: &Value) -> Person {
    let name = &user["name"];
    let enterprise = &user["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"];
    Person {
        id: text(&user["id"]).map(|id| id.to_ascii_lowercase()),
        login: text(&user["userName"]),
        given: text(&name["givenName"]),
        family: text(&name["familyName"]),
        display: text(&user["displayName"]).or_else(|| text(&name["formatted"])),
        email: pick(&user["emails"], &["work"], false).and_then(|e| text(&e["value"])),
        phone: pick(&user["phoneNumbers"], &["mobile"], true)
            .or_else(|| pick(&user["phoneNumbers"], &["work"], false))
            .and_then(|p| text(&p["value"]))
            .map(|number| number.strip_prefix("tel:").map(str::to_owned).unwrap_or(number)),
        department: text(&enterprise["department"]).or_else(|| text(&enterprise["costCenter"])),
        address: pick(&user["addresses"], &["home"], false).map(|a| Address {
            locality: text(&a["locality"]),
            region: text(&a["region"]),
            country: text(&a["country"]),
        }),
    }
}

/// The first entry of one of these types, else (`or_primary`) the primary one or none, else the first.
fn pick<'a>(list: &'a Value, types: &[&str], or_primary: bool) -> Option<&'a Value> {
    let list = list.as_array()?;
    let is_type = |e: &&Value| {
        e["type"]
            .as_str()
            .is_some_and(|t| types.iter().any(|want| t.eq_ignore_ascii_case(want)))
    };
    let typed = list.iter().find(is_type);
    if or_primary {
        typed.or_else(|| list.iter().find(|e| e["primary"] == true))
    } else {
        typed.or_else(|| list.first())
    }
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty()).then(|| text.chars().take(320).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMIL: &str = r#"{"id":"B7AA","userName":"e.dover@example.com","active":true,"displayName":"Emil Dover",
        "name":{"givenName":"Emil","familyName":"Dover","middleName":null},
        "emails":[{"value":"emil@home.example","type":"home"},{"value":"e.dover@example.com","type":"work"}],
        "phoneNumbers":[{"value":"tel:+1-212-555-0100","type":"work"},{"value":"tel:+1-917-555-0100","type":"mobile","primary":true}],
        "addresses":[{"type":"work","locality":"Newark"},{"type":"home","locality":"New York","region":"NY","country":"US"}],
        "emergencyContacts":null,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Tunnels","manager":null}}"#;

    #[test]
    fn i9_a_profile_gives_name_contact_and_home() {
        let person = read(EMIL.as_bytes()).unwrap();
        assert_eq!(person.id.as_deref(), Some("b7aa"));
        assert_eq!(person.display.as_deref(), Some("Emil Dover"));
        assert_eq!(person.email.as_deref(), Some("e.dover@example.com"));
        assert_eq!(person.phone.as_deref(), Some("+1-917-555-0100"));
        assert_eq!(person.department.as_deref(), Some("Tunnels"));
        assert_eq!(person.address.unwrap().locality.as_deref(), Some("New York"));
    }

    #[test]
    fn i4_a_list_gives_its_first_and_no_hit_is_nobody() {
        let list = format!(r#"{{"totalResults":1,"Resources":[{EMIL}]}}"#);
        assert_eq!(read(list.as_bytes()).unwrap().given.as_deref(), Some("Emil"));
        assert_eq!(read(br#"{"totalResults":0,"Resources":[]}"#), None);
        assert_eq!(read(br#"{"totalResults":0}"#), None);
    }

    #[test]
    fn i8_attributes_behind_missing_scopes_are_absent() {
        let person = read(br#"{"id":"b7aa","emails":[],"phoneNumbers":null}"#).unwrap();
        assert_eq!(
            person,
            Person {
                id: Some("b7aa".into()),
                ..Person::default()
            }
        );
    }
}
