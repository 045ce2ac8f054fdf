"""Screens of the desk: files in, files out."""

from portal.desk.views import batches, columns, exports, undoing
from portal.desk.views.blueprint import bp

__all__ = ["batches", "bp", "columns", "exports", "undoing"]
