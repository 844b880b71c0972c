//! A simulated SAP Concur on loopback: App Center, OAuth 2, Itinerary v4, Identity v4, company profile, event deliveries.
//! Called by `whereabouts sandbox` and `whereabouts demo`, and by tests that need a Concur.
//! Always holds: truth is made first, documents second (R250); all people and companies are invented; it knows nothing of `whereabouts`.

mod changes;
pub mod corpus;
mod data;
mod delivery;
mod events;
mod faults;
mod happenings;
mod http;
mod keys;
mod lifecycle;
pub mod papers;
mod random;
pub mod truth;
mod world;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rand::Rng;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::place::Gazetteer;

pub use delivery::{Counts, DeliveryPolicy, Outcome, Verdict, verdict};
pub use events::{Event, Kind, TOPIC};
pub use faults::{Faults, StatusFault, TokenFault};
pub use keys::SALT_BYTES;
pub use papers::Intensity;
pub use world::{Announcement, Body, Company, Trip, World};

/// What kind of Concur to simulate.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// Loopback address to listen on.
    pub host: IpAddr,
    /// Port; 0 for any free one.
    pub port: u16,
    /// Travelers of the first company; each other one has a tenth.
    pub travelers: usize,
    /// Companies; the first one is the demonstration's.
    pub companies: usize,
    /// The same seed and start instant give the same world.
    pub seed: u64,
    /// Factor on the pace of changes; trips themselves are in real time.
    pub speed: f64,
    /// Whether the world changes by itself from the start.
    pub alive: bool,
    /// How strongly the channels spoil their bookings.
    pub intensity: Intensity,
    /// When the world begins; `None`: now.
    pub starts_at: Option<DateTime<Utc>>,
    /// Where the App Center sends admins (Q2).
    pub connect_uri: Option<String>,
    /// Where events go; SAP's enablement team would set it (E67).
    pub webhook: Option<String>,
    /// Client credentials of the partner application; `None`: derived from the seed.
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    /// Page requests to the list of trips per minute and company (B7).
    pub list_limit_per_minute: u32,
    /// How often one request token may be exchanged (Q7).
    pub request_token_uses: u32,
    /// Lifetime of access tokens (Q19).
    pub access_token_ttl: Duration,
    pub delivery: DeliveryPolicy,
    pub faults: Faults,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        SandboxConfig {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            travelers: 200,
            companies: 2,
            seed: 1,
            speed: 1.0,
            alive: true,
            intensity: Intensity::Usual,
            starts_at: None,
            connect_uri: None,
            webhook: None,
            client_id: None,
            client_secret: None,
            list_limit_per_minute: 10,
            request_token_uses: 1,
            access_token_ttl: Duration::from_secs(3600),
            delivery: DeliveryPolicy::default(),
            faults: Faults::default(),
        }
    }
}

/// Why the sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("the sandbox listens on loopback only, not on {0}")]
    NotLoopback(IpAddr),
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    #[error("the gazetteer lacks the airport {0}")]
    UnknownAirport(&'static str),
    #[error("cannot make a key: {0}")]
    Key(rsa::Error),
    #[error("cannot write a key: {0}")]
    Encode(rsa::pkcs8::spki::Error),
    #[error("cannot build the HTTP client: {0}")]
    Client(reqwest::Error),
    #[error("a thread of the start ended early")]
    Thread,
}

