"""Reads of the registers: the tree with its counts, members by filter and search, one member."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.personal_data import mask_address, mask_id_number, mask_phone
from portal.registers.extra_facts import EXTRAS
from portal.registers.facts import MemberFacts
from portal.registers.models import PartyMember, PartyOrganization
from portal.registers.queries.filters import PRESENT as PRESENT
from portal.registers.queries.filters import MemberFilter as MemberFilter
from portal.registers.queries.filters import belongs_here, conditions
from portal.registers.rules import (
    LEVELS,
    MEMBER_KINDS,
    ManagementClass,
    MemberType,
    OrganizationKind,
)
from portal.tenancy import vault
from portal.tenancy.finding import rows_among
from portal.tenancy.scope import read_tuples

SEALED = {
    "id_number": ("party_member.id_number", "id_sealed"),
    "mobile": ("party_member.mobile", "mobile_sealed"),
    "address": ("party_member.address", "address_sealed"),
}


MASKS: dict[str, Callable[[str], str]] = {
    "id_number": mask_id_number,
    "mobile": mask_phone,
    "address": mask_address,
}


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization as lists and trees need it."""

    id: uuid.UUID
    name: str
    kind: OrganizationKind
    is_greater_committee: bool
    parent_id: uuid.UUID | None
    founded_on: date | None


@dataclass(frozen=True, slots=True)
class OrganizationNode:
    """An organization in the tree, with the members of itself and of all below it."""

    id: uuid.UUID
    name: str
    kind: OrganizationKind
    is_greater_committee: bool
    parent_id: uuid.UUID | None
    founded_on: date | None
    depth: int
    members_all: int
    members_full: int


@dataclass(slots=True)
class MemberCounts:
    """How many present members there are, by whatever a list can be narrowed to.

    `inflow`: present ones who came for work and whose relation is elsewhere; they are in none of the other numbers.
    """

    total: int = 0
    full: int = 0
    gone: int = 0
    inflow: int = 0
    by_organization: Counter[uuid.UUID] = field(default_factory=Counter)
    full_by_organization: Counter[uuid.UUID] = field(default_factory=Counter)
    by_class: Counter[ManagementClass | None] = field(default_factory=Counter)
    by_type: Counter[MemberType] = field(default_factory=Counter)


def get_organization(organization_id: uuid.UUID, *, tenant_id: int) -> PartyOrganization:
    """Give an organization of this very tenant; raises NotFound."""
    statement = select(PartyOrganization).where(
        PartyOrganization.id == organization_id, PartyOrganization.tenant_id == tenant_id
    )
    organization = db.session.scalars(statement).one_or_none()
    if organization is None:
        raise NotFound
    return organization


_ORGANIZATIONS = (
    select(
        PartyOrganization.id,
        PartyOrganization.name,
        PartyOrganization.kind,
        PartyOrganization.is_greater_committee,
        PartyOrganization.parent_id,
        PartyOrganization.founded_on,
    )
    .where(PartyOrganization.tenant_id == bindparam("tenant_id"), PartyOrganization.ended_on.is_(None))
    .order_by(PartyOrganization.created_at, PartyOrganization.id)
)


def list_organizations(*, tenant_id: int) -> list[Organization]:
    """Give the organizations of this tenant that have not ended, by level, then as they were entered."""
    return _organizations(read_tuples(_ORGANIZATIONS, tenant_id=tenant_id))


def _organizations(rows: Iterable[Sequence[Any]]) -> list[Organization]:
    return sorted((Organization(*row) for row in rows), key=lambda row: LEVELS[row.kind])


def member_places(*, tenant_id: int) -> dict[str, uuid.UUID]:
    """Give name → id of the organizations that can hold members."""
    return {row.name: row.id for row in list_organizations(tenant_id=tenant_id) if row.kind in MEMBER_KINDS}


def _is_present(status: Any) -> ColumnElement[bool]:
    """Compare with each in turn: unlike IN, this needs no work on the statement each time it runs."""
    return or_(*(status == each for each in PRESENT))


