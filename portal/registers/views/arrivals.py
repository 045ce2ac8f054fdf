"""Somebody who brings a letter on paper."""

from typing import Any

from flask import Response, flash, g
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.registers import queries
from portal.registers.commands.arrivals import PaperLetter
from portal.registers.commands.arrivals import receive_letter as receive
from portal.registers.facts import read_facts
from portal.registers.forms.lifecycle import IncomingForm
from portal.registers.views.blueprint import bp
from portal.web.guard import requires
from portal.web.htmx import render, see_other

LETTER_FIELDS = ("from_name", "letter_no", "letter_on", "valid_to", "dues_until")


@bp.route("/transfers/incoming", methods=["GET", "POST"])
@requires(Permission.TRANSFER_DECIDE)
def receive_letter() -> Response:
    """Enter a letter on paper and the member whom it brings, in one go."""
    places = queries.member_places(tenant_id=g.tenant.id)
    form: Any = IncomingForm()
    form.offer(list(places))
    if form.validate_on_submit():
        facts, _number, problems = read_facts(
            {name: cell for name, cell in form.cells().items() if name not in LETTER_FIELDS},
            organizations=places,
            today=clock.today(g.now),
        )
        for problem in problems:
            form.add_rule_error(RuleBroken(problem.code, field=problem.column, **problem.values))
        if facts is not None and _received(form, facts):
            return see_other("registers.show_transfers", over="1")
    status = 422 if form.is_submitted() else 200
    return render("registers/transfer_incoming.html", form=form, places=places, letter=LETTER_FIELDS, status=status)


def _received(form: Any, facts: Any) -> bool:
    letter = PaperLetter(
        form.from_name.data,
        form.letter_no.data,
        form.letter_on.data,
        form.valid_to.data,
        form.dues_until.data or None,
    )
    try:
        receive(facts, letter, actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return False
    flash(_("%(name)s belongs here from today. Send the receipt slip back.", name=facts.full_name), "success")
    return True
