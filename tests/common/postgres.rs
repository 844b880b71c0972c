//! A private PostgreSQL cluster for tests: started by the first test that needs one, gone with the test program.
//! Used by every test that runs on both engines: `common::postgres::fresh_database()` gives each its own database.
//! Holds always: nothing but the PostgreSQL programs is needed, and their absence is a failure, not a skip.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

const USER: &str = "whereabouts";

/// Makes a cluster, says where it is, and does what each line of its standard input says: `start` and `stop`. It ends when
/// its standard input closes: so it ends with the test program however that ends. Durability is on, as the store demands.
const SCRIPT: &str = r#"
set -eu
umask 077
dir=$(mktemp -d /tmp/whereabouts-pg.XXXXXX)
server=
stop() {
    if [ -n "$server" ]; then
        kill -INT $server 2>/dev/null || true
        wait $server || true
        server=
    fi
}
trap 'stop; rm -rf "$dir"' EXIT
cd "$dir"
"$1/initdb" --pgdata="$dir/data" --username=whereabouts --auth=trust --encoding=UTF8 --no-locale --no-sync \
    >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
echo "$dir"
while read -r word; do
    case $word in
    start)
        "$1/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c max_connections=300 -c shared_buffers=64MB \
            >"$dir/server.log" 2>&1 </dev/null &
        server=$!
        until "$1/pg_isready" -q -h "$dir" -U whereabouts; do
            kill -0 $server 2>/dev/null || { cat "$dir/server.log" >&2; exit 1; }
            sleep 0.1
        done
        ;;
    stop) stop ;;
    esac
    echo "$word"
done
"#;

/// A cluster of its own.
pub struct Cluster {
    programs: PathBuf,
    /// Directory of its socket.
    socket: String,
    /// Closing it ends the cluster.
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// The URL of a new, empty database, in a cluster that all tests of a program share.
pub fn fresh_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let cluster = CLUSTER.get_or_init(Cluster::started);
    cluster.database(&format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed)))
}

impl Cluster {
    /// A new one that answers.
    pub fn started() -> Self {
        let programs = programs();
        // PostgreSQL refuses to run as root.
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let mut child = command
            .args(["-c", SCRIPT, "sh"])
            .arg(&programs)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .current_dir("/")
            .spawn()
            .expect("a shell runs");
        let input = child.stdin.take().expect("a pipe was asked for");
        let output = BufReader::new(child.stdout.take().expect("a pipe was asked for"));
        // It ends by itself when its input closes; someone must wait for it all the same.
        std::thread::spawn(move || child.wait());
        let mut cluster = Cluster {
            programs,
            socket: String::new(),
            input,
            output,
        };
        cluster.socket = cluster.said();
        assert!(
            !cluster.socket.is_empty(),
            "the private PostgreSQL cluster was not made; what it said is above"
        );
        cluster.tell("start");
        cluster
    }

    /// `start` or `stop`; returns when it is done.
    pub fn tell(&mut self, word: &str) {
        writeln!(self.input, "{word}").expect("the cluster listens");
        assert_eq!(
            self.said(),
            word,
            "the private PostgreSQL cluster did not {word}; what it said is above"
        );
    }

    fn said(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        line.trim().to_owned()
    }

    /// The URL of a new, empty database of this name.
    pub fn database(&self, name: &str) -> String {
        let created = Command::new(self.programs.join("createdb"))
            .args(["-h", &self.socket, "-U", USER, name])
            .output()
            .expect("createdb runs");
        assert!(
            created.status.success(),
            "createdb failed: {}",
            String::from_utf8_lossy(&created.stderr)
        );
        format!("postgres://{USER}@localhost/{name}?host={}", self.socket)
    }
}

/// Where `initdb` and its company are: in the path, or where Debian puts them.
fn programs() -> PathBuf {
    let in_path = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
        .unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort();
    let complete = |folder: &Path| {
        ["initdb", "postgres", "pg_isready", "createdb"]
            .iter()
            .all(|name| folder.join(name).is_file())
    };
    in_path
        .into_iter()
        .chain(debian.into_iter().rev())
        .find(|folder| complete(folder))
        .expect("PostgreSQL is missing, and this test needs it: apt-get install postgresql")
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.trim_ascii() == b"0"
}
