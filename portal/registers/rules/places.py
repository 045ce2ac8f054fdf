"""Where members live and which organization serves there: the counts behind the 3-3-3 rule and the coverage picture.

Estates and buildings stand in the register as people write them (演示花园, 3号楼); spaces do not matter.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from portal.registers.rules import BRANCH_KINDS, OrganizationKind
from portal.registers.rules.structure import wants_branch, wants_committee, wants_group

_SEPARATORS = re.compile(r"[、,，;；]+")
_COMMITTEES = frozenset({OrganizationKind.PARTY_COMMITTEE, OrganizationKind.GENERAL_BRANCH})


@dataclass(frozen=True, slots=True)
class Residents:
    """Members, of any type and full ones, who live in one building. `building` empty: only the estate is known."""

    estate: str
    building: str
    members_all: int
    members_full: int


@dataclass(frozen=True, slots=True)
class Server:
    """An organization and what it serves: an estate, or buildings of one."""

    id: uuid.UUID
    name: str
    kind: OrganizationKind
    estate: str
    buildings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildingCover:
    """A building of the coverage picture. `group` is the one that serves it."""

    estate: str
    building: str
    members_all: int
    members_full: int
    group: Server | None
    wants: bool


@dataclass(frozen=True, slots=True)
class EstateCover:
    """An estate of the coverage picture, with its buildings."""

    estate: str
    members_all: int
    members_full: int
    groups: int
    branch: Server | None
    wants: bool
    buildings: tuple[BuildingCover, ...]

    @property
    def covered(self) -> int:
        """How many of its buildings have a group."""
        return sum(1 for each in self.buildings if each.group)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole community. `wants_committee`: three branches and nothing above them."""

    estates: tuple[EstateCover, ...]
    branches: int
    wants_committee: bool
    strange: tuple[Residents, ...] = ()  # places where members live that the estates register does not have

    @property
    def buildings(self) -> int:
        """How many buildings are known."""
        return sum(len(each.buildings) for each in self.estates)

    @property
    def covered_buildings(self) -> int:
        """How many of them have a group."""
        return sum(each.covered for each in self.estates)

    @property
    def covered_estates(self) -> int:
        """How many estates have a branch."""
        return sum(1 for each in self.estates if each.branch)

    @property
    def suggestions(self) -> int:
        """How many groups, branches and committees the 3-3-3 rule suggests."""
        inside = sum(each.wants + sum(one.wants for one in each.buildings) for each in self.estates)
        return inside + self.wants_committee


def split_buildings(text: str | None) -> tuple[str, ...]:
    """Give the buildings of a text like 1号楼、2号楼, without blanks."""
    parts = ("".join(part.split()) for part in _SEPARATORS.split(text or ""))
    return tuple(dict.fromkeys(part for part in parts if part))


def plain_place(text: str | None) -> str:
    """Give a place as it is compared: without blanks."""
    return "".join((text or "").split())


def coverage(
    residents: Iterable[Residents], servers: Iterable[Server], known: Iterable[tuple[str, str]] = ()
) -> Coverage:
    """Set buildings against groups and estates against branches; what 3-3-3 suggests is marked.

    A place counts when the estates register has it (`known`: estate and building), a member lives there, or an
    organization says that it serves it.
    """
    registered = {(plain_place(estate), plain_place(building)) for estate, building in known}
    lived = {(each.estate, each.building): each for each in residents if each.estate}
    serving = list(servers)
    groups, branches = _by_place(serving)
    places = {*lived, *groups, *((estate, "") for estate in branches), *registered}
    estates: dict[str, list[BuildingCover]] = {}
    for estate, building in sorted(places, key=lambda place: (place[0], _natural(place[1]))):
        covers = estates.setdefault(estate, [])
        if building:
            covers.append(_building(lived.get((estate, building)), groups.get((estate, building)), estate, building))
    covered = tuple(_estate(name, covers, lived, serving, branches.get(name)) for name, covers in estates.items())
    number = sum(1 for each in serving if each.kind in BRANCH_KINDS)
    has_committee = any(each.kind in _COMMITTEES for each in serving)
    wants = wants_committee(branches=number, has_committee=has_committee)
    strange = tuple(each for place, each in sorted(lived.items()) if is_strange(place, registered))
    return Coverage(covered, number, wants, strange)


def is_strange(place: tuple[str, str], registered: Collection[tuple[str, str]]) -> bool:
    """Say whether a place where members live is none that the estates register has; without such a register none is.

    An estate that has no building in the register yet takes any building.
    """
    estate, _building_there = place
    if not registered or place in registered:
        return False
    has_buildings = any(known == estate and name for known, name in registered)
    return has_buildings or (estate, "") not in registered


def _by_place(servers: list[Server]) -> tuple[dict[tuple[str, str], Server], dict[str, Server]]:
    groups = {
        (each.estate, building): each
        for each in servers
        if each.kind is OrganizationKind.GROUP and each.estate
        for building in each.buildings
    }
    branches = {each.estate: each for each in servers if each.kind in BRANCH_KINDS and each.estate}
    return groups, branches


def _building(lived: Residents | None, group: Server | None, estate: str, building: str) -> BuildingCover:
    all_, full = (lived.members_all, lived.members_full) if lived else (0, 0)
    return BuildingCover(
        estate, building, all_, full, group, wants_group(members_all=all_, has_group=group is not None)
    )


def _estate(
    name: str,
    covers: list[BuildingCover],
    lived: dict[tuple[str, str], Residents],
    servers: list[Server],
    branch: Server | None,
) -> EstateCover:
    here = [each for (estate, _building_name), each in lived.items() if estate == name]
    groups = sum(1 for each in servers if each.kind is OrganizationKind.GROUP and each.estate == name)
    return EstateCover(
        name,
        sum(each.members_all for each in here),
        sum(each.members_full for each in here),
        groups,
        branch,
        wants_branch(groups=groups, has_branch=branch is not None),
        tuple(covers),
    )


def _natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Order 2号楼 before 10号楼."""
    parts = re.split(r"(\d+)", text)
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in parts if part)
