"""The application: runs the view, commits once."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask, Response
from flask.templating import Environment

from portal.core import after_commit
from portal.core.db import db


class PortalTemplates(Environment):
    """Jinja with its globals in one dictionary: a chain of two is slow to look through for each imported macro."""

    def make_globals(self, values: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give the globals of a template, with its own on top."""
        return {**self.globals, **(values or {})}


class PortalFlask(Flask):
    """Flask with one rule more: an answer under 400 keeps the changes, anything else drops them."""

    jinja_environment = PortalTemplates

    def dispatch_request(self) -> Any:
        """Run the view, then commit once."""
        try:
            response: Response = self.make_response(super().dispatch_request())
        except Exception:
            db.session.rollback()  # before an error page may flush what failed
            after_commit.drop()
            raise
        if response.status_code < 400:
            db.session.commit()
            after_commit.run()
        else:
            db.session.rollback()
            after_commit.drop()
        return response
