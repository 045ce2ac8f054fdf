"""The flag of somebody in need beside the class, and the monthly dues, on a page of their own."""

import uuid
from decimal import Decimal
from typing import Any

from flask import Response, flash, g, url_for
from flask_babel import gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.registers import queries
from portal.registers.commands.extras import set_extras
from portal.registers.forms.lifecycle import ExtrasForm
from portal.registers.rules.dues import BANDS, PayKind, dues_of
from portal.registers.views.blueprint import bp
from portal.web import panels
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.panels import Panel


@bp.route("/members/<uuid:member_id>/extras", methods=["GET", "POST"])
@requires(Permission.MEMBER_EDIT)
def change_extras(member_id: uuid.UUID) -> Response:
    """Change flag and dues; the pay that dues are reckoned from is asked for and not kept."""
    member = queries.get_member(member_id, tenant_id=g.tenant.id)
    form: Any = ExtrasForm(
        is_vulnerable=member.vulnerable_since is not None,
        vulnerable_since=member.vulnerable_since or clock.today(g.now),
        dues_monthly=member.dues_monthly,
    )
    if form.validate_on_submit():
        try:
            since = form.vulnerable_since.data or clock.today(g.now)
            changed = set_extras(
                member_id,
                vulnerable_since=since if form.is_vulnerable.data else None,
                dues_monthly=_dues(form),
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("Care and dues of %(name)s are changed.", name=changed.full_name), "success")
            return see_other("registers.show_member", member_id=member_id)
    status = 422 if form.is_submitted() else 200
    return render("registers/extras.html", form=form, member=member, bands=BANDS, kinds=PayKind, status=status)


def _dues(form: Any) -> Decimal | None:
    """Give the amount that was typed, or else what the table gives for the pay."""
    amount: Decimal | None = form.dues_monthly.data
    if form.pay_kind.data:
        return dues_of(PayKind(form.pay_kind.data), form.pay.data)
    return amount


def extras_panel(member_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Say what is kept of care and dues, with the way to change it."""
    member = queries.get_member(member_id, tenant_id=actor.tenant_id)
    lines = []
    if member.vulnerable_since:
        lines.append((_("Also in need"), _("since %(day)s", day=member.vulnerable_since.isoformat())))
    if member.dues_monthly is not None:
        lines.append((_("Dues a month"), f"¥{member.dues_monthly}"))
    links = []
    if can(actor, Permission.MEMBER_EDIT) and member.status in queries.PRESENT:
        links = [(_("Change care and dues"), url_for("registers.change_extras", member_id=member_id))]
    return Panel(_("Care and dues"), lines, _("No need beside the class and no dues are recorded."), links)


panels.register("party_member", extras_panel)
