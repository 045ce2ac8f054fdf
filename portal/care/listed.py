"""The lists of care, on their pages and as workbooks: visits, posts of retired members, contacts, delegates."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.care.messages import (
    CONGRESS_LEVELS,
    DELEGATE_STATES,
    DIRECTIONS,
    DUTY_KINDS,
    DUTY_STATES,
    LINK_LEVELS,
    PERIODS,
    VISIT_REASONS,
    VISIT_STATES,
)
from portal.care.queries import delegates, links, posts, visits
from portal.care.queries.floating import LedgerFilter
from portal.care.queries.links import LinkFilter
from portal.care.queries.posts import PostFilter
from portal.care.queries.visits import VisitFilter, VisitRow
from portal.care.rules.delegates import DelegateState
from portal.care.rules.floating import FlowDirection
from portal.care.rules.links import LinkLevel, LinkState
from portal.care.rules.posts import DutyKind, DutyState
from portal.care.rules.visits import VisitState
from portal.core import clock
from portal.desk.exports import Params, Wanted
from portal.desk.lists import Listed, ListedColumn, Look, read_keys, register_list, search_words
from portal.registers import queries as registers
from portal.registers.queries.briefs import find_briefs
from portal.registers.queries.filters import has_digits
from portal.registers.queries.links import find_guests

SEARCH_MOST = 500
DEAR = Permission.MEMBER_EXPORT
"""Lists that name members leave the house as the roster of members does."""


def _members(wanted: Wanted) -> Any:
    """Give the members whom a search finds; None for no search."""
    text = wanted.params.get("q", "")[:20]
    return tuple(each.id for each in find_briefs(text, tenant_id=wanted.tenant_id, limit=SEARCH_MOST)) if text else None


def _one_of(words: Any, wanted: Wanted, key: str) -> Any:
    text = wanted.params.get(key)
    return words(text) if text in set(words) else None


def _is_said(wanted: Wanted, key: str) -> bool:
    return bool(wanted.params.get(key) == "1")


# Visits


def _visits(wanted: Wanted) -> VisitFilter:
    is_late = _is_said(wanted, "late")
    return VisitFilter(
        state=None if is_late else _one_of(VisitState, wanted, "state"),
        overdue_on=wanted.today if is_late else None,
        member_ids=_members(wanted),
    )


def _visit_rows(look: Look, *, limit: int, offset: int) -> Sequence[tuple[VisitRow, str]]:
    """Give visits with the names of the branches: rows that say no more than their reader may see."""
    rows = visits.list_visits(look.found, tenant_id=look.tenant_id, limit=limit, offset=offset)
    names = {row.id: row.name for row in registers.list_organizations(tenant_id=look.tenant_id)} if rows else {}
    reasons = any(column.permission for column in VISITS.heads(look))
    shown = rows if reasons else [replace(row, reason=None, occasion="") for row in rows]
    return [(row, names.get(row.organization_id, "") if row.organization_id else "") for row in shown]


def _visit_words(look: Look) -> list[str]:
    state = look.found.state
    words = [str(VISIT_STATES[state][0])] if state else []
    return [*search_words(look.params), *words, *([gettext("Overdue")] if look.found.overdue_on else [])]


VISITS = register_list(
    Listed(
        code="visit-list",
        title=_("Visits to members"),
        paper_title="走访名单",
        permission=DEAR,
        page="care.list_visits",
        keys=("state", "late", "q"),
        never=has_digits,
        narrow=_visits,
        count=lambda look: visits.count_found(look.found, tenant_id=look.tenant_id),
        rows=_visit_rows,
        describe=_visit_words,
        columns=(
            ListedColumn(_("Name"), lambda row, _look: row[0].member_name, 10),
            ListedColumn(
                _("Reason of the visit"),
                lambda row, _look: row[0].occasion or VISIT_REASONS[row[0].reason],
                16,
                permission=Permission.VISIT_MANAGE,
            ),
            ListedColumn(_("State"), lambda row, _look: VISIT_STATES[row[0].state][0]),
            ListedColumn(_("Next day"), lambda row, _look: row[0].next_due or row[0].visited_on),
            ListedColumn(_("Who visits"), lambda row, _look: row[0].visitor),
            ListedColumn(_("Branch or group"), lambda row, _look: row[1], 28),
        ),
    )
)


# Posts of retired members


def _posts(wanted: Wanted) -> PostFilter:
    return PostFilter(_one_of(DutyState, wanted, "state"), _one_of(DutyKind, wanted, "kind"), _members(wanted))


def _post_words(look: Look) -> list[str]:
    state, kind = look.found.state, look.found.kind
    words = [DUTY_STATES[state][0]] if state else []
    return [*search_words(look.params), *map(str, [*words, *([DUTY_KINDS[kind]] if kind else [])])]


POSTS = register_list(
    Listed(
        code="duty-post-list",
        title=_("Posts of retired members"),
        paper_title="设岗定责名单",
        permission=DEAR,
        page="care.list_duty_posts",
        keys=("state", "kind", "q"),
        never=has_digits,
        narrow=_posts,
        count=lambda look: posts.count_found(look.found, tenant_id=look.tenant_id),
        rows=lambda look, *, limit, offset: posts.list_posts(
            look.found, tenant_id=look.tenant_id, limit=limit, offset=offset
        ),
        describe=_post_words,
        columns=(
            ListedColumn(_("Name of the post"), lambda row, _look: row.name, 20),
            ListedColumn(_("Who holds it"), lambda row, _look: row.member_name),
            ListedColumn(_("State"), lambda row, _look: DUTY_STATES[row.state][0]),
            ListedColumn(_("Kind of post"), lambda row, _look: DUTY_KINDS[row.kind], 16),
            ListedColumn(_("Begins on"), lambda row, _look: row.begins_on),
            ListedColumn(_("Times logged"), lambda row, _look: row.deeds, 10, "num"),
            ListedColumn(_("Review by"), lambda row, _look: row.review_on if row.state is DutyState.SERVING else None),
        ),
    )
)


# The four-level contact


def _links(wanted: Wanted) -> LinkFilter:
    return LinkFilter(
        level=_one_of(LinkLevel, wanted, "level"),
        has_ended=_is_said(wanted, "ended"),
        overdue_on=wanted.today if _is_said(wanted, "late") else None,
    )


def _link_words(look: Look) -> list[str]:
    found: LinkFilter = look.found
    words = [str(LINK_LEVELS[found.level])] if found.level else []
    words += [gettext("Ended contacts")] if found.has_ended else []
    return [*words, *([gettext("Contact overdue")] if found.overdue_on else [])]


def _far_end(row: Any, _look: Look) -> str:
    return f"{row.to_text}（{row.households}户）" if row.households else str(row.to_text)


LINKS = register_list(
    Listed(
        code="contact-link-list",
        title=_("Four-level contact"),
        paper_title="四联系名单",
        permission=DEAR,
        page="care.list_links",
        keys=("level", "late", "ended"),
        narrow=_links,
        count=lambda look: links.count_found(look.found, tenant_id=look.tenant_id),
        rows=lambda look, *, limit, offset: links.list_links(
            look.found, tenant_id=look.tenant_id, limit=limit, offset=offset
        ),
        describe=_link_words,
        columns=(
            ListedColumn(_("Who keeps in touch"), lambda row, _look: row.from_text, 20),
            ListedColumn(_("With whom"), _far_end, 24),
            ListedColumn(_("Level"), lambda row, _look: LINK_LEVELS[row.level], 24),
            ListedColumn(_("How often"), lambda row, _look: PERIODS[row.period]),
            ListedColumn(_("Last contact"), lambda row, _look: row.last_contact_on),
            ListedColumn(
                _("Next contact until"), lambda row, _look: row.due_on if row.state is LinkState.ACTIVE else None
            ),
        ),
    )
)


# Delegates


def _delegate_rows(look: Look, *, limit: int, offset: int) -> Sequence[Any]:
    """Give delegates, each with the next duty day from today on."""
    since = clock.day_start(look.today)
    return delegates.list_delegates(look.found, tenant_id=look.tenant_id, now=since, limit=limit, offset=offset)


def _count_delegates(look: Look) -> int:
    counts = delegates.count_delegates(tenant_id=look.tenant_id)
    return counts[look.found] if look.found else counts.total()


DELEGATES = register_list(
    Listed(
        code="delegate-list",
        title=_("Delegates to party congresses"),
        paper_title="党代表名单",
        permission=DEAR,
        page="care.list_delegates",
        keys=("state",),
        narrow=lambda wanted: _one_of(DelegateState, wanted, "state"),
        count=_count_delegates,
        rows=_delegate_rows,
        describe=lambda look: [str(DELEGATE_STATES[look.found][0])] if look.found else [],
        columns=(
            ListedColumn(_("Name"), lambda row, _look: row.member_name, 10),
            ListedColumn(
                _("Which congress"),
                lambda row, _look: f"{CONGRESS_LEVELS[row.delegate.level]} {row.delegate.congress}",
                30,
            ),
            ListedColumn(_("Next duty day"), lambda row, _look: row.next_duty, 18),
            ListedColumn(_("Opinions heard"), lambda row, _look: row.heard, 12, "num"),
            ListedColumn(_("Still open"), lambda row, _look: row.waiting, 10, "num"),
            ListedColumn(_("Term until"), lambda row, _look: row.delegate.term_until),
            ListedColumn(_("State"), lambda row, _look: DELEGATE_STATES[row.delegate.state][0]),
        ),
    )
)


# The floating ledger, whose workbook has columns of its own


LEDGER_KEYS = ("direction", "late", "ended", "q")


def read_ledger(args: Mapping[str, str], _tenant_id: int) -> Params:
    """Keep what the address of the ledger says."""
    return read_keys(args, LEDGER_KEYS, never=has_digits)


def ledger_filter(wanted: Wanted) -> LedgerFilter:
    """Give what the ledger is narrowed to."""
    return LedgerFilter(
        direction=_one_of(FlowDirection, wanted, "direction"),
        has_ended=_is_said(wanted, "ended"),
        overdue_on=wanted.today if _is_said(wanted, "late") else None,
        member_ids=_members(wanted),
        link_ids=_guests(wanted),
    )


def _guests(wanted: Wanted) -> tuple[uuid.UUID, ...]:
    """Give those from elsewhere whom a search finds; none for no search."""
    text = wanted.params.get("q", "")[:20]
    if not text:
        return ()
    found = find_guests(text, tenant_id=wanted.tenant_id, today=wanted.today, limit=SEARCH_MOST)
    return tuple(each.id for each in found)


def ledger_words(wanted: Wanted) -> list[str]:
    """Say what the ledger is narrowed to."""
    found = ledger_filter(wanted)
    words = [str(DIRECTIONS[found.direction])] if found.direction else []
    words += [gettext("Closed entries")] if found.has_ended else []
    return [*search_words(wanted.params), *words, *([gettext("Contact overdue")] if found.overdue_on else [])]
