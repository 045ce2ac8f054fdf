"""Joint decisions of owners, by area and by head, in exact arithmetic. Shares come from the rule pack."""

from dataclasses import dataclass
from decimal import Decimal

from portal.elections.packs import RulePack, Share


@dataclass(frozen=True)
class Side:
    """One measure of a joint decision: area in m² or heads, its share and whether it is met."""

    part: Decimal | int
    whole: Decimal | int
    share: Share

    @property
    def is_met(self) -> bool:
        """By cross-multiplication, exact; nothing of nothing is not met."""
        if not 0 <= self.part <= self.whole:
            raise ValueError("a part lies between nothing and the whole")
        left, right = (
            self.part * self.share.share.denominator,
            self.whole * self.share.share.numerator,
        )
        return self.whole > 0 and (left >= right if self.share.inclusive else left > right)


@dataclass(frozen=True)
class Tally:
    """Area (m²) and heads: of all owners, of those taking part, of those who agree."""

    area: Decimal
    heads: int
    area_taking_part: Decimal
    heads_taking_part: int
    area_for: Decimal
    heads_for: int


@dataclass(frozen=True)
class JointDecision:
    """Both conditions on both measures; a decision that passes on one side only is not passed."""

    quorum: tuple[Side, Side]
    agreement: tuple[Side, Side]

    @property
    def has_quorum(self) -> bool:
        """Enough area and enough heads took part."""
        return all(side.is_met for side in self.quorum)

    @property
    def is_passed(self) -> bool:
        """Quorum, and enough of those taking part agree, by area and by head."""
        return self.has_quorum and all(side.is_met for side in self.agreement)


def joint_decision(tally: Tally, pack: RulePack, *, special: bool = False) -> JointDecision:
    """Work out an owners' decision: ordinary matters (such as electing the committee) or special.

    Quorum is of all owners, agreement of those taking part; votes not returned do not take part.
    Source: Civil Code art. 278(2), with art. 1259 on "or more" (inclusive) and "more than".
    """
    quorum, agreement = (
        pack.shares["PARTICIPATION"],
        pack.shares["SPECIAL" if special else "ORDINARY"],
    )
    return JointDecision(
        quorum=(
            Side(tally.area_taking_part, tally.area, quorum),
            Side(tally.heads_taking_part, tally.heads, quorum),
        ),
        agreement=(
            Side(tally.area_for, tally.area_taking_part, agreement),
            Side(tally.heads_for, tally.heads_taking_part, agreement),
        ),
    )
