"""Random sequences of importing, editing and undoing: the register is what a plain model of it says, on each engine."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.ids import new_id
from portal.desk import commands as desk
from portal.desk import queries
from portal.desk.commands import reading
from portal.desk.commands.undoing import undo_batch
from portal.desk.kinds import get_kind
from portal.desk.queries.undoing import list_rests
from portal.desk.rules import BatchState
from portal.jobs.commands import advance_job
from portal.registers import commands as registers
from portal.registers.models import PartyMember
from portal.registers.queries import facts_of
from tests.conftest import Portal
from tests.desk.makers import as_read
from tests.makers import NOW, make_actor
from tests.registers.makers import make_id_number, make_organization

EXAMPLES = 60
PEOPLE = 3
FIELDS = ("full_name", "mobile", "work_unit", "address")
HEADINGS = ["姓名", "身份证号", "人员类别", "入党时间", "所在党支部", "手机", "工作单位", "家庭住址"]
VALUES = {
    "full_name": ["张一", "李二", "王三"],
    "mobile": ["", "13900000001", "13900000002", "13900000003"],
    "work_unit": ["", "甲厂", "乙厂", "丙厂"],
    "address": ["", "演示路1号", "演示路2号", "演示路3号"],
}
Person = dict[str, str | None]
serials = count(1)


class Model:
    """A register as plain dictionaries: who is in it, and of each import what stood there before and after."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.lives: Counter[int] = Counter()
        self.imports: list[dict[int, tuple[int, Person | None, Person]]] = []

    def enter(self, rows: dict[int, Person]) -> None:
        """Import: a person who is not there comes in; of the others what the row says and no more is changed."""
        done: dict[int, tuple[int, Person | None, Person]] = {}
        for who, said in rows.items():
            old = self.people.get(who)
            new = {**(old or dict.fromkeys(FIELDS)), **{key: value for key, value in said.items() if value}}
            if new == old:
                continue
            if old is None:
                self.lives[who] += 1
            done[who] = (self.lives[who], old, new)
            self.people[who] = new
        self.imports.append(done)

    def edit(self, who: int, key: str, value: str) -> None:
        """Change one field by hand."""
        if who in self.people:
            self.people[who] = {**self.people[who], key: value or None}

    def undo(self, place: int) -> set[tuple[int, str]]:
        """Undo an import; gives (person, field) of what stays because somebody changed it since."""
        left: set[tuple[int, str]] = set()
        for who, (life, old, new) in self.imports[place].items():
            now = self.people.get(who)
            if now is None or self.lives[who] != life:
                continue
            touched = {key for key in FIELDS if now[key] != new[key]}
            if old is None:
                left |= {(who, key) for key in touched}
                if not touched:
                    del self.people[who]
            else:
                left |= {(who, key) for key in touched if old[key] != new[key] and now[key] != old[key]}
                back = {key: old[key] for key in FIELDS if key not in touched}
                self.people[who] = {**now, **back}
        return left


