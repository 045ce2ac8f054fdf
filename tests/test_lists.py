"""Lists whose rows are copies of one: the same statements for 5 and for 5,000 rows, at most 8."""

from typing import Any

import pytest
from sqlalchemy import inspect, select

from portal.core.db import db
from portal.core.ids import new_id
from portal.desk.models import ExportOrder, ImportBatch
from portal.jobs.models import Job
from portal.notices.models import PublicNotice
from portal.scoring.models import RatingRound
from portal.tenancy.scope import bulk_insert
from tests.conftest import Portal
from tests.makers import HERE_CODE
from tests.matrix import everything, fill_tenant
from tests.statements import count_statements

MOST = 8


def copy_rows(portal: Portal, model: Any, count: int) -> None:
    """Copy one row of a table so many times, under new ids."""
    with portal.inside():
        row = db.session.scalars(select(model).order_by(model.id)).first()
        assert row is not None
        values = {column.key: getattr(row, column.key) for column in inspect(model).columns}
        bulk_insert(model, [{**values, "id": new_id()} for _ in range(count)])


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (Job, "jobs"),
        (ImportBatch, "desk"),
        (ExportOrder, "desk/exports"),
        (PublicNotice, "notices"),
        (RatingRound, "scoring/rounds"),
        (RatingRound, ""),
        (ImportBatch, ""),
    ],
    ids=["jobs", "batches", "exports", "notices", "rounds", "home with many rounds", "home with many batches"],
)
def test_a_list_costs_the_same_for_5_and_for_5000_rows(portal: Portal, model: Any, path: str) -> None:
    fill_tenant(portal, portal.here)
    client = everything(portal, portal.here)
    url = f"/t/{HERE_CODE}/{path}"
    client.get(url)  # keys and compiled statements are kept from the first time on
    counts = []
    for more in (4, 4995):
        copy_rows(portal, model, more)
        with count_statements(db.engine) as seen:
            client.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1], "\n".join(seen)
    if path:
        assert counts[0] <= MOST, "\n".join(seen)
