//! The company profile, Profile v1 (C1–C6).
//! Called by the partner's server with a company token.
//! Always holds: the object repeats a key, as the published sample does (C6), so it is written by hand.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{Desk, struck};
use crate::sandbox::faults::StatusFault;
use crate::sandbox::truth::employer;

/// `GET /profile/v1/me`
pub(super) async fn me(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let company = match desk.company_of(&headers) {
        Ok(company) => company,
        Err(denied) => return denied.into_response(),
    };
    if let Some(fault) = StatusFault::take(&mut desk.registry().faults.company, "") {
        return struck(&fault);
    }
    let country = employer(company).seat;
    let world = desk.world();
    let facts = &world.companies[company];
    let most = json!({
        "id": facts.id, "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Company", "com:concur:Expense:0.1", "com:concur:Travel:0.1"],
        "name": facts.name, "internetDomain": facts.domain, "companyDomain": facts.domain, "defaultLanguage": "en-us",
        "addresses": [{"id": "1", "formatted": format!("1 Harbour Square, {country}"), "streetAddress": "1 Harbour Square",
            "locality": "", "region": "", "country": country, "postalCode": null}],
        "meta": {"principalType": "company"},
        "com:concur:Travel:0.1": {"active": 1, "offeringCode": "TRV", "isVendor": false, "isBillable": true,
            "contact": {"name": "Travel desk", "phone": "+47 555 0100", "emailAddress": format!("travel@{}", facts.domain)}},
    });
    let expense = json!({"offeringCode": "CTE", "marketingName": "CTE"});
    let most = most.to_string();
    let open = most.strip_suffix('}').unwrap_or(&most);
    let body = format!("{open},\"com:concur:Expense:0.1\":{expense},\"com:concur:Expense:0.1\":{expense}}}");
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
