"""Write one event of the trail."""

import json
import uuid
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.accounts.actor import Actor
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core import outbox
from portal.core.db import Base, db
from portal.core.ids import new_id
from portal.tenancy.scope import written_tenant

SEAL_TOPIC = "audit.seal"


@dataclass(frozen=True)
class Origin:
    """Where a command came from: a request's number and address, or the terminal or a job."""

    request_id: str
    address: str


origin: ContextVar[Origin] = ContextVar("origin", default=Origin(request_id="-", address="-"))  # noqa: B039  frozen


def record(
    tag: AuditTag,
    *,
    subject: Base,
    actor: Actor | None,
    now: datetime,
    changes: Mapping[str, Sequence[object]] | None = None,
) -> AuditEvent:
    """Add the event of this command to the open transaction.

    `changes` is {"field": [before, after]} and never holds an ID number, phone or address in clear.
    `actor` None means the system itself. The subject must have its id already.
    """
    where = origin.get()
    event = AuditEvent(
        tenant_id=written_tenant(),
        id=new_id(),
        tag=tag.value,
        actor_id=actor.user_id if actor else None,
        actor_role=actor.acting_as if actor else None,
        subject_type=str(subject.__tablename__),
        subject_id=_subject_id(subject),
        changes=_plain(changes or {}),
        request_id=where.request_id,
        address=where.address,
        at=now,
    )
    db.session.add(event)
    outbox.leave_note(SEAL_TOPIC, tenant_id=event.tenant_id, ref_id=event.id, now=now)
    return event


def _subject_id(subject: Base) -> str:
    """Give the subject's id; made now when the row is so new that it has none."""
    row: Any = subject
    if row.id is None:
        row.id = new_id()
    return row.id.hex if isinstance(row.id, uuid.UUID) else str(row.id)


def _plain(changes: Mapping[str, Sequence[object]]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(dict(changes), default=str, ensure_ascii=False))
    return plain
