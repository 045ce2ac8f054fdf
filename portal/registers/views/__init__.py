"""Screens of the registers. Each module attaches its routes to the blueprint when it is imported."""

from portal.registers.views import exports, lists, members, organizations, pictures, saved_lists, then
from portal.registers.views.blueprint import bp

__all__ = ["bp", "exports", "lists", "members", "organizations", "pictures", "saved_lists", "then"]
