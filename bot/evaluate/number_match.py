"""Evaluate stage: whether a predicted text says the amounts of a gold text, in whatever words and language."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.quantities import Quantity, read, unit_kind
from corpus.document import Language
from corpus.language import detect_language

_OPENED = re.compile(r"\s*[(（][^()（）]*")
_LETTER = re.compile(r"[^\W\d_]")


def number_match(predicted: str, gold: Sequence[str], language: Language) -> bool | None:
    """Tell whether a predicted text holds just the amounts of any gold text, None where no gold text holds one.

    Amounts are the same if value, unit and approximation are, whatever their order; dates do not count. A gold
    amount without unit and classifier goes with any unit. Each text is read in the language it is written in,
    one of mere figures in `language`.

    >>> number_match("nearly 3,000 people", ["近3000名"], "en"), number_match("3,000 people", ["近3000名"], "en")
    (True, False)
    >>> number_match("the year 2019", ["2019年"], "en") is None
    True
    """
    wanted = [amounts for one in gold if (amounts := _amounts(one, language))]
    if not wanted:
        return None
    found = _amounts(predicted, language)
    return any(_same(found, one) for one in wanted)


def _amounts(text: str, language: Language) -> list[Quantity]:
    """Read the amounts of a text, without those that say one in another unit: 115,200 mu (7,680 ha)."""
    written_in = detect_language(text) if _LETTER.search(text) else language
    found = [one for one in read(text, written_in) if isinstance(one, Quantity)]
    converted = [later for earlier, later in pairwise(found) if _is_conversion(text, earlier, later)]
    return [one for one in found if one not in converted]


def _is_conversion(text: str, earlier: Quantity, later: Quantity) -> bool:
    return (
        earlier.unit != later.unit
        and unit_kind(earlier.unit) == unit_kind(later.unit)
        and _OPENED.fullmatch(text, earlier.end, later.start) is not None
    )


def _same(found: Sequence[Quantity], gold: Sequence[Quantity]) -> bool:
    return all(any(_equal(one, other) for one in found) for other in gold) and all(
        any(_equal(one, other) for other in gold) for one in found
    )


def _equal(found: Quantity, gold: Quantity) -> bool:
    counted = gold if gold.unit or gold.counter else replace(gold, unit=found.unit)
    return found.meaning == counted.meaning