def _count_statement() -> CompoundSelect[*tuple[Any, ...]]:
    """Build the counts: the members are grouped once, by the order of an index, and those few groups summed up twice.

    Rows of the first half hold an organization and are of present members only, those of the second half hold none.
    The last column says how many of a group flowed in: these are no members of a branch here.
    """
    keys = (
        PartyMember.organization_id, PartyMember.management_class, PartyMember.member_type, PartyMember.status,
        PartyMember.flow_direction,
    )  # fmt: skip
    grouped = select(*keys, func.count().label("number")).where(PartyMember.tenant_id == bindparam("tenant_id"))
    groups = grouped.group_by(*keys).cte("member_groups").c
    number, is_ours = cast(func.sum(groups.number), Integer), belongs_here(groups)
    inflow = cast(func.sum(case((is_ours, 0), else_=groups.number)), Integer)
    no_class, no_status = (type_coerce(null(), column.type) for column in (groups.management_class, groups.status))
    return union_all(
        select(groups.organization_id, no_class, groups.member_type, no_status, number, literal(0))
        .where(_is_present(groups.status), is_ours)
        .group_by(groups.organization_id, groups.member_type),
        select(null(), groups.management_class, groups.member_type, groups.status, number, inflow).group_by(
            groups.management_class, groups.member_type, groups.status
        ),
    )


_COUNTS = _count_statement()


def count_by_filter(*, tenant_id: int) -> MemberCounts:
    """Count the members of this tenant by organization, class, type and standing, in one statement."""
    return _counts(read_tuples(_COUNTS, tenant_id=tenant_id))


def _counts(rows: Iterable[Sequence[Any]]) -> MemberCounts:
    counts = MemberCounts()
    for organization_id, class_, type_, status, everybody, inflow in rows:
        number = everybody - inflow
        if organization_id is not None:
            counts.by_organization[organization_id] += number
            if type_ is MemberType.FULL:
                counts.full_by_organization[organization_id] += number
        elif status in PRESENT:
            counts.inflow += inflow
            counts.total += number
            counts.by_class[class_] += number
            counts.by_type[type_] += number
            counts.full += number if type_ is MemberType.FULL else 0
        else:
            counts.gone += everybody
    return counts


@dataclass(frozen=True, slots=True)
class Register:
    """The organizations and the counts of members, as they were read: equal ones are the same register."""

    organization_rows: tuple[Sequence[Any], ...]
    count_rows: tuple[Sequence[Any], ...]

    @property
    def names(self) -> dict[uuid.UUID, str]:
        """Give the name of each organization."""
        return {row[0]: row[1] for row in self.organization_rows}

    @property
    def counts(self) -> MemberCounts:
        """Give what count_by_filter() gives."""
        return _counts(self.count_rows)

    @property
    def nodes(self) -> list[OrganizationNode]:
        """Give the organizations as a tree."""
        return organization_tree(_organizations(self.organization_rows), self.counts)


def read_register(*, tenant_id: int) -> Register:
    """Read what stands around a list of members, in two statements."""
    counts = read_tuples(_COUNTS, tenant_id=tenant_id)
    return Register(tuple(read_tuples(_ORGANIZATIONS, tenant_id=tenant_id)), tuple(counts))


def organization_tree(organizations: list[Organization], counts: MemberCounts) -> list[OrganizationNode]:
    """Give the organizations as a tree in reading order, each with the counts of all below it."""
    children: dict[uuid.UUID | None, list[Organization]] = {}
    for row in organizations:
        children.setdefault(row.parent_id, []).append(row)
    nodes: list[OrganizationNode] = []

    def visit(row: Organization, depth: int) -> tuple[int, int]:
        place = len(nodes)
        nodes.append(None)  # type: ignore[arg-type]  # filled in below
        all_, full = counts.by_organization[row.id], counts.full_by_organization[row.id]
        for child in children.get(row.id, []):
            below_all, below_full = visit(child, depth + 1)
            all_, full = all_ + below_all, full + below_full
        nodes[place] = OrganizationNode(
            row.id, row.name, row.kind, row.is_greater_committee, row.parent_id,
            row.founded_on, depth, all_, full,
        )  # fmt: skip
        return all_, full

    for top in children.get(None, []):
        visit(top, 0)
    return nodes


