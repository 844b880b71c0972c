//! A Concur for tests, over loopback HTTP: it keeps a log of what it was asked and answers as each test scripts it.
//! Used by the tests of `concur` and `ingest`.
//! Always: a refresh token works once; whatever the script leaves open gets a plain, correct answer.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use rsa::pkcs1v15::SigningKey;
use rsa::rand_core::UnwrapErr;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};
use whereabouts::concur::http::Http;
use whereabouts::concur::seal::REFRESH_TOKEN;
use whereabouts::concur::{Allow, Application, Clock, Concur, ConcurConfig, Sealer, Secret};
use whereabouts::store::{Connection, Store};

/// The company of the tests.
pub const COMPANY: &str = "ab8a0000-0000-4000-8000-00000000000a";

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub query: String,
    pub bearer: String,
    pub form: HashMap<String, String>,
    pub headers: http::HeaderMap,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub delay: Duration,
}

impl Reply {
    pub fn json(value: &Value) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: value.to_string().into_bytes(),
            delay: Duration::ZERO,
        }
    }

    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::json(&json!({}))
        }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

static KEY: LazyLock<rsa::RsaPrivateKey> =
    LazyLock::new(|| rsa::RsaPrivateKey::new(&mut UnwrapErr(getrandom::SysRng), 2048).unwrap());

/// The name of the key that signs, and of which [`jwks`] tells.
pub const KID: &str = "4711";

/// The key set that goes with [`FakeConcur::id_token`].
pub fn jwks() -> Value {
    let public = KEY.to_public_key();
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({"keys": [{"kty": "RSA", "use": "sig", "kid": KID, "n": number(&public.n_bytes()), "e": number(&public.e_bytes())}]})
}

/// A JWT over `claims`, signed by the key of [`jwks`] under this name.
pub fn signed(kid: &str, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({"alg": "RS256", "kid": kid})), part(claims));
    let signature = SigningKey::<Sha256>::new(KEY.clone()).sign(text.as_bytes()).to_bytes();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

type Script = Box<dyn FnMut(&Seen) -> Option<Reply> + Send>;

#[derive(Default)]
struct Inner {
    log: Vec<Seen>,
    documents: HashMap<String, Value>,
    script: Option<Script>,
    live: HashSet<String>,
    issued: u32,
    /// Trips being answered now, and the most that ever were.
    running: HashMap<String, u32>,
    most: u32,
    /// The most that were ever answered together.
    most_together: u32,
    /// How long the next plain answer about a trip takes.
    slow: Option<Duration>,
}

/// A trip is being answered, until this is dropped: also when the caller is gone before.
struct Running {
    fake: FakeConcur,
    path: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        *self.fake.inner.lock().unwrap().running.get_mut(&self.path).unwrap() -= 1;
    }
}

/// The server. It ends with the test's runtime.
#[derive(Clone)]
pub struct FakeConcur {
    pub base: String,
    inner: Arc<Mutex<Inner>>,
}

