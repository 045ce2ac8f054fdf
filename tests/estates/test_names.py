"""Names of owners in one cell: whatever signs they hold, they go out and come in unchanged."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.accounts.roles import Role
from portal.desk.cells import is_masked
from portal.estates.importing.columns import COLUMNS
from portal.estates.importing.facts import NAME_MAX, read_row
from portal.estates.rules import join_names, split_names
from tests.conftest import Portal
from tests.desk.test_templates import opened
from tests.makers import HERE_CODE, NOW

SIGNS = '、,，;；/／"“”＂﹑\n· （）张示例A'
LETTERS = st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from(SIGNS)
NAMES = st.text(LETTERS, min_size=1, max_size=NAME_MAX).filter(
    lambda name: name == name.strip() and not is_masked(name)
)


@settings(max_examples=300)
@given(names=st.lists(NAMES, max_size=5))
@example(names=["贵州甲、乙联合公司", "张示例"])
@example(names=['"', '""', '"、', "“甲”乙、丙", "”", '甲"、"乙'])
@example(names=["A/S Dansk", "O’Neill, Smith & Co.", "贵州（甲）公司", "甲  乙"])
def test_any_list_of_names_comes_back(names: list[str]) -> None:
    assert split_names(join_names(names)) == names
    facts, problems = read_row({"building": "1", "room": "101", "owner": join_names(names)}, today=NOW.date())
    if "".join(names) and not is_masked(join_names(names)):
        assert problems == []
        assert facts is not None
        assert [owner.name for owner in facts.owners] == names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张示例、李示例", ["张示例", "李示例"]),
        ("张示例 / 李 示例 ；王示例\n赵示例", ["张示例", "李 示例", "王示例", "赵示例"]),
        ("“示例甲、乙联合公司”", ["示例甲、乙联合公司"]),
        ('张示例，"示例甲、乙联合公司" , 李示例', ["张示例", "示例甲、乙联合公司", "李示例"]),
        ("＂示例甲／乙公司＂、李示例", ["示例甲／乙公司", "李示例"]),
        ("“好邻居”示例公司、李示例", ["“好邻居”示例公司", "李示例"]),
        ('"张示例、李示例', ['"张示例', "李示例"]),
        ("、 、“”、张示例、", ["张示例"]),
        ("", []),
    ],
)
def test_a_cell_as_people_type_it(cell: str, names: list[str]) -> None:
    assert split_names(cell) == names


def test_names_without_signs_stand_as_they_always_did() -> None:
    assert join_names(["张示例", "贵州“好邻居”公司"]) == "张示例、贵州“好邻居”公司"
    assert join_names(["示例甲、乙公司", "“好邻居”公司"]) == '"示例甲、乙公司"、"“好邻居”公司"'


def test_the_empty_form_says_how_such_a_name_is_written(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    book = opened(client.get(f"/t/{HERE_CODE}/desk/kinds/units/template").response.get_data())
    first, guide, _lists = book.worksheets
    remarks = {column.heading: column.remark for column in COLUMNS if column.remark}
    assert set(remarks) == {"业主姓名", "共有人"}
    told = {row[0].value: row[3].value for row in guide.iter_rows(min_row=2)}
    hints = {str(rule.promptTitle): str(rule.prompt) for rule in first.data_validations.dataValidation}
    for heading, remark in remarks.items():
        assert told[heading] == remark
        assert remark in hints[heading]
        shown = remark[remark.index("“") : remark.index("”") + 1]
        assert split_names(shown) == [shown[1:-1]], "the example can be read"
