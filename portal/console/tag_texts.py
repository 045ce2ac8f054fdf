"""What the trail says, in words: each tag, the areas of work, the fields of an event."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts.roles import Role
from portal.audit.tags import AuditTag
from portal.console.blueprint import bp
from portal.console.labels import role_label
from portal.web.templating import moment

TAG_TEXTS: dict[str, Any] = {
    AuditTag.SIGN_IN_SUCCEED: _l("Signed in"),
    AuditTag.SIGN_IN_FAIL: _l("Failed to sign in"),
    AuditTag.SIGN_OUT: _l("Signed out"),
    AuditTag.PASSWORD_CHANGE: _l("Changed the password"),
    AuditTag.USER_CREATE: _l("Added a person"),
    AuditTag.ROLE_GRANT: _l("Gave a role"),
    AuditTag.ROLE_END: _l("Ended a role"),
    AuditTag.TENANTS_IMPORT: _l("Imported a list of divisions"),
    AuditTag.TENANT_OPEN: _l("Opened a workspace"),
    AuditTag.TENANT_RENAME: _l("Renamed a division"),
    AuditTag.TENANT_MERGE: _l("Merged a division into another"),
    AuditTag.JOB_START: _l("Started long work"),
    AuditTag.JOB_FAIL: _l("Long work broke off"),
    AuditTag.FILE_STORE: _l("Stored a file"),
    AuditTag.NOTICE_PUBLISH: _l("Published a notice"),
    AuditTag.NOTICE_WITHDRAW: _l("Withdrew a notice"),
    AuditTag.BATCH_UPLOAD: _l("Uploaded a file"),
    AuditTag.BATCH_STAGE: _l("Checked an uploaded file"),
    AuditTag.BATCH_APPLY: _l("Began to import a file"),
    AuditTag.BATCH_FINISH: _l("Finished an import"),
    AuditTag.BATCH_DISCARD: _l("Discarded an uploaded file"),
    AuditTag.REFUSED_ROWS_EXPORT: _l("Downloaded the rows that were not imported"),
    AuditTag.BATCH_UNDO: _l("Undid an import"),
    AuditTag.UNDO_REST_EXPORT: _l("Downloaded what undoing an import left"),
    AuditTag.BATCH_COLUMNS: _l("Said what the columns of a file mean"),
    AuditTag.EXPORT_START: _l("Exported a list or form"),
    AuditTag.EXPORT_FETCH: _l("Downloaded an exported workbook"),
    AuditTag.ORGANIZATION_CREATE: _l("Set up a party organization"),
    AuditTag.ORGANIZATION_UPDATE: _l("Changed a party organization"),
    AuditTag.ORGANIZATION_END: _l("Ended a party organization"),
    AuditTag.CONTACT_REVEAL: _l("Viewed the full phone number of a contact"),
    AuditTag.TERM_BEGIN: _l("Recorded an election of a committee or secretary"),
    AuditTag.TERM_MOVE: _l("Recorded an approved delay or advance of an election"),
    AuditTag.TERM_REMIND: _l("Sent a reminder of an election"),
    AuditTag.PARTY_POST_FILL: _l("Filled a party post"),
    AuditTag.PARTY_POST_END: _l("Ended a party post"),
    AuditTag.CHECK_SHEET_OPEN: _l("Recorded a check of an organization"),
    AuditTag.CHECK_SHEET_REVIEW: _l("Re-checked an organization"),
    AuditTag.WORK_UNIT_CREATE: _l("Added a work unit"),
    AuditTag.WORK_UNIT_UPDATE: _l("Changed a work unit"),
    AuditTag.MEMBER_CREATE: _l("Added a party member"),
    AuditTag.MEMBER_UPDATE: _l("Changed a party member"),
    AuditTag.MEMBER_REVEAL: _l("Viewed a masked field of a party member"),
    AuditTag.MEMBERS_EXPORT: _l("Exported party members"),
    AuditTag.STANDING_RECORD: _l("Recorded a change of a member’s standing"),
    AuditTag.STANDING_WITHDRAW: _l("Took back a change of a member’s standing"),
    AuditTag.MEMBER_MOVE_BACK: _l("Took back a move between branches"),
    AuditTag.PARTY_POST_REOPEN: _l("Let a party post go on"),
    AuditTag.MEMBER_MOVE: _l("Moved a member to another branch"),
    AuditTag.TRANSFER_APPLY: _l("Applied for a transfer"),
    AuditTag.TRANSFER_APPROVE: _l("Approved a transfer"),
    AuditTag.TRANSFER_DECLINE: _l("Did not approve a transfer"),
    AuditTag.TRANSFER_SEND: _l("Sent a letter of introduction"),
    AuditTag.TRANSFER_ARRIVE: _l("A letter of introduction arrived"),
    AuditTag.TRANSFER_ACCEPT: _l("Accepted a transferred member"),
    AuditTag.TRANSFER_FINISH: _l("Finished a transfer"),
    AuditTag.TRANSFER_RETURN: _l("Returned a letter of introduction"),
    AuditTag.TRANSFER_EXPIRE: _l("A letter of introduction expired"),
    AuditTag.LETTER_PRINT: _l("Printed a letter with the full ID number"),
    AuditTag.LINK_CREATE: _l("Recorded a second belonging"),
    AuditTag.LINK_END: _l("Ended a second belonging"),
    AuditTag.PAIR_DISTINGUISH: _l("Said that two records are two people"),
    AuditTag.MEMBERS_MERGE: _l("Merged two records of a member"),
    AuditTag.MERGE_UNDO: _l("Undid a merge of two records"),
    AuditTag.LIST_SAVE: _l("Kept a list under a name"),
    AuditTag.LIST_SHARE: _l("Shared a list, or no longer"),
    AuditTag.LIST_DELETE: _l("Deleted a kept list"),
    AuditTag.ESTATE_CREATE: _l("Added an estate"),
    AuditTag.ESTATE_UPDATE: _l("Changed an estate"),
    AuditTag.BUILDING_CREATE: _l("Added a building"),
    AuditTag.BUILDING_CHANGE: _l("Changed a building"),
    AuditTag.UNITS_CREATE: _l("Added units"),
    AuditTag.UNIT_CHANGE: _l("Changed a unit"),
    AuditTag.UNIT_HAND_OVER: _l("Handed a unit to a new owner"),
    AuditTag.OWNER_CREATE: _l("Added an owner"),
    AuditTag.OWNER_CHANGE: _l("Changed an owner"),
    AuditTag.OWNER_REVEAL: _l("Viewed a masked field of an owner"),
    AuditTag.OWNERSHIP_CREATE: _l("Recorded an ownership"),
    AuditTag.OWNERSHIP_VERIFY: _l("Verified an ownership"),
    AuditTag.OWNERSHIP_END: _l("Ended an ownership"),
    AuditTag.OWNERSHIP_CHANGE: _l("Changed an ownership"),
    AuditTag.OWNERSHIP_UNDO: _l("Took back a change of who owns a unit"),
    AuditTag.REPRESENTATIVE_SET: _l("Set who votes for a unit"),
    AuditTag.HEAD_DECIDE: _l("Decided whether two entries are one owner"),
    AuditTag.HEAD_UNDO: _l("Took back a decision about two entries of owners"),
    AuditTag.CONTACT_SET: _l("Set a contact of a building"),
    AuditTag.CONTACT_END: _l("Ended a contact of a building"),
    AuditTag.COMPANY_CREATE: _l("Added a property company"),
    AuditTag.CONTRACT_CREATE: _l("Recorded a property service contract"),
    AuditTag.CONTRACT_END: _l("Ended a property service contract"),
    AuditTag.REPORT_SUBMIT: _l("Reported to the community"),
    AuditTag.REPORT_ACCEPT: _l("Accepted a report"),
    AuditTag.REPORT_RETURN: _l("Returned a report"),
    AuditTag.REPORT_WITHDRAW: _l("Withdrew a report"),
    AuditTag.REPORT_REVEAL: _l("Viewed the full mobile number of a report"),
    AuditTag.POST_OPEN: _l("Opened a post"),
    AuditTag.POST_CLOSE: _l("Closed a post"),
    AuditTag.POST_CLAIM: _l("Claimed a post"),
    AuditTag.POST_RELEASE: _l("Gave up a post"),
    AuditTag.SERVICE_LOG: _l("Logged a service"),
    AuditTag.SERVICE_CONFIRM: _l("Confirmed a service"),
    AuditTag.SERVICE_RETURN: _l("Returned a service"),
    AuditTag.SERVICE_CORRECT: _l("Corrected the hours of a service"),
    AuditTag.SERVICE_CONTEST: _l("Contested the hours of a service"),
    AuditTag.CONTEST_ANSWER: _l("Answered a contest"),
    AuditTag.ROUND_CREATE: _l("Prepared a scoring round"),
    AuditTag.ROUND_OPEN: _l("Opened a scoring round"),
    AuditTag.ROUND_CLOSE: _l("Closed a scoring round"),
    AuditTag.ROUND_PUBLISH: _l("Published a scoring result"),
    AuditTag.BALLOT_DRAFT: _l("Saved answers of a scoring"),
    AuditTag.BALLOT_SUBMIT: _l("Submitted a scoring"),
    AuditTag.BALLOT_CHANGE: _l("Changed a scoring"),
    AuditTag.BALLOT_REFUSE: _l("A second scoring of the same unit was refused"),
    AuditTag.DUTY_POSTS_SET: _l("Set up posts for retired members"),
    AuditTag.DUTY_POST_CLAIM: _l("Gave a retired member a post"),
    AuditTag.DUTY_POST_GIVE_BACK: _l("Took back a post that had not begun"),
    AuditTag.DUTY_POST_START: _l("A retired member began to serve on a post"),
    AuditTag.DUTY_DEED_LOG: _l("Logged what was done on a post"),
    AuditTag.DUTY_POST_REVIEW: _l("Reviewed a post"),
    AuditTag.VISIT_ROUND_PLAN: _l("Planned a round of visits"),
    AuditTag.VISIT_PLAN: _l("Planned a visit"),
    AuditTag.VISITORS_NAME: _l("Named who pays visits"),
    AuditTag.VISIT_RECORD: _l("Recorded a visit"),
    AuditTag.VISIT_FOLLOW_UP: _l("Set a follow-up to a visit"),
    AuditTag.VISIT_CLOSE: _l("Closed a visit"),
    AuditTag.CARE_REVEAL: _l("Viewed a sensitive field of care"),
    AuditTag.FLOATING_ENTER: _l("Entered a floating member into the ledger"),
    AuditTag.FLOATING_CHANGE: _l("Changed the three fixes of a floating member"),
    AuditTag.FLOATING_CONTACT: _l("Logged a contact with a floating member"),
    AuditTag.FLOATING_END: _l("Closed an entry of the floating ledger"),
    AuditTag.PUBLIC_CARD_DRAFT: _l("Drafted a public card"),
    AuditTag.PUBLIC_CARD_CONSENT: _l("Recorded the consent to a public card"),
    AuditTag.PUBLIC_CARD_PUBLISH: _l("Published a public card"),
    AuditTag.PUBLIC_CARD_WITHDRAW: _l("Withdrew a public card"),
    AuditTag.CONTACT_LINK_START: _l("Set up a contact of the four levels"),
    AuditTag.CONTACT_LINK_LOG: _l("Logged a contact of the four levels"),
    AuditTag.CONTACT_LINK_END: _l("Ended a contact of the four levels"),
    AuditTag.DELEGATE_ENTER: _l("Entered a delegate"),
    AuditTag.DELEGATE_END: _l("Ended a delegate's term"),
    AuditTag.DUTY_DAY_SET: _l("Set a delegate's duty day"),
    AuditTag.OPINION_RECEIVE: _l("Took down an opinion"),
    AuditTag.OPINION_REPORT: _l("Handed an opinion on"),
    AuditTag.OPINION_ANSWER: _l("Answered an opinion"),
    AuditTag.CASE_OPEN: _l("Opened an election case"),
    AuditTag.CASE_ADVANCE: _l("Moved an election case to its next step"),
    AuditTag.CANDIDATE_NOMINATE: _l("Nominated a candidate"),
    AuditTag.CANDIDATE_WITHDRAW: _l("Withdrew a candidate"),
    AuditTag.CHECK_RECORD: _l("Recorded an eligibility check"),
    AuditTag.CANDIDATE_DECIDE: _l("Decided on a candidate"),
    AuditTag.CANDIDATES_PUBLISH: _l("Published the candidate list"),
}

# The first part of a tag, and what people call that area of work.
AREAS: dict[str, Any] = {
    "accounts": _l("People and sign-in"),
    "tenancy": _l("Divisions"),
    "registers": _l("Party registers"),
    "reporting": _l("Double reporting"),
    "care": _l("Care"),
    "estates": _l("Estates and owners"),
    "scoring": _l("Property scoring"),
    "elections": _l("Election review"),
    "notices": _l("Notices"),
    "desk": _l("Imports"),
    "jobs": _l("Long work"),
    "files": _l("Files"),
}

FIELD_TEXTS: dict[str, Any] = {
    "name": _l("Name"),
    "user_name": _l("User name"),
    "title": _l("Title"),
    "role": _l("Role"),
    "starts_at": _l("From"),
    "ends_at": _l("Until"),
    "reason": _l("Reason"),
    "state": _l("State"),
    "division": _l("Division"),
    "successor": _l("Goes on in"),
    "added": _l("Added"),
    "changed": _l("Changed"),
    "merged": _l("Merged"),
    "gone": _l("Gone"),
    "same": _l("Same"),
    "units": _l("Units"),
    "company": _l("Property company"),
    "valid_from": _l("Valid from"),
    "valid_until": _l("Valid until"),
    "kind": _l("Kind"),
    "seats": _l("Seats"),
    "rule": _l("Rule"),
    "outcome": _l("Outcome"),
    "cited": _l("Cited"),
    "last_day": _l("Last day"),
    "withdrawn_reason": _l("Reason for withdrawing"),
    "close_reason": _l("Reason for closing"),
    "error": _l("Problem"),
    "hours": _l("Hours"),
}


def tags_of(area: str) -> tuple[str, ...]:
    """Give the tags of one area of work; none, which means all, for an unknown one."""
    return tuple(tag.value for tag in AuditTag if tag.value.startswith(f"{area}:")) if area in AREAS else ()


@bp.app_template_global()
def tag_text(tag: str) -> str:
    """Give the words for an event, its own name where it has none."""
    return str(TAG_TEXTS.get(tag, tag))


def field_text(field: str) -> str:
    """Give the words for a field of an event, its own name where it has none."""
    return str(FIELD_TEXTS.get(field, field))


def value_text(field: str, value: object) -> str:
    """Give a value as people read it: roles and moments in words, a dash for nothing."""
    if value is None or value == "":
        return _("nothing")
    text = str(value)
    if field == "role" and text in set(Role):
        return role_label(Role(text))
    if field.endswith("_at"):
        try:
            return moment(datetime.fromisoformat(text))
        except ValueError:
            return text
    return text
