//! Which signatures are Concur's: the matrix of reliability.md §3.1 (E44–E50).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use getrandom::SysRng;
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePublicKey as _;
use rsa::pss::SigningKey;
use rsa::rand_core::UnwrapErr;
use rsa::sha2::{Digest as _, Sha256, Sha512};
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
use whereabouts::ingest::key_ring::KeyRing;
use whereabouts::ingest::signature::{BadSignature, Keys};

use crate::signing::{key, other_key, pem, sign, sign_with, sign_with_wrong_mask};

fn verify(headers: &[(&str, String)], body: &[u8]) -> Result<String, BadSignature> {
    let mut map = http::HeaderMap::new();
    for (name, value) in headers {
        map.append(
            http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
            value.parse().unwrap(),
        );
    }
    let both = Keys::from_pem(&format!("# old\n{}\n# new\n{}", pem(other_key()), pem(key()))).unwrap();
    both.verify(&map, body, chrono::Utc::now()).map(str::to_owned)
}

fn verify_one(signature: String, body: &[u8]) -> Result<String, BadSignature> {
    verify(&[("Concur-Signature", signature)], body)
}

#[test]
fn e45_e46_the_longest_salt_and_the_digests_length_are_accepted_and_nothing_else() {
    let body = b"{\"id\":\"x\"}";
    assert!(verify_one(sign_with(key(), 222, body), body).is_ok());
    assert!(verify_one(sign_with(key(), 32, body), body).is_ok());
    for salt in [0, 20, 221] {
        assert_eq!(
            verify_one(sign_with(key(), salt, body), body),
            Err(BadSignature::NoKeyMatches),
            "{salt}"
        );
    }
    assert_eq!(
        verify_one(sign_with_wrong_mask(body), body),
        Err(BadSignature::NoKeyMatches)
    );
    let sha512 = SigningKey::<Sha512>::new_with_salt_len(key().clone(), 190);
    let sha512 = STANDARD.encode(sha512.sign_with_rng(&mut UnwrapErr(SysRng), body).to_bytes());
    assert_eq!(verify_one(sha512, body), Err(BadSignature::NoKeyMatches));
}

#[test]
fn e48_e50_each_key_of_the_list_is_accepted_and_the_one_that_matched_is_told() {
    let body = b"{}";
    let of = |key: &RsaPrivateKey| {
        let der = key.to_public_key().to_public_key_der().unwrap();
        Sha256::digest(der.as_bytes())
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    };
    for key in [key(), other_key(), key()] {
        assert_eq!(verify_one(sign_with(key, 222, body), body), Ok(of(key)));
    }
    let stranger = RsaPrivateKey::new(&mut UnwrapErr(SysRng), 2048).unwrap();
    assert_eq!(
        verify_one(sign_with(&stranger, 222, body), body),
        Err(BadSignature::NoKeyMatches)
    );
}

#[test]
fn a_changed_body_or_signature_is_refused() {
    let body = br#"{"id":"x", "facts":{}}"#;
    let good = sign(body);
    for changed in [
        &br#"{"id":"y", "facts":{}}"#[..],
        br#"{"id":"x","facts":{}}"#,
        b"{\"id\":\"x\", \"facts\":{}}\n",
        b"",
    ] {
        assert_eq!(verify_one(good.clone(), changed), Err(BadSignature::NoKeyMatches));
    }
    let raw = STANDARD.decode(&good).unwrap();
    for bit in [0, 7, 1000, 2047] {
        let mut flipped = raw.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            verify_one(STANDARD.encode(flipped), body),
            Err(BadSignature::NoKeyMatches),
            "bit {bit}"
        );
    }
}

#[test]
fn e44_a_header_is_read_leniently_and_nonsense_is_refused() {
    let body = b"{}";
    let good = sign(body);
    let raw = STANDARD.decode(&good).unwrap();
    let spaced = format!(" {} {} ", &good[..100], &good[100..]);
    for header in [
        good.clone(),
        URL_SAFE_NO_PAD.encode(&raw),
        good.trim_end_matches('=').to_owned(),
        spaced,
    ] {
        assert!(verify_one(header, body).is_ok());
    }
    for name in ["concur-signature", "CONCUR-SIGNATURE"] {
        assert!(verify(&[(name, good.clone())], body).is_ok());
    }
    let twice = [("Concur-Signature", good.clone()), ("concur-signature", good.clone())];
    assert_eq!(verify(&twice, body), Err(BadSignature::Duplicate));
    assert_eq!(verify(&[], body), Err(BadSignature::Missing));
    assert_eq!(verify_one(String::new(), body), Err(BadSignature::Missing));
    for nonsense in ["not base64!", "é", "=", "A"] {
        assert_eq!(
            verify_one(nonsense.to_owned(), body),
            Err(BadSignature::NotBase64),
            "{nonsense}"
        );
    }
    for length in [1, 255, 257, 512] {
        assert_eq!(
            verify_one(STANDARD.encode(vec![1; length]), body),
            Err(BadSignature::WrongLength),
            "{length}"
        );
    }
    assert_eq!(
        verify_one(STANDARD.encode([0xff; 256]), body),
        Err(BadSignature::NoKeyMatches)
    );
    assert_eq!(
        verify_one(STANDARD.encode([0; 256]), body),
        Err(BadSignature::NoKeyMatches)
    );
}

#[test]
fn e50_a_key_outside_its_validity_is_a_refusal_that_concur_repeats() {
    let body = b"{}";
    let mut headers = http::HeaderMap::new();
    headers.insert("Concur-Signature", sign(body).parse().unwrap());
    let keys = Keys::from_pem(&format!(
        "# valid from 2025-10-22, valid until 2026-09-28\n{}",
        pem(key())
    ))
    .unwrap();
    let at = |text: &str| keys.verify(&headers, body, text.parse().unwrap());
    assert_eq!(at("2025-10-21T23:59:59Z"), Err(BadSignature::KeyNotValidNow));
    assert!(at("2025-10-22T00:00:00Z").is_ok() && at("2026-09-28T23:59:59Z").is_ok());
    assert_eq!(at("2026-09-29T00:00:00Z"), Err(BadSignature::KeyNotValidNow));
}

#[tokio::test]
async fn e48_e49_a_changed_key_file_is_read_without_a_restart_and_a_broken_one_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ess.pem");
    let write = |text: &str, second: u64| {
        std::fs::write(&file, text).unwrap();
        let at = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(second);
        std::fs::File::open(&file).unwrap().set_modified(at).unwrap();
    };
    write(&pem(other_key()), 1_000_000);
    let ring = KeyRing::open(file.clone()).unwrap();
    let body = b"{}";
    let mut headers = http::HeaderMap::new();
    headers.insert("Concur-Signature", sign(body).parse().unwrap());
    let now = chrono::Utc::now();
    assert!(ring.verify(&headers, body, now).is_err());
    assert!(ring.take_matched().is_empty());
    write(
        "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n",
        1_000_001,
    );
    ring.refresh();
    assert!(ring.problem().is_some_and(|problem| problem.contains("block 1")));
    assert_eq!(ring.keys().list().count(), 1, "the old key stays");
    write(&format!("{}{}", pem(other_key()), pem(key())), 1_000_002);
    ring.refresh();
    assert_eq!(ring.problem(), None);
    assert!(ring.verify(&headers, body, now).is_ok());
    let matched = ring.take_matched();
    assert_eq!(matched.len(), 1);
    assert_eq!(
        (matched[0].0.as_str(), matched[0].1),
        (ring.keys().fingerprints().nth(1).unwrap(), now)
    );
}
