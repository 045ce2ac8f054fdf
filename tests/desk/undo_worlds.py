"""Kinds of files as the random undos see them: rows about the same few, and whatever people do to those in between."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from sqlalchemy import inspect, select

from portal.accounts.actor import Actor
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.desk import commands as desk
from portal.desk import queries
from portal.desk.commands import reading
from portal.desk.commands.undoing import undo_batch
from portal.desk.kinds import get_kind
from portal.desk.queries.undoing import list_rests
from portal.desk.rules import BatchState
from portal.desk.rules.undoing import Reason
from portal.estates import commands as estates
from portal.estates.models import Estate, Owner, Ownership, Unit
from portal.estates.rules import AreaBasis, UnitStatus
from portal.jobs.commands import advance_job
from portal.registers import commands as registers
from portal.registers.commands.merges import merge_members
from portal.registers.commands.organizations import update_organization
from portal.registers.commands.standing import record_act
from portal.registers.commands.terms import NewPost, end_post, fill_post
from portal.registers.commands.transfers import Application, apply_transfer, move_member
from portal.registers.commands.units import update_unit
from portal.registers.models import PartyMember, PartyOrganization, PartyPost, WorkUnit
from portal.registers.organization_facts import NewOrganization, UnitFacts
from portal.registers.queries import facts_of
from portal.registers.rules import OrganizationKind
from portal.registers.rules.duplicates import Side
from portal.registers.rules.standing import Act, StandingAct
from portal.registers.rules.structure import PostKind
from tests.conftest import Portal
from tests.desk.makers import as_read
from tests.desk.undo_model import Picture, look, undone
from tests.makers import NOW
from tests.registers.makers import make_id_number
from tests.registers.structure_makers import make_credit_code

PLACES = 3
TODAY = NOW.date()
serials = count(1)
Row = list[Any]
Edit = Callable[["World", int, int], None]


class World:
    """One kind of file, the community's register and the pictures taken of it."""

    code = ""
    headings: tuple[str, ...] = ()

    def __init__(self, portal: Portal, actor: Actor, patch: pytest.MonkeyPatch, seen: Counter[str]) -> None:
        self.seen = seen
        self.portal, self.actor, self.patch = portal, actor, patch
        self.serial = next(serials)
        self.now: datetime = NOW
        self.batches: list[tuple[uuid.UUID, Picture, Picture]] = []

    def row(self, who: int, choice: int) -> Row:
        """Give a row of the file about one of few, who come again."""
        raise NotImplementedError  # each world has its own

    edits: tuple[Edit, ...] = ()

    def enter(self, rows: dict[int, int]) -> None:
        table = [(1, list(self.headings)), *((who + 2, self.row(who, choice)) for who, choice in rows.items())]
        self.patch.setattr(reading, "read_sheet", as_read(table))
        batch_id = new_id()
        self.now += timedelta(minutes=1)
        with self.portal.inside():
            before = look()
            desk.upload_batch(
                get_kind(self.code), file_name="a.csv", content=b"x", batch_id=batch_id, page="/", actor=self.actor,
                now=self.now,
            )  # fmt: skip
            self._work(self._batch(batch_id).job_id)
            counts = queries.count_verdicts(self._batch(batch_id))
            if counts["NEW"] + counts["CHANGED"]:
                desk.apply_batch(batch_id, page="/", actor=self.actor, now=self.now)
                self._work(self._batch(batch_id).job_id)
            self.batches.append((batch_id, before, look()))

    def edit(self, which: int, who: int, choice: int) -> None:
        """Do something else, where the rules let it be done."""
        self.now += timedelta(minutes=1)
        try:
            with self.portal.inside():
                self.edits[which % len(self.edits)](self, who, choice)
        except (RuleBroken, NotFound):
            pass

    def undo(self, place: int) -> None:
        """Undo an import; the register is then what the model says, and what stays is told."""
        batch_id, before, after = self.batches[place]
        self.now += timedelta(minutes=1)
        with self.portal.inside():
            if self._batch(batch_id).state is not BatchState.DONE:
                return
            order = tuple(inspect(model).local_table.name for model in reversed(get_kind(self.code).models))
            expected = undone(before, after, look(), order=order)
            undo_batch(batch_id, page="/", actor=self.actor, now=self.now)
            self._work(self._batch(batch_id).undo_job_id)
            rests = list_rests(self._batch(batch_id))
            now = look()
            assert now.rows == expected.rows
            self.seen.update(undos=1, stays=len(expected.changed), hangs=len(expected.hang), rows=len(now.rows))
            self.seen.update(restored=self._batch(batch_id).restored)
            assert {rest.row_number for rest in rests if rest.reason == Reason.CHANGED} == expected.changed
            assert {rest.row_number for rest in rests if rest.reason == Reason.HANGS} == expected.hang

    def _batch(self, batch_id: uuid.UUID) -> Any:
        return queries.get_batch(batch_id, tenant_id=self.portal.here)

    def _work(self, job_id: Any) -> None:
        while not advance_job(job_id, now=self.now):
            db.session.flush()


