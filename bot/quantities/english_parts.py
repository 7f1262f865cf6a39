"""Bot stage: one English numeral with its scale and unit, as in 1.5 billion yuan, and what can't be one."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.quantities.amounts import Numeral
from bot.quantities.numerals import FIGURES, ITEM, figures, words
from bot.quantities.units import by_form, form_pattern

_SMALL = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_ORDINAL = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth"
    "|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|fortieth|fiftieth|sixtieth|seventieth|eightieth"
    "|ninetieth|hundredth|thousandth|millionth"
)
_LARGE = "hundred|thousand|million|billion"
_CARDINAL = rf"(?:(?:{_SMALL})\b|(?:{_LARGE})\b(?: and(?= (?:{_SMALL}|{_ORDINAL})\b))?)"
NUMERAL = re.compile(
    rf"\bhalf an? (?=(?:{_LARGE}|year|month|week|day|hour)\b)"
    rf"|(?:\ba (?=(?:{_LARGE})\b))?\b(?:(?:{_ORDINAL})\b|{_CARDINAL}(?:[ -]{_CARDINAL})*+(?:[ -](?:{_ORDINAL})\b)?)"
    rf"|{FIGURES}",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"(?:st|nd|rd|th)\b")
# In "3 thousand-mu greenhouses" there are three of them.
_SCALE = re.compile(r"[ -]?(?<![A-Za-z])(hundred|thousand|million|billion|trillion|bn)\b(?!-[a-z])", re.IGNORECASE)
_UNIT = re.compile(rf"[ -]?(?P<form>{form_pattern('en')})", re.IGNORECASE)
_HALF = re.compile(r" and a half\b", re.IGNORECASE)
_HIGHER = re.compile(r"(?i: (?:more|higher|larger|greater|as (?:high|large|big)|that of)\b)")
_EVENT = re.compile(
    r"(?: (?:[A-Z]\S*|of|on|the|and)){0,4}? (?:Conference|Symposium|Congress|Session|Plenum|Plenary|Meeting|Forum"
    r"|Summit|Games|Anniversary)\b"
)
_CAPITAL_NEXT = re.compile(r"[ \"'“‘-]+[A-Z]")
_FRACTION = re.compile(
    r"[ -](?:half|halves|(?:third|quarter|fourth|fifth|sixth|eighth|tenth|hundredth)s?)\b", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"\b(?:no|version|chapter|article|table|figure|section|page|phase|grade|class|route|flight|room|item|step|level)"
    r"\.? ?\Z", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part(Numeral):
    """Hold one numeral with what belongs to it."""

    unit: str
    end: int
    ordinal: bool = False

    @property
    def bare(self) -> bool:
        """Tell whether nothing but the numeral stands here."""
        return not self.unit and self.scale == 1


def part_at(text: str, numeral: re.Match[str]) -> Part | None:
    """Return a numeral with its scale and unit, None if it writes no number.

    >>> text = "two and a half billion yuan"
    >>> part = part_at(text, next(NUMERAL.finditer(text)))
    >>> part and (part.value, part.scale, part.unit)
    (Decimal('2.5'), Decimal('1000000000'), 'yuan')
    """
    written, end = numeral[0], numeral.end()
    value, ordinal = _value(written)
    suffix = _SUFFIX.match(text, end)
    if value is None:
        return None
    if ordinal or (suffix and written[0].isdigit()):
        return Part(written, value, Decimal(1), "", suffix.end() if suffix else end, ordinal=True)
    # Not so the half of "half a", which ends in a space.
    glue = end - 1 if written.endswith(" ") else end
    half = _HALF.match(text, end)
    if half:
        value, glue = value + Decimal("0.5"), half.end()
    scale = _SCALE.match(text, glue)
    factor = _scale(scale[1]) if scale else Decimal(1)
    end = scale.end() if scale else max(glue, half.end() if half else 0)
    unit = _UNIT.match(text, end)
    name = by_form("en")[unit["form"].lower()] if unit else ""
    end = unit.end() if unit else end
    higher = _HIGHER.match(text, end)
    if name == "time" and higher:
        name, end = "fold", end + len(higher[0])
    late = _HALF.match(text, end) if name and not half and factor == 1 else None
    if late:
        value, end = value + Decimal("0.5"), late.end()
    return Part(written, value, factor, name, end)


def _value(written: str) -> tuple[Decimal | None, bool]:
    if written[0].isdigit():
        return figures(written), False
    small = written.lower()
    if small.startswith("half"):
        return Decimal("0.5"), False
    return words(small.removeprefix("a ")) or (None, False)


def _scale(word: str) -> Decimal:
    if word.lower() == "trillion":  # not known to text2num
        return Decimal(10**12)
    known = words("billion" if word.lower() == "bn" else word)
    return known[0] if known else Decimal(1)


def is_name(text: str, start: int, part: Part, *, approximate: bool) -> bool:
    """Tell whether number words are a name, an article or a share of something, and no amount.

    Capitals before capitals make a name (Ten Cities, Fifth Regiment), unless an event is numbered.
    "First" and "second" rarely number anything; "one" and "the two" refer.
    """
    end = start + len(part.written)
    event = part.ordinal and _EVENT.match(text, part.end)
    if part.in_words and _FRACTION.match(text, end):
        return True
    if event:
        return False
    labels = part.written[0].isupper() or (part.ordinal and not part.in_words)
    if labels and _CAPITAL_NEXT.match(text, part.end if part.ordinal else end):
        return True
    if not part.in_words:
        return False
    before = text[max(0, start - 5) : start].lower().rstrip("“‘\"'")
    if part.ordinal:
        return part.written.lower() in {"first", "second"} or before.endswith((" a ", "one "))
    if part.written.lower().startswith(("hundred", "thousand", "million", "billion")):
        return True
    if approximate or not part.bare:
        return False
    if re.match("-[a-z]", text[end : end + 2]):  # two-way
        return True
    return part.value == 1 or (part.value < 10 and before.endswith("the "))


def is_label(text: str, start: int, part: Part) -> bool:
    """Tell whether bare figures name something: 331, 5G, No. 1, a telephone number, the number of a list."""
    before, after = text[start - 1 : start], text[part.end : part.end + 2]
    if part.written[0] == "0" and part.written[1:2].isdigit():
        return True
    if not part.bare:
        return False
    if after[:1].isalpha() or (after[:1] in {"+", "/"} and after[1:].isalnum()):
        return True
    if (before in tuple("“‘\"'") and after[:1] in tuple("”’\"'")) or (before == "(" and after[:1] == ")"):
        return True
    if ITEM.search(text, max(0, start - 9), start) and re.match(r"[.)](?!\d)", after):
        return True
    if _NUMBERED.search(text, max(0, start - 10), start):
        return True
    return part.written.isdigit() and len(part.written) > 6
