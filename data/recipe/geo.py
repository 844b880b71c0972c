"""Distances and neighbours on the sphere."""

from math import asin, cos, floor, radians, sin, sqrt


def distance_km(a, b):
    """Great circle between two (lon, lat) in degrees."""
    (lon1, lat1), (lon2, lat2) = a, b
    h = sin(radians(lat2 - lat1) / 2) ** 2
    h += cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    return 12742.0176 * asin(min(1.0, sqrt(h)))


class Near:
    """Things with a position, in cells of one degree."""

    def __init__(self, things, at):
        self.at = at
        self.cells = {}
        for thing in things:
            lon, lat = at(thing)
            self.cells.setdefault((floor(lon) % 360, floor(lat)), []).append(thing)

    def within(self, point, km):
        """(distance, thing) of all things within `km` of `point`, nearest first."""
        lon, lat = point
        rows = int(km / 111) + 1
        # Towards the poles a degree of longitude is short; beyond 85° every column is looked at.
        shrink = cos(radians(min(89.0, abs(lat) + rows)))
        columns = 180 if abs(lat) + rows > 85 else min(180, int(km / (111 * shrink)) + 1)
        found = []
        for x in {(floor(lon) + dx) % 360 for dx in range(-columns, columns + 1)}:
            for y in range(floor(lat) - rows, floor(lat) + rows + 1):
                for thing in self.cells.get((x, y), ()):
                    distance = distance_km(point, self.at(thing))
                    if distance <= km:
                        found.append((distance, thing))
        found.sort(key=lambda pair: pair[0])
        return found
