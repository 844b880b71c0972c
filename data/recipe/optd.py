"""The rows of OpenTravelData (package NeoBase) that are of use, one for each code and kind."""

from datetime import date

from recipe.files import read_csv

# A place that closed since may still be in a booking: Berlin's airports of 2020 are, those of 1990 are not.
CLOSED_SINCE = date(2010, 1, 1)
# OPTD's mark for codes that IATA no longer mentions.
NEVER = date(2099, 12, 31)
# What people type where they have no code (R7).
PLACEHOLDERS = {"XXX", "ZZZ"}


class Por:
    """A point of reference: an airport, a heliport, a railway station or a city."""

    def __init__(self, row):
        self.code = row["iata_code"]
        self.kind = row["location_type"]
        self.name = row["name"]
        self.at = (float(row["longitude"] or 0), float(row["latitude"] or 0))
        self.country = row["country_code"]
        self.admin1 = row["adm1_code"]
        self.iso = row["iso31662"]
        self.zone = row["timezone"]
        self.rank = float(row["page_rank"] or 0)
        self.population = int(row["population"] or 0)
        self.geonames = int(row["geoname_id"] or 0)
        self.cities = [code for code in row["city_code_list"].split(",") if code]
        self.members = [code for code in row["tvl_por_list"].split(",") if code]
        self.until = row["date_until"]
        self.english = english(row["alt_name_section"])


def english(section):
    """English names that are in use: neither historic nor colloquial."""
    names = []
    for entry in section.split("="):
        parts = entry.split("|")
        if len(parts) >= 2 and parts[0] == "en" and not (len(parts) > 2 and set(parts[2]) & {"h", "c"}):
            names.append(parts[1])
    return names


def read(packages):
    """All rows that have a place and are current, and airports that closed not long ago if nothing else has their code."""
    current, closed = [], []
    for row in read_csv(packages / "neobase/optd_por_public.csv", "^"):
        if not row["latitude"] or not row["longitude"] or len(row["iata_code"]) != 3 or row["iata_code"] in PLACEHOLDERS:
            continue
        if not row["date_until"]:
            current.append(Por(row))
        elif CLOSED_SINCE <= date.fromisoformat(row["date_until"]) < NEVER and set(row["location_type"]) & set("AH"):
            if "not found" not in row["comment"]:
                closed.append(Por(row))
    codes = {por.code for por in current}
    return current + [por for por in closed if por.code not in codes]


def best_by_code(pors, kinds):
    """One row for each code among those of the given kinds: the current one, then the most travelled."""
    best = {}
    for por in pors:
        if set(por.kind) & set(kinds):
            rival = best.get(por.code)
            if rival is None or merit(por) > merit(rival):
                best[por.code] = por
    return best


def merit(por):
    return (por.until == "", por.rank, por.population, por.geonames)
