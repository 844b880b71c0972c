"""Reading and writing of the recipes: everything deterministic, so that the same packages give the same bytes."""

import csv
import gzip
import io
import json


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def read_csv(path, delimiter=","):
    with path.open(encoding="utf-8", newline="") as file:
        quoting = csv.QUOTE_NONE if delimiter == "^" else csv.QUOTE_MINIMAL
        return list(csv.DictReader(file, delimiter=delimiter, quoting=quoting))


def write_tsv(path, rows):
    """Writes rows without a header; a path ending in .gz is compressed, without name and time in its head."""
    text = "".join("\t".join(clean(cell) for cell in row) + "\n" for row in rows)
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path, data):
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as file:
            file.write(data)
        data = buffer.getvalue()
    path.write_bytes(data)
    print(f"  {path.name}: {len(data):,} bytes")


def clean(cell):
    return "" if cell is None else " ".join(str(cell).split())
