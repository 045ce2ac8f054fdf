"""The history of a record: what changed, who did it, from which file; personal fields masked."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.tags import LOOKS
from portal.core.db import db
from portal.core.ids import new_id
from portal.desk.history import Entry, Fields, history_of
from portal.registers import commands, queries
from portal.registers.commands import transfers
from portal.registers.history import member_fields, organization_fields
from portal.registers.models import PartyMember, PartyOrganization
from portal.registers.organs import CONTACT_SEAL
from portal.registers.rules import ManagementClass
from portal.tenancy import vault
from portal.tenancy.past import Kept, kept_columns
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, make_actor
from tests.registers.makers import make_branches, make_facts, make_id_number, make_member
from tests.statements import count_statements

DAY = timedelta(days=1)
MOBILES = ("13812345678", "13899995678")


def member_history(member_id: uuid.UUID, tenant_id: int, *, with_looks: bool = False) -> list[Entry]:
    member = queries.get_member(member_id, tenant_id=tenant_id)
    names = {row.id: row.name for row in queries.list_organizations(tenant_id=tenant_id)}
    return history_of(member, tenant_id=tenant_id, fields=member_fields(names, sees=True), with_looks=with_looks)


@pytest.fixture(autouse=True)
def in_a_request(portal: Portal) -> Iterator[None]:
    """Words are those of a reader's language, and a reader comes with a request."""
    with portal.app.test_request_context("/"):
        yield


def changes_of(entry: Entry) -> dict[str, tuple[str, str]]:
    return {str(change.words): (change.before, change.after) for change in entry.changes}


def a_changed_member(portal: Portal) -> uuid.UUID:
    """Enter a member and change branch, mobile, class and unit a day later; look at the number two days later."""
    secretary = make_actor(portal.here, Role.COMMUNITY_SECRETARY, "王书记")
    with portal.inside():
        first, second, *_rest = make_branches()
        member_id = make_member(first.id, 7, actor=secretary, mobile=MOBILES[0], work_unit=None).id
        second_id = second.id
    with portal.inside():
        transfers.move_member(member_id, second_id, on=NOW.date(), reason="搬到二支部", actor=secretary, now=NOW + DAY)
        facts = make_facts(
            second_id, 7, mobile=MOBILES[1], work_unit="新单位", management_class=None, address="演示路9号"
        )
        commands.update_member(member_id, facts, actor=secretary, now=NOW + DAY)
    with portal.inside():
        commands.reveal_member(member_id, field="mobile", reason="核对电话", actor=secretary, now=NOW + 2 * DAY)
    return member_id


def test_a_history_says_what_changed_and_who_did_it(portal: Portal) -> None:
    member_id = a_changed_member(portal)
    with portal.inside():
        newest, oldest = member_history(member_id, portal.here)
    assert (oldest.is_first, oldest.who, oldest.changes, oldest.at) == (True, "王书记", [], NOW)
    assert (newest.who, newest.at) == ("王书记", NOW + DAY)
    changes = list(changes_of(newest).values())
    assert ("演示第一党支部", "演示第二党支部") in changes
    assert ("", "新单位") in changes
    assert any(before and not after for before, after in changes), "the class was emptied"
    assert len(changes) == 5


def test_sealed_fields_are_told_masked_even_when_the_shown_part_stays(portal: Portal) -> None:
    member_id = a_changed_member(portal)
    with portal.inside():
        newest = member_history(member_id, portal.here)[0]
    assert ("138****5678", "138****5678") in changes_of(newest).values()
    page = str(portal.as_role(Role.COMMUNITY_SECRETARY).get(f"/t/{HERE_CODE}/registers/members/{member_id}").page)
    for text in (*MOBILES, make_id_number(7), "演示路9号", "演示路1号2栋"):
        assert text not in page


def test_sealing_the_same_value_again_is_no_change(portal: Portal) -> None:
    secretary = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        branch = make_branches()[0]
        member_id = make_member(branch.id, 7).id
        facts = make_facts(branch.id, 7, work_unit="别的单位")
    with portal.inside():
        commands.update_member(member_id, facts, actor=secretary, now=NOW + DAY)
    with portal.inside():
        newest = member_history(member_id, portal.here)[0]
    assert list(changes_of(newest).values()) == [("演示单位", "别的单位")]


def test_who_looked_is_shown_to_those_who_may_read_the_trail(portal: Portal) -> None:
    member_id = a_changed_member(portal)
    with portal.inside():
        looks = [entry for entry in member_history(member_id, portal.here, with_looks=True) if entry.tag in LOOKS]
        assert [(entry.note, entry.at) for entry in looks] == [("核对电话", NOW + 2 * DAY)]
    url = f"/t/{HERE_CODE}/registers/members/{member_id}"
    assert "核对电话" in portal.as_role(Role.COMMUNITY_SECRETARY).get(url).text
    assert "核对电话" not in portal.as_role(Role.COMMUNITY_CLERK).get(url).text


