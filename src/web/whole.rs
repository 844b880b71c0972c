//! A page is answered whole, or rendered again: rarely, and more often on a busy machine, the renderer misses that what it
//! waited for has come, and would wait for ever.
//! Called around the pages by the router; whoever asked sees a page that took a few seconds instead of none.
//! Always holds: only reading requests are rendered again; an answer that comes at last is not cut.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use http::{Method, StatusCode};

/// How long each rendering may take, in turn.
pub type Patience = [Duration; 3];
/// The first is longer than any healthy rendering; the last is for a machine that is only slow.
pub const PATIENCE: Patience = [Duration::from_secs(6), Duration::from_secs(12), Duration::from_secs(30)];
/// Waits for data centres, which may take their time, and for what a busy database takes besides.
const SLOW_PAGE: &str = "/feed";

/// The whole page of a reading request; other requests pass.
pub async fn whole(State(patience): State<Patience>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let (parts, _no_body) = request.into_parts();
    let slow = parts.uri.path() == SLOW_PAGE;
    // One that is only slow goes on beside the next: whichever comes first is the answer.
    let mut renderings = FuturesUnordered::new();
    for patience in patience.iter().skip(usize::from(slow)) {
        let again = Request::from_parts(parts.clone(), Body::empty());
        renderings.push(next.clone().run(again));
        if let Ok(Some(page)) = tokio::time::timeout(*patience, renderings.next()).await {
            return page;
        }
        metrics::counter!("pages_rendered_again_total").increment(1);
        tracing::warn!(
            path = parts.uri.path(),
            seconds = patience.as_secs(),
            "a page stood still; it is rendered again"
        );
    }
    tracing::error!(path = parts.uri.path(), "a page could not be rendered in time");
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [("retry-after", "5")],
        "The page could not be made in time. Nothing is lost; try again in a few seconds.\n",
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::routing::get;
    use axum::{Router, middleware};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    /// A page that stands still the first `times`; how often it was rendered.
    fn pages(times: usize) -> (Router, Arc<AtomicUsize>) {
        let rendered = Arc::new(AtomicUsize::new(0));
        let count = rendered.clone();
        let page = move || {
            let nth = count.fetch_add(1, Ordering::SeqCst);
            async move {
                if nth < times {
                    std::future::pending::<()>().await;
                }
                "the page"
            }
        };
        let router = Router::new()
            .route("/", get(page.clone()).post(page.clone()))
            .route("/feed", get(page))
            .layer(middleware::from_fn_with_state([Duration::from_secs(1); 3], whole));
        (router, rendered)
    }

    async fn ask(router: Router, method: Method, path: &str) -> (StatusCode, String) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn a_page_that_stands_still_is_rendered_again() {
        for (times, path) in [(0, "/"), (1, "/"), (2, "/"), (1, "/feed")] {
            let (router, rendered) = pages(times);
            let (status, text) = ask(router, Method::GET, path).await;
            assert_eq!((status, text.as_str()), (StatusCode::OK, "the page"));
            assert_eq!(rendered.load(Ordering::SeqCst), times + 1);
        }
    }

    #[tokio::test]
    async fn a_page_that_is_only_slow_is_not_begun_anew_in_vain() {
        let slow = || async {
            tokio::time::sleep(Duration::from_millis(2_500)).await;
            "the page"
        };
        let router = Router::new()
            .route("/", get(slow))
            .layer(middleware::from_fn_with_state([Duration::from_secs(1); 3], whole));
        let (status, text) = ask(router, Method::GET, "/").await;
        assert_eq!(
            (status, text.as_str()),
            (StatusCode::OK, "the page"),
            "no rendering takes less than its patience"
        );
    }

    #[tokio::test]
    async fn one_that_never_comes_ends_in_a_sentence() {
        let (router, rendered) = pages(usize::MAX);
        let (status, text) = ask(router, Method::GET, "/").await;
        assert!(
            status == StatusCode::SERVICE_UNAVAILABLE && text.contains("try again"),
            "{status} {text}"
        );
        assert_eq!(rendered.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn what_writes_is_never_done_twice() {
        let (router, rendered) = pages(1);
        let asked = tokio::time::timeout(Duration::from_secs(4), ask(router, Method::POST, "/")).await;
        assert!(asked.is_err(), "it waits");
        assert_eq!(rendered.load(Ordering::SeqCst), 1);
    }
}
