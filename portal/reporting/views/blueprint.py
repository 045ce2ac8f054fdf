"""The blueprint of double reporting and the words its templates share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint

from portal.core import clock
from portal.reporting import messages
from portal.reporting.rules import PostCategory, hours_text

bp = Blueprint("reporting", __name__, url_prefix="/t/<division:code>/reporting")


@bp.context_processor
def words() -> dict[str, Any]:
    """Give the templates the words for states, kinds and grades."""
    given: dict[str, dict[Any, Any] | Callable[[int], str]] = {
        "REPORT_STATES": messages.REPORT_STATES,
        "SERVICE_STATES": messages.SERVICE_STATES,
        "POST_STATES": messages.POST_STATES,
        "GRADES": messages.GRADES,
        "CATEGORIES": messages.CATEGORIES,
        "hours": hours_text,
    }
    return given


@bp.app_template_filter()
def clock_time(moment: datetime) -> str:
    """14:05, Chinese wall-clock time."""
    return f"{clock.local(moment):%H:%M}"


@bp.app_template_filter()
def category_text(value: str) -> str:
    """Give the words for a kind of post."""
    return str(messages.CATEGORIES[PostCategory(value)])
