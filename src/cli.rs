//! Every command and option of the program, typed and documented once; `--help` is made from this file.
//! Called by `main`; read into `config.rs`, which checks what clap cannot.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::ingest::certificate::{COMMON_NAME, Policy};
use crate::store::Role;

/// Where is everyone, where will they be, how sure are we, and from which booking do we know.
#[derive(Debug, Parser)]
#[command(name = "whereabouts", version, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// The web application, the event endpoint and the workers
    Serve(Box<ServeArgs>),
    /// A simulated SAP Concur and the web application together, connected and fed as in earnest
    Demo(DemoArgs),
    /// A simulated SAP Concur on loopback: App Center page, OAuth 2, trips, identities, event deliveries
    Sandbox(SandboxArgs),
    /// Answers the questions of a case file on standard output; needs no database
    Locate {
        /// A case file or a trip document (JSON), or a folder of them: then one line of JSON a file
        path: PathBuf,
        /// Prints the timeline as text instead: probabilities, evidence for and against, rules, notices
        #[arg(long)]
        explain: bool,
    },
    /// People who sign in
    User {
        #[command(subcommand)]
        action: UserAction,
    },
    /// Tokens for machines
    Token {
        #[command(subcommand)]
        action: TokenAction,
    },
    /// Verification codes with which companies connect
    Code {
        #[command(subcommand)]
        action: CodeAction,
    },
    /// Trips that were booked before a company connected
    Backlog {
        #[command(subcommand)]
        action: BacklogAction,
    },
}

#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// Creates a person; the password comes on standard input
    Add {
        /// The work e-mail, which is the name for signing in
        #[arg(long)]
        email: String,
        /// operator (staff of the service), admin, manager or viewer (of one company)
        #[arg(long)]
        role: Role,
        /// Concur's id of the person's company; required for every role but operator
        #[arg(long)]
        company: Option<String>,
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum TokenAction {
    /// Creates an API token and prints it once, alone on standard output
    Add {
        /// What the token is for
        #[arg(long)]
        name: String,
        /// operator (staff of the service), admin, manager or viewer (of one company)
        #[arg(long)]
        role: Role,
        /// Concur's id of the token's company; required for every role but operator
        #[arg(long)]
        company: Option<String>,
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum CodeAction {
    /// Issues a code that connects one company once, and prints it once, alone on standard output
    Add {
        /// Concur's id of the company, if it is known: the code then opens no other
        #[arg(long)]
        company: Option<String>,
        /// For whom it is; only you see it
        #[arg(long)]
        note: Option<String>,
        /// Days for which it works
        #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..=90))]
        days: u16,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Lists codes: id, until when, used or not, note
    List {
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Withdraws a code that was not used
    Withdraw {
        /// The id that `list` shows
        id: String,
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum BacklogAction {
    /// Queues the trips of a backlog document (only their ids are kept)
    Import {
        /// Concur's id of the company
        #[arg(long)]
        company: String,
        /// The JSON document that SAP supplied
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Queues the trips of Concur's list endpoint; connecting a company does the same by itself
    List {
        /// Concur's id of the company
        #[arg(long)]
        company: String,
        #[command(flatten)]
        database: DatabaseArgs,
        #[command(flatten)]
        concur: ConcurArgs,
    },
}

#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// sqlite://FILE for one node, postgres://… for many
    #[arg(
        long,
        env = "WHEREABOUTS_DATABASE_URL",
        default_value = "sqlite://whereabouts.db",
        hide_env_values = true
    )]
    pub database_url: String,
    /// Key that seals the refresh tokens; created beside the SQLite file (mode 0600) if absent, required with PostgreSQL
    #[arg(long, env = "WHEREABOUTS_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub struct ConcurArgs {
    /// The application's client id at SAP Concur; without it Quick Connect says that it is not configured
    #[arg(long, env = "WHEREABOUTS_CONCUR_CLIENT_ID")]
    pub concur_client_id: Option<String>,
    /// File that holds the application's client secret
    #[arg(long, env = "WHEREABOUTS_CONCUR_CLIENT_SECRET_FILE")]
    pub concur_client_secret_file: Option<PathBuf>,
    /// Where request tokens are exchanged
    #[arg(
        long,
        env = "WHEREABOUTS_CONCUR_TOKEN_BASE",
        default_value = "https://glz.api.concursolutions.com"
    )]
    pub concur_token_base: String,
    /// The only origins to which a token, a secret or a fetch may go; http only for a loopback origin named in full
    #[arg(
        long,
        env = "WHEREABOUTS_CONCUR_ALLOW",
        default_value = "https://*.api.concursolutions.com,https://*.api.concurcdc.cn"
    )]
    pub concur_allow: String,
}

#[derive(Args, Clone, Debug)]
pub struct EssArgs {
    /// PEM file with one or more public keys of Concur's event service, read again when it changes; without it the event
    /// endpoint answers 503
    #[arg(long, env = "WHEREABOUTS_ESS_PUBLIC_KEYS")]
    pub ess_public_keys: Option<PathBuf>,
    /// Data centres in which events may be subscribed to, by their base addresses
    #[arg(
        long,
        env = "WHEREABOUTS_CONCUR_DATA_CENTRES",
        default_value = "https://us2.api.concursolutions.com,https://eu2.api.concursolutions.com"
    )]
    pub concur_data_centres: String,
    /// Client certificates of deliveries: off, observe (look and show) or require (401 without the right one)
    #[arg(long, env = "WHEREABOUTS_ESS_MTLS", default_value = "observe")]
    pub ess_mtls: Policy,
    /// Common name of Concur's client certificate
    #[arg(long, env = "WHEREABOUTS_ESS_CLIENT_NAME", default_value = COMMON_NAME)]
    pub ess_client_name: String,
    /// Address and port of a TLS listener of its own for events, which asks for a client certificate
    #[arg(long, env = "WHEREABOUTS_ESS_TLS_BIND", requires_all = ["ess_tls_certificate", "ess_tls_key", "ess_client_ca"])]
    pub ess_tls_bind: Option<String>,
    /// Its certificate chain (PEM)
    #[arg(long, env = "WHEREABOUTS_ESS_TLS_CERTIFICATE")]
    pub ess_tls_certificate: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, env = "WHEREABOUTS_ESS_TLS_KEY")]
    pub ess_tls_key: Option<PathBuf>,
    /// The CAs that vouch for Concur's client certificate (PEM)
    #[arg(long, env = "WHEREABOUTS_ESS_CLIENT_CA")]
    pub ess_client_ca: Option<PathBuf>,
    /// Addresses of proxies whose X-Client-Verify and X-Client-DN are believed
    #[arg(long, env = "WHEREABOUTS_ESS_PROXY", value_delimiter = ',')]
    pub ess_proxy: Vec<IpAddr>,
}

