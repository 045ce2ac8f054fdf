"""What the columns behind the files of the registers are called where an undo has to speak of them."""

from flask_babel import lazy_gettext as _l

from portal.desk.row_words import register_code_words, register_row_words
from portal.registers.messages import CLASS_WORDS, HARDSHIP_WORDS, KIND_WORDS, STATUS_WORDS, TYPE_WORDS
from portal.registers.messages.structure import (
    CATEGORY_WORDS,
    MANNER_WORDS,
    NATURE_WORDS,
    POST_WORDS,
    SITUATION_WORDS,
)

register_code_words(CLASS_WORDS, HARDSHIP_WORDS, KIND_WORDS, STATUS_WORDS, TYPE_WORDS)
register_code_words(CATEGORY_WORDS, MANNER_WORDS, NATURE_WORDS, POST_WORDS, SITUATION_WORDS)
register_row_words(
    "party_member",
    {
        "born": _l("Born on"),
        "status": _l("Standing"),
        "probation_until": _l("Probation until"),
        "watched_since": _l("Under observation since"),
        "watched_until": _l("Under observation until"),
        "detained_since": _l("Detained since"),
        "vulnerable_since": _l("Vulnerable since"),
        "dues_monthly": _l("Monthly dues"),
        "hardship_level": _l("Level of hardship"),
        "on_owners_committee": _l("On the owners' committee"),
        "skills": _l("Good at"),
        "service_intents": _l("Wants to help with"),
    },
)
register_row_words(
    "party_organization",
    {
        "is_greater_committee": _l("Enlarged committee"),
        "founded": _l("Founded on"),
        "ended": _l("Day it ended"),
        "unit_situation": _l("Situation of the unit"),
        "contact": _l("Phone of the contact"),
        "applied": _l("Applied for on"),
        "replied": _l("Reply received on"),
        "founding_doc": _l("Document of the founding"),
        "size_doc": _l("Document of its size"),
    },
)
register_row_words(
    "party_term",
    {
        "organization_id": _l("Party organization"),
        "starts": _l("First day"),
        "due": _l("Election due on"),
        "ended": _l("Day it ended"),
        "manner": _l("Manner of the election"),
        "approved_doc": _l("Document of the approval"),
        "seats": _l("Seats"),
        "candidates": _l("Candidates"),
        "entitled": _l("Entitled to attend"),
        "attended": _l("Attended"),
        "moved_to": _l("New day of the election"),
        "moved_approved": _l("New day approved on"),
        "moved_doc": _l("Document of the new day"),
        "moved_reason": _l("Reason for the new day"),
    },
)
register_row_words(
    "party_post",
    {
        "organization_id": _l("Party organization"),
        "term_id": _l("Term"),
        "duty": _l("Duty"),
        "person_name": _l("Person"),
        "member_id": _l("Member"),
        "work_unit_id": _l("Work unit"),
        "from": _l("First day"),
        "until": _l("Last day"),
        "end_reason": _l("Reason for its end"),
        "votes": _l("Votes"),
        "doc": _l("Document number"),
    },
)
