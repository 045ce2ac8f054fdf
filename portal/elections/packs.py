"""Rule packs: the numbers and rules of one jurisdiction for one time, as versioned data.

A case keeps a copy of the pack it was opened under (`RulePack.to_data`) with its content hash,
so a later version of the file changes nothing for cases that are under way.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from portal.core.statutory_days import PeriodUnit

FOLDER = Path(__file__).parent / "rule_packs"
E = TypeVar("E", bound=StrEnum)
C = TypeVar("C", bound="Clause")


class Confidence(StrEnum):
    """How sure we are of a text; see docs/glossary.md, "rule pack"."""

    CERTAIN = "C"
    LIKELY = "L"
    TO_VERIFY = "V"
    NEWS = "N"
    DEFAULT = "D"


LAW = frozenset({Confidence.CERTAIN, Confidence.LIKELY})


class RuleKind(StrEnum):
    """Where a rule on candidates gets its force."""

    HARD = "hard"
    LOCAL = "local"
    RULES = "rules"
    POLICY = "policy"


class NumberUnit(StrEnum):
    """What a number of a pack counts."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"
    PEOPLE = "people"


class PackError(ValueError):
    """A rule pack is not written as it must be; the message names the place."""


@dataclass(frozen=True)
class Bilingual:
    """One text in Chinese, as the source has it, and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Clause:
    """What every entry of a pack says: its code, text, source and how sure we are."""

    code: str
    text: Bilingual
    source: Bilingual
    confidence: Confidence

    @property
    def is_law(self) -> bool:
        """Only a text that was read, or is most likely so, is shown as law."""
        return self.confidence in LAW

    @property
    def is_default(self) -> bool:
        """A default of this system, to be shown as such."""
        return self.confidence is Confidence.DEFAULT


@dataclass(frozen=True)
class PackNumber(Clause):
    """A number of the pack: days, months, seats."""

    value: int
    unit: NumberUnit

    @property
    def period_unit(self) -> PeriodUnit:
        """The unit to count a period in; ValueError for a number of people."""
        return PeriodUnit(self.unit.value)


@dataclass(frozen=True)
class Share(Clause):
    """A share that must be reached (inclusive) or passed (not inclusive) on both measures."""

    share: Fraction
    inclusive: bool


@dataclass(frozen=True)
class CandidateRule(Clause):
    """A rule on who may stand. A judgement is an opinion and never bars anyone by itself."""

    name: str
    kind: RuleKind
    judgement: bool
    evidence: Bilingual

    @property
    def may_bar(self) -> bool:
        """Whether a candidate can be refused on this rule."""
        return self.kind is not RuleKind.POLICY and not self.judgement and self.is_law


@dataclass(frozen=True)
class RulePack:
    """The rules of one jurisdiction from a date on; `effective_to` is the last day included."""

    id: str
    version: int
    jurisdiction: str
    title: Bilingual
    effective_from: date
    effective_to: date | None
    shares: Mapping[str, Share]
    numbers: Mapping[str, PackNumber]
    rules: Mapping[str, CandidateRule]
    content_hash: str
    data: Mapping[str, Any]

    def number(self, code: str) -> PackNumber:
        """The number of that code; PackError when the pack has none."""
        if code not in self.numbers:
            raise PackError(f"{self.id}: no number {code}")
        return self.numbers[code]

    def in_force_on(self, day: date) -> bool:
        """Whether the pack holds on that day, both ends included."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


_PACK_KEYS = {
    "id",
    "version",
    "jurisdiction",
    "title",
    "effective_from",
    "shares",
    "numbers",
    "rules",
}
_CLAUSE_KEYS = {"code", "text", "source", "confidence"}
REQUIRED_SHARES = frozenset({"PARTICIPATION", "ORDINARY", "SPECIAL"})
REQUIRED_NUMBERS = frozenset({"SEATS_MIN", "SEATS_MAX", "CANDIDATE_PUBLICITY_DAYS", "NOTICE_DAYS"})


@cache
def available_packs() -> tuple[RulePack, ...]:
    """Every pack that ships with the portal, by id and version. PackError if badly written."""
    packs = [parse_pack(plain(tomllib.loads(path.read_text("utf-8")))) for path in sorted(FOLDER.glob("*.toml"))]
    return tuple(sorted(packs, key=lambda pack: (pack.id, pack.version)))


def find_pack(pack_id: str) -> RulePack | None:
    """The newest version of a pack, or None."""
    return next((pack for pack in reversed(available_packs()) if pack.id == pack_id), None)