class Members(World):
    code = "members"
    headings = ("姓名", "身份证号", "人员类别", "入党时间", "所在党支部", "手机", "工作单位", "家庭住址")

    def row(self, who: int, choice: int) -> Row:
        said = random.Random(choice)
        return [
            said.choice(("张一", "李二")), self.number(who), "正式党员", "2005-07-01", "演示第一党支部",
            said.choice(("", "13900000001", "13900000002")), said.choice(("", "甲厂", "乙厂")),
            said.choice(("", "演示路1号", "演示路2号")),
        ]  # fmt: skip

    def number(self, who: int) -> str:
        return make_id_number(self.serial * PLACES + who)

    def find(self, who: int) -> PartyMember:
        rows = db.session.scalars(select(PartyMember).order_by(PartyMember.id.desc()).limit(PLACES * 2))
        found = next((row for row in rows if facts_of(row).id_number == self.number(who)), None)
        if found is None:
            raise NotFound
        return found

    def change(self, who: int, choice: int) -> None:
        key = ("mobile", "work_unit", "address")[choice % 3]
        member = self.find(who)
        registers.update_member(member.id, replace(facts_of(member), **{key: None}), actor=self.actor, now=self.now)

    def move(self, who: int, choice: int) -> None:
        names = ("演示第一党支部", "演示第二党支部")
        target = db.session.scalars(select(PartyOrganization).where(PartyOrganization.name == names[choice % 2])).one()
        move_member(self.find(who).id, target.id, on=TODAY, reason="搬到别处", actor=self.actor, now=self.now)

    def act(self, who: int, choice: int) -> None:
        kind = (StandingAct.DIE, StandingAct.DETAIN, StandingAct.RELEASE)[choice % 3]
        act = Act(kind, TODAY, reason="按规定办理", document="组〔2026〕1号")
        record_act(self.find(who).id, act, actor=self.actor, now=self.now)

    def merge(self, who: int, choice: int) -> None:
        other = self.find((who + 1) % PLACES)
        sides = dict.fromkeys(("full_name", "id_number", "mobile", "work_unit", "address"), list(Side)[choice % 2])
        merge_members(self.find(who).id, other.id, sides, actor=self.actor, now=self.now)

    def transfer(self, who: int, _choice: int) -> None:
        apply_transfer(self.find(who).id, Application("外地社区", "工作调动"), actor=self.actor, now=self.now)

    edits = (change, move, act, merge, transfer)  # type: ignore[assignment]  # of this world alone


class Units(World):
    code = "units"
    headings = ("小区", "楼栋", "房号", "专有面积", "状态", "业主姓名", "电话", "取得日期")

    def row(self, who: int, choice: int) -> Row:
        said = random.Random(choice)
        owner = said.choice(("", "张一"))
        return [
            f"演示{self.serial}小区", f"{who % 2 + 1}栋", f"10{who}", said.choice((80, 90)), "已交付", owner,
            said.choice(("", "13900000001")) if owner else "", "2020-01-02" if owner else "",
        ]  # fmt: skip

    def find(self, who: int) -> Unit:
        estate = db.session.scalars(select(Estate).where(Estate.name == f"演示{self.serial}小区")).one_or_none()
        for unit in db.session.scalars(select(Unit).where(Unit.room == f"10{who}")) if estate else ():
            if estates_of(unit) == estate.id:  # type: ignore[union-attr]  # it was just found
                return unit
        raise NotFound

    def change(self, who: int, choice: int) -> None:
        facts = estates.UnitFacts(Decimal((80, 85)[choice % 2]), AreaBasis.SURVEYED, UnitStatus.DELIVERED)
        estates.change_unit(self.find(who), facts=facts, actor=self.actor, now=self.now)

    def own(self, who: int, choice: int) -> None:
        title = estates.Title(date(2021, 1, 1), share=5000, is_voting_representative=bool(choice % 2))
        owner = estates.NewOwner(name="手录业主")
        estates.add_owner(self.find(who), owner=owner, title=title, actor=self.actor, now=self.now)

    def sell(self, who: int, _choice: int) -> None:
        title, buyer = estates.Title(date(2022, 1, 1)), estates.NewOwner(name="买受人")
        estates.hand_over_unit(self.find(who), buyer=buyer, title=title, actor=self.actor, now=self.now)

    def held(self, who: int) -> Ownership:
        rows = select(Ownership).where(Ownership.unit_id == self.find(who).id).order_by(Ownership.id)
        found = db.session.scalars(rows).first()
        if found is None:
            raise NotFound
        return found

    def rename(self, who: int, choice: int) -> None:
        owner = db.session.scalars(select(Owner).where(Owner.id == self.held(who).owner_id)).one()
        facts = estates.NewOwner(name=("张一", "张改")[choice % 2], id_number=None, phone=None, guardian_phone=None)
        estates.change_owner(owner, facts=facts, actor=self.actor, now=self.now)

    def end(self, who: int, _choice: int) -> None:
        estates.end_ownership(self.held(who), valid_until=date(2023, 1, 1), actor=self.actor, now=self.now)

    def remove(self, who: int, _choice: int) -> None:
        estates.remove_unit(self.find(who), reason="录重", actor=self.actor, now=self.now)

    edits = (change, own, sell, rename, end, remove)  # type: ignore[assignment]  # of this world alone


