//! `whereabouts serve` as it runs in service, for the benchmarks that measure over HTTP; ended when dropped.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Fault;

/// A running program.
pub struct Program {
    child: Child,
    pub port: u16,
}

impl Program {
    /// Starts it on this SQLite file with these further options.
    pub fn start(database: &Path, options: &[&Path]) -> Result<Self, Fault> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(env!("CARGO_BIN_EXE_whereabouts"))
            .args(["serve", "--bind", &format!("127.0.0.1:{port}")])
            .args(["--database-url", &format!("sqlite://{}", database.display())])
            .args(options)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut program = Self { child, port };
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if program.child.try_wait()?.is_some() || Instant::now() > end {
                return Err("the program did not start: try `whereabouts serve`".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(program)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself, which the requests have told already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
