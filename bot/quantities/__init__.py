"""Bot stage: amounts and dates of reports, read in Chinese and English and shown in either."""

from bot.quantities.amounts import Approximation, Date, Quantity
from bot.quantities.show import show
from bot.quantities.units import unit_kind
from corpus.document import Language

__all__ = ["Approximation", "Date", "Quantity", "read", "show", "unit_kind"]


def read(text: str, language: Language) -> list[Quantity | Date]:
    """Read the amounts and dates of a text, in its order, none overlapping.

    >>> [show(one, "en") for one in read("投入20亿元，培训近3000名教师", "zh")]
    ['2 billion yuan', 'nearly 3,000 people']
    >>> [show(one, "zh") for one in read("more than 2 billion yuan since April 2018", "en")]
    ['超过20亿元', '2018年4月']
    """
    # A language's patterns take a while to compile, and many a question needs those of one.
    if language == "zh":
        from bot.quantities.chinese import read_chinese

        return read_chinese(text)
    from bot.quantities.english import read_english

    return read_english(text)
