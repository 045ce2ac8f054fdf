"""Publish notices and take them back."""

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
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


def publish_notice(draft: NoticeDraft, *, actor: Actor, now: datetime) -> PublicNotice:
    """Publish a notice from this moment on; its page needs no sign-in. RuleBroken if it lacks a part."""
    notice = add_notice(draft, actor=actor, now=now)
    record(
        AuditTag.NOTICE_PUBLISH,
        subject=notice,
        actor=actor,
        now=now,
        changes={"title": [None, notice.title], "last_day": [None, notice.last_day]},
    )
    return notice


def add_notice(draft: NoticeDraft, *, actor: Actor, now: datetime) -> PublicNotice:
    """Publish a notice as a part of another module's command, which records the event itself."""
    rules.check_notice(draft.title, draft.body, draft.objection)
    period = statutory_period(now, draft.amount, draft.unit)
    text = NoticeText(
        title=draft.title.strip(),
        body=draft.body,
        issuer=draft.issuer,
        objection=draft.objection.strip(),
        starts_on=period.event_on,
        last_day=period.last_day,
    )
    notice = PublicNotice(
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
    db.session.add(notice)
    db.session.flush()
    return notice


def withdraw_notice(notice: PublicNotice, *, reason: str, actor: Actor, now: datetime) -> PublicNotice:
    """Take a notice back; its page stays and says so, without the facts. A reason is needed."""
    notice = mark_withdrawn(notice.id, reason=reason, actor=actor, now=now)
    record(
        AuditTag.NOTICE_WITHDRAW,
        subject=notice,
        actor=actor,
        now=now,
        changes={"withdrawn_reason": [None, notice.withdrawn_reason]},
    )
    return notice


def mark_withdrawn(notice_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> PublicNotice:
    """Take a notice back as a part of another module's command, which records the event itself."""
    notice = queries.lock_notice(notice_id)
    stands = rules.standing(ends_at=notice.ends_at, withdrawn_at=notice.withdrawn_at, now=now)
    rules.check_may_withdraw(stands, reason)
    notice.withdrawn_at = now
    notice.withdrawn_by = actor.user_id
    notice.withdrawn_reason = reason.strip()
    db.session.flush()
    return notice
