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
from portal.registers import queries
from portal.registers.commands.links import LINK_MOBILE, NewLink, create_link, end_link
from portal.registers.forms.lifecycle import EndLinkForm, GuestForm, LinkForm
from portal.registers.messages.lifecycle import LINK_WORDS
from portal.registers.models import MemberLink
from portal.registers.queries.links import count_links, get_link, links_of, list_links
from portal.registers.rules.belonging import LinkKind
from portal.registers.views.blueprint import bp
from portal.tenancy import vault
from portal.web import panels
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import PER_PAGE, Page, page_number
from portal.web.panels import Panel
from portal.web.templating import day


@bp.get("/second-belongings")
@requires(Permission.MEMBER_LIST)
def list_second_belongings() -> Response:
    """Show the second belongings in force, of one of the two kinds."""
    kind = request.args.get("kind", "")
    chosen = LinkKind(kind) if kind in set(LinkKind) else LinkKind.HOME
    today, tenant_id = clock.today(g.now), g.tenant.id
    counts = count_links(tenant_id=tenant_id, today=today)
    page = Page(page_number(), counts[chosen])
    rows = list_links(chosen, tenant_id=tenant_id, today=today, limit=PER_PAGE, offset=page.offset)
    links = [
        (str(word), url_for("registers.list_second_belongings", kind=each.value), counts[each], each is chosen)
        for each, word in LINK_WORDS.items()
    ]
    shown = [(row, _mobile(row)) for row in rows]
    return render("registers/links.html", rows=shown, page=page, links=links, kind=chosen.value)


def _mobile(link: MemberLink) -> str:
    if link.mobile_sealed is None:
        return ""
    return mask_phone(vault.unseal(LINK_MOBILE, link.tenant_id, link.id, link.mobile_sealed))


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
    return render("registers/link_form.html", form=form, member=None, status=422 if form.is_submitted() else 200)


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
    return render("registers/link_form.html", form=form, member=member, status=422 if form.is_submitted() else 200)


def _created(new: NewLink, form: Any) -> bool:
    try:
        link = create_link(new, actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return False
    flash(_("Recorded: %(name)s and %(other)s.", name=link.full_name, other=link.other_name), "success")
    return True


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
    lines = []
    for link in links_of(member_id, tenant_id=actor.tenant_id):
        since = _("since %(day)s", day=day(link.from_on))
        until = _("until before %(day)s", day=day(link.until_on)) if link.until_on else ""
        lines.append((link.other_name, " · ".join(part for part in (since, until) if part)))
    acts = []
    if can(actor, Permission.LINK_MANAGE):
        acts.append(
            (_("Record where the member lives and reports"),
             url_for("registers.create_second_belonging", member_id=member_id))
        )  # fmt: skip
    return Panel(_("Second belonging"), lines, _("Belongs here only."), acts)


panels.register("party_member", links_panel)
