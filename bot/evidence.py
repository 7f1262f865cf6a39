"""Bot stage: from read passages to what may answer the question, each with what speaks for it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from bot.asked import Asked
from bot.counted import Counted
from bot.listing import fit_of_list, lists
from bot.names import name_fit, names
from bot.quantities import Date, Quantity, read, unit_kind
from bot.reader.spans import Reading
from corpus.document import Document, Language, Span
from corpus.segment import tagged, words
from index.bridge import Bridge
from index.retrieve import RankedPassage, RankedSentence

_SEMICOLON = re.compile(r"[；;。！？!?\n]|\.(?=\s|$)")
_ITEM = re.compile(r"、|[，,；;。！？!?：:\n]|\.(?=\s|$)|\band\b")
_JOINTS = frozenset({"与", "和", "及", "以及", "and"})
_COMMA = re.compile(r"[，,；;。！？!?：:\n]|\.(?=\s|$)")
_SPANS_READ = 5
_AROUND = 2
_REACH = 3  # pieces that the reader may take more than a name
_LONGEST_QUOTE = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """Hold a stretch of a report, `text[start:end]`, that may answer, within its sentence.

    `span` is the reader's evidence, `sentence_score` retrieval's; `kind_fit` tells how well its unit is of the
    kind asked for, `counted` how near what is counted, or whose name is asked, stands, from 1 to -1.5.
    `clauses` are the parts of the sentence between semicolons and between commas that it stands in, `own` what
    stands between an amount's neighbours: in "masks 17,000, thermometers 4,000" the latter alone.
    """

    hit: RankedPassage
    rank: int
    sentence: Span
    start: int
    end: int
    span: float
    sentence_score: float
    amount: Quantity | Date | None = None
    kind_fit: float = 0.0
    counted: float = 0.0
    clauses: tuple[Span, ...] = ()
    own: Span | None = None

    @property
    def document(self) -> Document:
        """Return the report that the stretch is of."""
        return self.hit.document

    @property
    def text(self) -> str:
        """Return the stretch itself."""
        return self.document.text[self.start : self.end]

    @property
    def quote(self) -> str:
        """Return the sentence that holds the stretch."""
        return self.document.text[self.sentence[0] : self.sentence[1]]


def candidates(
    asked: Asked,
    ranked: Sequence[RankedPassage],
    readings: Sequence[Reading],
    bridge: Bridge,
    *,
    only_sentences: bool = False,
) -> list[Candidate]:
    """Return what may answer, in the order of the passages; names as whole sentences if `only_sentences`."""
    counted = Counted(asked, bridge)
    found: list[Candidate] = []
    for rank, (hit, reading) in enumerate(zip(ranked, readings, strict=False)):
        if asked.wants in ("quantity", "date"):
            found += _amounts(asked, hit, rank, reading, counted)
        elif asked.wants == "explanation" or only_sentences:
            found += _sentences(hit, rank, reading)
        else:
            if asked.wants == "list":
                found += _lists(asked, hit, rank, reading)
            found += _spans(asked, hit, rank, reading, counted)
    return found


_BEFORE: dict[Language, int] = {"zh": 10, "en": 40}
_BEHIND: dict[Language, int] = {"zh": 7, "en": 30}


def _quotable(hit: RankedPassage) -> Iterator[tuple[RankedSentence, Span]]:
    """Yield a passage's sentences in their order, each with what is read and quoted of it.

    That is the sentence, but of one without an end, as in a report without full stops, the part in the passage.
    """
    for sentence in sorted(hit.sentences, key=lambda one: one.span):
        start, end = sentence.span
        if end - start > _LONGEST_QUOTE:
            start, end = max(start, hit.passage.start), min(end, hit.passage.end)
        yield sentence, (start, end)


def _amounts(asked: Asked, hit: RankedPassage, rank: int, reading: Reading, counted: Counted) -> Iterator[Candidate]:
    document, low = hit.document, hit.passage.start
    wanted = Date if asked.wants == "date" else Quantity
    near = document.text[hit.passage.start : hit.passage.end]
    for sentence, (start, end) in _quotable(hit):
        text = document.text[start:end]
        amounts = read(text, document.language)
        for amount in amounts:
            if not isinstance(amount, wanted):
                continue
            first, last = start + amount.start, start + amount.end
            clauses = _clauses(text, (amount.start, amount.end), start)
            clause = clauses[1][0] - start, clauses[1][1] - start
            taken = _taken_before(amount, amounts, text, clause, document.language)
            own = _own(amount, amounts, text, (taken, clause[1]))
            before = max(taken, amount.start - _BEFORE[document.language])
            following = min((one.start for one in amounts if one.start >= amount.end), default=clause[1])
            beside = text[before : min(clause[1], following, amount.end + _BEHIND[document.language])]
            places = [(beside, 1.0), (text[slice(*clause)], 0.3), (text, -0.5), (near, -0.8)]
            nearness = counted.evidence(places, document)
            yield Candidate(
                hit, rank, (start, end), first, last,
                span=reading.score(first - low, last - low),
                sentence_score=sentence.score,
                amount=amount,
                kind_fit=_fit(asked, amount, beside=nearness == 1.0),
                counted=nearness,
                clauses=clauses,
                own=(start + own[0], start + own[1]),
            )  # fmt: skip


_COUNTED = frozenset({"count", "people", "households", "visits", "times"})


def _fit(asked: Asked, amount: Quantity | Date, *, beside: bool) -> float:
    """Return how well an amount is of the kind asked for; `beside` tells that what is counted stands by it."""
    if isinstance(amount, Date):
        parts = {"year": amount.year, "month": amount.month, "day": amount.day, "minute": amount.minute}
        return float(parts[asked.grain] is not None)
    if amount.ordinal:
        return 0.0
    kind = unit_kind(amount.unit)
    # English counts have no unit: 1,569 teachers.
    if kind == "count" and beside and _COUNTED & set(asked.kinds):
        return max(1.0, *asked.kinds.values())
    return asked.kinds.get(kind, 0.0) if asked.kinds else 0.5


def _clauses(text: str, at: Span, begin: int) -> tuple[Span, Span]:
    """Return the parts of a sentence that `at` stands in, in the report, where the sentence begins at `begin`."""
    part, clause = (_clause(ends, text, *at) for ends in (_SEMICOLON, _COMMA))
    return (begin + part[0], begin + part[1]), (begin + clause[0], begin + clause[1])


def _taken_before(
    amount: Quantity | Date, amounts: Sequence[Quantity | Date], text: str, clause: Span, language: Language
) -> int:
    """Return where the words of the figure before end: of 100个贫困村5000个家庭 the villages are not what 5000 counts.

    The thing that stands right behind a figure is its own, up to the verb that leads to the next one.
    """
    others = [one for one in amounts if isinstance(one, Quantity) and not one.ordinal]
    before = max((one.end for one in others if clause[0] <= one.start and one.end <= amount.start), default=None)
    if before is None or not _THING_BEHIND[language].match(text, before):
        return clause[0]
    if _THING_BEHIND[language].match(text, amount.end):
        return amount.start
    position = before
    for word, tag in tagged(text[before : amount.start]) if language == "zh" else ():
        if tag in ("v", "vn") and position > before:
            return position
        position += len(word)
    return clause[0]


_THING_BEHIND: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"[一-鿿“《](?<![与和及的在于为是占达，])"),
    "en": re.compile(
        r" (?!and\b|or\b|of\b|in\b|at\b|on\b|to\b|from\b|for\b|by\b|with\b|were\b|was\b|is\b|are\b)[a-z“]"
    ),
}


def _own(amount: Quantity | Date, amounts: Sequence[Quantity | Date], text: str, clause: Span) -> Span:
    """Return what of a clause stands between an amount's neighbours, or between the marks of a list."""
    others = [one for one in amounts if one is not amount and isinstance(one, Quantity) and not one.ordinal]
    before = max((one.end for one in others if one.end <= amount.start), default=0)
    behind = min((one.start for one in others if one.start >= amount.end), default=len(text))
    # Between two figures 与 parts what they count, as in 72名教师与216名学生; beside one it may join what that counts.
    joints = _joints(text, before, behind) if others else []
    low = max([clause[0], before, *(end for _, end in joints if before and end <= amount.start)])
    high = min([clause[1], behind, *(start for start, _ in joints if behind < len(text) and start >= amount.end)])
    item = _clause(_ITEM, text, amount.start, amount.end)
    return max(low, item[0]), min(high, item[1])


