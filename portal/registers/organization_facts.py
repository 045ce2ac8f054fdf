"""What a form, a file or another package says of an organization or a unit, and the columns that it becomes."""

import uuid
from dataclasses import dataclass
from datetime import date

from portal.core.identity_numbers import read_credit_code
from portal.registers.rules import OrganizationKind
from portal.registers.rules.places import split_buildings
from portal.registers.rules.terms import OrganizationCategory
from portal.registers.rules.units import UnitNature, UnitSituation, clean_unit_name


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """What the form says of an organization. `elected_on` begins its first term; later ones have their own commands.

    `application` holds the day of the application to set it up and of the reply; None leaves what is recorded.
    `contact_phone` None leaves what is recorded. `work_unit_ids` None leaves the units, () takes them away.
    """

    name: str
    kind: OrganizationKind
    parent_id: uuid.UUID | None = None
    is_greater_committee: bool = False
    founded_on: date | None = None
    elected_on: date | None = None
    category: OrganizationCategory | None = None
    unit_situation: UnitSituation | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    founding_doc: str | None = None
    size_doc: str | None = None
    estate: str | None = None
    buildings: str | None = None
    work_unit_ids: tuple[uuid.UUID, ...] | None = None
    application: tuple[date | None, date | None] | None = None

    def columns(self) -> dict[str, object]:
        """Give the plain columns of the row."""
        applied = dict(zip(("applied_on", "replied_on"), self.application, strict=True)) if self.application else {}
        return applied | {
            "name": "".join(self.name.split()),
            "kind": self.kind,
            "is_greater_committee": self.is_greater_committee and self.kind is OrganizationKind.PARTY_COMMITTEE,
            "parent_id": self.parent_id,
            "founded_on": self.founded_on,
            "category": self.category,
            "unit_situation": self.unit_situation,
            "contact_name": self.contact_name or None,
            "founding_doc": self.founding_doc or None,
            "size_doc": self.size_doc or None,
            "estate": "".join((self.estate or "").split()) or None,
            "buildings": "、".join(split_buildings(self.buildings)) or None,
        }


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What is known of a unit. `phone` None leaves what is recorded."""

    name: str
    short_name: str | None = None
    credit_code: str | None = None
    nature: UnitNature | None = None
    is_resident: bool = False
    address: str | None = None
    head_name: str | None = None
    contact_name: str | None = None
    phone: str | None = None

    def columns(self) -> dict[str, object]:
        """Give the plain columns; raises RuleBroken `registers.unit_name`, `credit_code.…` of GB 32100."""
        return {
            "name": clean_unit_name(self.name),
            "short_name": clean_unit_name(self.short_name) if self.short_name else None,
            "credit_code": read_credit_code(self.credit_code) if self.credit_code else None,
            "nature": self.nature,
            "is_resident": self.is_resident,
            "address": self.address or None,
            "head_name": self.head_name or None,
            "contact_name": self.contact_name or None,
        }