#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Address and port to listen on
    #[arg(long, env = "WHEREABOUTS_BIND", default_value = "127.0.0.1:3000")]
    pub bind: String,
    /// The address people type, such as https://whereabouts.example; http://BIND if not given
    #[arg(long, env = "WHEREABOUTS_PUBLIC_URL")]
    pub public_url: Option<String>,
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub concur: ConcurArgs,
    #[command(flatten)]
    pub ess: EssArgs,
    /// Milliseconds for which a burst of updates of one trip is gathered before one fetch
    #[arg(long, env = "WHEREABOUTS_COALESCE_MS", default_value_t = 2000)]
    pub coalesce_ms: u64,
    /// Seconds for which a deleted trip waits for the re-created one; erased at the end of it
    #[arg(long, env = "WHEREABOUTS_GRACE_S", default_value_t = 900)]
    pub grace_s: u64,
    /// Milliseconds of the first delay after a failed fetch (full jitter, doubles, at most 15 minutes)
    #[arg(long, env = "WHEREABOUTS_RETRY_BASE_MS", default_value_t = 2000)]
    pub retry_base_ms: u64,
    /// File with the token that /metrics asks for; without it /metrics answers on loopback only
    #[arg(long, env = "WHEREABOUTS_METRICS_TOKEN_FILE")]
    pub metrics_token_file: Option<PathBuf>,
    /// A map style of your own (its origin is added to the content security policy); built-in map if not given
    #[arg(long, env = "WHEREABOUTS_MAP_STYLE_URL")]
    pub map_style_url: Option<String>,
    /// Your terms of use, linked where companies connect and people sign in
    #[arg(long, env = "WHEREABOUTS_TERMS_URL")]
    pub terms_url: Option<String>,
    /// Your privacy notice, linked there too
    #[arg(long, env = "WHEREABOUTS_PRIVACY_URL")]
    pub privacy_url: Option<String>,
    /// Where help is found, linked there too
    #[arg(long, env = "WHEREABOUTS_HELP_URL")]
    pub help_url: Option<String>,
    /// Whom people may ask, as they are to read it: an address or a telephone number
    #[arg(long, env = "WHEREABOUTS_SUPPORT")]
    pub support: Option<String>,
    /// How companies connect: `account` (sign in or make an account, or a verification code) or `code` (a code only)
    #[arg(long, env = "WHEREABOUTS_CONNECT_WITH", default_value = "account")]
    pub connect_with: ConnectWith,
    #[command(flatten)]
    pub mail: MailArgs,
    /// Origins to which companies may have messages posted, comma-separated, such as https://*.hooks.example; none if not given
    #[arg(long, env = "WHEREABOUTS_WEBHOOK_ALLOW")]
    pub webhook_allow: Option<String>,
    /// Let a company see its sources' scores beside those of all companies together, of five on
    #[arg(long, env = "WHEREABOUTS_COMPARE_COMPANIES")]
    pub compare_companies: bool,
    /// Log lines as JSON
    #[arg(long, env = "WHEREABOUTS_LOG_JSON")]
    pub log_json: bool,
}

