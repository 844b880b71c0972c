//! The two keys of the simulated Concur: one signs event deliveries, the other tokens.
//! Called by `delivery` (signatures, E44–E46) and by the token endpoint (RS256, Q45).
//! Always holds: keys live in memory only and differ from start to start.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use getrandom::SysRng;
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::pss;
use rsa::rand_core::UnwrapErr;
use rsa::sha2::{Digest, Sha256};
use rsa::signature::{RandomizedSigner, SignatureEncoding, Signer};
use rsa::traits::PublicKeyParts;
use rsa::{RsaPrivateKey, RsaPublicKey, pkcs1v15};
use serde_json::{Value, json};

use super::SandboxError;

/// The longest salt that fits a 2048-bit key with SHA-256 (E45): 256 − 32 − 2 bytes.
pub const SALT_BYTES: usize = 222;

/// The keys.
pub struct Keys {
    events: pss::SigningKey<Sha256>,
    events_public: RsaPublicKey,
    /// Signs when the fault `wrong_signing_key` is on.
    stray: pss::SigningKey<Sha256>,
    tokens: pkcs1v15::SigningKey<Sha256>,
    tokens_public: RsaPublicKey,
    kid: String,
}

impl Keys {
    /// Makes fresh keys; takes some hundred milliseconds, so call it off the runtime's threads.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn generate() -> Result<Keys, SandboxError> {
        let make = || RsaPrivateKey::new(&mut UnwrapErr(SysRng), 2048).map_err(SandboxError::Key);
        let (events, tokens) = std::thread::scope(|scope| {
            let other = scope.spawn(make);
            let events = make();
            (events, other.join())
        });
        let tokens = tokens.map_err(|_| SandboxError::Thread)??;
        let events = events?;
        let tokens_public = tokens.to_public_key();
        let digest = Sha256::digest(tokens_public.n_bytes());
        Ok(Keys {
            events_public: events.to_public_key(),
            events: pss::SigningKey::new_with_salt_len(events, SALT_BYTES),
            // Any other key will do to sign wrongly.
            stray: pss::SigningKey::new_with_salt_len(tokens.clone(), SALT_BYTES),
            tokens: pkcs1v15::SigningKey::new(tokens),
            kid: u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]).to_string(),
            tokens_public,
        })
    }

    /// The key with which receivers verify events, as PEM (SPKI).
    ///
    /// # Errors
    /// If the key cannot be encoded.
    pub fn events_public_pem(&self) -> Result<String, SandboxError> {
        self.events_public
            .to_public_key_pem(LineEnding::LF)
            .map_err(SandboxError::Encode)
    }

    /// The value of `Concur-Signature` for a body: base64 of RSASSA-PSS, SHA-256, MGF1 with SHA-256, salt of 222 bytes.
    pub fn sign_event(&self, body: &[u8], wrongly: bool) -> String {
        let key = if wrongly { &self.stray } else { &self.events };
        STANDARD.encode(key.sign_with_rng(&mut UnwrapErr(SysRng), body).to_bytes())
    }

    /// A JWT over some claims, RS256.
    pub fn token(&self, claims: &Value) -> String {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": self.kid});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self.tokens.sign(signed.as_bytes()).to_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The JSON Web Key Set (Q44).
    pub fn jwks(&self) -> Value {
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
            "n": number(&self.tokens_public.n_bytes()), "e": number(&self.tokens_public.e_bytes())}]})
    }
}
