"""Bot stage: what the words of a question tell of a figure, however the question is put."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from bot.derive.figures import Figure
from bot.derive.plan import Operation
from bot.quantities import Quantity, read, unit_kind
from bot.quantities.units import by_form
from bot.saying import said_in
from bot.support import Named, Word
from corpus.document import Language
from corpus.places import Alternatives, mentioned

_MOST_WORD = 3.0
_MOST_WORDS = 40  # a question of more names too much to be told from
OWN, _TAKEN, _AROUND = 1.0, 0.6, 0.3  # what a word is worth that a figure's own part, its whole, or its sentence says
_MEASURED = 2.0  # what the unit is worth that the question names
_UNASKED = -1.0  # the same for one that measures what the question does not speak of
_UNSAID = frozenset({"people", "households", "count", "time", "times", "share", "fold", "age"})
_COUNTS = re.compile(r"\bhow many\b|\bnumber of\b|[几多少][个家座所项名位人户吨亩次]|数量|个数", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:so |and )?(?:how (?:many|much)|what|which|who)\b|(?:一共|总共|共|到底|那|请问)?(?:有|是)?(?:多少|几|谁|哪)",
    re.I,
)
_LISTS: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"[和与跟同及、，,+＋加：:—]|还有|连同"),
    "en": re.compile(r"\b(?:and|plus|with|or)\b|[,&+:]", re.IGNORECASE),
}


@cache
def loose(language: Language) -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of `loosely.toml` for a language, compiled, in its order."""
    lists = tomllib.loads(files("bot.derive").joinpath("loosely.toml").read_text(encoding="utf-8"))
    return {name: re.compile("|".join(entry[language]), re.IGNORECASE) for name, entry in lists.items()}


def told_loosely(question: str, language: Language) -> Operation | None:
    """Return the operation that some word of a question tells, None where none does.

    >>> told_loosely("优先的和重点的合一块几个", "zh"), told_loosely("cost per mu of the bases", "en")
    ('sum', 'average')
    """
    operations: tuple[Operation, ...] = (
        "share", "ratio", "average", "difference", "maximum", "minimum", "sum",
    )  # fmt: skip
    return next((one for one in operations if loose(language)[one].search(question)), None)


@dataclass(frozen=True, slots=True)
class Told:
    """Hold what a question names in its order; `at` is where each word stands, `units` are those that it names.

    `money` tells that it speaks of money, `only` of which kind its figures must be ("" for any);
    `places` are those of the reports that it names, `of_all` tells that it speaks of all that there is.
    """

    question: str
    language: Language
    words: tuple[Word, ...]
    at: tuple[int, ...]
    units: frozenset[str]
    money: bool
    only: str
    places: tuple[Alternatives, ...]
    of_all: bool

    @classmethod
    def of(cls, question: str, named: Named) -> "Told":
        """Find what a question names, the words of the reckoning left out."""
        language = named.asked.language
        units = frozenset(_units(question, language))
        money = bool(loose(language)["money"].search(question))
        kinds = {unit_kind(one) for one in units}
        kept = list(_telling(question, named))
        if len(kept) > _MOST_WORDS:
            kept = []
        return cls(
            question,
            language,
            tuple(word for word, _ in kept),
            tuple(at for _, at in kept),
            units,
            money,
            kinds.pop() if len(kinds) == 1 else "money" if money and not _COUNTS.search(question) else "",
            tuple(group for group in named.places if any(one in named.publishers for one in group)),
            bool(loose(language)["all"].search(question)),
        )

    def names(self) -> list[str]:
        """Return the pieces that name a thing, without what only asks."""
        return [one for one in self.pieces() if not _ASKS.match(one)]

    def pieces(self) -> list[str]:
        """Return the pieces of the question between the words that list things, those that name something."""
        parts = [one.strip() for one in _LISTS[self.language].split(self.question)]
        return [one for one in parts if any(word.text.lower() in one.lower() for word in self.words)]


def _telling(question: str, named: Named) -> Iterator[tuple[Word, int]]:
    language = named.asked.language
    said, forms, lowered, last = loose(language)["said"], by_form(language), question.lower(), 0
    for word in named.words:
        text = word.text.lower()
        place = lowered.find(text, last)
        place = place if place >= 0 else lowered.find(text.split()[0], last)
        last = place if place >= 0 else last
        unit = text.replace(" ", "-") in forms
        if word.weight > 0 and not said.fullmatch(text) and not unit and not re.fullmatch(r"[\d ]+", text):
            yield word, last


def _units(question: str, language: Language) -> Iterator[str]:
    lowered = question.lower()
    for form, unit in by_form(language).items():
        if not unit or unit_kind(unit) in _UNSAID:
            continue
        pattern = re.escape(form) if language == "zh" else rf"\b{re.escape(form)}\b"
        if (language == "en" or len(form) > 1 or form in "亩吨") and re.search(pattern, lowered):
            yield unit
    if loose(language)["area"].search(question):
        yield "mu"


def weight(words: Sequence[Word]) -> float:
    """Return how much words tell together."""
    return sum(min(one.weight, _MOST_WORD) for one in words)


def says(one: Figure, word: Word) -> float:
    """Return how near to a figure its sentence says a word."""
    candidate = one.found.candidate
    document, ways = candidate.document, word.ways[candidate.document.language]
    if said_in(one.own, ways, document.language):
        return OWN * weight([word])
    if one.taken and said_in(one.taken, ways, document.language):
        return _TAKEN * weight([word])
    around = "\n".join(
        [
            candidate.quote,
            *document.heading_path(candidate.start),
            document.title,
            document.region or "",
            document.publisher or "",
        ]
    )
    return _AROUND * weight([word]) if said_in(around, ways, document.language) else 0.0


def unit_worth(told: Told, one: Figure) -> float:
    """Return what the unit of a figure speaks for it."""
    unit = one.amount.unit
    if unit in told.units or (told.money and unit_kind(unit) == "money"):
        return _MEASURED
    return 0.0 if unit_kind(unit) in _UNSAID or unit_kind(unit) == "visits" else _UNASKED


def numbers_in(one: Figure) -> set[Decimal]:
    """Return the numbers that a figure's sentence states."""
    candidate = one.found.candidate
    return {each.number for each in read(candidate.quote, candidate.document.language) if isinstance(each, Quantity)}


def at_home(told: Told, figures: Sequence[Figure]) -> bool:
    """Tell whether figures are of as many reports as the question names regions of reports."""
    if len(told.places) < 2:
        return True
    homes = [
        mentioned(one.found.candidate.document.region or "", one.found.candidate.document.language) for one in figures
    ]
    return all(any(set(group) & home for home in homes) for group in told.places)
