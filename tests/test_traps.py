"""The page of traps names tests that there are."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)?(?:::(\w+))?`")


def test_each_test_that_the_page_of_traps_names_is_there() -> None:
    missing, file, named = [], "", 0
    for path, test in NAMED.findall((ROOT / "docs" / "traps.md").read_text(encoding="utf-8")):
        file = path or file
        if not (path or test):
            continue
        named += 1
        found = ROOT / file
        tree = ast.parse(found.read_text(encoding="utf-8")) if found.is_file() else ast.Module([], [])
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if not names or (test and test not in names):
            missing.append(f"{file}::{test}")
    assert missing == []
    assert named > 40
