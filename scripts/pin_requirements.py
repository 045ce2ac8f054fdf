"""Rewrite the pinned requirement files from what is installed in .venv.

Each file has two parts: the packages we chose, written by hand, and below the
line NEEDED everything that those bring along, written by this script. A package
already pinned in an earlier file is not repeated in a later one.

    .venv/bin/python scripts/pin_requirements.py            rewrite
    .venv/bin/python scripts/pin_requirements.py --check    fail when a file would change
"""

import re
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FILES = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")
NEEDED = "# --- needed by the packages above (written by scripts/pin_requirements.py) ---"
ROOT = Path(__file__).resolve().parent.parent


def pinned(dist: Distribution, extras: set[str] | None = None) -> str:
    """The line of one package: name, extras and exact version."""
    chosen = f"[{','.join(sorted(extras))}]" if extras else ""
    return f"{dist.name}{chosen}=={dist.version}"


def children(requirement: Requirement) -> list[Requirement]:
    """What one installed package asks for on this platform, with the extras chosen."""
    found = []
    for text in distribution(requirement.name).requires or []:
        child = Requirement(text)
        wanted = requirement.extras or {""}
        if child.marker is None or any(child.marker.evaluate({"extra": extra}) for extra in wanted):
            found.append(child)
    return found


def closure(roots: list[Requirement]) -> set[str]:
    """Names of everything that the roots bring along, themselves included."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = list(roots)
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key not in seen:
            seen.add(key)
            waiting.extend(children(requirement))
    return {name for name, _ in seen}


def rewritten(text: str, already: set[str]) -> str:
    """The file's text with fresh versions; `already` grows by what it pins."""
    by_hand = text.split(NEEDED, maxsplit=1)[0].rstrip().splitlines()
    roots, lines = [], []
    for line in by_hand:
        if not re.match(r"[A-Za-z]", line):
            lines.append(line)
            continue
        requirement = Requirement(line)
        roots.append(requirement)
        lines.append(pinned(distribution(requirement.name), requirement.extras))
    own = {canonicalize_name(root.name) for root in roots}
    brought = sorted(closure(roots) - own - already)
    already |= own | set(brought)
    return "\n".join([*lines, "", NEEDED, *(pinned(distribution(name)) for name in brought)]) + "\n"


def main() -> int:
    """Rewrite the files, or say which are out of date."""
    check = "--check" in sys.argv
    already: set[str] = set()
    stale = []
    for name in FILES:
        path = ROOT / name
        before = path.read_text(encoding="utf-8")
        after = rewritten(before, already)
        if before != after:
            stale.append(name)
            if not check:
                path.write_text(after, encoding="utf-8")
    if stale:
        print(("out of date: " if check else "rewritten: ") + ", ".join(stale))
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
