"""Evaluate stage: what a record holds, read so that parts may be missing, and made safe to show."""

import math
import unicodedata
from collections.abc import Mapping
from typing import Any

# Controls, marks of direction, halves of characters, what is no character; Python calls none of them printable.
_UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
# More than any count or time can be, less than what a drawing can't hold.
_MOST = 1e9


def visible(text: str) -> str:
    r"""Return a text with the characters that nobody sees, or that turn the direction of writing, spelt out.

    An evaluation has to show them: a zero-width space is a likely reason why an answer did not match.

    >>> visible("10\u202e01\u200b\n")
    '10⟨U+202E⟩01⟨U+200B⟩\n'
    """
    if text.isprintable():
        return text
    return "".join(f"⟨U+{ord(c):04X}⟩" if c not in "\n\t" and unicodedata.category(c) in _UNSEEN else c for c in text)


def text(value: object) -> str:
    """Return a value as text; nothing for None."""
    return "" if value is None else str(value)


def number(value: object) -> float | None:
    """Return a finite number, None for whatever else.

    >>> number(3), number(True), number("3"), number(float("nan"))
    (3.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def share(value: object) -> float | None:
    """Return a number from 0 to 1, None for whatever else."""
    found = number(value)
    return found if found is not None and 0 <= found <= 1 else None


def count(value: object) -> float:
    """Return how many, or how long: no less than nothing, and nothing for whatever else.

    >>> count(3), count(-1), count("many")
    (3.0, 0.0, 0.0)
    """
    return min(max(number(value) or 0.0, 0.0), _MOST)


def items(value: object) -> list[Any]:
    """Return the items of a list, none for whatever else."""
    return list(value) if isinstance(value, list | tuple) else []


def mapping(value: object) -> Mapping[str, Any]:
    """Return a mapping, an empty one for whatever else."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """Return the mappings in a list."""
    return [one for one in items(value) if isinstance(one, Mapping)]
