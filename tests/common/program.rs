//! The program itself, as it is installed: started, asked over loopback, killed, its log read.
//! Used by the tests that drive the real binary. Always: a program that a test started ends with the test.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How to start it.
#[derive(Clone)]
pub struct Setup {
    /// Words before the program's own: another program that starts it.
    pub under: Vec<String>,
    pub port: u16,
    pub environment: Vec<(String, String)>,
    pub client: reqwest::Client,
}

/// A running one.
pub struct Program {
    pub base: String,
    pub client: reqwest::Client,
    setup: Setup,
    child: Mutex<Child>,
    log: Arc<Mutex<Vec<Value>>>,
}

impl Setup {
    /// With an SQLite database in this folder, which also has `ess.pem`.
    pub fn new(folder: &Path) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(24)
            .build()
            .unwrap();
        let file = |name: &str| folder.join(name).display().to_string();
        Self {
            under: Vec::new(),
            port,
            environment: Vec::new(),
            client,
        }
        .with("WHEREABOUTS_DATABASE_URL", format!("sqlite://{}", file("w.db")))
        .with("WHEREABOUTS_ESS_PUBLIC_KEYS", file("ess.pem"))
    }

    /// One environment variable more, or another value of it.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    fn command(&self, under: &[String]) -> Command {
        let words: Vec<&str> = under
            .iter()
            .map(String::as_str)
            .chain([env!("CARGO_BIN_EXE_whereabouts")])
            .collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).envs(self.environment.iter().cloned());
        command
    }

    /// Starts it; it may not answer yet.
    pub fn start(self) -> Program {
        let mut child = self
            .command(&self.under)
            .args(["serve", "--log-json", "--bind", &format!("127.0.0.1:{}", self.port)])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (lines, written) = (BufReader::new(child.stderr.take().unwrap()).lines(), log.clone());
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let line = serde_json::from_str(&line).unwrap_or(Value::String(line));
                written.lock().unwrap().push(line);
            }
        });
        Program {
            base: format!("http://127.0.0.1:{}", self.port),
            client: self.client.clone(),
            setup: self,
            child: Mutex::new(child),
            log,
        }
    }

    /// A new operator's token.
    pub fn token(&self) -> String {
        let made = self
            .command(&[])
            .args(["token", "add", "--name", "test", "--role", "operator"])
            .output()
            .unwrap();
        let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        assert!(
            token.starts_with("wa_"),
            "no token: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        token
    }
}

impl Program {
    /// Returns once `/readyz` answers with this status.
    pub async fn readiness(&self, status: u16) {
        let started = Instant::now();
        loop {
            let answer = self.client.get(format!("{}/readyz", self.base)).send().await;
            if answer.is_ok_and(|answer| answer.status() == status) {
                return;
            }
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "/readyz did not become {status}; the log: {:#?}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Kills it in the middle of whatever it does (SIGKILL); returns when it is gone.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// SIGTERM, as service managers send it; how it ended, and after how long.
    pub fn terminate(&self) -> (ExitStatus, Duration) {
        let started = Instant::now();
        let id = self.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        loop {
            if let Some(ended) = self.child.lock().unwrap().try_wait().unwrap() {
                return (ended, started.elapsed());
            }
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "it does not end; the log: {:#?}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn id(&self) -> u32 {
        self.child.lock().unwrap().id()
    }

    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The log so far, one JSON object a line.
    pub fn log(&self) -> Vec<Value> {
        self.log.lock().unwrap().clone()
    }

    /// What the REST interface answers an operator.
    pub async fn rest(&self, token: &str, path: &str) -> Value {
        let request = self
            .client
            .get(format!("{}/api/v1/{path}", self.base))
            .bearer_auth(token);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// How often each event is in the log of events, by the sender's id.
    pub async fn events(&self, token: &str) -> std::collections::BTreeMap<String, usize> {
        let (mut found, mut cursor) = (std::collections::BTreeMap::new(), String::new());
        loop {
            let page = self.rest(token, &format!("events?limit=500&cursor={cursor}")).await;
            for event in page["events"].as_array().unwrap_or_else(|| panic!("{page}")) {
                *found.entry(event["event_id"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            match page["next"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => return found,
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Ok(child) = self.child.get_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
