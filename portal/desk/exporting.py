"""The desk's long work on the way out: write a workbook, some thousand rows at a time, and put it away."""

import gc
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from portal.accounts.actor import Actor
from portal.core import clock
from portal.desk.commands import exports as commands
from portal.desk.exports import ExportForm, Wanted, get_form
from portal.desk.models import ExportOrder
from portal.desk.queries import exports as queries
from portal.desk.sheets import Paper, write_long_sheet, write_sheet
from portal.desk.words import mark_line
from portal.jobs.commands import prepared_job_kind

LONG_ROWS = 3_000
"""From here on a second process is worth its start."""
USUAL_COLLECTING = gc.get_threshold()
NEW_OBJECTS = 100_000
"""So many there are at a time before the garbage collector looks; a piece of rows is about 10,000."""
SELDOM = 1_000
"""So many looks at what is new come before one at everything, which finds nothing: rows are in no cycle."""


def read_export(job: Any) -> tuple[bytes, int]:
    """Write the whole workbook in one piece: a reader must find the register as it stood at one moment."""
    order = queries.get_order(uuid.UUID(job.payload["order_id"]), tenant_id=job.tenant_id)
    with _collecting_seldom():
        return workbook_of(order, get_form(order.form), place=job.payload["place"])


@prepared_job_kind(commands.EXPORT_JOB, read_export)
def advance_export(job: Any, *, actor: Actor, now: datetime, prepared: tuple[bytes, int]) -> bool:
    """Put the workbook away."""
    order = queries.get_order(uuid.UUID(job.payload["order_id"]), tenant_id=job.tenant_id)
    content, rows = prepared
    commands.put_away(order, content, rows, actor=actor, now=now)
    job.done = job.total = rows
    return True


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Let the garbage collector look at what is new more seldom: rows pass by in thousands, and none is in a cycle."""
    gc.set_threshold(NEW_OBJECTS, USUAL_COLLECTING[1], SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*USUAL_COLLECTING)


def workbook_of(order: ExportOrder, form: ExportForm, *, place: str) -> tuple[bytes, int]:
    """Give the workbook of an order and how many rows it has."""
    wanted = Wanted(order.tenant_id, clock.today(order.asked_at), order.params, order.in_clear)
    paper = Paper(f"{place}{form.paper_title}", watermark(order, place), form.columns(wanted), form.foot)
    write = write_long_sheet if order.row_count > LONG_ROWS else write_sheet
    return write(paper, form.read(wanted)), paper.written


def watermark(order: ExportOrder, place: str) -> str:
    """Give the line that says on every printed page who took this, when and what for."""
    who, at = order.asked_by_name, order.asked_at
    return mark_line(place, who, at, purpose=order.reason, in_clear=order.in_clear)
