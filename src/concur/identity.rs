//! Who a traveler is: name, contact and home address from Identity v4 (I1–I19).
//! Called by `ingest::profile`.
//! Always: every attribute is optional, since scopes gate them (I8); guests without a profile are no error (T25).

use std::sync::Arc;

use http::Method;
use serde_json::Value;

use super::Concur;
use super::call::{CallProblem, Forbidden};
use super::origin::{Origin, OriginProblem};
use crate::store::{EmergencyContact, Store};

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
    /// Whom to call when they do not answer.
    pub emergency: Vec<EmergencyContact>,
}

/// Emergency contacts of one person that are kept (the schema has at most one, I9), and numbers of each.
const MOST_CONTACTS: usize = 3;
const MOST_NUMBERS: usize = 5;

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
        let is_asked_for = |person: &Person| person.id.as_deref().is_none_or(|id| id.eq_ignore_ascii_case(user));
        self.person(store, company, is_asked_for, |geolocation| {
            let mut url = geolocation.join("/profile/identity/v4/Users/")?;
            match url.path_segments_mut() {
                Ok(mut path) if !matches!(user, "" | "." | "..") => path.pop_if_empty().push(user),
                _ => return Err(OriginProblem::NotAUrl),
            };
            Ok(url)
        })
        .await
    }

    /// The profile of a login (I2). The filter is in straight quotes (X26), with what is in the login escaped.
    pub async fn person_by_login(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        login: &str,
    ) -> Result<Person, PersonProblem> {
        let filter = format!("userName eq \"{}\"", login.replace('\\', "\\\\").replace('"', "\\\""));
        let is_asked_for = |person: &Person| {
            let same = |found: &str| found.to_lowercase() == login.trim().to_lowercase();
            person.login.as_deref().is_none_or(same)
        };
        self.person(store, company, is_asked_for, |geolocation| {
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
        is_asked_for: impl Fn(&Person) -> bool + Send + Sync,
        url: impl Fn(&Origin) -> Result<url::Url, OriginProblem> + Send + Sync,
    ) -> Result<Person, PersonProblem> {
        let answer = self.call(store, company, Method::GET, Forbidden::IsFinal, url).await?;
        match answer.status {
            200..300 => the_one(read(&answer.body), is_asked_for).ok_or(PersonProblem::Absent),
            400 | 404 | 410 => Err(PersonProblem::Absent),
            401 | 403 => Err(PersonProblem::NotAllowed),
            status => Err(PersonProblem::Later(format!("status {status}"))),
        }
    }
}

/// Of a list with several, the one asked for: somebody else's profile would be worse than none.
fn the_one(mut found: Vec<Person>, is_asked_for: impl Fn(&Person) -> bool) -> Option<Person> {
    if found.len() == 1 {
        found.pop()
    } else {
        found.into_iter().find(is_asked_for)
    }
}

/// A bare user, or those of a list (I4); none of an empty one, of one without `Resources`, and of what is neither.
fn read(body: &[u8]) -> Vec<Person> {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let list = value.get("Resources").or_else(|| value.get("resources"));
    let is_user = ["id", "userName", "name", "displayName"]
        .iter()
        .any(|key| value.get(key).is_some());
    match list {
        Some(list) => list
            .as_array()
            .into_iter()
            .flatten()
            .filter(|user| user.is_object())
            .map(person)
            .collect(),
        None if is_user => vec![person(&value)],
        None => Vec::new(),
    }
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
            .map(number),
        department: text(&enterprise["department"]).or_else(|| text(&enterprise["costCenter"])),
        address: pick(&user["addresses"], &["home"], false).map(|a| Address {
            locality: text(&a["locality"]),
            region: text(&a["region"]),
            country: text(&a["country"]),
        }),
        emergency: emergency(&user["emergencyContacts"]),
    }
}

