"""The trail of this tenant, in words."""

import uuid
from datetime import date, timedelta
from typing import Any

from flask import g, request, url_for

from portal.audit.queries import EventFilter, list_events
from portal.authz.permissions import Permission
from portal.console.blueprint import bp
from portal.console.tag_texts import AREAS, TAG_TEXTS, tags_of
from portal.console.trail_words import told
from portal.core import clock
from portal.web.forms import FIRST_DAY, LAST_DAY
from portal.web.guard import requires
from portal.web.htmx import render

__all__ = ["bp"]
PER_PAGE = 50


@bp.get("/t/<division:code>/audit-log")
@requires(Permission.AUDIT_LIST)
def list_audit_events() -> Any:
    """Show what was done here, the newest first, narrowed by area, person and days."""
    since, until = _day("since"), _day("until")
    area = request.args.get("area", "")
    wanted = EventFilter(
        tags=tags_of(area),
        person=request.args.get("person", "").strip()[:50],
        since=clock.day_start(since) if since else None,
        until=clock.day_start(until + timedelta(days=1)) if until else None,
    )
    events = list_events(g.tenant.id, wanted, before=_event_id("before"), limit=PER_PAGE + 1)
    shown = events[:PER_PAGE]
    filters = {"area": area, "person": wanted.person, "since": since, "until": until}
    kept: dict[str, Any] = {name: str(value) for name, value in filters.items() if value}
    older = url_for(".list_audit_events", **kept, before=shown[-1].id) if len(events) > PER_PAGE else None
    newest = url_for(".list_audit_events", **kept) if "before" in request.args else None
    return render(
        "console/audit_log.html",
        events=shown,
        texts=TAG_TEXTS,
        areas=AREAS,
        told=told,
        filters=filters,
        is_narrowed=bool(kept),
        older=older,
        newest=newest,
    )


def _day(name: str) -> date | None:
    """Give the day in the query, None where there is none, it is not one, or nobody can have meant it."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _event_id(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.args.get(name, ""))
    except ValueError:
        return None
