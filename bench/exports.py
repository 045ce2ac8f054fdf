"""`make bench-exports`: a roster out of the register, against writing bare rows that lie in memory already.

`bare` hands 100,000 rows of 14 texts to rustpy-xlsxwriter, the fastest well-kept writer, without a format, a database,
a mask or a file to put away; XlsxWriter does the same to compare. `masked` and `in clear` are the portal's way: asked
for with a reason, read from the register, three sealed fields of each member opened and masked or not, written with
title, watermark and borders, sealed and put away, in the transactions in which the portal does it. Each run is a
process of its own; they take turns, and a ratio is the median over the rounds of the quotient within one.
"""

import argparse
import gc
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import create_engine

from bench.data import FAMILY, GIVEN, MASTER_KEY, Database, settle
from portal.accounts.actor import Actor
from portal.accounts.commands import create_user
from portal.accounts.roles import Role
from portal.app import create_app
from portal.core import clock
from portal.core.db import db
from portal.core.ids import new_id
from portal.core.settings import Settings
from portal.desk.commands.exports import start_export
from portal.desk.exports import get_form
from portal.desk.queries.exports import get_order
from portal.jobs.pieces import do_piece
from portal.registers.columns import member_columns
from portal.registers.models import PartyMember
from portal.registers.rules import ManagementClass, MemberStatus, MemberType, PartyDate
from portal.tenancy.levels import PLATFORM_ID, Level, tenant_id_for
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NOTHING, bulk_insert, scope_of, transaction
from tests.registers.makers import make_branches, make_facts, make_id_number
from tests.support.postgres import PostgresServer, running_postgres

ROWS, ROUNDS, PIECE = 100_000, 5, 5_000
CODE = "520303010001"
GOAL_RATE, GOAL_MIB = 1 / 2, 400


def main() -> None:
    """Measure and print; a process started by this one does its part."""
    options = argparse.ArgumentParser(prog="python -m bench.exports", description=__doc__)
    options.add_argument("--engine", choices=("postgresql", "sqlite"), help="only this one")
    options.add_argument("--rows", type=int, default=ROWS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--part", choices=tuple(PARTS), help=argparse.SUPPRESS)
    options.add_argument("--given", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.part:
        print(json.dumps(PARTS[chosen.part](json.loads(chosen.given))))
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-bench-")))
        if chosen.engine != "sqlite":
            compare(_postgresql(folder, stack.enter_context(running_postgres()), chosen.rows), chosen)
        if chosen.engine != "postgresql":
            url = f"sqlite:///{folder / 'bench.sqlite'}"
            compare(_prepared(Database("sqlite", url, url, url, folder), chosen.rows), chosen)


def _postgresql(folder: Path, server: PostgresServer, rows: int) -> Database:
    server.create_template("linli_bench", lambda _url: None)
    app, owner, admin = (server.url(role, "linli_bench") for role in ("linli_app", "linli_owner", server.superuser))
    return _prepared(Database("postgresql", app, owner, admin, folder), rows)


def _prepared(database: Database, rows: int) -> Database:
    """Make the tables and one community with so many members, entered in no order."""
    app = create_app(database.settings())
    with app.app_context():
        upgrade()
        with transaction(NOTHING):
            _make_community()
            create_user(
                user_name="bench", name="周书记", mobile=None, password="invented-4711-words", must_change=False,
                now=clock.now(),
            )  # fmt: skip
        scope = scope_of(tenant_id_for(CODE, Level.COMMUNITY))
        with transaction(scope):
            branches = [branch.id for branch in make_branches()]
        dice = random.Random(1)
        for start in range(0, rows, PIECE):
            with transaction(scope):
                bulk_insert(PartyMember, [_member(start + n, branches, dice) for n in range(min(PIECE, rows - start))])
        db.session.remove()
        db.engine.dispose()
    settle(create_engine(database.admin_url))
    return database


def _make_community() -> None:
    district = Tenant(id=tenant_id_for("520303", Level.DISTRICT), code="520303", name="汇川区")
    district.level, district.parent_id = Level.DISTRICT, PLATFORM_ID
    db.session.add(district)
    db.session.flush()
    tenant = Tenant(id=tenant_id_for(CODE, Level.COMMUNITY), code=CODE, name="贵阳路社区")
    tenant.level, tenant.parent_id = Level.COMMUNITY, district.id
    db.session.add(tenant)


def _member(serial: int, branches: list[Any], dice: random.Random) -> dict[str, Any]:
    number = make_id_number(serial, date(1941 + serial % 7, 3, 1))
    joined = date(1980, 1, 1) + timedelta(days=dice.randrange(14_000))
    facts = make_facts(
        dice.choice(branches),
        id_number=number,
        full_name=dice.choice(FAMILY) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2)))),
        member_type=MemberType.FULL,
        joined=PartyDate(joined),
        full=PartyDate(joined + timedelta(days=366)),
        education_code=dice.choice(("21", "31", "61", "71", None)),
        management_class=dice.choice((*ManagementClass, None)),
        mobile=f"1{dice.randrange(30, 99)}{serial:08d}",
        work_unit=f"演示单位{dice.randrange(500)}",
        address=f"演示路{dice.randrange(999)}号{dice.randrange(40)}栋{dice.randrange(3000)}室",
    )
    member_id, now = new_id(), clock.now()
    columns = member_columns(member_id, facts)
    return {"id": member_id, **columns, "status": MemberStatus.NORMAL, "created_at": now, "updated_at": now}


