"""The page that asks before something is removed or taken back, and why; the same for every register."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from portal.core.errors import RuleBroken
from portal.desk.forms import RemovalForm
from portal.desk.removing import TableWords
from portal.web.htmx import render


@dataclass(frozen=True, slots=True)
class Removal:
    """What the page says. `hangs` names tables that keep the record from going: then nothing is asked.

    `blocked` says so in a sentence of its own; `undo` says how to get back, where that is possible.
    """

    title: str
    what: str
    label: str
    area: str
    back: str
    module: str
    facts: Sequence[str] = ()
    hangs: Collection[str] = ()
    blocked: str = ""
    undo: str | None = None


def ask(removal: Removal, remove: Callable[[str], Any]) -> Response | None:
    """Give the page that asks, or None once `remove` has done it with the reason that was given."""
    form: Any = RemovalForm()
    if form.validate_on_submit():
        try:
            remove(form.reason.data)
        except RuleBroken as error:
            error.field = None  # what broke belongs to no field here
            form.add_rule_error(error)
        else:
            return None
    status = 422 if form.is_submitted() else 200
    hangs = TableWords(removal.hangs) if removal.hangs else None
    return render("desk/removal.html", removal=removal, hangs=hangs, form=form, status=status)
