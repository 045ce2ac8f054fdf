"""The organizations and members of an invented community, as rows: the present ones and their earlier states."""

import random
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from portal.core.clock import day_start, today
from portal.core.ids import new_id
from portal.demo.district.people import Person, State, people
from portal.demo.district.plan import TERM_DAYS, Place
from portal.registers.columns import ADDRESS_SEAL, ID_SEAL, MOBILE_SEAL
from portal.registers.models import PartyMember, PartyMemberPast, PartyOrganization, PartyOrganizationPast
from portal.registers.names import search_key, sort_key
from portal.registers.rules import OrganizationKind
from portal.tenancy import vault
from portal.tenancy.scope import bulk_insert

MORNING = timedelta(hours=9)
REGISTER_BEGAN = timedelta(days=5 * 366)
Row = dict[str, Any]


def fill_registers(dice: random.Random, organizations: list[Place], *, members: int, now: datetime) -> int:
    """Write the organizations and so many members of the community in force; gives the number of earlier states."""
    ids = [new_id() for _ in organizations]
    present, past = _organizations(organizations, ids, now)
    for level in _from_the_top(organizations, present):
        bulk_insert(PartyOrganization, level)
    rows, earlier = [], []
    for person in people(dice, members=members, organizations=organizations, today=today(now)):
        row, states = _member(person, ids)
        rows.append(row)
        earlier += states
    bulk_insert(PartyMember, rows)
    bulk_insert(PartyMemberPast, earlier)
    bulk_insert(PartyOrganizationPast, past)
    return len(earlier) + len(past)


def _from_the_top(organizations: list[Place], rows: list[Row]) -> list[list[Row]]:
    """Give the rows so that nobody comes before what stands above."""
    levels: list[list[Row]] = [[], [], []]
    for place, row in zip(organizations, rows, strict=True):
        depth = 0 if place.parent is None else 2 if place.kind is OrganizationKind.GROUP else 1
        levels[depth].append(row)
    return levels


def _organizations(organizations: list[Place], ids: list[uuid.UUID], now: datetime) -> tuple[list[Row], list[Row]]:
    """Give present and earlier rows: who was elected since the register began was elected five years before, too."""
    began = now - REGISTER_BEGAN
    present, past = [], []
    for place, own_id in zip(organizations, ids, strict=True):
        row = {
            "id": own_id,
            "name": place.name,
            "kind": place.kind,
            "is_greater_committee": False,
            "parent_id": None if place.parent is None else ids[place.parent],
            "founded_on": place.founded_on,
            "elected_on": place.elected_on,
            "created_at": began,
            "updated_at": began,
        }
        elected = _morning(place.elected_on) if place.elected_on else began
        if elected > began:
            before = place.elected_on - timedelta(days=TERM_DAYS) if place.elected_on else None
            earlier = {**row, "id": new_id(), "row_id": own_id, "until_at": elected, "elected_on": before}
            past.append(earlier)
            row["updated_at"] = elected
        present.append(row)
    return present, past


def _morning(day: date) -> datetime:
    return day_start(day) + MORNING


def _member(person: Person, ids: list[uuid.UUID]) -> tuple[Row, list[Row]]:
    """Give a member's present row and the earlier states."""
    member_id = new_id()
    shared = {**_sealed(member_id, person), **_lasting(person), "created_at": _morning(person.states[0][0])}
    rows = [{**shared, **_changing(state, ids), "updated_at": _morning(since)} for since, state in person.states]
    *earlier, present = rows
    past = [
        {**row, "id": new_id(), "row_id": member_id, "until_at": later["updated_at"]}
        for row, later in zip(earlier, rows[1:], strict=True)
    ]
    return {**present, "id": member_id}, past


def _sealed(member_id: uuid.UUID, person: Person) -> Row:
    mobile = person.mobile
    return {
        "id_sealed": vault.seal(ID_SEAL, member_id, person.id_number),
        "id_index": vault.blind_index(ID_SEAL, person.id_number),
        "mobile_sealed": vault.seal(MOBILE_SEAL, member_id, mobile) if mobile else None,
        "mobile_index": vault.blind_index(MOBILE_SEAL, mobile) if mobile else None,
        "address_sealed": vault.seal(ADDRESS_SEAL, member_id, person.address),
    }


def _lasting(person: Person) -> Row:
    return {
        "full_name": person.name,
        "search_key": search_key(person.name),
        "sort_key": sort_key(person.name),
        "sex_code": person.sex_code,
        "born_on": person.born_on,
        "ethnic_code": person.ethnic_code,
        "education_code": person.education_code,
        "joined_on": person.joined_on,
        "joined_by_month": person.joined_by_month,
        "work_unit": person.work_unit,
    }


def _changing(state: State, ids: list[uuid.UUID]) -> Row:
    return {
        "organization_id": ids[state.place],
        "member_type": state.member_type,
        "full_on": state.full_on,
        "full_by_month": False,
        "management_class": state.management_class,
        "status": state.status,
    }
