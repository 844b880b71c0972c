//! Identity v4: the people of a company, by id or by login (I1–I15).
//! Called by the partner's server with a company token (I3).
//! Always holds: shapes vary as they do in reality (I10), but the same person always looks the same.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Desk, answer};
use crate::sandbox::data::cities::CITIES;
use crate::sandbox::faults::StatusFault;
use crate::sandbox::random::{self, Topic};
use crate::sandbox::truth::Person;
use crate::sandbox::world::{Company, World};

/// `GET /profile/identity/v4/Users/{id}`
pub(super) async fn one(State(desk): State<Arc<Desk>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let company = match desk.company_of(&headers) {
        Ok(company) => company,
        Err(denied) => return denied.into_response(),
    };
    if let Some(fault) = StatusFault::take(&mut desk.registry().faults.identity, &id) {
        return problem(fault.status, "the request cannot be served now");
    }
    let world = desk.world();
    match Uuid::try_parse(&id).ok().and_then(|id| world.person(company, id)) {
        Some(person) => answer(StatusCode::OK, &user(&world, person)),
        None => problem(404, "User not found"),
    }
}

/// Query of the list (I5, I6).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListQuery {
    filter: Option<String>,
    start_index: Option<usize>,
    count: Option<usize>,
}

/// `GET /profile/identity/v4/Users?filter=userName eq "…"`
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Query(query): Query<ListQuery>,
) -> Response {
    let company = match desk.company_of(&headers) {
        Ok(company) => company,
        Err(denied) => return denied.into_response(),
    };
    if let Some(fault) = StatusFault::take(&mut desk.registry().faults.identity, "") {
        return problem(fault.status, "the request cannot be served now");
    }
    let world = desk.world();
    let people = &world.companies[company].people;
    let found: Vec<&Person> = match query.filter.as_deref().map(filter) {
        None => people.iter().collect(),
        Some(Some((attribute, value))) => match attribute.to_ascii_lowercase().as_str() {
            "username" => world.person_by_login(company, value).into_iter().collect(),
            "employeenumber" | "externalid" => people.iter().filter(|person| person.employee_number == value).collect(),
            _ => return problem(400, "the attribute cannot be filtered by"),
        },
        Some(None) => return problem(400, "the filter cannot be read"),
    };
    let (start, count) = (
        query.start_index.unwrap_or(1).max(1),
        query.count.unwrap_or(10).min(100),
    );
    let page: Vec<Value> = found
        .iter()
        .skip(start - 1)
        .take(count)
        .map(|person| user(&world, person))
        .collect();
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": found.len(), "startIndex": start, "itemsPerPage": page.len(),
    });
    // I4: no hits come as an empty list or without one.
    if !page.is_empty() || start > 1 {
        body["Resources"] = json!(page);
    }
    answer(StatusCode::OK, &body)
}

/// `userName eq "a@b.example"`: attribute and value.
fn filter(text: &str) -> Option<(&str, &str)> {
    let mut words = text.trim().splitn(3, ' ');
    let (attribute, operator, value) = (words.next()?, words.next()?, words.next()?.trim());
    let value = value.strip_prefix('"')?.strip_suffix('"')?;
    operator.eq_ignore_ascii_case("eq").then_some((attribute, value))
}

fn problem(status: u16, detail: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status == 400 { "invalidFilter" } else { "" };
    answer(
        code,
        &json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "scimType": kind, "detail": detail, "status": status.to_string()}),
    )
}

/// A user as Identity shows one (I9–I12).
fn user(world: &World, person: &Person) -> Value {
    let (company, city): (&Company, _) = (&world.companies[person.company], &CITIES[person.home]);
    let vary = |nth: u64| random::mix(person.seed, Topic::Profile, &[nth]);
    // I11: the default zone stands in many profiles, whoever they belong to.
    let zone = if vary(1).is_multiple_of(5) {
        "America/New_York"
    } else {
        world.atlas.zone(person.home).name()
    };
    let phone = if vary(2).is_multiple_of(2) {
        format!("tel:{}", person.phone.replace(' ', "-"))
    } else {
        person.phone.clone()
    };
    let emergency = if vary(3).is_multiple_of(3) {
        Value::Null
    } else {
        json!([{"name": format!("{} {}", ["Robin", "Alex", "Kim", "Sam"][(vary(4) % 4) as usize], person.family), "relationship": "partner",
            "phones": [person.phone], "emails": [], "countryCode": city.country}])
    };
    let manager = &company.people[(vary(5) % company.people.len() as u64) as usize];
    let manager = (!vary(6).is_multiple_of(4))
        .then(|| json!({"value": manager.id, "displayName": format!("{} {}", manager.given, manager.family)}));
    let started = format!("20{:02}-{:02}-01", 8 + vary(7) % 17, 1 + vary(8) % 12);
    let started = [
        started.clone(),
        format!("{started}T00:00:00"),
        format!("{started}T00:00:00Z"),
    ][(vary(9) % 3) as usize]
        .clone();
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "id": person.id, "externalId": person.employee_number, "userName": person.login, "active": true,
        "name": {"givenName": person.given, "familyName": person.family, "middleName": "", "formatted": format!("{}, {}", person.family, person.given),
            "honorificPrefix": person.title, "hasNoMiddleName": true},
        "displayName": format!("{} {}", person.given, person.family), "nickName": "",
        "preferredLanguage": "en-US", "timezone": zone, "title": null,
        "emails": [{"value": person.login, "type": "work", "verified": true, "notifications": true}],
        "phoneNumbers": [{"value": phone, "type": "mobile", "primary": true, "display": person.phone, "notifications": false},
            {"value": company_phone(city.country), "type": "work", "primary": false, "notifications": false}],
        "addresses": [{"type": "home", "streetAddress": person.street, "locality": city.name, "region": city.state,
            "postalCode": person.postal, "country": city.country}],
        "emergencyContacts": emergency,
        "meta": {"resourceType": "User", "version": 3},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "companyId": company.id, "employeeNumber": person.employee_number, "department": person.department, "costCenter": null,
            "division": null, "manager": manager, "startDate": started, "terminationDate": null, "leavesOfAbsence": [],
        },
    })
}

fn company_phone(country: &str) -> String {
    format!("{} 555 0100", crate::sandbox::data::addresses::country(country).dial)
}
