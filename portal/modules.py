"""The list of everything that the portal consists of: blueprints, sentences, tasks, places, job kinds."""

import importlib
import os
import sys
import importlib.util
from types import ModuleType

from flask import Flask

from portal.console import labels
from portal.files import models as _files  # noqa: F401  its tables belong to the metadata
from portal.web import messages, navigation, tasks

LENIENT = bool(os.environ.get("LINLI_LENIENT"))  # DEV ONLY, to be removed
# Each may have views (bp), messages (MESSAGES), tasks (waiting_tasks), places (PLACES) and importing (job kinds).
FEATURES = ("notices", "desk", "estates", "registers", "reporting", "scoring", "elections")
CONSOLE = ("sign_in", "workspace", "jobs", "health", "users", "audit_log", "tenants")


def set_up(app: Flask) -> None:
    """Register every module with the application."""
    blueprints = []
    for name in FEATURES:
        _part(name, "models")
        if found := _part(name, "messages"):
            messages.register(found.MESSAGES)
        if found := _part(name, "tasks"):
            tasks.register(found.waiting_tasks)
        if found := _part(name, "places"):
            navigation.register(*found.PLACES)
        _part(name, "importing")
        if found := _part(name, "views"):
            blueprints.append(found.bp)
    for name in CONSOLE:
        if (found := _part("console", name)) and hasattr(found, "bp"):
            blueprints.append(found.bp)
    labels.set_up(app)
    if found := _part("console", "messages"):
        messages.register(found.MESSAGES)
    if found := _part("console", "places"):
        navigation.register(*found.PLACES)
    for blueprint in dict.fromkeys(blueprints):
        app.register_blueprint(blueprint)
    if LENIENT:
        navigation._places[:] = [place for place in navigation._places if place.endpoint in app.view_functions]


def _part(package: str, name: str) -> ModuleType | None:
    """Give portal.<package>.<name>, or None where the package has no such file."""
    return part(f"portal.{package}.{name}")


def part(path: str) -> ModuleType | None:
    """Give a module by its path, or None where there is no such file."""
    if not importlib.util.find_spec(path):
        return None
    try:
        return importlib.import_module(path)
    except Exception:
        if not LENIENT:
            raise
        print("SKIPPED", path, file=sys.stderr)
        return None
