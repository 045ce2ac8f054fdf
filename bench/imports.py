"""`make bench-imports`: a roster through the whole desk, against reading its cells and storing them unchecked.

`bare` reads the file with python-calamine and puts the raw cells into a table without a key, an index or a check: by
COPY on PostgreSQL, by executemany on SQLite. `desk` is the real way: the limited child reads, the rows are kept sealed,
judged, shown, judged again, sealed field by field and entered, in the transactions in which the worker does it.
Each run is a process of its own; they take turns, and a ratio is the median over the rounds of the quotient within one.
"""

import argparse
import gc
import json
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import xlsxwriter
from flask_migrate import upgrade

from bench.data import FAMILY, GIVEN, MASTER_KEY, Database
from portal.accounts.actor import Actor
from portal.accounts.commands import create_user
from portal.accounts.roles import Role
from portal.app import create_app
from portal.core import clock, second_process
from portal.core.db import db
from portal.core.ids import new_id
from portal.core.settings import Settings
from portal.desk import commands, queries
from portal.desk.kinds import get_kind
from portal.desk.rules import Verdict
from portal.jobs.commands import advance_job
from portal.tenancy.levels import PLATFORM_ID, Level, tenant_id_for
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NOTHING, scope_of, transaction
from tests.registers.makers import make_branches, make_id_number
from tests.support.postgres import PostgresServer, running_postgres

ROWS, ROUNDS = 100_000, 3
HEADINGS = (
    "姓名", "身份证号", "性别", "民族", "出生日期", "学历", "人员类别", "入党时间", "转正时间", "所在党支部",
    "管理类别", "手机", "工作单位", "家庭住址",
)  # fmt: skip
GOAL_RATE, GOAL_MIB = 1 / 3, 400


def main() -> None:
    """Measure and print; a process started by this one does its part."""
    options = argparse.ArgumentParser(prog="python -m bench.imports", description=__doc__)
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
        path = folder / "roster.xlsx"
        write_roster(path, chosen.rows)
        print(f"{chosen.rows:,} rows, {len(HEADINGS)} columns, {path.stat().st_size / 2**20:.1f} MiB", flush=True)
        if chosen.engine != "sqlite":
            compare(_postgresql(folder, stack.enter_context(running_postgres()), chosen.rounds), path, chosen.rounds)
        if chosen.engine != "postgresql":
            url = f"sqlite:///{folder / 'bench.sqlite'}"
            compare(_prepared(Database("sqlite", url, url, url, folder), chosen.rounds), path, chosen.rounds)


def write_roster(path: Path, rows: int) -> None:
    """Write a roster of invented people; dates of party life are true dates, as Excel has them."""
    dice = random.Random(1)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet("名单"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADINGS)
        for serial in range(rows):
            for place, cell in enumerate(_roster_row(serial, dice)):
                if isinstance(cell, date):
                    sheet.write_datetime(serial + 1, place, cell, day)
                elif cell:
                    sheet.write_string(serial + 1, place, cell)


def _roster_row(serial: int, dice: random.Random) -> list[str | date]:
    number = make_id_number(serial, date(1941 + serial % 7, 3, 1))
    joined = date(1980, 1, 1) + timedelta(days=dice.randrange(14_000))
    joined = max(joined, date(int(number[6:10]) + 19, 1, 1))
    return [
        dice.choice(FAMILY) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2)))),
        number,
        "男" if int(number[16]) % 2 else "女",
        dice.choice(("汉族", "汉", "苗族", "布依族", "土家族")),
        f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
        dice.choice(("本科", "大专", "高中", "初中", "中专")),
        "正式党员",
        joined,
        joined + timedelta(days=366),
        f"演示第{dice.choice('一二三四')}党支部",
        dice.choice(("在职", "离退休", "弱势", "流动", "")),
        f"1{dice.randrange(30, 99)}{serial:08d}",
        f"演示单位{dice.randrange(500)}",
        f"演示路{dice.randrange(999)}号{dice.randrange(40)}栋{dice.randrange(3000)}室",
    ]


def _postgresql(folder: Path, server: PostgresServer, rounds: int) -> Database:
    server.create_template("linli_bench", lambda _url: None)
    app, owner, admin = (server.url(role, "linli_bench") for role in ("linli_app", "linli_owner", server.superuser))
    return _prepared(Database("postgresql", app, owner, admin, folder), rounds)


def _prepared(database: Database, rounds: int) -> Database:
    """Make the tables, and a community with its branches for each round and one to warm up."""
    app = create_app(database.settings())
    with app.app_context():
        upgrade()
        with transaction(NOTHING):
            district = Tenant(id=tenant_id_for("520303", Level.DISTRICT), code="520303", name="汇川区")
            district.level, district.parent_id = Level.DISTRICT, PLATFORM_ID
            db.session.add(district)
            db.session.flush()
            for place in range(rounds):
                code = _code(place)
                tenant = Tenant(id=tenant_id_for(code, Level.COMMUNITY), code=code, name="贵阳路社区")
                tenant.level, tenant.parent_id = Level.COMMUNITY, district.id
                db.session.add(tenant)
            create_user(
                user_name="bench",
                name="周书记",
                mobile=None,
                password="invented-4711-words",
                must_change=False,
                now=clock.now(),
            )
        for place in range(rounds):
            with transaction(scope_of(tenant_id_for(_code(place), Level.COMMUNITY))):
                make_branches()
        db.session.remove()
        db.engine.dispose()
    return database


def _code(place: int) -> str:
    return f"520303010{place + 1:03}"


