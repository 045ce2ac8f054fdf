"""What the columns of a file mean: shown, corrected by hand once, remembered."""

import json
import uuid
from typing import Any

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import personal_data
from portal.core.errors import NotAllowed, RuleBroken
from portal.desk import queries
from portal.desk.commands import reading as commands
from portal.desk.kinds import ImportKind, get_kind
from portal.desk.messages import HOW_WORDS, STATE_TONES, STATE_WORDS
from portal.desk.models import ImportBatch
from portal.desk.rules import MOBILE_DIGITS
from portal.desk.views.blueprint import bp
from portal.desk.words import MASKS
from portal.tenancy import vault
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.messages import sentence

LONG_NUMBER = 15
FIELD = "column-"


@bp.post("/batches/<uuid:batch_id>/columns")
@requires(Permission.DESK_USE)
def name_columns(batch_id: uuid.UUID) -> Response:
    """Take what a person says of the columns, remember it, and check the rows anew."""
    batch, kind = _allowed(batch_id)
    said = _said(batch)
    page = url_for("desk.show_batch", batch_id=batch_id)
    try:
        places = _places(said, kind)
        commands.name_columns(batch_id, kind, places=places, page=page, actor=g.actor, now=g.now)
    except RuleBroken as error:
        return ask_columns(batch, kind, said=said, problem=error, status=422)
    flash(_("The columns are remembered for files with the same headings."), "success")
    return see_other("desk.show_batch", batch_id=batch_id)


@bp.post("/batches/<uuid:batch_id>/sheet")
@requires(Permission.DESK_USE)
def choose_sheet(batch_id: uuid.UUID) -> Response:
    """Read another sheet of the same file."""
    batch, kind = _allowed(batch_id)
    page = url_for("desk.show_batch", batch_id=batch_id)
    sheet = request.form.get("sheet", "")
    try:
        commands.choose_sheet(batch_id, kind, sheet=sheet, page=page, actor=g.actor, now=g.now)
    except RuleBroken as error:
        return ask_columns(batch, kind, problem=error, status=422)
    return see_other("desk.show_batch", batch_id=batch_id)


def ask_columns(
    batch: ImportBatch,
    kind: ImportKind,
    *,
    said: dict[int, str] | None = None,
    problem: RuleBroken | None = None,
    status: int = 200,
) -> Response:
    """Show the columns of a file and ask what they mean."""
    data = columns_data(batch, kind, said=said)
    words = sentence(problem.code, problem.values) if problem else ""
    names = {"states": STATE_WORDS, "tones": STATE_TONES}
    return render("desk/columns.html", status=status, batch=batch, kind=kind, problem=words, **data, **names)


def columns_data(batch: ImportBatch, kind: ImportKind, *, said: dict[int, str] | None = None) -> dict[str, Any]:
    """Give the lines of the form: each column of the file, its first cells masked, what it is taken for."""
    taken = said if said is not None else {place: key for key, place in batch.places.items()}
    masks = {column.key: column.mask for column in kind.columns}
    matched = batch.matched or {}
    examples = _samples(batch)
    lines = []
    for place, name in enumerate(batch.headings):
        key, cells = taken.get(place, ""), examples[place] if place < len(examples) else []
        if not name and not cells and not key:
            continue
        shown = [_masked(cell, masks.get(key, "")) for cell in cells]
        how = "" if said is not None else HOW_WORDS.get(matched.get(key, ""), "")
        lines.append({"place": place, "name": name, "cells": shown, "key": key, "how": how})
    return {
        "column_lines": lines,
        "column_choices": [(column.key, column.heading, column.required) for column in kind.columns],
        "columns_missing": [c.heading for c in kind.columns if c.required and c.key not in taken.values()],
        "may_name": batch.file_id is not None,
    }


def _samples(batch: ImportBatch) -> list[list[str]]:
    if batch.samples_sealed is None:
        return []
    text = vault.unseal(commands.SAMPLES_SEAL, batch.tenant_id, batch.id, batch.samples_sealed)
    found: list[list[str]] = json.loads(text)
    return found


def _masked(cell: str, mask: str) -> str:
    """Mask a cell as its column asks for, and whatever looks like a personal number in any column."""
    digits = sum(letter.isdigit() for letter in cell)
    if digits >= LONG_NUMBER:
        return personal_data.mask_id_number(cell)
    if digits >= MOBILE_DIGITS:
        return personal_data.mask_phone(cell)
    return MASKS[mask](cell) if mask in MASKS else cell


def _said(batch: ImportBatch) -> dict[int, str]:
    places = range(len(batch.headings))
    return {place: key for place in places if (key := request.form.get(f"{FIELD}{place}", "")[:40])}


def _places(said: dict[int, str], kind: ImportKind) -> dict[str, int]:
    headings = {column.key: column.heading for column in kind.columns}
    places: dict[str, int] = {}
    for place, key in said.items():
        if key in places:
            raise RuleBroken("desk.column_twice", field="columns", heading=headings.get(key, key))
        places[key] = place
    return places


def _allowed(batch_id: uuid.UUID) -> tuple[ImportBatch, ImportKind]:
    batch = queries.get_batch(batch_id, tenant_id=g.tenant.id)
    kind = get_kind(batch.kind)
    if not can(g.actor, kind.permission):
        raise NotAllowed(kind.permission)
    return batch, kind
