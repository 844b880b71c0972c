//! Where a trip is fetched: the event's href if it is on an admitted origin, else rebuilt from the company's geolocation and the id.
//! Called by `trips`.
//! Always: no user information, no fragment, an admitted origin; the id is one path segment whatever it contains.

use url::Url;

use super::origin::{Allow, Origin, OriginProblem};

/// Longest href that is followed, in bytes.
const LONGEST: usize = 2048;

/// An href as given (T10: any path), if a request may go there.
pub fn followed(allow: &Allow, href: &str) -> Result<Url, OriginProblem> {
    if href.len() > LONGEST {
        return Err(OriginProblem::NotAUrl);
    }
    let url = Url::parse(href.trim()).map_err(|_| OriginProblem::NotAUrl)?;
    if url.fragment().is_some() {
        return Err(OriginProblem::Fragment);
    }
    allow.admit(&url)?;
    Ok(url)
}

/// `{geolocation}/travel/v4/trips/{id}` (T1, P3, B12).
pub fn rebuilt(geolocation: &Origin, trip: &str) -> Result<Url, OriginProblem> {
    // A dot segment would vanish and leave the address of the list.
    if matches!(trip, "" | "." | "..") {
        return Err(OriginProblem::NotAUrl);
    }
    let mut url = geolocation.join("/travel/v4/trips/")?;
    match url.path_segments_mut() {
        Ok(mut segments) => {
            segments.pop_if_empty().push(trip);
        }
        Err(()) => return Err(OriginProblem::NotAUrl),
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow() -> Allow {
        Allow::parse("https://*.api.concursolutions.com").unwrap()
    }

    #[test]
    fn t10_any_path_is_followed_on_an_admitted_origin() {
        for href in [
            "https://us2.api.concursolutions.com/travel/v4/trips/51aa",
            "https://eu2.api.concursolutions.com/travel/trips/api/v4/trip/51aa?x=1",
        ] {
            assert_eq!(followed(&allow(), href).unwrap().as_str(), href);
        }
    }

    #[test]
    fn e10_the_documented_href_is_followed_as_it_is() {
        let href = "https://us.api.concursolutions.com/travel/v4/trips/51aa0000-0000-4000-8000-000000000001";
        assert_eq!(followed(&allow(), href).map(|url| url.to_string()).as_deref(), Ok(href));
    }

    #[test]
    fn an_href_that_leads_elsewhere_is_not_followed() {
        for (href, problem) in [
            (
                "https://a:b@us2.api.concursolutions.com/travel/v4/trips/51aa",
                OriginProblem::UserInformation,
            ),
            (
                "https://us2.api.concursolutions.com/travel/v4/trips/51aa#x",
                OriginProblem::Fragment,
            ),
            (
                "https://us2.api.concursolutions.com.evil.example/travel/v4/trips/51aa",
                OriginProblem::NotAllowed,
            ),
            (
                "http://us2.api.concursolutions.com/travel/v4/trips/51aa",
                OriginProblem::Scheme,
            ),
            ("http://169.254.169.254/latest/meta-data", OriginProblem::Scheme),
            ("/travel/v4/trips/51aa", OriginProblem::NotAUrl),
        ] {
            assert_eq!(followed(&allow(), href), Err(problem), "{href}");
        }
        assert!(
            followed(
                &allow(),
                &format!("https://us2.api.concursolutions.com/{}", "x".repeat(3000))
            )
            .is_err()
        );
    }

    #[test]
    fn an_id_stays_one_path_segment() {
        let geolocation = allow().origin("https://us2.api.concursolutions.com").unwrap();
        let url = |id| rebuilt(&geolocation, id).unwrap().to_string();
        assert_eq!(
            url("51aa-bb"),
            "https://us2.api.concursolutions.com/travel/v4/trips/51aa-bb"
        );
        assert_eq!(
            url("../../x?y#z"),
            "https://us2.api.concursolutions.com/travel/v4/trips/..%2F..%2Fx%3Fy%23z"
        );
        for id in ["", ".", ".."] {
            assert!(rebuilt(&geolocation, id).is_err(), "{id:?} would be the list");
        }
    }
}
