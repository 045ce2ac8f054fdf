"""Looks for known texts in whatever the portal leaves behind: files, dumps, logs, addresses, pages.

A text counts as found plain (UTF-8), in UTF-16 of both orders, in hexadecimal digits, and in Base64 at each of its
three positions; workbooks are opened first.
"""

import base64
import io
import zipfile
from collections.abc import Iterable, Mapping

import psycopg
from psycopg import sql

NESTED = (b"PK\x03\x04",)


def disguises(text: str) -> dict[str, bytes]:
    """Give the bytes to look for, by the name of their encoding."""
    plain = text.encode()
    found = {
        "plain": plain,
        "UTF-16 LE": text.encode("utf-16-le"),
        "UTF-16 BE": text.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "hex of UTF-16": text.encode("utf-16-le").hex().encode(),
    }
    for shift in range(3):
        # Characters at either end also depend on what stands before and after: those are left out.
        whole = base64.b64encode(b"\0" * shift + plain)
        first, last = (shift * 8 + 5) // 6, (shift + len(plain)) * 8 // 6
        found[f"Base64 +{shift}"] = whole[first:last]
    return found


class Grep:
    """Known texts, and how often each place was found to hold one of them."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self.needles = [(name, way, bytes_) for name, text in known.items() for way, bytes_ in disguises(text).items()]
        self.looked: dict[str, list[int]] = {}
        self.hits: list[str] = []

    def look(self, place: str, content: bytes | str, where: str = "") -> list[str]:
        """Search one thing of a kind of place; gives and keeps what was found."""
        data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        found = [
            f"{place} {where}: {name} ({way})" for part in opened(data) for name, way, n in self.needles if n in part
        ]
        counts = self.looked.setdefault(place, [0, 0, 0])
        counts[0], counts[1], counts[2] = counts[0] + 1, counts[1] + len(data), counts[2] + len(found)
        self.hits += found
        return found

    def table(self) -> str:
        """Give the counts as a table."""
        lines = [f"{'looked at':<34}{'things':>8}{'bytes':>14}{'hits':>6}"]
        for place, (things, size, hits) in self.looked.items():
            lines.append(f"{place:<34}{things:>8}{size:>14,}{hits:>6}")
        ways = len({way for _, way, _ in self.needles})
        return "\n".join([*lines, f"{len({name for name, _, _ in self.needles})} texts, each in {ways} encodings"])


def opened(data: bytes) -> Iterable[bytes]:
    """Give the bytes themselves and, where they are a workbook or another zip, everything inside."""
    yield data
    if data[:4] in NESTED:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield archive.read(name)


def every_table(connection: psycopg.Connection) -> Iterable[tuple[str, bytes]]:
    """Give each table of a PostgreSQL database as COPY writes it, which is what pg_dump writes, too."""
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in rows.fetchall():
        with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
            yield table, b"".join(bytes(piece) for piece in copy)
