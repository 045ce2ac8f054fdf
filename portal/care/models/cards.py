"""Public cards of members: one address each, and the versions of what it says."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, column
from sqlalchemy.orm import Mapped, mapped_column

from portal.care.models.keys import member_fk, unique_where
from portal.care.rules.cards import OPEN_STATES, CardState, CardText, ConsentWay
from portal.core.db import Base
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique


class PublicCard(TenantOwned, Base):
    """A member's card: its id is the public address, so that a posted code stays good.

    The id is made of the member's, so that nobody gets two; where two records of one person become one, both stay.
    """

    __tablename__ = "public_card"

    member_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime]

    __table_args__ = (member_fk(), tenant_index("member_id", "created_at"))


class CardVersion(TenantOwned, Base):
    """One version of a card with the member's consent to exactly this text, named by its fingerprint."""

    __tablename__ = "card_version"

    card_id: Mapped[uuid.UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[CardState]
    full_name: Mapped[str] = mapped_column(String(50))
    identity: Mapped[str] = mapped_column(String(60))
    post: Mapped[str] = mapped_column(String(60))
    promise: Mapped[str] = mapped_column(String(200))
    contribution: Mapped[str] = mapped_column(String(300))
    drafted_at: Mapped[datetime]
    consent_fingerprint: Mapped[str | None] = mapped_column(String(64))
    consent_way: Mapped[ConsentWay | None]
    consented_on: Mapped[date | None]
    consent_file_id: Mapped[uuid.UUID | None]
    consent_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    consent_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        tenant_fk("card_id", "public_card", ondelete="RESTRICT"),
        tenant_fk("consent_file_id", "stored_file", ondelete="RESTRICT"),
        tenant_unique("card_id", "number"),
        unique_where("uq_card_version_published", "card_id", condition=column("state") == CardState.PUBLISHED.value),
        unique_where(
            "uq_card_version_open", "card_id", condition=column("state").in_([state.value for state in OPEN_STATES])
        ),
        CheckConstraint("state NOT IN ('consented', 'published') OR consent_fingerprint IS NOT NULL", name="consented"),
        CheckConstraint("(withdrawn_at IS NULL) = (state <> 'withdrawn')", name="withdrawn"),
        tenant_index("state", "drafted_at"),
        tenant_index("consent_file_id"),
    )

    @property
    def text(self) -> CardText:
        """What this version says."""
        return CardText(self.full_name, self.identity, self.post, self.promise, self.contribution)