class Desk:
    """The same through the portal's own commands."""

    def __init__(self, portal: Portal, actor: Actor, patch: pytest.MonkeyPatch) -> None:
        self.portal, self.actor, self.patch = portal, actor, patch
        self.first = next(serials) * PEOPLE
        self.batches: list[uuid.UUID] = []
        self.now: datetime = NOW

    def number(self, who: int) -> str:
        return make_id_number(self.first + who)

    def enter(self, rows: dict[int, Person]) -> None:
        self.now += timedelta(minutes=1)
        table: list[tuple[int, list[Any]]] = [(1, list(HEADINGS))]
        for who, said in rows.items():
            cells = [said["full_name"], self.number(who), "正式党员", "2005-07-01", "演示第一党支部"]
            table.append((who + 2, [*cells, said["mobile"] or "", said["work_unit"] or "", said["address"] or ""]))
        self.patch.setattr(reading, "read_sheet", as_read(table))
        batch_id = new_id()
        with self.portal.inside():
            kind = get_kind("members")
            desk.upload_batch(
                kind, file_name="a.csv", content=b"x", batch_id=batch_id, page="/", actor=self.actor, now=self.now
            )
            self._work(batch_id)
            counts = queries.count_verdicts(self._batch(batch_id))
            if counts["NEW"] + counts["CHANGED"]:
                desk.apply_batch(batch_id, page="/", actor=self.actor, now=self.now)
                self._work(batch_id)
        self.batches.append(batch_id)

    def edit(self, who: int, key: str, value: str) -> None:
        self.now += timedelta(minutes=1)
        with self.portal.inside():
            member = self.members().get(self.number(who))
            if member is not None:
                facts = replace(facts_of(member), **{key: value or None})
                registers.update_member(member.id, facts, actor=self.actor, now=self.now)

    def undo(self, place: int) -> set[tuple[int, str]]:
        self.now += timedelta(minutes=1)
        batch_id = self.batches[place]
        with self.portal.inside():
            batch = self._batch(batch_id)
            if batch.state is not BatchState.DONE:
                return set()
            undo_batch(batch_id, page="/", actor=self.actor, now=self.now)
            self._work(batch_id, is_undo=True)
            keys = dict(zip(("姓名", "手机", "工作单位", "家庭住址"), FIELDS, strict=True))
            rests = list_rests(batch)
            assert all(rest.by_name == self.actor.name and rest.at for rest in rests)
            return {(rest.row_number - 2, keys[rest.field]) for rest in rests}

    def people(self) -> dict[int, Person]:
        with self.portal.inside():
            found = {number: facts_of(member) for number, member in self.members().items()}
            return {
                who: {key: getattr(found[self.number(who)], key) for key in FIELDS}
                for who in range(PEOPLE)
                if self.number(who) in found
            }

    def members(self) -> dict[str, PartyMember]:
        db.session.expire_all()
        wanted = {self.number(who) for who in range(PEOPLE)}
        members = db.session.scalars(select(PartyMember).order_by(PartyMember.id.desc()).limit(PEOPLE))
        return {facts_of(each).id_number: each for each in members if facts_of(each).id_number in wanted}

    def _batch(self, batch_id: uuid.UUID) -> Any:
        return queries.get_batch(batch_id, tenant_id=self.portal.here)

    def _work(self, batch_id: uuid.UUID, *, is_undo: bool = False) -> None:
        batch = self._batch(batch_id)
        job_id = batch.undo_job_id if is_undo else batch.job_id
        while not advance_job(job_id, now=self.now):
            db.session.flush()


who = st.integers(0, PEOPLE - 1)
row = st.fixed_dictionaries({key: st.sampled_from(VALUES[key]) for key in FIELDS})
edits = st.sampled_from(FIELDS).flatmap(lambda key: st.tuples(who, st.just(key), st.sampled_from(VALUES[key])))
steps = st.one_of(
    st.tuples(st.just("enter"), st.dictionaries(who, row, min_size=1)),
    st.tuples(st.just("edit"), edits),
    st.tuples(st.just("undo"), st.integers(0, 3)),
)
FULL: dict[str, str] = {"full_name": "张一", "mobile": "13900000001", "work_unit": "甲厂", "address": "演示路1号"}
OTHER: dict[str, str] = {"full_name": "张一", "mobile": "13900000002", "work_unit": "", "address": "演示路2号"}


@pytest.fixture
def place(portal: Portal) -> Iterator[tuple[Portal, Actor]]:
    with portal.inside():
        make_organization()
    yield portal, make_actor(portal.here, Role.COMMUNITY_CLERK)
    print(f"{portal.engine}: {EXAMPLES} random sequences")


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=2, max_size=7))
@example([("enter", {0: FULL}), ("enter", {0: OTHER}), ("undo", 0), ("undo", 1), ("undo", 0)])
@example([("enter", {0: FULL}), ("edit", (0, "mobile", "")), ("undo", 0), ("edit", (0, "mobile", "13900000001"))])
@example([("enter", {0: FULL}), ("undo", 0), ("enter", {0: OTHER}), ("undo", 0), ("undo", 1)])
def test_the_register_is_what_the_model_says(place: tuple[Portal, Actor], sequence: list[tuple[str, Any]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        model, real = Model(), Desk(*place, patch)
        for act, given_ in sequence:
            if act == "enter":
                model.enter(given_)
                real.enter(given_)
            elif act == "edit" and (given_[1] != "full_name" or given_[2]):
                model.edit(*given_)
                real.edit(*given_)
            elif act == "undo" and given_ < len(real.batches):
                assert real.undo(given_) == model.undo(given_)
            assert real.people() == model.people
