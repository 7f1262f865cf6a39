"""Bot stage: what a report says beside a figure, and whether that is what an operand is called."""

from collections.abc import Sequence

from bot.derive.sought import Sought
from bot.evidence import Candidate
from bot.quantities import Quantity, read
from bot.saying import said_in
from corpus.document import Span
from corpus.places import covers, mentioned, placed
from index.sound import HAN_RUN

_MOST_WORD = 2.0
_UNKNOWN = 0.35
_SHARED = 0.5  # share of the words of all operands that a figure's sentence says
_TELLING = 1.7  # weight of a word that tells what was counted
_LONG = 3
_MARKS = "，,；;。：:、（）()"


def own_share(one: Sought, common: frozenset[str], candidate: Candidate) -> float:
    """Return the share of the words that only this operand is called by which stand beside a figure.

    Places are left out, since a report need not name its own; of words that the report says nowhere little is made, unless there are
    no others.
    """
    document = candidate.document
    language = document.language
    beside, name = document.text[slice(*side(candidate))], one.name.lower()
    said = known = 0.0
    there = False
    for word in one.named.words:
        text = word.text.lower()
        if word.text in common or not (text in name or name in text) or placed(word.text, one.named.asked.language):
            continue
        weight = min(word.weight, _MOST_WORD)
        ways = _parts(word.ways[language])
        there = True
        if said_in(beside, ways, language):
            said += weight
            known += weight
        else:
            known += weight if said_in(document.text, ways, language) else weight * _UNKNOWN
    if not there:
        return 1.0
    return said / known if known else 0.0


def is_what_is_asked(one: Sought, common: frozenset[str], candidate: Candidate) -> bool:
    """Tell whether a figure's sentence, its headings or its report's title say what all the operands are asked for.

    Half of the words that the operand's own name has in common with the others must be there, "growth of the output". Where
    it has none, fewer do: they are said in many ways, and an amount of money need not be called cost.
    """
    language = candidate.document.language
    around = "\n".join(
        [
            candidate.quote,
            *candidate.document.heading_path(candidate.start),
            candidate.document.title,
            candidate.document.publisher or "",
        ]
    )
    shared = [
        word for word in one.named.words if word.text in common and not placed(word.text, one.named.asked.language)
    ]
    own = [word for word in shared if word.text.lower() in one.name.lower()]
    if not own and _is_measured(candidate):
        return True
    said = known = 0.0
    for word in own or shared:
        weight, ways = min(word.weight, _MOST_WORD), _parts(word.ways[language])
        there = said_in(around, ways, language)
        said += weight if there else 0.0
        known += weight if there or said_in(candidate.document.text, ways, language) else weight * _UNKNOWN
    return said >= (_SHARED if own else _SHARED / 2) * known


def says_alike(
    sought: Sequence[Sought], words: frozenset[str], candidates: Sequence[Candidate], *, share: float
) -> bool:
    """Tell whether figures of different reports are said to be of the same: trained is not sent.

    Of the telling ones of `words` that the sentence of one says, a share must be said by the others' or by their headings; a part of a
    Chinese word is enough, since 销量 is what was 销售.
    """
    named = {word.text: word for one in sought for word in one.named.words if word.text in words}
    said: list[set[str]] = []
    for candidate in candidates:
        document, language = candidate.document, candidate.document.language
        around = "\n".join([candidate.quote, *document.heading_path(candidate.start)])
        said.append(
            {
                text
                for text, word in named.items()
                if said_in(around, word.ways[language], language)
                or (language == "zh" and any(char in around for char in text if HAN_RUN.fullmatch(char)))
            }
        )
    telling = {text for text in frozenset().union(*said) if named[text].weight >= _TELLING}
    return all(len(telling & one) >= share * len(telling) for one in said)


def _is_measured(candidate: Candidate) -> bool:
    """Tell whether a figure's unit alone says that it is what was asked for, as yuan do."""
    return isinstance(candidate.amount, Quantity) and candidate.amount.unit != "" and candidate.kind_fit >= 1.0


def of_another_place(one: Sought, sought: Sequence[Sought], candidate: Candidate) -> bool:
    """Tell whether what stands by a figure names the place of another operand, and not that of its own."""
    language = one.named.asked.language
    own = mentioned(one.name, language)
    others = frozenset().union(*(mentioned(other.name, language) for other in sought if other is not one)) - own
    if not own or not others:
        return False
    there = mentioned(candidate.document.text[slice(*side(candidate))], candidate.document.language)
    return bool(there & others) and not any(covers(place, named) for place in own for named in there)


def _parts(ways: Sequence[str]) -> list[str]:
    """Return ways to say a word, and what long Chinese ones are made of: 岗位 of 岗位数."""
    return [*ways, *(way[i : i + 2] for way in ways if len(way) == _LONG and HAN_RUN.fullmatch(way) for i in (0, 1))]


def side(candidate: Candidate) -> Span:
    """Return what is said of a figure: its part of the sentence from the figure before it on, up to the next mark behind it."""
    document, (low, high) = candidate.document, candidate.sentence
    text = document.text[low:high]
    at, end = candidate.start - low, candidate.end - low
    others = [one for one in read(text, document.language) if isinstance(one, Quantity) and not one.ordinal]
    begin = max([one.end for one in others if one.end <= at], default=0)
    stop = min([one.start for one in others if one.start >= end], default=len(text))
    first = candidate.clauses[0][0] - low if candidate.clauses else 0
    marks = [i for i in range(end, stop) if text[i] in _MARKS]
    # A figure that follows what it counts ends at the next mark; one that goes before it may be followed by a few words.
    return low + max(begin, first), low + (marks[0] if marks else stop)
