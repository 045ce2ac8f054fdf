"""Screens of the desk: files in, files out."""

from portal.desk.views import batches, exports
from portal.desk.views.blueprint import bp

__all__ = ["batches", "bp", "exports"]
