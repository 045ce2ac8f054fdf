"""Rows of organizations on their way into the register: the tree from the top, then terms and heads."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.ids import new_id
from portal.desk.kinds import Source
from portal.registers.models import PartyOrganization, PartyPost, PartyTerm
from portal.registers.organs import CONTACT_SEAL
from portal.registers.queries.terms import Person, find_people
from portal.registers.rules import OrganizationKind
from portal.registers.rules.structure import PostKind
from portal.registers.rules.terms import term_due_on
from portal.tenancy import vault
from portal.tenancy.scope import written_tenant

SUCCEEDED = "接任"


@dataclass(frozen=True, slots=True)
class Known:
    """What the register has: organizations by name, present terms and heads by organization."""

    organizations: dict[str, PartyOrganization]
    terms: dict[uuid.UUID, PartyTerm]
    heads: dict[uuid.UUID, PartyPost]


Line = tuple[int, Any, PartyOrganization | None]


def write_rows(lines: Sequence[Line], *, source: Source) -> None:
    """Write rows (number, what is said, the organization if there is one) with everything that hangs on them."""
    rows = {row.name: row for row in _all()}
    for line in lines:
        _put(line, rows, source)
    db.session.flush()
    for number, said, _present in lines:
        if said.parent:
            row, parent = rows[said.name], rows[said.parent]
            if row.parent_id != parent.id:
                row.parent_id, row.updated_at = parent.id, source.now
                row.source_batch_id, row.source_row = source.batch_id, number
    db.session.flush()
    people = _people([said.secretary for _number, said, _present in lines if said.secretary])
    terms, heads = _present_terms(), _present_heads()
    for number, said, _present in lines:
        row = rows[said.name]
        term = _write_term(row, said, terms.get(row.id), number, source)
        if said.secretary:
            _write_head(row, people[said.secretary], heads.get(row.id), term, number, source)
    db.session.flush()


def _all() -> list[PartyOrganization]:
    return list(db.session.scalars(select(PartyOrganization).where(PartyOrganization.tenant_id == written_tenant())))


def _put(line: Line, rows: dict[str, PartyOrganization], source: Source) -> None:
    number, said, present = line
    row = present
    if row is None:
        row = PartyOrganization(id=new_id(), name=said.name, kind=said.kind, created_at=source.now)
        rows[said.name] = row
        db.session.add(row)
    says = {
        "kind": said.kind,
        "is_greater_committee": said.is_greater or bool(row.is_greater_committee and said.kind is row.kind),
        "founded_on": said.founded_on,
        "category": said.category,
        "contact_name": said.contact_name,
        "estate": said.estate,
        "buildings": said.buildings,
    }
    changed = {key: value for key, value in says.items() if value is not None and getattr(row, key) != value}
    if said.phone and (present is None or "phone" in said.changed):
        changed["contact_sealed"] = vault.seal(CONTACT_SEAL, row.id, said.phone)
    if present is not None and not changed:
        return
    for key, value in changed.items():
        setattr(row, key, value)
    _stamp(row, number, source)


def _stamp(row: PartyOrganization | PartyTerm | PartyPost, number: int, source: Source) -> None:
    row.updated_at, row.source_batch_id, row.source_row = source.now, source.batch_id, number


def _people(names: list[str]) -> dict[str, Person]:
    """Whom the names mean; where several have one name, it is kept as a name and linked by hand later."""
    tenant_id = written_tenant()
    try:
        return find_people(names, tenant_id=tenant_id)
    except RuleBroken:
        return {name: _one_person(name, tenant_id) for name in names}


def _one_person(name: str, tenant_id: int) -> Person:
    try:
        return find_people([name], tenant_id=tenant_id)[name]
    except RuleBroken:
        return Person(name)


def _present_terms() -> dict[uuid.UUID, PartyTerm]:
    found = select(PartyTerm).where(PartyTerm.tenant_id == written_tenant(), PartyTerm.ended_on.is_(None))
    return {term.organization_id: term for term in db.session.scalars(found)}


def _present_heads() -> dict[uuid.UUID, PartyPost]:
    found = select(PartyPost).where(
        PartyPost.tenant_id == written_tenant(),
        PartyPost.until_on.is_(None),
        PartyPost.kind.in_((PostKind.SECRETARY, PostKind.GROUP_HEAD)),
    )
    return {post.organization_id: post for post in db.session.scalars(found)}


def _write_term(
    row: PartyOrganization, said: Any, term: PartyTerm | None, number: int, source: Source
) -> PartyTerm | None:
    """Begin the term that the row names, or say of the present one what was missing."""
    starts_on = said.elected_on
    if starts_on and (term is None or starts_on > term.starts_on):
        due_on = term_due_on(row.kind, starts_on, row.category)
        if due_on is None:
            return term
        if term is not None:
            term.ended_on = starts_on
            _stamp(term, number, source)
        term = PartyTerm(
            id=new_id(), organization_id=row.id, session_no=said.session_no, starts_on=starts_on, due_on=due_on,
            created_at=source.now,
        )  # fmt: skip
        _stamp(term, number, source)
        db.session.add(term)
        db.session.flush()
    elif term is not None and said.session_no and term.session_no != said.session_no:
        term.session_no = said.session_no
        _stamp(term, number, source)
    return term


def _write_head(
    row: PartyOrganization, person: Person, head: PartyPost | None, term: PartyTerm | None, number: int, source: Source
) -> None:
    """Enter the secretary, or the head of a group; somebody else's post ends as this one begins."""
    if head is not None and head.person_name == person.name:
        return
    begins = term.starts_on if term and term.source_batch_id == source.batch_id else clock.today(source.now)
    if head is not None:
        head.until_on, head.end_reason = max(begins, head.from_on), SUCCEEDED
        _stamp(head, number, source)
    is_group = row.kind is OrganizationKind.GROUP
    post = PartyPost(
        id=new_id(), organization_id=row.id, term_id=None if is_group or term is None else term.id,
        kind=PostKind.GROUP_HEAD if is_group else PostKind.SECRETARY, person_name=person.name,
        member_id=person.member_id, from_on=begins, created_at=source.now,
    )  # fmt: skip
    _stamp(post, number, source)
    db.session.add(post)
