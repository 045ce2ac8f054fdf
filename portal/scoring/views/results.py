"""Results: for the staff once a round is over, for everybody once it is published."""

import uuid
from typing import Any

from flask import g

from portal.authz.permissions import Permission
from portal.scoring import queries
from portal.scoring.messages import FORMULAS
from portal.scoring.rules import RoundState
from portal.scoring.tasks import last_day
from portal.scoring.views.blueprint import WORDS, bp
from portal.web.guard import public, requires
from portal.web.htmx import render


@bp.get("/rounds/<uuid:round_id>/result")
@requires(Permission.RESULT_VIEW)
def show_result(round_id: uuid.UUID) -> Any:
    """Show the result of a round that is over, before it is published too."""
    return _result_page(queries.get_round(round_id))


@bp.get("/results")
@requires(Permission.RESULT_READ)
def list_results() -> Any:
    """Show the published results of this community."""
    rounds = queries.list_rounds(state=RoundState.PUBLISHED)
    return render("scoring/results.html", rounds=rounds, last_day=last_day, **WORDS)


@bp.get("/results/<uuid:published_round_id>")
@public
def show_published_result(published_round_id: uuid.UUID) -> Any:
    """Show a published result to anybody who has the link."""
    return _result_page(queries.get_published_round(published_round_id))


def _result_page(round_: Any) -> Any:
    report = queries.round_report(round_)
    return render("scoring/result.html", report=report, formulas=FORMULAS, printed_at=g.now, **WORDS)
