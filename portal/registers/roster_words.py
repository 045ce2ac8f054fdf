"""Columns of a roster of members and the words that people write into them."""

from portal.desk.rules import Column
from portal.registers.rules import ManagementClass, MemberStatus, MemberType
from portal.registers.rules.extras import HardshipLevel, PostCategory, split_intents
from portal.registers.rules.relations import FlowDirection, JobCategory, LostReason

TYPE_WORDS = {
    "正式党员": MemberType.FULL,
    "正式": MemberType.FULL,
    "预备党员": MemberType.PROBATIONARY,
    "预备": MemberType.PROBATIONARY,
}
CLASS_WORDS = {
    "在职": ManagementClass.IN_SERVICE,
    "离退休": ManagementClass.RETIRED,
    "退休": ManagementClass.RETIRED,
    "离休": ManagementClass.RETIRED,
    "弱势": ManagementClass.VULNERABLE,
    "困难": ManagementClass.VULNERABLE,
    "生活困难": ManagementClass.VULNERABLE,
    "年老体弱": ManagementClass.VULNERABLE,
    "流动": ManagementClass.FLOATING,
}
TYPE_NAMES = {MemberType.FULL: "正式党员", MemberType.PROBATIONARY: "预备党员"}
STATUS_NAMES = {
    MemberStatus.NORMAL: "正常",
    MemberStatus.SUSPENDED: "停止党籍",
    MemberStatus.EXPELLED: "开除党籍",
    MemberStatus.RESIGNED: "退党",
    MemberStatus.TRANSFERRED: "已转出",
    MemberStatus.DECEASED: "去世",
    MemberStatus.DISQUALIFIED: "取消预备党员资格",
}
STATUS_WORDS = {name: status for status, name in STATUS_NAMES.items()} | {
    "正常党员": MemberStatus.NORMAL,
    "在册": MemberStatus.NORMAL,
    "停止党籍党员": MemberStatus.SUSPENDED,
    "自行脱党": MemberStatus.RESIGNED,
    "除名": MemberStatus.RESIGNED,
    "转出": MemberStatus.TRANSFERRED,
    "死亡": MemberStatus.DECEASED,
    "已去世": MemberStatus.DECEASED,
    "已死亡": MemberStatus.DECEASED,
}
STATUS_KNOWN = "正常、停止党籍"
CLASS_NAMES = {
    ManagementClass.IN_SERVICE: "在职",
    ManagementClass.RETIRED: "离退休",
    ManagementClass.VULNERABLE: "弱势",
    ManagementClass.FLOATING: "流动",
}
JOB_NAMES = {
    JobCategory.WORKER: "工人",
    JobCategory.FARMER: "农牧渔民",
    JobCategory.SPECIALIST: "专业技术人员",
    JobCategory.MANAGER: "管理人员",
    JobCategory.OFFICIAL: "党政机关工作人员",
    JobCategory.STUDENT: "学生",
    JobCategory.OTHER: "其他职业人员",
    JobCategory.RETIRED: "离退休人员",
}
JOB_WORDS = {"工勤技能人员": JobCategory.WORKER, "农民": JobCategory.FARMER, "公务员": JobCategory.OFFICIAL}
JOB_WORDS |= {"离退休": JobCategory.RETIRED, "退休": JobCategory.RETIRED, "其他": JobCategory.OTHER}
LOST_NAMES = {
    LostReason.MIGRANT_WORK: "外出务工",
    LostReason.UNIT_CLOSED: "单位改制或破产",
    LostReason.AFTER_GRADUATION: "毕业去向不明",
    LostReason.JOB_CHANGED: "工作变动",
    LostReason.ABROAD: "出国(境)",
    LostReason.HOME_CHANGED: "居住地改变",
    LostReason.OTHER: "其他",
}
JOBS_KNOWN, LOST_KNOWN = "、".join(JOB_NAMES.values()), "、".join(LOST_NAMES.values())
FLOW_NAMES = {FlowDirection.OUT: "流出", FlowDirection.IN: "流入"}
FLOW_WORDS = {"是": FlowDirection.OUT, "外出": FlowDirection.OUT, "否": None, "无": None, "未流动": None}
HARDSHIP_NAMES = {
    HardshipLevel.NONE: "不困难",
    HardshipLevel.GENERAL: "一般困难",
    HardshipLevel.SERIOUS: "比较困难",
    HardshipLevel.SEVERE: "特别困难",
}
SERVICE_NAMES = {
    PostCategory.ORGANIZATION: "组织建设",
    PostCategory.LEGAL_AID: "法律援助",
    PostCategory.HELP_AND_JOBS: "助困扶残与就业",
    PostCategory.GOVERNANCE: "社区治理",
    PostCategory.HEALTH: "健康医疗",
    PostCategory.CULTURE_AND_SPORT: "文化体育",
    PostCategory.SAFETY: "安全宣传与巡逻",
    PostCategory.POLICY: "政策宣传",
    PostCategory.PATROL: "治安巡逻",
    PostCategory.GREENING: "环境绿化",
    PostCategory.MEDIATION: "民事调解",
    PostCategory.OTHER: "其他",
}
YES_NO_NAMES = {True: "是", False: "否"}
YES_NO_WORDS = {"有": True, "√": True, "Y": True, "无": False, "×": False, "N": False}
HARDSHIP_WORDS = {
    "无": HardshipLevel.NONE,
    "否": HardshipLevel.NONE,
    "无困难": HardshipLevel.NONE,
    "一般": HardshipLevel.GENERAL,
    "较困难": HardshipLevel.SERIOUS,
    "较重": HardshipLevel.SERIOUS,
    "特困": HardshipLevel.SEVERE,
    "严重困难": HardshipLevel.SEVERE,
}
WORK_UNIT_MAX = 80
FLOW_PLACE_MAX = 60
PLACE_MAX = 40
KNOWN_SHOWN = 12


