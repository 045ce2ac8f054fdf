"""Screens of one ownership: correct it, end it, let its owner vote for the unit."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import flash, g
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.estates import commands, queries
from portal.estates.forms import EndForm, FromForm, TitleForm
from portal.estates.views.blueprint import bp, status_of
from portal.estates.views.units import PERCENT, title_of
from portal.web.guard import requires
from portal.web.htmx import render, see_other


@bp.route("/ownerships/<uuid:ownership_id>/change", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def correct_ownership(ownership_id: uuid.UUID) -> Any:
    """Correct ground, paper, share and first day of an ownership."""
    held = queries.get_ownership(ownership_id)
    share = None if held.share is None else Decimal(held.share) / PERCENT
    form: Any = TitleForm(basis=held.title_basis, document=held.document, share=share, valid_from=held.valid_from)
    if form.validate_on_submit():
        try:
            commands.correct_ownership(held, title=title_of(form, votes=False), actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The ownership is corrected."), "success")
            return see_other("estates.show_unit", unit_id=held.unit_id)
    return _page("estates/ownership_form.html", held, form)


@bp.route("/ownerships/<uuid:ownership_id>/end", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def end_ownership(ownership_id: uuid.UUID) -> Any:
    """End an ownership without a successor."""
    held = queries.get_ownership(ownership_id)
    form: Any = EndForm(last_day=clock.today(g.now))
    if form.validate_on_submit():
        try:
            until = form.last_day.data + timedelta(days=1)
            commands.end_ownership(held, valid_until=until, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(RuleBroken(error.code, field="last_day", **error.values))
        else:
            flash(_("The ownership is ended."), "success")
            return see_other("estates.show_unit", unit_id=held.unit_id)
    return _page("estates/ownership_end.html", held, form)


@bp.route("/ownerships/<uuid:ownership_id>/vote", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def set_representative(ownership_id: uuid.UUID) -> Any:
    """Let this co-owner vote for the unit from a day on."""
    held = queries.get_ownership(ownership_id)
    form: Any = FromForm(from_day=clock.today(g.now))
    if form.validate_on_submit():
        try:
            commands.set_representative(held, from_day=form.from_day.data, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("From that day this owner votes for the unit."), "success")
            return see_other("estates.show_unit", unit_id=held.unit_id)
    return _page("estates/representative_form.html", held, form)


def _page(template: str, held: Any, form: Any) -> Any:
    return render(
        template,
        form=form,
        held=held,
        owner=queries.get_owner(held.owner_id),
        unit=queries.get_unit(held.unit_id),
        status=status_of(form),
    )
