"""Borders of states and provinces, and lines in dispute, from the GeoPackage of Natural Earth in Debian's qgis-common.

The package has polygons; what is drawn are lines. A segment is such a line if two provinces of one country share it:
then it is neither coast nor national border.
"""

import sqlite3
import struct

# Countries whose provinces are worth a line on a map of the world; those of others appear farther in.
FIRST = {"US", "CA", "AU", "BR", "RU", "CN", "IN", "MX", "AR", "ID", "KZ"}
ZOOMS = {1: 2, 2: 4}


def layers(gpkg):
    database = sqlite3.connect(f"file:{gpkg}?mode=ro", uri=True)
    owners = {}
    for iso, admin, blob in database.execute("select iso_a2, admin, geom from states_provinces order by fid"):
        for ring in rings(blob):
            for a, b in zip(ring, ring[1:]):
                if a != b:
                    owners.setdefault((min(a, b), max(a, b)), []).append((admin, iso))
    inner = {1: [], 2: []}
    for segment, pair in owners.items():
        if len(pair) == 2 and pair[0][0] == pair[1][0]:
            inner[1 if pair[0][1] in FIRST else 2].append(segment)
    admin1 = []
    for rank, segments in inner.items():
        admin1.append(feature({"r": rank}, join(segments)) | {"tippecanoe": {"minzoom": ZOOMS[rank]}})
    disputed = []
    for name, left, right, blob in database.execute(
        "select name, adm0_a3_l, adm0_a3_r, geom from disputed_borders order by fid"
    ):
        disputed.append(feature({"name": name, "left": left, "right": right}, lines(blob)))
    return admin1, disputed


def feature(properties, coordinates):
    geometry = {"type": "MultiLineString", "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def join(segments):
    """Chains segments into lines that run from one junction or end to the next."""
    neighbours = {}
    for a, b in segments:
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)
    left = {tuple(sorted(segment)) for segment in segments}
    chains = []
    # From junctions and ends first; what is left over then are closed rings.
    for start in sorted(neighbours, key=lambda point: (len(neighbours[point]) == 2, point)):
        for following in sorted(neighbours[start]):
            if tuple(sorted((start, following))) not in left:
                continue
            chain = [start]
            point = following
            while True:
                left.discard(tuple(sorted((chain[-1], point))))
                chain.append(point)
                onward = [n for n in neighbours[point] if tuple(sorted((point, n))) in left]
                if len(neighbours[point]) != 2 or not onward:
                    break
                point = onward[0]
            chains.append(chain)
    return chains


def rings(blob):
    return [ring for polygon in parse(blob) for ring in polygon]


def lines(blob):
    return parse(blob)


def parse(blob):
    """GeoPackage's header, then well-known binary: lines as lists of points, polygons as lists of rings."""
    envelope = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[(blob[3] >> 1) & 7]
    parts, _ = wkb(blob, 8 + envelope)
    return parts


def wkb(blob, at):
    order = "<" if blob[at] == 1 else ">"
    kind, count = struct.unpack_from(order + "II", blob, at + 1)
    at += 9
    if kind % 1000 == 2:  # LineString
        line, at = points(blob, at, order, count)
        return [line], at
    if kind % 1000 == 3:  # Polygon
        polygon = []
        for _ in range(count):
            (size,) = struct.unpack_from(order + "I", blob, at)
            ring, at = points(blob, at + 4, order, size)
            polygon.append(ring)
        return [polygon], at
    parts = []  # the multiple kinds
    for _ in range(count):
        more, at = wkb(blob, at)
        parts += more
    return parts, at


def points(blob, at, order, count):
    numbers = struct.unpack_from(f"{order}{2 * count}d", blob, at)
    pairs = zip(numbers[::2], numbers[1::2])
    return [(round(x, 5), round(y, 5)) for x, y in pairs], at + 16 * count
