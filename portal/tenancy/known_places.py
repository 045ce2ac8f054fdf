"""The estates and buildings that a community knows, for packages that hold places as people write them.

The package that keeps estates gives them; whoever asks need not know which that is, and where there is none, no place
is known.
"""

from collections.abc import Callable

Place = tuple[str, str]
"""An estate and a building of it; an empty building is the estate as a whole."""
Giver = Callable[[int], list[Place]]
_givers: list[Giver] = []


def register(giver: Giver) -> None:
    """Let a package give the places of a tenant, in the order in which people look for them; one statement."""
    _givers.append(giver)


def known_places(tenant_id: int) -> list[Place]:
    """Give the places of a tenant."""
    return [place for giver in _givers for place in giver(tenant_id)]


def place_names(tenant_id: int) -> tuple[list[str], list[str]]:
    """Give the names of the estates and those of the buildings, each once."""
    places = known_places(tenant_id)
    estates = dict.fromkeys(estate for estate, _building in places)
    return list(estates), list(dict.fromkeys(building for _estate, building in places if building))
