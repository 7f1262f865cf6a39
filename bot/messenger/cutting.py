"""Messenger: lengths as Telegram counts them, and where a long text may be cut."""

import re

import regex

from index.sentences import sentences

_GRAPHEME = regex.compile(r"\X")
_MARGIN = 64  # characters behind a cut that tell whether a sentence or a character ends there
_LEAST = 3  # a cut at a good place keeps at least one part of so many
_CLAUSE = re.compile(r"[，、；：,;:]\s?|\s")


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units, which Telegram counts.

    >>> units("a字😀")
    4
    """
    return len(text) + sum(c > "\uffff" for c in text)


def cut(text: str, most: int) -> str:
    """Return the beginning of a text, at most so many units: whole sentences, else clauses, else characters.

    >>> cut("Fourteen quays. One crane, which lifts.", 30), cut("Fourteen quays", 10)
    ('Fourteen quays.', 'Fourteen')
    """
    reach = _reach(text, most)
    if reach == len(text):
        return text
    at = _place(text, reach, [_sentence_ends(text, reach), _clause_ends(text, reach)])
    return text[:at].rstrip() or text[:at]


def split(text: str, most: int) -> list[str]:
    """Return a text in parts of at most so many units, cut between paragraphs, lines, sentences or words.

    Nothing is lost: the parts put together are the text.
    """
    parts = []
    while (reach := _reach(text, most)) < len(text):
        lines = [[m.end() for m in re.finditer(mark, text[:reach])] for mark in ("\n\n", "\n")]
        at = _place(text, reach, [*lines, _sentence_ends(text, reach), _clause_ends(text, reach)])
        parts.append(text[:at])
        text = text[at:]
    return [*parts, text]


def label(text: str, most: int) -> str:
    """Return a text of at most so many units, with an ellipsis where it was cut."""
    if units(text) <= most:
        return text
    reach = _reach(text, most - 1)
    return text[: _place(text, reach, [])].rstrip() + "…"


def _sentence_ends(text: str, reach: int) -> list[int]:
    return [end for _, end in sentences(text[: reach + _MARGIN]) if end <= reach]


def _clause_ends(text: str, reach: int) -> list[int]:
    return [m.end() for m in _CLAUSE.finditer(text[: reach + 1]) if m.end() <= reach]


def _place(text: str, reach: int, breaks: list[list[int]]) -> int:
    """Return the last place of the best kind that does not leave too little, else where a character ends."""
    for places in breaks:
        if places and places[-1] * _LEAST >= reach:
            return places[-1]
    ends = [m.end() for m in _GRAPHEME.finditer(text[: reach + _MARGIN]) if m.end() <= reach]
    return ends[-1] if ends else reach


def _reach(text: str, most: int) -> int:
    """Return how many characters of a text are at most so many units."""
    room = most
    for at, c in enumerate(text[: most + 1]):
        room -= 2 if c > "\uffff" else 1
        if room < 0:
            return at
    return len(text)
