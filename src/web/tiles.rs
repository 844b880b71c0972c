//! The world map's vector tiles, from the PMTiles archive that is embedded in the program (`data/README.md` has its recipe).
//! Called by the router. Always holds: no request leaves the machine, and a tile is sent as it is stored (gzip).

use std::sync::LazyLock;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use pmtiles::{TileCoord, TileId};
use sha2::{Digest as _, Sha256};

use archive::Archive;

/// The basemap, decoded at the first request. `None` only if the file in `data/` is damaged, which a test rules out.
static BASEMAP: LazyLock<Option<Basemap>> = LazyLock::new(|| {
    let file: &'static [u8] = include_bytes!("../../data/basemap.pmtiles");
    let digest = Sha256::digest(file);
    let version = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    Archive::read(file).map(|archive| Basemap { archive, version })
});

struct Basemap {
    archive: Archive,
    version: String,
}

/// `/tiles/{z}/{x}/{y}.mvt`: 200 with the tile, 204 where the world is empty, 400 for what is no tile of this map.
pub fn tiles_router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/tiles/{z}/{x}/{file}", get(tile))
}

async fn tile(Path((z, x, file)): Path<(String, String, String)>, request: HeaderMap) -> Response {
    let Some(basemap) = BASEMAP.as_ref() else {
        tracing::error!("the embedded basemap cannot be read");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let coordinate = || {
        TileCoord::new(
            z.parse().ok()?,
            x.parse().ok()?,
            file.strip_suffix(".mvt")?.parse().ok()?,
        )
        .ok()
    };
    let Some(at) = coordinate().filter(|at| at.z() <= basemap.archive.max_zoom) else {
        let text = format!(
            "A tile is /tiles/z/x/y.mvt with z up to {}.\n",
            basemap.archive.max_zoom
        );
        return (StatusCode::BAD_REQUEST, text).into_response();
    };
    let id = TileId::from(at);
    let tag = format!("\"{}-{}\"", basemap.version, id.value());
    // The address has no version in it: a day without a question, a week while asking.
    let always = [
        (
            header::CACHE_CONTROL,
            "public, max-age=86400, stale-while-revalidate=604800".to_owned(),
        ),
        (header::ETAG, tag.clone()),
    ];
    if request
        .get(header::IF_NONE_MATCH)
        .is_some_and(|seen| seen.as_bytes() == tag.as_bytes())
    {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    match basemap.archive.tile(id) {
        Some(bytes) => {
            let kind = [
                (header::CONTENT_TYPE, "application/vnd.mapbox-vector-tile"),
                (header::CONTENT_ENCODING, "gzip"),
            ];
            (always, kind, Body::from(Bytes::from_static(bytes))).into_response()
        }
        None => (StatusCode::NO_CONTENT, always).into_response(),
    }
}

/// Reads a PMTiles archive (version 3) that lies in memory. The `pmtiles` crate's own reader is asynchronous and made for files and
/// networks; the directory of this archive is small enough to be decoded whole, after which a tile is one binary search.
mod archive {
    use std::io::Read as _;

    use flate2::read::GzDecoder;
    use pmtiles::TileId;

    const HEADER: usize = 127;
    const GZIP: u8 = 2;
    /// Directories may point to directories; deeper ones than this do not occur in sound archives.
    const DEPTH: u8 = 3;

    pub struct Archive {
        /// The deepest zoom with tiles.
        pub max_zoom: u8,
        /// In order of `first`.
        runs: Vec<Run>,
    }

    /// `count` tiles in Hilbert order, from `first`, which all have these bytes.
    struct Run {
        first: u64,
        count: u64,
        bytes: &'static [u8],
    }

    /// One line of a directory; with `count` 0 it points to another directory.
    #[derive(Clone, Copy, Default)]
    struct Entry {
        first: u64,
        count: u64,
        length: u64,
        offset: u64,
    }

    impl Archive {
        /// `None`: not an archive of version 3 with gzip directories and gzip tiles, or damaged.
        pub fn read(file: &'static [u8]) -> Option<Archive> {
            let header = file.get(..HEADER)?;
            let sound = header.starts_with(b"PMTiles\x03") && header[97] == GZIP && header[98] == GZIP;
            let number = |at: usize| header.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
            let root = slice(file, number(8)?, number(16)?)?;
            let leaves = slice(file, number(40)?, number(48)?)?;
            let tiles = slice(file, number(56)?, number(64)?)?;
            let mut runs = Vec::new();
            collect(root, leaves, tiles, DEPTH, &mut runs)?;
            let ordered = runs
                .windows(2)
                .all(|pair| pair[0].first + pair[0].count <= pair[1].first);
            (sound && ordered).then_some(Archive {
                max_zoom: header[101],
                runs,
            })
        }

        /// The tile as stored; `None` where nothing is.
        pub fn tile(&self, id: TileId) -> Option<&'static [u8]> {
            let before = self.runs.partition_point(|run| run.first <= id.value());
            let run = self.runs.get(before.checked_sub(1)?)?;
            (id.value() < run.first + run.count).then_some(run.bytes)
        }
    }

    fn slice(bytes: &'static [u8], offset: u64, length: u64) -> Option<&'static [u8]> {
        let (offset, length) = (usize::try_from(offset).ok()?, usize::try_from(length).ok()?);
        bytes.get(offset..offset.checked_add(length)?)
    }

    fn collect(
        directory: &[u8],
        leaves: &'static [u8],
        tiles: &'static [u8],
        depth: u8,
        runs: &mut Vec<Run>,
    ) -> Option<()> {
        let mut plain = Vec::new();
        GzDecoder::new(directory).read_to_end(&mut plain).ok()?;
        for entry in entries(&plain)? {
            if entry.count == 0 {
                collect(
                    slice(leaves, entry.offset, entry.length)?,
                    leaves,
                    tiles,
                    depth.checked_sub(1)?,
                    runs,
                )?;
            } else {
                let bytes = slice(tiles, entry.offset, entry.length)?;
                runs.push(Run {
                    first: entry.first,
                    count: entry.count,
                    bytes,
                });
            }
        }
        Some(())
    }

    /// A directory is its number of entries and four columns: steps of the first tile, counts, lengths, offsets.
    fn entries(mut plain: &[u8]) -> Option<Vec<Entry>> {
        let count = usize::try_from(varint(&mut plain)?)
            .ok()
            .filter(|&count| count <= plain.len())?;
        let mut entries = vec![Entry::default(); count];
        let mut first = 0_u64;
        for entry in &mut entries {
            first = first.checked_add(varint(&mut plain)?)?;
            entry.first = first;
        }
        for entry in &mut entries {
            entry.count = varint(&mut plain)?;
        }
        for entry in &mut entries {
            entry.length = varint(&mut plain)?;
        }
        let mut next = None;
        for entry in &mut entries {
            // 0 means: directly behind the entry before.
            entry.offset = match varint(&mut plain)? {
                0 => next?,
                offset => offset - 1,
            };
            next = entry.offset.checked_add(entry.length);
        }
        Some(entries)
    }

    fn varint(bytes: &mut &[u8]) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = bytes.split_first()?;
            *bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {

    use std::io::Read as _;

    use http::Request;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(path: &str) -> Response {
        let request = Request::get(path).body(Body::empty()).unwrap();
        tiles_router::<()>().oneshot(request).await.unwrap()
    }

    async fn bytes(response: Response) -> Vec<u8> {
        axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap()
            .to_vec()
    }

    #[tokio::test]
    async fn the_world_is_one_tile_with_its_layers() {
        let response = ask("/tiles/0/0/0.mvt").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/vnd.mapbox-vector-tile"
        );
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&bytes(response).await[..])
            .read_to_end(&mut plain)
            .unwrap();
        assert!(
            plain.windows(9).any(|name| name == b"countries"),
            "a vector tile with a layer of countries"
        );
    }

    #[tokio::test]
    async fn london_is_on_the_map_at_every_zoom() {
        for z in 0..=7_u32 {
            let side = f64::from(2_u32.pow(z));
            let x = ((-0.12 + 180.0) / 360.0 * side).floor();
            let latitude = 51.5_f64.to_radians();
            let y = ((1.0 - (latitude.tan() + 1.0 / latitude.cos()).ln() / std::f64::consts::PI) / 2.0 * side).floor();
            assert_eq!(
                ask(&format!("/tiles/{z}/{x}/{y}.mvt")).await.status(),
                StatusCode::OK,
                "zoom {z}"
            );
        }
    }

    #[tokio::test]
    async fn the_open_ocean_is_empty_and_may_be_kept() {
        let response = ask("/tiles/7/20/70.mvt").await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert!(response.headers().contains_key(header::CACHE_CONTROL));
    }

    #[tokio::test]
    async fn what_is_no_tile_is_a_bad_request() {
        for path in [
            "/tiles/8/0/0.mvt",
            "/tiles/1/2/0.mvt",
            "/tiles/1/0/2.mvt",
            "/tiles/-1/0/0.mvt",
            "/tiles/0/0/0.png",
            "/tiles/a/b/c.mvt",
        ] {
            assert_eq!(ask(path).await.status(), StatusCode::BAD_REQUEST, "{path}");
        }
    }

    #[tokio::test]
    async fn a_tile_that_is_known_is_not_sent_again() {
        let tag = ask("/tiles/3/4/2.mvt").await.headers()[header::ETAG].clone();
        let request = Request::get("/tiles/3/4/2.mvt")
            .header(header::IF_NONE_MATCH, tag)
            .body(Body::empty())
            .unwrap();
        let response = tiles_router::<()>().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert!(bytes(response).await.is_empty());
    }

    #[test]
    fn a_damaged_archive_is_refused() {
        assert!(Archive::read(b"PMTiles\x03").is_none());
        assert!(Archive::read(b"nothing at all").is_none());
        static CUT: LazyLock<Vec<u8>> =
            LazyLock::new(|| include_bytes!("../../data/basemap.pmtiles")[..20_000].to_vec());
        assert!(Archive::read(&CUT).is_none());
    }
}
