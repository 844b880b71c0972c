"""borders.tsv.gz: land and coastal waters of each country as polygons, for "which country is this point in".

Country code, then rings: the first is the outside of a polygon, the others its holes. A ring is longitude and latitude
of its first corner and then differences, in 1/10,000 degree. Polygons end at the antimeridian and do not cross it.
"""

from recipe.files import read_json, write_tsv

# Reserved codes and places without one, as the countries that other parts of these data use.
COUNTRY = {"AC": "SH", "TA": "SH", "CP": "FR", "CQ": "GG", "DG": "IO", "EA": "ES", "FX": "FR", "IC": "ES"}
NAMED = {"Northern Cyprus": "CY"}


def build(packages, out):
    rows = []
    for feature in read_json(packages / "country-coder/src/data/borders.json")["features"]:
        properties, geometry = feature["properties"], feature["geometry"]
        if geometry is None:
            continue
        code = properties.get("iso1A2") or properties.get("country") or NAMED.get(properties["nameEn"])
        if code is None:
            continue  # Bir Tawil: nobody's
        for polygon in geometry["coordinates"]:
            rows.append([COUNTRY.get(code, code), *map(ring, polygon)])
    write_tsv(out / "borders.tsv.gz", sorted(rows))


def ring(corners):
    points = [(round(lon * 10_000), round(lat * 10_000)) for lon, lat in corners]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in zip([(0, 0), *points], points)]
    return " ".join(f"{x} {y}" for x, y in steps)
