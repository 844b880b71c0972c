"""City regions: what a person means by "in London".

A region is an IATA city code's city, with the towns around it that nobody would call another place; a town that belongs
to none is a region of its own. `data/README.md` says the rule in words; the numbers here are judgement.
"""

from math import sqrt

from recipe.files import read_csv
from recipe.fold import fold, is_plain
from recipe.geo import Near, distance_km
from recipe.optd import best_by_code

REACH_KM = 30  # how far a city of METROPOLIS people reaches; a smaller one reaches less
METROPOLIS = 2_000_000
AIRPORT_TOWN_KM = 10  # a small town so near a scheduled airport shares the airport's region …
AIRPORT_TOWN_PEOPLE = 100_000
AIRPORT_TOWN_FROM_CITY_KM = 50  # … if that region's centre is not farther than this
AIRPORT_OF_CITY_KM = 60  # farther from the city that OPTD names, a large town beside the airport is its city
AIRPORT_FROM_CITY_KM = 90  # no airport belongs to a city farther away
LARGE_TOWN_PEOPLE = 100_000
BESIDE_KM = 25


class Region:
    """A city region in the making."""

    def __init__(self, code, name, at, country, admin1, zone, population, geonames):
        self.code, self.name, self.at, self.country = code, name, at, country
        self.admin1, self.zone, self.population, self.geonames = admin1, zone, population, geonames
        self.codes = {code} if code else set()
        self.members = set()  # codes of airports that OPTD counts to it
        self.english = []  # what it is also called in English
        self.parts = []  # what it swallowed is called
        self.rank = 0.0  # OPTD's page rank: how much is flown there, 0..1
        self.into = None
        self.weight = population
        self.towns = []
        self.airports = []
        self.town = None
        self.number = None

    def root(self):
        return self if self.into is None else self.into.root()

    def swallow(self, other):
        other.into = self
        self.codes |= other.codes
        self.members |= other.members
        same = self.geonames and self.geonames == other.geonames
        (self.english if same else self.parts).extend([other.name, *other.english])
        self.parts += other.parts
        self.rank = max(self.rank, other.rank)


def collect(packages, data, towns, pors, airports):
    """All regions in the order of their numbers; every town and airport then knows its own."""
    by_code = coded(towns, pors)
    relocate(by_code, towns, airports)
    decided = read_csv(data / "regions.csv")
    for row in decided:
        if row["what"] in by_code:
            by_code[row["into"]].root().swallow(by_code[row["what"]].root())
    fold_coded(by_code, airports)
    for town in towns:
        if town.region is not None:
            join(town, town.region.root())
    by_id = {str(town.geonames): town for town in towns}
    for row in decided:
        if row["what"] in by_id:
            join(by_id[row["what"]], by_code[row["into"]].root())
    fold_towns([region for region in by_code.values() if region.into is None], towns)
    metropolitan = {row["Airport Code"]: row["City Code"] for row in read_csv(packages / "airportsdata/iata_macs.csv")}
    place_airports(by_code, metropolitan, towns, airports)
    fold_airport_towns(towns, airports)
    for row in read_csv(data / "overrides-cities.csv"):
        region = by_code[row["code"]].root()
        region.english.append(region.name)
        region.name = row["name"]
    return number(by_code, towns, airports)


def join(town, region):
    town.region = region
    if town not in region.towns:
        region.towns.append(town)


def coded(towns, pors):
    """{city code: Region}; codes of one and the same town share a region."""
    by_geonames = {town.geonames: town for town in towns}
    near = Near(towns, lambda town: town.at)
    airport_ids = {por.geonames for por in pors if set(por.kind) & set("AHRBP") and "C" not in por.kind}
    by_code, by_town = {}, {}
    cities = best_by_code(pors, "CO")
    for code, por in sorted(cities.items(), key=lambda item: (-item[1].rank, -item[1].population, item[0])):
        town = by_geonames.get(por.geonames) or namesake(por, near)
        population = max(por.population, town.population if town else 0)
        region = Region(code, por.name, por.at, por.country, por.admin1, por.zone, population, por.geonames)
        if por.geonames in airport_ids:
            region.geonames = 0  # the id is that of the airport, not of a town
        region.members = set(por.members)
        region.english = por.english
        region.rank = por.rank
        by_code[code] = region
        if town is None:
            continue
        if town.geonames in by_town:
            region.geonames = town.geonames
            by_town[town.geonames].swallow(region)
            continue
        by_town[town.geonames] = region
        region.english = [por.name, *por.english]
        settle(region, town)
    return by_code


