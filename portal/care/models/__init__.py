"""Tables of care for members. Each row about a member points to that member in the register."""

from portal.care.models.cards import CardVersion, PublicCard
from portal.care.models.delegates import DelegateOpinion, DutyDay, PartyDelegate
from portal.care.models.floating import FloatingContact, FloatingMember
from portal.care.models.links import ContactEntry, ContactLink
from portal.care.models.posts import DutyEntry, DutyPost
from portal.care.models.visits import CareVisit, VisitRound

__all__ = [
    "CardVersion",
    "CareVisit",
    "ContactEntry",
    "ContactLink",
    "DelegateOpinion",
    "DutyDay",
    "DutyEntry",
    "DutyPost",
    "FloatingContact",
    "FloatingMember",
    "PartyDelegate",
    "PublicCard",
    "VisitRound",
]
