"""The blueprint of the console's own screens."""

from flask import Blueprint

bp = Blueprint("console", __name__)
