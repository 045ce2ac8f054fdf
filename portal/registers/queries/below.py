"""What a street sees of the communities below: their committees with term and national warnings, never people."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.registers.queries.organizations import Judged, judge, states_below
from portal.registers.rules import OrganizationKind
from portal.registers.rules.structure import Finding, Weight
from portal.registers.rules.terms import TermDates, TermStatus
from portal.tenancy.models import Tenant


@dataclass(frozen=True, slots=True)
class CommitteeBelow:
    """A highest organization of a community, as its street sees it.

    The street is its upper organization and mends what it is warned of; `warned_inside` counts the organizations
    under it that break the national rule, whose upper organization is in the community.
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
    found = db.session.execute(select(Tenant.id, Tenant.name).where(Tenant.parent_id == street_id))
    communities = {row.id: row.name for row in found}
    states = states_below(list(communities), street_id=street_id, today=today)
    judged = judge(states, today=today)
    rows = [_row(tree, communities[tree[0].state.tenant_id]) for tree in _trees(judged)]
    rows.sort(key=lambda row: (row.term.ends_on if row.term else date.max, row.community, row.name))
    return rows


def get_committee_below(organization_id: uuid.UUID, *, street_id: int, today: date) -> CommitteeBelow:
    """Give one of them; raises NotFound for any other organization."""
    for row in committees_below(street_id=street_id, today=today):
        if row.organization_id == organization_id:
            return row
    raise NotFound


def _trees(judged: list[Judged]) -> Iterator[list[Judged]]:
    """Give each highest organization with all that stand under it."""
    tree: list[Judged] = []
    for each in judged:
        if each.state.depth == 0 and tree:
            yield tree
            tree = []
        tree.append(each)
    if tree:
        yield tree


def _row(tree: list[Judged], community: str) -> CommitteeBelow:
    top, *under = tree
    state = top.state
    return CommitteeBelow(
        state.id, state.tenant_id, community, state.name, state.kind, state.members_all, state.members_full,
        state.term_id, state.session_no, state.term, state.status, state.is_due, state.reminded_on, top.findings,
        sum(each.is_warned for each in under),
    )  # fmt: skip
