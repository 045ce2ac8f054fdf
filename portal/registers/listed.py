"""The lists of the registers besides the members, on their pages and as workbooks."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.personal_data import mask_phone
from portal.desk.exports import Wanted
from portal.desk.lists import Listed, ListedColumn, Look, register_list
from portal.registers import queries
from portal.registers.list_columns import COLUMNS, FIRST, PAPER, Reading
from portal.registers.messages import KIND_WORDS
from portal.registers.messages.lifecycle import DIRECTION_WORDS, LINK_WORDS, TRANSFER_WORDS
from portal.registers.messages.structure import POST_WORDS, SHEET_STATE_WORDS, SHEET_WORDS
from portal.registers.queries import MemberFilter
from portal.registers.queries import then as past
from portal.registers.queries.links import count_links, link_mobile, list_links
from portal.registers.queries.organizations import OrganizationState, organization_states
from portal.registers.queries.sheets import count_sheets, list_sheets, present_coverage
from portal.registers.queries.terms import list_posts
from portal.registers.queries.transfers import TransferFilter, count_transfers, list_transfers
from portal.registers.rules.belonging import LinkKind
from portal.registers.rules.places import BuildingCover, Coverage, EstateCover
from portal.registers.rules.terms import TERM_KINDS, TermStatus
from portal.registers.rules.transfers import Direction, state_on
from portal.web.templating import plain_day
from portal.web.then import Day, asked_day

# Transfers


def _transfers(wanted: Wanted) -> TransferFilter:
    way = wanted.params.get("direction")
    return TransferFilter(Direction(way) if way in set(Direction) else None, wanted.params.get("over") == "1")


def count_of(wanted: TransferFilter, counts: dict[tuple[Direction, bool], int]) -> int:
    """Give how many transfers a filter finds, of all that were counted."""
    return sum(n for (way, over), n in counts.items() if over is wanted.is_over and wanted.direction in {None, way})


def _transfer_words(look: Look) -> list[str]:
    words = [gettext("Over") if look.found.is_over else gettext("Under way")]
    return [*words, *([str(DIRECTION_WORDS[look.found.direction])] if look.found.direction else [])]


TRANSFERS = register_list(
    Listed(
        code="transfer-list",
        title=_("Transfers"),
        paper_title="组织关系转接名单",
        permission=Permission.MEMBER_EXPORT,
        page="registers.show_transfers",
        keys=("direction", "over"),
        narrow=_transfers,
        count=lambda look: count_of(look.found, count_transfers(tenant_id=look.tenant_id)),
        rows=lambda look, *, limit, offset: list_transfers(
            look.found, tenant_id=look.tenant_id, limit=limit, offset=offset
        ),
        describe=_transfer_words,
        columns=(
            ListedColumn(_("Name"), lambda row, _look: row.full_name, 10),
            ListedColumn(_("Way"), lambda row, _look: DIRECTION_WORDS[row.direction]),
            ListedColumn(_("Other side"), lambda row, _look: row.other_name, 30),
            ListedColumn(
                _("Where it stands"),
                lambda row, look: TRANSFER_WORDS[state_on(row.state, valid_to=row.valid_to, today=look.today)],
                18,
            ),
            ListedColumn(_("Letter"), lambda row, _look: row.letter_no, 16),
            ListedColumn(_("Good until"), lambda row, _look: row.valid_to),
        ),
    )
)


# Second belongings


def _kind(wanted: Wanted) -> LinkKind:
    kind = wanted.params.get("kind")
    return LinkKind(kind) if kind in set(LinkKind) else LinkKind.HOME


BELONGINGS = register_list(
    Listed(
        code="second-belonging-list",
        title=_("Second belongings"),
        paper_title="双重组织关系名单",
        permission=Permission.MEMBER_EXPORT,
        page="registers.list_second_belongings",
        keys=("kind",),
        narrow=_kind,
        count=lambda look: count_links(tenant_id=look.tenant_id, today=look.today)[look.found],
        rows=lambda look, *, limit, offset: list_links(
            look.found, tenant_id=look.tenant_id, today=look.today, limit=limit, offset=offset
        ),
        describe=lambda look: [str(LINK_WORDS[look.found])],
        has_sealed=True,
        columns=(
            ListedColumn(_("Name"), lambda row, _look: row.full_name, 10),
            ListedColumn(
                _("Home organization"), lambda row, _look: row.other_name, 30, when=lambda k: k.found is LinkKind.HOME
            ),
            ListedColumn(
                _("Community of residence"),
                lambda row, _look: row.other_name,
                30,
                when=lambda k: k.found is not LinkKind.HOME,
            ),
            ListedColumn(_("From"), lambda row, _look: row.from_on),
            ListedColumn(
                _("Mobile"),
                lambda row, look: look.sealed(link_mobile(row), mask_phone),
                when=lambda look: look.found is LinkKind.HOME,
            ),
        ),
    )
)


# Check sheets


def _is_open_only(wanted: Wanted) -> bool:
    return bool(wanted.params.get("show") == "open")


SHEETS = register_list(
    Listed(
        code="check-sheet-list",
        title=_("Check sheets"),
        paper_title="支部标准化检查台账",
        permission=Permission.ORGANIZATION_LIST,
        page="registers.list_sheets",
        keys=("show",),
        narrow=_is_open_only,
        count=lambda look: count_sheets(tenant_id=look.tenant_id, open_only=look.found),
        rows=lambda look, *, limit, offset: list_sheets(
            tenant_id=look.tenant_id, open_only=look.found, limit=limit, offset=offset
        ),
        describe=lambda look: [gettext("being mended")] if look.found else [],
        columns=(
            ListedColumn(_("Organization"), lambda row, _look: row[1], 30),
            ListedColumn(_("What is looked at"), lambda row, _look: SHEET_WORDS[row[0].kind], 20),
            ListedColumn(_("Checked on"), lambda row, _look: row[0].checked_on),
            ListedColumn(_("State"), lambda row, _look: SHEET_STATE_WORDS[row[0].state]),
            ListedColumn(_("Mend by"), lambda row, _look: row[0].due_on),
            ListedColumn(_("Who answers for it"), lambda row, _look: row[0].responsible, 16),
        ),
    )
)


# Coverage


Place = EstateCover | BuildingCover


def _coverage(wanted: Wanted) -> Coverage:
    states = organization_states(tenant_id=wanted.tenant_id, today=wanted.today)
    return present_coverage(states, tenant_id=wanted.tenant_id)


def _places(covered: Coverage) -> list[Place]:
    """Give the estates, each followed by its buildings."""
    places: list[Place] = []
    for estate in covered.estates:
        places += [estate, *estate.buildings]
    return places


def _served_by(place: Place, _look: Look) -> str:
    if isinstance(place, EstateCover):
        return place.branch.name if place.branch else gettext("no branch")
    return place.group.name if place.group else gettext("no group")


def _suggested(place: Place, _look: Look) -> str:
    if not place.wants:
        return ""
    return str(gettext("branch suggested") if isinstance(place, EstateCover) else gettext("group suggested"))


COVERAGE = register_list(
    Listed(
        code="coverage-list",
        title=_("Coverage"),
        paper_title="党组织覆盖情况",
        permission=Permission.ORGANIZATION_LIST,
        page="registers.show_coverage",
        narrow=_coverage,
        count=lambda look: len(_places(look.found)),
        rows=lambda look, *, limit, offset: _places(look.found)[offset : offset + limit],
        columns=(
            ListedColumn(
                _("Place"),
                lambda row, _look: row.estate if isinstance(row, EstateCover) else f"　└ {row.building}",
                24,
            ),
            ListedColumn(_("Members"), lambda row, _look: row.members_all, 10, "num"),
            ListedColumn(_("Full members"), lambda row, _look: row.members_full, 10, "num"),
            ListedColumn(_("Served by"), _served_by, 30),
            ListedColumn(_("3-3-3"), _suggested, 16),
        ),
    )
)


# The register as it stood


@dataclass(frozen=True)
class Then:
    """The organizations and how many members they had at the end of a day."""

    day: Day
    nodes: list[queries.OrganizationNode]
    counts: queries.MemberCounts
    names: dict[uuid.UUID, str]
    below: tuple[uuid.UUID, ...] = ()
    branch: uuid.UUID | None = None

    @property
    def total(self) -> int:
        """Give how many members there were, of one branch or of all."""
        if self.branch is None:
            return self.counts.total
        return sum(self.counts.by_organization[each] for each in self.below)


def _then(wanted: Wanted) -> Then:
    since = past.kept_since(tenant_id=wanted.tenant_id)
    day = asked_day(wanted.params.get("on", ""), since=since, now=clock.day_start(wanted.today))
    counts = past.count_then(day.on, tenant_id=wanted.tenant_id)
    nodes = queries.organization_tree(past.organizations_then(day.on, tenant_id=wanted.tenant_id), counts)
    try:
        branch = uuid.UUID(wanted.params.get("branch", ""))
    except ValueError:
        branch = None
    below = queries.with_those_below(nodes, branch) if branch else ()
    return Then(day, nodes, counts, {node.id: node.name for node in nodes}, tuple(below), branch)


def _then_words(look: Look) -> list[str]:
    words = [plain_day(look.found.day.on)]
    return words + [node.name for node in look.found.nodes if node.id == look.found.branch]


def members_then(look: Look, *, limit: int, offset: int) -> Sequence[Any]:
    """Give the members at the end of a day, in the order of names."""
    wanted = MemberFilter(organization_ids=look.found.below)
    return past.members_then(wanted, look.found.day.on, tenant_id=look.tenant_id, limit=limit, offset=offset)


def _reading(look: Look) -> Reading:
    return Reading(look.tenant_id, look.found.names, look.found.day.on, PAPER, look.wanted.in_clear)


def _of_member(key: str) -> Callable[[Any, Look], Any]:
    tell = COLUMNS[key].text
    return lambda row, look: tell(row, _reading(look))


MEMBERS_THEN = register_list(
    Listed(
        code="members-then",
        title=_("Members on an earlier day"),
        paper_title="往日党员名单",
        permission=Permission.MEMBER_EXPORT,
        page="registers.show_members_then",
        keys=("on", "branch"),
        narrow=_then,
        count=lambda look: look.found.total,
        rows=members_then,
        describe=_then_words,
        has_sealed=True,
        columns=(
            ListedColumn(_("Name"), lambda row, _look: row.full_name, 12),
            *(
                ListedColumn(
                    COLUMNS[key].words, _of_member(key), COLUMNS[key].width, COLUMNS[key].css,
                    heading=COLUMNS[key].heading,
                )
                for key in FIRST
            ),
        ),
    )
)  # fmt: skip


def since_then(node: queries.OrganizationNode, now: dict[uuid.UUID, queries.Organization]) -> list[str]:
    """Give what has become of an organization since."""
    row = now.get(node.id)
    if row is None:
        return [gettext("no longer there")]
    said = []
    if row.name != node.name:
        said.append(gettext("now called %(name)s", name=row.name))
    if row.kind is not node.kind:
        said.append(gettext("now a %(kind)s", kind=KIND_WORDS[row.kind]))
    if row.parent_id != node.parent_id:
        upper = now[row.parent_id].name if row.parent_id in now else gettext("nothing")
        said.append(gettext("now below %(name)s", name=upper))
    return said


def organizations_then(look: Look, *, limit: int, offset: int) -> list[tuple[Any, list[str], list[str]]]:
    """Give the organizations of a day as a tree is read, with who held which post then and what changed since."""
    nodes, day = look.found.nodes[offset : offset + limit], look.found.day.on
    now = {row.id: row for row in queries.list_organizations(tenant_id=look.tenant_id)}
    held: dict[uuid.UUID, list[str]] = {}
    for holder in list_posts([node.id for node in nodes], tenant_id=look.tenant_id, on=day):
        words = f"{POST_WORDS[holder.post.kind]} {holder.post.person_name}"
        held.setdefault(holder.post.organization_id, []).append(words)
    return [(node, held.get(node.id, []), since_then(node, now)) for node in nodes]


ORGANIZATIONS_THEN = register_list(
    Listed(
        code="organizations-then",
        title=_("Organizations on an earlier day"),
        paper_title="往日党组织情况",
        permission=Permission.ORGANIZATION_LIST,
        page="registers.show_organizations_then",
        keys=("on",),
        narrow=_then,
        count=lambda look: len(look.found.nodes),
        rows=organizations_then,
        describe=_then_words,
        columns=(
            ListedColumn(
                _("Organization"),
                lambda row, _look: f"{'　' * row[0].depth}{'└ ' if row[0].depth else ''}{row[0].name}",
                36,
            ),
            ListedColumn(_("Kind"), lambda row, _look: KIND_WORDS[row[0].kind]),
            ListedColumn(_("Members"), lambda row, _look: row[0].members_all, 9, "num"),
            ListedColumn(_("Full members"), lambda row, _look: row[0].members_full, 9, "num"),
            ListedColumn(_("Posts on that day"), lambda row, _look: "、".join(row[1]) or gettext("none recorded"), 40),
            ListedColumn(_("Since then"), lambda row, _look: "；".join(row[2]) or gettext("unchanged"), 30),
        ),
    )
)


# Terms, whose workbook is a standard form


def term_groups(states: Sequence[OrganizationState]) -> dict[str, list[OrganizationState]]:
    """Give the elected organs by what the page of terms can be narrowed to."""
    elected = [state for state in states if state.kind in TERM_KINDS]
    return {
        "all": elected,
        "due": [state for state in elected if state.is_due and state.status is not TermStatus.OVERDUE],
        "overdue": [state for state in elected if state.status is TermStatus.OVERDUE],
        "moved": [each for each in elected if each.status in {TermStatus.DELAYED_APPROVED, TermStatus.ADVANCED}],
        "none": [state for state in elected if state.term is None],
    }


def by_end(states: Sequence[OrganizationState]) -> Iterator[OrganizationState]:
    """Give organs by the day on which their term ends, those without one last."""
    return iter(sorted(states, key=lambda state: (state.term.ends_on if state.term else date.max, state.name)))


TERM_NAMES = {
    "due": _("due within 6 months"),
    "overdue": _("term has ended"),
    "moved": _("another day approved"),
    "none": _("no election recorded"),
}
