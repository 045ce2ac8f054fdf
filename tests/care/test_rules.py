"""Rules of care as tables: the flows, one person one post, due days, consent, who may be named."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from portal.care import rules
from portal.care.rules import cards, delegates, floating, links, posts, visits
from portal.care.rules.cards import CardState, CardText
from portal.care.rules.delegates import OpinionState
from portal.care.rules.floating import FlowDirection
from portal.care.rules.links import LinkLevel, LinkPeriod
from portal.care.rules.posts import DutyState
from portal.care.rules.visits import VisitState
from portal.core.errors import RuleBroken
from portal.registers.rules import ManagementClass, MemberStatus

TODAY = date(2026, 11, 23)
TEXT = CardText("张示例", "中共党员", "宣讲员", "有事找我", "讲了十二次政策")


def refused(call: Any) -> str | None:
    try:
        call()
    except RuleBroken as error:
        return error.code
    return None


FLOWS: list[tuple[str, Any, Mapping[Any, frozenset[Any]], str]] = [
    ("posts SET→CLAIMED→SERVING→REVIEWED", posts.check_step, posts.TRANSITIONS, "care.post_moved_on"),
    ("visits PLANNED→VISITED→FOLLOW_UP→CLOSED", visits.check_step, visits.TRANSITIONS, "care.visit_moved_on"),
    ("cards DRAFT→CONSENTED→PUBLISHED→WITHDRAWN", cards.check_step, cards.TRANSITIONS, "care.card_moved_on"),
    ("opinions RECEIVED→REPORTED→ANSWERED", delegates.check_step, delegates.TRANSITIONS, "care.opinion_moved_on"),
]
WRITTEN_OUT: dict[type[StrEnum], set[tuple[str, str]]] = {
    DutyState: {("set", "claimed"), ("claimed", "serving"), ("claimed", "set"), ("serving", "reviewed")},
    VisitState: {
        ("planned", "visited"),
        ("planned", "follow_up"),
        ("planned", "closed"),
        ("visited", "follow_up"),
        ("visited", "closed"),
        ("follow_up", "closed"),
    },
    CardState: {
        ("draft", "consented"),
        ("draft", "withdrawn"),
        ("consented", "published"),
        ("consented", "withdrawn"),
        ("published", "withdrawn"),
    },
    OpinionState: {("received", "reported"), ("received", "answered"), ("reported", "answered")},
}


@pytest.mark.parametrize(("check", "transitions", "code"), [flow[1:] for flow in FLOWS], ids=[f[0] for f in FLOWS])
def test_a_flow_has_the_steps_that_are_written_out_and_no_others(check: Any, transitions: Any, code: str) -> None:
    kind = type(next(iter(transitions)))
    allowed = set()
    for before in kind:
        for after in kind:
            found = refused(lambda b=before, a=after: check(b, a))
            assert found in {None, code}
            if found is None:
                allowed.add((before.value, after.value))
    assert allowed == WRITTEN_OUT[kind]


@pytest.mark.parametrize(
    ("class_", "holds", "code"),
    [
        pytest.param(ManagementClass.RETIRED, False, None, id="retired, no post yet"),
        pytest.param(ManagementClass.RETIRED, True, "care.one_post", id="one person, one post"),
        pytest.param(ManagementClass.IN_SERVICE, False, "care.not_retired", id="in service"),
        pytest.param(ManagementClass.VULNERABLE, False, "care.not_retired", id="vulnerable"),
        pytest.param(None, False, "care.not_retired", id="no class known"),
    ],
)
def test_who_may_hold_a_post(class_: ManagementClass | None, holds: bool, code: str | None) -> None:
    assert refused(lambda: posts.check_holder(class_, holds_a_post=holds)) == code


@pytest.mark.parametrize(
    ("places", "code"), [(0, "care.places"), (1, None), (50, None), (51, "care.places"), (-1, "care.places")]
)
def test_how_many_posts_at_once(places: int, code: str | None) -> None:
    assert refused(lambda: posts.check_places(places)) == code


@pytest.mark.parametrize(
    ("days_ago", "begun_days_ago", "code"),
    [
        pytest.param(0, 0, None, id="the first day"),
        pytest.param(-1, 0, "care.future", id="tomorrow"),
        pytest.param(3, 2, "care.before_post", id="before it began"),
        pytest.param(366, 400, None, id="a year ago"),
        pytest.param(367, 400, "care.too_late", id="longer ago"),
    ],
)
def test_when_a_deed_can_be_entered(days_ago: int, begun_days_ago: int, code: str | None) -> None:
    done, begun = TODAY - timedelta(days=days_ago), TODAY - timedelta(days=begun_days_ago)
    assert refused(lambda: posts.check_deed(done, begins_on=begun, today=TODAY)) == code


def test_a_post_is_reviewed_after_twelve_months() -> None:
    assert posts.review_day(date(2026, 2, 28)) == date(2027, 2, 28)
    assert posts.review_day(date(2028, 2, 29)) == date(2029, 2, 28)


@pytest.mark.parametrize(("days", "code"), [(-1, "care.due_range"), (0, None), (366, None), (367, "care.due_range")])
def test_for_when_a_visit_is_planned(days: int, code: str | None) -> None:
    assert refused(lambda: visits.check_due(TODAY + timedelta(days=days), today=TODAY)) == code


@pytest.mark.parametrize(
    ("visited", "follow_up", "code"),
    [
        pytest.param(0, None, None, id="today, nothing promised"),
        pytest.param(-1, None, "care.future", id="tomorrow"),
        pytest.param(367, None, "care.too_late", id="more than a year ago"),
        pytest.param(0, 0, None, id="followed up today"),
        pytest.param(0, -1, "care.follow_up_range", id="follow-up yesterday"),
        pytest.param(0, 367, "care.follow_up_range", id="follow-up in more than a year"),
    ],
)
def test_when_a_visit_was_paid_and_is_followed_up(visited: int, follow_up: int | None, code: str | None) -> None:
    due = None if follow_up is None else TODAY + timedelta(days=follow_up)
    on = TODAY - timedelta(days=visited)
    assert refused(lambda: visits.check_visited(on, follow_up_due=due, today=TODAY)) == code


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (VisitState.PLANNED, date(2026, 12, 1)),
        (VisitState.VISITED, None),
        (VisitState.FOLLOW_UP, date(2026, 12, 9)),
        (VisitState.CLOSED, None),
    ],
)
def test_the_next_day_of_a_visit(state: VisitState, expected: date | None) -> None:
    assert visits.due_day(state, due_on=date(2026, 12, 1), follow_up_due=date(2026, 12, 9)) == expected


@pytest.mark.parametrize(
    ("interval", "since", "code_of_place", "expected"),
    [
        pytest.param(7, 0, "", None, id="weekly"),
        pytest.param(6, 0, "", "care.interval", id="more often than weekly"),
        pytest.param(180, 0, "441900", None, id="twice a year"),
        pytest.param(181, 0, "", "care.interval", id="less than twice a year"),
        pytest.param(30, 1, "", "care.future", id="away from tomorrow"),
        pytest.param(30, 0, "44190", "care.place_code", id="five digits are no division"),
        pytest.param(30, 0, "４４１９００", "care.place_code", id="wide digits"),
    ],
)
def test_the_three_fixes(interval: int, since: int, code_of_place: str, expected: str | None) -> None:
    away = TODAY + timedelta(days=since)
    assert (
        refused(lambda: floating.check_fixes(interval_days=interval, since=away, place_code=code_of_place, today=TODAY))
        == expected
    )


def test_the_next_contact_follows_the_last_one_or_the_entry() -> None:
    begun, last = date(2026, 11, 1), date(2026, 11, 20)
    assert floating.next_contact(begun_on=begun, last_contact_on=None, interval_days=30) == date(2026, 12, 1)
    assert floating.next_contact(begun_on=begun, last_contact_on=last, interval_days=30) == date(2026, 12, 20)


@pytest.mark.parametrize(
    ("direction", "since", "expected"),
    [
        pytest.param(FlowDirection.OUTFLOW, date(2026, 5, 23), True, id="six months are full today: art. 25"),
        pytest.param(FlowDirection.OUTFLOW, date(2026, 5, 24), False, id="one day less"),
        pytest.param(FlowDirection.INFLOW, date(2020, 1, 1), False, id="who came here is the home branch's"),
    ],
)
def test_when_the_relation_is_to_be_transferred(direction: FlowDirection, since: date, expected: bool) -> None:
    assert floating.transfer_is_due(direction, since=since, today=TODAY) is expected


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        pytest.param({}, None, id="sound"),
        pytest.param({"promise": " "}, "care.text_length", id="empty"),
        pytest.param({"identity": "字" * 61}, "care.text_length", id="too long"),
        pytest.param({"promise": "电话13812345678"}, "care.card_number", id="a mobile"),
        pytest.param({"contribution": "电话 138-1234-5678"}, "care.card_number", id="a mobile in groups"),
        pytest.param({"post": "52030319900307001X"}, "care.card_number", id="an ID number"),
        pytest.param({"post": "2026年起，每周2次"}, None, id="years and counts are no numbers of that kind"),
    ],
)
def test_what_a_card_may_say(changed: dict[str, str], code: str | None) -> None:
    text = CardText(**{**vars(TEXT), **changed})
    assert refused(lambda: cards.check_card(text)) == code


def test_a_consent_is_to_one_text() -> None:
    mark = cards.fingerprint(TEXT)
    assert refused(lambda: cards.check_publication(TEXT, consented_fingerprint=mark)) is None
    assert refused(lambda: cards.check_publication(TEXT, consented_fingerprint=None)) == "care.not_consented"
    for part in vars(TEXT):
        other = CardText(**{**vars(TEXT), part: getattr(TEXT, part) + "。"})
        assert refused(lambda o=other: cards.check_publication(o, consented_fingerprint=mark)) == "care.not_consented"
    shifted = CardText("张示例", "中共党员宣讲员", "", "有事找我", "讲了十二次政策")
    assert cards.fingerprint(shifted) != cards.fingerprint(CardText("张示例", "中共党员", "宣讲员", *("",) * 2))


@pytest.mark.parametrize(
    ("days", "code"),
    [(-1, "care.consent_too_early"), (0, None), (2, None), (3, "care.future")],
    ids=["before the text", "the same day", "today", "tomorrow"],
)
def test_when_a_consent_was_given(days: int, code: str | None) -> None:
    drafted = TODAY - timedelta(days=2)
    on = drafted + timedelta(days=days)
    assert refused(lambda: cards.check_consent(on, drafted_on=drafted, today=TODAY)) == code


@pytest.mark.parametrize(
    ("level", "households", "code"),
    [
        pytest.param(LinkLevel.MEMBER, 1, None, id="one household"),
        pytest.param(LinkLevel.MEMBER, None, "care.households", id="residents are a count, so there must be one"),
        pytest.param(LinkLevel.MEMBER, 0, "care.households", id="none"),
        pytest.param(LinkLevel.MEMBER, 501, "care.households", id="too many"),
        pytest.param(LinkLevel.LEADER, None, None, id="others have no households"),
        pytest.param(LinkLevel.LEADER, 3, "care.households", id="and cannot have any"),
    ],
)
def test_households_of_a_link(level: LinkLevel, households: int | None, code: str | None) -> None:
    assert refused(lambda: links.check_households(level, households)) == code


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (LinkPeriod.MONTH, date(2026, 12, 23)),
        (LinkPeriod.QUARTER, date(2027, 2, 23)),
        (LinkPeriod.HALF_YEAR, date(2027, 5, 23)),
        (LinkPeriod.YEAR, date(2027, 11, 23)),
    ],
)
def test_the_next_contact_of_a_link(period: LinkPeriod, expected: date) -> None:
    assert links.next_contact(starts_on=TODAY, last_contact_on=None, period=period) == expected


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", "居民"),
        ("居民", "居民"),
        ("王阿姨", "王阿姨"),
        ("欧阳先生", "欧阳先生"),
        (" 小李 ", "小李"),
        ("Anna", "Anna"),
    ],
)
def test_how_a_caller_may_be_addressed(said: str, kept: str) -> None:
    assert delegates.check_caller(said) == kept


@pytest.mark.parametrize("said", ["王小明", "3号楼王阿姨", "13812345678", "王明住302", "Anna Smith", "王先生的邻居"])
def test_what_identifies_a_resident_is_not_kept(said: str) -> None:
    assert refused(lambda: delegates.check_caller(said)) == "care.caller"


@pytest.mark.parametrize(
    ("state", "reported", "expected"),
    [
        (OpinionState.RECEIVED, None, date(2026, 11, 30)),
        (OpinionState.REPORTED, date(2026, 11, 25), date(2026, 12, 25)),
        (OpinionState.ANSWERED, date(2026, 11, 25), None),
    ],
)
def test_the_next_day_of_an_opinion(state: OpinionState, reported: date | None, expected: date | None) -> None:
    assert delegates.due_day(state, received_on=TODAY, reported_on=reported) == expected


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (date(2025, 12, 31), "care.term"),
        (date(2026, 1, 1), None),
        (date(2031, 12, 31), None),
        (date(2033, 1, 1), "care.term"),
    ],
)
def test_a_delegates_term(until: date, code: str | None) -> None:
    assert refused(lambda: delegates.check_term(date(2026, 1, 1), until)) == code


@pytest.mark.parametrize(
    ("hours", "day", "code"),
    [
        pytest.param(2, TODAY, None, id="two hours"),
        pytest.param(0, TODAY, "care.duty_hours", id="no time"),
        pytest.param(-1, TODAY, "care.duty_hours", id="the wrong way round"),
        pytest.param(13, TODAY, "care.duty_hours", id="too long"),
        pytest.param(2, date(2027, 1, 1), "care.duty_day", id="after the term"),
    ],
)
def test_a_duty_day(hours: int, day: date, code: str | None) -> None:
    starts = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    ends = starts + timedelta(hours=hours)
    term = date(2026, 12, 31)
    assert refused(lambda: delegates.check_duty_day(starts, ends, term_until=term, day=day, today=TODAY)) == code


def test_who_is_cared_for_is_in_the_register() -> None:
    ok = {status for status in MemberStatus if refused(lambda s=status: rules.check_present(s)) is None}
    assert ok == {MemberStatus.NORMAL, MemberStatus.SUSPENDED}
