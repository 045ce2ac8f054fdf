"""Words of organizations and units as they stand on paper and in files, which are Chinese whatever the screen."""

from portal.registers.rules import OrganizationKind
from portal.registers.rules.terms import OrganizationCategory, TermStatus
from portal.registers.rules.units import UnitNature, UnitSituation

KIND_NAMES = {
    OrganizationKind.WORKING_COMMITTEE: "党工委",
    OrganizationKind.PARTY_COMMITTEE: "党委",
    OrganizationKind.GENERAL_BRANCH: "党总支",
    OrganizationKind.BRANCH: "党支部",
    OrganizationKind.JOINT_BRANCH: "联合党支部",
    OrganizationKind.TEMP_BRANCH: "临时党支部",
    OrganizationKind.FUNCTIONAL_BRANCH: "功能型党支部",
    OrganizationKind.GROUP: "党小组",
}
CATEGORY_NAMES = {
    OrganizationCategory.STATE_FIRM: "国有企业",
    OrganizationCategory.PRIVATE_FIRM: "非公有制企业",
    OrganizationCategory.RURAL: "农村",
    OrganizationCategory.ORGAN: "机关",
    OrganizationCategory.SCHOOL: "学校",
    OrganizationCategory.INSTITUTION: "其他事业单位",
    OrganizationCategory.COMMUNITY: "街道社区",
    OrganizationCategory.SOCIAL: "社会组织",
    OrganizationCategory.OTHER: "其他",
}
SITUATION_NAMES = {
    UnitSituation.SAME_AS_UPPER: "与上级党组织相同",
    UnitSituation.OWN_UNIT: "法人单位",
    UnitSituation.JOINT: "联合党支部",
}
NATURE_NAMES = {
    UnitNature.ORGAN: "机关",
    UnitNature.INSTITUTION: "事业单位",
    UnitNature.STATE_FIRM: "国有企业",
    UnitNature.PRIVATE_FIRM: "非公有制企业",
    UnitNature.SOCIAL: "社会组织",
    UnitNature.SELF_GOVERNING: "村居委会",
    UnitNature.OTHER: "其他",
}
STATUS_NAMES = {
    TermStatus.NONE: "未登记",
    TermStatus.NORMAL: "正常",
    TermStatus.DUE_6M: "6个月内到期",
    TermStatus.OVERDUE: "已届满",
    TermStatus.DELAYED_APPROVED: "经批准延期",
    TermStatus.ADVANCED: "经批准提前",
}
