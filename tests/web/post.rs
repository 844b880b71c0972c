//! A mail server on loopback that keeps what it is given.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use whereabouts::web::mail::{MailConfig, Mailer};

/// The server; it ends with the test's runtime.
#[derive(Clone)]
pub struct Post {
    port: u16,
    mails: Arc<Mutex<Vec<String>>>,
    /// Refuses every recipient while true.
    pub closed: Arc<Mutex<bool>>,
}

impl Post {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let post = Self {
            port: listener.local_addr().unwrap().port(),
            mails: Arc::default(),
            closed: Arc::default(),
        };
        let server = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(server.clone().talk(stream));
            }
        });
        post
    }

    /// A client that sends here.
    pub fn mailer(&self) -> Mailer {
        let config = MailConfig {
            url: format!("smtp://127.0.0.1:{}", self.port),
            credentials: None,
            from: "Whereabouts <whereabouts@w.example>".to_owned(),
        };
        Mailer::new(&config).unwrap()
    }

    /// All mails so far, headers and text, with soft line ends undone.
    pub fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }

    /// The code of the newest mail.
    pub fn code(&self) -> String {
        let mail = self.mails().pop().expect("a mail");
        let after = mail.split("Your code is ").nth(1).expect("a code");
        after.chars().take(9).collect()
    }

    async fn talk(self, stream: tokio::net::TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let (mut mail, mut in_data) = (String::new(), false);
        let mut answer = "220 w.example".to_owned();
        loop {
            if !answer.is_empty() && write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                return;
            }
            let Ok(Some(line)) = lines.next_line().await else {
                return;
            };
            answer = match line.as_str() {
                "." if in_data => {
                    in_data = false;
                    self.mails
                        .lock()
                        .unwrap()
                        .push(std::mem::take(&mut mail).replace("=\n", ""));
                    "250 taken".to_owned()
                }
                _ if in_data => {
                    mail.push_str(&line);
                    mail.push('\n');
                    String::new()
                }
                "DATA" => {
                    in_data = true;
                    "354 go on".to_owned()
                }
                "QUIT" => "221 bye".to_owned(),
                rcpt if rcpt.starts_with("RCPT") && *self.closed.lock().unwrap() => "550 nobody here".to_owned(),
                _ => "250 fine".to_owned(),
            };
        }
    }
}
