"""Screens of scoring: rounds for the staff, ballots for the owners, results for all."""

from portal.scoring.views import ballots, results, rounds
from portal.scoring.views.blueprint import bp

__all__ = ["ballots", "bp", "results", "rounds"]
