"""What ends in care when somebody is no longer a member here: duty post, ledger, contacts, office, card, visits.

Nothing of it comes back by itself when the act is taken back: each is entered anew, the card with a new consent.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.care.commands.changes import Changes
from portal.care.commands.floating import said_of
from portal.care.models import CardVersion, CareVisit, ContactLink, DutyPost, FloatingMember, PartyDelegate, PublicCard
from portal.care.rules.cards import CardState
from portal.care.rules.delegates import DelegateState
from portal.care.rules.floating import FloatingState
from portal.care.rules.links import LinkState
from portal.care.rules.posts import HELD_STATES, DutyState
from portal.care.rules.visits import VisitState
from portal.core import clock
from portal.core.db import db
from portal.core.ids import new_id
from portal.registers import leaving


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One kind of thing that ends: its words, its event, which rows are open, and how a row is set."""

    words: Any
    tag: AuditTag
    statement: Callable[[uuid.UUID], Any]
    end: Callable[[Any, date, str, datetime], None]


def _end_duty(post: DutyPost, on: date, reason: str, now: datetime) -> None:
    """A post that had not begun is vacant again; one that was served on ends, and its place is offered again."""
    if post.state is DutyState.CLAIMED:
        post.state, post.member_id, post.health_sealed, post.skill = DutyState.SET, None, None, ""
        post.begins_on = post.review_on = None
        return
    post.state, post.review, post.reviewed_on = DutyState.REVIEWED, reason, on
    vacant = {"name": post.name, "kind": post.kind, "duties": post.duties}
    db.session.add(DutyPost(id=new_id(), state=DutyState.SET, created_at=now, **vacant))


def _end_entry(row: Any, on: date, reason: str, _now: datetime) -> None:
    row.state, row.ended_on, row.end_reason = type(row.state)("ended"), on, reason


def _end_ledger(entry: FloatingMember, on: date, reason: str, now: datetime) -> None:
    """The register may say something else of somebody who is gone one day; the entry keeps what it said at the end."""
    said = said_of(entry)
    _end_entry(entry, on, reason, now)
    entry.direction, entry.place = said["direction"], said["place"]


def _end_visit(visit: CareVisit, on: date, _reason: str, _now: datetime) -> None:
    visit.state, visit.closed_on = VisitState.CLOSED, on


def _end_card(version: CardVersion, _on: date, reason: str, now: datetime) -> None:
    version.state, version.withdrawn_at, version.withdrawn_reason = CardState.WITHDRAWN, now, reason


def _visits(member_id: uuid.UUID) -> Any:
    return select(CareVisit).where(CareVisit.member_id == member_id, CareVisit.state == VisitState.PLANNED)


def _cards(member_id: uuid.UUID) -> Any:
    cards = select(PublicCard.id).where(PublicCard.member_id == member_id)
    return select(CardVersion).where(CardVersion.card_id.in_(cards), CardVersion.state != CardState.WITHDRAWN)


def _rows(model: Any, member: str, state: Any) -> Callable[[uuid.UUID], Any]:
    return lambda member_id: select(model).where(getattr(model, member) == member_id, model.state == state)


_PARTS = (
    _Part(
        _("Post of a retired member"),
        AuditTag.DUTY_POST_GIVE_BACK,
        lambda member_id: select(DutyPost).where(DutyPost.member_id == member_id, DutyPost.state.in_(HELD_STATES)),
        _end_duty,
    ),
    _Part(
        _("Floating ledger"),
        AuditTag.FLOATING_END,
        _rows(FloatingMember, "member_id", FloatingState.ACTIVE),
        _end_ledger,
    ),
    _Part(
        _("Four-level contact"),
        AuditTag.CONTACT_LINK_END,
        _rows(ContactLink, "from_member_id", LinkState.ACTIVE),
        _end_entry,
    ),
    _Part(
        _("Office of a delegate"),
        AuditTag.DELEGATE_END,
        _rows(PartyDelegate, "member_id", DelegateState.SERVING),
        _end_entry,
    ),
    _Part(_("Public card"), AuditTag.PUBLIC_CARD_WITHDRAW, _cards, _end_card),
    _Part(_("Visits"), AuditTag.VISIT_CLOSE, _visits, _end_visit),
)


def _open(member_id: uuid.UUID) -> Iterator[tuple[_Part, Any]]:
    for part in _PARTS:
        for row in db.session.scalars(part.statement(member_id)):
            yield part, row


def _subject(row: Any) -> Any:
    """Give what an event is about: of a version of a card the card itself."""
    if not isinstance(row, CardVersion):
        return row
    return db.session.scalars(select(PublicCard).where(PublicCard.id == row.card_id)).one()


class Care:
    """What of care ends with a membership."""

    def open(self, member_id: uuid.UUID) -> list[Any]:
        """Give the words for what would end; one statement for each kind."""
        return [part.words for part in dict.fromkeys(part for part, _row in _open(member_id))]

    def end(self, member_id: uuid.UUID, *, reason: str, actor: Actor | None, now: datetime) -> None:
        """End it, each row with its event."""
        for part, row in list(_open(member_id)):
            before = row.state.value
            part.end(row, clock.today(now), reason, now)
            db.session.flush()
            changes: Changes = {"state": [before, row.state.value], "reason": [None, reason]}
            record(part.tag, subject=_subject(row), actor=actor, now=now, changes=changes)


leaving.register(Care())
