"""Bot stage: one Chinese numeral with its scale and unit, as in 2.5余亿元, and what can't be one."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.quantities.amounts import Approximation, Numeral
from bot.quantities.numerals import FIGURES, ITEM, figures, han
from bot.quantities.units import COUNTED_NOUNS, by_form, form_pattern, unit_kind

HAN_NUMERAL = r"[零〇一二两三四五六七八九十百千万亿]++(?:点[零〇一二三四五六七八九]++)?+|半"
NUMERAL = re.compile(rf"{FIGURES}|{HAN_NUMERAL}")
INFIX: dict[str, Approximation] = {"余": "more than", "多": "more than", "来": "about", "+": "more than"}
_SHARES = {"成": Decimal(10), "‰": Decimal("0.1")}
_UNIT = rf"{form_pattern('zh')}|成(?=[以左的多,，。；、）\s]|\Z)|‰"
_TAIL = re.compile(
    r"(?P<infix>[余多]|来(?=[个名人位年天岁米亩吨公万])|(?<=\d\d)\+(?!\d))?"
    r"(?P<scale>[十百千]?[万亿]亿?|百(?!分)|千(?![瓦米克伏焦卡帕赫]))?(?P<infix2>[余多])?"
    rf"(?:个(?P<middle>[多半])(?P<split>小时|月|星期|钟头)|(?P<unit>{_UNIT}))?"
)
_HALF = re.compile(r"半(?![年天月日夜载])")
_MORE = re.compile(r"[多余](?![数次个少样种元项家名人地位下额])")


@dataclass(frozen=True, slots=True)
class Part(Numeral):
    """Hold one numeral with what belongs to it."""

    form: str
    unit: str
    mark: Approximation | None
    end: int

    @property
    def bare(self) -> bool:
        """Tell whether nothing but figures stands here."""
        return not (self.form or self.mark or self.scale > 1)

    @property
    def is_scale(self) -> bool:
        """Tell whether it begins with a scale, as 千 and 百万 do, which names like to do too."""
        return self.written[0] in "百千万亿"


def part_at(text: str, numeral: re.Match[str]) -> Part | None:
    """Return a numeral with its scale and unit, None if it writes no number.

    >>> text = "2.5余亿元"
    >>> part = part_at(text, next(NUMERAL.finditer(text)))
    >>> part and (part.value, part.scale, part.unit, part.mark)
    (Decimal('2.5'), Decimal('100000000'), 'yuan', 'more than')
    """
    written, tail = numeral[0], _TAIL.match(text, numeral.end())
    value = figures(written) if written[0].isdigit() else han(written)
    scale = han(tail["scale"]) if tail and tail["scale"] else Decimal(1)
    if value is None or scale is None or tail is None:
        return None
    form, end = tail["unit"] or "", tail.end()
    mark = tail["infix"] or tail["infix2"]
    if tail["split"]:
        form = f"个{tail['split']}"
        if tail["middle"] == "半":
            value += Decimal("0.5")
        else:
            mark = mark or "多"
    if form in _SHARES:
        return Part(written, value * _SHARES[form], scale, form, "percent", INFIX[mark] if mark else None, end)
    unit = by_form("zh")[form] if form else ""
    if unit and scale == 1 and _HALF.match(text, end) and unit_kind(unit) in {"time", "fold"}:
        value, end = value + Decimal("0.5"), end + 1
    elif unit and not mark and _MORE.match(text, end):
        mark, end = "多", end + 1
    return Part(written, value, scale, form, unit, INFIX[mark] if mark else None, end)


def is_no_count(text: str, start: int, part: Part, *, approximate: bool) -> bool:
    """Tell whether what looks like an amount in Chinese numerals is a word or a name.

    Numerals need something that they count. 一 is an article before a classifier (一个), 二 before
    one is a label (二期), and scales without a digit abound in names (万亩, 百校).
    """
    before, after = text[start - 1 : start], text[part.end : part.end + 1]
    unit, form, approximate = part.unit, part.form, approximate or part.mark is not None
    if before in {"几", "数", "若", "点"} or text.startswith("几", start + len(part.written)):
        return True
    if part.written == "半":
        return unit_kind(unit) != "time" or before in tuple("大上下前后过多一小东西南北")
    if part.is_scale:
        return not approximate
    if form in {"日", "度", *COUNTED_NOUNS} or (form == "大" and not 2 <= part.value <= 10):
        return True
    if part.written == "一" and not approximate:
        again = after == "一" or text.startswith(form, part.end)
        return (
            not unit or form in {"周", "成"} or again or (before != "" and before in "唯统同进单专逐每这那另某任万第首")
        )
    if part.written == "二" and (not unit or unit == "time"):
        return True
    return not (form or approximate or (len(part.written) > 2 and re.search("[百千万亿]", part.written)))


def is_label(text: str, start: int, part: Part) -> bool:
    """Tell whether bare figures name something: 331, 5G, 985、211工程, a telephone number, the number of a list."""
    before, after = text[start - 1 : start], text[part.end : part.end + 2]
    if part.written[0] == "0" and part.written[1:2].isdigit():
        return True
    if not part.bare:
        return False
    if "\u4e00" <= after[:1] <= "\u9fff" or after[:1].isalpha() or re.match(r"[、+]\d|\+", after):
        return True
    if (before in tuple('“‘"「『') and after[:1] in tuple('”’"」』')) or (before == "(" and after[:1] == ")"):
        return True
    if ITEM.search(text, max(0, start - 9), start) and re.match(r"[.)、](?!\d)", after):
        return True
    return part.written.isdigit() and len(part.written) > 6