def test_a_row_from_a_file_names_file_row_and_who_brought_it(portal: Portal) -> None:
    from portal.desk.models import ImportBatch
    from portal.desk.rules import BatchState

    uploader = make_actor(portal.here, Role.COMMUNITY_CLERK, "李干事")
    batch_id = new_id()
    with portal.inside():
        member_id = make_member(make_branches()[0].id, 7).id
        columns = {column.key for column in ImportBatch.__table__.columns}
        values = {
            "id": batch_id, "kind": "members", "file_name": "花名册.xlsx", "sheet_name": "一", "other_sheets": 0,
            "headings": [], "places": {}, "unused": [], "state": next(iter(BatchState)), "row_count": 1,
            "uploaded_by": uploader.user_id, "uploaded_by_name": uploader.name, "uploaded_at": NOW,
        }  # fmt: skip
        db.session.add(ImportBatch(**{key: value for key, value in values.items() if key in columns}))
    with portal.inside():
        member = db.session.scalars(select(PartyMember)).one()
        member.management_class, member.updated_at = ManagementClass.FLOATING, NOW + DAY
        member.source_batch_id, member.source_row = batch_id, 12
    with portal.inside():
        newest, oldest = member_history(member_id, portal.here)
        assert newest.source is not None
        assert (newest.source.file_name, newest.source.by_name, newest.source_row) == ("花名册.xlsx", "李干事", 12)
        assert oldest.source is None
    text = portal.as_role(Role.COMMUNITY_SECRETARY).get(f"/t/{HERE_CODE}/registers/members/{member_id}").text
    assert "花名册.xlsx" in text
    assert "李干事" in text


def test_an_organization_has_a_history_too(portal: Portal) -> None:
    with portal.inside():
        make_branches()
    with portal.inside():
        row = db.session.scalars(select(PartyOrganization).where(PartyOrganization.name == "演示第一党支部")).one()
        row.name, row.updated_at = "改名支部", NOW + DAY
        row.contact_sealed = vault.seal(CONTACT_SEAL, row.id, MOBILES[0])
    with portal.inside():
        row = db.session.scalars(select(PartyOrganization).where(PartyOrganization.name == "改名支部")).one()
        row.contact_sealed, row.updated_at = vault.seal(CONTACT_SEAL, row.id, MOBILES[1]), NOW + 2 * DAY
    with portal.inside():
        row = db.session.scalars(select(PartyOrganization).where(PartyOrganization.name == "改名支部")).one()
        entries = history_of(row, tenant_id=portal.here, fields=organization_fields({}))
    newest, middle, oldest = (list(changes_of(entry).values()) for entry in entries)
    assert newest == [("138****5678", "138****5678")], "a telephone is told masked"
    assert sorted(middle) == sorted([("演示第一党支部", "改名支部"), ("", "138****5678")])
    assert oldest == []


TECHNICAL = {
    "created_at", "updated_at", "source_batch_id", "source_row", "search_key", "sort_key", "id_index", "mobile_index",
    "sex_code", "born_on", "joined_by_month", "full_by_month",
}  # fmt: skip
"""Columns that follow from others, or say where a state came from."""


@pytest.mark.parametrize(
    ("model", "fields"), [(PartyMember, member_fields({}, sees=True)), (PartyOrganization, organization_fields({}))]
)
def test_no_column_is_forgotten_in_a_history(model: type[Kept], fields: Fields) -> None:
    assert set(kept_columns(model)) - TECHNICAL == set(fields)


def test_histories_of_two_communities_of_one_name_do_not_mix(portal: Portal) -> None:
    here = a_changed_member(portal)
    actor = make_actor(portal.there, Role.COMMUNITY_SECRETARY, "陈书记")
    with portal.inside(portal.there):
        there = make_member(make_branches()[0].id, 7, actor=actor).id
    with portal.inside(portal.there):
        assert {entry.who for entry in member_history(there, portal.there)} == {"陈书记"}
    with portal.inside():
        assert {entry.who for entry in member_history(here, portal.here)} == {"王书记"}


@pytest.mark.parametrize("changes", [1, 30])
def test_a_history_costs_three_statements_however_long(portal: Portal, changes: int) -> None:
    with portal.inside():
        make_member(make_branches()[0].id, 7)
    for number in range(changes):
        with portal.inside():
            member = db.session.scalars(select(PartyMember)).one()
            member.work_unit, member.updated_at = f"单位{number}", NOW + (number + 1) * DAY
    with portal.inside():
        member = db.session.scalars(select(PartyMember)).one()
        with count_statements(db.engine) as seen:
            entries = history_of(member, tenant_id=portal.here, fields=member_fields({}, sees=True))
        assert len(entries) == changes + 1
    assert len(seen) <= 3, "\n".join(seen)
