"""Screens of the estates register."""

from portal.estates.views import (
    cards,
    companies,
    estates,
    every_unit,
    heads,
    kept,
    owners,
    owning,
    removing,
    roll,
    units,
)
from portal.estates.views.blueprint import bp

__all__ = [
    "bp",
    "cards",
    "companies",
    "estates",
    "every_unit",
    "heads",
    "kept",
    "owners",
    "owning",
    "removing",
    "roll",
    "units",
]
