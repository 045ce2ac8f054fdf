"""The blueprint that all screens of the registers attach to."""

from flask import Blueprint

bp = Blueprint("registers", __name__, url_prefix="/t/<division:code>/registers")
