"""Reads of the files that are being written into a register at this moment."""

import uuid

from sqlalchemy import select

from portal.core.db import db
from portal.desk.models import ImportBatch
from portal.desk.rules import BatchState


def batches_being_written() -> set[uuid.UUID]:
    """Give the ids of the files whose rows go into a register now: what came from them is not yet whole."""
    return set(db.session.scalars(select(ImportBatch.id).where(ImportBatch.state == BatchState.APPLYING)))
