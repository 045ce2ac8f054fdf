"""Publish notices and take them back."""

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import Base, db
from portal.core.ids import new_id
from portal.core.statutory_days import PeriodUnit, statutory_period
from portal.notices import queries, rules
from portal.notices.models import PublicNotice
from portal.notices.rules import NoticeBody, NoticeKind, NoticeText


@dataclass(frozen=True)
class NoticeDraft:
    """A notice to be published: what it says, for how long, and where that length comes from.

    The amount is counted by Civil Code arts. 200 to 203 from the moment of publication.
    """

    kind: NoticeKind
    title: str
    body: NoticeBody
    issuer: str
    objection: str
    amount: int
    period_source: str
    unit: PeriodUnit = PeriodUnit.DAYS
    subject_id: uuid.UUID | None = None


def publish_notice(
    draft: NoticeDraft,
    *,
    actor: Actor,
    now: datetime,
    tag: AuditTag = AuditTag.NOTICE_PUBLISH,
    subject: Base | None = None,
) -> PublicNotice:
    """Publish a notice from this moment on; its page needs no sign-in. RuleBroken if it lacks a part.

    Recorded as one event. A module whose own command this is gives its tag and subject for it.
    """
    rules.check_notice(draft.title, draft.body, draft.objection)
    notice = _notice(draft, actor=actor, now=now)
    db.session.add(notice)
    db.session.flush()
    record(
        tag,
        subject=subject or notice,
        actor=actor,
        now=now,
        changes={"last_day": [None, notice.last_day], "fingerprint": [None, notice.fingerprint]},
    )
    return notice


def withdraw_notice(notice: PublicNotice, *, reason: str, actor: Actor, now: datetime) -> PublicNotice:
    """Take a notice back; its page stays and says so, without the facts. A reason is needed."""
    notice = queries.lock_notice(notice.id)
    stands = rules.standing(ends_at=notice.ends_at, withdrawn_at=notice.withdrawn_at, now=now)
    rules.check_may_withdraw(stands, reason)
    notice.withdrawn_at = now
    notice.withdrawn_by = actor.user_id
    notice.withdrawn_reason = reason.strip()
    db.session.flush()
    record(
        AuditTag.NOTICE_WITHDRAW,
        subject=notice,
        actor=actor,
        now=now,
        changes={"withdrawn_reason": [None, notice.withdrawn_reason]},
    )
    return notice


def _notice(draft: NoticeDraft, *, actor: Actor, now: datetime) -> PublicNotice:
    """The row of a draft, with its last day counted and its fingerprint taken."""
    period = statutory_period(now, draft.amount, draft.unit)
    text = NoticeText(
        title=draft.title.strip(),
        body=draft.body,
        issuer=draft.issuer,
        objection=draft.objection.strip(),
        starts_on=period.event_on,
        last_day=period.last_day,
    )
    return PublicNotice(
        id=new_id(),
        kind=draft.kind,
        title=text.title,
        body=text.body.to_data(),
        issuer=text.issuer,
        objection=text.objection,
        starts_on=text.starts_on,
        last_day=text.last_day,
        ends_at=period.ends_at,
        working=[json.loads(json.dumps(asdict(step), default=str)) for step in period.steps],
        period_source=draft.period_source,
        subject_id=draft.subject_id,
        issued_by=actor.user_id,
        issued_at=now,
        fingerprint=rules.fingerprint(text),
    )
