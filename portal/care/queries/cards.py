"""Reads of public cards. The public reads one thing only: the version that is published."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.care.models import CardVersion, PublicCard
from portal.care.rules.cards import OPEN_STATES, CardState
from portal.core.db import db
from portal.core.errors import NotFound


@dataclass(frozen=True)
class CardRow:
    """A version of a card in a list."""

    card_id: uuid.UUID
    full_name: str
    post: str
    state: CardState
    number: int
    drafted_at: datetime
    published_at: datetime | None


@dataclass(frozen=True)
class CardCase:
    """A card with the versions that matter now, and all of them."""

    card: PublicCard
    published: CardVersion | None
    open: CardVersion | None
    versions: Sequence[CardVersion]

    @property
    def newest(self) -> CardVersion | None:
        """Give the version that people mean by this card: the open one, else the last one."""
        return self.open or (self.versions[0] if self.versions else None)


def list_cards(state: CardState | None, *, tenant_id: int, limit: int, offset: int) -> list[CardRow]:
    """Give versions of cards in a state, or all that are not withdrawn, the newest first; one statement."""
    statement = select(
        CardVersion.card_id,
        CardVersion.full_name,
        CardVersion.post,
        CardVersion.state,
        CardVersion.number,
        CardVersion.drafted_at,
        CardVersion.published_at,
    ).where(CardVersion.tenant_id == tenant_id)
    statement = statement.where(
        CardVersion.state == state if state is not None else CardVersion.state != CardState.WITHDRAWN
    )
    ordered = statement.order_by(CardVersion.drafted_at.desc(), CardVersion.id.desc())
    return [CardRow(*row) for row in db.session.execute(ordered.limit(limit).offset(offset))]


def count_cards(*, tenant_id: int) -> Counter[CardState]:
    """Count the versions by state, in one statement."""
    statement = (
        select(CardVersion.state, func.count()).where(CardVersion.tenant_id == tenant_id).group_by(CardVersion.state)
    )
    return Counter(dict(db.session.execute(statement).all()))


def find_card_of(member_id: uuid.UUID, *, tenant_id: int) -> PublicCard | None:
    """Give a member's card, the newest where records were merged, or None."""
    statement = select(PublicCard).where(PublicCard.tenant_id == tenant_id, PublicCard.member_id == member_id)
    newest = statement.order_by(PublicCard.created_at.desc(), PublicCard.id).limit(1)
    return db.session.scalars(newest).one_or_none()


def card_case(card: PublicCard) -> CardCase:
    """Give a card with its versions, the newest first; one statement."""
    statement = select(CardVersion).where(CardVersion.tenant_id == card.tenant_id, CardVersion.card_id == card.id)
    versions = db.session.scalars(statement.order_by(CardVersion.number.desc())).all()
    published = next((each for each in versions if each.state is CardState.PUBLISHED), None)
    open_ = next((each for each in versions if each.state in OPEN_STATES), None)
    return CardCase(card, published, open_, versions)


def card_of_member(member_id: uuid.UUID, *, tenant_id: int) -> CardVersion | None:
    """Give the newest version of a member's card, or None; one statement."""
    statement = (
        select(CardVersion)
        .join(PublicCard, (PublicCard.id == CardVersion.card_id) & (PublicCard.tenant_id == CardVersion.tenant_id))
        .where(PublicCard.tenant_id == tenant_id, PublicCard.member_id == member_id)
        .order_by(PublicCard.created_at.desc(), PublicCard.id, CardVersion.number.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def published_version(card_id: uuid.UUID, *, tenant_id: int) -> tuple[CardVersion, uuid.UUID]:
    """Give what the public may read at a card's address, and whose it is; raises NotFound for anything else."""
    statement = (
        select(CardVersion, PublicCard.member_id)
        .join(PublicCard, (PublicCard.id == CardVersion.card_id) & (PublicCard.tenant_id == CardVersion.tenant_id))
        .where(
            CardVersion.tenant_id == tenant_id,
            CardVersion.card_id == card_id,
            CardVersion.state == CardState.PUBLISHED,
        )
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]
