//! Client certificates at the TLS listener of its own: whatever is shown, the application answers (E36–E43).

use std::path::Path;
use std::sync::Arc;

use http::StatusCode;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use whereabouts::ingest::certificate::{COMMON_NAME, Gate, Policy, Rules};
use whereabouts::ingest::listener::{EssListener, Files, Peer};
use whereabouts::ingest::receive;

use crate::rig::{Rig, event, rig};
use crate::signing::{keys, sign};

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn issuer(name: &str) -> Issuer {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn leaf(issuer: &Issuer, name: &str, purpose: ExtendedKeyUsagePurpose) -> (Certificate, KeyPair) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages = vec![purpose];
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, issuer).unwrap(), key)
}

fn identity((certificate, key): &(Certificate, KeyPair)) -> reqwest::Identity {
    reqwest::Identity::from_pem(format!("{}{}", certificate.pem(), key.serialize_pem()).as_bytes()).unwrap()
}

struct Listening {
    rig: Rig,
    port: u16,
    /// Signs our certificate and clients'.
    ours: Issuer,
}

/// A listener with this policy, whose bundle holds one CA.
async fn listening(policy: Policy) -> Listening {
    let rig = rig().await;
    let ours = issuer("Test Root");
    let (certificate, key) = leaf(&ours, "localhost", ExtendedKeyUsagePurpose::ServerAuth);
    let file = |name: &str, text: String| {
        let path = rig.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (certificate, key) = (
        file("chain.pem", certificate.pem()),
        file("key.pem", key.serialize_pem()),
    );
    let clients = file("clients.pem", ours.pem());
    let files = Files {
        certificate: &certificate,
        key: &key,
        clients: &clients,
    };
    let listener = EssListener::bind("127.0.0.1:0", &files, COMMON_NAME).await.unwrap();
    let port = listener.address().port();
    let rules = Rules {
        policy,
        ..Rules::default()
    };
    let ess = rig
        .engine
        .ess(Some(Arc::new(keys().into())), Arc::new(Gate::new(rules)));
    let service = receive::router(ess).into_make_service_with_connect_info::<Peer>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Listening { rig, port, ours }
}

impl Listening {
    /// Delivers a signed event as somebody with this certificate.
    async fn deliver(&self, n: u32, identity: Option<reqwest::Identity>) -> StatusCode {
        let root = reqwest::Certificate::from_pem(self.ours.pem().as_bytes()).unwrap();
        let mut client = reqwest::Client::builder().no_proxy().tls_certs_only([root]);
        if let Some(identity) = identity {
            client = client.identity(identity);
        }
        let body = event(n, "ItineraryUpdated").to_string();
        let request = client
            .build()
            .unwrap()
            .post(format!("https://localhost:{}/ess/events", self.port))
            .header("Concur-Signature", sign(body.as_bytes()))
            .body(body);
        request.send().await.unwrap().status()
    }
}

#[tokio::test]
async fn e39_e41_e42_required_means_concurs_name_from_a_trusted_ca_and_401_for_everything_else() {
    let at = listening(Policy::Require).await;
    let (client, server) = (ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth);
    let stranger = issuer("Stranger");
    for (n, shown, status) in [
        (1, Some(leaf(&at.ours, COMMON_NAME, client.clone())), StatusCode::OK),
        (2, None, StatusCode::UNAUTHORIZED),
        (
            3,
            Some(leaf(&at.ours, "someone.example", client.clone())),
            StatusCode::UNAUTHORIZED,
        ),
        (4, Some(leaf(&stranger, COMMON_NAME, client)), StatusCode::UNAUTHORIZED),
        // E43: public CAs end certificates for clients.
        (5, Some(leaf(&at.ours, COMMON_NAME, server)), StatusCode::OK),
    ] {
        assert_eq!(
            at.deliver(n, shown.as_ref().map(identity)).await,
            status,
            "delivery {n}"
        );
    }
    assert_eq!(at.rig.log().await.len(), 2, "what was refused is not stored");
}

#[tokio::test]
async fn e39_e43_observed_certificates_turn_nothing_away() {
    for policy in [Policy::Off, Policy::Observe] {
        let at = listening(policy).await;
        let stranger = leaf(&issuer("Stranger"), COMMON_NAME, ExtendedKeyUsagePurpose::ClientAuth);
        assert_eq!(at.deliver(1, Some(identity(&stranger))).await, StatusCode::OK);
        assert_eq!(at.deliver(2, None).await, StatusCode::OK);
        assert_eq!(at.rig.log().await.len(), 2);
    }
}

#[tokio::test]
async fn e36_e37_the_listener_speaks_tls_1_2_or_later_only() {
    let at = listening(Policy::Observe).await;
    // A greeting in the clear, and one of TLS 1.0, get no answer that could be taken for one of HTTP.
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let tls_1_0 = [
        0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0x2f, 1, 0, 0,
    ];
    for greeting in [b"POST /ess/events HTTP/1.1\r\n\r\n".as_slice(), &tls_1_0] {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", at.port)).await.unwrap();
        stream.write_all(greeting).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
        assert_eq!(answer.first(), Some(&0x15), "a TLS alert");
    }
    assert_eq!(at.deliver(1, None).await, StatusCode::OK, "others are served meanwhile");
}

#[tokio::test]
async fn files_that_do_not_fit_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.pem");
    std::fs::write(&path, "").unwrap();
    let missing = Path::new("nowhere.pem");
    for (clients, word) in [(path.as_path(), "no certificate"), (missing, "nowhere.pem")] {
        let files = Files {
            certificate: &path,
            key: &path,
            clients,
        };
        let problem = EssListener::bind("127.0.0.1:0", &files, COMMON_NAME)
            .await
            .err()
            .unwrap();
        assert!(problem.to_string().contains(word), "{problem}");
    }
}
