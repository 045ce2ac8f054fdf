"""The list of everything that the portal consists of: blueprints, sentences, tasks, places, job kinds."""

import importlib
import importlib.util
from types import ModuleType

from flask import Flask

from portal.console import labels
from portal.files import models as _files  # noqa: F401  its tables belong to the metadata
from portal.web import messages, navigation, tasks

FEATURES = ("notices", "desk", "estates", "registers", "reporting", "scoring", "elections", "care")
PARTS = ("models", "messages", "tasks", "places", "importing", "exporting", "views")
CONSOLE_VIEWS = ("sign_in", "workspace", "jobs", "health", "users", "audit_log", "tenants", "search")


def set_up(app: Flask) -> None:
    """Register every module with the application.

    A feature may have models, messages (MESSAGES), tasks (waiting_tasks), places (PLACES), importing and exporting
    (kinds of files, forms, job kinds) and views (bp); what it does not have is left out.
    """
    labels.set_up(app)
    for package in (*FEATURES, "console"):
        parts = {name: _part(package, name) for name in PARTS}
        if found := parts["messages"]:
            messages.register(found.MESSAGES)
        if found := parts["tasks"]:
            tasks.register(found.waiting_tasks)
        if found := parts["places"]:
            navigation.register(*found.PLACES)
        if found := parts["views"]:
            app.register_blueprint(found.bp)
    for name in CONSOLE_VIEWS:
        importlib.import_module(f"portal.console.{name}")
    app.register_blueprint(importlib.import_module("portal.console.blueprint").bp)


def _part(package: str, name: str) -> ModuleType | None:
    """Give portal.<package>.<name>, or None where the package has no such file."""
    path = f"portal.{package}.{name}"
    return importlib.import_module(path) if importlib.util.find_spec(path) else None
