//! Opaque cursors of lists: the last key shown, in base64.
//! Called by the REST handlers and the pages.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const BETWEEN: char = '\u{1f}';

/// The cursor that continues after `name`, `id`.
pub fn write(name: &str, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{name}{BETWEEN}{id}"))
}

/// The key behind a cursor; absent and empty are the same. Errs on anything that `write` did not make.
pub fn read(cursor: Option<&str>) -> Result<Option<(String, String)>, ()> {
    let Some(text) = cursor.filter(|c| !c.is_empty()) else {
        return Ok(None);
    };
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| ())?;
    let text = String::from_utf8(bytes).map_err(|_| ())?;
    text.split_once(BETWEEN)
        .map(|(name, id)| Some((name.to_owned(), id.to_owned())))
        .ok_or(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_key_and_nonsense_is_refused() {
        assert_eq!(
            read(Some(&write("Ødegård, Åse", "t1"))),
            Ok(Some(("Ødegård, Åse".into(), "t1".into())))
        );
        assert_eq!(read(None), Ok(None));
        assert_eq!(read(Some("%%%")), Err(()));
        assert_eq!(read(Some("aGVsbG8")), Err(()));
    }
}
