//! `whereabouts demo` and `whereabouts sandbox`: the simulated SAP Concur, alone or with the service beside it.
//! Called by the command line. The demo walks through Quick Connect over HTTP as an admin's browser would.
//! Always holds: nothing is faked between the two: tokens are exchanged, events are signed, documents are fetched.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use http::StatusCode;
use rand::Rng as _;
use reqwest::Client;

use crate::cli::{ConcurArgs, ConnectWith, DatabaseArgs, DemoArgs, EssArgs, MailArgs, SandboxArgs, ServeArgs};
use crate::failure::CommandError;
use crate::ingest::certificate::{COMMON_NAME, Policy};
use crate::sandbox::{self, Sandbox, SandboxConfig};
use crate::serve::{self, Extras};

/// Who connects the demo's company.
const ADMIN: &str = "ingrid.lund@fjordline.example";
/// Pages of the list of trips a minute that the demo's Concur allows; the documented limit would make people wait.
const LIST_PER_MINUTE: u32 = 6000;

fn failed(error: &dyn std::fmt::Display) -> CommandError {
    CommandError::Start(error.to_string())
}

fn address(text: &str) -> Result<SocketAddr, CommandError> {
    text.parse()
        .map_err(|_| CommandError::Usage(format!("{text} is not an address such as 127.0.0.1:3900")))
}

/// Runs the simulated SAP Concur until it is told to stop.
pub async fn sandbox(args: SandboxArgs) -> Result<(), CommandError> {
    serve::log(false);
    let bind = address(&args.sandbox_bind)?;
    let faults = args.faults.as_deref().map(serde_json::from_str).transpose();
    let faults = faults.map_err(|e| CommandError::Usage(format!("--faults: {e}")))?;
    let config = SandboxConfig {
        host: bind.ip(),
        port: bind.port(),
        travelers: args.travelers as usize,
        seed: args.seed,
        speed: args.speed,
        connect_uri: Some(args.connect_uri),
        webhook: Some(args.webhook),
        ..SandboxConfig::default()
    };
    let sandbox = sandbox::start(config).await.map_err(|e| failed(&e))?;
    if let Some(faults) = faults {
        sandbox.set_faults(faults);
    }
    if let Some(file) = &args.key_out {
        write(file, sandbox.public_key_pem(), false)?;
    }
    if let Some(file) = &args.secret_out {
        write(file, sandbox.client_secret(), true)?;
    }
    println!("App Center:  {}", sandbox.app_center_url());
    println!("Token base:  {}", sandbox.origin());
    println!("Client id:   {}", sandbox.client_id());
    for company in sandbox.companies() {
        println!(
            "Company:     {} {} ({} travelers)",
            company.id, company.name, company.travelers
        );
    }
    std::io::stdout().flush()?;
    serve::stop_signal().await;
    sandbox.stop().await;
    Ok(())
}

