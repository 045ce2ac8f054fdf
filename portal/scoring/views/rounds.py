"""Rounds: what the community's staff sees and does."""

import uuid
from datetime import timedelta
from typing import Any

from flask import flash, g
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.estates import queries as estates
from portal.scoring import commands, queries, rules
from portal.scoring.forms import CloseForm, RoundForm
from portal.scoring.tasks import last_day
from portal.scoring.views.blueprint import WORDS, bp
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number


@bp.get("/rounds")
@requires(Permission.ROUND_LIST)
def list_rounds() -> Any:
    """Show the rounds of this community."""
    page = Page(page_number(), queries.count_rounds(), queries.ROUNDS_PER_PAGE)
    rounds = queries.list_rounds(page=page.number)
    return render("scoring/rounds.html", rounds=rounds, page=page, last_day=last_day, **WORDS)


@bp.route("/rounds/new", methods=["GET", "POST"])
@requires(Permission.ROUND_MANAGE)
def create_round() -> Any:
    """Prepare a round."""
    contracts = estates.list_contracts()
    form: Any = RoundForm()
    form.contract.choices = [SelectChoice(str(one.id), f"{one.estate_name} · {one.company_name}") for one in contracts]
    if form.validate_on_submit():
        try:
            round_ = commands.create_round(
                estates.get_contract(uuid.UUID(form.contract.data)),
                title=form.title.data,
                opens_at=clock.day_start(form.first_day.data),
                closes_at=clock.day_start(form.last_day.data + timedelta(days=1)),
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            return see_other("scoring.show_round", round_id=round_.id)
    status = 422 if form.is_submitted() else 200
    return render(
        "scoring/round_form.html", form=form, contracts=contracts, pack=rules.NATIONAL, status=status, **WORDS
    )


@bp.get("/rounds/<uuid:round_id>")
@requires(Permission.ROUND_LIST)
def show_round(round_id: uuid.UUID) -> Any:
    """Show a round: where it stands, how many took part, what comes next."""
    return _round_page(round_id, CloseForm(formdata=None))


def _round_page(round_id: uuid.UUID, form: Any, *, status: int = 200) -> Any:
    round_ = queries.get_round(round_id)
    delivered = sum(round_.roll.values()) or estates.count_delivered_units(round_.estate_id)
    pack = rules.pack_as_read(round_.template)
    ballots = queries.count_ballots(round_id)
    return render(
        "scoring/round.html",
        round=round_,
        contract=estates.get_contract(round_.contract_id),
        pack=pack,
        last_day=last_day(round_),
        participation=rules.participation(ballots=ballots, delivered_units=delivered),
        is_enough=rules.is_sample_enough(
            ballots=ballots, delivered_units=delivered, percent=pack.min_participation_percent
        ),
        is_over=g.now >= round_.closes_at,
        now=g.now,
        form=form,
        status=status,
        **WORDS,
    )


@bp.post("/rounds/<uuid:round_id>/opening")
@requires(Permission.ROUND_MANAGE)
def open_round(round_id: uuid.UUID) -> Any:
    """Let the owners score."""
    round_ = commands.open_round(queries.get_round(round_id), actor=g.actor, now=g.now)
    flash(_("The round is open. Owners of units that were handed over find it among their tasks."), "success")
    return see_other("scoring.show_round", round_id=round_.id)


@bp.post("/rounds/<uuid:round_id>/closing")
@requires(Permission.ROUND_MANAGE)
def close_round(round_id: uuid.UUID) -> Any:
    """End a round."""
    round_ = queries.get_round(round_id)
    form: Any = CloseForm()
    if form.validate():
        try:
            commands.close_round(round_, reason=form.reason.data or "", actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The round is over. Look at the result, then publish it."), "success")
            return see_other("scoring.show_result", round_id=round_id)
    return _round_page(round_id, form, status=422)


@bp.post("/rounds/<uuid:round_id>/publication")
@requires(Permission.ROUND_MANAGE)
def publish_result(round_id: uuid.UUID) -> Any:
    """Make the result public."""
    commands.publish_result(queries.get_round(round_id), actor=g.actor, now=g.now)
    flash(_("The result is public. Anybody with the link can read it."), "success")
    return see_other("scoring.show_published_result", published_round_id=round_id)
