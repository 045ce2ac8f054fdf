"""The chain of seals of each tenant: shows that no event was changed, taken out or put in.

Events are written without waiting for each other; soon after the commit the worker seals them one after another.
Each digest is keyed with a key that is not in the database, over the digest before it and the whole event.
The newest seals can only be missed by somebody who knows how many there were: export the head.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.audit.models import AuditEvent, AuditSeal
from portal.core.db import db
from portal.tenancy import vault
from portal.tenancy.scope import bulk_insert, written_tenant

FIRST = bytes(32)
PIECE = 1000
PATIENCE = timedelta(hours=1)


@dataclass(frozen=True)
class Verdict:
    """What checking one tenant's chain gave. `broken_at` is the first wrong place, None when all is well."""

    sealed: int
    unsealed: int  # younger than an hour: the worker will come to them
    head: str  # "sequence:digest" to be kept outside the database
    broken_at: int | None
    reason: str = ""


def seal_events() -> int:
    """Seal what the written tenant has not sealed yet, at most PIECE events; gives how many.

    Two sealers at once: the second one's sequence number is taken, it gives 0 and comes again.
    """
    seq, digest = _head()
    key = vault.sealing_key(written_tenant(), "audit")
    seals: list[dict[str, object]] = []
    for event in _unsealed(PIECE):
        seq, digest = seq + 1, _digest(key, digest, event)
        seals.append({"seq": seq, "event_id": event.id, "digest": digest})
    try:
        with db.session.begin_nested():
            bulk_insert(AuditSeal, seals)
    except IntegrityError:
        return 0
    return len(seals)


def verify_chain(tenant_id: int, *, now: datetime) -> Verdict:
    """Check every seal of a tenant against its event, in order from the first."""
    key, digest, seq = vault.sealing_key(tenant_id, "audit"), FIRST, 0
    while rows := _sealed_after(seq):
        for seal, event in rows:
            problem = _problem(seal, event, seq + 1)
            if not problem:
                before, digest = digest, _digest(key, digest, event)
                problem = "" if hmac.compare_digest(digest, seal.digest) else "an event or a seal was changed"
                digest = before if problem else digest
            if problem:
                return Verdict(seq, 0, _show(seq, digest), seq + 1, problem)
            seq += 1
    waiting = _unsealed(100_000)
    late = [event for event in waiting if event.at < now - PATIENCE]
    if late:
        return Verdict(seq, len(waiting), _show(seq, digest), seq + 1, "events have waited over an hour for a seal")
    return Verdict(seq, len(waiting), _show(seq, digest), None)


def _sealed_after(seq: int) -> list[tuple[AuditSeal, AuditEvent]]:
    """Give the next seals with their events; the event is None where there is none any more."""
    is_its = (AuditEvent.tenant_id == AuditSeal.tenant_id) & (AuditEvent.id == AuditSeal.event_id)
    rows = db.session.execute(
        select(AuditSeal, AuditEvent)
        .outerjoin(AuditEvent, is_its)
        .where(AuditSeal.seq > seq)
        .order_by(AuditSeal.seq)
        .limit(PIECE)
    )
    return [(row[0], row[1]) for row in rows]


def _problem(seal: AuditSeal, event: AuditEvent | None, expected: int) -> str:
    if seal.seq != expected:
        return "a seal is missing"
    return "" if event is not None else "an event is missing"


def _head() -> tuple[int, bytes]:
    row = db.session.execute(
        select(AuditSeal.seq, AuditSeal.digest).order_by(AuditSeal.seq.desc()).limit(1)
    ).one_or_none()
    return (row.seq, row.digest) if row else (0, FIRST)


def _unsealed(limit: int) -> list[AuditEvent]:
    sealed = select(AuditSeal.id).where(
        AuditSeal.tenant_id == AuditEvent.tenant_id, AuditSeal.event_id == AuditEvent.id
    )
    return list(db.session.scalars(select(AuditEvent).where(~sealed.exists()).order_by(AuditEvent.id).limit(limit)))


def _digest(key: bytes, before: bytes, event: AuditEvent) -> bytes:
    body = [
        event.tenant_id,
        event.id.hex,
        event.tag,
        event.actor_id.hex if event.actor_id else None,
        event.actor_role.value if event.actor_role else None,
        event.subject_type,
        event.subject_id,
        event.changes,
        event.request_id,
        event.address,
        event.at.isoformat(),
    ]
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(key, before + text.encode(), "sha256")


def _show(seq: int, digest: bytes) -> str:
    return f"{seq}:{digest.hex()}"
