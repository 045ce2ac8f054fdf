"""The owners' roll of an estate with S and N, today or as the register stood on another day."""

import uuid
from datetime import date
from typing import Any

from flask import g, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.estates import queries, rules
from portal.estates.views.blueprint import WORDS, bp
from portal.web.guard import requires
from portal.web.htmx import render
from portal.web.pagination import Page, page_number


@bp.get("/<uuid:estate_id>/roll")
@requires(Permission.ESTATE_LIST)
def show_roll(estate_id: uuid.UUID) -> Any:
    """Show who owns what on a day, with heads and totals.

    A day before today is shown as the register stood at its end; with `known=now` by what is known today.
    """
    today = clock.today(g.now)
    asked, wrong = _day("on")
    meeting, wrong_meeting = _day("meeting")
    posted, wrong_posted = _day("posted")
    objections = request.args.get("objections", 0, type=int)
    on = asked or today
    known_at = queries.roll_known_at(on, today, by_today=request.args.get("known") == "now")
    name, counts_special = queries.get_estate_then(estate_id, known_at=None)
    roll = queries.rolls([estate_id], on=on, known_at=known_at).get(estate_id)
    units = roll.units if roll else ()
    counts_special = roll.counts_special if roll else counts_special
    page = Page(page_number(), len(units), queries.UNITS_PER_PAGE)
    lines = queries.roll_lines(
        estate_id,
        units,
        on=on,
        known_at=known_at,
        counts_special=counts_special,
        part=slice(page.offset, page.offset + page.per_page),
        masked=False,
    )
    return render(
        "estates/roll.html",
        estate_id=estate_id,
        name=name,
        lines=lines,
        totals=roll.totals() if roll else rules.NOBODY,
        counts_special=counts_special,
        page=page,
        on=on,
        today=today,
        as_known_then=known_at is not None,
        meeting=meeting,
        post_by=rules.last_day_to_post(meeting) if meeting else None,
        posting_days=rules.POSTING_DAYS,
        posted=posted,
        objections=objections,
        is_final=meeting is not None
        and rules.roll_may_be_locked(posted_on=posted, meeting_on=meeting, open_objections=objections, today=today),
        error=_("Write a day such as 2026-01-31.") if wrong or wrong_meeting or wrong_posted else "",
        **WORDS,
    )


def _day(name: str) -> tuple[date | None, bool]:
    """Give a day of the address, and whether there was something that is none."""
    text = request.args.get(name, "").strip()
    try:
        return (date.fromisoformat(text), False) if text else (None, False)
    except ValueError:
        return None, True
