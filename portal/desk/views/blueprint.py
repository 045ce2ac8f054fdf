"""Where the screens of the desk hang."""

from flask import Blueprint

bp = Blueprint("desk", "portal.desk.views", url_prefix="/t/<division:code>/desk")
