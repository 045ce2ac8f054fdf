"""Screens of care: an overview, a list and a record for each subject, and the public page of a card."""

from portal.care import leaving, merging, panels
from portal.care.views import cards, delegates, floating, links, opinions, overview, posts, public, visit_rounds, visits
from portal.care.views.blueprint import bp

__all__ = [
    "bp",
    "cards",
    "delegates",
    "floating",
    "leaving",
    "links",
    "merging",
    "opinions",
    "overview",
    "panels",
    "posts",
    "public",
    "visit_rounds",
    "visits",
]
