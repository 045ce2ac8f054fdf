"""A move to another branch or group of the same community, and taking it back."""

import uuid
from typing import Any

from flask import Response, flash, g
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.registers import queries
from portal.registers.commands import transfers
from portal.registers.forms.lifecycle import MoveForm, WithdrawForm
from portal.registers.leaving import branches_left, posts_that_end
from portal.registers.queries.transfers import get_transfer
from portal.registers.rules.leaving import Leaving
from portal.registers.views.blueprint import bp
from portal.registers.views.post_words import post_words, say_posts
from portal.web.guard import requires
from portal.web.htmx import render, see_other


@bp.route("/members/<uuid:member_id>/move", methods=["GET", "POST"])
@requires(Permission.TRANSFER_PREPARE)
def move_member(member_id: uuid.UUID) -> Response:
    """Move a member to another branch or group here; posts of the old one end with it."""
    member = queries.get_member(member_id, tenant_id=g.tenant.id)
    places = queries.member_places(tenant_id=g.tenant.id)
    form: Any = MoveForm(on=clock.today(g.now))
    form.offer({name: key for name, key in places.items() if key != member.organization_id})
    left = branches_left(member.organization_id, None, tenant_id=g.tenant.id)
    ending = post_words(posts_that_end(member, Leaving.MOVED, left=left))
    if form.validate_on_submit():
        try:
            case = transfers.move_member(
                member_id,
                uuid.UUID(form.organization.data),
                on=form.on.data,
                reason=form.reason.data,
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s belongs to %(place)s now.", name=member.full_name, place=case.other_name), "success")
            if case.ended_posts:
                flash(_("Posts that ended with it: %(num)s.", num=len(case.ended_posts)), "info")
            return see_other("registers.show_member", member_id=member_id)
    status = 422 if form.is_submitted() else 200
    return render("registers/transfer_move.html", form=form, member=member, ending=ending, status=status)


@bp.route("/transfers/<uuid:transfer_id>/undo", methods=["GET", "POST"])
@requires(Permission.TRANSFER_PREPARE)
def move_back(transfer_id: uuid.UUID) -> Response:
    """Take back a move between branches, for a reason."""
    transfer = get_transfer(transfer_id, tenant_id=g.tenant.id)
    form: Any = WithdrawForm()
    if form.validate_on_submit():
        try:
            _case, back, kept_ended = transfers.move_back(
                transfer_id, reason=form.reason.data, actor=g.actor, now=g.now
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The move of %(name)s is taken back.", name=transfer.full_name), "success")
            say_posts(back, kept_ended)
            return see_other("registers.show_transfer", transfer_id=transfer_id)
    status = 422 if form.is_submitted() else 200
    return render("registers/transfer_undo.html", form=form, transfer=transfer, status=status)
