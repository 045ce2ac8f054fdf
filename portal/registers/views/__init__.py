"""Screens of the registers. Each module attaches its routes to the blueprint when it is imported."""

from portal.registers.views import (
    arrivals,
    checks,
    duplicates,
    links,
    lists,
    members,
    moves,
    organization_forms,
    organizations,
    pictures,
    places,
    saved_lists,
    standing,
    terms,
    then,
    transfers,
    units,
)
from portal.registers.views.blueprint import bp

__all__ = [
    "arrivals",
    "bp",
    "checks",
    "duplicates",
    "links",
    "lists",
    "members",
    "moves",
    "organization_forms",
    "organizations",
    "pictures",
    "places",
    "saved_lists",
    "standing",
    "terms",
    "then",
    "transfers",
    "units",
]
