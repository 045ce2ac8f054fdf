"""Screens of elections."""

from portal.elections.views import candidates, cases, publication
from portal.elections.views.blueprint import bp

__all__ = ["bp", "candidates", "cases", "publication"]
