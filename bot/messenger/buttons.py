"""Messenger: what a button carries, at most 64 bytes, and reading what an attacker may send instead."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["passage", "more", "why", "right", "wrong", "choice", "upload_yes", "upload_no"]

HIGHEST = 999
_LETTERS: dict[Kind, str] = dict(zip(get_args(Kind), "pmyrwcun", strict=True))
_KINDS: dict[str, Kind] = {letter: kind for kind, letter in _LETTERS.items()}
_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
_DATA = re.compile(rf"([{''.join(_KINDS)}]):({_KEY.pattern}):(0|[1-9][0-9]{{0,2}})")


@dataclass(frozen=True, slots=True)
class Pressed:
    """Hold what a button asks for; `key` names the answer or upload that it belongs to."""

    kind: Kind
    key: str
    number: int = 0


def data(kind: Kind, key: str, number: int = 0) -> str:
    """Return the callback data of a button.

    >>> data("passage", "V1StGXR8_Z5j", 2)
    'p:V1StGXR8_Z5j:2'

    Raises:
        ValueError: if the key or the number is none that a button may carry.
    """
    if not _KEY.fullmatch(key) or not 0 <= number <= HIGHEST:
        raise ValueError(f"no callback data for key {key!r} and number {number}")
    return f"{_LETTERS[kind]}:{key}:{number}"


def pressed(data: str) -> Pressed | None:
    """Return what a button asks for; None for anything that `data` did not make.

    >>> pressed("p:V1StGXR8_Z5j:2")
    Pressed(kind='passage', key='V1StGXR8_Z5j', number=2)
    >>> pressed("p:../../etc:2")
    """
    found = _DATA.fullmatch(data)
    return Pressed(_KINDS[found[1]], found[2], int(found[3])) if found else None
