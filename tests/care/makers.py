"""Posts, visits, ledger, cards, contacts and delegates for tests, made by the commands themselves."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.care.commands import cards, delegates, floating, links, posts, visits
from portal.care.models import (
    CardVersion,
    CareVisit,
    ContactLink,
    DelegateOpinion,
    DutyPost,
    FloatingMember,
    PartyDelegate,
    VisitRound,
)
from portal.care.rules.cards import CardText, ConsentWay
from portal.care.rules.delegates import DelegateLevel
from portal.care.rules.floating import ContactWay, FlowDirection
from portal.care.rules.links import LinkLevel, LinkPeriod
from portal.care.rules.posts import DutyKind
from portal.care.rules.visits import VisitReason
from portal.registers.models import PartyMember, PartyOrganization
from portal.registers.rules import ManagementClass
from portal.tenancy.scope import written_tenant
from tests.conftest import Portal
from tests.makers import NOW, stranger
from tests.registers.makers import make_member, make_organization

TODAY = date(2026, 11, 23)
LAST_WEEK, NEXT_WEEK = TODAY - timedelta(days=7), TODAY + timedelta(days=7)
PDF = b"%PDF-1.4 signed"
NEED, HELP, HEALTH = "想装一个扶手", "送大米一袋", "高血压"


def staff(tenant_id: int | None = None) -> Actor:
    """Give somebody who may do everything in the tenant in scope; nobody looks the account up."""
    roles = frozenset({Role.COMMUNITY_SECRETARY, Role.VISITOR})
    return Actor(_user(), "李社工", tenant_id or written_tenant(), roles, acting_as=Role.COMMUNITY_SECRETARY)


_known: dict[str, uuid.UUID] = {}


def use_account(user_id: uuid.UUID) -> None:
    """Say whose account stands in `entered_by` and the like."""
    _known["user"] = user_id


def _user() -> uuid.UUID:
    return _known.get("user") or stranger().user_id


def make_branch(name: str = "演示第一党支部") -> PartyOrganization:
    """Enter a branch in the scope in force."""
    return make_organization(name)


def make_of_class(
    branch: PartyOrganization, class_: ManagementClass, serial: int, name: str = "张示例", **more: Any
) -> PartyMember:
    """Enter a member of a class."""
    return make_member(branch.id, serial, full_name=name, management_class=class_, **more)


def make_post(name: str = "清晨巡逻", *, places: int = 1) -> DutyPost:
    """Set up posts; gives the first."""
    new = posts.NewPosts(name, DutyKind.PATROL, "东门一带，早七点到八点", places)
    return posts.set_posts(new, actor=staff(), now=NOW)[0]


def make_claim(post: DutyPost, member: PartyMember, **holding: Any) -> DutyPost:
    """Give a post to a member, a week ago."""
    return posts.claim_post(post.id, member.id, posts.Holding(LAST_WEEK, **holding), actor=staff(), now=NOW)


def make_round(occasion: str = "2027年春节", *, due_on: date = NEXT_WEEK, **plan: Any) -> tuple[VisitRound, int]:
    """Plan a round."""
    return visits.plan_round(visits.RoundPlan(occasion, due_on, **plan), actor=staff(), now=NOW)


def make_visit(
    member: PartyMember, reason: VisitReason = VisitReason.ILLNESS, *, due_on: date = NEXT_WEEK, **more: Any
) -> CareVisit:
    """Plan a visit."""
    now = more.pop("now", NOW)
    return visits.plan_visit(member.id, reason, due_on=due_on, actor=staff(), now=now, **more)


def make_findings(visit: CareVisit, **changed: Any) -> CareVisit:
    """Record a visit as paid today."""
    found = {"visited_on": TODAY, "visitor": "李社工", "need": NEED, "help": HELP, "health": HEALTH, **changed}
    return visits.record_visit(visit.id, visits.Findings(**found), actor=staff(), now=NOW)


def ledger_facts(**changed: Any) -> floating.LedgerFacts:
    """Give sound facts of a ledger's entry."""
    facts: dict[str, Any] = {
        "direction": FlowDirection.OUTFLOW,
        "place": "广东省东莞市",
        "since": date(2026, 8, 1),
        "home_organization": "演示第一党支部",
        "contact_person": "李社工",
        "interval_days": 30,
        "rule": "每月第一个周日通电话",
        "place_code": "441900",
    }
    return floating.LedgerFacts(**{**facts, **changed})