def settle(region, town):
    """The region's place is that town."""
    region.name, region.at, region.admin1, region.zone = town.name, town.at, town.admin1, town.zone
    region.country, region.geonames, region.town = town.country, town.geonames, town
    region.population = max(region.population, town.population)
    join(town, region)


def relocate(by_code, towns, airports):
    """Some cities of OPTD are the middle of a province, far from the airport of the same code: take the town there."""
    near = Near(towns, lambda town: town.at)
    for code, region in by_code.items():
        airport = airports.get(code)
        if region.town or region.into or airport is None or distance_km(region.at, airport.at) <= BESIDE_KM:
            continue
        beside = [town for _, town in near.within(airport.at, BESIDE_KM) if town.country == airport.country]
        free = [town for town in beside if town.region is None]
        if free:
            region.english = [region.name, *region.english]
            settle(region, max(free, key=lambda town: (town.population, town.geonames)))
        else:
            region.at = airport.at


def namesake(por, near):
    """The town of the same name and country around the point, for cities that OPTD gives another id."""
    for _, town in near.within(por.at, 10):
        if town.country == por.country and fold(town.name) == fold(por.name):
            return town
    return None


def fold_coded(by_code, airports):
    """A coded place within reach of a far larger coded city belongs to it, unless flights go there under its own code."""
    regions = sorted((r for r in by_code.values() if r.into is None), key=lambda r: (r.population, r.code))
    large = Near([r for r in regions if r.population >= 100_000], lambda r: r.at)
    for region in regions:
        rivals = []
        for km, rival in large.within(region.at, REACH_KM):
            if rival is region or rival.root() is region or rival.country != region.country:
                continue
            if rival.population >= region.population * (2 + km / 3) and not flown_to(region, rival, airports):
                rivals.append((rival.population / (1 + km) ** 2, rival))
        if rivals:
            max(rivals, key=lambda pair: (pair[0], pair[1].code))[1].root().swallow(region)


def flown_to(region, rival, airports):
    """Whether the region has a scheduled airport that IATA does not count to the rival too."""
    for code in region.members:
        airport = airports.get(code)
        if airport and airport.scheduled and airport.cities and region.codes & set(airport.cities):
            # NYC,EWR: the airport of the small city is the large one's; BUR: it is its own.
            if not rival.codes & set(airport.cities):
                return True
    return False


def fold_towns(roots, towns):
    """A town without a code within reach of a far larger coded city belongs to it."""
    near = Near(roots, lambda region: region.at)
    choices = []
    for town in towns:
        if town.region is not None:
            continue
        best = None
        for km, region in near.within(town.at, REACH_KM):
            larger = region.population >= town.population * (1 + max(0, km - 6) / 10)
            if larger and region.country == town.country and region.zone == town.zone:
                pull = region.population / (1 + km) ** 2
                if best is None or pull > best[0]:
                    best = (pull, km, region)
        if best:
            best[2].weight += town.population
            choices.append((town, best[1], best[2]))
    for town, km, region in choices:
        reach = min(REACH_KM, max(5.0, REACH_KM * sqrt(region.weight / METROPOLIS)))
        if km <= reach and region.weight >= town.population * (1.5 + km / 12):
            join(town, region)