def with_those_below(nodes: list[OrganizationNode], organization_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """Give the ids of an organization and of all below it, in a tree of organization_tree()."""
    found: list[uuid.UUID] = []
    depth = None
    for node in nodes:
        if node.id == organization_id:
            depth = node.depth
        elif depth is not None and node.depth <= depth:
            break
        if depth is not None:
            found.append(node.id)
    return tuple(found)


ROW_COLUMNS = (
    PartyMember.id,
    PartyMember.full_name,
    PartyMember.sex_code,
    PartyMember.born_on,
    PartyMember.organization_id,
    PartyMember.member_type,
    PartyMember.management_class,
    PartyMember.joined_on,
    PartyMember.joined_by_month,
    PartyMember.status,
    PartyMember.mobile_sealed,
)
_LIST = select(*ROW_COLUMNS).order_by(PartyMember.sort_key, PartyMember.id)
_FIRST_VIEW = (
    _LIST.where(PartyMember.tenant_id == bindparam("tenant_id"), _is_present(PartyMember.status), belongs_here())
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=Integer))
)
"""The list without any filter, which is what most people look at: put together once."""


def list_members(wanted: MemberFilter, *, tenant_id: int, limit: int, offset: int = 0) -> Sequence[tuple[Any, ...]]:
    """Give rows of ROW_COLUMNS in the order of names; the index holds that order, so a page reads its own rows only."""
    if wanted == MemberFilter():
        return read_tuples(_FIRST_VIEW, tenant_id=tenant_id, limit=limit, offset=offset)
    statement = _LIST.where(*conditions(wanted, tenant_id)).limit(limit).offset(offset)
    return db.session.execute(statement).all()


def count_members(wanted: MemberFilter, *, tenant_id: int) -> int:
    """Count the members of a filter; without any MemberCounts.total has it already."""
    statement = select(func.count()).select_from(PartyMember).where(*conditions(wanted, tenant_id))
    return int(db.session.scalar(statement) or 0)


def get_member(member_id: uuid.UUID, *, tenant_id: int) -> PartyMember:
    """Give a member of this very tenant; raises NotFound."""
    statement = select(PartyMember).where(PartyMember.id == member_id, PartyMember.tenant_id == tenant_id)
    member = db.session.scalars(statement).one_or_none()
    if member is None:
        raise NotFound
    return member


def members_by_number(indexes: list[bytes], *, tenant_id: int) -> dict[bytes, PartyMember]:
    """Give the members of this tenant whose ID numbers have these blind indexes; one look into the register."""
    return {row.id_index: row for row in rows_among(PartyMember, PartyMember.id_index, indexes, tenant_id=tenant_id)}


def unseal_field(member: PartyMember, field_name: str) -> str | None:
    """Give id_number, mobile or address of a member in clear, None when it is not recorded.

    Raises NotFound for any other field. Whoever shows it records a reveal.
    """
    if field_name not in SEALED:
        raise NotFound
    column, attribute = SEALED[field_name]
    sealed = getattr(member, attribute)
    return vault.unseal(column, member.tenant_id, member.id, sealed) if sealed else None


def facts_of(member: PartyMember) -> MemberFacts:
    """Give a member's facts in clear, to be compared with what a roster or a form says."""
    return MemberFacts(
        full_name=member.full_name,
        id_number=str(unseal_field(member, "id_number")),
        sex_code=member.sex_code,
        born_on=member.born_on,
        member_type=member.member_type,
        joined=member.joined,
        organization_id=member.organization_id,
        full=member.full,
        ethnic_code=member.ethnic_code,
        education_code=member.education_code,
        management_class=member.management_class,
        mobile=unseal_field(member, "mobile"),
        work_unit=member.work_unit,
        address=unseal_field(member, "address"),
        job_category=member.job_category,
        flow_direction=member.flow_direction,
        flow_place=member.flow_place,
        lost_since=member.lost_since,
        lost_reason=member.lost_reason,
        estate=member.estate,
        building=member.building,
        **{each: getattr(member, each) for each in EXTRAS},
        status=member.status,
    )
