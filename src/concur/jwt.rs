//! An id_token: its form, its claims, and whether a key of Concur's signed it (Q42–Q47).
//! Called by `jwks` and by `connect`, once a connection.
//! Always: RS256 and nothing else, whatever the token asks for; the key comes from Concur's key set, never from the token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::sha2::Sha256;
use rsa::signature::Verifier as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, RsaPublicKey};
use serde_json::{Map, Value};

use super::origin::Allow;

/// How far Concur's clock and ours may differ.
const LEEWAY: Duration = Duration::minutes(5);

/// Why an id_token proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// Not three parts of base64url, or no JSON inside.
    #[error("it is malformed")]
    Malformed,
    /// `none`, HS256 or anything else but RS256.
    #[error("its algorithm is not RS256")]
    Algorithm,
    /// No key of Concur's has its `kid`.
    #[error("its key is not among SAP Concur's")]
    UnknownKey,
    /// Another key signed it, or it was changed.
    #[error("its signature is wrong")]
    Signature,
    /// `exp` has passed.
    #[error("it has expired")]
    Expired,
    /// `nbf` is yet to come.
    #[error("it is not valid yet")]
    NotYet,
    /// It was made for another application.
    #[error("it was made for another application")]
    Audience,
    /// `iss` is no admitted origin (Q46).
    #[error("its issuer is not in the allow-list")]
    Issuer,
    /// A user's, not a company's (Q15).
    #[error("it is not a company's")]
    NotACompany,
}

/// A token that was read, and not believed yet.
pub(super) struct Jwt {
    kid: Option<String>,
    signed: String,
    signature: Signature,
    claims: Map<String, Value>,
}

impl Jwt {
    /// Reads the form. The algorithm is looked at here, before anything else is.
    pub fn read(token: &str) -> Result<Self, Distrust> {
        let parts: Vec<&str> = token.trim().split('.').collect();
        let [header, claims, signature] = parts[..] else {
            return Err(Distrust::Malformed);
        };
        let bytes = |part: &str| {
            URL_SAFE_NO_PAD
                .decode(part.trim_end_matches('='))
                .map_err(|_| Distrust::Malformed)
        };
        let object =
            |part: &str| serde_json::from_slice::<Map<String, Value>>(&bytes(part)?).map_err(|_| Distrust::Malformed);
        let head = object(header)?;
        if head.get("alg").and_then(Value::as_str) != Some("RS256") {
            return Err(Distrust::Algorithm);
        }
        Ok(Self {
            kid: head.get("kid").and_then(text),
            claims: object(claims)?,
            signature: Signature::try_from(bytes(signature)?.as_slice()).map_err(|_| Distrust::Signature)?,
            signed: format!("{header}.{claims}"),
        })
    }

    /// The name of its key, if it tells.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The principal, lower case.
    pub fn subject(&self) -> Option<String> {
        Some(self.claims.get("sub")?.as_str()?.trim().to_ascii_lowercase())
    }

    /// Whether it holds now, for this application, of an admitted issuer, for a company. `at_hash` says nothing (Q46).
    pub fn check(&self, client_id: &str, allow: &Allow, now: DateTime<Utc>) -> Result<(), Distrust> {
        let instant = |name: &str| {
            self.claims
                .get(name)
                .and_then(seconds)
                .and_then(|s| DateTime::from_timestamp(s, 0))
        };
        let text = |name: &str| self.claims.get(name).and_then(Value::as_str);
        if instant("exp").ok_or(Distrust::Malformed)? + LEEWAY < now {
            return Err(Distrust::Expired);
        }
        if instant("nbf").is_some_and(|from| from - LEEWAY > now) {
            return Err(Distrust::NotYet);
        }
        let is_ours = match self.claims.get("aud") {
            Some(Value::String(one)) => one == client_id,
            Some(Value::Array(many)) => many.iter().any(|one| one.as_str() == Some(client_id)),
            _ => false,
        };
        if !is_ours {
            return Err(Distrust::Audience);
        }
        if text("iss").is_none_or(|iss| allow.origin(iss).is_err()) {
            return Err(Distrust::Issuer);
        }
        // Q42: the sample has `concur.type`, a migration sample `ptype`; without either, `sub` alone says whose it is.
        let kind = text("concur.type").or_else(|| text("ptype"));
        if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("company")) {
            return Err(Distrust::NotACompany);
        }
        Ok(())
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().map(|n| n as i64))
}

