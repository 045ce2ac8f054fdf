"""How a member's facts stand in the columns of the register, personal ones sealed."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from portal.core.names import search_key, sort_key
from portal.registers import queries
from portal.registers.extra_facts import EXTRAS
from portal.registers.facts import MemberFacts
from portal.registers.models import PartyMember
from portal.tenancy import vault

_AS_THEY_ARE = (
    "organization_id", "full_name", "sex_code", "born_on", "ethnic_code", "education_code", "member_type",
    "management_class", "work_unit", "job_category", "flow_direction", "flow_place", "lost_since", "lost_reason",
    "estate", "building", *EXTRAS,
)  # fmt: skip
ID_SEAL, MOBILE_SEAL, ADDRESS_SEAL = "party_member.id_number", "party_member.mobile", "party_member.address"


def member_columns(member_id: uuid.UUID, facts: MemberFacts, *, id_index: bytes | None = None) -> dict[str, Any]:
    """Give the columns of a member's row for these facts, personal ones sealed for that row.

    `id_index`: the blind index of the ID number, where it is known already.
    """
    texts = {ID_SEAL: facts.id_number, MOBILE_SEAL: facts.mobile, ADDRESS_SEAL: facts.address}
    id_sealed, mobile_sealed, address_sealed = vault.seal_fields(member_id, texts)
    columns: dict[str, Any] = {
        "organization_id": facts.organization_id,
        "full_name": facts.full_name,
        "search_key": search_key(facts.full_name),
        "sort_key": sort_key(facts.full_name),
        "id_sealed": id_sealed,
        "id_index": id_index or vault.blind_index(ID_SEAL, facts.id_number),
        "sex_code": facts.sex_code,
        "born_on": facts.born_on,
        "ethnic_code": facts.ethnic_code,
        "education_code": facts.education_code,
        "member_type": facts.member_type,
        "joined_on": facts.joined.on,
        "joined_by_month": facts.joined.by_month,
        "full_on": facts.full.on if facts.full else None,
        "full_by_month": bool(facts.full and facts.full.by_month),
        "management_class": facts.management_class,
        "work_unit": facts.work_unit,
        "mobile_sealed": mobile_sealed,
        "mobile_index": vault.blind_index(MOBILE_SEAL, facts.mobile) if facts.mobile else None,
        "address_sealed": address_sealed,
        "job_category": facts.job_category,
        "flow_direction": facts.flow_direction,
        "flow_place": facts.flow_place,
        "lost_since": facts.lost_since,
        "lost_reason": facts.lost_reason,
        "estate": facts.estate,
        "building": facts.building,
    }
    return columns | {each: getattr(facts, each) for each in EXTRAS}


def new_columns(
    member_ids: Sequence[uuid.UUID],
    facts: Mapping[str, Sequence[Any]],
    *,
    id_indexes: Sequence[bytes | None] | None = None,
) -> dict[str, Sequence[Any]]:
    """Give what member_columns() gives for many new members; their facts are given as columns.

    `id_indexes`: the blind indexes of the ID numbers, where they are known already.
    """
    ids = [str(member_id).encode() for member_id in member_ids]
    names, numbers, mobiles, fulls = facts["full_name"], facts["id_number"], facts["mobile"], facts["full"]
    return {each: facts[each] for each in _AS_THEY_ARE} | {
        "search_key": list(map(search_key, names)),
        "sort_key": list(map(sort_key, names)),
        "id_sealed": vault.seal_column(ID_SEAL, ids, numbers),
        "id_index": id_indexes or vault.blind_indexes(ID_SEAL, numbers),
        "joined_on": [joined.on for joined in facts["joined"]],
        "joined_by_month": [joined.by_month for joined in facts["joined"]],
        "full_on": [full.on if full else None for full in fulls],
        "full_by_month": [bool(full and full.by_month) for full in fulls],
        "mobile_sealed": vault.seal_column(MOBILE_SEAL, ids, mobiles),
        "mobile_index": vault.blind_indexes(MOBILE_SEAL, mobiles),
        "address_sealed": vault.seal_column(ADDRESS_SEAL, ids, facts["address"]),
    }


def changed_columns(member: PartyMember, facts: MemberFacts, *, keep_missing: bool) -> dict[str, list[object]]:
    """Give {column: [old, new]} of what the facts would change, personal fields masked.

    `keep_missing`: a fact that was not given leaves the old one alone, as in a roster.
    """
    old = queries.facts_of(member)
    changes: dict[str, list[object]] = {}
    for column in MemberFacts.__dataclass_fields__:
        if column == "status":  # it changes by what was decided
            continue
        before, after = getattr(old, column), getattr(facts, column)
        if before == after or (keep_missing and after is None):
            continue
        mask = queries.MASKS.get(column)
        changes[column] = [mask(v) if mask and v else v for v in (before, after)]
    return changes
