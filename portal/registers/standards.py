"""Codes of national standards that a member's row carries, and the words people write for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coded:
    """One code of a standard with its Chinese and its English or romanized name."""

    code: str
    zh: str
    en: str


_SEXES = "0 未知的性别 unknown|1 男 male|2 女 female|9 未说明的性别 unstated"
_EDUCATIONS = (
    "10 研究生教育 postgraduate|11 博士研究生毕业 doctorate|14 硕士研究生毕业 master’s degree"
    "|20 大学本科教育 undergraduate studies|21 大学本科毕业 bachelor’s degree"
    "|30 大学专科教育 junior college studies|31 大学专科毕业 junior college|40 中等职业教育 vocational school"
    "|60 普通高级中学教育 senior high school studies|61 普通高中毕业 senior high school"
    "|70 初级中学教育 junior high school studies|71 初中毕业 junior high school"
    "|80 小学教育 primary school studies|81 小学毕业 primary school|90 其他 other"
)
_ETHNIC_GROUPS = (
    "01 汉族 Han|02 蒙古族 Mongol|03 回族 Hui|04 藏族 Zang|05 维吾尔族 Uygur|06 苗族 Miao|07 彝族 Yi"
    "|08 壮族 Zhuang|09 布依族 Buyei|10 朝鲜族 Chosen|11 满族 Man|12 侗族 Dong|13 瑶族 Yao|14 白族 Bai"
    "|15 土家族 Tujia|16 哈尼族 Hani|17 哈萨克族 Kazak|18 傣族 Dai|19 黎族 Li|20 傈僳族 Lisu|21 佤族 Va"
    "|22 畲族 She|23 高山族 Gaoshan|24 拉祜族 Lahu|25 水族 Sui|26 东乡族 Dongxiang|27 纳西族 Naxi"
    "|28 景颇族 Jingpo|29 柯尔克孜族 Kirgiz|30 土族 Tu|31 达斡尔族 Daur|32 仫佬族 Mulao|33 羌族 Qiang"
    "|34 布朗族 Blang|35 撒拉族 Salar|36 毛南族 Maonan|37 仡佬族 Gelao|38 锡伯族 Xibe|39 阿昌族 Achang"
    "|40 普米族 Pumi|41 塔吉克族 Tajik|42 怒族 Nu|43 乌孜别克族 Uzbek|44 俄罗斯族 Russ|45 鄂温克族 Ewenki"
    "|46 德昂族 Deang|47 保安族 Bonan|48 裕固族 Yugur|49 京族 Gin|50 塔塔尔族 Tatar|51 独龙族 Derung"
    "|52 鄂伦春族 Oroqen|53 赫哲族 Hezhen|54 门巴族 Monba|55 珞巴族 Lhoba|56 基诺族 Jino"
    "|97 其他 other|98 外国血统中国籍人士 of foreign descent"
)


def _table(text: str) -> dict[str, Coded]:
    rows = (line.split(" ", 2) for line in text.split("|"))
    return {code: Coded(code, zh, en) for code, zh, en in rows}


SEXES = _table(_SEXES)
"""GB/T 2261.1-2003."""
EDUCATIONS = _table(_EDUCATIONS)
"""GB/T 4658-2006; the levels and the completed degrees that registers use."""
ETHNIC_GROUPS = _table(_ETHNIC_GROUPS)
"""GB/T 3304-1991, with the romanized names of the standard."""

_SEX_WORDS = {"男": "1", "男性": "1", "女": "2", "女性": "2", "M": "1", "F": "2"}
_EDUCATION_WORDS = {
    "博士": "11", "博士研究生": "11", "硕士": "14", "硕士研究生": "14", "研究生": "10",
    "本科": "21", "大学": "21", "大学本科": "21", "全日制本科": "21", "在职本科": "21", "学士": "21",
    "专科": "31", "大专": "31", "大学专科": "31", "高职": "31",
    "中专": "40", "中技": "40", "技校": "40", "职高": "40", "职业高中": "40", "中等专科": "40",
    "高中": "61", "普通高中": "61", "初中": "71", "小学": "81", "文盲": "90", "半文盲": "90",
}  # fmt: skip
_ETHNIC_WORDS = {"毛难": "36", "崩龙": "46", "僮": "08"}


def find_sex(text: str) -> str | None:
    """Give the GB/T 2261.1 code for what a person wrote (男, 女性, 1, M), or None."""
    return _find(text, SEXES, _SEX_WORDS)


def find_education(text: str) -> str | None:
    """Give the GB/T 4658 code for what a person wrote, or None.

    A bare level (本科, 大专) is read as completed, which is what a register asks for.
    """
    return _find(text, EDUCATIONS, _EDUCATION_WORDS)


def find_ethnic_group(text: str) -> str | None:
    """Give the GB/T 3304 code for what a person wrote, with or without 族, or None."""
    word = text.strip().removesuffix("族")
    return _find(word + "族", ETHNIC_GROUPS, {}) or _find(word, ETHNIC_GROUPS, _ETHNIC_WORDS)


def _find(text: str, table: dict[str, Coded], words: dict[str, str]) -> str | None:
    word = text.strip()
    if word in table:
        return word
    if word.upper() in words:
        return words[word.upper()]
    return next((row.code for row in table.values() if row.zh == word), None)
