//! The map page as people get it: the program itself over loopback, for 20,000 and for 50,000 travelers; and in a browser.
//! The instants asked about lie all over the world's time, so that no answer is the one before. The browser is started by
//! `benches/browser.mjs` if there is one on this machine.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chrono::SecondsFormat;

use crate::crowd;
use crate::everyone::{COMPANY, fill, instants};
use crate::program::Program;
use crate::table::{Table, ms, percentile, verdict};
use crate::{Fault, Outcome};

const QUESTIONS: usize = 40;
const AIM: Duration = Duration::from_millis(400);
/// Of everything that a browser loads for its first map page.
const AIM_MB: f64 = 1.0;
const EMAIL: &str = "bench@whereabouts.example";
const PASSWORD: &str = "quartz-willow-meadow-417";

pub fn run() -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Outcome {
    let mut table = Table::new(
        &format!("The map page over HTTP: {QUESTIONS} instants each (SQLite, loopback)"),
        &["", "p50 ms", "p95 ms", "slowest ms", "kB"],
    );
    let mut within = true;
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let database = folder.path().join("w.db");
    let begun = Instant::now();
    fill(&database).await?;
    add_somebody(&database)?;
    for travelers in [20_000, 50_000] {
        crowd::grow(&database, travelers).await?;
        if travelers == 20_000 {
            eprintln!(
                "{travelers} travelers are in the store after {} s",
                begun.elapsed().as_secs()
            );
        }
        let visit = Visit::start(&database).await?;
        let paths: [(&str, fn(&str) -> String); 5] = [
            ("HTML", |at| format!("/?show=all&at={at}")),
            ("map data", |at| format!("/map/people.geojson?show=all&at={at}")),
            ("an incident, a country for a day", |at| {
                format!("/?area=country:US&hours=24&at={at}")
            }),
            ("an incident, 50 km around a city", |at| {
                format!("/?area=city:LON&km=50&hours=24&at={at}")
            }),
            ("the list, far down", |at| format!("/?show=all&page=150&at={at}")),
        ];
        for (what, path) in paths {
            let (mut times, mut bytes) = (Vec::new(), 0);
            for at in instants().take(QUESTIONS) {
                let path = path(&at.to_rfc3339_opts(SecondsFormat::Secs, true));
                let asked = Instant::now();
                bytes = visit.get(&path).await?;
                times.push(asked.elapsed());
            }
            let p95 = percentile(&mut times, 0.95);
            if what == "HTML" && travelers == 20_000 {
                within = p95 < AIM;
            }
            let cells = [percentile(&mut times, 0.5), p95, percentile(&mut times, 1.0)].map(ms);
            let name = [format!("{travelers} travelers: {what}")];
            table.row(name.into_iter().chain(cells).chain([format!("{}", bytes / 1000)]));
        }
        if travelers == 20_000 {
            match visit.in_browser() {
                Ok(said) => {
                    let number = |key: &str| said[key].as_f64().unwrap_or(f64::NAN);
                    table.note(format!(
                        "{travelers} travelers in headless Chromium: a usable list after {:.0} ms, a drawn map after {:.0} ms",
                        number("list_ms"),
                        number("map_ms")
                    ));
                    let mb = number("bytes") / 1e6;
                    table.note(format!("first load with the map: {mb:.2} MB over the wire"));
                    table.note(verdict(&format!("first load ≤ {AIM_MB} MB"), mb <= AIM_MB));
                }
                Err(why) => table.note(format!("not measured in a browser: {why}")),
            }
        }
    }
    table.note(verdict(
        &format!("HTML for 20000 travelers, p95 < {} ms", AIM.as_millis()),
        within,
    ));
    Ok(table)
}

/// Who looks at the pages.
fn add_somebody(database: &Path) -> Result<(), Fault> {
    let mut add = Command::new(env!("CARGO_BIN_EXE_whereabouts"))
        .args(["user", "add", "--email", EMAIL, "--role", "admin", "--company", COMPANY])
        .args(["--database-url", &format!("sqlite://{}", database.display())])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    if let Some(mut input) = add.stdin.take() {
        writeln!(input, "{PASSWORD}")?;
    }
    if !add.wait()?.success() {
        return Err("nobody could be added".into());
    }
    Ok(())
}

/// The program with somebody signed in.
struct Visit {
    base: String,
    cookie: String,
    client: reqwest::Client,
    _program: Program,
}

impl Visit {
    async fn start(database: &Path) -> Result<Visit, Fault> {
        let program = Program::start(database, &[])?;
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut visit = Visit {
            base: format!("http://127.0.0.1:{}", program.port),
            cookie: String::new(),
            client: reqwest::Client::builder()
                .no_proxy()
                // What goes over the wire is counted.
                .no_gzip()
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            _program: program,
        };
        let answer = visit
            .client
            .post(format!("{}/sign-in", visit.base))
            .header("origin", &visit.base)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("email={EMAIL}&password={PASSWORD}&next=/"))
            .send()
            .await?;
        let cookie = answer.headers().get("set-cookie").and_then(|c| c.to_str().ok());
        visit.cookie = cookie.and_then(|c| c.split(';').next()).unwrap_or_default().to_owned();
        Ok(visit)
    }

    /// Bytes of an answer, as they come.
    async fn get(&self, path: &str) -> Result<usize, Fault> {
        let answer = self
            .client
            .get(format!("{}{path}", self.base))
            .header("cookie", &self.cookie)
            .header("accept-encoding", "gzip, deflate, br")
            .send()
            .await?;
        if !answer.status().is_success() {
            return Err(format!("{path} answered {}", answer.status()).into());
        }
        Ok(answer.bytes().await?.len())
    }

    fn in_browser(&self) -> Result<serde_json::Value, Fault> {
        let at = instants()
            .next()
            .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/browser.mjs");
        let out = Command::new("node")
            .arg(script)
            .args([&format!("{}/?at={}", self.base, at.unwrap_or_default()), &self.cookie])
            .output()?;
        if !out.status.success() {
            return Err(String::from_utf8_lossy(&out.stderr)
                .lines()
                .next()
                .unwrap_or_default()
                .into());
        }
        Ok(serde_json::from_slice(&out.stdout)?)
    }
}
