"""Demo of double reporting: posts, reports in every state, hours waiting, confirmed and corrected. All invented."""

import uuid
from datetime import date, datetime, time, timedelta

from portal.accounts.actor import Actor
from portal.accounts.commands import create_user
from portal.accounts.roles import Role
from portal.core import clock
from portal.demo.people import PASSWORD
from portal.demo.world import World
from portal.reporting import commands, queries
from portal.reporting.rules import PostCategory

# name, kind, places, days from today until the last day, what is to be done
POSTS = (
    ("夜间巡逻（演示）", PostCategory.PATROL, 6, 60, "每晚八点至九点在小区巡逻，南门集合。"),
    ("楼道飞线排查（演示）", PostCategory.SAFETY, 4, 30, "周六上午逐栋查看电动车飞线充电，登记隐患。"),
    ("义务普法咨询（演示）", PostCategory.LEGAL_AID, 2, 90, "每月第二个周日上午，在党群服务中心。"),
    ("独居老人探访（演示）", PostCategory.HELP_AND_JOBS, 5, 120, "两人一组，每周一次，帮老人看看水电气。"),
    ("小区绿化认养（演示）", PostCategory.GREENING, 3, 45, "浇水、清理落叶，时间自定。"),
)
# name, mobile, work unit, home; numbers of no real subscriber are meant
WAITING = (
    ("赵一（演示）", "13800000001", "演示勘察设计院", "贵阳路演示小区 2 栋"),
    ("钱二（演示）", "13800000002", "演示中学", "贵阳路演示小区 5 栋"),
    ("孙三（演示）", "13800000003", "演示人民医院", "演示花园 1 栋"),
)
RETURNED = ("李四（演示）", "13800000004", "演示供电公司", "贵阳路")
ACCEPTED = (
    ("周五（演示）", "13800000005", "演示税务所", "演示花园 3 栋"),
    ("吴六（演示）", "13800000006", "演示公交公司", "贵阳路演示小区 1 栋"),
)
NEWCOMER = ("xindangyuan", "演示新党员")  # signs in and has not reported yet


def load(world: World) -> None:
    """Load the demo of double reporting into the demo community."""
    clerk, begun = world.actor(Role.COMMUNITY_CLERK), world.now - timedelta(days=28)
    posts = [_post(line, clerk, begun) for line in POSTS]
    _account(world, NEWCOMER[0], NEWCOMER[1])
    member = world.actor(Role.IN_SERVICE_MEMBER)
    own = _report(member, ("演示党员", "13800000000", "演示规划局", "贵阳路演示小区 3 栋"), begun)
    commands.accept_report(queries.get_report(own), actor=clerk, now=begun + timedelta(days=1))
    _serve(own, member, posts, clerk, world)
    for number, line in enumerate(ACCEPTED):
        actor = _account(world, f"zaizhi{number + 1}", line[0])
        report = _report(actor, line, begun)
        commands.accept_report(queries.get_report(report), actor=clerk, now=begun + timedelta(days=1))
        _claim(report, actor, posts[number], world.now)
        _log(report, actor, posts[number], _days_ago(world.now, 3 + number), "20:00-21:00", world.now)
    for number, line in enumerate(WAITING):
        actor = _account(world, f"baodao{number + 1}", line[0])
        _report(actor, line, world.now - timedelta(days=2 - number))
    returned = _report(_account(world, "baodao4", RETURNED[0]), RETURNED, world.now - timedelta(days=6))
    commands.return_report(
        queries.get_report(returned), reason="请补充小区和楼栋号。", actor=clerk, now=world.now - timedelta(days=5)
    )


def _serve(report_id: uuid.UUID, member: Actor, posts: list[uuid.UUID], clerk: Actor, world: World) -> None:
    """Give the demo member two posts and a card with hours of both grades and one correction."""
    for post in posts[:2]:
        _claim(report_id, member, post, world.now)
    entries = [
        _log(report_id, member, posts[0], _days_ago(world.now, 20), "20:00-21:00", world.now),
        _log(report_id, member, posts[1], _days_ago(world.now, 13), "09:00-11:30", world.now),
        _log(report_id, member, posts[0], _days_ago(world.now, 6), "20:00-21:30", world.now),
    ]
    for entry in entries:
        commands.confirm_service(queries.get_service(entry), actor=clerk, now=world.now)
    commands.correct_service(
        queries.get_service(entries[1]),
        half_hours=4,
        reason="签到表记到 11 点，更正为 2 小时。",
        actor=clerk,
        now=world.now,
    )
    _log(report_id, member, None, _days_ago(world.now, 2), "14:00-15:30", world.now)


def _post(line: tuple[str, PostCategory, int, int, str], clerk: Actor, now: datetime) -> uuid.UUID:
    name, category, capacity, days, description = line
    first = clock.today(now)
    details = commands.PostDetails(name, category, capacity, first, first + timedelta(days=28 + days), description)
    return commands.open_post(details, actor=clerk, now=now).id


def _account(world: World, user_name: str, name: str) -> Actor:
    account = create_user(
        user_name=user_name, name=name, mobile=None, password=PASSWORD, must_change=False, now=world.now
    )
    return Actor(account.id, name, world.community.id, frozenset({Role.VISITOR}), acting_as=Role.VISITOR)


def _report(actor: Actor, line: tuple[str, str, str, str], now: datetime) -> uuid.UUID:
    name, mobile, work_unit, residence = line
    card = commands.ReportCard(
        name=name,
        mobile=mobile,
        work_unit=work_unit,
        residence=residence,
        skills="急救",
        intents=(PostCategory.PATROL, PostCategory.POLICY),
    )
    return commands.report_to_community(card, consented=True, actor=actor, now=now).id


def _claim(report_id: uuid.UUID, actor: Actor, post_id: uuid.UUID, now: datetime) -> None:
    commands.claim_post(queries.get_post(post_id), report=queries.get_report(report_id), actor=actor, now=now)


def _log(
    report_id: uuid.UUID, actor: Actor, post_id: uuid.UUID | None, day: date, hours: str, now: datetime
) -> uuid.UUID:
    start, end = hours.split("-")
    entry = commands.ServiceEntry(
        post_id=post_id,
        served_on=day,
        start=time.fromisoformat(start),
        end=time.fromisoformat(end),
        content=queries.get_post(post_id).description if post_id else "协助社区核对住户信息，整理台账。",
    )
    return commands.log_service(entry, report=queries.get_report(report_id), actor=actor, now=now).id


def _days_ago(now: datetime, days: int) -> date:
    return clock.today(now) - timedelta(days=days)
