"""Screens of the registers. Each module attaches its routes to the blueprint when it is imported."""

from portal.registers.views import (
    checks,
    lists,
    members,
    organization_forms,
    organizations,
    pictures,
    saved_lists,
    terms,
    then,
    units,
)
from portal.registers.views.blueprint import bp

__all__ = [
    "bp",
    "checks",
    "lists",
    "members",
    "organization_forms",
    "organizations",
    "pictures",
    "saved_lists",
    "terms",
    "then",
    "units",
]