def estates_of(unit: Unit) -> uuid.UUID:
    from portal.estates.queries import get_building

    return get_building(unit.building_id).estate_id


class Organizations(World):
    code = "organizations"
    headings = (
        "党组织名称",
        "组织类别",
        "上级党组织",
        "届次",
        "本届选举时间",
        "书记",
        "联系人",
        "联系电话",
        "服务小区",
    )

    def name(self, who: int) -> str:
        return ("演示{}总支", "演示{}甲支部", "演示{}乙支部")[who].format(self.serial)

    def row(self, who: int, choice: int) -> Row:
        said = random.Random(choice)
        kind = "党总支" if who == 0 else "党支部"
        above = "演示社区党委" if who == 0 else said.choice(("演示社区党委", self.name(0)))
        elected = said.choice(("", "2022-03-01"))
        return [
            self.name(who), kind, above, "3" if elected else "", elected, said.choice(("", "书记甲", "书记乙")),
            said.choice(("", "联系人甲", "联系人乙")), said.choice(("", "13900000001")), said.choice(("", "甲小区")),
        ]  # fmt: skip

    def find(self, who: int) -> PartyOrganization:
        row = db.session.scalars(
            select(PartyOrganization).where(PartyOrganization.name == self.name(who))
        ).one_or_none()
        if row is None:
            raise NotFound
        return row

    def change(self, who: int, choice: int) -> None:
        row = self.find(who)
        new = NewOrganization(row.name, row.kind, row.parent_id, contact_name=("手改人", None)[choice % 2])
        update_organization(row.id, new, actor=self.actor, now=self.now)

    def post(self, who: int, choice: int) -> None:
        kind = (PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY)[choice % 2]
        fill_post(self.find(who).id, NewPost(kind, "手录人", TODAY), actor=self.actor, now=self.now)

    def end(self, who: int, _choice: int) -> None:
        posts = select(PartyPost).where(PartyPost.organization_id == self.find(who).id, PartyPost.until_on.is_(None))
        for post in db.session.scalars(posts):
            end_post(post.id, until_on=TODAY, reason="调整", actor=self.actor, now=self.now)

    def below(self, who: int, choice: int) -> None:
        name, above = f"手录{self.serial}小组{who}{choice % 3}", self.find(who).id
        registers.create_organization(
            NewOrganization(name, OrganizationKind.GROUP, above), actor=self.actor, now=self.now
        )

    edits = (change, post, end, below)  # type: ignore[assignment]  # of this world alone


class WorkUnits(World):
    code = "work-units"
    headings = ("单位名称", "统一社会信用代码", "是否驻区单位", "地址", "负责人", "联系人", "联系电话")

    def row(self, who: int, choice: int) -> Row:
        said = random.Random(choice)
        return [
            self.name(who), make_credit_code(self.serial * PLACES + who), said.choice(("", "是", "否")),
            said.choice(("", "甲路", "乙路")), said.choice(("", "甲")), said.choice(("", "乙", "丙")),
            said.choice(("", "13900000001", "13900000002")),
        ]  # fmt: skip

    def name(self, who: int) -> str:
        return f"演示{self.serial}单位{who}"

    def find(self, who: int) -> WorkUnit:
        row = db.session.scalars(select(WorkUnit).where(WorkUnit.name == self.name(who))).one_or_none()
        if row is None:
            raise NotFound
        return row

    def change(self, who: int, choice: int) -> None:
        unit = self.find(who)
        facts = UnitFacts(unit.name, credit_code=unit.credit_code, address=("甲路", "手改路")[choice % 2])
        update_unit(unit.id, facts, actor=self.actor, now=self.now)

    def phone(self, who: int, choice: int) -> None:
        unit = self.find(who)
        phone = ("13900000001", "13900000009")[choice % 2]
        facts = UnitFacts(
            unit.name, unit.short_name, unit.credit_code, unit.nature, unit.is_resident, unit.address,
            unit.head_name, unit.contact_name, phone,
        )  # fmt: skip
        update_unit(unit.id, facts, actor=self.actor, now=self.now)

    def settle(self, who: int, choice: int) -> None:
        branch = db.session.scalars(select(PartyOrganization).where(PartyOrganization.name == "演示第一党支部")).one()
        units = (self.find(who).id,) if choice % 2 else ()
        new = NewOrganization(branch.name, branch.kind, branch.parent_id, work_unit_ids=units)
        update_organization(branch.id, new, actor=self.actor, now=self.now)

    edits = (change, phone, settle)  # type: ignore[assignment]  # of this world alone
