"""Takes an uploaded spreadsheet and gives its rows, or the reason why it cannot.

What is cheap is checked first (size, name against content, directory of the archive); then a child
process with little memory and time reads it. Nothing of the file is written, run or fetched.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO, Any

import orjson

from portal.core.errors import RuleBroken
from portal.desk.rules import Cell

CHILD = Path(__file__).with_name("sheet_child.py")
FORMATS = ("xlsx", "xls", "ods", "csv")
MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_RATIO = 200
RATIO_COUNTS_FROM = 10 * 1024 * 1024
WAIT_SECONDS = 40
MAX_OUTPUT = 96 * 1024 * 1024
LOOKED_AT = 4096
_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


Part = tuple[list[int], list[list[Cell]]]
"""Some rows: their numbers, and their columns, all as long as the numbers."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet that are not empty, each with its number as the person sees it, as they are read.

    `parts` can be gone through once, some thousand rows at a time, and raises what read_sheet() raises.
    """

    name: str
    names: list[str]
    parts: Iterator[Part]

    @property
    def others(self) -> int:
        """How many other sheets there are to see."""
        return max(0, len(self.names) - 1)


@contextmanager
def read_sheet(
    file_name: str, content: bytes, *, sheet: str = "", meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Sheet]:
    """Read the first visible sheet that has anything in it, or the visible one of this name, for as long as asked.

    `meanwhile` is done while the child opens the file. At most 20 MiB, 200 MiB unpacked, 200,000 rows of 200 columns.
    Raises RuleBroken with field `file` and a `desk.…` code that says what is wrong with the file and what to do about
    it.
    """
    extension = Path(file_name).suffix.lower().removeprefix(".")
    if extension not in FORMATS:
        raise RuleBroken("desk.format", field="file", found=extension or "?")
    if not content:
        raise RuleBroken("desk.empty_file", field="file")
    if len(content) > MAX_BYTES:
        raise RuleBroken("desk.too_big", field="file", megabytes=MAX_BYTES // 1024 // 1024)
    found = _format_of(content)
    if found == "csv" != extension and _NO_TEXT.search(content[:LOOKED_AT]) and not content.startswith(_UTF16):
        raise RuleBroken("desk.unreadable", field="file")  # it is nothing at all, not a text under another name
    if found != extension:
        raise RuleBroken("desk.wrong_extension", field="file", claimed=extension, found=found)
    with _child(extension, content, sheet) as output:
        meanwhile()
        lines = _lines(output)
        facts = _next(lines)
        yield Sheet(facts["sheet"], facts["sheets"], _parts(lines))


def _format_of(content: bytes) -> str:
    """Say what the content is, whatever its name says; raise for what is no table at all."""
    if content.startswith(b"PK\x03\x04"):
        return _format_of_archive(content)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise RuleBroken("desk.password", field="file")
        return "xls"
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"%pdf", b"{\\rtf")):
        raise RuleBroken("desk.not_a_table", field="file")
    return "csv"


def _format_of_archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise RuleBroken("desk.unreadable", field="file") from error
    unpacked = sum(entry.file_size for entry in entries)
    ratio = unpacked / max(1, sum(entry.compress_size for entry in entries))
    crowded = len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED
    if crowded or (ratio > MAX_RATIO and unpacked > RATIO_COUNTS_FROM):
        raise RuleBroken("desk.too_big_inside", field="file")
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        if any(entry.flag_bits & 1 for entry in entries):
            raise RuleBroken("desk.password", field="file")
        return "ods"
    raise RuleBroken("desk.not_a_table", field="file")


@contextmanager
def _child(extension: str, content: bytes, sheet: str) -> Iterator[IO[bytes]]:
    """Let the child read, and give what it says while it goes on."""
    command = [sys.executable, "-I", "-B", str(CHILD), extension, sheet.replace("\0", "")]
    with tempfile.TemporaryFile() as given:
        given.write(content)
        given.seek(0)
        child = subprocess.Popen(  # noqa: S603 - our own script, no shell, a checked word as argument
            command,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONIOENCODING": "utf-8"},
        )
        timer = Timer(WAIT_SECONDS, child.kill)
        timer.start()
        try:
            yield child.stdout or io.BytesIO()
        finally:
            timer.cancel()
            child.kill()
            child.communicate()


def _lines(output: IO[bytes]) -> Iterator[Any]:
    """Give what the child says; never more than MAX_OUTPUT bytes of it."""
    left = MAX_OUTPUT
    while line := output.readline(left):
        left -= len(line)
        if not line.endswith(b"\n"):
            return
        yield orjson.loads(line)


def _next(lines: Iterator[Any]) -> Any:
    """Give what the child says next; it has more to say until it was killed by its limits or by ours."""
    said = next(lines, None)
    if said is None:
        raise RuleBroken("desk.too_big_inside", field="file")
    if isinstance(said, dict) and "refused" in said:
        raise RuleBroken(said["refused"], field="file")
    return said


def _parts(lines: Iterator[Any]) -> Iterator[Part]:
    while "columns" in (said := _next(lines)):
        yield said["numbers"], said["columns"]