def _joints(text: str, low: int, high: int) -> list[Span]:
    """Return where a word that joins two things stands within `text[low:high]`."""
    return [(start, end) for start, end in _all_joints(text) if low <= start and end <= high]


@lru_cache(maxsize=256)
def _all_joints(text: str) -> tuple[Span, ...]:
    ends = list(accumulate(map(len, words(text))))
    starts = [0, *ends[:-1]]
    return tuple((a, b) for a, b in zip(starts, ends, strict=True) if text[a:b] in _JOINTS) if ends else ()


def _clause(ends: re.Pattern[str], text: str, start: int, end: int) -> Span:
    low = max((match.end() for match in ends.finditer(text, 0, start)), default=0)
    behind = ends.search(text, end)
    return low, behind.start() if behind else len(text)


def _lists(asked: Asked, hit: RankedPassage, rank: int, reading: Reading) -> Iterator[Candidate]:
    document, low = hit.document, hit.passage.start
    for sentence, (start, end) in _quotable(hit):
        text = document.text[start:end]
        for a, b in lists(text, document.language):
            yield Candidate(
                hit, rank, (start, end), start + a, start + b,
                span=reading.score(start + a - low, start + b - low),
                sentence_score=sentence.score,
                kind_fit=fit_of_list(asked.question, text, document.language, (a, b)),
                clauses=_clauses(text, (a, b), start),
            )  # fmt: skip