def packs_in_force(day: date) -> list[RulePack]:
    """The newest version of each pack that holds on that day."""
    newest = {pack.id: pack for pack in available_packs() if pack.in_force_on(day)}
    return list(newest.values())


def plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same data with dates as text, as a database column or a hash can keep it."""
    kept: dict[str, Any] = json.loads(json.dumps(data, default=_date_text))
    return kept


def content_hash(data: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the data in one canonical writing, whatever the file's layout was."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def parse_pack(data: Mapping[str, Any]) -> RulePack:
    """Read a pack from plain data and check all of it. PackError names the entry that is wrong."""
    _check_keys("pack", data, _PACK_KEYS, optional={"effective_to"})
    shares = _by_code([_share(entry) for entry in data["shares"]])
    numbers = _by_code([_number(entry) for entry in data["numbers"]])
    rules = _by_code([_candidate_rule(entry) for entry in data["rules"]])
    for wanted, found in ((REQUIRED_SHARES, shares), (REQUIRED_NUMBERS, numbers)):
        if missing := wanted - set(found):
            raise PackError(f"pack: {', '.join(sorted(missing))} missing")
    if not rules:
        raise PackError("pack: no rules")
    ends = data.get("effective_to")
    return RulePack(
        id=_text("pack", data["id"]),
        version=_whole("pack", data["version"]),
        jurisdiction=_text("pack", data["jurisdiction"]),
        title=_bilingual("pack", data["title"]),
        effective_from=_day(data["effective_from"]),
        effective_to=_day(ends) if ends else None,
        shares=shares,
        numbers=numbers,
        rules=rules,
        content_hash=content_hash(data),
        data=data,
    )


def _share(entry: Mapping[str, Any]) -> Share:
    clause = _clause(entry, {"share", "inclusive"})
    share = Fraction(_text(clause["code"], entry["share"]))
    if not 0 < share <= 1:
        raise PackError(f"{clause['code']}: a share lies between 0 and 1")
    return Share(**clause, share=share, inclusive=_truth(clause["code"], entry["inclusive"]))


def _number(entry: Mapping[str, Any]) -> PackNumber:
    clause = _clause(entry, {"value", "unit"})
    unit = _choice(clause["code"], NumberUnit, entry["unit"])
    return PackNumber(**clause, value=_whole(clause["code"], entry["value"]), unit=unit)


def _candidate_rule(entry: Mapping[str, Any]) -> CandidateRule:
    clause = _clause(entry, {"name", "kind", "judgement", "evidence"})
    code = clause["code"]
    return CandidateRule(
        **clause,
        name=_text(code, entry["name"]),
        kind=_choice(code, RuleKind, entry["kind"]),
        judgement=_truth(code, entry["judgement"]),
        evidence=_bilingual(code, entry["evidence"]),
    )


def _clause(entry: Mapping[str, Any], extra: Set[str]) -> dict[str, Any]:
    place = str(entry.get("code", "entry without code"))
    _check_keys(place, entry, _CLAUSE_KEYS | extra)
    return {
        "code": _text(place, entry["code"]),
        "text": _bilingual(place, entry["text"]),
        "source": _bilingual(place, entry["source"]),
        "confidence": _choice(place, Confidence, entry["confidence"]),
    }


def _by_code(clauses: list[C]) -> dict[str, C]:
    found = {clause.code: clause for clause in clauses}
    if len(found) != len(clauses):
        raise PackError("pack: a code is used twice")
    return found


def _check_keys(place: str, entry: Mapping[str, Any], wanted: Set[str], optional: Set[str] = frozenset()) -> None:
    missing, unknown = wanted - set(entry), set(entry) - wanted - optional
    if missing or unknown:
        raise PackError(f"{place}: missing {sorted(missing)}, unknown {sorted(unknown)}")


def _choice(place: str, kind: type[E], value: object) -> E:
    try:
        return kind(str(value))
    except ValueError as error:
        raise PackError(f"{place}: {value!r} is not one of {[m.value for m in kind]}") from error


def _bilingual(place: str, value: object) -> Bilingual:
    if not isinstance(value, Mapping) or set(value) != {"zh", "en"}:
        raise PackError(f"{place}: a text has zh and en")
    return Bilingual(zh=_text(place, value["zh"]), en=_text(place, value["en"]))


def _text(place: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise PackError(f"{place}: a text is empty")
    return value


def _whole(place: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise PackError(f"{place}: {value!r} is not a whole number from 1")
    return value


def _truth(place: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise PackError(f"{place}: {value!r} is neither true nor false")
    return value


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise PackError(f"pack: {value!r} is not a date") from error


def _date_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise PackError(f"pack: {value!r} cannot be kept")
