"""Where rows of the registers came from: the file, who brought it, when."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.core.db import db
from portal.desk.models import ImportBatch


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file that rows came from."""

    batch_id: uuid.UUID
    file_name: str
    by_name: str
    at: datetime


def file_sources(batch_ids: Collection[uuid.UUID], *, tenant_id: int) -> dict[uuid.UUID, FileSource]:
    """Give the files of these batches of this tenant; one statement, none for no batch."""
    if not batch_ids:
        return {}
    columns = (ImportBatch.id, ImportBatch.file_name, ImportBatch.uploaded_by_name, ImportBatch.uploaded_at)
    found = select(*columns).where(ImportBatch.tenant_id == tenant_id, ImportBatch.id.in_(batch_ids))
    return {row.id: FileSource(*row) for row in db.session.execute(found)}
