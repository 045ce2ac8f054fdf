"""Notes to the worker, written in the transaction of what they are about: nothing is forgotten, nothing is early."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, String, Uuid, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, db
from portal.core.ids import new_id


class OutboxNote(Base):
    """One note: in which tenant, about which row. Holds no personal data and is global, so the worker sees all."""

    __tablename__ = "outbox_note"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    topic: Mapped[str] = mapped_column(String(20), index=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    ref_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    at: Mapped[datetime]


def leave_note(topic: str, *, tenant_id: int, ref_id: uuid.UUID, now: datetime) -> None:
    """Leave a note that the worker finds once the transaction is committed."""
    db.session.add(OutboxNote(topic=topic, tenant_id=tenant_id, ref_id=ref_id, at=now))


def list_notes(topic: str, *, limit: int, until: datetime | None = None) -> list[OutboxNote]:
    """Give the oldest notes of a topic; with `until` only those whose moment has come."""
    query = select(OutboxNote).where(OutboxNote.topic == topic).order_by(OutboxNote.id).limit(limit)
    if until is not None:
        query = query.where(OutboxNote.at <= until)
    return list(db.session.scalars(query))


def postpone_note(note_id: uuid.UUID, *, until: datetime) -> None:
    """Let a note be found again later: what it asks for could not be done."""
    db.session.execute(update(OutboxNote).where(OutboxNote.id == note_id).values(at=until))


def drop_notes(ids: list[uuid.UUID]) -> None:
    """Throw away notes that were dealt with."""
    if ids:
        db.session.execute(delete(OutboxNote).where(OutboxNote.id.in_(ids)))