def make_entry(member: PartyMember, **changed: Any) -> FloatingMember:
    """Enter a member into the ledger."""
    return floating.enter_floating(member.id, ledger_facts(**changed), actor=staff(), now=NOW)


def card_text(words: str = "退休教师") -> CardText:
    """Give what a card says."""
    return CardText("", f"{words}，党龄三十二年", "政策宣传岗", "有事请找我", "去年讲了十二次政策")


def make_card(member: PartyMember, words: str = "退休教师") -> CardVersion:
    """Draft a card."""
    return cards.draft_card(member.id, card_text(words), actor=staff(), now=NOW)


def make_published(member: PartyMember, words: str = "退休教师") -> CardVersion:
    """Draft a card, record the consent with a paper, publish it."""
    version = make_card(member, words)
    consent = cards.Consent(ConsentWay.SIGNED_PAPER, TODAY, (f"{words}.pdf", PDF))
    cards.record_consent(version.card_id, consent, actor=staff(), now=NOW)
    return cards.publish_card(version.card_id, actor=staff(), now=NOW)


def make_delegate(member: PartyMember, congress: str = "区第八次党代会") -> PartyDelegate:
    """Enter a delegate."""
    mandate = delegates.Mandate(DelegateLevel.DISTRICT, congress, date(2026, 1, 1), date(2030, 12, 31))
    return delegates.enter_delegate(member.id, mandate, actor=staff(), now=NOW)


def make_opinion(delegate: PartyDelegate, content: str = "三号楼的路灯坏了", **more: Any) -> DelegateOpinion:
    """Take an opinion down today."""
    heard = delegates.Hearing(**{"received_on": TODAY, "content": content, "contact": "13900001111", **more})
    return delegates.receive_opinion(delegate.id, heard, actor=staff(), now=NOW)


def make_link(member: PartyMember | None = None, to_text: str = "3栋2单元", **changed: Any) -> ContactLink:
    """Set up a contact of a member with residents, begun a week ago."""
    new: dict[str, Any] = {
        "level": LinkLevel.MEMBER,
        "period": LinkPeriod.QUARTER,
        "starts_on": LAST_WEEK,
        "from_member_id": member.id if member else None,
        "to_text": to_text,
        "households": 12,
        **changed,
    }
    return links.start_link(links.NewLink(**new), actor=staff(), now=NOW)


def fill(portal: Portal, tenant_id: int, words: str = "自家") -> dict[str, uuid.UUID | str]:
    """Make one object of every kind in a tenant; gives the ids of the paths' parameters."""
    use_account(portal.person(Role.COMMUNITY_SECRETARY, tenant_id).id)
    with portal.inside(tenant_id):
        branch = make_branch(f"{words}关爱党支部")
        retired, frail, away, delegate = (
            make_of_class(branch, class_, 80 + number, words)
            for number, class_ in enumerate(
                (
                    ManagementClass.RETIRED,
                    ManagementClass.VULNERABLE,
                    ManagementClass.FLOATING,
                    ManagementClass.IN_SERVICE,
                )
            )
        )
        make_post(f"{words}空岗")
        post = make_claim(make_post(f"{words}岗位"), retired, skill=words, health=words)
        posts.log_deed(post.id, done_on=TODAY, what=f"{words}做的事", actor=staff(), now=NOW)
        round_, _number = make_round(f"{words}春节")
        visit = make_findings(make_visit(frail), visitor=words, need=words, help=words, health=words)
        entry = make_entry(away, place=f"{words}地方", contact_person=words, rule=f"{words}约定")
        floating.log_floating_contact(
            entry.id,
            contacted_on=TODAY,
            way=ContactWay.PHONE,
            person=words,
            note=f"{words}近况",
            actor=staff(),
            now=NOW,
        )
        version = make_published(retired, words)
        party_delegate = make_delegate(delegate, f"{words}党代会")
        begins = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
        delegates.set_duty_day(
            party_delegate.id,
            starts_at=begins,
            ends_at=begins + timedelta(hours=2),
            place=f"{words}工作室",
            actor=staff(),
            now=NOW,
        )
        opinion = make_opinion(party_delegate, f"{words}的意见")
        link = make_link(retired, f"{words}楼栋")
    return {
        "duty_post_id": post.id,
        "visit_id": visit.id,
        "visit_round_id": round_.id,
        "visit_field": "need",
        "floating_id": entry.id,
        "public_card_id": version.card_id,
        "delegate_id": party_delegate.id,
        "opinion_id": opinion.id,
        "link_id": link.id,
        "contact_level": "leader",
        "near_level": "member",
        "purpose": "visit",
    }
