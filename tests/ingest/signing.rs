//! Keys and signatures of the tests, right ones and wrong ones.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use getrandom::SysRng;
use rsa::pkcs8::{EncodePublicKey as _, LineEnding};
use rsa::pss::SigningKey;
use rsa::rand_core::UnwrapErr;
use rsa::sha2::{Digest as _, Sha256, Sha512};
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use rsa::{BoxedUint, RsaPrivateKey};
use whereabouts::ingest::signature::Keys;

pub fn key() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| RsaPrivateKey::new(&mut UnwrapErr(SysRng), 2048).unwrap())
}

pub fn other_key() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| RsaPrivateKey::new(&mut UnwrapErr(SysRng), 2048).unwrap())
}

pub fn pem(key: &RsaPrivateKey) -> String {
    key.to_public_key().to_public_key_pem(LineEnding::LF).unwrap()
}

pub fn keys() -> Keys {
    Keys::from_pem(&pem(key())).unwrap()
}

pub fn sign_with(key: &RsaPrivateKey, salt: usize, body: &[u8]) -> String {
    let signer = SigningKey::<Sha256>::new_with_salt_len(key.clone(), salt);
    STANDARD.encode(signer.sign_with_rng(&mut UnwrapErr(SysRng), body).to_bytes())
}

pub fn sign(body: &[u8]) -> String {
    sign_with(key(), 222, body)
}

/// RSASSA-PSS whose mask is made with SHA-512, as nobody should (RFC 8017 §9.1.1 by hand).
pub fn sign_with_wrong_mask(body: &[u8]) -> String {
    let (key, length) = (key(), 256);
    let salt = [3_u8; 222];
    let digest = Sha256::new()
        .chain_update([0; 8])
        .chain_update(Sha256::digest(body))
        .chain_update(salt)
        .finalize();
    let mut block = vec![0; length - 222 - 32 - 2];
    block.push(1);
    block.extend_from_slice(&salt);
    let mask = (0_u32..4).flat_map(|i| {
        Sha512::new()
            .chain_update(digest)
            .chain_update(i.to_be_bytes())
            .finalize()
    });
    block.iter_mut().zip(mask).for_each(|(b, m)| *b ^= m);
    block[0] &= 0x7f;
    block.extend_from_slice(&digest);
    block.push(0xbc);
    let block = BoxedUint::from_be_slice_vartime(&block);
    let (n, d) = (key.n(), key.d());
    let power = (0..d.bits())
        .rev()
        .fold(BoxedUint::one_with_precision(block.bits_precision()), |power, bit| {
            let square = power.mul_mod(&power, n);
            if d.bit_vartime(bit) {
                square.mul_mod(&block, n)
            } else {
                square
            }
        });
    let signature = power.to_be_bytes_trimmed_vartime().into_vec();
    STANDARD.encode([vec![0; length - signature.len()], signature].concat())
}