def _spans(asked: Asked, hit: RankedPassage, rank: int, reading: Reading, counted: Counted) -> Iterator[Candidate]:
    """Yield what the reader takes for the answer, and what else is a name of the kind asked for."""
    document, low = hit.document, hit.passage.start
    near = document.text[low : hit.passage.end]
    quotable = [(one, span, read(document.text[slice(*span)], document.language)) for one, span in _quotable(hit)]
    best = [(*whole(document.text, low + one.start, low + one.end), one.score) for one in reading.best(_SPANS_READ)]
    for sentence, (first, last), amounts in quotable:
        text = document.text[first:last]
        named = names(text, asked.names, document.language) if asked.names else ()
        spans = {_bare((a - first, min(b, last) - first), named): score for a, b, score in best if first <= a < last}
        for a, b in named:
            spans.setdefault((a, b), reading.score(first + a - low, first + b - low, reach=_REACH))
        for at, score in spans.items():
            # A figure is given whole, with its unit and how exact it is.
            amount = next((a for a in amounts if a.start < at[1] and at[0] < a.end), None)
            whole_amount = amount if amount and at[1] - at[0] <= amount.end - amount.start + _AROUND else None
            at = (whole_amount.start, whole_amount.end) if whole_amount else _uncut(at, amounts)
            if at[0] >= at[1]:
                continue
            yield Candidate(
                hit, rank, (first, last), first + at[0], first + at[1],
                span=score, sentence_score=sentence.score, amount=whole_amount,
                kind_fit=name_fit(text, at, asked.names, document.language) if asked.names else 0.0,
                counted=counted.evidence([(text, 1.0), (near, 0.0)], document),
                clauses=_clauses(text, at, first),
            )  # fmt: skip


def _bare(at: Span, named: Sequence[Span]) -> Span:
    """Return the name alone where the reader took a character or two more, as the verb behind it."""
    return next(
        (n for n in named if at[0] <= n[0] and n[1] <= at[1] and at[1] - at[0] - (n[1] - n[0]) <= _REACH - 1), at
    )


def _uncut(at: Span, amounts: Sequence[Quantity | Date]) -> Span:
    """Widen a span that begins or ends within an amount, since part of a figure is another figure."""
    low = min([at[0], *(one.start for one in amounts if one.start < at[0] < one.end)])
    return low, max([at[1], *(one.end for one in amounts if one.start < at[1] < one.end)])


def _sentences(hit: RankedPassage, rank: int, reading: Reading) -> Iterator[Candidate]:
    low = hit.passage.start
    for sentence, (start, end) in _quotable(hit):
        yield Candidate(
            hit, rank, (start, end), start, end,
            span=reading.inside(start - low, end - low), sentence_score=sentence.score,
        )  # fmt: skip


_OPENERS, _CLOSERS = '“‘「『（(《【"', '”’」』）)》】"'
_MARKS = " \t，,。.；;：:、!！?？"


def whole(text: str, start: int, end: int) -> Span:
    """Widen a span to whole words and closed quotation marks, and drop marks at its edges.

    >>> text = "援建了阿克苏市多浪第一幼儿园。"
    >>> text[slice(*whole(text, 4, 13))]
    '阿克苏市多浪第一幼儿园'
    """
    low, high = max(0, start - 12), min(len(text), end + 12)
    edge = low
    for word in words(text[low:high]):
        following = edge + len(word)
        if edge < start < following and word.strip() and not word.isspace():
            start = edge
        if edge < end < following:
            end = following
        edge = following
    for opener, closer in zip(_OPENERS, _CLOSERS, strict=True):
        if start and text[start - 1] == opener and text[end : end + 1] == closer and opener != "(":
            start, end = start - 1, end + 1
        elif text[start:end].count(opener) > text[start:end].count(closer) and text[end : end + 1] == closer:
            end += 1
        elif text[start:end].count(closer) > text[start:end].count(opener) and start and text[start - 1] == opener:
            start -= 1
    while start < end and text[start] in _MARKS:
        start += 1
    while start < end and text[end - 1] in _MARKS:
        end -= 1
    return start, end
