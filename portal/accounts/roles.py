"""Who works with the portal in real life."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in one tenant. A person may be several things in several tenants."""

    OPERATOR = "operator"  # runs the installation; enters a tenant only by a grant with an end and a reason
    DISTRICT_OFFICER = "district_officer"  # 区委组织部、住建局: totals of the streets below
    STREET_OFFICER = "street_officer"  # 街道党建办、物业科: the street's own register, totals of the communities below
    COMMUNITY_SECRETARY = "community_secretary"  # 社区党委书记
    COMMUNITY_CLERK = "community_clerk"  # 社区工作者
    REVIEWER = "reviewer"  # 联审成员: checks candidates
    IN_SERVICE_MEMBER = "in_service_member"  # 在职党员 who reported here
    OWNER = "owner"  # 业主 whose unit was verified here
    PROPERTY_CONTACT = "property_contact"  # 物业服务企业联系人
    AUDITOR = "auditor"  # reads the trail, changes nothing
    VISITOR = "visitor"  # anybody signed in; never granted, everybody has it everywhere


GRANTABLE = tuple(role for role in Role if role is not Role.VISITOR)
