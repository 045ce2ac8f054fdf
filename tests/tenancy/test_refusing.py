"""Rows that cannot go back are known from the constraints: the same ones that would fail if each were tried alone."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.ids import new_id
from portal.desk.importing import undoing as undo_work
from portal.desk.models import ImportBatch
from portal.desk.queries.undoing import list_rests
from portal.estates.models import Ownership, Unit
from portal.registers.models import PartyMember, PartyOrganization, WorkUnit
from portal.tenancy.past import Kept, twin_of
from portal.tenancy.refusing import rows_refused
from portal.tenancy.reverting import SettingBack, set_rows_back
from tests.conftest import Portal
from tests.desk import makers
from tests.desk.makers import run_jobs, upload, workbook
from tests.estates.makers import make_building, make_estate, make_owner, make_units
from tests.makers import NOW
from tests.registers.makers import make_member, make_organization
from tests.registers.structure_makers import make_credit_code

BATCH = uuid.uuid4()
EARLIER, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


def unit(name: str) -> WorkUnit:
    row = WorkUnit(id=new_id(), name=name, is_resident=False, created_at=EARLIER, updated_at=EARLIER)
    db.session.add(row)
    db.session.flush()
    return row


def change(row: Any, **values: Any) -> None:
    """Change a row and keep how it stood."""
    for key, value in values.items():
        setattr(row, key, value)
    row.updated_at += timedelta(minutes=1)
    db.session.flush()


def back(row: Kept, *columns: str) -> SettingBack:
    """Give the way of some columns back to how they first stood."""
    twin = twin_of(type(row))
    first = select(twin.id).where(twin.row_id == row.id).order_by(twin.until_at, twin.id).limit(1)
    return SettingBack(row.id, db.session.scalars(first).one(), frozenset(columns))


def failing(model: type[Kept], rows: list[SettingBack]) -> set[uuid.UUID]:
    """Try each row alone, and take it back again: whatever the engine itself refuses."""
    found = set()
    for row in rows:
        point = db.session.begin_nested()
        try:
            set_rows_back(model, [row], batch_id=BATCH, now=LATER)
        except IntegrityError:
            found.add(row.row_id)
        point.rollback()
    return found


def test_a_name_that_another_unit_has_by_now(portal: Portal) -> None:
    with portal.inside():
        units = [unit(f"旧名{n}") for n in range(6)]
        for n, row in enumerate(units):
            change(row, name=f"新名{n}", address=f"{n}号")
        unit("旧名1")
        unit("旧名4")
        rows = [back(row, "name") for row in units[:4]] + [back(row, "address") for row in units[4:]]
        assert rows_refused(WorkUnit, rows) == failing(WorkUnit, rows) == {units[1].id}


def test_who_waits_for_a_row_that_cannot_go_cannot_either_and_who_waits_for_another_can(portal: Portal) -> None:
    """2 has what 1 had, 1 has what 0 had, and 0 waits for nobody or for a unit that stays."""
    for is_held in (False, True):
        with portal.inside():
            units = [unit(f"{is_held}{n}") for n in range(3)]
            change(units[0], name=f"{is_held}别名")
            change(units[1], name=f"{is_held}0")
            change(units[2], name=f"{is_held}1")
            outsider = unit(f"{is_held}2") if is_held else None
            rows = [back(row, "name") for row in units]
            alone = {units[0].id, units[1].id} if not is_held else {row.id for row in units}
            assert failing(WorkUnit, rows) == alone, "alone, none can have what another one holds"
            assert rows_refused(WorkUnit, rows) == (alone if is_held else set())
            if outsider is not None:
                assert rows_refused(WorkUnit, rows, leaving=[outsider.id]) == set()
                assert rows_refused(WorkUnit, rows[:2]) == {units[0].id, units[1].id}, "2 keeps what it has"


def test_a_branch_that_is_gone(portal: Portal) -> None:
    with portal.inside():
        first, second = make_organization("甲支部"), make_organization("乙支部")
        people = [make_member((first, second)[serial % 2].id, serial) for serial in range(1, 5)]
        for person in people:
            change(person, organization_id=second.id if person.organization_id == first.id else first.id)
        third = make_organization("丙支部")
        stays = make_member(third.id, 9)
        change(stays, organization_id=first.id)
        third.updated_at = LATER
        db.session.delete(third)
        db.session.flush()
        rows = [back(person, "organization_id") for person in [*people, stays]]
        assert rows_refused(PartyMember, rows) == failing(PartyMember, rows) == {stays.id}


def test_days_that_do_not_fit_together_any_more(portal: Portal) -> None:
    with portal.inside():
        make_units(make_building(make_estate()), rooms=["101", "102", "103"])
        rows = []
        for row_unit, ends in zip(
            db.session.scalars(select(Unit)).all(), (date(2015, 1, 1), date(2021, 1, 1), None), strict=True
        ):
            make_owner(row_unit)
            row = db.session.scalars(select(Ownership).where(Ownership.unit_id == row_unit.id)).one()
            change(row, valid_from=date(2020, 1, 1), valid_until=date(2021, 6, 1))
            change(row, valid_from=date(2010, 1, 1))
            change(row, valid_until=ends)
            twin = twin_of(Ownership)
            state = select(twin.id).where(twin.row_id == row.id, twin.valid_from == date(2020, 1, 1)).limit(1)
            rows.append(SettingBack(row.id, db.session.scalars(state).one(), frozenset({"valid_from"})))
        assert rows_refused(Ownership, rows) == failing(Ownership, rows) == {rows[0].row_id}


def test_it_asks_as_often_for_200_rows_as_for_2(portal: Portal) -> None:
    asked = []
    for number in (2, 200):
        with portal.inside():
            units = [unit(f"{number}旧名{n}") for n in range(number)]
            for n, row in enumerate(units):
                change(row, name=f"{number}新名{n}")
            held = [unit(f"{number}旧名{n}") for n in range(number)]
            rows = [back(row, "name") for row in units]
            assert held
            seen: list[str] = []
            event.listen(db.engine, "before_cursor_execute", lambda *each, seen=seen: seen.append(each[2]))
            assert len(rows_refused(WorkUnit, rows)) == number
            asked.append(len(seen))
    assert asked[0] == asked[1]


def test_an_undo_tries_no_row_alone_where_the_names_are_taken(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    client, headings = portal.as_role(Role.COMMUNITY_CLERK), ["单位名称", "统一社会信用代码"]
    for word, at in (("旧名", EARLIER), ("新名", NOW)):
        monkeypatch.setattr(makers, "NOW", at)
        rows = [headings, *([f"{word}{n}", make_credit_code(n + 1)] for n in range(40))]
        url = upload(client, "名单.xlsx", workbook(rows), kind="work-units").location
        assert run_jobs(portal) == []
        client.post(f"{url}/application")
        assert run_jobs(portal) == []
    with portal.inside():
        for n in range(0, 40, 2):
            unit(f"旧名{n}")
    tried: list[int] = []

    def count(model: Any, rows: Any, **more: Any) -> None:
        tried.append(len(rows))
        set_rows_back(model, rows, **more)

    monkeypatch.setattr(undo_work, "set_rows_back", count)
    client.post(f"{url}/undo")
    assert run_jobs(portal) == []
    assert tried == [40, 20]
    with portal.inside():
        batch = db.session.scalars(select(ImportBatch).where(ImportBatch.restored > 0)).one()
        assert (batch.restored, batch.removed) == (20, 0)
        assert [(rest.row_number, rest.reason) for rest in list_rests(batch)] == [
            (n + 2, "TAKEN") for n in range(0, 40, 2)
        ]
        names = set(db.session.scalars(select(WorkUnit.name).where(WorkUnit.credit_code.is_not(None))))
        assert names == {f"旧名{n}" if n % 2 else f"新名{n}" for n in range(40)}


def test_an_organization_above_that_goes_first_is_left_to_the_engine(portal: Portal) -> None:
    """Only what no order helps is told beforehand: a parent in the same piece may come back or go."""
    with portal.inside():
        top, branch = make_organization("甲总支"), make_organization("乙支部")
        change(branch, parent_id=top.id)
        rows = [back(branch, "parent_id")]
        assert rows_refused(PartyOrganization, rows, leaving=[top.id]) == set()
