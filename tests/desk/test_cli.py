"""The desk from the terminal."""

import json

import pytest
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.desk.models import ImportBatch
from portal.registers.models import PartyMember
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.desk.makers import ROSTERS
from tests.makers import HERE_CODE, make_grant, make_user
from tests.registers.makers import make_branches


def run(portal: Portal, *more: str, code: int = 0) -> dict[str, object]:
    runner = portal.app.test_cli_runner()
    path = str(ROSTERS / "roster.ods")
    result = runner.invoke(args=["desk", "import", path, "--tenant", HERE_CODE, "--as", "shegong", "--json", *more])
    assert result.exit_code == code, result.output
    return dict(json.loads(result.output)) if code == 0 else {}


def count(portal: Portal, model: type) -> int:
    db.session.remove()
    with reading(scope_of(portal.here)):
        return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def test_a_file_is_judged_and_only_written_when_asked(portal: Portal) -> None:
    with portal.inside():
        make_branches()
    clerk = make_user("演示社工", user_name="shegong")
    run(portal, code=1)
    make_grant(clerk.id, portal.here, Role.COMMUNITY_CLERK)
    looked = run(portal)
    assert (looked["new"], looked["refused"], looked["is_applied"]) == (463, 37, False)
    assert (count(portal, PartyMember), count(portal, ImportBatch)) == (0, 0)
    expected = json.loads((ROSTERS / "expected.json").read_text(encoding="utf-8"))["wrong"]
    rows = looked["refused_rows"]
    assert isinstance(rows, list)
    assert {line["row"] for line in rows} == {line["row"] for line in expected}
    assert all(line["reason"] and line["column"] for line in rows)

    written = run(portal, "--apply")
    assert (written["new"], written["refused"], written["is_applied"]) == (463, 37, True)
    assert count(portal, PartyMember) == 463
    again = run(portal, "--apply")
    assert (again["new"], again["same"], count(portal, PartyMember)) == (0, 463, 463)


@pytest.mark.parametrize("wrong", [["--kind", "unknown"], ["--tenant", "999999999999"], ["--as", "nobody"]])
def test_what_is_not_known_is_said(portal: Portal, wrong: list[str]) -> None:
    run(portal, *wrong, code=1)
