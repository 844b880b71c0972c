"""zones.tsv: every other spelling of a time zone, from Unicode CLDR.

Three columns: spelling, territory (ISO alpha-2; empty for all), IANA name. Windows names have a row for each territory;
legacy aliases (Asia/Calcutta) have one row. Names that the tz database itself prefers are not listed.
"""

from recipe.files import read_json, write_tsv

# Not in the tz database, yet printed by booking systems (T34). POSIX signs: Etc/GMT+12 is twelve hours *behind* UTC.
OWN = [("GMT-1200", "", "Etc/GMT+12"), ("UTC", "", "UTC"), ("Etc/UTC", "", "UTC")]


def build(packages, out):
    rows = {(name.lower(), territory): (name, territory, iana) for name, territory, iana in OWN}
    preferred = {}
    zones = read_json(packages / "cldr-bcp47/bcp47/timezone.json")["keyword"]["u"]["tz"]
    for key, zone in zones.items():
        if key.startswith("_") or zone.get("_deprecated"):
            continue
        names = zone["_alias"].split()
        if "Etc/Unknown" in names:
            continue
        iana = zone.get("_iana", names[0])
        if iana == "Etc/UTC":
            iana = "UTC"
        for name in names:
            preferred[name] = iana
            if name != iana:
                rows.setdefault((name.lower(), ""), (name, "", iana))
    windows = read_json(packages / "cldr-core/supplemental/windowsZones.json")["supplemental"]["windowsZones"]
    for entry in windows["mapTimezones"]:
        zone = entry["mapZone"]
        territory = "" if zone["_territory"] == "001" else zone["_territory"]
        iana = zone["_type"].split()[0]
        if territory == "ZZ":
            continue
        rows.setdefault((zone["_other"].lower(), territory), (zone["_other"], territory, preferred.get(iana, iana)))
    write_tsv(out / "zones.tsv", [rows[key] for key in sorted(rows)])
