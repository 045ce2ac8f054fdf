"""Terms, posts, checks and units for tests. Names and codes are invented."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from portal.accounts.actor import Actor
from portal.core.identity_numbers import credit_check_character
from portal.registers.commands.sheets import open_sheet
from portal.registers.commands.terms import NewPost, NewTerm, begin_term, fill_post, remind_term
from portal.registers.commands.units import create_unit
from portal.registers.models import PartyMember, PartyOrganization, PartyPost, PartyTerm, WorkUnit
from portal.registers.organization_facts import UnitFacts
from portal.registers.queries.organizations import judge, organization_states
from portal.registers.rules.sheets import SheetKind
from portal.registers.rules.structure import PostKind
from portal.registers.rules.units import UnitNature
from portal.tenancy.scope import reading, scope_of, written_tenant
from tests.conftest import Portal
from tests.makers import NOW, stranger

TODAY = date(2026, 11, 23)


def make_credit_code(serial: int = 1) -> str:
    """Give a well-formed unified social credit code for each serial."""
    first = f"52520303{serial:09d}"
    return first + credit_check_character(first)


def make_unit(name: str = "演示中学", serial: int | None = 1, *, actor: Actor | None = None, **more: Any) -> WorkUnit:
    """Enter a unit in the scope in force."""
    code = make_credit_code(serial) if serial else None
    given = {"credit_code": code, "nature": UnitNature.INSTITUTION, **more}
    return create_unit(UnitFacts(name, **given), actor=actor or stranger(written_tenant()), now=NOW)


def make_term(
    organization: PartyOrganization, starts_on: date = date(2022, 1, 10), *posts: NewPost, **more: Any
) -> PartyTerm:
    """Record an election in the scope in force."""
    new = NewTerm(starts_on, posts=posts, **more)
    return begin_term(organization.id, new, actor=stranger(written_tenant()), now=NOW)


def make_post(
    organization_id: uuid.UUID, kind: PostKind = PostKind.SECRETARY, name: str = "张示例", **more: Any
) -> PartyPost:
    """Fill a post in the scope in force."""
    new = NewPost(kind, name, more.pop("from_on", date(2026, 1, 5)), **more)
    return fill_post(organization_id, new, actor=stranger(written_tenant()), now=NOW)


def fill_structure(
    branch: PartyOrganization, member: PartyMember, words: str, *, actor: Actor
) -> dict[str, uuid.UUID | str]:
    """Enter a unit, a term with a secretary, a letter and a check; gives the ids of the paths' parameters."""
    unit = create_unit(
        UnitFacts(f"{words}单位", words, make_credit_code(7), UnitNature.OTHER, True, words, words, words, "0851-1234"),
        actor=actor, now=NOW,
    )  # fmt: skip
    secretary = NewPost(PostKind.SECRETARY, words, date(2022, 1, 10), member.id, unit.id, words, None, words)
    term = begin_term(branch.id, NewTerm(date(2022, 1, 10), 3, posts=(secretary,)), actor=actor, now=NOW)
    remind_term(term.id, sent_on=TODAY, letter_no=words, actor=actor, now=NOW)
    deputy = NewPost(PostKind.DEPUTY_SECRETARY, words, date(2026, 1, 5), duty=words, doc=words)
    post = fill_post(branch.id, deputy, actor=actor, now=NOW)
    sheet = open_sheet(
        branch.id, SheetKind.RECTIFICATION, checked_on=TODAY, findings=words, measures=words, responsible=words,
        due_on=TODAY + timedelta(days=30), actor=actor, now=NOW,
    )  # fmt: skip
    return {
        "term_id": term.id,
        "party_post_id": post.id,
        "check_sheet_id": sheet.id,
        "work_unit_id": unit.id,
    }


def states(portal: Portal) -> dict[str, Any]:
    """Give the organizations of here by name, each as it is judged today."""
    with reading(scope_of(portal.here)):
        found = organization_states(tenant_id=portal.here, today=TODAY)
        return {line.state.name: line for line in judge(found, today=TODAY)}
