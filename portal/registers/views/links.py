"""Second belongings: who reports here and belongs elsewhere, and the other way round."""

import uuid
from typing import Any

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.personal_data import mask_phone
from portal.desk.history import history_of
from portal.desk.removal import Removal, ask
from portal.desk.removing import what_hangs
from portal.registers import queries
from portal.registers.commands.links import NewLink, correct_link, create_link, end_link, remove_link
from portal.registers.forms.lifecycle import CorrectGuestForm, CorrectLinkForm, EndLinkForm, GuestForm, LinkForm
from portal.registers.history import link_fields
from portal.registers.listed import BELONGINGS
from portal.registers.messages.lifecycle import LINK_WORDS
from portal.registers.queries.links import (
    LinkRow,
    count_links,
    end_names,
    get_link,
    get_link_row,
    link_mobile,
    links_of,
)
from portal.registers.rules.belonging import LinkKind
from portal.registers.views.blueprint import bp
from portal.web import panels
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import PER_PAGE, Page, page_number
from portal.web.panels import Panel
from portal.web.templating import day

LINKED_MOST = 3


@bp.get("/second-belongings")
@requires(Permission.MEMBER_LIST)
def list_second_belongings() -> Response:
    """Show the second belongings in force, of one of the two kinds."""
    look = BELONGINGS.look(request.args)
    chosen = look.found
    counts = count_links(tenant_id=g.tenant.id, today=look.today)
    page = Page(page_number(), counts[chosen])
    rows = BELONGINGS.rows(look, limit=PER_PAGE, offset=page.offset)
    links = [
        (str(word), url_for("registers.list_second_belongings", kind=each.value), counts[each], each is chosen)
        for each, word in LINK_WORDS.items()
    ]
    return render(
        "registers/links.html",
        rows=[(row, mask_phone(link_mobile(row) or "")) for row in rows],
        heads=BELONGINGS.heads(look),
        export=BELONGINGS.export_url(look),
        page=page,
        links=links,
        kind=chosen.value,
    )


@bp.route("/second-belongings/new", methods=["GET", "POST"])
@requires(Permission.LINK_MANAGE)
def create_guest() -> Response:
    """Record somebody of another organization who reports here."""
    form: Any = GuestForm(from_on=clock.today(g.now))
    if form.validate_on_submit():
        new = NewLink(
            form.other_name.data, form.from_on.data, full_name=form.full_name.data, mobile=form.mobile.data or None
        )
        if _created(new, form):
            return see_other("registers.list_second_belongings", kind=LinkKind.HOME.value)
    return _form(form, _("Record somebody who reports here"), _("Record this second belonging"))


@bp.route("/members/<uuid:member_id>/second-belongings/new", methods=["GET", "POST"])
@requires(Permission.LINK_MANAGE)
def create_second_belonging(member_id: uuid.UUID) -> Response:
    """Record where one of our own members lives and reports."""
    member = queries.get_member(member_id, tenant_id=g.tenant.id)
    form: Any = LinkForm(from_on=clock.today(g.now))
    if form.validate_on_submit():
        new = NewLink(form.other_name.data, form.from_on.data, member_id=member_id)
        if _created(new, form):
            return see_other("registers.show_member", member_id=member_id)
    title = _("Where %(name)s lives and reports", name=member.full_name)
    back = (member.full_name, url_for("registers.show_member", member_id=member.id))
    return _form(form, title, _("Record this second belonging"), back)


def _form(form: Any, title: str, label: str, back: tuple[str, str] | None = None) -> Response:
    return render(
        "registers/link_form.html",
        form=form,
        title=title,
        label=label,
        back=back or (_("Second belongings"), url_for("registers.list_second_belongings")),
        known=end_names(tenant_id=g.tenant.id),
        status=422 if form.is_submitted() else 200,
    )


