"""Reading a list of divisions and finding what it changes: plain Python, no database."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from portal.tenancy.china_division import write_divisions
from portal.tenancy.division_changes import Change, ChangeKind, Coverage, Difference, Existing, compare_divisions
from portal.tenancy.divisions import Division, is_division_code, read_divisions
from portal.tenancy.levels import Level

DATA = Path(__file__).parents[2] / "portal" / "data" / "divisions"
HEAD = "code,name,level,parent_code\n"
HEAD5 = "code,name,level,parent_code,former_codes\n"
DISTRICT = "52,贵州省,province,\n5203,遵义市,city,52\n520303,汇川区,district,5203\n"
STREETS = "520303001,上海路街道,street,520303\n520303002,洗马路街道,street,520303\n"
COMMUNITIES = "520303001001,和平社区,community,520303001\n520303002001,和平社区,community,520303002\n"
EVERYTHING = HEAD + DISTRICT + STREETS + COMMUNITIES


def read(text: str) -> list[Division]:
    rows, faults = read_divisions(io.StringIO(text))
    assert not faults
    return rows


def stored_from(rows: Sequence[Division], *, ended: Sequence[str] = ()) -> list[Existing]:
    """What the database holds after exactly these rows: ids count from 1, the country is 0."""
    ids = {"0": 0} | {row.code: number for number, row in enumerate(rows, start=1)}
    country = Existing(0, "0", "全国", Level.COUNTRY, None)
    return [country] + [
        Existing(ids[row.code], row.code, row.name, row.level, ids[row.parent_code], row.code in ended) for row in rows
    ]


def compare(
    old: str,
    new: str,
    *,
    aliases: dict[str, int] | None = None,
    coverage: Coverage | None = None,
    ended: Sequence[str] = (),
) -> Difference:
    return compare_divisions(
        read(new), stored_from(read(old), ended=ended), aliases=aliases or {}, coverage=coverage or Coverage()
    )


def kinds(difference: Difference) -> dict[str, tuple[ChangeKind, ...]]:
    return {change.before.code: change.kinds for change in difference.changed}


@pytest.mark.parametrize(
    ("code", "good"),
    [
        *((code, True) for code in ("52", "5203", "520303", "520303001", "520303001001")),
        *((code, False) for code in ("", "0", "520", "52030", "5203030010010")),
        *((code, False) for code in ("52a303", "５２０３０３", "-20303", "5203 3")),
    ],
)
def test_a_code_has_digits_of_one_of_five_lengths(code: str, good: bool) -> None:
    assert is_division_code(code) is good


@pytest.mark.parametrize(
    ("text", "row", "column", "code"),
    [
        pytest.param("", 1, "code", "divisions.headings", id="empty file"),
        pytest.param("名称,代码\n", 1, "code", "divisions.headings", id="other headings"),
        pytest.param(HEAD + "52,贵州省,province\n", 2, "code", "divisions.cells", id="a cell is missing"),
        pytest.param(HEAD + "520,贵州省,province,\n", 2, "code", "divisions.code_digits", id="three digits"),
        pytest.param(HEAD + "52,贵州省,city,\n", 2, "level", "divisions.level_code", id="level is not the code's"),
        pytest.param(HEAD + "52,贵州省,省,\n", 2, "level", "divisions.level_code", id="unknown level"),
        pytest.param(HEAD + "52, ,province,\n", 2, "name", "divisions.name_length", id="empty name"),
        pytest.param(HEAD + f"52,{'省' * 61},province,\n", 2, "name", "divisions.name_length", id="61 characters"),
        pytest.param(HEAD + "5203,遵义市,city,52\n", 2, "parent_code", "divisions.parent_unknown", id="no such parent"),
        pytest.param(HEAD + "5203,遵义市,city,\n", 2, "parent_code", "divisions.parent_unknown", id="no parent"),
        pytest.param(
            HEAD + "52,贵州省,province,\n520303,汇川区,district,52\n",
            3,
            "parent_code",
            "divisions.parent_level",
            id="a level is left out",
        ),
        pytest.param(HEAD + "52,贵州省,province,52\n", 2, "parent_code", "divisions.parent_level", id="own parent"),
        pytest.param(
            HEAD + "52,贵州省,province,\n\n52,云南省,province,\n", 4, "code", "divisions.code_twice", id="twice"
        ),
        pytest.param(
            HEAD5 + "52,贵州省,province,,5203\n", 2, "former_codes", "divisions.former_code", id="former code of a city"
        ),
        pytest.param(
            HEAD5 + "52,贵州省,province,,52\n", 2, "former_codes", "divisions.former_code", id="former is own"
        ),
        pytest.param(
            HEAD5 + "52,贵州省,province,,53\n53,云南省,province,,\n",
            2,
            "former_codes",
            "divisions.former_in_use",
            id="former code is still in the list",
        ),
        pytest.param(
            HEAD5 + "52,贵州省,province,,99\n53,云南省,province,,99\n",
            3,
            "former_codes",
            "divisions.former_in_use",
            id="two successors",
        ),
    ],
)
def test_a_wrong_row_is_named_with_row_column_and_reason(text: str, row: int, column: str, code: str) -> None:
    _, faults = read_divisions(io.StringIO(text))
    assert [(fault.row, fault.column, fault.code) for fault in faults] == [(row, column, code)]


def test_a_byte_order_mark_spaces_and_blank_lines_do_no_harm() -> None:
    rows = read("\ufeff" + HEAD + " 52 , 贵州省 ,province, \n\n")
    assert [(row.code, row.name, row.parent_code) for row in rows] == [("52", "贵州省", "0")]


def test_a_parent_may_be_one_that_exists_already() -> None:
    rows, faults = read_divisions(io.StringIO(HEAD + "5203,遵义市,city,52\n"), known={"52": Level.PROVINCE})
    assert (len(rows), faults) == (1, [])


def test_the_first_list_adds_everything() -> None:
    difference = compare(HEAD, EVERYTHING)
    assert (len(difference.added), difference.same, difference.gone) == (7, 0, [])


def test_the_same_list_again_changes_nothing() -> None:
    difference = compare(EVERYTHING, EVERYTHING, coverage=Coverage(whole=True))
    assert difference == Difference(same=7)


def test_another_name_is_a_renaming() -> None:
    difference = compare(EVERYTHING, EVERYTHING.replace("上海路街道", "北京路街道"))
    assert kinds(difference) == {"520303001": (ChangeKind.RENAMED,)}
    assert (difference.changed[0].name, difference.same) == ("北京路街道", 6)


def test_another_parent_is_a_move() -> None:
    difference = compare(EVERYTHING, EVERYTHING.replace("520303001001,和平社区,community,520303001", MOVED))
    assert kinds(difference) == {"520303001001": (ChangeKind.MOVED,)}
    assert difference.changed[0].parent_code == "520303002"


MOVED = "520303001001,和平社区,community,520303002"
RECODED = HEAD5 + DISTRICT.replace("\n", ",\n") + STREETS.replace("\n", ",\n")
RECODED += "520303001001,和平社区,community,520303001,\n520303001009,和平社区,community,520303001,520303002001\n"


def test_a_new_code_keeps_the_division_and_makes_an_alias() -> None:
    difference = compare(EVERYTHING, RECODED)
    change = difference.changed[0]
    assert isinstance(change, Change)
    assert (change.before.code, change.code) == ("520303002001", "520303001009")
    assert change.kinds == (ChangeKind.MOVED, ChangeKind.RECODED)
    assert difference.aliases == [("520303002001", "520303001009")]
    assert (difference.added, difference.gone) == ([], [])


def test_a_recoded_division_is_the_same_when_its_list_comes_again() -> None:
    stored = stored_from(read(RECODED))
    aliases = {"520303002001": next(each.id for each in stored if each.code == "520303001009")}
    difference = compare_divisions(read(RECODED), stored, aliases=aliases, coverage=Coverage(whole=True))
    assert difference == Difference(same=7)


def test_an_old_list_cannot_bring_back_a_code_that_another_division_had() -> None:
    stored = stored_from(read(RECODED))
    aliases = {"520303002001": next(each.id for each in stored if each.code == "520303001009")}
    difference = compare_divisions(read(EVERYTHING), stored, aliases=aliases, coverage=Coverage())
    assert [(fault.row, fault.code) for fault in difference.faults] == [(8, "divisions.code_is_former")]


MERGED = HEAD5 + DISTRICT.replace("\n", ",\n") + "520303001,上海路街道,street,520303,520303002\n"


def test_a_merged_division_ends_in_favour_of_its_successor() -> None:
    difference = compare(EVERYTHING, MERGED + "520303001001,和平社区,community,520303001,520303002001\n")
    assert [(merge.before.code, merge.successor_code) for merge in difference.merged] == [
        ("520303002", "520303001"),
        ("520303002001", "520303001001"),
    ]
    assert difference.aliases == [("520303002", "520303001"), ("520303002001", "520303001001")]
    assert difference.gone == []


def test_parts_of_a_merged_division_go_over_to_its_successor() -> None:
    difference = compare(EVERYTHING, MERGED)
    assert kinds(difference) == {"520303002001": (ChangeKind.MOVED,)}
    assert difference.changed[0].parent_code == "520303001"
    assert difference.gone == []


def test_of_two_former_codes_the_first_lives_on_and_the_second_ends() -> None:
    new = HEAD5 + DISTRICT.replace("\n", ",\n") + "520303009,新街道,street,520303,520303002;520303001\n"
    difference = compare(EVERYTHING, new)
    assert kinds(difference)["520303002"] == (ChangeKind.RENAMED, ChangeKind.RECODED)
    assert [merge.before.code for merge in difference.merged] == ["520303001"]


def test_a_list_of_one_district_ends_what_that_district_lost_and_nothing_else() -> None:
    other = "520302,红花岗区,district,5203\n520302001,老城街道,street,520302\n"
    without = HEAD + DISTRICT + "520303001,上海路街道,street,520303\n520303001001,和平社区,community,520303001\n"
    difference = compare(HEAD + DISTRICT + other + STREETS + COMMUNITIES, without)
    assert [each.code for each in difference.gone] == ["520303002", "520303002001"]


def test_a_list_of_districts_alone_ends_no_street() -> None:
    assert compare(EVERYTHING, HEAD + DISTRICT).gone == []


def test_a_list_for_the_whole_country_ends_whatever_it_lacks() -> None:
    difference = compare(EVERYTHING, HEAD + "53,云南省,province,\n", coverage=Coverage(whole=True))
    assert len(difference.gone) == 7
    assert "0" not in {each.code for each in difference.gone}


def test_below_a_code_ends_what_lies_under_it() -> None:
    new = HEAD + "52,贵州省,province,\n5203,遵义市,city,52\n"
    assert compare(EVERYTHING, new).gone == []
    difference = compare(EVERYTHING, new, coverage=Coverage(below="5203"))
    assert [each.code for each in difference.gone] == [
        "520303",
        "520303001",
        "520303002",
        "520303001001",
        "520303002001",
    ]


def test_below_an_unknown_code_is_refused() -> None:
    difference = compare(EVERYTHING, EVERYTHING, coverage=Coverage(below="99"))
    assert [fault.code for fault in difference.faults] == ["divisions.below_unknown"]


def test_what_ended_before_is_not_counted_as_gone_again() -> None:
    without = EVERYTHING.replace("520303002001,和平社区,community,520303002\n", "")
    assert compare(EVERYTHING, without, ended=["520303002001"], coverage=Coverage(whole=True)) == Difference(same=6)


def test_a_division_that_comes_back_is_revived() -> None:
    difference = compare(EVERYTHING, EVERYTHING, ended=["520303002001"])
    assert kinds(difference) == {"520303002001": (ChangeKind.REVIVED,)}


@pytest.mark.parametrize(
    ("file_name", "streets", "communities"),
    [
        ("110101-dongcheng.csv", 17, 169),
        ("130803-shuangluan.csv", 9, 94),
        ("510107-wuhou.csv", 15, 113),
        ("520303-huichuan.csv", 14, 139),
    ],
)
def test_the_district_lists_that_come_along_are_good(file_name: str, streets: int, communities: int) -> None:
    with (DATA / file_name).open(encoding="utf-8", newline="") as lines:
        rows, faults = read_divisions(lines)
    assert faults == []
    levels = [row.level for row in rows]
    assert (levels.count(Level.STREET), levels.count(Level.COMMUNITY)) == (streets, communities)
    assert len(rows) == streets + communities + 3


def test_the_package_is_converted_level_by_level(tmp_path: Path) -> None:
    files = {
        "provinces": 'code,name\n52,"贵州省"\n53,"云南省"\n',
        "cities": 'code,name,provinceCode\n5203,"遵义市",52\n5301,"昆明市",53\n',
        "areas": 'code,name,cityCode,provinceCode\n520303,"汇川区",5203,52\n',
        "streets": 'code,name,areaCode,provinceCode,cityCode\n520303001,"上海路街道",520303,52,5203\n',
        "villages": "code,name,streetCode,provinceCode,cityCode,areaCode\n"
        '520303001001,"和平社区",520303001,52,5203,520303\n',
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    everything, part = io.StringIO(), io.StringIO()
    assert write_divisions(tmp_path, everything) == 7
    assert write_divisions(tmp_path, part, below="5203") == 5
    assert [row.code for row in read(part.getvalue())] == ["52", "5203", "520303", "520303001", "520303001001"]
    assert read(everything.getvalue())[0] == Division(2, "52", "贵州省", Level.PROVINCE, "0")
