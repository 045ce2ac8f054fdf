"""Terms, posts and work units of an invented community, with those of the term before."""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.core.identity_numbers import credit_check_character
from portal.core.ids import new_id
from portal.demo.district.people import WORK_UNITS
from portal.demo.district.plan import TERM_DAYS, Place
from portal.registers.models import PartyPost, PartyTerm, WorkUnit
from portal.registers.rules import OrganizationKind
from portal.registers.rules.structure import COMMITTEE_FROM_FULL, PostKind
from portal.registers.rules.terms import Manner, term_due_on
from portal.registers.rules.units import UnitNature
from portal.tenancy.scope import bulk_insert

COMMITTEE = (
    PostKind.SECRETARY,
    PostKind.DEPUTY_SECRETARY,
    PostKind.ORGANIZATION_MEMBER,
    PostKind.PUBLICITY_MEMBER,
    PostKind.DISCIPLINE_MEMBER,
)
BRANCH_COMMITTEE = (PostKind.SECRETARY, PostKind.ORGANIZATION_MEMBER, PostKind.PUBLICITY_MEMBER)
ENTERED = timedelta(days=5 * 366)
RESIDENT_UNITS = 4  # of the work units sit in the community itself
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who may hold a post: a full member in good standing."""

    member_id: uuid.UUID
    name: str


def fill_organs(
    dice: random.Random,
    organizations: list[Place],
    ids: list[uuid.UUID],
    seats: list[list[Seat]],
    *,
    now: datetime,
) -> None:
    """Write the terms and posts of the organizations of the community in force, and its work units.

    `seats` holds for each organization who of it may hold a post.
    """
    terms: list[Row] = []
    posts: list[Row] = []
    for position, place in enumerate(organizations):
        electing = _electing(position, organizations, seats)
        kinds = _posts_of(place, len(electing))
        starts = place.elected_on or place.founded_on
        if place.elected_on:
            earlier, present = _terms(ids[position], place, now)
            terms += [earlier, present]
            posts += _posts(dice, kinds, electing, earlier, now)
            posts += _posts(dice, kinds, electing, present, now)
        else:
            without_term = {"id": None, "organization_id": ids[position], "starts_on": starts, "ended_on": None}
            posts += _posts(dice, kinds, electing, without_term, now)
    bulk_insert(PartyTerm, terms)
    bulk_insert(PartyPost, posts)
    bulk_insert(WorkUnit, [_work_unit(number, name, now) for number, name in enumerate(WORK_UNITS)])


def _electing(position: int, organizations: list[Place], seats: list[list[Seat]]) -> list[Seat]:
    """Give who may hold a post: an organization's own members and those of its groups; for a committee, everybody."""
    if organizations[position].parent is None:
        return [seat for each in seats for seat in each]
    own = [position, *(n for n, each in enumerate(organizations) if each.parent == position)]
    return [seat for each in own for seat in seats[each]]


def _posts_of(place: Place, electing: int) -> tuple[PostKind, ...]:
    if place.kind is OrganizationKind.GROUP:
        return (PostKind.GROUP_HEAD,)
    if place.parent is None:
        return COMMITTEE
    return BRANCH_COMMITTEE if electing >= COMMITTEE_FROM_FULL else (PostKind.SECRETARY,)


def _terms(organization_id: uuid.UUID, place: Place, now: datetime) -> tuple[Row, Row]:
    starts = place.elected_on or place.founded_on
    before = starts - timedelta(days=TERM_DAYS)
    rows = [
        {
            "id": new_id(),
            "organization_id": organization_id,
            "session_no": number,
            "starts_on": first,
            "due_on": term_due_on(place.kind, first),
            "ended_on": last,
            "manner": Manner.ASSEMBLY,
            **_entered(now),
        }
        for number, first, last in ((3, before, starts), (4, starts, None))
    ]
    return rows[0], rows[1]


def _posts(
    dice: random.Random, kinds: tuple[PostKind, ...], electing: list[Seat], term: Row, now: datetime
) -> list[Row]:
    held = dice.sample(electing, min(len(kinds), len(electing)))
    return [
        {
            "id": new_id(),
            "organization_id": term["organization_id"],
            "term_id": term["id"],
            "kind": kind,
            "person_name": seat.name,
            "member_id": seat.member_id,
            "from_on": term["starts_on"],
            "until_on": term["ended_on"],
            "end_reason": "届满" if term["ended_on"] else None,
            **_entered(now),
        }
        for kind, seat in zip(kinds, held, strict=False)
    ]


def _work_unit(number: int, name: str, now: datetime) -> Row:
    first = f"12520399DEM0{number:05d}"
    return {
        "id": new_id(),
        "name": name,
        "credit_code": first + credit_check_character(first),
        "nature": UnitNature.INSTITUTION,
        "is_resident": number < RESIDENT_UNITS,
        "address": f"演示路{number + 1}号",
        **_entered(now),
    }


def _entered(now: datetime) -> Row:
    return {"created_at": now - ENTERED, "updated_at": now - ENTERED}
