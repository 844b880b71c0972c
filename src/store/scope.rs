//! The wall between companies: which of them a question may see.
//! Made at the edge from the person or token that asks; every reading method of the store takes one.
//! Holds always: without an `OperatorRight`, which only the operator's role yields, one company is all there is.

use super::Role;

/// Which companies a query may see. No store method returns company data without one.
#[derive(Clone, Debug)]
pub enum Scope {
    /// One company's rows.
    Company(String),
    /// Every company's rows.
    Operator(OperatorRight),
}

/// Proof that the caller is staff of the service.
#[derive(Clone, Debug)]
pub struct OperatorRight(());

impl OperatorRight {
    /// The right that a role gives: only the operator's does.
    pub fn granted_to(role: Role) -> Option<OperatorRight> {
        (role == Role::Operator).then_some(OperatorRight(()))
    }

    /// For the service's own workers and commands, which act for no person.
    pub fn for_service() -> OperatorRight {
        OperatorRight(())
    }
}

impl Scope {
    /// What someone of this role and company may see; `None` if the two do not go together.
    pub fn of(role: Role, company: Option<&str>) -> Option<Scope> {
        match (OperatorRight::granted_to(role), company) {
            (Some(right), None) => Some(Scope::Operator(right)),
            (None, Some(company)) => Some(Scope::Company(company.to_owned())),
            _ => None,
        }
    }

    /// Every company, for the service's own workers and commands.
    pub fn service() -> Scope {
        Scope::Operator(OperatorRight::for_service())
    }

    /// The only company in sight, or `None` for all.
    pub fn company(&self) -> Option<&str> {
        match self {
            Scope::Company(company) => Some(company),
            Scope::Operator(_) => None,
        }
    }

    /// Whether a company is in sight.
    pub fn sees(&self, company: &str) -> bool {
        self.company().is_none_or(|own| own == company)
    }

    /// This scope narrowed to one company; `None` if that company is out of sight.
    pub fn narrowed(&self, company: &str) -> Option<Scope> {
        self.sees(company).then(|| Scope::Company(company.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_operator_sees_every_company() {
        for role in Role::ALL {
            assert_eq!(OperatorRight::granted_to(*role).is_some(), *role == Role::Operator);
        }
        assert!(
            Scope::of(Role::Operator, Some("a")).is_none(),
            "an operator has no company"
        );
        assert!(Scope::of(Role::Viewer, None).is_none(), "a company role needs one");
    }

    #[test]
    fn a_company_sees_itself_only() {
        let own = Scope::Company("a".into());
        assert!(own.sees("a") && !own.sees("b"));
        assert!(own.narrowed("b").is_none());
        assert_eq!(
            Scope::service()
                .narrowed("b")
                .and_then(|s| s.company().map(str::to_owned)),
            Some("b".into())
        );
    }
}
