"""Screens of the head resolver, which asks whether entries are one owner."""

import uuid
from typing import Any

from flask import flash, g, request
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.estates import commands, queries
from portal.estates.forms import CertainForm, HeadForm
from portal.estates.messages import REASON_WORDS, VERDICT_WORDS
from portal.estates.rules import OwnerKind
from portal.estates.views.blueprint import WORDS, as_id, bp
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number

PAIRS_PER_PAGE = 20
SHOWS = ("open", "later", "decided")


@bp.get("/heads")
@requires(Permission.HEAD_DECIDE)
def list_heads() -> Any:
    """Show pairs of entries that may be one owner, each with what "one" does to the headcount."""
    return _heads_page(HeadForm(formdata=None))


def _heads_page(form: Any, *, status: int = 200) -> Any:
    show = request.args.get("show", "open")
    show = show if show in SHOWS else "open"
    questions = queries.count_questions()
    counts = {"open": questions.open, "later": questions.later, "decided": questions.decided}
    page = Page(page_number(), counts[show], PAIRS_PER_PAGE)
    pairs, decisions = [], []
    if show == "decided":
        decisions = queries.list_decisions(limit=PAIRS_PER_PAGE, offset=page.offset)
    else:
        pairs = queries.list_pairs(
            on=clock.today(g.now), put_off=show == "later", limit=PAIRS_PER_PAGE, offset=page.offset
        )
    return render(
        "estates/heads.html",
        form=form,
        show=show,
        counts=counts,
        page=page,
        pairs=pairs,
        certain=questions.certain if show == "open" else (),
        decisions=decisions,
        reasons=REASON_WORDS,
        verdicts=VERDICT_WORDS,
        status=status,
        **WORDS,
    )


@bp.post("/heads")
@requires(Permission.HEAD_DECIDE)
def decide_heads() -> Any:
    """Say whether two entries are one owner."""
    form: Any = HeadForm()
    if not form.validate():
        return _heads_page(form, status=422)
    first, second = as_id(form.first.data), as_id(form.second.data)
    if first is None or second is None:
        raise NotFound
    try:
        commands.decide_heads(
            first, second, verdict=form.verdict.data, reason=form.reason.data or "", actor=g.actor, now=g.now
        )
    except RuleBroken as error:
        form.add_rule_error(error)
        return _heads_page(form, status=422)
    flash(
        _("Noted: %(verdict)s. It can be taken back under “Decided”.", verdict=VERDICT_WORDS[form.verdict.data]),
        "success",
    )
    return see_other("estates.list_heads", show=_shown(request.args.get("show")))


def _shown(text: str | None) -> str | None:
    return text if text in SHOWS[1:] else None


@bp.route("/heads/certain/<any(person, organization):owner_kind>", methods=["GET", "POST"])
@requires(Permission.HEAD_DECIDE)
def decide_certain(owner_kind: str) -> Any:
    """Answer all pairs with the same ID number, or the same credit code, at once, after showing what that does."""
    kind = OwnerKind(owner_kind.upper())
    form: Any = CertainForm()
    if form.validate_on_submit():
        try:
            expected, why = _number(form.expected.data), form.reason.data or ""
            decisions = commands.decide_certain(kind, expected=expected, reason=why, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            said = ngettext("%(num)s pair is one owner now.", "%(num)s pairs are one owner each now.", len(decisions))
            flash(_("%(said)s Each can be taken back under “Decided”.", said=said), "success")
            return see_other("estates.list_heads")
    pairs = queries.certain_pairs(kind)
    effects = queries.effect_of_all(pairs, on=clock.today(g.now))
    status = 422 if form.is_submitted() else 200
    return render("estates/heads_certain.html", form=form, kind=kind, number=len(pairs), effects=effects, status=status)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else -1


@bp.post("/heads/<uuid:decision_id>/undo")
@requires(Permission.HEAD_DECIDE)
def undo_decision(decision_id: uuid.UUID) -> Any:
    """Take a decision back."""
    decision = queries.get_decision(decision_id)
    try:
        commands.undo_decision(decision, actor=g.actor, now=g.now)
    except RuleBroken as error:
        form: Any = HeadForm(formdata=None)
        form.add_rule_error(error)
        return _heads_page(form, status=422)
    flash(_("The decision is taken back; the question stands again."), "success")
    return see_other("estates.list_heads", show="decided")
