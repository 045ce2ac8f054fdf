"""The empty form of each kind of file: drop-downs, what belongs where, and that it can be read back."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from portal.accounts.roles import Role
from portal.desk.kinds import ImportKind, list_kinds
from portal.desk.rules.headings import match_columns
from portal.desk.workbooks import template_workbook
from tests.conftest import Portal
from tests.makers import HERE_CODE
from tests.registers.makers import make_branches, make_organization


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_every_kind_has_a_form_with_its_columns_explained(portal: Portal) -> None:
    with portal.inside():
        make_branches()
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    assert list_kinds()
    for kind in list_kinds():
        book = opened(secretary.get(f"/t/{HERE_CODE}/desk/kinds/{kind.code}/template").response.get_data())
        first, guide, lists = book.worksheets
        names = [cell.value for cell in first[1]]
        assert names == [column.heading for column in kind.columns]
        assert match_columns([(1, names)], kind.columns).missing == []
        explained = {row[0].value: row for row in guide.iter_rows(min_row=2) if row[1].value or row[0].value in names}
        assert set(explained) == set(names)
        assert {name for name, row in explained.items() if row[1].value} == {
            column.heading for column in kind.columns if column.required
        }
        assert lists.sheet_state == "hidden"
        assert {cell.data_type for row in book.worksheets[1].iter_rows() for cell in row if cell.value} == {"s"}


@pytest.mark.parametrize("number", [2, 60])
def test_a_drop_down_of_many_words_takes_them_from_a_hidden_sheet(portal: Portal, number: int) -> None:
    with portal.inside():
        for serial in range(number):
            make_organization(f"演示社区第{serial}网格党支部")
        kind = next(kind for kind in list_kinds() if kind.code == "members")
        book = opened(template_workbook(kind, tenant_id=portal.here))
    first, _, lists = book.worksheets
    place = [cell.value for cell in first[1]].index("所在党支部")
    rule = next(
        each for each in first.data_validations.dataValidation if next(iter(each.sqref.ranges)).min_col == place + 1
    )
    assert rule.type == "list"
    words = [cell.value for cell in lists[openpyxl.utils.get_column_letter(place + 1)] if cell.value]
    assert len(words) == number
    if number > 10:
        assert "选项" in rule.formula1, "Excel takes no more than 255 letters in the rule itself"
        assert str(number) in rule.formula1
    else:
        assert "演示社区第1网格党支部" in rule.formula1


def test_a_word_with_a_comma_is_never_cut_in_two(portal: Portal) -> None:
    class Odd:
        """Members whose types have commas."""

        def __getattr__(self, name: str) -> Any:
            return getattr(kind, name)

    kind: ImportKind = next(kind for kind in list_kinds() if kind.code == "members")
    odd: Any = Odd()
    odd.columns = tuple(
        replace(column, choices=("甲,乙", "丙")) if column.key == "sex" else column for column in kind.columns
    )
    with portal.inside():
        first = opened(template_workbook(odd, tenant_id=portal.here)).worksheets[0]
    place = [cell.value for cell in first[1]].index("性别")
    rule = next(
        each for each in first.data_validations.dataValidation if next(iter(each.sqref.ranges)).min_col == place + 1
    )
    assert "选项" in rule.formula1
