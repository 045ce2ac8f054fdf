"""Everything that can be allowed: `<module>:<subject>:<action>`, each with what it lets a person do."""

from enum import StrEnum


class Permission(StrEnum):
    """One per act that some may do and others may not. GET and POST of one screen may need two."""

    HOME_VIEW = "console:home:view"  # one's own task list in this tenant
    USER_LIST = "console:user:list"  # people with a role here
    USER_MANAGE = "console:user:manage"  # add people, grant and end roles here
    AUDIT_LIST = "console:audit:list"  # the trail of this tenant
    TENANT_TOTALS = "console:tenant:totals"  # totals of the tenants below
    TENANT_OPEN = "console:tenant:open"  # open a workspace by naming its first secretary
    JOB_VIEW = "console:job:view"  # long work of this tenant and its results

    DESK_USE = "desk:batch:use"  # upload, check and apply files

    ORGANIZATION_LIST = "registers:organization:list"
    ORGANIZATION_EDIT = "registers:organization:edit"
    ORGANIZATION_BELOW = "registers:organization:below"  # terms and warnings of the communities' committees
    CONTACT_REVEAL = "registers:contact:reveal"  # an organization's or unit's telephone in clear, recorded
    WORK_UNIT_LIST = "registers:work-unit:list"
    WORK_UNIT_EDIT = "registers:work-unit:edit"
    MEMBER_LIST = "registers:member:list"  # masked
    LIST_TIDY = "registers:list:tidy"  # whoever shared it may have left long ago
    MEMBER_SENSITIVE = "registers:member:sensitive"  # need, hardship and dues, on the screen and in files
    MEMBER_EDIT = "registers:member:edit"
    MEMBER_REVEAL = "registers:member:reveal"  # one masked field in clear, with a reason, recorded
    MEMBER_EXPORT = "registers:member:export"
    MEMBER_MERGE = "registers:member:merge"  # two records of one person become one, and apart again
    STANDING_RECORD = "registers:standing:record"  # lost and found, a death
    STANDING_DECIDE = "registers:standing:decide"  # what has a paper's number: suspension, leaving, full membership
    TRANSFER_LIST = "registers:transfer:list"
    TRANSFER_PREPARE = "registers:transfer:prepare"  # apply for somebody, move between branches
    TRANSFER_DECIDE = "registers:transfer:decide"  # approve, send the letter, accept or return
    LINK_MANAGE = "registers:link:manage"  # second belongings

    ESTATE_LIST = "estates:estate:list"
    ESTATE_EDIT = "estates:estate:edit"
    OWNER_REVEAL = "estates:owner:reveal"  # one masked field in clear, with a reason, recorded
    OWNER_EXPORT = "estates:owner:export"  # the roll of owners for a meeting
    HEAD_DECIDE = "estates:head:decide"  # say whether two entries are one owner
    OWNERSHIP_VERIFY = "estates:ownership:verify"  # say that this account is this unit's owner

    REPORT_SUBMIT = "reporting:report:submit"  # report oneself to a community
    REPORT_DECIDE = "reporting:report:decide"  # accept or return reports
    REPORT_REVEAL = "reporting:report:reveal"  # a member's mobile in clear, with a reason, recorded
    POST_MANAGE = "reporting:post:manage"
    POST_CLAIM = "reporting:post:claim"
    SERVICE_LOG = "reporting:service:log"
    SERVICE_CONFIRM = "reporting:service:confirm"
    CARD_VIEW = "reporting:card:view"  # one's own card
    CARD_LIST = "reporting:card:list"  # the cards of all who reported here

    ROUND_MANAGE = "scoring:round:manage"  # create, open, close, publish
    ROUND_LIST = "scoring:round:list"
    BALLOT_SUBMIT = "scoring:ballot:submit"
    RESULT_VIEW = "scoring:result:view"  # the result before it is published
    RESULT_READ = "scoring:result:read"  # the published result

    CARE_LIST = "care:overview:list"  # posts, visits, ledger, cards, contacts; nothing sensitive
    CARE_REVEAL = "care:sensitive:reveal"  # need, help or health in clear, with a reason, recorded
    DUTY_POST_MANAGE = "care:duty-post:manage"  # posts of retired members
    VISIT_MANAGE = "care:visit:manage"  # plan visits, record them, follow up
    FLOATING_MANAGE = "care:floating:manage"
    FLOATING_EXPORT = "care:floating:export"
    PUBLIC_CARD_MANAGE = "care:public-card:manage"  # draft a card, record consent, withdraw
    PUBLIC_CARD_PUBLISH = "care:public-card:publish"
    CONTACT_LINK_MANAGE = "care:contact-link:manage"
    DELEGATE_MANAGE = "care:delegate:manage"  # delegates, their duty days, what they hear

    CASE_LIST = "elections:case:list"
    CASE_MANAGE = "elections:case:manage"
    CANDIDATE_NOMINATE = "elections:candidate:nominate"
    CHECK_RECORD = "elections:check:record"
    CANDIDATE_DECIDE = "elections:candidate:decide"
    CANDIDATES_PUBLISH = "elections:candidates:publish"
