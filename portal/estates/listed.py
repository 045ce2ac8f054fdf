"""The lists of the estates register, on their pages and as workbooks: owners, units, property companies."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.core.personal_data import mask_phone
from portal.desk.exports import Wanted
from portal.desk.lists import Listed, ListedColumn, Look, register_list, search_words
from portal.estates import queries
from portal.estates.messages import OWNER_WORDS, STATUS_WORDS, USAGE_WORDS
from portal.estates.queries import Lack, Missing, OwnerFilter, OwnerRow, UnitFilter
from portal.estates.rules import OwnerKind, UnitStatus, UnitUsage
from portal.tenancy import vault

MISSING_WORDS = {
    Missing.NUMBER: _("without a number"),
    Missing.PHONE: _("without a phone"),
    Missing.UNIT: _("owns nothing now"),
}
LACK_WORDS = {Lack.OWNER: _("Units without an owner"), Lack.REPRESENTATIVE: _("Co-owned units for which nobody votes")}


def _one_of(words: Any, wanted: Wanted, key: str) -> Any:
    text = wanted.params.get(key)
    return words(text) if text in set(words) else None


def _estate(wanted: Wanted) -> uuid.UUID | None:
    try:
        return uuid.UUID(wanted.params.get("estate", ""))
    except ValueError:
        return None


def _estate_words(look: Look) -> list[str]:
    asked = look.found.estate_id
    return [line.name for line in queries.list_estates() if line.id == asked] if asked else []


# Owners


def _owners(wanted: Wanted) -> OwnerFilter:
    return OwnerFilter(
        _estate(wanted), _one_of(OwnerKind, wanted, "kind"), _one_of(Missing, wanted, "missing"),
        wanted.params.get("q", ""),
    )  # fmt: skip


def owner_rows(look: Look, *, limit: int, offset: int) -> list[OwnerRow]:
    """Give the owners of a look, by name."""
    return queries.list_owner_rows(look.found, on=look.today, tenant_id=look.tenant_id, limit=limit, offset=offset)


def _owner_words(look: Look) -> list[str]:
    found: OwnerFilter = look.found
    words = [OWNER_WORDS[found.kind]] if found.kind else []
    words += [MISSING_WORDS[found.missing]] if found.missing else []
    return [*search_words(look.params), *_estate_words(look), *map(str, words)]


def _owner_kind(row: OwnerRow, _look: Look) -> str:
    together = f"（{gettext('one head with others')}）" if row.head_id else ""
    return f"{OWNER_WORDS[row.kind]}{together}"


def _number(row: OwnerRow, look: Look) -> str:
    if row.number_sealed is None:
        return ""
    if look.wanted.in_clear:
        return vault.unseal("owner.id_number", look.tenant_id, row.id, row.number_sealed)
    return str(gettext("recorded"))


OWNERS = register_list(
    Listed(
        code="owner-list",
        title=_("Owners"),
        paper_title="业主名单",
        permission=Permission.OWNER_EXPORT,
        page="estates.list_owners",
        keys=("q", "estate", "kind", "missing"),
        never=queries.is_full_number,
        narrow=_owners,
        count=lambda look: queries.count_owner_rows(look.found, on=look.today, tenant_id=look.tenant_id),
        rows=owner_rows,
        describe=_owner_words,
        has_sealed=True,
        columns=(
            ListedColumn(_("Name"), lambda row, _look: row.name, 20),
            ListedColumn(_("Kind of owner"), _owner_kind, 16),
            ListedColumn(
                _("Owns"),
                lambda row, _look: "；".join(f"{u.estate_name} {u.building_name} {u.room}" for u in row.units),
                40,
            ),
            ListedColumn(_("Phone"), lambda row, look: look.sealed(row.phone, mask_phone)),
            ListedColumn(_("Identity number or credit code"), _number, 22),
        ),
    )
)


# Units


def _units(wanted: Wanted) -> UnitFilter:
    return UnitFilter(
        _estate(wanted), _one_of(UnitStatus, wanted, "status"), _one_of(UnitUsage, wanted, "usage"),
        _one_of(Lack, wanted, "lack"), wanted.params.get("q", ""),
    )  # fmt: skip


def _unit_words(look: Look) -> list[str]:
    found: UnitFilter = look.found
    words: list[Any] = [STATUS_WORDS[found.status]] if found.status else []
    words += [USAGE_WORDS[found.usage]] if found.usage else []
    words += [LACK_WORDS[found.lack]] if found.lack else []
    return [*search_words(look.params), *_estate_words(look), *map(str, words)]


UNITS = register_list(
    Listed(
        code="unit-list",
        title=_("All units"),
        paper_title="房屋名单",
        permission=Permission.OWNER_EXPORT,
        page="estates.list_every_unit",
        keys=("q", "estate", "status", "usage", "lack"),
        narrow=_units,
        count=lambda look: queries.count_found(look.found, on=look.today),
        rows=lambda look, *, limit, offset: queries.find_units(look.found, on=look.today, limit=limit, offset=offset),
        describe=_unit_words,
        columns=(
            ListedColumn(_("Unit"), lambda row, _look: f"{row.building_name} {row.room}", 18),
            ListedColumn(_("Estate"), lambda row, _look: row.estate_name, 20),
            ListedColumn(_("Area"), lambda row, _look: row.area_m2, 10, "num"),
            ListedColumn(_("State"), lambda row, _look: STATUS_WORDS[row.status]),
            ListedColumn(_("Used as"), lambda row, _look: USAGE_WORDS[row.usage]),
            ListedColumn(_("Owners"), lambda row, _look: "、".join(row.owners), 24),
            ListedColumn(_("Who votes"), lambda row, _look: row.voter, 12),
        ),
    )
)


# Property companies


def _companies(look: Look, *, limit: int, offset: int) -> Sequence[tuple[Any, list[Any]]]:
    """Give the firms with their contracts of today."""
    running = [
        line
        for line in queries.list_contracts()
        if line.valid_from <= look.today and (line.valid_until is None or line.valid_until > look.today)
    ]
    firms = queries.list_companies()[offset : offset + limit]
    return [(firm, [line for line in running if line.company_id == firm.id]) for firm in firms]


def _estates_now(row: tuple[Any, list[Any]], _look: Look) -> str:
    return "；".join(
        line.estate_name
        if line.fee is None
        else f"{line.estate_name}（{gettext('¥%(fee)s per m² and month', fee=f'{line.fee:.2f}')}）"
        for line in row[1]
    )


COMPANIES = register_list(
    Listed(
        code="company-list",
        title=_("Property companies"),
        paper_title="物业服务企业名单",
        permission=Permission.ESTATE_LIST,
        page="estates.list_companies",
        count=lambda _look: len(queries.list_companies()),
        rows=_companies,
        columns=(
            ListedColumn(_("Company name"), lambda row, _look: row[0].name, 30),
            ListedColumn(_("Unified social credit code"), lambda row, _look: row[0].credit_code, 22),
            ListedColumn(_("Estates now"), _estates_now, 40),
        ),
    )
)
