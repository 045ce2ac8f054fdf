"""Notices: what they must say, their fingerprint, and where they stand at a moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal.core.errors import RuleBroken
from portal.notices.rules import (
    NoticeBody,
    NoticeStanding,
    NoticeText,
    check_may_withdraw,
    check_notice,
    fingerprint,
    standing,
)

BODY = NoticeBody(("现将候选人名单公示如下。",), ("姓名", "楼栋"), (("张三", "1栋"), ("李四", "2栋")))
TEXT = NoticeText("公示", BODY, "和平社区", "书面向社区提出", date(2026, 6, 3), date(2026, 6, 18))
ENDS = datetime(2026, 6, 18, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "body", "objection", "code"),
    [
        pytest.param("公示", BODY, "书面提出", None, id="complete"),
        pytest.param(" ", BODY, "书面提出", "notices.title_missing", id="no title"),
        pytest.param("公示", NoticeBody((" ",)), "书面提出", "notices.text_missing", id="no text"),
        pytest.param("公示", BODY, "", "notices.objection_missing", id="silent on objections"),
        pytest.param("公示", replace(BODY, columns=("姓名",)), "书面提出", "notices.table_ragged", id="ragged"),
    ],
)
def test_what_a_notice_must_say(title: str, body: NoticeBody, objection: str, code: str | None) -> None:
    if code is None:
        check_notice(title, body, objection)
        return
    with pytest.raises(RuleBroken) as caught:
        check_notice(title, body, objection)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "change",
    [
        {"title": "公示。"},
        {"issuer": "幸福社区"},
        {"objection": "口头提出"},
        {"starts_on": date(2026, 6, 4)},
        {"last_day": date(2026, 6, 19)},
        {"body": replace(BODY, rows=(("张三", "1栋"), ("李四", "3栋")))},
        {"body": replace(BODY, rows=tuple(reversed(BODY.rows)))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_changed_character_changes_the_fingerprint(change: dict[str, Any]) -> None:
    assert fingerprint(replace(TEXT, **change)) != fingerprint(TEXT)


def test_a_kept_body_has_the_same_fingerprint() -> None:
    kept = NoticeBody.from_data(BODY.to_data())
    assert fingerprint(replace(TEXT, body=kept)) == fingerprint(TEXT)


@pytest.mark.parametrize(
    ("now", "withdrawn_at", "expected"),
    [
        pytest.param(ENDS - timedelta(seconds=1), None, NoticeStanding.CURRENT, id="last second"),
        pytest.param(ENDS, None, NoticeStanding.ENDED, id="24:00 is over"),
        pytest.param(ENDS - timedelta(days=1), ENDS, NoticeStanding.WITHDRAWN, id="withdrawn"),
    ],
)
def test_standing(now: datetime, withdrawn_at: datetime | None, expected: NoticeStanding) -> None:
    assert standing(ends_at=ENDS, withdrawn_at=withdrawn_at, now=now) is expected


def test_withdrawal_needs_a_reason_and_happens_once() -> None:
    check_may_withdraw(NoticeStanding.CURRENT, "名单有误")
    with pytest.raises(RuleBroken, match="reason_missing"):
        check_may_withdraw(NoticeStanding.CURRENT, " ")
    with pytest.raises(RuleBroken, match="already_withdrawn"):
        check_may_withdraw(NoticeStanding.WITHDRAWN, "名单有误")
