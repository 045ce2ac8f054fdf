"""What the desk says about rows, in the reader's language: reasons, cells as they may be shown."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core import clock, personal_data
from portal.desk.kinds import ImportKind
from portal.desk.models import UndoRest
from portal.desk.queries import RowView
from portal.desk.rules import Problem, text_of
from portal.desk.rules.undoing import Reason, Rest
from portal.web.messages import sentence
from portal.web.templating import moment

MASKS: dict[str, Callable[[str], str]] = {
    "id_number": personal_data.mask_id_number,
    "mobile": personal_data.mask_phone,
    "address": personal_data.mask_address,
}
# What can hang on a row, by its table; the rest are "other records".
HANGING: dict[str, Any] = {
    "": _l("Other records"),
    "party_member": _l("Members"),
    "party_organization": _l("Party organizations"),
    "party_post": _l("Posts"),
    "building": _l("Buildings"),
    "unit": _l("Units"),
    "ownership": _l("Ownerships"),
}


def mark_line(place: str, who: str, at: datetime, *, purpose: str, in_clear: bool) -> str:
    """Give the line that says on every printed page who took this, when and what for; on paper, so in Chinese."""
    clear = "　含完整证件号码和手机号码，用后销毁" if in_clear else ""
    return f"{place}　{who}于{clock.local(at):%Y-%m-%d %H:%M}导出　用途：{purpose}{clear}　不得外传"


def problem_text(problem: Problem, names: Mapping[str, str]) -> str:
    """Say what is wrong with a cell, beginning with its column's heading."""
    reason = sentence(problem.code, problem.values)
    if not problem.column:
        return reason
    return str(_("%(column)s: %(reason)s", column=names.get(problem.column, problem.column), reason=reason))


def reason_text(problems: Sequence[Problem], names: Mapping[str, str]) -> str:
    """Say everything that is wrong with a row, one line a cell."""
    return "\n".join(problem_text(problem, names) for problem in problems)


def rest_text(rest: Rest | UndoRest) -> str:
    """Say why one thing of an undone import stays as it is."""
    if rest.reason == Reason.HANGS:
        return str(_("%(records)s hang on it; remove those first.", records=HANGING.get(rest.field, HANGING[""])))
    if rest.reason == Reason.TAKEN:
        return str(_("Another record has by now what would come back here."))
    values = {"before": rest.before or _("nothing"), "after": rest.after or _("nothing")}
    if not rest.at:
        return str(_("Changed afterwards from %(before)s to %(after)s.", **values))
    who = rest.by_name or _("the portal")
    return str(_("%(who)s changed it on %(when)s: %(before)s → %(after)s", who=who, when=moment(rest.at), **values))


def heading_names(kind: ImportKind, headings: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    """Give each column's heading as it stands in the person's own file."""
    usual = {column.key: column.heading for column in kind.columns}
    return usual | {key: headings[place] for key, place in places.items()}


def shown_cells(kind: ImportKind, row: RowView, places: Mapping[str, int]) -> list[str]:
    """Give the cells that tell the person which row this is, masked as on any screen."""
    masks = {column.key: column.mask for column in kind.columns}
    shown = []
    for key in kind.shown_columns:
        place = places.get(key, len(row.cells))
        text = text_of(row.cells[place]) if place < len(row.cells) else ""
        shown.append(MASKS[masks[key]](text) if masks.get(key) and text else text)
    return shown
