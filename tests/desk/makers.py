"""Files, jobs and batches for tests of the desk."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.ids import new_id
from portal.desk.commands import upload_batch
from portal.desk.commands.exports import start_export
from portal.desk.exports import get_form
from portal.desk.kinds import Rows, Table, get_kind
from portal.desk.reader import Sheet, read_sheet
from portal.jobs.models import Job, JobState
from portal.jobs.pieces import do_piece
from portal.tenancy.scope import reading, scope_of
from tests.client import Answer, PortalClient
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW

ROSTERS = Path(__file__).parents[1] / "data" / "rosters"
HEADINGS = ["姓名", "身份证号", "人员类别", "入党时间", "所在党支部", "手机"]


def read_rows(name: str, content: bytes) -> Rows:
    """Read all rows of a file at once."""
    with read_sheet(name, content) as sheet:
        return [row for numbers, columns in sheet.parts for row in Table.of(numbers, columns, {}).raw]


def run_jobs(portal: Portal, tenant_id: int | None = None) -> list[str]:
    """Do every waiting job of a tenant as the worker would, piece by piece; gives their errors."""
    tenant = portal.here if tenant_id is None else tenant_id
    where, errors = scope_of(tenant), []
    while True:
        db.session.remove()
        with reading(where):
            waiting = select(Job.id).where(Job.state.in_([JobState.WAITING, JobState.RUNNING]))
            job_id = db.session.scalars(waiting.order_by(Job.created_at)).first()
        if job_id is None:
            return errors
        is_over = False
        while not is_over:
            is_over = do_piece(job_id, tenant, now=NOW)
        with reading(where):
            error = db.session.scalars(select(Job.error).where(Job.id == job_id)).one()
            errors += [error] if error else []


def workbook(rows: list[list[Any]]) -> bytes:
    """Give a workbook with these rows on its only sheet."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("名单")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return output.getvalue()


def upload(
    client: PortalClient, name: str, content: bytes, *, status: int | tuple[int, ...] = 303, kind: str = "members"
) -> Answer:
    """Upload a file as the form does."""
    data = {"file": (io.BytesIO(content), name)}
    return client.post(
        f"/t/{HERE_CODE}/desk/kinds/{kind}/batches", data, status=status, content_type="multipart/form-data"
    )


def import_file(portal: Portal, client: PortalClient, name: str, content: bytes, *, write: bool = True) -> str:
    """Upload a file, have it checked and, if anything is good, written; gives the batch's address."""
    url = upload(client, name, content).location
    assert run_jobs(portal) == []
    if write:
        client.post(f"{url}/application", status=(303, 422))
        assert run_jobs(portal) == []
    return url


def verdicts(client: PortalClient, url: str) -> dict[str, int]:
    """Give the counts beside the filters of a batch: new, changed, same, refused."""
    words = {"verdict=new": "new", "verdict=changed": "changed", "verdict=same": "same", "verdict=refused": "refused"}
    counts = dict.fromkeys(words.values(), 0)
    for link in client.get(url).page.select("#batch-rows nav.chips a"):
        for part, word in words.items():
            if part in str(link["href"]):
                counts[word] = int(link.select_one(".n").get_text())  # type: ignore[union-attr]
    return counts


def fill(portal: Portal, tenant_id: int, words: str = "自家") -> dict[str, uuid.UUID | str]:
    """Upload a roster of one good and one bad row and have it checked; gives the ids of the paths' parameters."""
    user = portal.person(Role.COMMUNITY_CLERK, tenant_id)
    actor = Actor(user.id, user.name, tenant_id, frozenset({Role.COMMUNITY_CLERK}), acting_as=Role.COMMUNITY_CLERK)
    rows = [
        HEADINGS,
        [words, "1", "正式党员", "2015-07-01", words, "1"],
        [words, "2", "正式党员", "2015-07-01", words, "2"],
    ]
    with portal.inside(tenant_id):
        batch = upload_batch(
            get_kind("members"),
            file_name=f"{words}.xlsx",
            content=workbook(rows),
            batch_id=new_id(),
            page="/",
            actor=actor,
            now=NOW,
        )
        order = start_export(
            get_form("party-organizations"),
            {},
            reason="年度核对",
            in_clear=False,
            order_id=new_id(),
            page="/",
            place=words,
            actor=actor,
            now=NOW,
        )
    assert run_jobs(portal, tenant_id) == []
    return {
        "batch_id": batch.id,
        "kind_code": "members",
        "form_code": "party-organizations",
        "export_id": order.id,
    }


def as_read(rows: Rows) -> Callable[..., AbstractContextManager[Sheet]]:
    """Give what stands for read_sheet() where a file holds these rows, without a file and a child."""

    def read(*_file: object, meanwhile: Callable[[], None] = lambda: None, **_more: object) -> Any:
        meanwhile()
        table = Table(rows, {})
        return nullcontext(Sheet("名单", ["名单"], iter([(table.numbers, table.whole)])))

    return read