def intent_names(kept: str | None) -> str | None:
    """Give kinds of service, kept as split_intents() reads them, as they stand on paper; None for none."""
    return "、".join(SERVICE_NAMES[each] for each in split_intents(kept)) or None


COLUMNS: tuple[Column, ...] = (
    Column("full_name", "姓名", ("党员姓名", "名字", "党员名字"), required=True, example="张示例", looks="name"),
    Column(
        "id_number",
        "身份证号",
        ("公民身份号码", "身份证号码", "身份证", "证件号码", "身份号码", "公民身份证号码"),
        required=True,
        example="520303199003070011",
        mask="id_number",
        looks="id_number",
    ),
    Column("sex", "性别", choices=("男", "女"), looks="sex"),
    Column("ethnic", "民族", example="汉族"),
    Column("born_on", "出生日期", ("出生年月", "出生年月日", "生日", "出生时间"), looks="date"),
    Column("education", "学历", ("文化程度", "最高学历"), example="大学本科"),
    Column(
        "member_type",
        "人员类别",
        ("党员类别", "党员类型", "类别", "正式预备"),
        required=True,
        choices=("正式党员", "预备党员"),
    ),
    Column(
        "joined",
        "入党时间",
        ("入党日期", "加入党组织日期", "加入党组织时间", "入党年月", "加入中共组织的时间"),
        required=True,
        example="2015-07-01",
        looks="date",
    ),
    Column("full", "转正时间", ("转正日期", "转为正式党员日期", "转正年月"), example="2016-07-01", looks="date"),
    Column(
        "organization",
        "所在党支部",
        ("党支部", "所在支部", "所属党支部", "支部", "支部名称", "党支部名称", "所在党组织"),
        required=True,
    ),
    Column(
        "management_class",
        "管理类别",
        ("党员分类", "分类管理", "分类", "四类管理", "管理分类"),
        choices=("在职", "离退休", "弱势", "流动"),
    ),
    Column(
        "mobile",
        "手机",
        ("手机号码", "手机号", "联系电话", "电话", "联系方式", "移动电话"),
        example="13800000000",
        mask="mobile",
        looks="mobile",
    ),
    Column("work_unit", "工作单位", ("单位", "工作单位及职务", "现工作单位", "所在单位")),
    Column("address", "家庭住址", ("住址", "现住址", "家庭地址", "居住地址", "现居住地", "地址"), mask="address"),
    Column("estate", "居住小区", ("所住小区", "小区", "小区名称", "楼院", "所属小区")),
    Column("building", "楼栋", ("楼栋号", "栋号", "楼号", "所住楼栋", "居住楼栋", "幢号")),
    Column("job_category", "工作岗位", ("岗位类别", "职业"), choices=tuple(JOB_NAMES.values())),
    Column("status", "党籍状态", ("党籍", "党籍情况", "党员状态"), choices=("正常", "停止党籍")),
    Column("flow_direction", "流动情况", ("是否流动", "是否流动党员", "流动方向", "流向"), choices=("流出", "流入")),
    Column("flow_place", "流动地点", ("流入地", "流出地", "流动去向", "流动地")),
    Column("lost_since", "失联时间", ("失联日期", "失去联系时间", "失联起始时间", "失联起始日期")),
    Column("lost_reason", "失联原因", ("失联情形", "失去联系原因"), choices=tuple(LOST_NAMES.values())),
    Column(
        "on_owners_committee",
        "业委会成员",
        ("是否业委会成员", "业主委员会成员", "业委会委员", "是否业委会委员", "是否业主委员会成员"),
        choices=tuple(YES_NO_NAMES.values()),
    ),
    Column("skills", "特长", ("特长爱好", "专长", "个人特长", "技能", "技能特长"), example="电工、理发"),
    Column(
        "service_intents",
        "服务意向",
        ("服务意愿", "志愿服务意向", "服务项目", "意向服务", "认领服务"),
        example="法律援助、治安巡逻",
    ),
    Column(
        "vulnerable_since",
        "弱势起始日期",
        ("弱势起始时间", "列为弱势日期", "弱势标记日期", "困难起始日期", "困难起始时间"),
    ),
    Column(
        "hardship_level",
        "困难程度",
        ("困难等级", "困难情况", "生活困难程度", "困难类型", "困难类别"),
        choices=tuple(HARDSHIP_NAMES.values()),
    ),
    Column(
        "dues_monthly",
        "月交党费",
        ("党费", "月党费", "每月党费", "应交党费", "每月应交党费", "月应交党费", "月缴党费", "党费标准", "党费金额"),
        example="7.35",
    ),
)
