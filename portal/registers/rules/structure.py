"""What an organization must be and may be: sizes, committees, posts; the 3-3-3 rule apart from the national one.

Two different counts, never mixed. The 3-3-3 rule (双滦区's practice) counts ALL members and only suggests. The
national rule counts FULL members and warns; what it warns of is for the upper organization to mend.
"Branch regulations" are 支部工作条例(试行) of 2018, with the article where it is known. What the domain sheet marks
as likely was not compared with the printed text and is to be checked before it is shown as law.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from portal.core.errors import RuleBroken
from portal.registers.rules import BRANCH_KINDS, OrganizationKind, add_months
from portal.registers.rules.terms import REMINDER_MONTHS

_KIND = OrganizationKind

PLACE_MIN = 3
"""3-3-3: three members in a building, three groups in an estate, three branches in a community. Source: 双滦区."""
BRANCH_MIN_FULL = 3
"""Three FULL members: a branch must be set up. Source: Charter, art. 30; branch regulations, art. 4."""
SHORT_MONTHS = 6
"""Fewer than that for longer than six months: dissolve or join with others. Source: branch regulations, art. 4."""
BRANCH_MAX = 50
"""As a rule at most fifty members. Source: branch regulations, art. 4."""
JOINT_UNITS_MAX = 5
"""A joint branch covers as a rule at most five units. Source: branch regulations, art. 5."""
GENERAL_BRANCH_MIN, PARTY_COMMITTEE_MIN = 50, 100
"""Members from which one is set up; fewer with approval. Source: regulations for the countryside (2018), organs (2019)
and state firms (2019); for communities by analogy, with the approval of the upper committee."""
COMMITTEE_FROM_FULL = 7
"""From seven full members a branch has a committee. Source: branch regulations, ch. 6."""
COMMITTEE_MIN, COMMITTEE_USUAL, COMMITTEE_MAX = 3, 5, 7
"""Three to five, normally at most seven. Source: branch regulations, ch. 6."""
REPLY_MONTHS = 1
"""The upper committee replies to an application normally within a month. Source: branch regulations, art. 6."""
TEMP_MONTHS = 6
"""A temporary branch is for less than six months; longer work gets a branch. Source: branch regulations, arts. 5, 8."""
RESIDENTS_MIN, RESIDENTS_MAX = 5, 9
"""People on a residents' committee. Source: 居委会组织法 (2018), art. 7."""
RESIDENTS_TERM_YEARS = 5
"""Their term. Source: 居委会组织法 (2018), art. 8."""
OFFICE, TOWNS = "办事处", ("镇", "乡", "苏木")
"""How a sub-district may be written in lists of divisions, and on what the names of towns and townships end."""


class PostKind(StrEnum):
    """Posts of a committee, of a group, and of the residents' committee beside it."""

    SECRETARY = "SECRETARY"  # 书记
    DEPUTY_SECRETARY = "DEPUTY_SECRETARY"  # 副书记
    ORGANIZATION_MEMBER = "ORGANIZATION_MEMBER"  # 组织委员
    PUBLICITY_MEMBER = "PUBLICITY_MEMBER"  # 宣传委员
    DISCIPLINE_MEMBER = "DISCIPLINE_MEMBER"  # 纪检委员
    COMMITTEE_MEMBER = "COMMITTEE_MEMBER"  # 委员
    PART_TIME_DEPUTY = "PART_TIME_DEPUTY"  # 兼职副书记
    PART_TIME_MEMBER = "PART_TIME_MEMBER"  # 兼职委员
    GROUP_HEAD = "GROUP_HEAD"  # 党小组组长
    RESIDENTS_DIRECTOR = "RESIDENTS_DIRECTOR"  # 居委会主任
    RESIDENTS_DEPUTY = "RESIDENTS_DEPUTY"  # 居委会副主任
    RESIDENTS_MEMBER = "RESIDENTS_MEMBER"  # 居委会委员


SEAT_POSTS = (
    PostKind.SECRETARY,
    PostKind.DEPUTY_SECRETARY,
    PostKind.ORGANIZATION_MEMBER,
    PostKind.PUBLICITY_MEMBER,
    PostKind.DISCIPLINE_MEMBER,
    PostKind.COMMITTEE_MEMBER,
)
"""Seats of the committee proper. Part-time members of a greater committee come on top and do not fill them."""
PART_TIME_POSTS = (PostKind.PART_TIME_DEPUTY, PostKind.PART_TIME_MEMBER)
RESIDENTS_POSTS = (PostKind.RESIDENTS_DIRECTOR, PostKind.RESIDENTS_DEPUTY, PostKind.RESIDENTS_MEMBER)
SINGLE_POSTS = frozenset({PostKind.SECRETARY, PostKind.GROUP_HEAD, PostKind.RESIDENTS_DIRECTOR})
"""Held by one person at a time."""


