"""Airports with an IATA code: who is one, and where it is.

Three sources give coordinates; where two agree within 5 km they are believed, else OPTD, and overrides-airports.csv has the last word.
"""

from collections import Counter

from recipe.files import read_csv, read_json
from recipe.geo import distance_km
from recipe.optd import best_by_code

AGREE_KM = 5


class Airport:
    def __init__(self, code, por, row):
        self.code = code
        self.name = por.name if por else row["name"]
        self.town = row["city"] if row else ""
        self.country = por.country if por else row["country"]
        self.cities = por.cities if por else []
        self.rank = por.rank if por else 0.0
        self.region = None  # set by cities.py


def collect(packages, data, pors):
    """{code: Airport} of OPTD's airports and heliports and of airportsdata's, and the report of the vote."""
    optd = best_by_code(pors, "AH")
    listed = {row["iata"]: row for row in read_csv(packages / "airportsdata/airports.csv") if row["iata"]}
    third = {}
    for row in read_json(packages / "airport-data-js/airports.json"):
        if row.get("iata") and row.get("latitude") not in (None, ""):
            third.setdefault(row["iata"], row)
    overrides = {row["code"]: row for row in read_csv(data / "overrides-airports.csv")}

    airports, report = {}, Counter()
    for code in sorted(set(optd) | set(listed)):
        por, row, other = optd.get(code), listed.get(code), third.get(code)
        sources = []
        if por:
            sources.append((por.at, por.zone))
        if row:
            sources.append(((float(row["lon"]), float(row["lat"])), row["tz"]))
        if other:
            sources.append(((float(other["longitude"]), float(other["latitude"])), other["time"]))
        airport = airports[code] = Airport(code, por, row)
        chosen, verdict = vote([at for at, _ in sources])
        report[verdict] += 1
        airport.at = sources[chosen][0]
        # A zone is believed like a position: the one that most sources give, at a tie the first.
        airport.zone = Counter(zone for _, zone in sources).most_common(1)[0][0]
        if por and row and chosen == 1:
            airport.name = row["name"]  # the airport has moved, and OPTD's name is that of the old one
        airport.scheduled = bool(
            other
            and str(other["scheduled_service"]).upper() in ("TRUE", "YES")
            and other["type"] in ("medium_airport", "large_airport")
            and airport.rank > 0
        )
        airport.countries = [airport.country]
        if code in overrides:
            override(airport, overrides[code])
            report["overridden"] += 1
    return airports, report


def vote(points):
    """The first of the sources that another one confirms, else the first there is; with the reason."""
    for i, at in enumerate(points):
        if any(distance_km(at, rival) <= AGREE_KM for rival in points[:i] + points[i + 1 :]):
            return i, "two agree"
    return 0, "one source" if len(points) == 1 else "none agree"


def override(airport, row):
    if row["lon"] and row["lat"]:
        airport.at = (float(row["lon"]), float(row["lat"]))
    if row["zone"]:
        airport.zone = row["zone"]
    if row["countries"]:
        airport.countries = row["countries"].split()
        airport.country = airport.countries[0]


def rows(airports):
    """Code, name, longitude, latitude, countries, zone, number of its region in cities.tsv.gz."""
    for code, airport in sorted(airports.items()):
        lon, lat = airport.at
        yield (code, airport.name, f"{lon:.4f}", f"{lat:.4f}", " ".join(airport.countries), airport.zone, airport.region.number)
