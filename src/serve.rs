//! `whereabouts serve`: opens the store, starts the engine, answers HTTP until told to stop.
//! Called by the command line and by `demo`.
//! Always holds: a start that could lose events is refused; at the end everything accepted is durable.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::cli::{ConcurArgs, ConnectWith, DatabaseArgs, EssArgs, ServeArgs};
use crate::concur::subscriptions::DataCentre;
use crate::concur::{Allow, Application, Clock, Concur, ConcurConfig, Sealer, Secret};
use crate::config::{self, ServeConfig};
use crate::failure::CommandError;
use crate::ingest::certificate::Gate;
use crate::ingest::listener::{EssListener, Files, Peer};
use crate::ingest::receive;
use crate::ingest::{Engine, EngineConfig};
use crate::store;
use crate::web::mail::Mailer;
use crate::web::webhook::Webhooks;
use crate::web::{self, AppState, Parts};

/// How long open connections may take to end.
const DRAIN: Duration = Duration::from_secs(15);

/// What only the demo sets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras {
    /// Requests a minute to the list of trips; Concur allows 10, a sandbox may allow more.
    pub list_per_minute: Option<u32>,
}

/// A program that answers.
pub struct Running {
    pub address: SocketAddr,
    /// The TLS listener for events, if there is one.
    pub tls_address: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    engine: Arc<Engine>,
    servers: Vec<tokio::task::JoinHandle<std::io::Result<()>>>,
}

/// Serves until SIGTERM or SIGINT.
pub async fn run(args: ServeArgs) -> Result<(), CommandError> {
    log(args.log_json);
    let running = start(&args, Extras::default()).await?;
    tracing::info!(address = %running.address, events = ?running.tls_address, "listening");
    stop_signal().await;
    tracing::info!("stopping");
    running.stop().await
}

/// Starts everything; returns once the address answers.
pub async fn start(args: &ServeArgs, extras: Extras) -> Result<Running, CommandError> {
    let config = ServeConfig::read(args)?;
    if args.concur.concur_client_id.is_some() {
        for missing in config.certification_lacks(&args.support) {
            tracing::warn!("no {missing}: SAP Concur's certification asks for it on the landing page (Q60, Q61)");
        }
    }
    if let Some(what) = web::assets::missing() {
        tracing::warn!("{what}");
    }
    let keys = config.ess_keys.map(Arc::new);
    let certificates = Arc::new(Gate::new(config.certificates));
    let data_centres = DataCentre::parse(&args.ess.concur_data_centres, &allow(&args.concur)?)
        .map_err(|e| CommandError::Start(format!("--concur-data-centres: {e}")))?;
    if keys.is_none() {
        tracing::warn!("no --ess-public-keys: the event endpoint answers 503 until it has them");
    }
    let store = store::open(&args.database.database_url).await?;
    let concur = concur_of(&args.concur, &args.database)?;
    let clock: Clock = Arc::new(Utc::now);
    let mut engine_config = EngineConfig::new(Arc::new(rand::random::<f64>));
    let std = |t: chrono::TimeDelta| t.to_std().unwrap_or_default();
    (engine_config.coalesce, engine_config.grace, engine_config.retry_base) =
        (std(config.coalesce), std(config.grace), std(config.retry_base));
    if let Some(per_minute) = extras.list_per_minute {
        engine_config.list_per_minute = per_minute;
    }
    let mail = config.mail.as_ref().map(Mailer::new).transpose();
    let mail = mail.map_err(|e| CommandError::Start(e.to_string()))?;
    let webhooks = match &args.webhook_allow {
        Some(list) => {
            let allow = Allow::parse(list).map_err(|e| CommandError::Start(format!("--webhook-allow: {e}")))?;
            Some(Webhooks::new(allow).map_err(|e| CommandError::Start(e.to_string()))?)
        }
        None => None,
    };
    let listener = TcpListener::bind(&args.bind)
        .await
        .map_err(|e| CommandError::Start(format!("--bind {}: {e}", args.bind)))?;
    let address = listener.local_addr()?;
    // A port of 0 is only known now.
    let public_url = if args.public_url.is_none() {
        format!("http://{address}")
    } else {
        config.public_url
    };
    let engine = Engine::start(engine_config, store.clone(), concur.clone(), clock.clone());
    let (stop, stopped) = watch::channel(false);
    let state = AppState::new(Parts {
        store: store.clone(),
        clock,
        concur,
        engine: engine.clone(),
        stop: stopped.clone(),
        public_url,
        leptos: LeptosOptions::builder().output_name("whereabouts").build(),
        metrics: recorder(),
        metrics_token_sha256: config.metrics_token_sha256,
        map_style_origin: config.map_style_url.as_deref().and_then(config::origin),
        map_style_url: config.map_style_url,
        papers: config.papers,
        data_centres,
        ess_keys: keys.clone(),
        certificates: certificates.clone(),
        support: args.support.clone(),
        mail,
        webhooks,
        compare: args.compare_companies,
        code_only: args.connect_with == ConnectWith::Code,
    });
    let ess = engine.ess(keys, certificates);
    let tls = match &args.ess.ess_tls_bind {
        Some(bind) => Some(ess_listener(bind, &args.ess).await?),
        None => None,
    };
    let tls_address = tls.as_ref().map(EssListener::address);
    let tls_server = tls.map(|listener| {
        let service = receive::router(ess.clone()).into_make_service_with_connect_info::<Peer>();
        let mut stopped = stopped.clone();
        let until = async move {
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(until).await })
    });
    tokio::spawn(web::quality_watch::run(state.clone()));
    let router = web::router(state, ess);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let mut stopped = stopped;
    let until = async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let server = tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(until).await });
    Ok(Running {
        address,
        tls_address,
        stop,
        engine,
        servers: [Some(server), tls_server].into_iter().flatten().collect(),
    })
}

