"""Random sequences of importing, other work and undoing, for each kind of file: the register is what the model says.

Between an import and its undo there are corrections by hand, moves, standing acts, merges of duplicates, transfers
begun, sales, posts filled and ended: whatever people do to the same rows.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from tests.conftest import Portal
from tests.desk.undo_worlds import PLACES, Members, Organizations, Units, WorkUnits, World
from tests.makers import make_actor
from tests.registers.makers import make_branches

EXAMPLES = {"members": 6, "units": 6, "organizations": 6, "work-units": 5}


which, who, choice = st.integers(0, 5), st.integers(0, PLACES - 1), st.integers(0, 40)
steps = st.one_of(
    st.tuples(st.just("enter"), st.dictionaries(who, choice, min_size=1)),
    st.tuples(st.just("edit"), st.tuples(which, who, choice)),
    st.tuples(st.just("undo"), st.integers(0, 2)),
)
sequences = st.tuples(
    st.dictionaries(who, choice, min_size=2), st.lists(steps, min_size=1, max_size=5), st.integers(0, 1)
)


@pytest.fixture
def place(portal: Portal) -> tuple[Portal, Actor]:
    with portal.inside():
        make_branches()
    return portal, make_actor(portal.here, Role.COMMUNITY_SECRETARY)


@pytest.mark.parametrize("kind", [Members, Units, Organizations, WorkUnits], ids=lambda kind: kind.code)
def test_undoing_among_other_work_does_what_the_model_says(place: tuple[Portal, Actor], kind: type[World]) -> None:
    @settings(
        max_examples=EXAMPLES[kind.code],
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(sequences)
    def run(sequence: tuple[dict[int, int], list[tuple[str, Any]], int]) -> None:
        first, more, last = sequence
        with pytest.MonkeyPatch.context() as patch:
            world = kind(*place, patch, seen)
            world.enter(first)
            for act, given_ in (*more, ("undo", last)):
                if act == "enter":
                    world.enter(given_)
                elif act == "edit":
                    world.edit(*given_)
                elif given_ < len(world.batches):
                    world.undo(given_)

    seen: Counter[str] = Counter()
    run()
    told = f"{seen['undos']} undos, {seen['stays']} rows changed since, {seen['hangs']} with others on them"
    print(f"{kind.code}, {place[0].engine}: {EXAMPLES[kind.code]} random sequences, {told}")


@pytest.mark.parametrize("is_edited", [False, True], ids=["untouched", "one changed since"])
@pytest.mark.parametrize("kind", [Members, Units, Organizations, WorkUnits], ids=lambda kind: kind.code)
def test_what_a_second_file_changed_goes_back(
    place: tuple[Portal, Actor], kind: type[World], *, is_edited: bool
) -> None:
    """Whatever the random ones happen to try: a file changes fields of every row, and its undo sets them back."""
    seen: Counter[str] = Counter()
    with pytest.MonkeyPatch.context() as patch:
        world = kind(*place, patch, seen)
        first, second = _far_apart(world)
        world.enter(dict.fromkeys(range(PLACES), first))
        world.enter(dict.fromkeys(range(PLACES), second))
        _batch_id, before, after = world.batches[1]
        changed = [key for key in before.rows if before.rows[key] != after.rows[key]]
        assert len(changed) >= PLACES
        if is_edited:
            world.edit(0, 0, 1)
        world.undo(1)
    assert seen["undos"] == 1
    assert seen["restored"] >= PLACES - is_edited


def _far_apart(world: World) -> tuple[int, int]:
    """Give two choices whose rows say something else in as many columns as can be; an empty cell says nothing."""
    rows = {choice: world.row(1, choice) for choice in range(41)}
    pairs = [(one, other) for one in rows for other in rows]
    return max(pairs, key=lambda pair: sum(a != b and bool(a and b) for a, b in zip(*map(rows.get, pair), strict=True)))