def compare(database: Database, chosen: argparse.Namespace) -> None:
    """Let them take turns and print what they needed."""
    seen: dict[str, list[dict[str, Any]]] = {part: [] for part in PARTS}
    for turn in range(chosen.rounds):
        for part, runs in seen.items():
            if part != "xlsxwriter" or turn == 0:
                runs.append(_run(part, database, chosen.rows))
                print(f"{database.engine} {part}: {json.dumps(runs[-1])}", flush=True)
    bare = [run["seconds"] for run in seen["bare"]]
    print(f"{database.engine}: bare {median(bare):.2f} s = {chosen.rows / median(bare):,.0f} rows/s", flush=True)
    for part in ("masked", "in_clear"):
        mine = [run["seconds"] for run in seen[part]]
        ratio = median(first / second for first, second in zip(bare, mine, strict=True))
        peak = max(run["peak_mib"] for run in seen[part])
        print(
            f"{database.engine}: portal, {part} {median(mine):.2f} s = {chosen.rows / median(mine):,.0f} rows/s, "
            f"{ratio:.2f} of bare (goal {GOAL_RATE:.2f}); peak {peak:.0f} MiB (goal under {GOAL_MIB})",
            flush=True,
        )


def _run(part: str, database: Database, rows: int) -> dict[str, Any]:
    given = {"app": database.app_url, "folder": str(database.folder), "rows": rows}
    done = subprocess.run(
        [sys.executable, "-m", "bench.exports", "--part", part, "--given", json.dumps(given)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


HEADINGS = (
    "姓名", "身份证号", "性别", "民族", "出生日期", "学历", "人员类别", "入党时间", "转正时间", "所在党支部",
    "管理类别", "手机", "工作单位", "家庭住址",
)  # fmt: skip


def _bare_rows(number: int) -> list[list[str]]:
    return [
        [
            f"赵示{n % 5000}", make_id_number(n), "男", "汉族", "1970-01-01", "大学本科毕业", "正式党员", "2005-07-01",
            "2006-07-01", f"演示第{n % 4}党支部", "在职", f"199{n:08d}", f"演示单位{n % 500}", f"演示路{n % 999}号2栋",
        ]
        for n in range(number)
    ]  # fmt: skip


def run_bare(given: dict[str, Any]) -> dict[str, Any]:
    """Write rows that are there already, in the shape that the writer takes."""
    from rustpy_xlsxwriter import write_worksheet

    rows = [dict(zip(HEADINGS, row, strict=True)) for row in _bare_rows(given["rows"])]
    begun, output = time.perf_counter(), io.BytesIO()
    write_worksheet(rows, output, "党员花名册")
    return {"seconds": round(time.perf_counter() - begun, 3), "bytes": len(output.getvalue()), "peak_mib": _peak()}


def run_xlsxwriter(given: dict[str, Any]) -> dict[str, Any]:
    """Write the same with the writer that most people take, row after row out of memory."""
    import xlsxwriter

    rows = _bare_rows(given["rows"])
    begun, output = time.perf_counter(), io.BytesIO()
    with xlsxwriter.Workbook(output, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("党员花名册")
        for number, cells in enumerate((HEADINGS, *rows)):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell)
    return {"seconds": round(time.perf_counter() - begun, 3), "bytes": len(output.getvalue()), "peak_mib": _peak()}


def _portal(given: dict[str, Any], *, in_clear: bool) -> dict[str, Any]:
    """Ask for the roster as a person does and write it as the worker does."""
    url, folder = given["app"], given["folder"]
    app = create_app(Settings(url, url, f"sqlite:///{folder}/jobs.sqlite", "a" * 64, MASTER_KEY, False, False, 0))
    gc.freeze()  # as wsgi.py does
    scope = scope_of(tenant_id_for(CODE, Level.COMMUNITY))
    with app.app_context():
        actor, order_id = _actor(scope.write or 0), new_id()
        begun = time.perf_counter()
        with transaction(scope):
            order = start_export(
                get_form("member-roster"), {}, reason="报街道备案", in_clear=in_clear, order_id=order_id, page="",
                place="贵阳路社区", actor=actor, now=clock.now(),
            )  # fmt: skip
            job_id = order.job_id
        assert job_id is not None
        is_over = False
        while not is_over:
            is_over = do_piece(job_id, actor.tenant_id, now=clock.now())
        seconds = time.perf_counter() - begun
        with transaction(scope):
            rows = get_order(order_id, tenant_id=actor.tenant_id).row_count
    assert rows == given["rows"]
    return {"seconds": round(seconds, 3), "peak_mib": _peak()}


def _actor(tenant_id: int) -> Actor:
    from portal.accounts.queries import find_by_sign_in_name

    with transaction(NOTHING):
        user = find_by_sign_in_name("bench")
        assert user is not None
        role = Role.COMMUNITY_SECRETARY
        return Actor(user.id, user.name, tenant_id, frozenset({role}), acting_as=role)


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


PARTS = {
    "bare": run_bare,
    "masked": lambda given: _portal(given, in_clear=False),
    "in_clear": lambda given: _portal(given, in_clear=True),
    "xlsxwriter": run_xlsxwriter,
}

if __name__ == "__main__":
    main()
