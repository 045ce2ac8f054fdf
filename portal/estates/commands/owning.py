"""Changes of owners and of what they own."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.accounts.commands import grant_role
from portal.accounts.roles import Role
from portal.audit.looks import record_look
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.core.personal_data import mask_id_number, mask_phone
from portal.estates import queries, rules
from portal.estates.entries import Changes, assign, held_from, locked, name_columns, read_number, sealed_columns
from portal.estates.models import Owner, Ownership, Unit
from portal.tenancy import vault
from portal.tenancy.scope import written_tenant

REASON_MIN, REASON_MAX = 4, 200


@dataclass(frozen=True)
class NewOwner:
    """Who owns, as the clerk typed it. `id_number` is a citizen number or, for firms, a credit code.

    None for a number or phone of an owner who is there already: it stays as it is.
    """

    name: str
    kind: rules.OwnerKind = rules.OwnerKind.PERSON
    id_number: str | None = ""
    phone: str | None = ""
    guardian_name: str = ""
    guardian_phone: str | None = ""


@dataclass(frozen=True)
class Title:
    """On what ground and paper, from when and for which share (parts of ten thousand; None: jointly) one owns."""

    valid_from: date
    basis: rules.TitleBasis = rules.TitleBasis.REGISTERED
    share: int | None = rules.SHARE_WHOLE
    is_voting_representative: bool = True
    document: str = ""


def add_owner(unit: Unit, *, owner: NewOwner, title: Title, actor: Actor, now: datetime) -> Ownership:
    """Enter somebody as an owner of a unit; a person known by number is found, not entered twice.

    Shares of the owners of one day never exceed the whole, and one of them at most votes for the unit.
    Raises RuleBroken `estates.share_wrong`, `estates.representative_taken`, `estates.owner_there`,
    `estates.possession_needs_handover`.
    """
    held_unit = locked(unit)
    ownership = _enter(held_unit, owner, title, held_from(held_unit, title.valid_from), now=now)
    changes: Changes = {"owner": [None, str(ownership.owner_id)], "share": [None, title.share]}
    record(AuditTag.OWNERSHIP_CREATE, subject=ownership, actor=actor, now=now, changes=changes)
    return ownership


def hand_over_unit(unit: Unit, *, buyer: NewOwner, title: Title, actor: Actor, now: datetime) -> Ownership:
    """Hand a unit to a new owner in one step: whoever owns it ends on that day, the buyer begins.

    Raises RuleBroken `estates.sold_before_owned` where an owner began on that day or later, and the codes of
    add_owner().
    """
    held_unit = locked(unit)
    former = held_from(held_unit, title.valid_from)
    if any(one.valid_from >= title.valid_from for one in former):
        raise RuleBroken("estates.sold_before_owned", field="valid_from")
    for one in former:
        _end(one, title.valid_from, now=now)
    ownership = _enter(held_unit, buyer, title, [], now=now)
    changes: Changes = {"owner": [[str(one.owner_id) for one in former], str(ownership.owner_id)]}
    changes["valid_from"] = [None, title.valid_from]
    record(AuditTag.UNIT_HAND_OVER, subject=held_unit, actor=actor, now=now, changes=changes)
    return ownership


def _enter(unit: Unit, owner: NewOwner, title: Title, held: list[Ownership], *, now: datetime) -> Ownership:
    rules.check_title_basis(title.basis, status=unit.status)
    rules.check_share(title.share, taken=sum(one.share or 0 for one in held))
    if title.is_voting_representative and any(_votes(one) for one in held):
        raise RuleBroken("estates.representative_taken", field="is_voting_representative")
    person = _find_or_create_owner(owner, now=now)
    if any(one.owner_id == person.id for one in held):
        raise RuleBroken("estates.owner_there", field="name", name=person.name)
    ownership = Ownership(
        id=new_id(),
        unit_id=unit.id,
        owner_id=person.id,
        valid_from=title.valid_from,
        title_basis=title.basis,
        document=title.document,
        share=title.share,
        votes_from=title.valid_from if title.is_voting_representative else None,
        created_at=now,
        updated_at=now,
    )
    db.session.add(ownership)
    db.session.flush()
    return ownership


def _votes(ownership: Ownership) -> bool:
    return ownership.votes_from is not None and ownership.votes_until is None


def correct_ownership(ownership: Ownership, *, title: Title, actor: Actor, now: datetime) -> Ownership:
    """Correct ground, paper, share and first day of an ownership; who votes is set apart.

    Raises RuleBroken `estates.share_wrong`, `estates.days_wrong`, `estates.possession_needs_handover`.
    """
    unit = db.session.scalars(select(Unit).where(Unit.id == ownership.unit_id).with_for_update()).one()
    held = locked(ownership)
    rules.check_title_basis(title.basis, status=unit.status)
    rules.check_ownership_days(valid_from=title.valid_from, valid_until=held.valid_until)
    others = [one for one in held_from(unit, title.valid_from) if one.id != held.id and held.valid_until is None]
    rules.check_share(title.share, taken=sum(one.share or 0 for one in others))
    values: dict[str, object] = {
        "valid_from": title.valid_from,
        "title_basis": title.basis,
        "document": title.document,
        "share": title.share,
    }
    changes = assign(held, values, now=now)
    record(AuditTag.OWNERSHIP_CHANGE, subject=held, actor=actor, now=now, changes=changes)
    return held


def set_representative(ownership: Ownership, *, from_day: date, actor: Actor, now: datetime) -> Ownership:
    """Let this co-owner vote for the unit from a day on; whoever did until then no longer does.

    Raises RuleBroken `estates.not_owner_then`, `estates.represents_already`.
    Source: Guiding Rules (2009), art. 25 (to be checked).
    """
    unit = db.session.scalars(select(Unit).where(Unit.id == ownership.unit_id).with_for_update()).one()
    held = locked(ownership)
    if not rules.is_owner_on(valid_from=held.valid_from, valid_until=held.valid_until, day=from_day):
        raise RuleBroken("estates.not_owner_then", field="from_day")
    if _votes(held):
        raise RuleBroken("estates.represents_already", field="from_day")
    former: list[str] = []
    for one in held_from(unit, from_day):
        if one.id != held.id and _votes(one):
            former.append(str(one.owner_id))
            began_later = one.votes_from is not None and one.votes_from >= from_day
            assign(one, {"votes_from": None} if began_later else {"votes_until": from_day}, now=now)
    assign(held, {"votes_from": from_day, "votes_until": None}, now=now)
    changes: Changes = {"owner": [former, str(held.owner_id)], "valid_from": [None, from_day]}
    record(AuditTag.REPRESENTATIVE_SET, subject=held, actor=actor, now=now, changes=changes)
    return held


def end_ownership(ownership: Ownership, *, valid_until: date, actor: Actor, now: datetime) -> Ownership:
    """End an ownership; `valid_until` is the first day on which it no longer holds."""
    held = locked(ownership)
    if held.valid_until is not None:
        raise RuleBroken("estates.ownership_ended", field="valid_until", day=held.valid_until)
    rules.check_ownership_days(valid_from=held.valid_from, valid_until=valid_until)
    _end(held, valid_until, now=now)
    record(AuditTag.OWNERSHIP_END, subject=held, actor=actor, now=now, changes={"valid_until": [None, valid_until]})
    return held


def _end(ownership: Ownership, day: date, *, now: datetime) -> None:
    values: dict[str, object] = {}
    if ownership.valid_until is None or ownership.valid_until > day:
        values["valid_until"] = day
    if _votes(ownership):
        began_later = ownership.votes_from is not None and ownership.votes_from >= day
        values |= {"votes_from": None} if began_later else {"votes_until": day}
    assign(ownership, values, now=now)


def verify_ownership(ownership: Ownership, *, user_id: uuid.UUID, actor: Actor, now: datetime) -> Ownership:
    """Say that this account is this owner and the paper was seen; the account becomes an owner here.

    Nobody verifies an ownership of their own; an owner has one account, an account one owner.
    """
    if user_id == actor.user_id:
        raise RuleBroken("estates.own_claim", field="account")
    held = locked(ownership)
    owner = db.session.scalars(select(Owner).where(Owner.id == held.owner_id).with_for_update()).one()
    _link_account(owner, user_id, now=now)
    before = held.verified_at
    assign(held, {"verified_at": now, "verified_by": actor.user_id}, now=now)
    grant_role(
        user_id=user_id, tenant_id=written_tenant(), role=Role.OWNER, starts_at=now, granted_by=actor.user_id, now=now
    )
    record(
        AuditTag.OWNERSHIP_VERIFY,
        subject=held,
        actor=actor,
        now=now,
        changes={"verified_at": [before, now], "account": [None, str(user_id)]},
    )
    return held


def change_owner(owner: Owner, *, facts: NewOwner, actor: Actor, now: datetime) -> Owner:
    """Correct an owner's name, number, phone or guardian. A number that another entry has asks the head resolver.

    None for a number or phone leaves it, an empty text removes it. Raises RuleBroken (field `id_number`) with
    the codes of portal.core.identity_numbers.
    """
    held = locked(owner)
    number = None if facts.id_number is None else read_number(facts.kind, facts.id_number, now=now)
    values = {"kind": facts.kind, "guardian_name": facts.guardian_name, **name_columns(facts.name)}
    changes = assign(held, values, now=now)
    changes = {key: values for key, values in changes.items() if not key.endswith("_key")}
    phones = [None if text is None else rules.read_phone(text) for text in (facts.phone, facts.guardian_phone)]
    for field, text in zip(("id_number", "phone", "guardian_phone"), (number, *phones), strict=True):
        if text is not None:
            changes |= _set_sealed(held, field, text, now=now)
    record(AuditTag.OWNER_CHANGE, subject=held, actor=actor, now=now, changes=changes)
    return held


def _set_sealed(owner: Owner, field: str, text: str, *, now: datetime) -> Changes:
    before = queries.unseal_owner_field(owner, field) or ""
    if before == text:
        return {}
    assign(owner, sealed_columns(owner.id, field, text), now=now)
    mask = mask_id_number if field == "id_number" else mask_phone
    return {field: [mask(before), mask(text)]}


def reveal_owner(owner: Owner, *, field: str, reason: str, actor: Actor, now: datetime) -> str:
    """Give one sealed field of an owner in clear, and record who looked and why.

    `field` is id_number, phone or guardian_phone. Raises NotFound, also for a field that is empty, and
    RuleBroken `estates.reason_needed` (field `reason`).
    """
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        raise RuleBroken("estates.reason_needed", field="reason", least=REASON_MIN, most=REASON_MAX)
    text = queries.unseal_owner_field(owner, field)
    if text is None:
        raise NotFound
    changes: Changes = {"field": [None, field], "reason": [None, reason.strip()]}
    record_look(AuditTag.OWNER_REVEAL, subject=owner, actor=actor, now=now, changes=changes)
    return text


def _find_or_create_owner(new: NewOwner, *, now: datetime) -> Owner:
    """Give the owner of this number, or enter one; without a number every entry is a person of its own."""
    number = read_number(new.kind, new.id_number or "", now=now)
    if number:
        index = vault.blind_index("owner.id_number", number)
        known = select(Owner).where(Owner.id_number_index == index).order_by(Owner.created_at, Owner.id)
        if (found := db.session.scalars(known).first()) is not None:
            return found
    owner = Owner(id=new_id(), kind=new.kind, guardian_name=new.guardian_name, created_at=now, updated_at=now)
    columns = name_columns(new.name)
    phones = (rules.read_phone(new.phone or ""), rules.read_phone(new.guardian_phone or ""))
    for field, text in zip(("id_number", "phone", "guardian_phone"), (number, *phones), strict=True):
        columns |= sealed_columns(owner.id, field, text)
    for key, value in columns.items():
        setattr(owner, key, value)
    db.session.add(owner)
    db.session.flush()
    return owner


def _link_account(owner: Owner, user_id: uuid.UUID, *, now: datetime) -> None:
    if owner.user_id == user_id:
        return
    if owner.user_id is not None:
        raise RuleBroken("estates.owner_has_account", field="account")
    if db.session.scalars(select(Owner.id).where(Owner.user_id == user_id)).first() is not None:
        raise RuleBroken("estates.account_has_owner", field="account")
    assign(owner, {"user_id": user_id}, now=now)
