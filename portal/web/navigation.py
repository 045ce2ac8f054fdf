"""The modules and places that a person sees in this tenant. Modules hand their entries in at start."""

from dataclasses import dataclass, replace
from typing import Any

from flask import g, request

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.tenancy.levels import Level
from portal.web.addresses import address

BOTTOM_MOST = 4


@dataclass(frozen=True)
class Place:
    """An entry of the navigation. `levels` says in which kinds of tenant it means anything."""

    label: Any
    endpoint: str
    permission: Permission
    module: str
    order: int
    on_phone: bool = False
    is_main: bool = True  # in the row of the page's head; otherwise in the menu
    levels: frozenset[Level] = frozenset({Level.COMMUNITY, Level.STREET})


@dataclass(frozen=True)
class Item:
    """An entry as it is shown."""

    label: str
    url: str
    module: str
    current: bool


_places: list[Place] = []


def register(*places: Place) -> None:
    """Hand in a module's entries."""
    for place in places:
        if place not in _places:
            _places.append(place)
    _places.sort(key=lambda place: place.order)


def nav_items() -> list[Item]:
    """Give the main entries that this person may use here, in order."""
    return _marked([(place, item) for place, item in _shown() if place.is_main])


def menu_items() -> list[Item]:
    """Give the entries that stand in the menu only."""
    return [item for place, item in _shown() if not place.is_main]


def bottom_items() -> list[Item]:
    """Give at most four entries for the bottom of a phone."""
    return _marked([(place, item) for place, item in _shown() if place.on_phone][:BOTTOM_MOST])


def _shown() -> list[tuple[Place, Item]]:
    """Give the places and their entries, made once for the three parts of the frame that show them."""
    if "shown_places" not in g:
        g.shown_places = [(place, _item(place)) for place in _allowed()]
    shown: list[tuple[Place, Item]] = g.shown_places
    return shown


def _allowed() -> list[Place]:
    actor, tenant = g.get("actor"), g.get("tenant")
    if actor is None or tenant is None:
        return []
    return [place for place in _places if tenant.level in place.levels and can(actor, place.permission)]


def _item(place: Place) -> Item:
    return Item(str(place.label), address(place.endpoint), place.module, request.endpoint == place.endpoint)


def _marked(shown: list[tuple[Place, Item]]) -> list[Item]:
    """Mark the first entry of the module on its inner pages, which have no entry of their own."""
    items = [item for _, item in shown]
    if request.blueprint == "console" or any(item.current for item in items):
        return items
    for at, (place, item) in enumerate(shown):
        if place.endpoint.partition(".")[0] == request.blueprint:
            return [*items[:at], replace(item, current=True), *items[at + 1 :]]
    return items
