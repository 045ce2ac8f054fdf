"""Service record cards: the member's own, and all of them for the staff."""

import uuid

from flask import Response, g, request

from portal.authz.permissions import Permission
from portal.core.errors import NotFound
from portal.reporting import queries
from portal.reporting.models import MemberReport
from portal.reporting.rules import ReportState
from portal.reporting.views.blueprint import bp
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number


@bp.get("/my-card")
@requires(Permission.CARD_VIEW)
def show_my_card() -> Response:
    """Show the member's own card; without an accepted report, where it stands instead."""
    report = queries.find_accepted_report(g.actor.user_id)
    if report is None:
        return see_other("reporting.show_my_report")
    return _card(report, is_own=True)


@bp.get("/cards")
@requires(Permission.CARD_LIST)
def list_cards() -> Response:
    """List the cards of all who were accepted here."""
    search = request.args.get("q", "").strip()
    total = queries.count_reports(search=search)[ReportState.ACCEPTED]
    page = Page(page_number(), total)
    rows = queries.list_cards(search=search, limit=page.per_page, offset=page.offset)
    return render("reporting/cards.html", rows=rows, page=page, search=search)


@bp.get("/cards/<uuid:report_id>")
@requires(Permission.CARD_LIST)
def show_card(report_id: uuid.UUID) -> Response:
    """Show one member's card to the staff."""
    report = queries.get_report(report_id)
    if report.state is not ReportState.ACCEPTED:
        raise NotFound
    return _card(report, is_own=False)


def _card(report: MemberReport, *, is_own: bool) -> Response:
    page = Page(page_number(), queries.count_card_services(report.id))
    return render(
        "reporting/card.html",
        report=report,
        is_own=is_own,
        sums=queries.hours_of(report.id),
        entries=queries.list_card_services(report, limit=page.per_page, offset=page.offset),
        page=page,
        printed_on=g.now,
    )
