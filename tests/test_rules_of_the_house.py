"""The rules that a machine reads are alive: each finds a file that breaks it, put where it looks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import test_architecture as house

BREACHES: tuple[tuple[Callable[[], None], str, str], ...] = (
    (house.test_only_three_files_commit_or_roll_back, "portal/desk/views/breach.py", "db.session.commit()"),
    (house.test_features_use_no_raw_sql_and_no_identity_map, "portal/desk/queries/breach.py", "text('SELECT 1')"),
    (house.test_features_use_no_raw_sql_and_no_identity_map, "portal/desk/queries/breach.py", "db.session.get(Job, 1)"),
    (house.test_features_use_no_raw_sql_and_no_identity_map, "portal/desk/queries/breach.py", "x = Job.__table__"),
    (house.test_only_the_clock_reads_the_clock, "portal/desk/rules/breach.py", "datetime.now()"),
    (house.test_no_binary_fractions_in_rules, "portal/estates/rules/breach.py", "float('0.1')"),
    (house.test_every_command_of_a_module_records_an_event, "portal/desk/commands/breach.py", "def silent(): pass"),
    (house.test_files_and_templates_keep_their_size, "portal/desk/breach.py", "x = 1\n" * 401),
    (house.test_every_exception_to_a_check_says_why, "portal/desk/rules/breach.py", "x = 1  # noqa: S101"),
    (house.test_no_template_marks_text_as_safe_or_carries_script_and_style, "templates/breach.html", "{{ x|safe }}"),
    (
        house.test_no_template_marks_text_as_safe_or_carries_script_and_style,
        "templates/breach.html",
        "<script>x</script>",
    ),
)
FOUND_BY_RUFF = (
    ("S602", "portal/web/x.py", "import subprocess\nsubprocess.run(given, shell=True)"),
    ("S307", "portal/web/x.py", "eval(given)"),
    ("S301", "portal/web/x.py", "import pickle\npickle.loads(given)"),
    ("S704", "portal/web/x.py", "from markupsafe import Markup\nMarkup(given)"),
    ("S324", "portal/web/x.py", "import hashlib\nhashlib.md5(given)"),
    ("S311", "portal/web/x.py", "import random\nrandom.random()"),
    ("S501", "portal/web/x.py", "import requests\nrequests.get(given, verify=False)"),
    ("TID251", "portal/desk/x.py", "from sqlalchemy import text"),
    ("TID251", "portal/desk/x.py", "import datetime\ndatetime.datetime.now()"),
)
ROOT = Path(house.__file__).parents[1]


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    """Give a house of the few files that may do what no other may."""
    for name in (*house.MAY_COMMIT, "core/clock.py"):
        target = tmp_path / "portal" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(house.PORTAL / name, target)
    return tmp_path


@pytest.mark.parametrize(("rule", "path", "code"), BREACHES, ids=lambda each: getattr(each, "__name__", None) or "")
def test_a_breach_is_seen(
    rule: Callable[[], None], path: str, code: str, small_house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "PORTAL", small_house / "portal")
    rule()
    target = small_house / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(code, encoding="utf-8")
    with pytest.raises(AssertionError, match="breach"):
        rule()


def test_what_the_linter_forbids_is_seen(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for number, (_code, path, lines) in enumerate(FOUND_BY_RUFF):
        target = (tmp_path / path).with_name(f"breach{number}.py")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(lines + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise", "."],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    seen = {
        (code, Path(path).name) for path, code in re.findall(r"^(.+?):\d+:\d+: ([A-Z]+\d+)", done.stdout, re.MULTILINE)
    }
    missed = [
        (code, lines)
        for number, (code, _path, lines) in enumerate(FOUND_BY_RUFF)
        if (code, f"breach{number}.py") not in seen
    ]
    assert missed == []
