"""Messenger: a quote and where it stands, as blocks of a page."""

import re
from collections.abc import Iterable

from bot.messenger.clean_text import clean, isolated, one_line
from bot.messenger.cutting import cut, label, units
from bot.messenger.entries import Record
from bot.messenger.markup import Block, Piece, line
from bot.messenger.words import tell
from bot.where import where
from corpus.document import Language, Span

_MOST_MARKS = 16
_MOST_OF_QUOTE = 0.7
_LONGEST = 640
_LONGEST_NAME = 160
_HEADINGS = 2
_MARKS = ("“", "”")


def shown(text: str, most: int = _LONGEST) -> str:
    """Return what a report or a person wrote in one line, cleaned, not longer than that."""
    return isolated(label(one_line(text), most))


def quotation(quote: str, values: Iterable[str], language: Language, most: int) -> Block:
    """Return a quote with values in it in bold; one that is too long is cut, and said to be."""
    whole = clean(quote)
    kept = fitting(whole, most)
    text = isolated(kept)
    pieces = bold(text, _places(text, [clean(value) for value in values]))
    behind = _MARKS[1] + ("" if kept == whole else " " + tell("shortened", language))
    return Block((Piece(_MARKS[0]), *pieces, Piece(behind)), kind="long_quote")


def fitting(text: str, most: int) -> str:
    """Return the beginning of a cleaned text that fits, isolated, into so many units."""
    kept = cut(text, most)
    while units(isolated(kept)) > most:
        kept = cut(kept, units(kept) // 2)
    return kept


def place(citation: Record, language: Language, told: str = "", values: Iterable[str] = ()) -> Block:
    """Return the line that says where a quote stands; a title that was `told` already is left out.

    Of a table's row those cells are named that hold one of the `values`.
    """
    title = citation["title"]
    headings = [heading for heading in citation["heading"] if heading != title][-_HEADINGS:]
    names = headings if title in told else [title, *headings]
    said = " › ".join(shown(name, _LONGEST_NAME) for name in names if name.strip())
    spot = where(citation["source"], language, values)
    if spot:
        comma = "，" if language == "zh" else ", "
        said += (comma if said else "") + shown(spot, _LONGEST_NAME)
    return line(Piece(tell("place", language, number=citation["number"], place=said), "i"))


def bold(text: str, spans: Iterable[Span]) -> list[Piece]:
    """Return a text as pieces, some spans of it in bold."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += [Piece(text[at:start]), Piece(text[start:end], "b")]
            at = end
    return [*pieces, Piece(text[at:])]


def is_most_of(value: str, quote: str) -> bool:
    """Tell whether a value is nearly the whole of its quote, so that showing both says the same twice."""
    return value in quote and units(value) > _MOST_OF_QUOTE * units(quote)


def _places(text: str, values: Iterable[str]) -> list[Span]:
    """Return where values stand in a text, each once; where it can be, not inside a longer word or number."""
    places = []
    for value in list(dict.fromkeys(filter(str.strip, values)))[:_MOST_MARKS]:
        inner = re.escape(value)
        match = re.search(rf"(?<![0-9A-Za-z.,]){inner}(?![0-9A-Za-z]|[.,][0-9])", text) or re.search(inner, text)
        if match and match[0] != text:
            places.append(match.span())
    return places