/// Concur's keys of one data centre.
#[derive(Debug)]
pub(super) struct KeySet {
    keys: Vec<(Option<String>, VerifyingKey<Sha256>)>,
}

impl KeySet {
    /// Reads a JSON Web Key Set and skips what is no RSA signing key of 2048 to 8192 bits. `None`: no key is left.
    pub fn read(body: &[u8]) -> Option<Self> {
        let document: Value = serde_json::from_slice(body).ok()?;
        let keys: Vec<_> = document.get("keys")?.as_array()?.iter().filter_map(key).collect();
        (!keys.is_empty()).then_some(Self { keys })
    }

    /// Whether a key has this name; a token without one may be any key's.
    pub fn knows(&self, kid: Option<&str>) -> bool {
        self.with(kid).next().is_some()
    }

    fn with(&self, kid: Option<&str>) -> impl Iterator<Item = &VerifyingKey<Sha256>> {
        let named = move |name: &Option<String>| kid.is_none_or(|kid| name.as_deref() == Some(kid));
        self.keys
            .iter()
            .filter(move |(name, _)| named(name))
            .map(|(_, key)| key)
    }

    /// Whether one of these keys signed the token.
    pub fn verify(&self, jwt: &Jwt) -> Result<(), Distrust> {
        if !self.knows(jwt.kid()) {
            return Err(Distrust::UnknownKey);
        }
        let mut keys = self.with(jwt.kid());
        if keys.any(|key| key.verify(jwt.signed.as_bytes(), &jwt.signature).is_ok()) {
            Ok(())
        } else {
            Err(Distrust::Signature)
        }
    }
}

