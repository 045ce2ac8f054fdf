"""Make tests/data/rosters: one register of 500 rows, 37 of them wrong, in four formats.

Written with XlsxWriter and converted by a real LibreOffice, so that the portal is tested on files as
offices make them: `python tests/data/make_rosters.py` (needs `soffice` on the path; run once, the
files are kept). Names are invented and say so (示 = example), ID numbers are made up to be
well formed in region 520303, mobile numbers are of no real subscriber's form (1990000….).

`expected.json` says, for each wrong row, its number, column, code and what should have stood there.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

HERE = Path(__file__).parent / "rosters"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
BRANCHES = ["演示第一党支部", "演示第二党支部", "演示第三党支部", "演示第四党支部"]
HEADINGS = [
    "序号", "党员姓名", "公民身份号码（18位）", "性别", "民族", "出生年月", "文化程度", "人员类别",
    "入党时间", "转正时间", "所在党支部", "管理类别", "联系电话", "工作单位", "家庭住址", "备注",
]  # fmt: skip
PLACE = {
    "full_name": 1, "id_number": 2, "sex": 3, "ethnic": 4, "born_on": 5, "education": 6, "type": 7,
    "joined": 8, "full": 9, "branch": 10, "class": 11, "mobile": 12,
}  # fmt: skip
FIRST_ROW = 4
ROWS = 500
WRONG: list[tuple[str, str, int]] = [
    ("id_number", "identity.length", 2),
    ("id_number", "identity.check_character", 3),
    ("id_number", "desk.digits_lost", 2),
    ("id_number", "identity.birth_date", 1),
    ("id_number", "identity.future_birth", 1),
    ("id_number", "desk.twice", 2),
    ("full_name", "desk.missing", 2),
    ("full_name", "registers.name", 1),
    ("sex", "registers.sex_differs", 2),
    ("born_on", "registers.birth_differs", 2),
    ("ethnic", "desk.unknown_word", 1),
    ("education", "desk.unknown_word", 1),
    ("type", "desk.unknown_word", 2),
    ("joined", "desk.date", 2),
    ("joined", "desk.date_year_only", 1),
    ("joined", "desk.date_month_lost", 1),
    ("joined", "registers.joined_too_young", 2),
    ("joined", "registers.joined_future", 1),
    ("full", "registers.full_before_joined", 1),
    ("branch", "registers.unknown_organization", 3),
    ("branch", "desk.missing", 1),
    ("mobile", "desk.mobile_length", 2),
    ("mobile", "desk.mobile", 1),
]
assert sum(count for _, _, count in WRONG) == 37
rng = random.Random(520303)


def id_number(born: date, male: bool, serial: int) -> str:
    first = f"520303{born:%Y%m%d}{serial % 500:03d}"[:16] + str((serial % 5) * 2 + male)
    total = sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


def spell(day: date, way: int) -> Any:
    """Write a date as people do; a date object becomes a true date cell."""
    month_only = f"{day:%Y-%m}"
    return [
        day, f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}", month_only, f"{day.year}年{day.month}月",
        chinese(day),
    ][way % 9]  # fmt: skip


def chinese(day: date) -> str:
    digits = "〇一二三四五六七八九"

    def small(n: int) -> str:
        tens, ones = divmod(n, 10)
        return ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")

    return "".join(digits[int(c)] for c in str(day.year)) + f"年{small(day.month)}月{small(day.day)}日"


def person(n: int) -> list[Any]:
    """One sound row, spelled in one of the many usual ways."""
    born = date(1940, 1, 1) + timedelta(days=rng.randrange(53 * 365))
    male = rng.random() < 0.55
    joined = born.replace(day=15) + timedelta(days=19 * 365 + rng.randrange(20 * 200))
    number = id_number(born, male, n)
    name = "赵钱孙李周吴郑王冯陈"[n % 10] + "示" + "安邦成达恩福光和吉康"[n // 10 % 10]
    full = n % 9 != 0
    made_full = joined.replace(year=joined.year + 1) if full else None
    return [
        n,
        f"{name[0]} {name[1:]}" if n % 17 == 0 else name,
        number.lower() if n % 5 == 0 else f"{number[:6]} {number[6:14]} {number[14:]}" if n % 23 == 0 else number,
        "男" if male else "女",
        ["汉", "汉族", "苗族", "仡佬族", "布依"][n % 5],
        spell(born, n),
        ["大专", "本科", "高中", "初中", "硕士研究生", "中专", "小学"][n % 7],
        "正式党员" if full else "预备党员",
        spell(joined, n // 2),
        spell(made_full, n // 3) if made_full else "",
        BRANCHES[n % 4],
        ["在职", "离退休", "弱势", "流动", ""][n % 5],
        [f"1990000{n:04d}", 19900000000 + n, f"199 0000 {n:04d}", ""][n % 4],
        "演示单位" if n % 5 == 0 else "",
        f"演示路{n % 60 + 1}号{n % 12 + 1}栋",
        "",
    ]  # fmt: skip


def broken(code: str, row: list[Any], earlier: list[list[Any]], turn: int) -> Any:
    """What stands in the wrong cell instead of the right value."""
    number = str(row[2]).replace(" ", "").upper()
    other = "10X98765432"[("10X98765432".index(number[17]) + 3) % 11]
    return {
        "identity.length": number[:17],
        "identity.check_character": number[:17] + other,
        "desk.digits_lost": float(number[:17] + "0"),
        "identity.birth_date": number[:6] + "19900230" + number[14:],
        "identity.future_birth": "520303" + "20990101" + number[14:],
        "desk.twice": earlier[turn][2],
        "desk.missing": "",
        "registers.name": "赵示1",
        "registers.sex_differs": "女" if row[3] == "男" else "男",
        "registers.birth_differs": "1938-05-05",
        "desk.unknown_word": ["演示族", "略", "群众", "积极分子"][turn % 4],
        "desk.date": ["很早以前", "七八年春"][turn % 2],
        "desk.date_year_only": "1998年",
        "desk.date_month_lost": 1998.1,
        "registers.joined_too_young": f"{int(number[6:10]) + 15}-07-01",
        "registers.joined_future": "2099-07-01",
        "registers.full_before_joined": "1930-01-01",
        "registers.unknown_organization": ["演示第九党支部", "第一支部", "演示一支部"][turn % 3],
        "desk.mobile_length": ["1990000123", "199000012345"][turn % 2],
        "desk.mobile": "0851-2866123",
    }[code]


def build() -> tuple[list[list[Any]], list[dict[str, Any]]]:
    rows = [person(n) for n in range(1, ROWS + 1)]
    expected: list[dict[str, Any]] = []
    places = iter(sorted(rng.sample(range(40, ROWS), 37)))
    word = 0
    for column, code, count in WRONG:
        for turn in range(count):
            place = next(places)
            row, at = rows[place], PLACE[column]
            if code == "registers.full_before_joined":
                row[7], row[9] = "正式党员", ""
            mended = row[at]
            if isinstance(mended, date):
                mended = mended.isoformat()
            if column == "mobile":
                mended = f"1990000{place + 1:04d}"
            row[at] = broken(code, row, rows, word if code == "desk.unknown_word" else turn)
            word += code == "desk.unknown_word"
            first = FIRST_ROW + turn if code == "desk.twice" else None
            expected.append(
                {"row": FIRST_ROW + place, "serial": place + 1, "column": HEADINGS[at], "place": at,
                 "code": code, "first": first, "mended": mended}
            )  # fmt: skip
    return rows, expected


def write(path: Path, rows: list[list[Any]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("党员花名册")
        title = book.add_format({"bold": True, "align": "center", "font_size": 16})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, "演示社区党员花名册（人员均为虚构）", title)
        sheet.write(1, 0, "填报单位：演示社区党委")
        sheet.write_row(2, 0, HEADINGS)
        for number, row in enumerate(rows, start=FIRST_ROW - 1):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif isinstance(value, int | float):
                    sheet.write_number(number, place, value)
                elif value != "":
                    sheet.write_string(number, place, value)
        sheet.write_row(FIRST_ROW + ROWS, 1, ["填表人：演示", "", "审核人：演示"])


def convert(source: Path, target: str, folder: Path) -> Path:
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", target,
             "--outdir", str(folder), str(source)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
    return folder / f"{source.stem}.{target.split(':', maxsplit=1)[0]}"


def main() -> None:
    HERE.mkdir(exist_ok=True)
    rows, expected = build()
    with tempfile.TemporaryDirectory() as given, tempfile.TemporaryDirectory() as made:
        source = Path(given) / "roster.xlsx"
        write(source, rows)
        # In the text filter 44 is the comma, 34 the quote, 85 LibreOffice's number for GB18030.
        for target in ("xlsx", "xls", "ods", "csv:Text - txt - csv (StarCalc):44,34,85"):
            result = convert(source, target, Path(made))
            shutil.copy(result, HERE / result.name)
    text = json.dumps({"branches": BRANCHES, "wrong": expected}, ensure_ascii=False, indent=1)
    (HERE / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
