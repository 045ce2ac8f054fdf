"""Demo of care: posts served on and vacant, a round of visits half paid, a ledger, cards, contacts, a delegate."""

import uuid
from datetime import timedelta

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.care.commands import cards, delegates, floating, links, posts, visits
from portal.care.rules.cards import CardText, ConsentWay
from portal.care.rules.delegates import DelegateLevel
from portal.care.rules.floating import ContactWay, FlowDirection
from portal.care.rules.links import LinkLevel, LinkPeriod
from portal.care.rules.posts import DutyKind
from portal.care.rules.visits import VisitReason
from portal.core import clock
from portal.demo.world import World
from portal.registers.queries import list_organizations
from portal.registers.queries.briefs import MemberBrief, list_class
from portal.registers.queries.terms import held_posts, list_posts
from portal.registers.rules import BRANCH_KINDS, ManagementClass
from portal.registers.rules.structure import SEAT_POSTS

# name, kind, duties, how many
POSTS = (
    ("政策宣讲（演示）", DutyKind.POLICY, "每月一次，在居民议事厅讲一项惠民政策。", 2),
    ("清晨巡逻（演示）", DutyKind.PATROL, "早七点到八点，东门至三号楼，登记安全隐患。", 3),
    ("花园认养（演示）", DutyKind.ENVIRONMENT, "照看一号楼前的花坛，浇水、清理落叶。", 2),
    ("邻里调解（演示）", DutyKind.MEDIATION, "楼上楼下有了矛盾，先去听听，再请社区。", 2),
)
DEEDS = ("巡了东门一带，两处栏杆松动，已报物业。", "劝走三辆堵住消防通道的车。", "陪网格员上门登记两户。")
PLACES = (("广东省东莞市", "441900"), ("浙江省义乌市", "330782"), ("贵州省贵阳市云岩区", "520103"))
FESTIVAL = "2027年春节慰问（演示）"


def load(world: World) -> None:
    """Load the demo of care; nothing for a class that has no members."""
    staff = world.actor(Role.COMMUNITY_SECRETARY)
    retired, frail, away = (
        list_class(each, tenant_id=world.community.id, limit=12)
        for each in (ManagementClass.RETIRED, ManagementClass.VULNERABLE, ManagementClass.FLOATING)
    )
    _posts(world, staff, retired)
    _visits(world, staff, frail)
    _ledger(world, staff, away)
    _cards(world, staff, retired)
    _contacts(world, staff, retired)


def _posts(world: World, staff: Actor, retired: list[MemberBrief]) -> None:
    begun = clock.today(world.now) - timedelta(days=340)
    people = iter(retired)
    for name, kind, duties, places in POSTS:
        new = posts.NewPosts(name, kind, duties, places)
        first = posts.set_posts(new, actor=staff, now=world.now)[0]
        member = next(people, None)
        if member is None:
            continue
        posts.claim_post(first.id, member.id, posts.Holding(begun, skill="退休教师"), actor=staff, now=world.now)
        begun += timedelta(days=60)
        if kind is DutyKind.PATROL:
            for weeks, what in enumerate(DEEDS, start=1):
                day = clock.today(world.now) - timedelta(weeks=weeks)
                posts.log_deed(first.id, done_on=day, what=what, actor=staff, now=world.now)
        elif kind is not DutyKind.MEDIATION:
            posts.start_post(first.id, actor=staff, now=world.now)


def _visits(world: World, staff: Actor, frail: list[MemberBrief]) -> None:
    if not frail:
        return
    today = clock.today(world.now)
    before = world.now - timedelta(days=20)
    plan = visits.RoundPlan(FESTIVAL, today + timedelta(days=6), visitor="演示社工")
    visits.plan_round(plan, actor=staff, now=world.now)
    visits.plan_visit(
        frail[0].id, VisitReason.ILLNESS, due_on=today - timedelta(days=5), visitor="演示书记", actor=staff, now=before
    )
    paid = visits.plan_visit(frail[-1].id, VisitReason.HARDSHIP, due_on=today, actor=staff, now=before)
    found = visits.Findings(
        today - timedelta(days=2),
        "演示社工",
        need="家里老人腿脚不便，想在卫生间装扶手。",
        help="送去大米和油；答应联系物业来看。",
        follow_up_due=today + timedelta(days=5),
    )
    visits.record_visit(paid.id, found, actor=staff, now=world.now)


