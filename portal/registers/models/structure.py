"""Tables around organizations: terms, posts, work units and who belongs to them, check sheets, ends."""

import uuid
from datetime import date, datetime

from sqlalchemy import Boolean, Integer, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.registers.rules.sheets import EndKind, SheetKind, SheetState
from portal.registers.rules.structure import PostKind
from portal.registers.rules.terms import Manner, TermDates
from portal.registers.rules.units import UnitNature
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique
from portal.tenancy.past import Kept, KeptColumns, Past, past_of


class TermColumns(TenantOwned):
    """What is recorded of a term (届次). Half-open: it begins on starts_on and is over on ended_on.

    `due_on` is starts_on and the years of its kind; `moved_to` another day where the upper organization approved it.
    """

    organization_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    session_no: Mapped[int | None] = mapped_column(Integer)
    starts_on: Mapped[date]
    due_on: Mapped[date]
    ended_on: Mapped[date | None]
    manner: Mapped[Manner | None]
    approved_doc: Mapped[str | None] = mapped_column(String(80))
    seats: Mapped[int | None] = mapped_column(Integer)
    candidates: Mapped[int | None] = mapped_column(Integer)
    entitled: Mapped[int | None] = mapped_column(Integer)
    attended: Mapped[int | None] = mapped_column(Integer)
    moved_to: Mapped[date | None]
    moved_approved_on: Mapped[date | None]
    moved_doc: Mapped[str | None] = mapped_column(String(80))
    moved_reason: Mapped[str | None] = mapped_column(String(200))

    @property
    def dates(self) -> TermDates:
        """The dates by which its standing is told."""
        return TermDates(self.starts_on, self.due_on, self.moved_to)


class PartyTerm(TermColumns, Kept, Base):
    """A term of an elected organ."""

    __tablename__ = "party_term"

    __table_args__ = (
        tenant_fk("organization_id", "party_organization", ondelete="RESTRICT"),
        tenant_unique("organization_id", "starts_on"),
        tenant_index("ended_on"),
        tenant_index("source_batch_id"),
    )


@past_of(PartyTerm)
class PartyTermPast(TermColumns, KeptColumns, Past, Base):
    """States of terms that are over."""

    __tablename__ = "party_term_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))


class TermReminder(TenantOwned, Base):
    """A letter that reminded of an election. It belongs to whoever sent it: the community, or the street above it.

    So `term_id` may be of a tenant below, and no key points to it.
    """

    __tablename__ = "term_reminder"

    term_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    sent_on: Mapped[date]
    letter_no: Mapped[str | None] = mapped_column(String(80))
    by_name: Mapped[str] = mapped_column(String(50))

    __table_args__ = (tenant_index("term_id", "sent_on"),)


class PostColumns(TenantOwned):
    """What is recorded of a post: held from from_on until the day before until_on, by a member or by an outsider."""

    organization_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    term_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    kind: Mapped[PostKind]
    duty: Mapped[str | None] = mapped_column(String(40))
    person_name: Mapped[str] = mapped_column(String(50))
    member_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    work_unit_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(100))
    votes: Mapped[int | None] = mapped_column(Integer)
    doc: Mapped[str | None] = mapped_column(String(80))


class PartyPost(PostColumns, Kept, Base):
    """A post in a committee or group (党内职务), or in the residents' committee beside it."""

    __tablename__ = "party_post"

    __table_args__ = (
        tenant_fk("organization_id", "party_organization", ondelete="RESTRICT"),
        tenant_fk("term_id", "party_term", ondelete="RESTRICT"),
        tenant_fk("member_id", "party_member", ondelete="RESTRICT"),
        tenant_fk("work_unit_id", "work_unit", ondelete="RESTRICT"),
        tenant_index("organization_id", "from_on"),
        tenant_index("term_id"),
        tenant_index("member_id"),
        tenant_index("work_unit_id"),
        tenant_index("source_batch_id"),
    )


@past_of(PartyPost)
class PartyPostPast(PostColumns, KeptColumns, Past, Base):
    """States of posts that are over."""

    __tablename__ = "party_post_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))


class WorkUnitColumns(TenantOwned):
    """What is recorded of a unit. `is_resident`: it sits in this community (驻区单位). The phone is sealed."""

    name: Mapped[str] = mapped_column(String(80))
    short_name: Mapped[str | None] = mapped_column(String(80))
    credit_code: Mapped[str | None] = mapped_column(String(18))
    nature: Mapped[UnitNature | None]
    is_resident: Mapped[bool] = mapped_column(Boolean, default=False)
    address: Mapped[str | None] = mapped_column(String(120))
    head_name: Mapped[str | None] = mapped_column(String(50))
    contact_name: Mapped[str | None] = mapped_column(String(50))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class WorkUnit(WorkUnitColumns, Kept, Base):
    """A unit where members work, or that sits here (工作单位, 驻区单位)."""

    __tablename__ = "work_unit"

    __table_args__ = (tenant_unique("name"), tenant_unique("credit_code"), tenant_index("source_batch_id"))


@past_of(WorkUnit)
class WorkUnitPast(WorkUnitColumns, KeptColumns, Past, Base):
    """States of units that are over."""

    __tablename__ = "work_unit_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))


class OrganizationUnit(TenantOwned, Base):
    """A unit that an organization is set up in; a joint branch has several."""

    __tablename__ = "organization_unit"

    organization_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    work_unit_id: Mapped[uuid.UUID] = mapped_column(Uuid)

    __table_args__ = (
        tenant_fk("organization_id", "party_organization", ondelete="CASCADE"),
        tenant_fk("work_unit_id", "work_unit", ondelete="RESTRICT"),
        tenant_unique("organization_id", "work_unit_id"),
        tenant_index("work_unit_id"),
    )


class OrganizationEnd(TenantOwned, Base):
    """How an organization ended: dissolved, or merged into another one."""

    __tablename__ = "organization_end"

    organization_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    kind: Mapped[EndKind]
    into_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    ended_on: Mapped[date]
    doc: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(200))
    members_moved: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        tenant_fk("organization_id", "party_organization", ondelete="RESTRICT"),
        tenant_fk("into_id", "party_organization", ondelete="RESTRICT"),
        tenant_unique("organization_id"),
        tenant_index("into_id"),
    )


class CheckSheet(TenantOwned, Base):
    """A look-back at standards (支部标准化回头看) or the rectification of a weak organization (软弱涣散整顿)."""

    __tablename__ = "check_sheet"

    organization_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    kind: Mapped[SheetKind]
    checked_on: Mapped[date]
    findings: Mapped[str] = mapped_column(Text)
    measures: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str] = mapped_column(String(50))
    due_on: Mapped[date | None]
    state: Mapped[SheetState]
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("organization_id", "party_organization", ondelete="RESTRICT"),
        tenant_index("organization_id", "checked_on"),
        tenant_index("state", "due_on"),
    )


class SheetReview(TenantOwned, Base):
    """A re-check of a sheet: passed, or measures until a new day."""

    __tablename__ = "check_review"

    sheet_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    reviewed_on: Mapped[date]
    is_passed: Mapped[bool] = mapped_column(Boolean)
    result: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    by_name: Mapped[str] = mapped_column(String(50))

    __table_args__ = (tenant_fk("sheet_id", "check_sheet", ondelete="CASCADE"), tenant_index("sheet_id", "reviewed_on"))
