"""How care stands, and whom to care for: the way to every form that is about one member."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import Response, g, request, url_for
from flask_babel import lazy_gettext as _l

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.care.queries.standing import care_standing
from portal.care.tasks import SOON_DAYS
from portal.care.views.blueprint import bp, today
from portal.registers import queries as registers
from portal.registers.messages import CLASS_WORDS
from portal.registers.queries.briefs import find_briefs
from portal.registers.rules import ManagementClass
from portal.web.guard import requires
from portal.web.htmx import render

SHOWN_MOST = 30


class Purpose(NamedTuple):
    """What a member is chosen for: the page's title, the form it leads to, and the class meant first."""

    title: Any
    endpoint: str
    permission: Permission
    management_class: ManagementClass | None = None
    values: Mapping[str, Any] = MappingProxyType({})


PURPOSES = {
    "duty_post": Purpose(
        _l("Give a retired member a post"),
        "care.claim_duty_post",
        Permission.DUTY_POST_MANAGE,
        ManagementClass.RETIRED,
    ),
    "visit": Purpose(_l("Plan a visit to a member"), "care.plan_visit", Permission.VISIT_MANAGE),
    "floating": Purpose(
        _l("Enter a member into the floating ledger"),
        "care.enter_floating",
        Permission.FLOATING_MANAGE,
        ManagementClass.FLOATING,
    ),
    "card": Purpose(_l("Draft a member's public card"), "care.draft_card", Permission.PUBLIC_CARD_MANAGE),
    "delegate": Purpose(_l("Enter a member as a delegate"), "care.enter_delegate", Permission.DELEGATE_MANAGE),
    "committee_link": Purpose(
        _l("Choose the committee member who keeps in touch"),
        "care.start_member_link",
        Permission.CONTACT_LINK_MANAGE,
        values={"near_level": "committee_member"},
    ),
    "resident_link": Purpose(
        _l("Choose the member who keeps in touch with residents"),
        "care.start_member_link",
        Permission.CONTACT_LINK_MANAGE,
        values={"near_level": "member"},
    ),
}


@bp.get("")
@requires(Permission.CARE_LIST)
def show_overview() -> Response:
    """Show the four classes with what is open, late and next in each."""
    day = today()
    return render(
        "care/overview.html",
        standing=care_standing(tenant_id=g.tenant.id, today=day, soon=day + timedelta(days=SOON_DAYS)),
        counts=registers.count_by_filter(tenant_id=g.tenant.id),
        classes=ManagementClass,
        today=day,
    )


@bp.get("/choice/<any(duty_post, visit, floating, card, delegate, committee_link, resident_link):purpose>")
@requires(Permission.MEMBER_LIST)
def choose_member(purpose: str) -> Response:
    """Find the member that a form is about; those of the class meant come first."""
    meant = PURPOSES[purpose]
    text = request.args.get("q", "").strip()[:20]
    class_ = meant.management_class if not text else None
    members = find_briefs(text, tenant_id=g.tenant.id, management_class=class_, limit=SHOWN_MOST)
    kept: dict[str, Any] = {"post": request.args["post"]} if "post" in request.args else {}
    names = {row.id: row.name for row in registers.list_organizations(tenant_id=g.tenant.id)}
    is_allowed = can(g.actor, meant.permission)
    return render(
        "care/choose.html",
        meant=meant,
        q=text,
        kept=kept,
        rows=[
            (
                member,
                names.get(member.organization_id, ""),
                CLASS_WORDS.get(member.management_class, "") if member.management_class else "",
                url_for(meant.endpoint, member_id=member.id, **meant.values, **kept) if is_allowed else None,
            )
            for member in members
        ],
        is_cut=len(members) == SHOWN_MOST,
        class_word=CLASS_WORDS[class_] if class_ else None,
    )