def _ledger(world: World, staff: Actor, away: list[MemberBrief]) -> None:
    today = clock.today(world.now)
    for number, (member, (place, code)) in enumerate(zip(away, PLACES, strict=False)):
        facts = floating.LedgerFacts(
            FlowDirection.INFLOW if number == len(PLACES) - 1 else FlowDirection.OUTFLOW,
            place,
            today - timedelta(days=90 * (number + 1)),
            "流动党员联合党支部(演示)",
            "演示社工",
            30,
            "每月通一次电话；支部大会用视频参加。",
            code,
        )
        entered = world.now - timedelta(days=40 if number == 0 else 10)
        entry = floating.enter_floating(member.id, facts, actor=staff, now=entered)
        if number == 1:
            floating.log_floating_contact(
                entry.id,
                contacted_on=today - timedelta(days=3),
                way=ContactWay.PHONE,
                person="演示社工",
                note="工作稳定，下月回来参加支部大会。",
                actor=staff,
                now=world.now,
            )


def _cards(world: World, staff: Actor, retired: list[MemberBrief]) -> None:
    text = CardText(
        "",
        "中共党员，党龄三十年，退休教师（演示）",
        "政策宣讲岗",
        "谁家有政策上的事，请来问我。",
        "讲了十二次政策，帮八户办了手续。",
    )
    for number, member in enumerate(retired[:3]):
        version = cards.draft_card(member.id, text, actor=staff, now=world.now)
        if number == 0:
            continue
        consent = cards.Consent(ConsentWay.IN_PERSON, clock.today(world.now))
        cards.record_consent(version.card_id, consent, actor=staff, now=world.now)
        if number == 1:
            cards.publish_card(version.card_id, actor=staff, now=world.now)


def _ends(world: World, retired: list[MemberBrief]) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """Give a member with a seat in a branch's committee, and a retired one without any post."""
    tenant_id, today = world.community.id, clock.today(world.now)
    branches = [each.id for each in list_organizations(tenant_id=tenant_id) if each.kind in BRANCH_KINDS]
    held = [each.post for each in list_posts(branches, tenant_id=tenant_id, on=today)]
    seated = next((post.member_id for post in held if post.member_id and post.kind in SEAT_POSTS), None)
    free = (each.id for each in retired if not held_posts(each.id, tenant_id=tenant_id, on=today)[1])
    return seated, next(free, None)


def _contacts(world: World, staff: Actor, retired: list[MemberBrief]) -> None:
    today = clock.today(world.now)
    if len(retired) < 2:  # noqa: PLR2004  one to be the delegate, one to keep in touch
        return
    mandate = delegates.Mandate(
        DelegateLevel.DISTRICT, "演示区第五次党代会", today - timedelta(days=800), today + timedelta(days=1000)
    )
    delegate = delegates.enter_delegate(retired[1].id, mandate, actor=staff, now=world.now)
    starts = clock.day_start(today + timedelta(days=9)) + timedelta(hours=9)
    delegates.set_duty_day(
        delegate.id,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        place="党代表工作室（演示）",
        actor=staff,
        now=world.now,
    )
    for days, caller, words in (
        (9, "王阿姨", "三号楼的路灯坏了两盏，老人晚上不敢出门。"),
        (2, "居民", "电动车充电棚不够用。"),
    ):
        hearing = delegates.Hearing(today - timedelta(days=days), words, caller)
        delegates.receive_opinion(delegate.id, hearing, actor=staff, now=world.now)
    seated, free = _ends(world, retired)
    if seated is not None:
        near = links.NewLink(
            LinkLevel.COMMITTEE_MEMBER,
            LinkPeriod.MONTH,
            today - timedelta(days=40),
            from_member_id=seated,
            to_delegate_id=delegate.id,
        )
        links.start_link(near, actor=staff, now=world.now)
    if free is None:
        return
    far = links.NewLink(
        LinkLevel.MEMBER,
        LinkPeriod.QUARTER,
        today - timedelta(days=20),
        from_member_id=free,
        to_text="演示花园3号楼2单元",
        households=12,
    )
    link = links.start_link(far, actor=staff, now=world.now)
    links.log_link_contact(
        link.id,
        contacted_on=today - timedelta(days=4),
        what="送去冬季用火用电提醒。",
        households=11,
        actor=staff,
        now=world.now,
    )
