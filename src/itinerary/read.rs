//! The way into this room: bytes in, a trip in domain words out.
//! Called by `ingest` with what Concur served.
//! Always: one pass over the bytes; memory and nesting are bounded, so no input can exhaust or crash the process.

use std::borrow::Cow;

use serde::de::DeserializeSeed;

use super::document::RawTrip;
use super::lenient::Push;
use super::{Reading, assemble};

/// Larger documents are refused, as fetching refuses them.
const LARGEST_DOCUMENT: usize = 5 * 1024 * 1024;
/// A real trip has a few hundred objects; the limit bounds what a small hostile document can be blown up to in memory.
const MOST_OBJECTS: usize = 20_000;

/// Why a document could not be read at all. The text names no content of the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not JSON, or cut off.
    #[error("the trip document is not JSON (line {line}, column {column})")]
    NotJson {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
    },
    /// JSON, but neither an object nor a list of one object.
    #[error("the trip document is not one JSON object")]
    NotAnObject,
    /// A list is nested more than 127 levels deep where fields are read. What is not read may be nested at will.
    #[error("the trip document is nested too deeply")]
    TooDeep,
    /// More than 5 MiB or 20,000 objects.
    #[error("the trip document is larger than 5 MiB or has more than 20,000 objects")]
    TooLarge,
    /// There is no usable id.
    #[error("the trip document has no trip id")]
    NoTripId,
}

/// Reads an Itinerary v4 document.
///
/// # Errors
/// [`ReadError`] if there is no trip with an id in it; nothing else in a document is an error (T8).
pub fn read(json: &[u8]) -> Result<Reading, ReadError> {
    if json.len() > LARGEST_DOCUMENT || has_too_many_objects(json) {
        return Err(ReadError::TooLarge);
    }
    // A name in another encoding must not cost the trip: bytes that are no UTF-8 become replacement characters.
    let text = str::from_utf8(json).map_or_else(|_| String::from_utf8_lossy(json), Cow::Borrowed);
    let text = text.trim_start_matches('\u{feff}');
    match parse(text) {
        Err(fault @ ReadError::NotJson { .. }) => match parse(&mended(text)) {
            // The place of the first fault is the one that helps.
            Err(ReadError::NotJson { .. }) => Err(fault),
            result => result,
        },
        result => result,
    }
}

/// Braces inside texts count too: no real document comes near the limit. An object takes two bytes, so small documents pass uncounted.
fn has_too_many_objects(json: &[u8]) -> bool {
    json.len() > 2 * MOST_OBJECTS && json.iter().filter(|byte| **byte == b'{').count() > MOST_OBJECTS
}

fn parse(text: &str) -> Result<Reading, ReadError> {
    let mut trips: Vec<RawTrip> = Vec::new();
    let mut json = serde_json::Deserializer::from_str(text);
    Push(&mut trips)
        .deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|error| {
            // serde_json has no kind of its own for its nesting limit.
            if error.to_string().starts_with("recursion limit exceeded") {
                ReadError::TooDeep
            } else {
                ReadError::NotJson {
                    line: error.line(),
                    column: error.column(),
                }
            }
        })?;
    match trips.as_slice() {
        [trip] => assemble::reading(trip),
        _ => Err(ReadError::NotAnObject),
    }
}

/// Two faults that programs make when they cut or copy texts and that JSON does not allow: half of a surrogate pair as an escape, and
/// bare control characters.
fn mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '\\' || c < ' ') {
        let (before, found) = rest.split_at(at);
        mended.push_str(before);
        let (replacement, taken) = match surrogate(found) {
            Some(0xD800..=0xDBFF) if matches!(found.get(6..).and_then(surrogate), Some(0xDC00..=0xDFFF)) => {
                (&found[..12], 12)
            }
            Some(_) => ("\\ufffd", 6),
            None if found.starts_with('\\') => {
                let escape = found.chars().take(2).map(char::len_utf8).sum();
                (&found[..escape], escape)
            }
            None => (" ", 1),
        };
        mended.push_str(replacement);
        rest = &found[taken..];
    }
    mended.push_str(rest);
    mended
}

/// The surrogate that an escape at the start of the text stands for.
fn surrogate(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16)
        .ok()
        .filter(|unit| (0xD800..=0xDFFF).contains(unit))
}