def place_airports(by_code, metropolitan, towns, airports):
    """IATA's metropolitan area, else the nearest of the cities that OPTD names, else the place where the airport is."""
    near_regions = Near({r.root() for r in by_code.values()}, lambda region: region.at)
    near_towns = Near(towns, lambda town: town.at)
    for code, airport in sorted(airports.items()):
        if metropolitan.get(code) in by_code:
            airport.region = by_code[metropolitan[code]].root()
            continue
        cities = {by_code[city].root() for city in airport.cities if city in by_code}
        cities = sorted((distance_km(airport.at, city.at), city.code, city) for city in cities)
        beside = [town for _, town in near_towns.within(airport.at, BESIDE_KM) if town.country == airport.country]
        large = [town for town in beside if town.population >= LARGE_TOWN_PEOPLE]
        if cities and cities[0][0] <= (AIRPORT_OF_CITY_KM if large else AIRPORT_FROM_CITY_KM):
            airport.region = cities[0][2]
            continue
        around = [r for _, r in near_regions.within(airport.at, BESIDE_KM) if r.country == airport.country]
        if large:
            airport.region = town_region(code, max(large, key=lambda town: town.population), by_code)
        elif around:
            airport.region = around[0]
        elif beside:
            airport.region = town_region(code, beside[0], by_code)
        else:
            name = airport.town or airport.name
            own = None if code in by_code else code
            region = Region(own, name, airport.at, airport.country, "", airport.zone, 0, 0)
            by_code[code if own else f"{code} airport"] = airport.region = region


def town_region(code, town, by_code):
    """The town's region; a town that has none takes the airport's code as its own."""
    if town.region is None:
        own = None if code in by_code else code
        place = (town.name, town.at, town.country, town.admin1, town.zone, town.population, town.geonames)
        region = by_code[code if own else f"{code} airport"] = Region(own, *place)
        region.town = town
        join(town, region)
    return town.region


def fold_airport_towns(towns, airports):
    """A small town beside a scheduled airport belongs to the airport's region: who sleeps there flies from there."""
    scheduled = Near([a for a in airports.values() if a.scheduled], lambda airport: airport.at)
    for town in towns:
        if town.region is None and town.population < AIRPORT_TOWN_PEOPLE:
            for _, airport in scheduled.within(town.at, AIRPORT_TOWN_KM):
                region = airport.region
                near_enough = distance_km(town.at, region.at) <= AIRPORT_TOWN_FROM_CITY_KM
                if near_enough and region.country == town.country and region.population > town.population:
                    join(town, region)
                    break


def number(by_code, towns, airports):
    regions = sorted({r.root() for r in by_code.values()}, key=lambda r: (r.code or "~", r.name, r.at))
    for town in towns:
        if town.region is None:
            place = (town.name, town.at, town.country, town.admin1, town.zone, town.population, town.geonames)
            town.region = Region(None, *place)
            town.region.town = town
    for index, region in enumerate(regions):
        region.number = index
    own = [town for town in towns if town.region.number is None]
    for index, town in enumerate(own):
        town.region.number = len(regions) + index
    for code, airport in sorted(airports.items(), key=lambda item: (-item[1].rank, item[0])):
        airport.region.airports.append(code)
    # An airport that IATA counts to a second city too serves it, though it lies in another region (BWI, Washington).
    for region in regions:
        members = [airports[code] for code in region.members if code in airports]
        members.sort(key=lambda airport: (-airport.rank, airport.code))
        for airport in members:
            if airport.region is not region and airport.scheduled and region.code in airport.cities:
                if distance_km(airport.at, region.at) <= AIRPORT_FROM_CITY_KM:
                    region.airports.append(airport.code)
    return regions


def rows(regions):
    """Codes (its own first), GeoNames id, name, longitude, latitude, country, division, zone, population, page rank
    in thousandths, airports, member towns (differences of numbers of lines in towns.tsv.gz)."""
    for region in regions:
        lon, lat = region.at
        codes = [region.code] + sorted(region.codes - {region.code}) if region.code else []
        place = (f"{lon:.4f}", f"{lat:.4f}", region.country, region.admin1, region.zone)
        size = (region.population, round(region.rank * 1000))
        numbers = sorted(town.number for town in region.towns)
        steps = [b - a for a, b in zip([0, *numbers], numbers)]
        yield (" ".join(codes), region.geonames, region.name, *place, *size, " ".join(region.airports), " ".join(map(str, steps)))


def names(regions):
    """Folded name, regions of that name, regions so called in English, regions with a part of that name; sorted."""
    table = {}
    for region in regions:
        own = {fold(region.name)}
        english = {fold(name) for name in region.english} - own
        parts = {fold(name) for name in region.parts} - own - english
        for column, called in enumerate((own, english, parts)):
            for name in called:
                if is_plain(name):
                    table.setdefault(name, ([], [], []))[column].append(region.number)
    for name, columns in sorted(table.items()):
        yield (name, *(" ".join(map(str, sorted(numbers))) for numbers in columns))
