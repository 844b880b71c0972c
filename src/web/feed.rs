//! What comes from Concur's event service, and how: subscriptions, companies that they lack, keys, certificates, silence.
//! Called by the operator's page and the REST interface.
//! Always: for operators only; a data centre that does not answer is said and hides no other.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::join_all;

use super::AppState;
use crate::concur::subscriptions::{DataCentre, Subscription, SubscriptionProblem, id_for};
use crate::ingest::silence::Silence;
use crate::store::{CompanyRow, CompanyState, Scope, StoreError};

/// How long one data centre is waited for.
const PATIENCE: Duration = Duration::from_secs(8);

/// One data centre.
pub struct Centre {
    pub at: DataCentre,
    /// Its subscriptions, or why they cannot be read.
    pub subscriptions: Result<Vec<Subscription>, String>,
    /// Companies of ours whose events do not come (E19, E68).
    pub missing: Vec<CompanyRow>,
    /// Ids of companies whose events come although they are not connected here.
    pub strange: Vec<String>,
    /// When the newest event of its companies came.
    pub last_event_at: Option<DateTime<Utc>>,
    pub silence: Option<Silence>,
}

/// What was done with a subscription.
pub enum Changed {
    /// No data centre has this name.
    NoCentre,
    /// It has no subscription of ours.
    Nothing,
    Saved(Subscription),
    Removed,
}

impl AppState {
    /// Where Concur is to post events.
    pub fn ess_endpoint(&self) -> String {
        format!("{}/ess/events", self.public_url)
    }

    /// Whether a subscription is this service's own.
    pub fn is_ours(&self, at: &DataCentre, one: &Subscription) -> bool {
        one.id == id_for(&self.public_url, &at.name)
            || (one.is_of_trips() && one.web_hook_config.endpoint == self.ess_endpoint())
    }

    /// Every data centre with its subscriptions. Errs if our own companies cannot be read.
    pub async fn centres(&self) -> Result<Vec<Centre>, StoreError> {
        let companies = self.store.companies(&Scope::service()).await?;
        let asked = join_all(self.data_centres.iter().map(|at| self.subscriptions_of(at))).await;
        let readable: Vec<&Subscription> = asked
            .iter()
            .flatten()
            .flatten()
            .filter(|one| one.is_of_trips())
            .collect();
        let covered = |company: &CompanyRow| readable.iter().any(|one| one.covers(&company.id));
        let connected: Vec<&CompanyRow> = companies
            .iter()
            .filter(|one| one.state == CompanyState::Connected)
            .collect();
        let now = (self.clock)();
        let centres = self.data_centres.iter().zip(&asked).map(|(at, subscriptions)| {
            let here = |company: &CompanyRow| {
                let region = company.region.as_deref().unwrap_or_default();
                same_centre(at, region)
            };
            let last_event_at = companies
                .iter()
                .filter(|one| here(one))
                .filter_map(|one| one.last_event_at)
                .max();
            let quiet_since = last_event_at.or_else(|| {
                connected
                    .iter()
                    .filter(|one| here(one))
                    .filter_map(|one| one.connected_at)
                    .min()
            });
            let missing = connected
                .iter()
                .filter(|one| subscriptions.is_ok() && here(one) && !covered(one));
            let strange = subscriptions
                .iter()
                .flatten()
                .flat_map(|one| &one.company_ids)
                .filter(|id| *id != ".*" && !connected.iter().any(|company| company.id.eq_ignore_ascii_case(id)));
            Centre {
                at: at.clone(),
                missing: missing.map(|one| (*one).clone()).collect(),
                strange: strange.cloned().collect(),
                silence: quiet_since.and_then(|since| Silence::since(since, now)),
                last_event_at,
                subscriptions: subscriptions.clone(),
            }
        });
        Ok(centres.collect())
    }

