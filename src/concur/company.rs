//! The company's own profile: its name, nothing else (C1–C10).
//! Called by `ingest` once a company is connected.
//! Always: optional. The API is deprecated (C4), the scope may be missing (C10); no name is no error.

use std::sync::Arc;

use http::{Method, header};
use serde::Deserialize;

use super::Concur;
use super::call::Forbidden;
use super::http::Answer;
use crate::store::Store;

impl Concur {
    /// The company's name, if Concur tells it.
    pub async fn company_name(self: &Arc<Self>, store: &Arc<dyn Store>, company: &str) -> Option<String> {
        let url = |geolocation: &super::Origin| geolocation.join("/profile/v1/me");
        let answer = self
            .call(store, company, Method::GET, Forbidden::IsFinal, url)
            .await
            .ok()?;
        let answer = if matches!(answer.status, 301 | 302 | 307 | 308) {
            self.in_the_right_data_centre(store, company, &answer).await?
        } else {
            answer
        };
        if !answer.is_success() {
            tracing::info!(
                company,
                status = answer.status,
                correlation = answer.correlation(),
                "no company profile"
            );
            return None;
        }
        name(&answer.body)
    }

    /// C8: one step to another data centre, inside the allow-list.
    async fn in_the_right_data_centre(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        company: &str,
        moved: &Answer,
    ) -> Option<Answer> {
        let url = super::href::followed(&self.allow, moved.headers.get(header::LOCATION)?.to_str().ok()?).ok()?;
        self.call(store, company, Method::GET, Forbidden::IsFinal, |_| Ok(url.clone()))
            .await
            .ok()
    }
}

/// Reads one key and skips the others, of which the published sample repeats one (C6).
fn name(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Profile {
        name: Option<String>,
        meta: Option<Meta>,
    }
    #[derive(Deserialize)]
    struct Meta {
        #[serde(rename = "principalType")]
        principal_type: Option<String>,
    }
    let profile: Profile = serde_json::from_slice(body).ok()?;
    let is_company = profile
        .meta
        .and_then(|m| m.principal_type)
        .is_none_or(|t| t.eq_ignore_ascii_case("company"));
    let name = profile.name?.trim().chars().take(200).collect::<String>();
    (is_company && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c6_a_repeated_key_does_not_hide_the_name() {
        let body = br#"{"id":"ab","com:concur:Expense:0.1":{},"name":" Meridian AG ","com:concur:Expense:0.1":{},"meta":{"principalType":"company"}}"#;
        assert_eq!(name(body).as_deref(), Some("Meridian AG"));
    }

    #[test]
    fn c1_a_users_profile_is_no_company() {
        assert_eq!(name(br#"{"name":"Emil","meta":{"principalType":"user"}}"#), None);
        assert_eq!(name(br#"{"name":""}"#), None);
        assert_eq!(name(b"Not Found"), None);
    }
}
