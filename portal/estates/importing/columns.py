"""The columns of a file of units and owners, as communities and property companies keep them."""

from portal.desk.rules import Column
from portal.estates.rules import AreaBasis, TitleBasis, UnitStatus, UnitUsage

BASIS_NAMES = {AreaBasis.REGISTERED: "产权登记", AreaBasis.SURVEYED: "测绘", AreaBasis.CONTRACT: "合同"}
BASIS_WORDS = {
    **{name: basis for basis, name in BASIS_NAMES.items()},
    "登记": AreaBasis.REGISTERED,
    "登记簿": AreaBasis.REGISTERED,
    "不动产登记": AreaBasis.REGISTERED,
    "房产证": AreaBasis.REGISTERED,
    "产权证": AreaBasis.REGISTERED,
    "实测": AreaBasis.SURVEYED,
    "测绘报告": AreaBasis.SURVEYED,
    "买卖合同": AreaBasis.CONTRACT,
    "购房合同": AreaBasis.CONTRACT,
}
USAGE_NAMES = {
    UnitUsage.DWELLING: "住宅",
    UnitUsage.SHOP: "商铺",
    UnitUsage.PARKING: "车位",
    UnitUsage.STORAGE: "储藏室",
    UnitUsage.SPECIAL: "其他",
}
USAGE_WORDS = {
    **{name: usage for usage, name in USAGE_NAMES.items()},
    "成套住宅": UnitUsage.DWELLING,
    "普通住宅": UnitUsage.DWELLING,
    "商业": UnitUsage.SHOP,
    "商业用房": UnitUsage.SHOP,
    "门面": UnitUsage.SHOP,
    "门市": UnitUsage.SHOP,
    "办公": UnitUsage.SHOP,
    "写字楼": UnitUsage.SHOP,
    "车库": UnitUsage.PARKING,
    "停车位": UnitUsage.PARKING,
    "地下车位": UnitUsage.PARKING,
    "储藏间": UnitUsage.STORAGE,
    "地下室": UnitUsage.STORAGE,
}
STATUS_NAMES = {
    UnitStatus.UNSOLD: "未售",
    UnitStatus.SOLD_UNDELIVERED: "已售未交付",
    UnitStatus.DELIVERED: "已交付",
}
STATUS_WORDS = {
    **{name: status for status, name in STATUS_NAMES.items()},
    "未售出": UnitStatus.UNSOLD,
    "未销售": UnitStatus.UNSOLD,
    "待售": UnitStatus.UNSOLD,
    "未交付": UnitStatus.SOLD_UNDELIVERED,
    "未交房": UnitStatus.SOLD_UNDELIVERED,
    "已售": UnitStatus.SOLD_UNDELIVERED,
    "已交房": UnitStatus.DELIVERED,
    "交付": UnitStatus.DELIVERED,
    "已入住": UnitStatus.DELIVERED,
    "入住": UnitStatus.DELIVERED,
    "已收房": UnitStatus.DELIVERED,
}
TITLE_NAMES = {
    TitleBasis.REGISTERED: "登记",
    TitleBasis.POSSESSION: "合同占有",
    TitleBasis.INHERITANCE: "继承",
    TitleBasis.COURT: "判决",
    TitleBasis.BUILT: "自建",
}
TITLE_WORDS = {
    **{name: basis for basis, name in TITLE_NAMES.items()},
    "产权登记": TitleBasis.REGISTERED,
    "买卖": TitleBasis.REGISTERED,
    "购买": TitleBasis.REGISTERED,
    "购房合同": TitleBasis.POSSESSION,
    "未办证": TitleBasis.POSSESSION,
    "占有": TitleBasis.POSSESSION,
    "法院判决": TitleBasis.COURT,
    "裁决": TitleBasis.COURT,
    "合法建造": TitleBasis.BUILT,
}

SEVERAL_NAMES = "几个人用顿号隔开：张示例、李示例。名称里本来就有顿号、逗号或斜杠的，加上引号：“示例甲、乙联合公司”。"

COLUMNS: tuple[Column, ...] = (
    Column("estate", "小区", ("小区名称", "所属小区", "物业小区", "项目名称", "楼盘"), example="演示小区"),
    Column("phase", "期", ("期数", "分期", "期别"), example="一期"),
    Column(
        "building", "楼栋", ("楼栋号", "栋号", "幢号", "楼号", "楼幢", "幢", "栋", "座"), required=True, example="1栋"
    ),
    Column("entrance", "单元", ("单元号",), example="1"),
    Column(
        "room", "房号", ("房间号", "室号", "门牌号", "户号", "房屋编号", "房屋号", "室"), required=True, example="101"
    ),
    Column("area", "专有面积", ("专有部分面积", "产权面积", "登记面积", "套内面积"), example="89.50"),
    Column("floor_area", "建筑面积", ("面积", "房屋面积", "房屋建筑面积")),
    Column("basis", "面积依据", ("面积来源",), choices=tuple(BASIS_NAMES.values())),
    Column("usage", "用途", ("房屋用途", "房屋性质", "物业类型", "房屋类型"), choices=tuple(USAGE_NAMES.values())),
    Column("status", "状态", ("房屋状态", "销售状态", "交付状态"), choices=tuple(STATUS_NAMES.values())),
    Column("delivered", "交付日期", ("交房日期", "交付时间", "收房日期", "交房时间"), example="2020-06-01"),
    Column(
        "owner",
        "业主姓名",
        ("业主", "姓名", "产权人", "业主名称", "所有权人", "房主", "产权人姓名"),
        example="张示例",
        remark=SEVERAL_NAMES,
    ),
    Column(
        "number",
        "证件号",
        ("身份证号", "身份证号码", "证件号码", "身份证", "统一社会信用代码", "业主身份证号", "证件号/信用代码"),
        example="520303199003070011",
        mask="id_number",
    ),
    Column(
        "phone", "电话", ("手机", "手机号", "手机号码", "联系电话", "联系方式"), example="13800000000", mask="mobile"
    ),
    Column("co_owners", "共有人", ("共有人姓名", "共有业主", "其他共有人"), remark=SEVERAL_NAMES),
    Column("co_numbers", "共有人证件号", ("共有人身份证号", "共有人证件号码"), mask="id_number"),
    Column("share", "份额", ("产权份额", "共有份额", "占比", "所占份额"), example="50%"),
    Column("title", "取得方式", ("产权取得方式", "权利来源"), choices=tuple(TITLE_NAMES.values())),
    Column("since", "取得日期", ("登记日期", "产权登记日期", "购房日期", "取得时间"), example="2020-06-01"),
    Column("document", "产权证号", ("不动产权证号", "房产证号", "权证号", "不动产证号")),
    Column("voter", "表决代表", ("投票代表", "投票人", "表决人")),
)
