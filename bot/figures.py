"""Bot stage: where the figures of a sentence stand."""

import re

from corpus.document import Span

_HAN_NUMERAL = "零〇一二三四五六七八九十百千万亿两半"
_FIGURE = re.compile(
    r"(?:近|约|超过?|逾|达|nearly |about |more than |over |at least )?"
    r"\d+(?:[,，]\d{3})*(?:\.\d+)?\s?(?:余|多)?(?:万|亿|千|百)*(?:余|多)?"
    r"(?:[·年月日时分%％‰]|\s?(?:million|billion|thousand|per cent|percent)\b|[个名人位家户项座条台所间次册亩吨元倍公里平方米人次]+)*"
    rf"|[{_HAN_NUMERAL}]+(?:余|多)?(?:个|名|人|位|家|户|项|座|条|所|次|册|亩|吨|元|年|月|日|期|届|批)"
)


def figures(text: str) -> list[Span]:
    """Return the spans of numbers with their units and dates in a text.

    >>> [text[a:b] for text in ["累计选派援疆教师1569人，近3000名"] for a, b in figures(text)]
    ['1569人', '近3000名']
    """
    return [match.span() for match in _FIGURE.finditer(text)]
