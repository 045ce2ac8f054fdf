"""What care gives out and what follows a member: the standard form, and two records that become one."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.care import exporting
from portal.care.commands import floating
from portal.care.models import CareVisit, ContactLink, DutyPost, PublicCard
from portal.care.rules.floating import FlowDirection
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.desk.exports import Wanted, get_form
from portal.registers import merging
from portal.registers.commands.merges import merge_members, undo_merge
from portal.registers.rules import ManagementClass
from portal.registers.rules.duplicates import Match, Side
from tests.care import makers
from tests.care.makers import (
    NEED,
    TODAY,
    make_branch,
    make_claim,
    make_entry,
    make_findings,
    make_link,
    make_of_class,
    make_post,
    make_published,
    make_visit,
    staff,
)
from tests.conftest import Portal
from tests.desk.test_exports import fetch, lines, take
from tests.makers import HERE_CODE, NOW

RETIRED, AWAY = ManagementClass.RETIRED, ManagementClass.FLOATING


@pytest.fixture(autouse=True)
def account(portal: Portal) -> None:
    makers.use_account(portal.person(Role.COMMUNITY_SECRETARY).id)


def test_the_ledger_is_filled_from_the_register_and_masked_unless_asked(portal: Portal) -> None:
    with portal.inside(portal.there):
        make_entry(make_of_class(make_branch(), AWAY, 1, "王邻居"))
    with portal.inside():
        branch = make_branch()
        make_entry(make_of_class(branch, AWAY, 1, "张外出"), place="=HYPERLINK(1)")
        make_entry(make_of_class(branch, AWAY, 2, "李外来"), direction=FlowDirection.INFLOW)
        gone = make_entry(make_of_class(branch, AWAY, 3, "赵返回"))
        floating.end_floating(gone.id, reason="已返回社区", actor=staff(), now=NOW)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    masked = lines(fetch(secretary, take(portal, secretary, form="floating-ledger")))
    heads = next(row for row in masked if "姓名" in row)
    assert heads[:5] == ["姓名", "出生年月", "入党时间", "联系电话", "住址"]
    assert {"定人（联系人）", "定期（天）", "定制度"} <= set(heads)
    rows = {row[heads.index("姓名")]: row for row in masked if row[0] in {"张外出", "李外来", "赵返回", "王邻居"}}
    assert set(rows) == {"张外出", "李外来"}
    assert rows["张外出"][:5] == ["张外出", "1970-01", "2005-07-01", "199****0001", "演示路1号2***"]
    assert rows["张外出"][6].endswith("HYPERLINK(1)")
    clear = lines(fetch(secretary, take(portal, secretary, form="floating-ledger", in_clear=True)))
    (row,) = [row for row in clear if row[0] == "李外来"]
    assert row[3:6] == ["19900000002", "演示路1号2栋", "流入"]
    portal.as_role(Role.COMMUNITY_CLERK).get(f"/t/{HERE_CODE}/desk/forms/floating-ledger/exports/new", status=403)


def test_a_long_ledger_is_read_in_pieces(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PIECE", 2)
    with portal.inside():
        branch = make_branch()
        for serial in range(1, 6):
            make_entry(make_of_class(branch, AWAY, serial, f"张{'甲乙丙丁戊'[serial - 1]}"))
    with portal.inside():
        wanted = Wanted(portal.here, TODAY)
        form = get_form("floating-ledger")
        names = [row[0] for row in form.rows(wanted)]
        assert form.count(wanted) == 5
    assert sorted(names) == sorted(f"张{each}" for each in "甲乙丙丁戊")


def test_what_care_knows_follows_when_two_records_become_one_and_goes_back(portal: Portal) -> None:
    with portal.inside():
        branch = make_branch()
        kept, gone = (make_of_class(branch, RETIRED, serial, "张同名") for serial in (1, 2))
        for member in (kept, gone):  # the same visit and a card of their own: neither stands in the way
            make_findings(make_visit(member))
            make_published(member)
        make_claim(make_post(), gone)
        make_link(gone)
        ids = (kept.id, gone.id)
    with portal.inside():
        merge = merge_members(*ids, _choices(*ids), actor=staff(), now=NOW)
        merge_id = merge.id
    models: list[tuple[Any, str, int]] = [
        (CareVisit, "member_id", 2), (PublicCard, "member_id", 2), (DutyPost, "member_id", 1),
        (ContactLink, "from_member_id", 1),
    ]  # fmt: skip
    with portal.inside():
        for model, column, number in models:
            owners = list(db.session.scalars(select(getattr(model, column)).where(getattr(model, column).is_not(None))))
            assert owners == [ids[0]] * number, model
    text = portal.as_role(Role.COMMUNITY_SECRETARY)
    visit_id = _one(portal, select(CareVisit.id).limit(1))
    shown = text.post(f"/t/{HERE_CODE}/care/visits/{visit_id}/reveals/need", {"need-reason": "安排帮扶"})
    assert NEED in shown.text, "what is sealed opens after the merge as before"
    with portal.inside():
        undo_merge(merge_id, actor=staff(), now=NOW)
    with portal.inside():
        owners = sorted(db.session.scalars(select(CareVisit.member_id)))
        assert owners == sorted(ids)
        assert list(db.session.scalars(select(DutyPost.member_id))) == [ids[1]]


def test_two_posts_of_one_person_stand_in_the_way_of_a_merge_by_name(portal: Portal) -> None:
    with portal.inside():
        branch = make_branch()
        kept, gone = (make_of_class(branch, RETIRED, serial, "张同名") for serial in (1, 2))
        for member in (kept, gone):
            make_claim(make_post(), member)
        with pytest.raises(RuleBroken) as error:
            merge_members(kept.id, gone.id, _choices(kept.id, gone.id), actor=staff(), now=NOW)
    assert error.value.code == "registers.merge_clash"
    assert error.value.values["what"] is merging.title_of("duty_post.member_id")


def test_every_table_of_care_that_names_a_member_moves_with_a_merge() -> None:
    moving = {name.partition(".")[0] for name in merging.movers()}
    assert {"duty_post", "care_visit", "floating_member", "public_card", "contact_link", "party_delegate"} <= moving


def _choices(kept_id: Any, gone_id: Any) -> dict[str, Side]:
    from portal.registers.queries.briefs import members_by_id

    tenant_id = staff().tenant_id
    found = members_by_id([kept_id, gone_id], tenant_id=tenant_id)
    matches = merging.compare(found[kept_id], found[gone_id])
    return {unit: Side.KEPT for unit, each in matches.items() if each is Match.CONFLICT}


def _one(portal: Portal, statement: Any) -> Any:
    with portal.inside():
        return db.session.scalars(statement).one()
