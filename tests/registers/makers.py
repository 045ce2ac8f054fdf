"""Organizations and members for tests. Names and numbers are invented."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.core.identity_numbers import citizen_check_character
from portal.core.ids import new_id
from portal.desk.commands.saved_lists import save_list
from portal.registers import commands
from portal.registers.commands import NewOrganization
from portal.registers.facts import MemberFacts
from portal.registers.models import PartyMember, PartyOrganization
from portal.registers.rules import ManagementClass, MemberStatus, MemberType, OrganizationKind, PartyDate
from portal.tenancy.scope import bulk_insert, written_tenant
from tests.conftest import Portal
from tests.makers import NOW, stranger
from tests.registers.lifecycle_makers import fill_lifecycle
from tests.registers.structure_makers import fill_structure

BRANCHES = ("演示第一党支部", "演示第二党支部", "演示第三党支部", "演示第四党支部")


def make_id_number(serial: int, born: date = date(1970, 1, 1)) -> str:
    """Give a well-formed number of region 520303 for each serial; odd serials are men."""
    day = born + timedelta(days=serial // 1000)
    first = f"520303{day:%Y%m%d}{serial % 1000:03d}"
    return first + citizen_check_character(first)


def make_organization(
    name: str = "演示第一党支部",
    kind: OrganizationKind = OrganizationKind.BRANCH,
    parent_id: uuid.UUID | None = None,
    **more: Any,
) -> PartyOrganization:
    """Enter an organization in the scope in force."""
    actor = Actor(stranger().user_id, "张三", written_tenant(), frozenset({Role.COMMUNITY_SECRETARY}))
    return commands.create_organization(NewOrganization(name, kind, parent_id, **more), actor=actor, now=NOW)


def make_branches() -> list[PartyOrganization]:
    """Enter a committee and the four branches that the rosters name."""
    top = make_organization("演示社区党委", OrganizationKind.PARTY_COMMITTEE)
    return [make_organization(name, parent_id=top.id) for name in BRANCHES]


def make_facts(organization_id: uuid.UUID, serial: int = 1, **changed: Any) -> MemberFacts:
    """Give the facts of a sound member."""
    number = changed.pop("id_number", None) or make_id_number(serial)
    facts: dict[str, Any] = {
        "full_name": "张示例",
        "id_number": number,
        "sex_code": "1" if int(number[16]) % 2 else "2",
        "born_on": date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
        "member_type": MemberType.FULL,
        "joined": PartyDate(date(2005, 7, 1)),
        "organization_id": organization_id,
        "full": PartyDate(date(2006, 7, 1)),
        "ethnic_code": "01",
        "education_code": "21",
        "management_class": ManagementClass.IN_SERVICE,
        "mobile": f"199{serial:08d}",
        "work_unit": "演示单位",
        "address": "演示路1号2栋",
    }
    return MemberFacts(**{**facts, **changed})


def make_member(
    organization_id: uuid.UUID, serial: int = 1, *, actor: Actor | None = None, **changed: Any
) -> PartyMember:
    """Enter a member in the scope in force."""
    facts = make_facts(organization_id, serial, **changed)
    return commands.create_member(facts, actor=actor or stranger(written_tenant()), now=NOW)


def make_many_members(organization_id: uuid.UUID, number: int, *, first: int = 1) -> None:
    """Enter many members at once, in the scope in force."""
    rows = []
    for serial in range(first, first + number):
        member_id = new_id()
        columns = commands.member_columns(member_id, make_facts(organization_id, serial))
        rows.append({"id": member_id, **columns, "status": MemberStatus.NORMAL, "created_at": NOW, "updated_at": NOW})
    bulk_insert(PartyMember, rows)


def fill(portal: Portal, tenant_id: int, words: str = "自家") -> dict[str, uuid.UUID | str]:
    """Enter a committee, a branch and a member, and keep a list; gives the ids of the paths' parameters."""
    user = portal.person(Role.COMMUNITY_SECRETARY, tenant_id)
    role = Role.COMMUNITY_SECRETARY
    actor = Actor(user.id, user.name, tenant_id, frozenset({role}), acting_as=role)
    with portal.inside(tenant_id):
        top = make_organization(f"{words}党委", OrganizationKind.PARTY_COMMITTEE)
        branch = make_organization(f"{words}党支部", parent_id=top.id)
        facts = make_facts(branch.id, full_name=words, work_unit=words, address=words)
        member = commands.create_member(facts, actor=actor, now=NOW)
        structure = fill_structure(branch, member, words, actor=actor)
        lived = fill_lifecycle(
            lambda serial: make_member(branch.id, serial, full_name=words, work_unit=words), words, actor=actor
        )
        kept = save_list("members", words, {"class": "IN_SERVICE"}, is_shared=True, actor=actor, now=NOW)
    ids = {"organization_id": branch.id, "member_id": member.id, "field": "id_number", "list_id": kept.id}
    return {**ids, **structure, **lived}
