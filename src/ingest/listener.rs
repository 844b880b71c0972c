//! The event endpoint's own TLS listener: it asks for a client certificate and never ends a connection over it (E36–E39).
//! Started by `serve` where `--ess-tls-bind` is given; deliveries go to the same routes as all others.
//! Always: a wrong certificate or none reaches the application, whose answer 401 is sent again (E27); a slow handshake blocks nobody.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerifier as _};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig, SignatureScheme};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::certificate::{Shown, common_name};

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes at once: Concur delivers with 24 threads a subscription (E33), and an application has five (E66).
const AT_ONCE: usize = 512;

/// Why the listener cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ListenerProblem {
    /// A file.
    #[error("{0}: {1}")]
    File(String, String),
    /// The certificates do not fit together.
    #[error("the certificates cannot be used: {0}")]
    Tls(#[from] rustls::Error),
    /// The CA bundle.
    #[error("the CA bundle cannot be used: {0}")]
    Bundle(#[from] rustls::server::VerifierBuilderError),
    /// The address.
    #[error("cannot listen on {0}: {1}")]
    Bind(String, io::Error),
}

/// Who is at the other end.
#[derive(Clone, Debug)]
pub struct Peer {
    pub address: SocketAddr,
    /// What the handshake proved.
    pub certificate: Shown,
}

/// Where its files are.
pub struct Files<'a> {
    /// Our certificate chain (PEM).
    pub certificate: &'a Path,
    /// Its key (PEM).
    pub key: &'a Path,
    /// Whose client certificates are trusted (PEM).
    pub clients: &'a Path,
}

/// A listener whose connections have shaken hands.
pub struct EssListener {
    shaken: mpsc::Receiver<(TlsStream<TcpStream>, Peer)>,
    address: SocketAddr,
}

impl EssListener {
    /// Binds and begins to accept. `name` is the common name of Concur's certificate.
    pub async fn bind(address: &str, files: &Files<'_>, name: &str) -> Result<Self, ListenerProblem> {
        let witness = Arc::new(Witness::new(files.clients, name)?);
        let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(witness.clone())
            .with_single_cert(
                certificates(files.certificate)?,
                PrivateKeyDer::from_pem_file(files.key).map_err(|e| file(files.key, e))?,
            )?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let listener = TcpListener::bind(address)
            .await
            .map_err(|e| ListenerProblem::Bind(address.to_owned(), e))?;
        let address = listener
            .local_addr()
            .map_err(|e| ListenerProblem::Bind(address.to_owned(), e))?;
        let (sender, shaken) = mpsc::channel(AT_ONCE);
        tokio::spawn(accept(listener, TlsAcceptor::from(Arc::new(config)), witness, sender));
        Ok(Self { shaken, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Accepts until nobody takes connections any more.
async fn accept(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    witness: Arc<Witness>,
    shaken: mpsc::Sender<(TlsStream<TcpStream>, Peer)>,
) {
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shaken.closed() => return,
        };
        let Ok((stream, address)) = accepted else {
            // Out of file descriptors, most likely: others must end first.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let Ok(slot) = slots.clone().acquire_owned().await else {
            return;
        };
        let (acceptor, witness, shaken) = (acceptor.clone(), witness.clone(), shaken.clone());
        tokio::spawn(async move {
            let _slot = slot;
            // What fails here is sent again, whatever it was (E29).
            let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await else {
                metrics::counter!("ess_handshake_fail_total").increment(1);
                return;
            };
            let certificate = witness.shown(stream.get_ref().1.peer_certificates());
            let _ = shaken.send((stream, Peer { address, certificate })).await;
        });
    }
}

impl Listener for EssListener {
    type Io = TlsStream<TcpStream>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.shaken.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(Peer {
            address: self.address,
            certificate: Shown::Nothing,
        })
    }
}

impl Connected<IncomingStream<'_, EssListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, EssListener>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Lets every certificate shake hands, and says afterwards what it was.
#[derive(Debug)]
struct Witness {
    clients: Arc<dyn ClientCertVerifier>,
    /// Public CAs end certificates for clients (E43): one for servers with Concur's name is as good.
    servers: Arc<WebPkiServerVerifier>,
    name: ServerName<'static>,
}

impl Witness {
    fn new(bundle: &Path, name: &str) -> Result<Self, ListenerProblem> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(bundle)? {
            roots.add(certificate).map_err(|e| file(bundle, e))?;
        }
        let roots = Arc::new(roots);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        Ok(Self {
            clients: WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone())
                .allow_unauthenticated()
                .build()?,
            servers: WebPkiServerVerifier::builder_with_provider(roots, provider).build()?,
            name: ServerName::try_from(name.to_owned())
                .map_err(|e| ListenerProblem::File("the common name".to_owned(), e.to_string()))?,
        })
    }

    fn shown(&self, chain: Option<&[CertificateDer<'_>]>) -> Shown {
        let Some((leaf, others)) = chain.and_then(<[_]>::split_first) else {
            return Shown::Nothing;
        };
        let now = UnixTime::now();
        let as_client = self.clients.verify_client_cert(leaf, others, now).is_ok();
        let trusted = as_client
            || self
                .servers
                .verify_server_cert(leaf, others, &self.name, &[], now)
                .is_ok();
        match common_name(leaf).filter(|_| trusted) {
            Some(name) => Shown::Named(name),
            None => Shown::Untrusted,
        }
    }
}

impl ClientCertVerifier for Witness {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    /// No hint: a sender whose CA is not named would show nothing.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.clients.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.clients.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.clients.supported_verify_schemes()
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ListenerProblem> {
    let all = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| file(path, e))?;
    if all.is_empty() {
        return Err(file(path, "it holds no certificate"));
    }
    Ok(all)
}

fn file(path: &Path, problem: impl std::fmt::Display) -> ListenerProblem {
    ListenerProblem::File(path.display().to_string(), problem.to_string())
}
