"""Reader training: questions made of a paragraph's own figures, since people ask reports for figures above all.

A sentence becomes a question by asking for one of its amounts or dates: some of its words are left out, some said
otherwise. What is learnt is which of several figures belongs to which words.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from bot.quantities import Date, Quantity, read, unit_kind
from bot.reader.crossing import said_otherwise
from bot.reader.examples import Example
from corpus.document import Language
from corpus.segment import words
from index.sentences import sentences
from index.words import tokens

_KEPT = 0.75  # of the words of its clause
_FARTHER = 3  # words of the sentence's other clauses, at most
_SAID_OTHERWISE = 0.15
_ALONE = 0.4  # share of the figures that are asked for although the paragraph has no other of their kind
_DATES = 0.35
_MARKS = re.compile(r"[，,；;。！？!?：:、\n（）()《》“”\"「」『』]")
_ENGLISH_WORD = re.compile(r"[\w'’.%-]*\w")
_LASTS = re.compile("[来内间后之的以多]| (?:old|ago|later)")
_NAMED = {"time": ("多久", "how long"), "share": ("百分之几", "what percentage"), "money": ("多少钱", "how much money")}


def cloze(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """Return `count` questions on figures of the examples' paragraphs, fewer where there are not as many."""
    paragraphs = list({one.context: one for one in examples}.values())
    rng.shuffle(paragraphs)
    found: list[Example] = []
    for one in paragraphs:
        amounts = read(one.context, one.language)
        kinds = [_kind(amount) for amount in amounts]
        for amount, kind in zip(amounts, kinds, strict=True):
            wanted = kinds.count(kind) > 1 or rng.random() < _ALONE
            if not wanted or not _telling(one, amount) or (kind == "date" and rng.random() > _DATES):
                continue
            question = _question(one, amount, rng)
            if question:
                found.append(replace(one, question=question, start=amount.start, end=amount.end))
    rng.shuffle(found)
    return found[:count]


def _kind(amount: Quantity | Date) -> str:
    if isinstance(amount, Date):
        return "date"
    return "ordinal" if amount.ordinal else unit_kind(amount.unit)


def _telling(one: Example, amount: Quantity | Date) -> bool:
    """Tell whether people would ask for an amount: not for an ordinal, 一人, a year or part of a name."""
    if isinstance(amount, Date):
        return True
    written = one.context[amount.start : amount.end]
    if amount.ordinal or (one.language == "zh" and not (amount.unit or amount.counter)):
        return False
    if one.language == "en" and re.fullmatch(r"1\d{3}|20\d\d", written):
        return False
    if amount.unit == "year" and not _LASTS.match(one.context, amount.end):
        return False
    return written[0].isdigit() or amount.number > 3


def _question(one: Example, amount: Quantity | Date, rng: random.Random) -> str | None:
    text = one.context
    span = next((s for s in sentences(text) if s[0] <= amount.start and amount.end <= s[1]), None)
    if span is None:
        return None
    low = max((m.end() for m in _MARKS.finditer(text, span[0], amount.start)), default=span[0])
    mark = _MARKS.search(text, amount.end, span[1])
    high = mark.start() if mark else span[1]
    before = _some(text[low : amount.start], one.language, _KEPT, rng)
    behind = _some(text[amount.end : high], one.language, _KEPT, rng)
    rest = f"{text[span[0] : low]} {text[high : span[1]]}"
    farther = [
        word for word in _some(rest, one.language, 1.0, rng) if len(word) > 1 and word.isalpha() and tokens(word)
    ]
    first = rng.randrange(len(farther)) if farther else 0
    farther = farther[first : first + rng.randint(0, _FARTHER)]
    if not any(tokens(word) for word in [*before, *behind]):
        return None
    asking = _asking(amount, one.language, rng)
    if one.language == "zh":
        return "".join([*farther, *before, asking, *behind]) + rng.choice(["？", "?", ""])
    return " ".join([asking, *behind, *before, *farther]) + rng.choice(["?", "?", ""])


def _some(text: str, language: Language, share: float, rng: random.Random) -> list[str]:
    """Return some of a text's words, some of them said otherwise."""
    read_ = words(text) if language == "zh" else _ENGLISH_WORD.findall(text)
    kept = [word for word in read_ if word.strip() and not _MARKS.search(word) and rng.random() < share]
    return [said_otherwise(word, language, rng) if rng.random() < _SAID_OTHERWISE else word for word in kept]


def _asking(amount: Quantity | Date, language: Language, rng: random.Random) -> str:
    if isinstance(amount, Date):
        if language == "zh":
            return (
                rng.choice(["哪一年", "什么时候", "何时"])
                if amount.month is None
                else rng.choice(["什么时候", "哪天", "何时"])
            )
        return (
            rng.choice(["what year", "when", "when did"]) if amount.month is None else rng.choice(["when", "what date"])
        )
    kind = unit_kind(amount.unit)
    if kind in _NAMED and rng.random() < 0.7:
        return _NAMED[kind][language == "en"]
    if language == "zh":
        return rng.choice(["多少", "几"]) + (amount.counter if rng.random() < 0.6 else "")
    return "how many"