/// Runs both, connects the company, and says where to look.
pub async fn run(args: DemoArgs) -> Result<(), CommandError> {
    serve::log(false);
    let folder = match &args.dir {
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("whereabouts-demo-{}", uuid::Uuid::now_v7().simple())),
    };
    std::fs::create_dir_all(&folder)?;
    let concur = concur(&args).await?;
    let service = serve::start(
        &service_args(&args, &folder, &concur)?,
        Extras {
            list_per_minute: Some(LIST_PER_MINUTE),
        },
    )
    .await?;
    let here = format!("http://{}", service.address);
    concur.set_connect_uri(&format!("{here}/connect"));
    concur.set_webhook(&format!("{here}/ess/events"));
    let password = password();
    if args.unconnected {
        println!(
            "\nWhereabouts   {here}\nApp Center    {}   press Connect, then make an account",
            concur.app_center_url()
        );
    } else {
        connect(&concur, &password).await?;
        println!(
            "\nWhereabouts   {here}\nSign in       {ADMIN}\nPassword      {password}\nApp Center    {}",
            concur.app_center_url()
        );
    }
    println!("Database      {}\nStop with Ctrl-C.", folder.display());
    std::io::stdout().flush()?;
    serve::stop_signal().await;
    concur.stop().await;
    service.stop().await?;
    if args.dir.is_none() {
        // Nobody asked for it to be kept.
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

async fn concur(args: &DemoArgs) -> Result<Sandbox, CommandError> {
    let bind = address(&args.sandbox_bind)?;
    let config = SandboxConfig {
        host: bind.ip(),
        port: bind.port(),
        travelers: args.travelers as usize,
        seed: args.seed,
        speed: args.speed,
        list_limit_per_minute: LIST_PER_MINUTE,
        ..SandboxConfig::default()
    };
    sandbox::start(config).await.map_err(|e| failed(&e))
}

/// The options with which `serve` would be started against this Concur.
fn service_args(args: &DemoArgs, folder: &Path, concur: &Sandbox) -> Result<ServeArgs, CommandError> {
    let (keys, secret) = (folder.join("ess.pem"), folder.join("client-secret"));
    write(&keys, concur.public_key_pem(), false)?;
    write(&secret, concur.client_secret(), true)?;
    Ok(ServeArgs {
        bind: args.bind.clone(),
        public_url: None,
        database: DatabaseArgs {
            database_url: format!("sqlite://{}", folder.join("whereabouts.db").display()),
            secret_key_file: None,
        },
        concur: ConcurArgs {
            concur_client_id: Some(concur.client_id().to_owned()),
            concur_client_secret_file: Some(secret),
            concur_token_base: concur.origin().to_owned(),
            concur_allow: concur.origin().to_owned(),
        },
        ess: EssArgs {
            ess_public_keys: Some(keys),
            concur_data_centres: concur.origin().to_owned(),
            ess_mtls: Policy::default(),
            ess_client_name: COMMON_NAME.to_owned(),
            ess_tls_bind: None,
            ess_tls_certificate: None,
            ess_tls_key: None,
            ess_client_ca: None,
            ess_proxy: Vec::new(),
        },
        coalesce_ms: args.coalesce_ms,
        grace_s: args.grace_s,
        retry_base_ms: 500,
        metrics_token_file: None,
        map_style_url: None,
        webhook_allow: None,
        compare_companies: false,
        terms_url: None,
        privacy_url: None,
        help_url: None,
        support: None,
        connect_with: ConnectWith::default(),
        mail: MailArgs::default(),
        log_json: false,
    })
}

/// Quick Connect over HTTP: the App Center's redirect is followed to the landing page, whose form makes the account.
async fn connect(concur: &Sandbox, password: &str) -> Result<(), CommandError> {
    let company = concur
        .companies()
        .first()
        .map(|c| c.id)
        .ok_or_else(|| failed(&"the sandbox has no company"))?;
    let link = concur
        .connect_link(company)
        .ok_or_else(|| failed(&"the sandbox has no Connect URI"))?;
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|e| failed(&e))?;
    let page = client.get(&link).send().await.map_err(|e| failed(&e))?;
    if page.status() != StatusCode::OK {
        return Err(failed(&format!("the landing page answered {}", page.status())));
    }
    let url = url::Url::parse(&link).map_err(|e| failed(&e))?;
    let mut form = url.query_pairs().into_owned().collect::<Vec<_>>();
    form.push(("email".to_owned(), ADMIN.to_owned()));
    form.push(("password".to_owned(), password.to_owned()));
    let action = url.join("/connect/sign-up").map_err(|e| failed(&e))?;
    let answer = client.post(action).form(&form).send().await.map_err(|e| failed(&e))?;
    let goes_to = answer
        .headers()
        .get("location")
        .and_then(|l| l.to_str().ok())
        .unwrap_or_default();
    if goes_to == "/connect/done" {
        return Ok(());
    }
    let code = goes_to.rsplit_once("error=").map_or("unknown", |(_, code)| code);
    Err(failed(&format!(
        "Quick Connect failed ({code}); a folder given with --dir must be a new one"
    )))
}

/// Four words and a number: easy to type, new for every demo.
fn password() -> String {
    const WORDS: [&str; 24] = [
        "amber", "birch", "cedar", "comet", "coral", "delta", "ember", "fjord", "grove", "harbour", "indigo",
        "juniper", "lagoon", "maple", "meadow", "mosaic", "nimbus", "orchid", "pebble", "quartz", "saffron", "tundra",
        "willow", "zephyr",
    ];
    let mut random = rand::thread_rng();
    let mut words = (0..4)
        .map(|_| WORDS[random.gen_range(0..WORDS.len())])
        .collect::<Vec<_>>();
    words.dedup();
    format!("{}-{}", words.join("-"), random.gen_range(100..1000))
}

fn write(file: &PathBuf, text: &str, secret: bool) -> Result<(), CommandError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    let named = |source| CommandError::File {
        path: file.display().to_string(),
        source,
    };
    options
        .open(file)
        .map_err(named)?
        .write_all(text.as_bytes())
        .map_err(named)
}
