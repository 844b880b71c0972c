//! Mail that the program sends by itself: the code that proves an address, an invitation.
//! Called by Quick Connect's sign-up and by the page of a company.
//! Always holds: TLS unless the server is on this machine; no token of Concur's is ever in a mail (P15); no address in a log.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

const PATIENCE: Duration = Duration::from_secs(15);

/// The options of mail, read.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// `smtps://host[:465]`, or `smtp://host[:587]` which must offer STARTTLS unless it is on this machine.
    pub url: String,
    /// Name and password.
    pub credentials: Option<(String, crate::concur::Secret)>,
    /// `Whereabouts <whereabouts@example.com>`.
    pub from: String,
}

/// Why mail cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailProblem {
    /// `--smtp-url`
    #[error("--smtp-url is not an address such as smtps://mail.example or smtp://mail.example:587")]
    Url,
    /// `--mail-from`
    #[error("--mail-from is not an address such as Whereabouts <whereabouts@example.com>")]
    From,
    /// The address of a person.
    #[error("no mail can be sent to this address")]
    To,
    /// The server's answer; it may name an address, so it is not shown.
    #[error("the mail server refused or did not answer")]
    Refused,
}

/// Sends mail.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Reads the options; connects to nothing yet.
    pub fn new(config: &MailConfig) -> Result<Self, MailProblem> {
        let url = url::Url::parse(&config.url).map_err(|_| MailProblem::Url)?;
        let host = url.host_str().filter(|h| !h.is_empty()).ok_or(MailProblem::Url)?;
        if !url.username().is_empty() || url.password().is_some() || !matches!(url.path(), "" | "/") {
            return Err(MailProblem::Url);
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let is_here = bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let builder = match url.scheme() {
            "smtps" => AsyncSmtpTransport::<Tokio1Executor>::relay(host).map_err(|_| MailProblem::Url)?,
            "smtp" if is_here => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host).port(25),
            "smtp" => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host).map_err(|_| MailProblem::Url)?,
            _ => return Err(MailProblem::Url),
        };
        let builder = match url.port() {
            Some(port) => builder.port(port),
            None => builder,
        };
        let builder = match &config.credentials {
            Some((name, password)) => builder.credentials(Credentials::new(name.clone(), password.expose().to_owned())),
            None => builder,
        };
        Ok(Self {
            transport: builder.timeout(Some(PATIENCE)).build(),
            from: config.from.parse().map_err(|_| MailProblem::From)?,
        })
    }

    /// Sends one plain text. Returns when the server has taken it.
    pub async fn send(&self, to: &str, subject: &str, text: String) -> Result<(), MailProblem> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.parse().map_err(|_| MailProblem::To)?))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|_| MailProblem::To)?;
        let sent = tokio::time::timeout(PATIENCE, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                let status = error.status().map(|code| code.to_string()).unwrap_or_default();
                tracing::error!(status, permanent = error.is_permanent(), "a mail could not be sent");
                Err(MailProblem::Refused)
            }
            Err(_) => {
                tracing::error!("the mail server did not answer in time");
                Err(MailProblem::Refused)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mail_server_elsewhere_must_speak_tls_and_addresses_are_checked_at_the_start() {
        let with = |url: &str, from: &str| {
            let config = MailConfig {
                url: url.to_owned(),
                credentials: None,
                from: from.to_owned(),
            };
            Mailer::new(&config).map(|_| ())
        };
        let from = "Whereabouts <w@example.com>";
        for good in [
            "smtps://mail.example",
            "smtp://mail.example:587",
            "smtp://localhost:1025",
            "smtp://127.0.0.1:25",
        ] {
            assert!(with(good, from).is_ok(), "{good}");
        }
        for bad in [
            "mail.example",
            "http://mail.example",
            "smtp://a:b@mail.example",
            "smtps://",
            "smtp://mail.example/x",
        ] {
            assert!(matches!(with(bad, from), Err(MailProblem::Url)), "{bad}");
        }
        assert!(matches!(with("smtps://mail.example", "nobody"), Err(MailProblem::From)));
    }
}