/// How companies connect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ConnectWith {
    #[default]
    Account,
    Code,
}

/// The server through which mail is sent. Without it nobody's address is checked and invitations are handed on by hand.
#[derive(Args, Clone, Debug, Default)]
pub struct MailArgs {
    /// smtps://mail.example, or smtp://mail.example:587 for STARTTLS; without it no mail is sent
    #[arg(long, env = "WHEREABOUTS_SMTP_URL", requires = "mail_from")]
    pub smtp_url: Option<String>,
    /// Name at the mail server
    #[arg(long, env = "WHEREABOUTS_SMTP_USER", requires = "smtp_password_file")]
    pub smtp_user: Option<String>,
    /// File that holds the password at the mail server
    #[arg(long, env = "WHEREABOUTS_SMTP_PASSWORD_FILE", requires = "smtp_user")]
    pub smtp_password_file: Option<PathBuf>,
    /// The sender, such as Whereabouts <whereabouts@example.com>
    #[arg(long, env = "WHEREABOUTS_MAIL_FROM")]
    pub mail_from: Option<String>,
}

#[derive(Args, Clone, Debug)]
pub struct SandboxArgs {
    /// Address and port of the simulated SAP Concur
    #[arg(long, env = "WHEREABOUTS_SANDBOX_BIND", default_value = "127.0.0.1:3900")]
    pub sandbox_bind: String,
    /// How many people the company has
    #[arg(long, env = "WHEREABOUTS_TRAVELERS", default_value_t = 2000)]
    pub travelers: u32,
    /// The world's seed: the same seed and start give the same people and trips
    #[arg(long, env = "WHEREABOUTS_SEED", default_value_t = 1)]
    pub seed: u64,
    /// How fast plans change: at 1 some trip changes every few seconds
    #[arg(long, env = "WHEREABOUTS_SPEED", default_value_t = 1.0)]
    pub speed: f64,
    /// Where the App Center sends admins
    #[arg(
        long,
        env = "WHEREABOUTS_CONNECT_URI",
        default_value = "http://127.0.0.1:3000/connect"
    )]
    pub connect_uri: String,
    /// Where events are posted
    #[arg(
        long,
        env = "WHEREABOUTS_WEBHOOK",
        default_value = "http://127.0.0.1:3000/ess/events"
    )]
    pub webhook: String,
    /// Where the public signing key is written (PEM)
    #[arg(long, env = "WHEREABOUTS_SANDBOX_KEY_OUT")]
    pub key_out: Option<PathBuf>,
    /// Faults from the start, as JSON such as '{"lose_events": 0.1}'; what there is, GET /control/faults says
    #[arg(long, env = "WHEREABOUTS_SANDBOX_FAULTS")]
    pub faults: Option<String>,
    /// File that is written with the client secret which the sandbox accepts
    #[arg(long, env = "WHEREABOUTS_SANDBOX_SECRET_OUT")]
    pub secret_out: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// Address and port of the web application
    #[arg(long, env = "WHEREABOUTS_BIND", default_value = "127.0.0.1:3000")]
    pub bind: String,
    /// Address and port of the simulated SAP Concur
    #[arg(long, env = "WHEREABOUTS_SANDBOX_BIND", default_value = "127.0.0.1:3900")]
    pub sandbox_bind: String,
    /// Folder of the demo's database and keys; a fresh one in the temporary folder if not given
    #[arg(long, env = "WHEREABOUTS_DEMO_DIR")]
    pub dir: Option<PathBuf>,
    /// How many people the company has
    #[arg(long, env = "WHEREABOUTS_TRAVELERS", default_value_t = 2000)]
    pub travelers: u32,
    /// The world's seed
    #[arg(long, env = "WHEREABOUTS_SEED", default_value_t = 1)]
    pub seed: u64,
    /// How fast plans change: at 1 some trip changes every few seconds
    #[arg(long, env = "WHEREABOUTS_SPEED", default_value_t = 1.0)]
    pub speed: f64,
    /// Leave the company unconnected, to walk through Quick Connect by hand
    #[arg(long)]
    pub unconnected: bool,
    /// Milliseconds for which a burst of updates of one trip is gathered before one fetch
    #[arg(long, env = "WHEREABOUTS_COALESCE_MS", default_value_t = 500)]
    pub coalesce_ms: u64,
    /// Seconds for which a deleted trip waits for the re-created one
    #[arg(long, env = "WHEREABOUTS_GRACE_S", default_value_t = 900)]
    pub grace_s: u64,
}
