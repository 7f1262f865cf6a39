"""Index stage: how names sound: the spelling they are compared by, in pinyin where they are Chinese (pypinyin)."""

import itertools
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from corpus.tables import package_folder, table

HAN_RUN = re.compile(r"[㐀-䶿一-鿿]+")
_MOST_TRIED = 64


def spelling(name: str) -> str:
    """Return a name as it is compared: its pinyin without tones, spaces and dots, ü as u.

    >>> spelling("Lüliang"), spelling("Xi'an"), spelling("吕梁")
    ('luliang', 'xian', 'luliang')
    """
    if HAN_RUN.search(name):
        # A quarter of a second to import, and seldom needed.
        from pypinyin import lazy_pinyin

        name = "".join(lazy_pinyin(name))
    return _plain(name)


def heard(name: str, known: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Return what else is known by a name's spelling.

    Most Chinese words sound like nothing that is known whichever way their characters are read; only for the
    others pypinyin must tell which it is.
    """
    ways = [_readings().get(c, "").split() for c in name]
    if 0 < math.prod(map(len, ways)) <= _MOST_TRIED:
        groups = [known.get("".join(way), ()) for way in itertools.product(*ways)]
        if len(groups) == 1 or all(one == name for group in groups for one in group):
            return [one for one in groups[0] if one != name]
    return [one for one in known.get(spelling(name), ()) if one != name]


def _plain(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if c.isalpha())
    # Pinyin writes a v for ü only.
    return plain.lower().replace("v", "u")


@cache
def _readings() -> Mapping[str, str]:
    """Map each Chinese character to all its readings, by itself and in phrases, with spaces between."""
    package = package_folder("pypinyin")
    return table(
        "readings", [*sorted(package.glob("*_dict.json")), *sorted(package.glob("*.py")), Path(__file__)], _read
    )


def _read() -> dict[str, str]:
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    found: dict[str, dict[str, None]] = {}
    for number, written in PINYIN_DICT.items():
        found[chr(number)] = {_plain(one): None for one in written.split(",")}
    for phrase, read in PHRASES_DICT.items():
        for character, ways in zip(phrase, read, strict=False):
            found.setdefault(character, {}).update({_plain(one): None for one in ways})
    return {character: " ".join(ways) for character, ways in found.items() if HAN_RUN.fullmatch(character)}
