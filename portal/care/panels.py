"""What care has to say on a member's page: the post, the visits, the ledger, the card. Two statements each at most."""

import uuid
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.care.messages import CARD_STATES, DIRECTIONS, DUTY_STATES, VISIT_REASONS, VISIT_STATES
from portal.care.queries.cards import card_of_member
from portal.care.queries.floating import find_active, find_guest_entry
from portal.care.queries.posts import list_posts_of
from portal.care.queries.visits import list_visits_of
from portal.care.rules.posts import HELD_STATES
from portal.care.rules.visits import due_day
from portal.registers.queries.briefs import member_briefs
from portal.registers.queries.flow import floats
from portal.registers.queries.links import get_link_row
from portal.registers.rules import ManagementClass
from portal.registers.rules.belonging import LinkKind
from portal.web.panels import Panel, register
from portal.web.templating import day

VISITS_SHOWN = 5


def post_panel(member_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Give the posts that a member holds and held."""
    if not can(actor, Permission.CARE_LIST):
        return None
    posts = list_posts_of(member_id, tenant_id=actor.tenant_id)
    if not posts and not _is_of(ManagementClass.RETIRED, member_id, actor):
        return None
    lines = [(post.name, _said(DUTY_STATES[post.state][0], post.review_on or post.begins_on)) for post in posts]
    links: list[tuple[Any, str]] = [
        (_("See the post"), url_for("care.show_duty_post", duty_post_id=post.id)) for post in posts[:1]
    ]
    if can(actor, Permission.DUTY_POST_MANAGE) and not any(post.state in HELD_STATES for post in posts):
        links.append((_("Give a post"), url_for("care.claim_duty_post", member_id=member_id)))
    return Panel(_("Post of a retired member"), lines, _("No post yet."), links)


def visits_panel(member_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Give the visits to a member; why somebody is visited only to those who plan visits."""
    if not can(actor, Permission.CARE_LIST):
        return None
    is_staff = can(actor, Permission.VISIT_MANAGE)
    lines: list[tuple[Any, str]] = []
    links: list[tuple[Any, str]] = []
    for visit in list_visits_of(member_id, tenant_id=actor.tenant_id)[:VISITS_SHOWN]:
        next_day = due_day(visit.state, due_on=visit.due_on, follow_up_due=visit.follow_up_due)
        term = (visit.occasion or str(VISIT_REASONS[visit.reason])) if is_staff else day(visit.due_on)
        lines.append((term, _said(VISIT_STATES[visit.state][0], next_day or visit.visited_on)))
        links.append((_("Visit of %(day)s", day=day(visit.due_on)), url_for("care.show_visit", visit_id=visit.id)))
    if is_staff:
        links.append((_("Plan a visit"), url_for("care.plan_visit", member_id=member_id)))
    return Panel(_("Visits"), lines, _("No visit yet."), links)


def floating_panel(member_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Give a member's entry of the floating ledger."""
    if not can(actor, Permission.CARE_LIST):
        return None
    row = find_active(member_id, tenant_id=actor.tenant_id)
    if row is not None:
        entry = row.entry
        lines: list[tuple[Any, str]] = [
            (DIRECTIONS[row.direction] if row.direction else _("Floating"), row.place or "—"),
            (_("Contact person"), entry.contact_person),
            (_("Next contact until"), day(entry.due_on)),
        ]
        return Panel(
            _("Floating ledger"),
            lines,
            links=[(_("See the entry"), url_for("care.show_floating", floating_id=entry.id))],
        )
    if not floats(member_id, tenant_id=actor.tenant_id):
        return None
    links: list[tuple[Any, str]] = []
    if can(actor, Permission.FLOATING_MANAGE):
        links = [(_("Enter into the ledger"), url_for("care.enter_floating", member_id=member_id))]
    return Panel(_("Floating ledger"), empty=_("Not in the ledger."), links=links)


def guest_panel(link_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Give the ledger's entry of somebody from elsewhere; nothing for our own members."""
    guest = get_link_row(link_id, tenant_id=actor.tenant_id)
    if not can(actor, Permission.CARE_LIST) or guest.kind is not LinkKind.HOME:
        return None
    entry = find_guest_entry(link_id, tenant_id=actor.tenant_id)
    if entry is not None:
        lines: list[tuple[Any, str]] = [
            (_("Contact person"), entry.contact_person),
            (_("Next contact until"), day(entry.due_on)),
        ]
        see = (_("See the entry"), url_for("care.show_floating", floating_id=entry.id))
        return Panel(_("Floating ledger"), lines, links=[see])
    links: list[tuple[Any, str]] = []
    if can(actor, Permission.FLOATING_MANAGE):
        links = [(_("Enter into the ledger"), url_for("care.enter_guest", belonging_id=link_id))]
    return Panel(_("Floating ledger"), empty=_("Not in the ledger."), links=links)


def card_panel(member_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Give where a member's public card stands."""
    if not can(actor, Permission.CARE_LIST):
        return None
    version = card_of_member(member_id, tenant_id=actor.tenant_id)
    if version is not None:
        lines: list[tuple[Any, str]] = [
            (_("Version %(number)s", number=version.number), str(CARD_STATES[version.state][0]))
        ]
        return Panel(
            _("Public card"),
            lines,
            links=[(_("See the card"), url_for("care.show_card", public_card_id=version.card_id))],
        )
    links: list[tuple[Any, str]] = []
    if can(actor, Permission.PUBLIC_CARD_MANAGE):
        links = [(_("Draft a card"), url_for("care.draft_card", member_id=member_id))]
    return Panel(_("Public card"), empty=_("No card. It needs the member's own consent."), links=links)


def _is_of(management_class: ManagementClass, member_id: uuid.UUID, actor: Actor) -> bool:
    member = member_briefs([member_id], tenant_id=actor.tenant_id).get(member_id)
    return member is not None and member.management_class is management_class


def _said(words: Any, on: Any) -> str:
    return f"{words} · {day(on)}" if on else str(words)


for _maker in (post_panel, visits_panel, floating_panel, card_panel):
    register("party_member", _maker)
register("member_link", guest_panel)
