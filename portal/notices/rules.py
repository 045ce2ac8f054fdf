"""What a public notice must say, and the fingerprint by which a printed copy can be checked."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from portal.core.errors import RuleBroken


class NoticeKind(StrEnum):
    """What a notice announces."""

    GENERAL = "general"
    CANDIDATES = "candidates"
    SCORING_RESULT = "scoring_result"


class NoticeStanding(StrEnum):
    """Whether a notice is being shown, has run its time, or was taken back."""

    CURRENT = "current"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class NoticeBody:
    """What a notice says: paragraphs, and a table of named facts and nothing else.

    Of a person only what the notice needs (name, building), never a phone or ID number:
    Personal Information Protection Law arts. 6 and 25.
    """

    paragraphs: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def to_data(self) -> dict[str, Any]:
        """The body as plain data for the database."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self), ensure_ascii=False))
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "NoticeBody":
        """The body as it was kept."""
        return cls(
            paragraphs=tuple(data["paragraphs"]),
            columns=tuple(data["columns"]),
            rows=tuple(tuple(row) for row in data["rows"]),
        )


@dataclass(frozen=True)
class NoticeText:
    """Everything that a reader relies on, and so everything the fingerprint covers.

    `last_day` is included; `objection` says how and where to object, by the end of that day.
    """

    title: str
    body: NoticeBody
    issuer: str
    objection: str
    starts_on: date
    last_day: date


def check_notice(title: str, body: NoticeBody, objection: str) -> None:
    """Refuse a notice without a title or text, with a ragged table, or silent on objections."""
    if not title.strip():
        raise RuleBroken("notices.title_missing", field="title")
    if not any(paragraph.strip() for paragraph in body.paragraphs):
        raise RuleBroken("notices.text_missing", field="text")
    if any(len(row) != len(body.columns) for row in body.rows):
        raise RuleBroken("notices.table_ragged")
    if not objection.strip():
        raise RuleBroken("notices.objection_missing", field="objection")


def fingerprint(text: NoticeText) -> str:
    """SHA-256 (hex) over the text in one canonical writing; any changed character changes it."""
    data = {**asdict(text), "starts_on": str(text.starts_on), "last_day": str(text.last_day)}
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def standing(*, ends_at: datetime, withdrawn_at: datetime | None, now: datetime) -> NoticeStanding:
    """Where a notice stands at a moment; `ends_at` itself is no longer part of its time."""
    if withdrawn_at is not None:
        return NoticeStanding.WITHDRAWN
    return NoticeStanding.CURRENT if now < ends_at else NoticeStanding.ENDED


def check_may_withdraw(stands: NoticeStanding, reason: str) -> None:
    """Refuse to take back a notice twice, or without saying why. An ended one can still be taken back."""
    if stands is NoticeStanding.WITHDRAWN:
        raise RuleBroken("notices.already_withdrawn")
    if not reason.strip():
        raise RuleBroken("notices.reason_missing", field="reason")
