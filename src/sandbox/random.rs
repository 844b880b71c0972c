//! Seeded randomness: every number of the simulated world comes from a named stream of the one seed.
//! Called by everything in the sandbox that decides something about people, trips or documents.
//! Always holds: the same seed and the same names give the same numbers, whatever else was drawn before (R257).

use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

/// What a stream is drawn for, so that two of them never share their numbers.
#[derive(Clone, Copy, Debug)]
pub enum Topic {
    Company = 1,
    Person,
    Profile,
    Week,
    Journey,
    Fate,
    Hotel,
    Timetable,
    Emission,
    Paper,
    Operator,
    Tick,
}

/// One 64-bit number for a seed and a path of numbers (splitmix64, folded).
pub fn mix(seed: u64, topic: Topic, path: &[u64]) -> u64 {
    path.iter().fold(splitmix(seed ^ splitmix(topic as u64)), |hash, part| {
        splitmix(hash ^ splitmix(*part))
    })
}

/// A stream of its own for a seed and a path of numbers.
pub fn stream(seed: u64, topic: Topic, path: &[u64]) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(mix(seed, topic, path))
}

/// A number in `0.0..1.0` for a seed and a path of numbers.
pub fn fraction(seed: u64, topic: Topic, path: &[u64]) -> f64 {
    (mix(seed, topic, path) >> 11) as f64 / (1u64 << 53) as f64
}

/// A text as one number (FNV-1a), to be part of a path.
pub fn text(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// One of a list; the list must not be empty.
pub fn one<'a, T>(rng: &mut impl Rng, list: &'a [T]) -> &'a T {
    &list[rng.gen_range(0..list.len())]
}

/// The index of one of several weights, drawn in proportion to them; the last one if all are 0.
pub fn weighted(rng: &mut impl Rng, weights: &[f64]) -> usize {
    let mut left = rng.gen_range(0.0..1.0) * weights.iter().sum::<f64>();
    for (index, weight) in weights.iter().enumerate() {
        if left < *weight {
            return index;
        }
        left -= weight;
    }
    weights.len().saturating_sub(1)
}

/// A random (version 4) UUID.
pub fn uuid(rng: &mut impl RngCore) -> Uuid {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// Upper-case letters and digits without the ones that are easily confused, as in record locators.
pub fn locator(rng: &mut impl Rng, length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    (0..length).map(|_| char::from(*one(rng, LETTERS))).collect()
}

fn splitmix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