    /// Subscribes in a data centre, or corrects the subscription. `id`: one of this application's to be changed instead
    /// of our own, as SAP may have made it (E67).
    pub async fn subscribe(
        &self,
        centre: &str,
        id: Option<&str>,
        endpoint: Option<&str>,
    ) -> Result<Changed, SubscriptionProblem> {
        let Some(at) = self.data_centre(centre) else {
            return Ok(Changed::NoCentre);
        };
        let endpoint = endpoint.map_or_else(|| self.ess_endpoint(), str::to_owned);
        let present = self.concur.subscriptions(at).await?;
        let own = present
            .iter()
            .find(|one| self.is_ours(at, one))
            .map(|one| one.id.clone());
        let id = id
            .map(str::to_owned)
            .or(own)
            .unwrap_or_else(|| id_for(&self.public_url, &at.name));
        let saved = self.concur.subscribe(at, &id, &endpoint).await?;
        tracing::info!(data_centre = at.name, id, "a subscription was saved");
        Ok(Changed::Saved(saved))
    }

    /// Ends our subscription in a data centre, or the one with this id.
    pub async fn unsubscribe(&self, centre: &str, id: Option<&str>) -> Result<Changed, SubscriptionProblem> {
        let Some(at) = self.data_centre(centre) else {
            return Ok(Changed::NoCentre);
        };
        let present = self.concur.subscriptions(at).await?;
        let chosen = present.iter().find(|one| match id {
            Some(id) => one.id == id,
            None => self.is_ours(at, one),
        });
        let Some(chosen) = chosen else {
            return Ok(Changed::Nothing);
        };
        if !self.concur.unsubscribe(at, &chosen.id).await? {
            return Ok(Changed::Nothing);
        }
        tracing::info!(data_centre = at.name, id = chosen.id, "a subscription was removed");
        Ok(Changed::Removed)
    }

    fn data_centre(&self, name: &str) -> Option<&DataCentre> {
        self.data_centres.iter().find(|at| at.name.eq_ignore_ascii_case(name))
    }

    async fn subscriptions_of(&self, at: &DataCentre) -> Result<Vec<Subscription>, String> {
        match tokio::time::timeout(PATIENCE, self.concur.subscriptions(at)).await {
            Ok(Ok(subscriptions)) => Ok(subscriptions),
            Ok(Err(problem)) => Err(sentence(&problem)),
            Err(_) => Err("The data centre gave no answer in time. Try again later.".to_owned()),
        }
    }
}

/// What to do about it, for a person.
pub fn sentence(problem: &SubscriptionProblem) -> String {
    match problem {
        SubscriptionProblem::Token(problem) => problem.sentence(),
        SubscriptionProblem::Failure(_) => {
            "The data centre cannot be reached now. Check the network and the allow-list, then try again.".to_owned()
        }
        SubscriptionProblem::Unreadable => {
            "The event service's answer cannot be understood. The log has its correlation id for SAP's support."
                .to_owned()
        }
        other => {
            let text = other.to_string();
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| {
                format!("{}{}.", first.to_uppercase(), letters.as_str())
            })
        }
    }
}

/// Whether a company with this region's host lives there; `eu` and `emea` are one (X1).
fn same_centre(at: &DataCentre, region: &str) -> bool {
    let plain = |name: &str| {
        if name == "emea" {
            "eu".to_owned()
        } else {
            name.to_owned()
        }
    };
    if region.eq_ignore_ascii_case(at.origin.host()) {
        return true;
    }
    let label = region.split('.').next().unwrap_or_default().to_ascii_lowercase();
    plain(&label) == plain(&at.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concur::Allow;

    #[test]
    fn x1_eu_and_emea_are_one_data_centre() {
        let allow = Allow::parse("https://*.api.concursolutions.com").unwrap();
        let at = |name: &str| {
            DataCentre::of(
                allow
                    .origin(&format!("https://{name}.api.concursolutions.com"))
                    .unwrap(),
            )
        };
        assert!(same_centre(&at("eu"), "emea.api.concursolutions.com"));
        assert!(same_centre(&at("emea"), "EU.api.concursolutions.com"));
        assert!(same_centre(&at("us2"), "us2.api.concursolutions.com"));
        assert!(!same_centre(&at("us2"), "us.api.concursolutions.com"));
        assert!(!same_centre(&at("eu2"), ""));
    }
}
