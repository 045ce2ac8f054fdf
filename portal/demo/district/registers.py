"""The organizations and members of an invented community, as rows: the present ones and their earlier states."""

import random
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from portal.core.clock import day_start, today
from portal.core.ids import new_id
from portal.core.names import search_key, sort_key
from portal.demo.district.care import fill_care
from portal.demo.district.organs import Seat, fill_organs
from portal.demo.district.people import Person, State, people
from portal.demo.district.plan import Place
from portal.registers.columns import ADDRESS_SEAL, ID_SEAL, MOBILE_SEAL
from portal.registers.models import PartyMember, PartyMemberPast, PartyOrganization, PartyOrganizationPast
from portal.registers.rules import ManagementClass, MemberStatus, MemberType, OrganizationKind
from portal.registers.rules.relations import FlowDirection
from portal.tenancy import vault
from portal.tenancy.scope import bulk_insert

MORNING = timedelta(hours=9)
REGISTER_BEGAN, SERVES_SINCE = timedelta(days=5 * 366), timedelta(days=1200)
Row = dict[str, Any]


def fill_registers(dice: random.Random, organizations: list[Place], *, members: int, now: datetime) -> int:
    """Write the organizations and so many members of the community in force; gives the number of earlier states."""
    ids = [new_id() for _ in organizations]
    present, past = _organizations(organizations, ids, now)
    for level in _from_the_top(organizations, present):
        bulk_insert(PartyOrganization, level)
    rows: list[Row] = []
    earlier: list[Row] = []
    seats: list[list[Seat]] = [[] for _ in organizations]
    cared_for: list[tuple[ManagementClass, Seat]] = []
    for person in people(dice, members=members, organizations=organizations, today=today(now)):
        row, states = _member(person, ids)
        rows.append(row)
        earlier += states
        state = person.states[-1][1]
        if state.status is MemberStatus.NORMAL:
            seat = Seat(row["id"], person.name)
            cared_for.append((state.management_class, seat))
            seats[state.place] += [seat] if state.member_type is MemberType.FULL else []
    bulk_insert(PartyMember, rows)
    bulk_insert(PartyMemberPast, earlier)
    bulk_insert(PartyOrganizationPast, past)
    fill_care(dice, cared_for, now=now)
    fill_organs(dice, organizations, ids, seats, now=now)
    return len(earlier) + len(past)


def _from_the_top(organizations: list[Place], rows: list[Row]) -> list[list[Row]]:
    """Give the rows so that nobody comes before what stands above."""
    levels: list[list[Row]] = [[], [], []]
    for place, row in zip(organizations, rows, strict=True):
        depth = 0 if place.parent is None else 2 if place.kind is OrganizationKind.GROUP else 1
        levels[depth].append(row)
    return levels


def _organizations(organizations: list[Place], ids: list[uuid.UUID], now: datetime) -> tuple[list[Row], list[Row]]:
    """Give present and earlier rows: which estate a branch serves was entered some years after the branch."""
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
            "estate": place.estate,
            "buildings": place.building,
            "created_at": began,
            "updated_at": began,
        }
        if place.estate and place.kind is not OrganizationKind.GROUP:  # which estate it serves came later
            past.append({**row, "id": new_id(), "row_id": own_id, "until_at": began + SERVES_SINCE, "estate": None})
            row["updated_at"] = began + SERVES_SINCE
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
        "estate": person.estate,
        "building": person.building,
    }


def _changing(state: State, ids: list[uuid.UUID]) -> Row:
    return {
        "organization_id": ids[state.place],
        "member_type": state.member_type,
        "full_on": state.full_on,
        "full_by_month": False,
        "management_class": state.management_class,
        "status": state.status,
        "flow_direction": FlowDirection.OUT if state.management_class is ManagementClass.FLOATING else None,
        "flow_place": "演示省演示市" if state.management_class is ManagementClass.FLOATING else None,
    }
