"""The blueprint of care, the words its templates share, and what its views do alike."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, Response, g, request, url_for

from portal.care import messages
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.registers import queries as registers
from portal.registers.queries.briefs import find_briefs
from portal.web.forms import PortalForm

bp = Blueprint("care", __name__, url_prefix="/t/<division:code>/care")
SEARCH_MOST = 500
Done = TypeVar("Done")


@bp.context_processor
def words() -> dict[str, Any]:
    """Give the templates the words for kinds and states."""
    return {name: value for name, value in vars(messages).items() if name.isupper() and name != "MESSAGES"}


@bp.after_request
def never_keep(response: Response) -> Response:
    """Let no browser and no proxy keep a page of care: what is withdrawn is gone at once."""
    response.headers["Cache-Control"] = "no-store"
    return response


def attempt(form: PortalForm, command: Callable[[], Done]) -> Done | None:
    """Run a command for a valid form; None, with what is wrong beside the fields, where form or rules say no."""
    if not form.validate():
        return None
    try:
        return command()
    except RuleBroken as error:
        form.add_rule_error(error)
        return None


def member_here(member_id: uuid.UUID) -> Any:
    """Give the member of the path; raises NotFound."""
    return registers.get_member(member_id, tenant_id=g.tenant.id)


def searched() -> tuple[str, tuple[uuid.UUID, ...] | None]:
    """Give the words searched for and the members they find; None for no search."""
    text = request.args.get("q", "").strip()[:20]
    if not text:
        return "", None
    return text, tuple(brief.id for brief in find_briefs(text, tenant_id=g.tenant.id, limit=SEARCH_MOST))


def chip(
    endpoint: str, words_: Any, number: int | None, *, is_current: bool, **query: Any
) -> tuple[str, str, Any, bool]:
    """Give one link that narrows a list."""
    return str(words_), url_for(endpoint, **query), number, is_current


def today() -> date:
    """Give the Chinese calendar day of this request."""
    return clock.today(g.now)