/// The event endpoint's own TLS listener.
async fn ess_listener(bind: &str, args: &EssArgs) -> Result<EssListener, CommandError> {
    let (Some(certificate), Some(key), Some(clients)) =
        (&args.ess_tls_certificate, &args.ess_tls_key, &args.ess_client_ca)
    else {
        return Err(CommandError::Usage(
            "--ess-tls-bind needs --ess-tls-certificate, --ess-tls-key and --ess-client-ca".into(),
        ));
    };
    let files = Files {
        certificate,
        key,
        clients,
    };
    EssListener::bind(bind, &files, &args.ess_client_name)
        .await
        .map_err(|problem| CommandError::Start(format!("the TLS listener for events: {problem}")))
}

impl Running {
    /// Drains: no new connections, open ones end, accepted events are stored, workers finish.
    pub async fn stop(self) -> Result<(), CommandError> {
        self.stop.send_replace(true);
        let aborts: Vec<_> = self.servers.iter().map(tokio::task::JoinHandle::abort_handle).collect();
        if tokio::time::timeout(DRAIN, futures::future::join_all(self.servers))
            .await
            .is_err()
        {
            aborts.iter().for_each(tokio::task::AbortHandle::abort);
        }
        self.engine.shutdown().await;
        Ok(())
    }
}

/// The client of SAP Concur. Without a client id it exists and says that it is not configured.
pub fn concur_of(args: &ConcurArgs, database: &DatabaseArgs) -> Result<Arc<Concur>, CommandError> {
    let application = match (&args.concur_client_id, &args.concur_client_secret_file) {
        (Some(id), Some(file)) => Some(Application {
            client_id: id.trim().to_owned(),
            client_secret: Secret::new(config::text(file)?.trim()),
        }),
        (None, None) => None,
        _ => {
            return Err(CommandError::Usage(
                "--concur-client-id and --concur-client-secret-file go together".into(),
            ));
        }
    };
    let key_file = config::secret_key_file(database)?;
    let create = database.database_url.starts_with("sqlite:");
    let start = |e: &dyn std::fmt::Display| CommandError::Start(e.to_string());
    let concur = Concur::new(ConcurConfig {
        application,
        token_base: args.concur_token_base.clone(),
        allow: allow(args)?,
        sealer: Sealer::open_file(&key_file, create).map_err(|e| start(&e))?,
        clock: Arc::new(Utc::now),
    });
    Ok(Arc::new(concur.map_err(|e| start(&e))?))
}

/// The only origins to which anything of ours may go.
fn allow(args: &ConcurArgs) -> Result<Allow, CommandError> {
    Allow::parse(&args.concur_allow).map_err(|e| CommandError::Start(e.to_string()))
}

/// One recorder a process; none if somebody else installed one.
fn recorder() -> Option<PrometheusHandle> {
    PrometheusBuilder::new().install_recorder().ok()
}

/// Log lines on standard error, as text or JSON.
pub fn log(json: bool) {
    use tracing_subscriber::filter::LevelFilter;
    let builder = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(LevelFilter::INFO);
    let done = if json {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
    if let Err(error) = done {
        eprintln!("whereabouts: logging could not be set up: {error}");
    }
}

/// Ends on SIGTERM or SIGINT.
pub async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        match terminate {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => {
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}
