"""The health check."""

from typing import Any

from flask import jsonify
from sqlalchemy import literal, select

from portal.console.blueprint import bp
from portal.core.db import db
from portal.web.guard import public


@bp.get("/healthz")
@public
def healthz() -> Any:
    """Say that the process answers and reaches its database."""
    db.session.execute(select(literal(1)))
    return jsonify(status="ok")