def _created(new: NewLink, form: Any) -> bool:
    try:
        link = create_link(new, actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return False
    flash(_("Recorded: %(name)s and %(other)s.", name=link.full_name, other=link.other_name), "success")
    return True


@bp.get("/second-belongings/<uuid:belonging_id>")
@requires(Permission.MEMBER_LIST)
def show_second_belonging(belonging_id: uuid.UUID) -> Response:
    """Show one second belonging: what it points at, what hangs on it, and its history."""
    link = get_link(belonging_id, tenant_id=g.tenant.id)
    names = {row.id: row.name for row in queries.list_organizations(tenant_id=g.tenant.id)}
    return render(
        "registers/link.html",
        row=get_link_row(belonging_id, tenant_id=g.tenant.id),
        mobile=mask_phone(link_mobile(link) or ""),
        words=LINK_WORDS,
        panels=panels.panels_for("member_link", link.id, actor=g.actor),
        history=history_of(link, tenant_id=g.tenant.id, fields=link_fields(names)),
    )


@bp.route("/second-belongings/<uuid:belonging_id>/correction", methods=["GET", "POST"])
@requires(Permission.LINK_MANAGE)
def correct_second_belonging(belonging_id: uuid.UUID) -> Response:
    """Put right what was entered wrong, for a reason."""
    row = get_link_row(belonging_id, tenant_id=g.tenant.id)
    form: Any = (CorrectGuestForm if row.kind is LinkKind.HOME else CorrectLinkForm)(obj=row)
    if form.validate_on_submit():
        try:
            correct_link(row.id, _corrected(row, form.data), reason=form.reason.data, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("Corrected: %(name)s and %(other)s.", name=row.full_name, other=form.other_name.data), "success")
            return see_other("registers.show_second_belonging", belonging_id=row.id)
    return _form(form, _("Correct a second belonging"), _("Correct it"), _back(row))


def _corrected(row: LinkRow, given: dict[str, Any]) -> NewLink:
    name, mobile = given.get("full_name") or row.full_name, given.get("mobile") or None
    return NewLink(given["other_name"], given["from_on"], member_id=row.member_id, full_name=name, mobile=mobile)


def _back(row: LinkRow) -> tuple[str, str]:
    return row.full_name, url_for("registers.show_second_belonging", belonging_id=row.id)


@bp.route("/second-belongings/<uuid:belonging_id>/removal", methods=["GET", "POST"])
@requires(Permission.LINK_MANAGE)
def remove_second_belonging(belonging_id: uuid.UUID) -> Response:
    """Remove a second belonging that never was, for a reason."""
    link, row = get_link(belonging_id, tenant_id=g.tenant.id), get_link_row(belonging_id, tenant_id=g.tenant.id)
    title, (area, back) = _("Remove a second belonging"), _back(row)
    removal = Removal(
        title, f"{row.full_name} · {row.other_name}", _("Remove it"), area, back, "registers", hangs=what_hangs(link)
    )
    asked = ask(removal, lambda reason: remove_link(belonging_id, reason=reason, actor=g.actor, now=g.now))
    if asked is not None:
        return asked
    flash(_("Removed: %(name)s and %(other)s.", name=row.full_name, other=row.other_name), "success")
    return see_other("registers.list_second_belongings", kind=row.kind.value)


@bp.route("/second-belongings/<uuid:belonging_id>/end", methods=["GET", "POST"])
@requires(Permission.LINK_MANAGE)
def end_second_belonging(belonging_id: uuid.UUID) -> Response:
    """End a second belonging."""
    link = get_link(belonging_id, tenant_id=g.tenant.id)
    form: Any = EndLinkForm(until_on=clock.today(g.now))
    if form.validate_on_submit():
        try:
            end_link(belonging_id, until_on=form.until_on.data, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("Ended: %(name)s and %(other)s.", name=link.full_name, other=link.other_name), "success")
            return see_other("registers.list_second_belongings", kind=link.kind.value)
    return render("registers/link_end.html", form=form, link=link, status=422 if form.is_submitted() else 200)


def links_panel(member_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Say where a member reports besides belonging here."""
    lines, found = [], links_of(member_id, tenant_id=actor.tenant_id)
    for link in found:
        since = _("since %(day)s", day=day(link.from_on))
        until = _("until before %(day)s", day=day(link.until_on)) if link.until_on else ""
        lines.append((link.other_name, " · ".join(part for part in (since, until) if part)))
    acts = [
        (_("See %(name)s", name=link.other_name), url_for("registers.show_second_belonging", belonging_id=link.id))
        for link in found[:LINKED_MOST]
    ]
    if can(actor, Permission.LINK_MANAGE):
        acts.append(
            (_("Record where the member lives and reports"),
             url_for("registers.create_second_belonging", member_id=member_id))
        )  # fmt: skip
    return Panel(_("Second belonging"), lines, _("Belongs here only."), acts)


panels.register("party_member", links_panel)
