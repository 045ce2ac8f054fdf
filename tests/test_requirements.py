"""Whatever the code imports is pinned, and what is installed is what is pinned."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"portal", "tests", "scripts", "bench", "migrations", "wsgi"}


def pins(*names: str) -> dict[str, str]:
    """Distribution → version of the requirement files."""
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)
    found = re.findall(r"(?m)^([\w.-]+)(?:\[[\w,]+\])?==(\S+)$", text)
    return {re.sub(r"[-_.]+", "-", name).lower(): number for name, number in found}


def imported(*places: str) -> Iterator[tuple[str, str]]:
    """Every top-level package that the files import, with the file."""
    for place in places:
        path = ROOT / place
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((name.name.partition(".")[0], str(file)) for name in node.names)
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    yield (node.module or "").partition(".")[0], str(file)


@pytest.mark.parametrize(
    ("places", "files"),
    [
        pytest.param(("portal", "wsgi.py", "gunicorn.conf.py", "migrations"), ("requirements.txt",), id="run time"),
        pytest.param(("tests", "scripts"), ("requirements.txt", "requirements-dev.txt"), id="tests"),
    ],
)
def test_every_import_is_pinned(places: tuple[str, ...], files: tuple[str, ...]) -> None:
    pinned, owners = pins(*files), packages_distributions()
    missing = set()
    for package, file in imported(*places):
        if package in OURS or package in sys.stdlib_module_names:
            continue
        names = {re.sub(r"[-_.]+", "-", name).lower() for name in owners.get(package, [package])}
        if not names & pinned.keys():
            missing.add(f"{package} in {file}")
    assert missing == set()


def test_what_is_installed_is_what_is_pinned() -> None:
    pinned = pins("requirements.txt", "requirements-dev.txt")
    assert len(pinned) > 50
    assert {name: version(name) for name in pinned} == pinned