impl FakeConcur {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self {
            base,
            inner: Arc::default(),
        };
        fake.inner.lock().unwrap().live.insert("refresh-0".to_owned());
        let router = axum::Router::new().fallback(serve).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        fake
    }

    /// From now on requests are answered by `script`, where it answers.
    pub fn script(&self, script: impl FnMut(&Seen) -> Option<Reply> + Send + 'static) {
        self.inner.lock().unwrap().script = Some(Box::new(script));
    }

    /// Serves `document` as this trip; `None` is 404.
    pub fn serve(&self, trip: &str, document: Option<Value>) {
        let documents = &mut self.inner.lock().unwrap().documents;
        match document {
            Some(document) => documents.insert(trip.to_owned(), document),
            None => documents.remove(trip),
        };
    }

    /// The next plain answer about a trip takes this long; what it says is what is so when it was asked.
    pub fn slow_next(&self, delay: Duration) {
        self.inner.lock().unwrap().slow = Some(delay);
    }

    /// The requests whose path contains `part`.
    pub fn seen(&self, part: &str) -> Vec<Seen> {
        self.inner
            .lock()
            .unwrap()
            .log
            .iter()
            .filter(|seen| seen.path.contains(part))
            .cloned()
            .collect()
    }

    /// How many requests for one trip were ever under way at the same time.
    pub fn most_at_once(&self) -> u32 {
        self.inner.lock().unwrap().most
    }

    /// How many requests for trips were ever under way at the same time.
    pub fn most_together(&self) -> u32 {
        self.inner.lock().unwrap().most_together
    }

    /// A success of the token endpoint. Access token and refresh token carry the same number.
    pub fn tokens(&self) -> Reply {
        let mut inner = self.inner.lock().unwrap();
        inner.issued += 1;
        let n = inner.issued;
        inner.live.insert(format!("refresh-{n}"));
        Reply::json(&json!({
            "expires_in": "3600", "token_type": "Bearer", "access_token": format!("access-{n}"),
            "refresh_token": format!("refresh-{n}"), "refresh_expires_in": 4_102_444_800_i64, "geolocation": self.base,
        }))
    }

    /// What an id_token of this principal says.
    pub fn claims(&self, sub: &str) -> Value {
        let now = Utc::now().timestamp();
        json!({
            "aud": "client-id", "sub": sub, "iss": self.base, "iat": now, "nbf": now, "exp": now + 3600,
            "at_hash": "0123456789abcdef", "concur.version": 2, "concur.type": "company",
        })
    }

    /// An id_token of this principal, as Concur signs it.
    pub fn id_token(&self, sub: &str) -> String {
        signed(KID, &self.claims(sub))
    }

    /// Talks to this server, and to nothing else.
    pub fn client(&self) -> Arc<Concur> {
        self.client_of(&self.base, Arc::new(Utc::now))
    }

    /// The same, at another time.
    pub fn client_at(&self, clock: Clock) -> Arc<Concur> {
        self.client_of(&self.base, clock)
    }

    /// Exchanges here, and may talk to another server too.
    pub fn client_allowing(&self, other: &str) -> Arc<Concur> {
        self.client_of(&format!("{},{other}", self.base), Arc::new(Utc::now))
    }

    fn client_of(&self, allowed: &str, clock: Clock) -> Arc<Concur> {
        let allow = Allow::parse(&format!("https://*.api.concursolutions.com,{allowed}")).unwrap();
        let config = ConcurConfig {
            application: Some(Application {
                client_id: "client-id".to_owned(),
                client_secret: Secret::new("client-secret"),
            }),
            token_base: self.base.clone(),
            sealer: Sealer::from_key([7; 32]),
            clock,
            allow: allow.clone(),
        };
        Arc::new(Concur::with_http(config, Http::new(allow).unwrap()).unwrap())
    }

    /// Leaves [`COMPANY`] connected with the first refresh token.
    pub async fn connected(&self, store: &Arc<dyn Store>) {
        let sealed = Sealer::from_key([7; 32])
            .seal(COMPANY, REFRESH_TOKEN, &Secret::new("refresh-0"))
            .unwrap();
        let connection = Connection {
            company: COMPANY.to_owned(),
            name: Some("Meridian".to_owned()),
            geolocation: self.base.clone(),
            sealed_refresh_token: sealed,
            refresh_expires_at: None,
            connected_by: None,
            link_sha256: None,
        };
        // Long ago: the engine lists the backlog of a company that connected just now.
        store
            .connect_company(&connection, Utc::now() - chrono::TimeDelta::days(1))
            .await
            .unwrap();
    }

    fn plain(&self, seen: &Seen) -> Reply {
        if seen.path == "/oauth2/v0/token" {
            let token = seen.form.get("refresh_token").cloned().unwrap_or_default();
            let is_refresh = seen.form.get("grant_type").is_some_and(|g| g == "refresh_token");
            if is_refresh && !self.inner.lock().unwrap().live.remove(&token) {
                return Reply {
                    status: 400,
                    ..Reply::json(&json!({"code": 108, "error": "invalid_grant"}))
                };
            }
            return self.tokens();
        }
        if seen.path == "/oauth2/v0/jwks" {
            return Reply::json(&jwks());
        }
        if !seen.bearer.starts_with("access-") {
            return Reply::status(401);
        }
        let id = seen.path.strip_prefix("/travel/v4/trips/").unwrap_or_default();
        let mut inner = self.inner.lock().unwrap();
        let delay = inner.slow.take().unwrap_or_default();
        match inner.documents.get(id) {
            Some(document) => Reply::json(document).after(delay),
            None => Reply::status(404).after(delay),
        }
    }
}

async fn serve(State(fake): State<FakeConcur>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let bearer = parts
        .headers
        .get("authorization")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let seen = Seen {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        bearer: bearer.trim_start_matches("Bearer ").to_owned(),
        form: url::form_urlencoded::parse(&body).into_owned().collect(),
        headers: parts.headers,
    };
    let scripted = {
        let mut inner = fake.inner.lock().unwrap();
        inner.log.push(seen.clone());
        let running = inner.running.entry(seen.path.clone()).or_default();
        *running += 1;
        let running = *running;
        if seen.path.starts_with("/travel/v4/trips/") {
            inner.most = inner.most.max(running);
            let trips = inner
                .running
                .iter()
                .filter(|(path, _)| path.starts_with("/travel/v4/trips/"));
            let together = trips.map(|(_, count)| count).sum();
            inner.most_together = inner.most_together.max(together);
        }
        inner.script.as_mut().and_then(|script| script(&seen))
    };
    let running = Running {
        fake: fake.clone(),
        path: seen.path.clone(),
    };
    let reply = scripted.unwrap_or_else(|| fake.plain(&seen));
    tokio::time::sleep(reply.delay).await;
    drop(running);
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    response.body(reply.body.into()).unwrap()
}
