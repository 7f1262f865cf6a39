"""Messenger: a citation in its surroundings, as a page."""

import re
from collections.abc import Iterator
from typing import Literal

from bot.cite import attribution
from bot.errors import BotError
from bot.messages import say
from bot.messenger.buttons import HIGHEST, data
from bot.messenger.clean_text import clean, isolated
from bot.messenger.cutting import cut, units
from bot.messenger.entries import Record, citation_of
from bot.messenger.markup import LONGEST, Block, Button, Page, Piece, line, page
from bot.messenger.quoting import fitting, place, shown
from bot.messenger.words import tell
from bot.where import is_joined, where
from corpus.document import Document, Language, Span
from index.sentences import sentences

_LONGEST_WHOSE = 320
_LONGEST_QUOTE = 2400
_LONGEST_SOURCE = 500
_AROUND = 400
_SPARE = 16  # for the marks of what was left out, and lines between
_EMPTY_LINES = re.compile(r"\n{3,}")


class NoCitation(BotError):
    """An answer has no citation of this number."""


def passage_page(record: Record, number: int, document: Document, key: str, language: Language) -> Page:
    """Return a citation in its surroundings, the quote in bold, with buttons to the one before and behind.

    Raises:
        NoCitation: if the answer has none of this number.
    """
    citation = citation_of(record, number)
    if citation is None:
        raise NoCitation(say("no_citation", language, number=number))
    whose = attribution(document, language)
    head = [line(Piece(shown(whose, _LONGEST_WHOSE), "b")), place(citation, language, whose)]
    behind = list(_in_file(citation, language))
    span = _found(citation, document)
    if span is None:
        head.append(line(tell("changed", language), apart=True))
    quote = _quote(citation["quote"], language)
    spare = LONGEST - sum(units(block.plain) for block in [*head, *behind, line(*quote)]) - _SPARE
    before, after = _around(document.text, span, min(_AROUND, spare // 8)) if span and len(quote) == 1 else ("", "")
    if units(before + after) > spare:
        before, after = "", ""
    passage = Block((Piece(before), *quote, Piece(after)), "quote", apart=True)
    return page([*head, passage, *behind], _turning(record, number, key, language))


def _found(citation: Record, document: Document) -> Span | None:
    """Return where the quote stands now; None if the report no longer holds it."""
    quote, start = citation["quote"], citation["start"]
    if document.text.startswith(quote, start):
        return start, start + len(quote)
    at = document.text.find(quote)
    return (at, at + len(quote)) if at >= 0 else None


def _quote(quote: str, language: Language) -> tuple[Piece, ...]:
    """Return a quote in bold; where it is longer than a page, what is said of that behind it."""
    whole = clean(quote)
    kept = fitting(whole, _LONGEST_QUOTE)
    shortened = () if kept == whole else (Piece(" " + tell("cut", language)),)
    return (Piece(isolated(kept), "b"), *shortened)


def _around(text: str, span: Span, most: int) -> tuple[str, str]:
    """Return what stands before and behind a span: whole lines, or the sentences of a long line that fit."""
    start, end = span
    low = text.rfind("\n", 0, max(0, start - most)) + 1
    high = text.find("\n", min(len(text), end + most))
    high = len(text) if high < 0 else high
    before, after = text[low:start], text[end:high]
    if len(before) > 2 * most:
        whole = sentences(text, start - 2 * most, start)[1:]  # the first is cut
        before = f"… {text[whole[0][0] if whole else start : start]}"
    if len(after) > 2 * most:
        whole = sentences(text, end, end + 2 * most)[:-1]
        after = f"{text[end : whole[-1][1] if whole else end]} …"
    return _lines(before).lstrip("\n"), _lines(after).rstrip()


def _lines(text: str) -> str:
    return isolated(_EMPTY_LINES.sub("\n\n", clean(text)))


def _in_file(citation: Record, language: Language) -> Iterator[Block]:
    """Yield the quote as its file holds it, where repair joined what stood apart."""
    if is_joined(citation["source"]):
        joined = say("joint", language).join(
            f"{shown(one['text'])} ({shown(where([one], language))})" for one in citation["source"]
        )
        yield line(say("in_file", language), apart=True)
        kept = cut(joined, _LONGEST_SOURCE)
        yield Block((Piece(kept if kept == joined else f"{kept} …"),), "long_quote")


def _turning(record: Record, number: int, key: str, language: Language) -> tuple[tuple[Button, ...], ...]:
    numbers = sorted(one["number"] for one in record["citations"] if 0 <= one["number"] <= HIGHEST)
    earlier, later = [n for n in numbers if n < number], [n for n in numbers if n > number]
    near: list[tuple[Literal["previous", "next"], int]] = []
    near += [("previous", earlier[-1])] if earlier else []
    near += [("next", later[0])] if later else []
    row = tuple(Button(tell(f"button_{way}", language, number=to), data("passage", key, to)) for way, to in near)
    return (row,) if row else ()