/// Contacts that can be called by name; the address of somebody else's home is not needed.
fn emergency(list: &Value) -> Vec<EmergencyContact> {
    let texts = |list: &Value| -> Vec<String> {
        let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter()
            .filter_map(|e| text(e).or_else(|| text(&e["value"])))
            .take(MOST_NUMBERS)
            .collect()
    };
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .filter_map(|contact| {
            Some(EmergencyContact {
                name: text(&contact["name"])?,
                relationship: text(&contact["relationship"]),
                phones: texts(&contact["phones"]).into_iter().map(number).collect(),
                emails: texts(&contact["emails"]),
            })
        })
        .take(MOST_CONTACTS)
        .collect()
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

/// A number without the scheme and the parameters of RFC 3966 (I12).
fn number(text: String) -> String {
    let bare = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("tel:"));
    match bare {
        Some(scheme) => text[scheme.len()..]
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned(),
        None => text,
    }
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty()).then(|| text.chars().take(320).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const EMIL: &str = r#"{"id":"B7AA","userName":"e.dover@example.com","active":true,"displayName":"Emil Dover",
        "name":{"givenName":"Emil","familyName":"Dover","middleName":null},
        "emails":[{"value":"emil@home.example","type":"home"},{"value":"e.dover@example.com","type":"work"}],
        "phoneNumbers":[{"value":"tel:+1-212-555-0100","type":"work"},{"value":"tel:+1-917-555-0100","type":"mobile","primary":true}],
        "addresses":[{"type":"work","locality":"Newark"},{"type":"home","locality":"New York","region":"NY","country":"US"}],
        "emergencyContacts":null,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Tunnels","manager":null}}"#;

    fn one(body: &str) -> Person {
        let [person] = read(body.as_bytes()).try_into().unwrap();
        person
    }

    #[test]
    fn i10_every_shape_of_every_attribute_is_read() {
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let shapes = [
            json!(null),
            json!([]),
            json!({}),
            json!(""),
            json!(7),
            json!([null]),
            json!([{}]),
            json!({"value": null}),
        ];
        for shape in &shapes {
            for key in [
                "emails",
                "phoneNumbers",
                "addresses",
                "emergencyContacts",
                "name",
                "displayName",
                enterprise,
            ] {
                let person = one(&json!({"id": "b7aa", key: shape}).to_string());
                assert_eq!(person.id.as_deref(), Some("b7aa"), "{key} {shape}");
                assert_eq!(
                    (person.email, person.phone, person.given),
                    (None, None, None),
                    "{key} {shape}"
                );
            }
            for key in [
                "manager",
                "startDate",
                "terminationDate",
                "leavesOfAbsence",
                "costCenter",
            ] {
                let person = one(&json!({"id": "b7aa", enterprise: {"department": "Tunnels", key: shape}}).to_string());
                assert_eq!(person.department.as_deref(), Some("Tunnels"), "{key} {shape}");
            }
        }
        for start in ["2020-01-01", "2020-01-01T00:00:00", "2020-01-01T00:00:00Z"] {
            let person =
                one(&json!({"id": "b7aa", enterprise: {"startDate": start, "costCenter": "4711"}}).to_string());
            assert_eq!(person.department.as_deref(), Some("4711"), "{start}");
        }
        let contacts = json!([{"name": "Ida Quill", "relationship": "friend", "phones": ["tel:1"]}]);
        let person = one(&json!({"id": "b7aa", "emergencyContacts": contacts}).to_string());
        assert_eq!(person.emergency[0].phones, ["1"]);
    }

    #[test]
    fn i9_whom_to_call_is_read_and_where_they_live_is_not() {
        let contacts = json!([
            {"name": "Ida Quill", "relationship": "friend", "phones": ["tel:+44-20-5550-0100;ext=1", {"value": "+44 1"}],
                "emails": ["ida@example.com", ""], "streetAddress": "1 Hidden Lane"},
            {"name": " ", "phones": ["+44 2"]}, null, "x",
        ]);
        let person = one(&json!({"id": "b7aa", "emergencyContacts": contacts}).to_string());
        let quill = EmergencyContact {
            name: "Ida Quill".into(),
            relationship: Some("friend".into()),
            phones: vec!["+44-20-5550-0100".into(), "+44 1".into()],
            emails: vec!["ida@example.com".into()],
        };
        assert_eq!(person.emergency, [quill]);
        assert!(!format!("{person:?}").contains("Hidden"));
    }

    #[test]
    fn i11_i13_the_time_zone_is_no_home_and_no_middle_name_flag_is_read() {
        let person =
            one(r#"{"id":"b7aa","timezone":"America/New_York","name":{"givenName":"Emil","hasNoMiddleName":true}}"#);
        assert_eq!((person.address, person.given.as_deref()), (None, Some("Emil")));
    }

    #[test]
    fn i12_numbers_with_and_without_their_scheme() {
        for (value, expected) in [
            ("tel:+1-917-555-0100", "+1-917-555-0100"),
            ("TEL:+1-917-555-0100;ext=12", "+1-917-555-0100"),
            ("(917) 555 0100", "(917) 555 0100"),
            ("+49 ½", "+49 ½"),
        ] {
            let phones = json!([{"type": "work", "value": value}]);
            let person = one(&json!({"id": "b7aa", "phoneNumbers": phones}).to_string());
            assert_eq!(person.phone.as_deref(), Some(expected));
        }
        let primary = json!([{"type": "other", "value": "1"}, {"value": "2", "primary": true}]);
        assert_eq!(
            one(&json!({"id": "b", "phoneNumbers": primary}).to_string())
                .phone
                .as_deref(),
            Some("2")
        );
    }

    #[test]
    fn i7_a_page_of_the_next_version_is_read_alike() {
        let page = format!(r#"{{"itemsPerPage":1,"nextCursor":"abc","Resources":[{EMIL}]}}"#);
        assert_eq!(one(&page).family.as_deref(), Some("Dover"));
    }

    #[test]
    fn i9_a_profile_gives_name_contact_and_home() {
        let person = one(EMIL);
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
        assert_eq!(one(&list).given.as_deref(), Some("Emil"));
        for none in [
            r#"{"totalResults":0,"Resources":[]}"#,
            r#"{"totalResults":0,"Resources":null}"#,
            r#"{"totalResults":0}"#,
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}"#,
            r#"{"Resources":[null,1,"x"]}"#,
            r#"{"scimType":"invalidFilter","detail":"x","status":"400"}"#,
            "[]",
            "<html>",
            "",
        ] {
            assert_eq!(read(none.as_bytes()), [], "{none}");
        }
    }

    #[test]
    fn i8_attributes_behind_missing_scopes_are_absent() {
        let person = one(r#"{"id":"b7aa","emails":[],"phoneNumbers":null}"#);
        assert_eq!(
            person,
            Person {
                id: Some("b7aa".into()),
                ..Person::default()
            }
        );
    }
}
