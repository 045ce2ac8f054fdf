"""A member's facts in the groups in which people think of them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.registers import standards
from portal.registers.list_columns import SCREEN, age_on
from portal.registers.messages import LOST_WORDS
from portal.registers.models import PartyMember
from portal.registers.rules import MemberType, PartyDate
from portal.registers.rules.extras import split_intents
from portal.web.templating import plain_day, plain_month

Pairs = list[tuple[str, str]]


def fact_groups(member: PartyMember, *, today: date) -> list[tuple[str, Pairs]]:
    """Give (heading, pairs of words and value); a fact that does not concern this member is left out."""
    return [
        (_("In the Party"), list(_party(member))),
        (_("The person"), list(_person(member, today))),
        (_("Work and whereabouts"), list(_work(member))),
        (_("Service in the community"), list(_service(member))),
    ]


def party_day(value: PartyDate | None) -> str:
    """Give a date of party life as people write it: with its day, or the month where only that is known."""
    if value is None:
        return ""
    return plain_month(value.on) if value.by_month else plain_day(value.on)


def _word(table: str, code: Any) -> str:
    return str(SCREEN[table].get(code, "")) if code is not None else ""


def _party(member: PartyMember) -> Iterator[tuple[str, str]]:
    yield _("Type"), _word("type", member.member_type)
    yield _("Joined the Party"), party_day(member.joined)
    if member.member_type is MemberType.FULL:
        yield _("Full member since"), party_day(member.full)
    elif member.probation_until:
        yield _("Probation extended until"), plain_day(member.probation_until)
    standing = _word("standing", member.status)
    since = member.status_on
    yield (
        _("Standing"),
        _("%(standing)s since %(day)s", standing=standing, day=plain_day(since)) if since else standing,
    )
    if member.watched_until:
        yield (
            _("Rights"),
            _("under observation until %(day)s: no vote, cannot be elected", day=plain_day(member.watched_until)),
        )
    if member.detained_since:
        yield _("Rights"), _("rest: detained since %(day)s", day=plain_day(member.detained_since))
    yield _("Class of care"), _word("class", member.management_class)


def _person(member: PartyMember, today: date) -> Iterator[tuple[str, str]]:
    yield _("Sex"), _word("sex", member.sex_code)
    years = age_on(member.born_on, today)
    yield _("Born"), _("%(day)s (%(years)s years)", day=plain_day(member.born_on), years=years)
    ethnic = standards.ETHNIC_GROUPS.get(member.ethnic_code or "")
    yield _("Ethnic group"), ethnic.zh if ethnic else ""
    education = standards.EDUCATIONS.get(member.education_code or "")
    yield _("Education"), education.zh if education else ""


def _service(member: PartyMember) -> Iterator[tuple[str, str]]:
    yield _("Good at"), member.skills or ""
    yield (
        _("Wants to help with"),
        _("、").join(_word("service", each) for each in split_intents(member.service_intents)),
    )
    yield _("On the owners' committee"), _word("yes", member.on_owners_committee)


def _work(member: PartyMember) -> Iterator[tuple[str, str]]:
    yield _("Occupation"), _word("job", member.job_category)
    yield _("Work unit"), member.work_unit or ""
    yield _("Estate and building"), " ".join(filter(None, (member.estate, member.building)))
    if member.flow_direction:
        place = f"（{member.flow_place}）" if member.flow_place else ""
        yield _("Floating"), _word("flow", member.flow_direction) + place
    if member.lost_since:
        reason = str(LOST_WORDS[member.lost_reason]) if member.lost_reason else _("no reason recorded")
        day = plain_day(member.lost_since)
        yield _("Contact lost since"), _("%(day)s: %(reason)s", day=day, reason=reason)
