"""Bot stage: what was found for each operand, and the figure chosen for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.evidence import Candidate
from bot.facts import Found
from bot.quantities import Quantity, unit_kind
from bot.support import Named
from corpus.document import Document


@dataclass(frozen=True, slots=True)
class Sought:
    """Hold what was found for one operand: its name, its candidates best first, and what its question names.

    `report` is the report that it must come from, "" where it may be any; `figure` what the question itself says it is.
    """

    name: str
    found: tuple[Found, ...]
    named: Named
    report: str = ""
    figure: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Operand:
    """Hold a figure chosen for an operand.

    `own` is the share of the operand's own words that stand by the figure, `asked` tells whether its sentence also says
    what all the operands are asked for.
    """

    name: str
    found: Found
    own: float
    asked: bool = True

    @property
    def candidate(self) -> Candidate:
        """Return the place in the report."""
        return self.found.candidate

    @property
    def amount(self) -> Quantity:
        """Return the figure; `together` never takes a candidate that is none."""
        return amount_of(self.found)


def amount_of(found: Found) -> Quantity:
    """Return the figure that was found.

    Raises:
        TypeError: if the candidate is no amount.
    """
    amount = found.candidate.amount
    if not isinstance(amount, Quantity):
        raise TypeError(f"an operand needs an amount, found {found.candidate.text!r}")
    return amount


def family(document: Document) -> str:
    """Return the id of a report, for a translation that of what it translates: both are one report."""
    return document.translation_of or document.id


def kind(operand: Operand) -> str:
    """Return what an operand's figure measures."""
    return unit_kind(operand.amount.unit)


def common_words(sought: Sequence[Sought]) -> frozenset[str]:
    """Return the words that all the operands' questions name."""
    return frozenset.intersection(*(frozenset(word.text for word in one.named.words) for one in sought))
