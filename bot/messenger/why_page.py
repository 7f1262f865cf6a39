"""Messenger: why an answer is as it is: what was looked for, how sure it is, what was looked at."""

from collections.abc import Iterator

from bot.messenger.answer_page import passage_rows
from bot.messenger.entries import Record
from bot.messenger.markup import Block, Page, Piece, line, page
from bot.messenger.quoting import shown
from bot.messenger.words import tell
from corpus.document import Language

_MOST_FACTS = 10
_MOST_PASSAGES = 5
_LONGEST_QUESTION = 500
_LONGEST_FACT = 80
_LONGEST_TEXT = 80
_HIGHEST_SURE = 99
_SURE = ((90, "sure_very"), (70, "sure_fairly"), (50, "sure_half"), (0, "sure_little"))


def why_page(record: Record, key: str, language: Language) -> Page:
    """Return how sure each fact is, what was looked for, the passages that stood best, and the time it took."""
    question = shown(record["asked_as"] or record["question"], _LONGEST_QUESTION)
    blocks = [
        line(Piece(tell("why", language), "b")),
        line(tell("why_looked_for", language, question=question)),
        *_sure(record, language),
        *_passages(record, language),
        *_time(record, language),
    ]
    numbers = [citation["number"] for citation in record["citations"]]
    return page(blocks, tuple(passage_rows(numbers, key, language)))


def _sure(record: Record, language: Language) -> Iterator[Block]:
    if not record["facts"]:
        yield line(tell("why_none", language), apart=True)
        return
    yield line(Piece(tell("why_sure", language), "b"), apart=True)
    for fact in record["facts"][:_MOST_FACTS]:
        # Nothing is certain here, whatever rounding says.
        percent = min(round(100 * fact["confidence"]), _HIGHEST_SURE)
        sure = tell(next(name for least, name in _SURE if percent >= least), language)
        display = shown(fact["display"], _LONGEST_FACT)
        yield line(tell("why_fact", language, sure=sure, percent=percent, display=display))


def _passages(record: Record, language: Language) -> Iterator[Block]:
    if not record["passages"]:
        yield line(tell("why_no_passages", language), apart=True)
        return
    titles = {citation["document"]: citation["title"] for citation in record["citations"]}
    yield line(Piece(tell("why_passages", language), "b"), apart=True)
    for passage in record["passages"][:_MOST_PASSAGES]:
        title = shown(titles.get(passage["document"], passage["document"]), _LONGEST_FACT)
        text = shown(passage["text"], _LONGEST_TEXT)
        points = f"{100 * passage['score']:.0f}"
        yield line(tell("why_passage", language, points=points, title=title, text=text))


def _time(record: Record, language: Language) -> Iterator[Block]:
    spent = {name: f"{ms / 1000:.1f}" for name, ms in record["timings_ms"].items()}
    if {"total", "retrieve", "read"} <= spent.keys():
        yield line(tell("why_time", language, **spent), apart=True)
