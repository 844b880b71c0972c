//! The parts of a form with a file (`multipart/form-data`), as far as a plain HTML form needs them.
//! Called by the upload of a backlog document.
//! Always holds: what is no such form has no parts; nothing is copied.

/// The parts by their names, in order; the file's content is its part.
pub fn parts<'a>(content_type: &str, body: &'a [u8]) -> Vec<(String, &'a [u8])> {
    let Some(boundary) = boundary(content_type) else {
        return Vec::new();
    };
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    // The first delimiter has no line before it.
    let Some(mut rest) = body.strip_prefix(delimiter.get(2..).unwrap_or_default()) else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    while let Some(after) = rest.strip_prefix(b"\r\n") {
        let Some(end) = find(after, &delimiter) else { break };
        let (part, next) = (after.get(..end).unwrap_or_default(), after.get(end + delimiter.len()..));
        if let Some(head) = find(part, b"\r\n\r\n")
            && let Some(name) = name(part.get(..head).unwrap_or_default())
        {
            parts.push((name, part.get(head + 4..).unwrap_or_default()));
        }
        rest = next.unwrap_or_default();
    }
    parts
}

fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|p| p.trim().strip_prefix("boundary="))?;
    Some(boundary.trim_matches('"')).filter(|b| !b.is_empty() && b.len() <= 70)
}

/// `name` of the part's disposition.
fn name(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    let line = head.lines().find(|line| {
        line.get(..20)
            .is_some_and(|start| start.eq_ignore_ascii_case("content-disposition:"))
    })?;
    let name = line.split(';').find_map(|p| p.trim().strip_prefix("name="))?;
    Some(name.trim_matches('"').to_owned())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|part| part == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "multipart/form-data; boundary=----x";

    #[test]
    fn a_form_with_a_file_has_its_parts() {
        let body = b"------x\r\nContent-Disposition: form-data; name=\"company\"\r\n\r\nab8a\r\n------x\r\n\
            content-disposition: form-data; name=\"file\"; filename=\"trips.json\"\r\nContent-Type: application/json\r\n\r\n\
            [\"a\r\n\r\n--b\"]\r\n------x--\r\n";
        let all = parts(FORM, body);
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].0.as_str(), all[0].1), ("company", b"ab8a".as_slice()));
        assert_eq!(
            (all[1].0.as_str(), all[1].1),
            ("file", b"[\"a\r\n\r\n--b\"]".as_slice())
        );
        assert_eq!(parts("multipart/form-data; boundary=\"----x\"", body).len(), 2);
    }

    #[test]
    fn what_is_cut_off_or_no_form_has_no_more_parts() {
        assert!(parts("application/json", b"[]").is_empty());
        assert!(parts("multipart/form-data", b"[]").is_empty());
        for body in [
            "",
            "------x",
            "------x--",
            "------x\r\n",
            "------x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb",
        ] {
            assert!(parts(FORM, body.as_bytes()).is_empty(), "{body:?}");
        }
        assert!(parts(FORM, b"------x\r\nno head\r\n------x--").is_empty());
    }
}
