"""Public cards: drafted, consented to, published, withdrawn."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.looks import record_look
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.care import rules
from portal.care.commands.changes import Changes
from portal.care.models import CardVersion, PublicCard
from portal.care.queries.cards import CardCase, card_case, find_card_of
from portal.care.rows import lock_row, made_id, put_in
from portal.care.rules import cards as card_rules
from portal.care.rules.cards import CardState, CardText, ConsentWay
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.files.commands import store_file
from portal.files.queries import OpenedFile, get_file
from portal.registers import queries as registers
from portal.tenancy.scope import written_tenant

REPLACED = "已由新版本替换"
TEXT_CHANGED = "文字已修改，原同意不再适用"
PAPER_BYTES = 5 * 1024 * 1024
PAPERS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@dataclass(frozen=True)
class Consent:
    """How and when the member consented; the paper, if there is one, with its file name."""

    way: ConsentWay
    consented_on: date
    paper: tuple[str, bytes] | None = None


def draft_card(member_id: uuid.UUID, text: CardText, *, actor: Actor, now: datetime) -> CardVersion:
    """Write what a card shall say. The name is the register's; what is published stays until a new consent.

    A text that was consented to and is changed needs a new consent. Raises NotFound; RuleBroken `care.not_present`,
    `care.text_length`, `care.card_number`.
    """
    member = registers.get_member(member_id, tenant_id=written_tenant())
    rules.check_present(member.status)
    clean = card_rules.check_card(replace(text, full_name=member.full_name))
    card = find_card_of(member.id, tenant_id=written_tenant())
    if card is None:
        card = PublicCard(id=made_id("public_card", member.id), member_id=member.id, created_at=now)
        put_in(card, or_else="care.card_moved_on")
    case = _locked(card.id)
    version = _open_draft(case, clean, now)
    if version is None:
        return case.open or case.versions[0]
    changes: Changes = {"number": [None, version.number], "state": [None, CardState.DRAFT.value]}
    record(AuditTag.PUBLIC_CARD_DRAFT, subject=card, actor=actor, now=now, changes=changes)
    return version


def record_consent(card_id: uuid.UUID, consent: Consent, *, actor: Actor, now: datetime) -> CardVersion:
    """Record that the member consented to the draft as it reads now.

    Raises NotFound; RuleBroken `care.card_moved_on`, `care.future`, `care.consent_too_early`, `care.paper_kind`.
    """
    case = _locked(card_id)
    version = _open_version(case)
    card_rules.check_step(version.state, CardState.CONSENTED)
    card_rules.check_consent(consent.consented_on, drafted_on=clock.today(version.drafted_at), today=clock.today(now))
    if consent.paper is not None:
        version.consent_file_id = _keep_paper(*consent.paper, actor=actor, now=now)
    version.state, version.consent_fingerprint = CardState.CONSENTED, card_rules.fingerprint(version.text)
    version.consent_way, version.consented_on = consent.way, consent.consented_on
    version.consent_by, version.consent_at = actor.user_id, now
    changes: Changes = {
        "number": [None, version.number],
        "way": [None, consent.way.value],
        "consented_on": [None, consent.consented_on],
        "fingerprint": [None, version.consent_fingerprint],
    }
    record(AuditTag.PUBLIC_CARD_CONSENT, subject=case.card, actor=actor, now=now, changes=changes)
    return version


def fetch_consent_paper(card_id: uuid.UUID, *, actor: Actor, now: datetime) -> OpenedFile:
    """Give the scan of the newest signed consent, and record who took it. Raises NotFound, also where there is none."""
    case = _locked(card_id)
    signed = [version for version in case.versions if version.consent_file_id is not None]
    if not signed or signed[0].consent_file_id is None:
        raise NotFound
    changes: Changes = {"number": [None, signed[0].number]}
    record_look(AuditTag.CONSENT_PAPER_FETCH, subject=case.card, actor=actor, now=now, changes=changes)
    return get_file(signed[0].consent_file_id)


def publish_card(card_id: uuid.UUID, *, actor: Actor, now: datetime) -> CardVersion:
    """Put the version that was consented to before the public; it takes the place of the one before.

    Raises NotFound; RuleBroken `care.card_moved_on`, `care.not_consented`, `care.not_present`.
    """
    case = _locked(card_id)
    version = _open_version(case)
    member = registers.get_member(case.card.member_id, tenant_id=written_tenant())
    rules.check_present(member.status)
    if version.state is CardState.DRAFT:
        raise RuleBroken("care.not_consented")
    card_rules.check_step(version.state, CardState.PUBLISHED)
    card_rules.check_publication(version.text, consented_fingerprint=version.consent_fingerprint)
    if case.published is not None:
        _take_back(case.published, REPLACED, now)
    version.state, version.published_at = CardState.PUBLISHED, now
    db.session.flush()
    changes: Changes = {"number": [None, version.number], "fingerprint": [None, version.consent_fingerprint]}
    record(AuditTag.PUBLIC_CARD_PUBLISH, subject=case.card, actor=actor, now=now, changes=changes)
    return version


def withdraw_card(card_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> PublicCard:
    """Take a card from the public at once, with every consent to it; a draft that nobody consented to stays.

    Raises NotFound; RuleBroken `care.text_length` (field `reason`), `care.nothing_to_withdraw`.
    """
    case = _locked(card_id)
    why = rules.check_reason(reason)
    taken = [each for each in case.versions if each.state in {CardState.CONSENTED, CardState.PUBLISHED}]
    if not taken:
        raise RuleBroken("care.nothing_to_withdraw")
    for version in taken:
        _take_back(version, why, now)
    changes: Changes = {"reason": [None, why], "number": [[version.number for version in taken], None]}
    record(AuditTag.PUBLIC_CARD_WITHDRAW, subject=case.card, actor=actor, now=now, changes=changes)
    return case.card


def _locked(card_id: uuid.UUID) -> CardCase:
    """Hold the card, so that nobody publishes while somebody withdraws, and give it as it stands now."""
    card = lock_row(PublicCard, card_id)
    db.session.scalars(
        select(CardVersion)
        .where(CardVersion.tenant_id == card.tenant_id, CardVersion.card_id == card.id)
        .execution_options(populate_existing=True)
    ).all()
    return card_case(card)


def _open_version(case: CardCase) -> CardVersion:
    if case.open is None:
        raise RuleBroken("care.card_moved_on")
    return case.open


def _open_draft(case: CardCase, text: CardText, now: datetime) -> CardVersion | None:
    """Give the draft with this text: the open one rewritten, or a new version; None where nothing changes."""
    if case.open is not None and case.open.text == text:
        return None
    if case.open is None and case.published is not None and case.published.text == text:
        return None
    if case.open is not None and case.open.state is CardState.CONSENTED:
        _take_back(case.open, TEXT_CHANGED, now)
    version = case.open if case.open is not None and case.open.state is CardState.DRAFT else None
    if version is None:
        number = max((each.number for each in case.versions), default=0) + 1
        version = CardVersion(id=new_id(), card_id=case.card.id, number=number, state=CardState.DRAFT)
    version.drafted_at = now
    for name in ("full_name", "identity", "post", "promise", "contribution"):
        setattr(version, name, getattr(text, name))
    put_in(version, or_else="care.card_moved_on")
    return version


def _take_back(version: CardVersion, reason: str, now: datetime) -> None:
    version.state, version.withdrawn_at, version.withdrawn_reason = CardState.WITHDRAWN, now, reason
    db.session.flush()


def _keep_paper(name: str, content: bytes, *, actor: Actor, now: datetime) -> uuid.UUID:
    """Keep the signed paper: a PDF, JPEG or PNG of at most 5 MiB; raises RuleBroken `care.paper_kind`."""
    kind = next((media for start, media in PAPERS.items() if content.startswith(start)), None)
    if kind is None or len(content) > PAPER_BYTES:
        raise RuleBroken("care.paper_kind", field="paper")
    return store_file(name, content, kind, actor=actor, now=now).id
