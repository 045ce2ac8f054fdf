"""Read public notices."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.statutory_days import Step, StepCode
from portal.notices.models import PublicNotice
from portal.notices.rules import NoticeBody, NoticeKind, NoticeText

PUBLIC_LIST_LIMIT = 200
_LINE_COLUMNS = (
    PublicNotice.id,
    PublicNotice.kind,
    PublicNotice.title,
    PublicNotice.starts_on,
    PublicNotice.last_day,
    PublicNotice.ends_at,
)


@dataclass(frozen=True)
class NoticeLine:
    """A notice in a list."""

    id: uuid.UUID
    kind: NoticeKind
    title: str
    starts_on: date
    last_day: date
    ends_at: datetime


def get_notice(notice_id: uuid.UUID) -> PublicNotice:
    """The notice of the tenant in scope, withdrawn or not; raises NotFound."""
    notice = db.session.scalar(select(PublicNotice).where(PublicNotice.id == notice_id))
    if notice is None:
        raise NotFound
    return notice


def lock_notice(notice_id: uuid.UUID) -> PublicNotice:
    """The same, held until the end of the transaction for a change."""
    query = select(PublicNotice).where(PublicNotice.id == notice_id).with_for_update()
    notice = db.session.scalar(query)
    if notice is None:
        raise NotFound
    return notice


def list_current_notices(tenant_id: int, *, now: datetime) -> list[NoticeLine]:
    """Notices of one tenant that run at that moment, the first to end first; at most 200."""
    query = (
        select(*_LINE_COLUMNS)
        .where(
            PublicNotice.tenant_id == tenant_id,
            PublicNotice.withdrawn_at.is_(None),
            PublicNotice.ends_at > now,
        )
        .order_by(PublicNotice.ends_at, PublicNotice.id)
        .limit(PUBLIC_LIST_LIMIT)
    )
    return [NoticeLine(*row) for row in db.session.execute(query)]


def list_notices_of(subject_id: uuid.UUID) -> list[PublicNotice]:
    """All notices that a module published about one of its rows, the newest first."""
    query = select(PublicNotice).where(PublicNotice.subject_id == subject_id).order_by(PublicNotice.issued_at.desc())
    return list(db.session.scalars(query))


def list_notices_ending(
    kinds: Collection[NoticeKind], *, since: datetime, until: datetime, limit: int = 20
) -> list[NoticeLine]:
    """Notices of these kinds, not withdrawn, that end after `since` up to and with `until`."""
    query = (
        select(*_LINE_COLUMNS)
        .where(
            PublicNotice.kind.in_(kinds),
            PublicNotice.withdrawn_at.is_(None),
            PublicNotice.ends_at > since,
            PublicNotice.ends_at <= until,
        )
        .order_by(PublicNotice.ends_at)
        .limit(limit)
    )
    return [NoticeLine(*row) for row in db.session.execute(query)]


def text_of(notice: PublicNotice) -> NoticeText:
    """What the notice says, as the fingerprint covers it."""
    return NoticeText(
        title=notice.title,
        body=NoticeBody.from_data(notice.body),
        issuer=notice.issuer,
        objection=notice.objection,
        starts_on=notice.starts_on,
        last_day=notice.last_day,
    )


def working_of(notice: PublicNotice) -> list[Step]:
    """The steps by which the last day was found, as they were kept on the day of posting."""
    return [
        Step(
            code=StepCode(step["code"]),
            day=date.fromisoformat(step["day"]),
            until=date.fromisoformat(step["until"]) if step["until"] else None,
            amount=step["amount"],
        )
        for step in notice.working
    ]
