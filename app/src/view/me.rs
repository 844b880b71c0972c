//! Who is signed in and what they may look at. Filled by the Backend; shown in the bar. Holds nothing secret.

use serde::{Deserialize, Serialize};

/// What a person may do (contract.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Staff of the service: every company.
    Operator,
    Admin,
    Manager,
    Viewer,
}

impl Role {
    /// The word in forms and addresses.
    pub fn key(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Admin => "admin",
            Role::Manager => "manager",
            Role::Viewer => "viewer",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Role::Operator => t!("operator of the service", "Betrieb des Dienstes"),
            Role::Admin => t!("administrator", "Administration"),
            Role::Manager => t!("manager", "Sicherheitsmanagement"),
            Role::Viewer => t!("viewer", "nur Ansicht"),
        }
    }
}

/// A connected company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Concur's company id.
    pub id: String,
    pub name: String,
}

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub email: String,
    pub role: Role,
    /// The person's own company; none for an operator, and for an admin whose company is not connected yet.
    pub company: Option<Company>,
    /// What an operator can choose from, by name; empty for everyone else.
    pub companies: Vec<Company>,
}

impl Me {
    /// Connection and people: staff of the service and the company's administrators.
    pub fn may_administer(&self) -> bool {
        matches!(self.role, Role::Operator | Role::Admin)
    }

    /// The name to show beside the product's: the own company, the chosen one, or what "no choice" means.
    pub fn company_shown(&self, chosen: Option<&str>) -> String {
        match (&self.company, chosen) {
            (Some(own), _) => own.name.clone(),
            (None, Some(id)) => self.companies.iter().find(|c| c.id == id).map_or_else(
                || t!("Unknown company", "Unbekanntes Unternehmen").to_owned(),
                |c| c.name.clone(),
            ),
            (None, None) if self.role == Role::Operator => t!("All companies", "Alle Unternehmen").to_owned(),
            (None, None) => t!("No company connected", "Kein Unternehmen verbunden").to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_company_in_the_bar() {
        let fjord = Company {
            id: "c1".into(),
            name: "Fjordline Energy".into(),
        };
        let mut me = Me {
            email: "a@b".into(),
            role: Role::Operator,
            company: None,
            companies: vec![fjord.clone()],
        };
        assert_eq!(me.company_shown(None), "All companies");
        assert_eq!(me.company_shown(Some("c1")), "Fjordline Energy");
        assert_eq!(me.company_shown(Some("c2")), "Unknown company");
        me = Me {
            role: Role::Viewer,
            company: Some(fjord),
            companies: vec![],
            ..me
        };
        assert_eq!(me.company_shown(Some("c2")), "Fjordline Energy");
    }
}
