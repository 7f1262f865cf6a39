"""Bot stage: the place of a quote in its file, in words: page, slide, sheet and cells, or line."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.answer import SourceStretch
from bot.messages import say
from corpus.document import Language

Stretch = Mapping[str, Any]


def where(source: Sequence[SourceStretch | Stretch], language: Language, values: Iterable[str] = ()) -> str:
    """Return where a quote stands; of the cells of a table's row, those that hold one of the `values`.

    >>> where([SourceStretch(4, 2, "It grew"), SourceStretch(5, 3, "by 5 %.")], "en")
    'p. 2–3'
    >>> row = [SourceStretch(4, None, "县：温宿；", "表1", "A7"), SourceStretch(5, None, "教师：72。", "表1", "B7")]
    >>> where(row, "zh", ["72"])
    '工作表“表1”B7'
    >>> coded = [SourceStretch(4, None, "Code: 1720;", "A", "A7"), SourceStretch(5, None, "72.", "A", "B7")]
    >>> where(coded, "zh", ["72"])
    '工作表“A”B7'
    """
    stretches = [asdict(one) if isinstance(one, SourceStretch) else one for one in source]
    if not stretches:
        return ""
    first, last = stretches[0], stretches[-1]
    if first.get("cell"):
        named = [_alone(value) for value in values if value]
        held = [one for one in stretches if any(value.search(one["text"]) for value in named)]
        if held:
            first, last = held[0], held[-1]
        cells = _range(first["cell"], last.get("cell"), ":")
        return say("cell", language, cell=cells) if not first["sheet"] else _in_sheet(first["sheet"], cells, language)
    if first.get("page"):
        return say("page", language, page=_range(first["page"], last.get("page"), "–"))
    if first.get("slide"):
        return say("slide", language, slide=_range(first["slide"], last.get("slide"), "–"))
    if first.get("sheet"):
        return say("sheet", language, sheet=first["sheet"])
    return say("line", language, line=first["line"])


def _alone(value: str) -> re.Pattern[str]:
    """Match a value where it is no part of a longer figure."""
    before = r"(?<!\d)(?<!\d[.,])" if value[:1].isdigit() else ""
    behind = r"(?!\d)(?![.,]\d)" if value[-1:].isdigit() else ""
    return re.compile(before + re.escape(value) + behind)


def is_joined(source: Sequence[SourceStretch | Stretch]) -> bool:
    """Tell whether a quote is made of what its file holds apart; the cells of a row stand side by side."""
    stretches = [asdict(one) if isinstance(one, SourceStretch) else one for one in source]
    return len(stretches) > 1 and not all(one.get("cell") for one in stretches)


def _in_sheet(sheet: str, cells: str, language: Language) -> str:
    name = say("sheet", language, sheet=sheet)
    return f"{name}{cells}" if language == "zh" else f"{name}, {cells}"


def _range(first: object, last: object, joint: str) -> str:
    return str(first) if last is None or first == last else f"{first}{joint}{last}"
