"""Changes of the estates register: one function per use case, one event of the trail each."""

from portal.estates.commands.heads import decide_certain, decide_heads, undo_decision
from portal.estates.commands.looking_after import (
    NewContact,
    change_company,
    correct_contract,
    create_contract,
    end_contact,
    end_contract,
    find_or_create_company,
    set_contact,
)
from portal.estates.commands.owning import (
    NewOwner,
    Title,
    add_owner,
    change_owner,
    correct_ownership,
    end_ownership,
    hand_over_unit,
    reveal_owner,
    set_representative,
    verify_ownership,
)
from portal.estates.commands.places import (
    UnitFacts,
    change_building,
    change_estate,
    change_unit,
    create_building,
    create_estate,
    create_units,
)
from portal.estates.commands.removing import (
    remove_building,
    remove_company,
    remove_contract,
    remove_estate,
    remove_unit,
)
from portal.estates.commands.undoing import undo_last_change

__all__ = [
    "NewContact",
    "NewOwner",
    "Title",
    "UnitFacts",
    "add_owner",
    "change_building",
    "change_company",
    "change_estate",
    "change_owner",
    "change_unit",
    "correct_contract",
    "correct_ownership",
    "create_building",
    "create_contract",
    "create_estate",
    "create_units",
    "decide_certain",
    "decide_heads",
    "end_contact",
    "end_contract",
    "end_ownership",
    "find_or_create_company",
    "hand_over_unit",
    "remove_building",
    "remove_company",
    "remove_contract",
    "remove_estate",
    "remove_unit",
    "reveal_owner",
    "set_contact",
    "set_representative",
    "undo_decision",
    "undo_last_change",
    "verify_ownership",
]
