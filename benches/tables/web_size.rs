//! What a browser loads the first time, as it goes over the wire.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::table::{Table, verdict};

const AIM_KB: f64 = 450.0;

pub fn run() -> Outcome {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/site");
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(site.join("manifest.json"))?)?;
    let mut table = Table::new("Web files (kB)", &["file", "plain", "gzip", "brotli"]);
    let mut wasm_kb = f64::NAN;
    for key in ["wasm", "js", "css", "maplibre_js", "maplibre_css"] {
        let Some(name) = manifest[key].as_str().filter(|name| !name.is_empty()) else {
            continue;
        };
        let kb = |ending: &str| {
            let file = site.join(format!("{}{ending}", name.trim_start_matches('/')));
            fs::metadata(file).map(|data| data.len() as f64 / 1000.0)
        };
        let sizes = [kb("")?, kb(".gz")?, kb(".br")?];
        if key == "wasm" {
            wasm_kb = sizes[2];
        }
        let short = Path::new(name)
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        table.row([short].into_iter().chain(sizes.map(|size| format!("{size:.0}"))));
    }
    table.note(verdict(&format!("wasm in brotli ≤ {AIM_KB} kB"), wasm_kb <= AIM_KB));
    Ok(table)
}