/// A running sandbox.
pub struct Sandbox {
    desk: Arc<http::Desk>,
    address: SocketAddr,
    public_key_pem: String,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// A company, as far as a test or a demonstration needs to know it.
#[derive(Clone, Debug)]
pub struct CompanyFacts {
    pub id: Uuid,
    pub name: String,
    pub travelers: usize,
}

/// Starts a sandbox; it answers as soon as this returns.
///
/// # Errors
/// If the address is not loopback or taken, or keys or the world cannot be made.
pub async fn start(config: SandboxConfig) -> Result<Sandbox, SandboxError> {
    if !config.host.is_loopback() {
        return Err(SandboxError::NotLoopback(config.host));
    }
    // reqwest wants a TLS provider even for plain HTTP; another part of the program may have installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let wanted = SocketAddr::new(config.host, config.port);
    let listener = TcpListener::bind(wanted)
        .await
        .map_err(|error| SandboxError::Listen(wanted, error))?;
    let address = listener
        .local_addr()
        .map_err(|error| SandboxError::Listen(wanted, error))?;

    let starts_at = config.starts_at.unwrap_or_else(Utc::now);
    let making_keys = tokio::task::spawn_blocking(keys::Keys::generate);
    let for_world = config.clone();
    let making_world = tokio::task::spawn_blocking(move || World::new(&for_world, Gazetteer::embedded(), starts_at));
    let keys = Arc::new(making_keys.await.map_err(|_| SandboxError::Thread)??);
    let world = making_world.await.map_err(|_| SandboxError::Thread)??;

    let (stop, stopped) = watch::channel(false);
    let public_key_pem = keys.events_public_pem()?;
    let deliverer = delivery::Deliverer::new(Arc::clone(&keys), config.delivery.clone(), stopped.clone())
        .map_err(SandboxError::Client)?;
    let desk = Arc::new(http::Desk::new(
        config,
        format!("http://{address}"),
        keys,
        world,
        deliverer,
    ));

    let until = delivery::stopped(stopped.clone());
    let server = axum::serve(listener, http::router(Arc::clone(&desk))).with_graceful_shutdown(until);
    let serving = tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "the sandbox stopped answering");
        }
    });
    let living = tokio::spawn(live(Arc::clone(&desk), stopped));
    Ok(Sandbox {
        desk,
        address,
        public_key_pem,
        stop,
        tasks: vec![serving, living],
    })
}

/// Lets the world change every few seconds until the sandbox stops.
async fn live(desk: Arc<http::Desk>, stopped: watch::Receiver<bool>) {
    const SECONDS_BETWEEN_CHANGES: f64 = 4.0;
    loop {
        let pause = SECONDS_BETWEEN_CHANGES * rand::thread_rng().gen_range(0.4..1.6) / desk.config.speed.max(0.01);
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs_f64(pause.clamp(0.01, 3600.0))) => {}
            () = delivery::stopped(stopped.clone()) => return,
        }
        if desk.is_alive() {
            let desk = Arc::clone(&desk);
            // A step may have to invent some weeks for thousands of people: not on a thread that answers requests.
            let _ = tokio::task::spawn_blocking(move || desk.step(Utc::now())).await;
        }
    }
}

impl Sandbox {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:port`: token base, geolocation and host of every href.
    pub fn origin(&self) -> &str {
        &self.desk.origin
    }

    /// The page with the Connect button.
    pub fn app_center_url(&self) -> String {
        format!("{}/appcenter", self.desk.origin)
    }

    /// The key with which events are verified, as PEM.
    pub fn public_key_pem(&self) -> &str {
        &self.public_key_pem
    }

    /// The partner application's client id.
    pub fn client_id(&self) -> &str {
        &self.desk.client_id
    }

    /// The partner application's client secret.
    pub fn client_secret(&self) -> &str {
        &self.desk.client_secret
    }

    /// The simulated companies, the demonstration's first.
    pub fn companies(&self) -> Vec<CompanyFacts> {
        let world = self.desk.world();
        let facts = |company: &Company| CompanyFacts {
            id: company.id,
            name: company.name.clone(),
            travelers: company.people.len(),
        };
        world.companies.iter().map(facts).collect()
    }

    /// Sets where the App Center sends admins.
    pub fn set_connect_uri(&self, uri: &str) {
        self.desk.registry().connect_uri = Some(uri.to_owned());
    }

    /// Sets where events go, as SAP's enablement team does for a partner (E67).
    pub fn set_webhook(&self, endpoint: &str) {
        self.desk.registry().subscribe_partner(endpoint);
    }

    /// Mints a request token and gives the address to which the App Center would redirect the admin (Q4).
    /// `None` if no Connect URI is set or the company is unknown.
    pub fn connect_link(&self, company: Uuid) -> Option<String> {
        let index = self.desk.world().company_by_id(&company.to_string())?;
        self.desk.connect_link(index)
    }

    /// Switches faults.
    pub fn set_faults(&self, faults: Faults) {
        self.desk.registry().faults = faults;
    }

    /// Lets the world change by itself, or not.
    pub fn set_alive(&self, alive: bool) {
        self.desk.registry().alive = alive;
    }

    /// Counts over all event deliveries.
    pub fn deliveries(&self) -> Counts {
        self.desk.deliverer.counts()
    }

    /// Looks at the world (and keeps it still while looking).
    pub fn with_world<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.desk.world())
    }

    /// Stops answering and delivering.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for mut task in self.tasks {
            // Connections that are kept open do not keep the sandbox alive.
            if tokio::time::timeout(Duration::from_millis(500), &mut task)
                .await
                .is_err()
            {
                task.abort();
            }
        }
    }
}
