//! Who is asking: a person who signed in or a machine with a token, and what each may do.
//! Called by every page, server function and REST handler before it asks the store anything.
//! Always holds: a company role sees its own company and nothing else; only staff of the service sees all.

use crate::store::{Role, Scope};

/// A person or a machine whose right to be here was checked in this request.
#[derive(Clone, Debug)]
pub struct Principal {
    pub id: String,
    /// E-mail of a person, name of a token.
    pub name: String,
    pub role: Role,
    pub company: Option<String>,
}

impl Principal {
    /// What the store may show: one company, or all of them for staff. `None` if a company role has no company.
    pub fn scope(&self) -> Option<Scope> {
        Scope::of(self.role, self.company.as_deref())
    }

    /// The scope narrowed to `company`. `None` if it is another's: the caller answers as if it did not exist.
    pub fn scope_of(&self, company: Option<&str>) -> Option<Scope> {
        match company.map(str::to_lowercase).filter(|c| !c.is_empty()) {
            Some(wanted) => self.scope()?.narrowed(&wanted),
            None => self.scope(),
        }
    }

    /// Connection, people, quality and the event log: staff and the company's admins.
    pub fn may_administer(&self) -> bool {
        matches!(self.role, Role::Operator | Role::Admin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(role: Role, company: Option<&str>) -> Principal {
        Principal {
            id: "p".into(),
            name: "n".into(),
            role,
            company: company.map(str::to_owned),
        }
    }

    #[test]
    fn a_company_role_never_leaves_its_company() {
        let manager = of(Role::Manager, Some("a"));
        assert!(matches!(manager.scope_of(None), Some(Scope::Company(c)) if c == "a"));
        assert!(matches!(manager.scope_of(Some("A")), Some(Scope::Company(c)) if c == "a"));
        assert!(manager.scope_of(Some("b")).is_none());
    }

    #[test]
    fn staff_sees_all_and_may_narrow() {
        let staff = of(Role::Operator, None);
        assert!(matches!(staff.scope(), Some(Scope::Operator(_))));
        assert!(matches!(staff.scope_of(Some("b")), Some(Scope::Company(c)) if c == "b"));
    }

    #[test]
    fn a_company_role_without_a_company_sees_nothing() {
        assert!(of(Role::Admin, None).scope().is_none());
    }
}