def compare(database: Database, path: Path, rounds: int) -> None:
    """Let both take turns and print what they needed."""
    seen: dict[str, list[dict[str, Any]]] = {"bare": [], "desk": []}
    for place in range(rounds):
        for part, runs in seen.items():
            runs.append(_run(part, database, path, place))
            print(f"{database.engine} {part}: {json.dumps(runs[-1])}", flush=True)
    rows = seen["desk"][0]["rows"]
    bare, desk = ([run["seconds"] for run in seen[part]] for part in ("bare", "desk"))
    ratio = median(first / second for first, second in zip(bare, desk, strict=True))
    peak = max(run["peak_mib"] for run in seen["desk"])
    print(
        f"{database.engine}: bare {median(bare):.2f} s = {rows / median(bare):,.0f} rows/s, "
        f"desk {median(desk):.2f} s = {rows / median(desk):,.0f} rows/s, {ratio:.2f} of bare (goal {GOAL_RATE:.2f}); "
        f"peak {peak:.0f} MiB (goal under {GOAL_MIB})",
        flush=True,
    )


def _run(part: str, database: Database, path: Path, place: int) -> dict[str, Any]:
    given: dict[str, Any] = {"engine": database.engine, "app": database.app_url, "owner": database.owner_url}
    given |= {"folder": str(database.folder), "path": str(path), "place": place}
    done = subprocess.run(
        [sys.executable, "-m", "bench.imports", "--part", part, "--given", json.dumps(given)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def run_bare(given: dict[str, Any]) -> dict[str, Any]:
    """Read the file and store its raw cells; nothing is looked at."""
    import python_calamine as calamine

    begun = time.perf_counter()
    rows = calamine.CalamineWorkbook.from_path(given["path"]).get_sheet_by_index(0).to_python()
    read = time.perf_counter()
    columns = ", ".join(f"c{place} text" for place in range(len(HEADINGS)))
    if given["engine"] == "sqlite":
        _fill_sqlite(given["app"].removeprefix("sqlite:///"), columns, rows)
    else:
        _fill_postgresql(given["owner"].replace("+psycopg", ""), columns, rows)
    ended = time.perf_counter()
    return {"rows": len(rows) - 1, "seconds": ended - begun, "read": round(read - begun, 2), "peak_mib": _peak()}


def _fill_sqlite(path: str, columns: str, rows: list[list[Any]]) -> None:
    import sqlite3

    sqlite3.register_adapter(date, date.isoformat)
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE IF EXISTS raw_cells")
    connection.execute(f"CREATE TABLE raw_cells ({columns})")
    connection.executemany(f"INSERT INTO raw_cells VALUES ({', '.join('?' * len(HEADINGS))})", rows)
    connection.commit()
    connection.close()


def _fill_postgresql(url: str, columns: str, rows: list[list[Any]]) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS raw_cells")
        connection.execute(f"CREATE TABLE raw_cells ({columns})")
        with connection.cursor().copy("COPY raw_cells FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def run_desk(given: dict[str, Any]) -> dict[str, Any]:
    """Bring the file in as a person and the worker do, looking at the rows apart."""
    url, folder = given["app"], given["folder"]
    second_process.engage()
    app = create_app(Settings(url, url, f"sqlite:///{folder}/jobs.sqlite", "a" * 64, MASTER_KEY, False, False, 0))
    gc.freeze()  # as wsgi.py does
    scope = scope_of(tenant_id_for(_code(given["place"]), Level.COMMUNITY))
    with app.app_context():
        actor = _actor(scope.write or 0)
        content, kind, batch_id = Path(given["path"]).read_bytes(), get_kind("members"), new_id()
        times = [time.perf_counter()]
        with transaction(scope):
            commands.upload_batch(
                kind, file_name="roster.xlsx", content=content, batch_id=batch_id, page="", actor=actor,
                now=clock.now(),
            )  # fmt: skip
        times.append(time.perf_counter())
        _finish(batch_id, actor)
        times.append(time.perf_counter())
        with transaction(scope):
            commands.apply_batch(batch_id, page="", actor=actor, now=clock.now())
        _finish(batch_id, actor)
        times.append(time.perf_counter())
        with transaction(scope):
            counts = queries.count_verdicts(queries.get_batch(batch_id, tenant_id=actor.tenant_id))
    lasted = [round(end - begin, 2) for begin, end in pairwise(times)]
    steps = dict(zip(("read", "judge", "write"), lasted, strict=True))
    return {"rows": counts[Verdict.NEW], "seconds": times[-1] - times[0], **steps, "peak_mib": _peak()}


def _actor(tenant_id: int) -> Actor:
    from portal.accounts.queries import find_by_sign_in_name

    with transaction(NOTHING):
        user = find_by_sign_in_name("bench")
        assert user is not None
        return Actor(user.id, user.name, tenant_id, frozenset({Role.COMMUNITY_CLERK}), acting_as=Role.COMMUNITY_CLERK)


def _finish(batch_id: Any, actor: Actor) -> None:
    scope = scope_of(actor.tenant_id)
    with transaction(scope):
        job_id = queries.get_batch(batch_id, tenant_id=actor.tenant_id).job_id
    assert job_id is not None
    is_over = False
    while not is_over:
        with transaction(scope):
            is_over = advance_job(job_id, now=clock.now())


def _peak() -> float:
    """Give the most memory that this process ever had, in MiB; getrusage would count what its parent had."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


PARTS = {"bare": run_bare, "desk": run_desk}

if __name__ == "__main__":
    main()
