"""Members as other packages need them: who is meant by an id, who is in a class, whom a search finds."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select

from portal.core.db import db
from portal.registers.models import PartyMember
from portal.registers.rules import ManagementClass, MemberStatus
from portal.registers.rules.extras import IN_HARDSHIP

PRESENT = (MemberStatus.NORMAL, MemberStatus.SUSPENDED)
_COLUMNS = (
    PartyMember.id,
    PartyMember.full_name,
    PartyMember.organization_id,
    PartyMember.management_class,
    PartyMember.status,
    PartyMember.born_on,
)


@dataclass(frozen=True, slots=True)
class MemberBrief:
    """What a list of another package shows of a member; nothing sealed."""

    id: uuid.UUID
    full_name: str
    organization_id: uuid.UUID
    management_class: ManagementClass | None
    status: MemberStatus
    born_on: date

    @property
    def is_present(self) -> bool:
        """Say whether the member is in the register still."""
        return self.status in PRESENT


def member_briefs(ids: Iterable[uuid.UUID | None], *, tenant_id: int) -> dict[uuid.UUID, MemberBrief]:
    """Give the members of these ids, those of this tenant only; one statement, none for no ids."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    statement = select(*_COLUMNS).where(PartyMember.tenant_id == tenant_id, PartyMember.id.in_(wanted))
    return {brief.id: brief for brief in _briefs(statement)}


def members_by_id(ids: Iterable[uuid.UUID], *, tenant_id: int) -> dict[uuid.UUID, PartyMember]:
    """Give whole members of these ids, those of this tenant only; one statement."""
    statement = select(PartyMember).where(PartyMember.tenant_id == tenant_id, PartyMember.id.in_(set(ids)))
    return {member.id: member for member in db.session.scalars(statement)}


def list_class(
    management_class: ManagementClass, *, tenant_id: int, without: Sequence[uuid.UUID] = (), limit: int | None = None
) -> list[MemberBrief]:
    """Give the present members of a class in the order of names, without some; all of them unless limited."""
    statement = select(*_COLUMNS).where(
        PartyMember.tenant_id == tenant_id,
        _in_class(management_class),
        PartyMember.status.in_(PRESENT),
    )
    if without:
        statement = statement.where(PartyMember.id.not_in(without))
    return _briefs(statement.order_by(PartyMember.sort_key, PartyMember.id).limit(limit))


def find_briefs(
    text: str, *, tenant_id: int, management_class: ManagementClass | None = None, limit: int
) -> list[MemberBrief]:
    """Give present members whose name holds a text, or whose pinyin initials begin with it, in the order of names.

    An empty text finds everybody, up to the limit; a class narrows it.
    """
    statement = select(*_COLUMNS).where(PartyMember.tenant_id == tenant_id, PartyMember.status.in_(PRESENT))
    if management_class is not None:
        statement = statement.where(_in_class(management_class))
    words = "".join(text.split())
    if words.isascii() and words.isalpha():
        statement = statement.where(PartyMember.search_key.contains(" " + words.lower(), autoescape=True))
    elif words:
        statement = statement.where(PartyMember.full_name.contains(words, autoescape=True))
    return _briefs(statement.order_by(PartyMember.sort_key, PartyMember.id).limit(limit))


def _in_class(management_class: ManagementClass) -> ColumnElement[bool]:
    """Give who is in a class; in need are those with the flag besides their class or in hardship, too."""
    own = PartyMember.management_class == management_class
    if management_class is not ManagementClass.VULNERABLE:
        return own
    return or_(own, PartyMember.vulnerable_since.is_not(None), PartyMember.hardship_level.in_(IN_HARDSHIP))


def _briefs(
    statement: Select[uuid.UUID, str, uuid.UUID, ManagementClass | None, MemberStatus, date],
) -> list[MemberBrief]:
    return [MemberBrief(*row) for row in db.session.execute(statement)]
