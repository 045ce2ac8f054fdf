"""What a street sees of the communities below: their committees with term and national warnings, never people."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.registers import queries
from portal.registers.queries.organizations import Judged, OrganizationState, judge, states_below
from portal.registers.rules import OrganizationKind
from portal.registers.rules.structure import Finding, Weight, committee_of
from portal.registers.rules.terms import TermDates, TermStatus
from portal.tenancy.models import Tenant


@dataclass(frozen=True, slots=True)
class CommitteeBelow:
    """A highest organization of a community's own, as its street sees it.

    The street is its upper organization and mends what it is warned of; `warned_inside` counts the organizations
    under it that break the national rule, whose upper organization is in the community. The street's own committee,
    where a community has entered it above its own, is none of them.
    """

    organization_id: uuid.UUID
    tenant_id: int
    community: str
    name: str
    kind: OrganizationKind
    members_all: int
    members_full: int
    term_id: uuid.UUID | None
    session_no: int | None
    term: TermDates | None
    status: TermStatus
    is_due: bool
    reminded_on: date | None
    findings: list[Finding]
    warned_inside: int

    @property
    def warnings(self) -> list[Finding]:
        """What the national rule warns of."""
        return [finding for finding in self.findings if finding.weight is Weight.WARNING]


def committees_below(*, street_id: int, today: date) -> list[CommitteeBelow]:
    """Give the highest organizations of the communities of a street, those that press first.

    Two statements, and one more where a branch is short of full members.
    """
    found = db.session.execute(
        select(Tenant.id, Tenant.name).where(or_(Tenant.parent_id == street_id, Tenant.id == street_id))
    )
    names = {row.id: row.name for row in found}
    street = names.pop(street_id, "")
    states = states_below(list(names), street_id=street_id, today=today)
    rows = [_row(tree, names[tree[0].state.tenant_id]) for tree in _trees(judge(states, today=today), street)]
    rows.sort(key=lambda row: (row.term.ends_on if row.term else date.max, row.community, row.name))
    return rows


def get_committee_below(organization_id: uuid.UUID, *, street_id: int, today: date) -> CommitteeBelow:
    """Give one of them; raises NotFound for any other organization."""
    for row in committees_below(street_id=street_id, today=today):
        if row.organization_id == organization_id:
            return row
    raise NotFound


def own_committee(street_id: int, *, name: str) -> str:
    """Give the name of a street's own committee: as it stands in the street's register, else as it is usually called.

    One statement.
    """
    kind, usual = committee_of(name)
    own = queries.list_organizations(tenant_id=street_id)
    return next((each.name for each in own if each.kind is kind and each.parent_id is None), usual)


def _trees(judged: list[Judged], street: str) -> Iterator[list[Judged]]:
    """Give each highest organization of a community's own with all that stand under it."""
    above: set[uuid.UUID | None] = set()
    tree: list[Judged] = []
    for each in judged:
        is_highest = each.state.depth == 0 or each.state.parent_id in above
        if is_highest and tree:
            yield tree
            tree = []
        if is_highest and _is_of_the_street(each.state, street):
            above.add(each.state.id)
        else:
            tree.append(each)
    if tree:
        yield tree


def _is_of_the_street(state: OrganizationState, street: str) -> bool:
    return state.kind is OrganizationKind.WORKING_COMMITTEE or (state.kind, state.name) == committee_of(street)


def _row(tree: list[Judged], community: str) -> CommitteeBelow:
    top, *under = tree
    state = top.state
    return CommitteeBelow(
        state.id, state.tenant_id, community, state.name, state.kind, state.members_all, state.members_full,
        state.term_id, state.session_no, state.term, state.status, state.is_due, state.reminded_on, top.findings,
        sum(each.is_warned for each in under),
    )  # fmt: skip
