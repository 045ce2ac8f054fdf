"""The blueprint of elections, and the words that its templates use."""

from typing import Any

from flask import Blueprint

from portal.elections import messages

bp = Blueprint("elections", __name__, url_prefix="/t/<division:code>/elections")


@bp.context_processor
def words() -> dict[str, Any]:
    """Give the templates the names of states, kinds and sources."""
    return {"words": messages}
