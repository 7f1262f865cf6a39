"""Bot stage: amounts and dates shown in a language, whatever language they were read in."""

from decimal import Context, Decimal, localcontext

from bot.quantities.amounts import Date, Quantity
from bot.quantities.english_dates import MONTHS
from bot.quantities.units import by_form, by_name, unit_kind
from corpus.document import Language

_PRECISION = 80
_DECIMALS = 4
_BEFORE_ZH = {
    "nearly": "近",
    "about": "约",
    "more than": "超过",
    "at most": "至多",
    "less than": "不足",
    "at least": "",
}
# What a unit is in one that readers of English know: its short name and how many make one of the other.
_CONVERTED = {"mu": ("ha", 15), "jin": ("kg", 2)}


def show(amount: Quantity | Date, language: Language) -> str:
    """Show an amount or a date in a language, so that reading it gives the same again.

    >>> show(Quantity(Decimal(115200), "mu", None, 0, 7), "en")
    '115,200 mu (7,680 ha)'
    >>> show(Quantity(Decimal(3000), "person", "nearly", 0, 6), "en")
    'nearly 3,000 people'
    >>> show(Date(2022, 11, 22, None, None, 0, 11), "en")
    'November 22, 2022'
    """
    if isinstance(amount, Date):
        return _date(amount, language)
    with localcontext(Context(prec=_PRECISION)):
        return _amount_zh(amount) if language == "zh" else _amount_en(amount)


def _amount_en(amount: Quantity) -> str:
    if amount.ordinal:
        return f"{_plain(amount.number)}{_suffix(int(amount.number))}"
    share = amount.unit == "percent"
    numbers = _range_en(amount.number, amount.upper, "%" if share else "")
    unit = by_name()[amount.unit] if amount.unit else None
    most = amount.number if amount.upper is None else amount.upper
    name = unit.en[0 if most == 1 else 1] if unit else ""
    before = f"{amount.approximation} " if amount.approximation else ""
    return f"{before}{numbers}{'' if share or not name else ' '}{name}{_conversion(amount)}"


def _range_en(number: Decimal, upper: Decimal | None, sign: str) -> str:
    if upper is None:
        return _number_en(number)
    first, last = _number_en(number), _number_en(upper)
    # "1 to 20 million" would be read as millions both.
    if not sign and number < 10**6 <= upper and number < Decimal(last.split()[0].replace(",", "")):
        last = _grouped(upper)
    both = not sign and first.split()[1:] == last.split()[1:]
    return f"{first.split()[0] if both else first}{sign} to {last}"


def _number_en(number: Decimal) -> str:
    """Return a number in digits below a million, in millions below a thousand of them, else in billions."""
    if abs(number) < 10**6:
        return _grouped(number)
    scale, word = (10**6, "million") if abs(number) < 10**9 else (10**9, "billion")
    return f"{_grouped(number / scale)} {word}"


def _conversion(amount: Quantity) -> str:
    if amount.unit not in _CONVERTED:
        return ""
    name, divisor = _CONVERTED[amount.unit]
    ends = [end for end in (amount.number, amount.upper) if end is not None]
    exact = all(end / divisor == round(end / divisor, _DECIMALS) for end in ends)
    shown = [_number_en(end / divisor if exact else _rounded(end / divisor)) for end in ends]
    return f" ({'' if exact else 'about '}{' to '.join(shown)} {name})"


def _rounded(number: Decimal) -> Decimal:
    """Return a number with three significant digits."""
    return Context(prec=3).plus(number)


def _suffix(number: int) -> str:
    return "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _plain(number: Decimal) -> str:
    return f"{_trimmed(number):f}"


def _grouped(number: Decimal) -> str:
    return f"{_trimmed(number):,f}"


def _trimmed(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _amount_zh(amount: Quantity) -> str:
    counter = amount.counter if by_form("zh").get(amount.counter) == "" or amount.ordinal else ""
    if amount.ordinal:
        return f"第{_plain(amount.number)}{counter}"
    unit = by_name()[amount.unit].zh[0] if amount.unit else counter
    before = _BEFORE_ZH.get(amount.approximation or "", "")
    # 近3年 is the last three years.
    if before == "近" and unit_kind(amount.unit) == "time":
        before = "接近"
    after = "以上" if amount.approximation == "at least" else ""
    return f"{before}{_range_zh(amount, unit)}{unit}{after}"


def _range_zh(amount: Quantity, unit: str) -> str:
    number, upper = amount.number, amount.upper
    if upper is None:
        # Four digits before 年, or alone, would be a year.
        yearlike = (unit == "年" and 1000 <= number < 3000) or (unit == "" and 1900 <= number <= 2100)
        return _grouped(number) if yearlike and not amount.approximation else _number_zh(number)
    first, last = _number_zh(number), _number_zh(upper)
    if first[-1] == last[-1] and first[-1] in "万亿":
        return f"{first[:-1]}至{last}"
    # 1至2万 would be read as both in 万.
    if last[-1] in "万亿" and (first[-1] in "万亿" or number < Decimal(last[:-1])):
        return f"{first}至{last}" if first[-1] in "万亿" else f"{first}至{_plain(upper)}"
    both_years = unit in {"", "年"} and upper < 3000
    return f"{_grouped(number)}至{_grouped(upper)}" if both_years else f"{first}至{last}"


def _number_zh(number: Decimal) -> str:
    """Return a number in 亿 or 万 where four decimals suffice, else in digits."""
    for scale, word in ((10**8, "亿"), (10**4, "万")):
        if abs(number) >= scale and number / scale == round(number / scale, _DECIMALS):
            return f"{_plain(number / scale)}{word}"
    return _plain(number)


def _date(date: Date, language: Language) -> str:
    point = _point_zh if language == "zh" else _point_en
    if date.until is None:
        return point(date)
    until = date.until
    same_year = date.year == until.year and date.month is not None
    if language == "zh":
        last = Date(None if same_year else until.year, *until.parts[1:], start=0, end=0)
        return f"{point(date)}至{point(last)}"
    first = Date(None if same_year else date.year, *date.parts[1:], start=0, end=0)
    return f"{point(first)} to {point(until)}"


def _point_zh(date: Date) -> str:
    parts = ((date.year, "年"), (date.month, "月"), (date.day, "日"), (date.hour, "时"), (date.minute, "分"))
    return "".join(f"{part:02d}{name}" if name == "分" else f"{part}{name}" for part, name in parts if part is not None)


def _point_en(date: Date) -> str:
    day = _day_en(date)
    if date.hour is None:
        return day
    if date.minute is None and date.hour < 24:
        clock = f"{date.hour % 12 or 12} {'a' if date.hour < 12 else 'p'}.m."
    else:
        clock = f"{date.hour}:{date.minute or 0:02d}"
    return f"{clock} on {day}" if day else clock


def _day_en(date: Date) -> str:
    if date.month is None:
        if date.day is not None:
            return f"{date.day}{_suffix(date.day)} of the month"
        return "" if date.year is None else f"{date.year}" if 1900 <= date.year <= 2100 else f"AD {date.year}"
    month = MONTHS[date.month - 1]
    if date.day is None:
        return f"{month} {date.year}" if date.year is not None else month
    return f"{month} {date.day}, {date.year}" if date.year is not None else f"{month} {date.day}"
