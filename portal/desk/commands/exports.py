"""Changes around what leaves the house: ask for it, put it away, fetch it, forget it."""

import uuid
from datetime import datetime, timedelta

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.desk.exports import ExportForm, Params, Wanted
from portal.desk.models import ExportOrder
from portal.desk.queries import exports as queries
from portal.files.commands import drop_file, store_file
from portal.files.queries import OpenedFile, get_file
from portal.jobs.commands import start_job
from portal.tenancy.scope import written_tenant

EXPORT_JOB = "desk.export"
NOBODY = uuid.UUID(int=0)
"""Whoever asked from the terminal without a name."""
KEEP_DAYS = 7
REASON_MIN, REASON_MAX = 4, 200
MOST_ROWS = 500_000
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def start_export(
    form: ExportForm,
    params: Params,
    *,
    reason: str,
    in_clear: bool,
    order_id: uuid.UUID,
    page: str,
    place: str,
    actor: Actor,
    now: datetime,
) -> ExportOrder:
    """Ask for a workbook; the worker writes it, and it can be fetched for KEEP_DAYS days.

    `page` is where the result will be seen, `place` the community's name as it stands on the sheet; `in_clear` counts
    only for a form with sealed fields. Raises RuleBroken (field `reason`) `desk.reason_needed`, or
    `desk.too_many_to_export` (with `most`). Records one event with the reason.
    """
    _check_reason(reason)
    wanted = Wanted(written_tenant(), clock.today(now), params, in_clear and form.has_sealed)
    rows = form.count(wanted)
    if rows > MOST_ROWS:
        raise RuleBroken("desk.too_many_to_export", most=MOST_ROWS)
    forget_expired(now=now)
    order = ExportOrder(
        id=order_id,
        form=form.code,
        file_name=_file_name(form, place),
        params=params,
        in_clear=wanted.in_clear,
        reason=reason.strip(),
        row_count=rows,
        fetched=0,
        asked_by=actor.user_id if actor.user_id.int else None,
        asked_by_name=actor.name,
        asked_at=now,
    )
    db.session.add(order)
    db.session.flush()
    payload = {"order_id": order.id.hex, "place": place}
    job = start_job(
        EXPORT_JOB, title=order.file_name, payload=payload, total=rows, actor=actor, now=now, result_url=page
    )
    order.job_id = job.id
    changes: dict[str, list[object]] = {
        "form": [None, form.paper_title],
        "narrowed": [None, "，".join(form.describe(wanted))],
        "rows": [None, rows],
        "in_clear": [None, order.in_clear],
        "reason": [None, order.reason],
    }
    record(AuditTag.EXPORT_START, subject=order, actor=actor, now=now, changes=changes)
    return order


def _check_reason(reason: str) -> None:
    """Refuse an export without a reason of 4 to 200 letters. Raises RuleBroken `desk.reason_needed`."""
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        raise RuleBroken("desk.reason_needed", field="reason", least=REASON_MIN, most=REASON_MAX)


def _file_name(form: ExportForm, place: str) -> str:
    """Give the name under which the workbook will be saved, such as 示范社区党员花名册.xlsx."""
    return f"{place}{form.paper_title}"[:110] + ".xlsx"


def put_away(order: ExportOrder, content: bytes, rows: int, *, actor: Actor, now: datetime) -> None:
    """Keep the finished workbook until it expires."""
    owner = actor if actor.user_id != NOBODY else None
    file = store_file(order.file_name, content, MEDIA_TYPE, actor=owner, now=now)
    order.file_id, order.row_count = file.id, rows
    order.finished_at, order.expires_at = now, now + timedelta(days=KEEP_DAYS)


def fetch_export(order_id: uuid.UUID, *, actor: Actor, now: datetime) -> OpenedFile:
    """Give the workbook to the person who asked for it, and record that it was fetched.

    Raises NotFound for anybody else's or one that is not written yet, RuleBroken `desk.export_expired`.
    """
    order = queries.get_order(order_id, tenant_id=written_tenant())
    if (order.asked_by or NOBODY) != actor.user_id or order.finished_at is None:
        raise NotFound
    if order.file_id is None or order.expires_at is None or order.expires_at <= now:
        raise RuleBroken("desk.export_expired", days=KEEP_DAYS)
    order.fetched += 1
    changes: dict[str, list[object]] = {"times": [order.fetched - 1, order.fetched], "rows": [None, order.row_count]}
    record(AuditTag.EXPORT_FETCH, subject=order, actor=actor, now=now, changes=changes)
    return get_file(order.file_id)


def forget_expired(*, now: datetime) -> int:
    """Remove the workbooks whose days are over; what was asked for, by whom and why stays. Gives how many."""
    orders = queries.list_expired(now, tenant_id=written_tenant())
    drop_files = [order.file_id for order in orders if order.file_id]
    drop_file(*drop_files)
    for order in orders:
        order.file_id = None
    return len(orders)
