"""The four-level contact: the list, one link, its log."""

import uuid
from datetime import date
from typing import Any, cast

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.care.commands import links as commands
from portal.care.forms import LinkContactForm, LinkForm, ReasonForm
from portal.care.listed import LINKS
from portal.care.messages import LINK_LEVELS
from portal.care.models import ContactLink
from portal.care.queries import links as queries
from portal.care.queries.delegates import list_serving
from portal.care.queries.links import LinkFilter
from portal.care.rows import get_row
from portal.care.rules.links import LinkLevel, LinkPeriod, LinkState
from portal.care.views.blueprint import attempt, bp, chip, member_here, today
from portal.registers import queries as registers
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number
from portal.web.templating import day

LIST = "care.list_links"
ENTRIES_SHOWN = 100


@bp.get("/links")
@requires(Permission.CARE_LIST)
def list_links() -> Response:
    """Show the contacts of the four levels, the next one first."""
    look = LINKS.look(request.args)
    wanted, is_late = look.found, look.found.overdue_on is not None
    counts = queries.count_links(tenant_id=g.tenant.id, today=today())
    page = Page(page_number(), LINKS.count(look))
    return render(
        "care/links.html",
        rows=LINKS.rows(look, limit=page.per_page, offset=page.offset),
        heads=LINKS.heads(look),
        export=LINKS.export_url(look),
        page=page,
        today=today(),
        is_narrowed=wanted != LinkFilter(),
        levels=LinkLevel,
        links=[
            chip(LIST, _("All"), counts.by_level.total(), is_current=wanted == LinkFilter()),
            chip(LIST, _("Contact overdue"), counts.overdue, is_current=is_late, late="1"),
            *(
                chip(LIST, words, counts.by_level[each], is_current=wanted.level is each, level=each.value)
                for each, words in LINK_LEVELS.items()
            ),
            chip(LIST, _("Ended contacts"), counts.ended, is_current=wanted.has_ended, ended="1"),
        ],
    )


@bp.route("/links/new/<any(leader, street_team):contact_level>", methods=["GET", "POST"])
@requires(Permission.CONTACT_LINK_MANAGE)
def start_link(contact_level: str) -> Response:
    """Set up a contact whose near end is named in words."""
    action = url_for("care.start_link", contact_level=contact_level)
    return _form(LinkLevel(contact_level), None, action)


@bp.route("/members/<uuid:member_id>/links/new/<any(committee_member, member):near_level>", methods=["GET", "POST"])
@requires(Permission.CONTACT_LINK_MANAGE)
def start_member_link(member_id: uuid.UUID, near_level: str) -> Response:
    """Set up a contact whose near end is a member."""
    action = url_for("care.start_member_link", member_id=member_id, near_level=near_level)
    return _form(LinkLevel(near_level), member_here(member_id), action)


@bp.get("/links/<uuid:link_id>")
@requires(Permission.CARE_LIST)
def show_link(link_id: uuid.UUID) -> Response:
    """Show one contact with its log."""
    return _page(link_id)


@bp.post("/links/<uuid:link_id>/contacts")
@requires(Permission.CONTACT_LINK_MANAGE)
def log_link_contact(link_id: uuid.UUID) -> Response:
    """Enter a contact."""
    get_row(ContactLink, link_id, tenant_id=g.tenant.id)
    form = LinkContactForm(prefix="talk")
    entry = attempt(
        form,
        lambda: commands.log_link_contact(
            link_id,
            contacted_on=cast(date, form.contacted_on.data),
            what=form.what.data or "",
            households=form.households.data,
            actor=g.actor,
            now=g.now,
        ),
    )
    if entry is None:
        return _page(link_id, talk=form, status=422)
    flash(_("The contact is entered."), "success")
    return see_other("care.show_link", link_id=link_id)


@bp.post("/links/<uuid:link_id>/end")
@requires(Permission.CONTACT_LINK_MANAGE)
def end_link(link_id: uuid.UUID) -> Response:
    """End a contact."""
    get_row(ContactLink, link_id, tenant_id=g.tenant.id)
    form = ReasonForm(prefix="end")
    if attempt(form, lambda: commands.end_link(link_id, reason=form.reason.data or "", actor=g.actor, now=g.now)):
        flash(_("The contact is ended."), "success")
        return see_other("care.show_link", link_id=link_id)
    return _page(link_id, end=form, status=422)


def _form(level: LinkLevel, member: Any, action: str) -> Response:
    name = member.full_name if member else ""
    form = LinkForm(data={"starts_on": today(), "period": LinkPeriod.QUARTER.value, "from_member_id": name})
    form.offer(*_offers(level))
    if member is None:
        del form.from_member_id
    if form.is_submitted():
        link = attempt(form, lambda: commands.start_link(_new(form, level, member), actor=g.actor, now=g.now))
        if link:
            flash(_("The contact is set up. The first one is due by %(day)s.", day=day(link.due_on)), "success")
            return see_other("care.show_link", link_id=link.id)
    status = 422 if form.is_submitted() else 200
    return render("care/link_form.html", form=form, level=level, member=member, action=action, status=status)


def _offers(level: LinkLevel) -> tuple[list[tuple[uuid.UUID, str]], list[tuple[uuid.UUID, str]]]:
    if level is LinkLevel.STREET_TEAM:
        return [(row.id, row.name) for row in registers.list_organizations(tenant_id=g.tenant.id)], []
    return [], list_serving(tenant_id=g.tenant.id) if level is LinkLevel.COMMITTEE_MEMBER else []


def _new(form: LinkForm, level: LinkLevel, member: Any) -> commands.NewLink:
    organization, delegate = form.to_organization_id.data, form.to_delegate_id.data
    return commands.NewLink(
        level=level,
        period=LinkPeriod(form.period.data),
        starts_on=cast(date, form.starts_on.data),
        from_text=form.from_text.data or "",
        from_member_id=member.id if member else None,
        to_text=form.to_text.data or "",
        to_organization_id=uuid.UUID(organization) if organization else None,
        to_delegate_id=uuid.UUID(delegate) if delegate else None,
        households=form.households.data,
    )


def _page(link_id: uuid.UUID, *, status: int = 200, **forms: Any) -> Response:
    link = get_row(ContactLink, link_id, tenant_id=g.tenant.id)
    return render(
        "care/link.html",
        status=status,
        link=link,
        entries=queries.list_link_entries(link.id, tenant_id=g.tenant.id, limit=ENTRIES_SHOWN),
        is_open=link.state is LinkState.ACTIVE,
        today=today(),
        talk=forms.get("talk") or LinkContactForm(formdata=None, prefix="talk", data={"contacted_on": today()}),
        end=forms.get("end") or ReasonForm(formdata=None, prefix="end"),
    )
