"""Screens of double reporting: members on a phone, staff at a desk."""

from portal.reporting import merging, panels
from portal.reporting.views import cards, my_report, posts, reports, services
from portal.reporting.views.blueprint import bp

__all__ = ["bp", "cards", "merging", "my_report", "panels", "posts", "reports", "services"]
