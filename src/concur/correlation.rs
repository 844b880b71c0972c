//! The id under which Concur's support finds what belongs together: an event's is used again for the calls that follow it (E17, L11, L12).
//! Set by the workers around a claim; read by the HTTP client for every request.
//! Always: only what can be such an id is sent or logged, so that no name gets anywhere this way.

use std::future::Future;

tokio::task_local! {
    static GIVEN: String;
}

/// Whether a text can be a correlation id.
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 80 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// Runs `work`; its requests carry `id`, or one of their own each.
pub async fn with<F: Future>(id: Option<&str>, work: F) -> F::Output {
    match id.filter(|id| is_id(id)) {
        Some(id) => GIVEN.scope(id.to_owned(), work).await,
        None => work.await,
    }
}

/// What the next request carries.
pub(super) fn of_request() -> String {
    GIVEN
        .try_with(Clone::clone)
        .unwrap_or_else(|_| uuid::Uuid::new_v4().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn e17_an_events_id_is_that_of_every_call_that_follows_and_others_have_their_own() {
        let id = "7d1e0000-0000-4000-8000-000000000001";
        assert_eq!(with(Some(id), async { of_request() }).await, id);
        for none in [None, Some(""), Some("Emil Dover"), Some("e.dover@example.com")] {
            let (one, two) = with(none, async { (of_request(), of_request()) }).await;
            assert!(is_id(&one) && one != two && Some(one.as_str()) != none);
        }
    }
}