class Weight(StrEnum):
    """How much a finding weighs."""

    WARNING = "WARNING"  # the national rule: a task of the upper organization
    SUGGESTION = "SUGGESTION"  # a good practice
    NOTE = "NOTE"  # to be looked at; no rule is broken


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about an organization; `code` has its sentence and its clause in messages."""

    code: str
    weight: Weight
    values: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """An organization as the national rule looks at it, on one day.

    `seats` are the posts of SEAT_POSTS held today, one entry a person; `posts_ever` says whether any post was ever
    recorded; `short_since` is the first day of the present time with fewer than three full members, None where there
    are enough.
    """

    kind: OrganizationKind
    members_all: int
    members_full: int
    seats: Sequence[PostKind] = ()
    posts_ever: bool = False
    units: int = 0
    short_since: date | None = None
    founded_on: date | None = None
    size_doc: str | None = None
    applied_on: date | None = None
    replied_on: date | None = None


def committee_of(division: str) -> tuple[OrganizationKind, str]:
    """Give kind and usual name of the committee above the communities of a sub-district or town, by its name.

    A sub-district's is a working committee, appointed (大连路街道党工委); a town's or township's a party committee,
    elected (高坪镇党委). Source: 天津 seed text (four levels); Charter.
    """
    name = division.removesuffix(OFFICE)
    if name.endswith(TOWNS):
        return _KIND.PARTY_COMMITTEE, f"{name}党委"
    return _KIND.WORKING_COMMITTEE, f"{name}党工委"


def wants_group(*, members_all: int, has_group: bool) -> bool:
    """Say whether a building should have a group: three members of ANY type and none yet. Source: 双滦区, 3-3-3."""
    return members_all >= PLACE_MIN and not has_group


def wants_branch(*, groups: int, has_branch: bool) -> bool:
    """Say whether an estate should have a branch: three groups and none yet. Source: 双滦区, 3-3-3."""
    return groups >= PLACE_MIN and not has_branch


def wants_committee(*, branches: int, has_committee: bool) -> bool:
    """Say whether a community should have a committee or general branch: three branches and neither yet.

    Source: 双滦区, 3-3-3.
    """
    return branches >= PLACE_MIN and not has_committee


def must_have_branch(members_full: int) -> bool:
    """Say whether a unit must set up a branch of its own: three FULL members. Source: Charter, art. 30."""
    return members_full >= BRANCH_MIN_FULL


def is_short_too_long(short_since: date | None, *, today: date) -> bool:
    """Say whether a branch has had too few full members for more than six months; the day itself is not more.

    Source: branch regulations, art. 4.
    """
    return short_since is not None and today > add_months(short_since, SHORT_MONTHS)


def size_kind(members_all: int) -> OrganizationKind:
    """Give what organization the number of members calls for without special approval: branch, general, committee."""
    if members_all >= PARTY_COMMITTEE_MIN:
        return _KIND.PARTY_COMMITTEE
    return _KIND.GENERAL_BRANCH if members_all >= GENERAL_BRANCH_MIN else _KIND.BRANCH


def committee_sizes(members_full: int) -> range:
    """Give how many seats a branch's committee normally has: 3 to 5 from seven full members, below that 1 or 2.

    Source: branch regulations, ch. 6.
    """
    return range(COMMITTEE_MIN, COMMITTEE_USUAL + 1) if members_full >= COMMITTEE_FROM_FULL else range(1, 3)


def reply_due_on(applied_on: date) -> date:
    """Give the day by which the upper committee normally answers. Source: branch regulations, art. 6."""
    return add_months(applied_on, REPLY_MONTHS)


def is_reply_late(applied_on: date | None, replied_on: date | None, *, today: date) -> bool:
    """Say whether an application to set up an organization waits for longer than a month; the last day still counts.

    Source: branch regulations, art. 6.
    """
    return applied_on is not None and replied_on is None and today > reply_due_on(applied_on)


def check_application(applied_on: date | None, replied_on: date | None, *, today: date) -> None:
    """Refuse days of an application and its reply that cannot be.

    Raises RuleBroken `registers.application_future`, `registers.reply_future`, `registers.reply_early` (fields
    `applied_on`, `replied_on`). Source: branch regulations, art. 6 (first the application, then the reply).
    """
    if applied_on is not None and applied_on > today:
        raise RuleBroken("registers.application_future", field="applied_on")
    if replied_on is not None and replied_on > today:
        raise RuleBroken("registers.reply_future", field="replied_on")
    if replied_on is not None and (applied_on is None or replied_on < applied_on):
        raise RuleBroken("registers.reply_early", field="replied_on")


def temp_branch_ends_on(founded_on: date) -> date:
    """Give the day from which a temporary branch has lasted six months. Source: branch regulations, arts. 5, 8."""
    return add_months(founded_on, TEMP_MONTHS)


def check_post(kind: PostKind, *, organ: OrganizationKind, is_greater: bool, is_member: bool, is_full: bool) -> None:
    """Refuse a post where it cannot be held, or by whom.

    A group has a head and nothing else; part-time posts are a greater committee's, for heads of resident units;
    a seat of the committee is for a full member when the person is in this register. Raises RuleBroken (field `kind`
    or `person`) `registers.post_of_group`, `registers.post_not_of_group`, `registers.post_part_time`,
    `registers.post_residents`, `registers.post_not_full`. Source: branch regulations, ch. 6; 双滦区 (part-time).
    """
    if (organ is _KIND.GROUP) != (kind is PostKind.GROUP_HEAD):
        code = "registers.post_of_group" if organ is _KIND.GROUP else "registers.post_not_of_group"
        raise RuleBroken(code, field="kind")
    if kind in PART_TIME_POSTS and not is_greater:
        raise RuleBroken("registers.post_part_time", field="kind")
    if kind in RESIDENTS_POSTS and organ in BRANCH_KINDS - {_KIND.BRANCH}:
        raise RuleBroken("registers.post_residents", field="kind")
    if kind in SEAT_POSTS and is_member and not is_full:
        raise RuleBroken("registers.post_not_full", field="person")


def national_findings(shape: Shape, *, today: date) -> list[Finding]:
    """Give what the national rule says of an organization on a day, one without any member included.

    Warnings: `registers.branch_short` (fewer than three FULL members for more than six months),
    `registers.branch_too_large` (over fifty), `registers.joint_units` (over five units), `registers.no_committee`
    (seven full members and fewer than three seats), `registers.committee_even`, `registers.committee_large` (over
    seven), `registers.no_secretary`, `registers.posts_unknown` (nor was there ever anybody in a post),
    `registers.temp_branch_long`. Notes: `registers.branch_too_small` (short, but not for six months),
    `registers.small_committee` (under seven full members and more than two seats), `registers.under_size` (general
    branch under 50, committee under 100, no approval recorded), `registers.reply_waits` and `registers.reply_late` (an
    application to set it up; while there is nobody in it, it is not looked at further).
    Source: branch regulations; Charter, art. 30.
    """
    if _is_only_applied_for(shape):
        return _application(shape, today)
    findings: list[Finding] = []
    if shape.kind in BRANCH_KINDS:
        findings += _branch_size(shape, today)
    findings += _under_size(shape) + _application(shape, today)
    return findings + _committee(shape)


def _is_only_applied_for(shape: Shape) -> bool:
    return shape.applied_on is not None and shape.replied_on is None and not shape.members_all


def _application(shape: Shape, today: date) -> list[Finding]:
    if shape.applied_on is None or shape.replied_on is not None:
        return []
    due = reply_due_on(shape.applied_on).isoformat()
    late = is_reply_late(shape.applied_on, shape.replied_on, today=today)
    return [_note("registers.reply_late" if late else "registers.reply_waits", due=due)]


def _warning(code: str, **values: int | str) -> Finding:
    return Finding(code, Weight.WARNING, values)


def _note(code: str, **values: int | str) -> Finding:
    return Finding(code, Weight.NOTE, values)


def _branch_size(shape: Shape, today: date) -> list[Finding]:
    found: list[Finding] = []
    if shape.kind is _KIND.TEMP_BRANCH:
        if shape.founded_on and today >= temp_branch_ends_on(shape.founded_on):
            found.append(_warning("registers.temp_branch_long", since=shape.founded_on.isoformat()))
        return found
    if shape.kind is _KIND.FUNCTIONAL_BRANCH:
        return found
    if shape.members_full < BRANCH_MIN_FULL:
        if is_short_too_long(shape.short_since, today=today) and shape.short_since:
            found.append(
                _warning("registers.branch_short", full=shape.members_full, since=shape.short_since.isoformat())
            )
        else:
            found.append(_note("registers.branch_too_small", full=shape.members_full))
    if shape.members_all > BRANCH_MAX:
        found.append(_warning("registers.branch_too_large", all=shape.members_all))
    if shape.kind is _KIND.JOINT_BRANCH and shape.units > JOINT_UNITS_MAX:
        found.append(_warning("registers.joint_units", units=shape.units))
    return found


def _under_size(shape: Shape) -> list[Finding]:
    least = {_KIND.GENERAL_BRANCH: GENERAL_BRANCH_MIN, _KIND.PARTY_COMMITTEE: PARTY_COMMITTEE_MIN}.get(shape.kind)
    if least is None or not shape.members_all or shape.members_all >= least or shape.size_doc:
        return []
    return [_note("registers.under_size", all=shape.members_all, least=least)]


_COMMITTEE_KINDS = frozenset({_KIND.PARTY_COMMITTEE, _KIND.GENERAL_BRANCH, _KIND.BRANCH, _KIND.JOINT_BRANCH})


def _committee(shape: Shape) -> list[Finding]:
    if shape.kind not in _COMMITTEE_KINDS:
        return []
    if not shape.posts_ever:
        return [_warning("registers.posts_unknown")]
    held = len(shape.seats)
    found = [] if PostKind.SECRETARY in shape.seats else [_warning("registers.no_secretary")]
    is_branch = shape.kind in BRANCH_KINDS
    if is_branch and shape.members_full >= COMMITTEE_FROM_FULL and held < COMMITTEE_MIN:
        found.append(_warning("registers.no_committee", full=shape.members_full, held=held))
    elif is_branch and shape.members_full < COMMITTEE_FROM_FULL and held >= COMMITTEE_MIN:
        found.append(_note("registers.small_committee", full=shape.members_full, held=held))
    if held >= COMMITTEE_MIN and held % 2 == 0:
        found.append(_warning("registers.committee_even", held=held))
    if is_branch and held > COMMITTEE_MAX:
        found.append(_warning("registers.committee_large", held=held))
    return found


def two_committee_findings(
    *, secretaries: Collection[str], directors: Collection[str], party: Collection[str], residents: Collection[str]
) -> list[Finding]:
    """Give what practice asks of a community's two committees; each argument holds who has such a post.

    Suggestions: `registers.one_shoulder` (the secretary is not the director), `registers.no_cross_posts` (nobody
    sits on both), `registers.residents_size` (the residents' committee has not five to nine people). Nothing is said
    while no residents' committee is recorded. Source: 双滦区 (一肩挑, 交叉任职); 居委会组织法 (2018), art. 7.
    """
    if not residents:
        return []
    found: list[Finding] = []
    if not RESIDENTS_MIN <= len(set(residents)) <= RESIDENTS_MAX:
        values: dict[str, int | str] = {"held": len(set(residents))}
        found.append(Finding("registers.residents_size", Weight.SUGGESTION, values))
    if secretaries and directors and not set(secretaries) & set(directors):
        found.append(Finding("registers.one_shoulder", Weight.SUGGESTION))
    if not set(party) & set(residents):
        found.append(Finding("registers.no_cross_posts", Weight.SUGGESTION))
    return found


def residents_term_findings(elected_on: date | None, *, today: date) -> list[Finding]:
    """Say when the term of a residents' committee ends soon, or has ended; None: no committee is recorded.

    Notes: `registers.residents_term_due` (within six months), `registers.residents_term_over`; no upper Party
    organization mends it, the sub-district has the election held. Source: 居委会组织法 (2018), art. 8 (five years);
    the six months are those of party committees, practice.
    """
    if elected_on is None:
        return []
    ends = residents_term_ends(elected_on)
    if today >= ends:
        return [Finding("registers.residents_term_over", Weight.NOTE, {"day": ends.isoformat()})]
    if today >= add_months(ends, -REMINDER_MONTHS):
        return [Finding("registers.residents_term_due", Weight.NOTE, {"day": ends.isoformat()})]
    return []


def residents_term_ends(elected_on: date) -> date:
    """Give the day on which the term of a residents' committee is over. Source: 居委会组织法 (2018), art. 8."""
    return add_months(elected_on, 12 * RESIDENTS_TERM_YEARS)
