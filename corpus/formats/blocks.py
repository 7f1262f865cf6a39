"""Corpus stage: what is extracted from a file, and its form as plain data that can cross a pipe."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from corpus.document import Place

NOWHERE = Place()
_DEEPEST = 6
AMBIGUOUS = "“”‘’…—"  # marks that Chinese and English both use
# Characters that some fonts of PDFs give for ordinary Chinese ones.
_RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


class NotExtracted(Exception):
    """A file can't be read as its format; the text says why, without the file's name."""

    def __init__(self, reason: str, kind: Literal["unreadable", "extra", "limits"] = "unreadable") -> None:
        super().__init__(reason)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold a run of text that stands at one place; `line` is that of the file, where it has lines."""

    text: str
    place: Place = NOWHERE
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Hold a paragraph, a row of a table or a heading (from level 1); pieces are joined as they are, or by a space."""

    pieces: tuple[Piece, ...]
    level: int = 0

    @property
    def text(self) -> str:
        """Return the whole text of the block."""
        return "".join(joint + piece.text for joint, piece in zip(joints(self.pieces), self.pieces, strict=True))


def block(text: str, place: Place = NOWHERE, level: int = 0) -> Block | None:
    """Return a text as a block, cleaned; None if nothing is left."""
    text = clean(text)
    return Block((Piece(text, place),), level) if text else None


def clean(text: str) -> str:
    r"""Return text in one line, white space as single spaces, without characters that are not seen.

    >>> clean("教\u00ad师\u200b 72\n\x00人"), clean("\u2f00\u2f08")
    ('教师 72 人', '一人')
    """
    return " ".join(seen(_RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)).split())


def seen(text: str) -> str:
    """Return text without the characters that are not seen, white space kept."""
    return "".join(c for c in text if c.isspace() or unicodedata.category(c) not in _UNSEEN)


def joints(pieces: Sequence[Piece]) -> list[str]:
    """Return what stands before each piece of a block."""
    return ["", *(joint(a.text, b.text) for a, b in pairwise(pieces))] if pieces else []


def joint(tail: str, head: str) -> str:
    """Return what stands between two runs of one sentence: nothing beside Chinese characters, else a space.

    >>> joint("选派教师", "72人"), joint("sent", "72 people"), joint("January–", "August")
    ('', ' ', '')
    """
    if not tail or not head or is_wide(tail[-1]) or is_wide(head[0]):
        return ""
    dashed = tail[-1] in "-–—/" and tail[-2:-1].isalnum() and head[0].isalnum()
    return "" if dashed or (tail[-1] in AMBIGUOUS and head[0] in AMBIGUOUS) else " "


def is_wide(character: str) -> bool:
    """Tell whether a character is a Chinese one, or one of their marks that no other language has."""
    return unicodedata.east_asian_width(character) in {"W", "F"}


def to_plain(blocks: Iterable[Block]) -> list[Any]:
    """Return blocks as plain data."""
    return [
        [one.level, [[p.text, p.line, p.place.page, p.place.slide, p.place.sheet, p.place.cell] for p in one.pieces]]
        for one in blocks
    ]


def from_plain(data: object) -> list[Block]:
    """Return blocks from plain data, cleaned again: what a hostile file made of its reader is not believed.

    Raises:
        TypeError: if it is something else.
        ValueError: if it is something else.
    """
    if not isinstance(data, list):
        raise TypeError("expected a list of blocks")
    found = []
    for level, pieces in data:
        made = [
            Piece(text, Place(_count(page), _count(slide), _name(sheet), _name(cell)), _count(line))
            for raw, line, page, slide, sheet, cell in pieces
            if (text := clean(_text(raw)))
        ]
        if made:
            found.append(Block(tuple(made), min(_count(level) or 0, _DEEPEST)))
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("expected a text")
    return value


def _name(value: object) -> str | None:
    return None if value is None else clean(_text(value))[:100]


def _count(value: object) -> int | None:
    if value is not None and (not isinstance(value, int) or not 0 <= value < 2**40):
        raise ValueError("expected a count")
    return value