fn key(jwk: &Value) -> Option<(Option<String>, VerifyingKey<Sha256>)> {
    let field = |name: &str| jwk.get(name).and_then(Value::as_str);
    let fits =
        field("kty")? == "RSA" && field("use").is_none_or(|u| u == "sig") && field("alg").is_none_or(|a| a == "RS256");
    let number = |name: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(field(name)?.trim_end_matches('=')).ok()?;
        Some(BoxedUint::from_be_slice_vartime(&bytes))
    };
    let public = RsaPublicKey::new(number("n")?, number("e")?).ok()?;
    let bits = public.n().bits();
    (fits && (2048..=8192).contains(&bits)).then(|| (jwk.get("kid").and_then(text), VerifyingKey::new(public)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsa::RsaPrivateKey;
    use rsa::pkcs1v15::SigningKey;
    use rsa::rand_core::UnwrapErr;
    use rsa::signature::{SignatureEncoding as _, Signer as _};
    use serde_json::json;
    use std::sync::LazyLock;

    static KEYS: LazyLock<[RsaPrivateKey; 2]> =
        LazyLock::new(|| std::array::from_fn(|_| RsaPrivateKey::new(&mut UnwrapErr(getrandom::SysRng), 2048).unwrap()));

    fn part(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    fn token(header: &Value, claims: &Value, key: usize) -> String {
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = SigningKey::<Sha256>::new(KEYS[key].clone())
            .sign(signed.as_bytes())
            .to_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn set() -> KeySet {
        let public = KEYS[0].to_public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (n, e) = (number(&public.n_bytes()), number(&public.e_bytes()));
        let others = json!([
            {"kty": "EC", "kid": "7"}, {"kty": "RSA", "kid": "7", "use": "enc", "n": n, "e": e},
            {"kty": "RSA", "kid": "7", "alg": "HS256", "n": n, "e": e}, {"kty": "RSA", "kid": "7", "n": "AQAB", "e": "AQAB"},
            {"kty": "RSA", "use": "sig", "kid": 4711, "n": n, "e": e}
        ]);
        KeySet::read(json!({"keys": others}).to_string().as_bytes()).unwrap()
    }

    fn now() -> DateTime<Utc> {
        "2026-03-01T08:00:00Z".parse().unwrap()
    }

    fn claims() -> Value {
        json!({
            "aud": "our-id", "sub": "AB8A-01", "iss": "https://us2.api.concursolutions.com", "iat": now().timestamp(),
            "nbf": now().timestamp(), "exp": now().timestamp() + 3600, "at_hash": "0123456789abcdef", "concur.version": 2,
            "concur.type": "company"
        })
    }

    fn check(claims: &Value) -> Result<(), Distrust> {
        let allow = Allow::parse("https://*.api.concursolutions.com").unwrap();
        let jwt = Jwt::read(&token(&json!({"alg": "RS256", "kid": "4711"}), claims, 0)).unwrap();
        jwt.check("our-id", &allow, now())
    }

    #[test]
    fn q44_q45_only_a_key_of_the_set_can_have_signed_it() {
        let set = set();
        let verify = |token: &str| set.verify(&Jwt::read(token)?);
        let head = json!({"alg": "RS256", "kid": "4711"});
        let good = token(&head, &claims(), 0);
        assert_eq!(verify(&good), Ok(()));
        assert_eq!(
            verify(&token(&json!({"alg": "RS256"}), &claims(), 0)),
            Ok(()),
            "no kid: any key"
        );
        assert_eq!(verify(&token(&head, &claims(), 1)), Err(Distrust::Signature));
        assert_eq!(
            verify(&token(&json!({"alg": "RS256", "kid": "7"}), &claims(), 0)),
            Err(Distrust::UnknownKey)
        );
        let parts: Vec<&str> = good.split('.').collect();
        let mut other = claims();
        other["sub"] = json!("somebody-else");
        assert_eq!(
            verify(&format!("{}.{}.{}", parts[0], part(&other), parts[2])),
            Err(Distrust::Signature)
        );
        for odd in [
            "",
            "a.b",
            "a.b.c",
            "e30.e30.e30",
            &format!("{}.{}", parts[0], parts[1]),
            &format!("{good}.x"),
        ] {
            assert!(verify(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn q45_none_and_hs256_are_refused_whatever_they_carry() {
        for alg in ["none", "None", "HS256", "RS384", "PS256", "ES256", "rs256", ""] {
            let token = token(&json!({"alg": alg, "kid": "4711"}), &claims(), 0);
            assert_eq!(Jwt::read(&token).err(), Some(Distrust::Algorithm), "{alg}");
        }
        assert_eq!(
            Jwt::read(&token(&json!({"kid": "4711"}), &claims(), 0)).err(),
            Some(Distrust::Algorithm)
        );
    }

    #[test]
    fn q42_q46_claims_are_judged_by_time_audience_issuer_and_kind() {
        let with = |name: &str, value: Value| {
            let mut changed = claims();
            changed[name] = value;
            check(&changed)
        };
        assert_eq!(check(&claims()), Ok(()));
        let seconds = |s: i64| json!(now().timestamp() + s);
        assert_eq!(with("exp", seconds(-299)), Ok(()), "clocks differ");
        assert_eq!(with("exp", seconds(-301)), Err(Distrust::Expired));
        assert_eq!(with("nbf", seconds(299)), Ok(()));
        assert_eq!(with("nbf", seconds(301)), Err(Distrust::NotYet));
        assert_eq!(with("exp", json!("soon")), Err(Distrust::Malformed));
        assert_eq!(with("aud", json!(["x", "our-id"])), Ok(()));
        assert_eq!(with("aud", json!("*")), Err(Distrust::Audience));
        assert_eq!(
            with("iss", json!("https://EU2.api.concursolutions.com/")),
            Ok(()),
            "Q46: any data centre"
        );
        assert_eq!(with("iss", json!("https://evil.example")), Err(Distrust::Issuer));
        assert_eq!(with("at_hash", json!("anything")), Ok(()), "Q46: not the OIDC form");
        assert_eq!(with("concur.type", json!("user")), Err(Distrust::NotACompany), "Q15");
        assert_eq!(
            with(
                "concur.profile",
                json!("https://us2.api.concursolutions.com/profile/v1/x")
            ),
            Ok(())
        );
    }

    #[test]
    fn q43_claims_that_are_being_removed_are_not_missed() {
        let mut bare = claims();
        for gone in ["concur.type", "concur.version", "at_hash", "iat", "nbf"] {
            bare.as_object_mut().unwrap().remove(gone);
        }
        assert_eq!(check(&bare), Ok(()));
        let mut migrated = bare.clone();
        migrated["ptype"] = json!("company");
        assert_eq!(check(&migrated), Ok(()));
        migrated["ptype"] = json!("user");
        assert_eq!(check(&migrated), Err(Distrust::NotACompany));
        let jwt = Jwt::read(&token(&json!({"alg": "RS256"}), &bare, 0)).unwrap();
        assert_eq!(jwt.subject().as_deref(), Some("ab8a-01"), "Q42");
    }
}
