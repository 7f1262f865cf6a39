"""Bot stage: the items of a list in a sentence."""

import re
from collections.abc import Sequence

from corpus.document import Language, Span
from corpus.segment import tagged

# What a list's items never hold; they stand between 、 or commas, the last one often behind 和 or "and".
_EDGE: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"[，。；;：！？!?\n]|(?<!\d)[,:]|[,:](?!\d)"),
    "en": re.compile(r"[;!?\n]|[.:](?!\d)|\b(?:such as|including|namely|like)\b"),
}
_BETWEEN: dict[Language, re.Pattern[str]] = {
    "zh": re.compile("、|(?<=[”》])(?=[“《])"),
    "en": re.compile(r", (?:and )?|(?<!between \d{4}),? and "),
}
_VERB = re.compile("v(?!n)")
_CLOSED = re.compile("[）)]")
_LAST = re.compile(r"以及|及|[和与](?!平|谐|田|睦)")
_LEADS = re.compile(
    r"^.*?(?:包括|包含|涵盖|有|如|即|为|是|引进|招引|培育|建成|建设|打造|举办|开展|提供|创建|捐赠|捐献|发放|学习|种植|推广|围绕|紧扣|聚焦|锁定)"
)
_ENDS = re.compile(r"(?<![高中平同初优上下])等.*$|(?<=[》”])[^》”、]{0,8}$")


def items(text: str, language: Language, at: Span) -> list[Span]:
    """Return the items of the list that `text[at]` is, lies in or overlaps, none where there is no list.

    The first item begins where `at` does, or behind a word that leads up to a list.

    >>> text = "三年来共引进昆托米业、洽洽瓜子、徽疆食品等企业17家。"
    >>> [text[a:b] for a, b in items(text, "zh", (11, 15))]
    ['昆托米业', '洽洽瓜子', '徽疆食品']
    """
    start, end = _clause(text, language, at)
    between = list(_BETWEEN[language].finditer(text, start, end))
    if not between:
        return []
    edges = [start, *(edge for match in between for edge in match.span()), end]
    found = list(zip(edges[::2], edges[1::2], strict=True))
    if found[0][0] < at[0] < found[0][1]:
        found[0] = (at[0], found[0][1])
    elif language == "zh" and text[start - 1 : start] not in ("（", "("):
        found[0] = (found[0][0] + _led(text, found), found[0][1])
    if language == "zh":
        low, high = found[-1]
        last = _LAST.search(text, low + 1, high - 1)
        found[-1:] = [(low, last.start()), (last.end(), high)] if last else [(low, high)]
        found = [_ended(text, span) for span in found]
    return [span for span in (_trimmed(text, *one) for one in found) if span[0] < span[1]]


_ENGLISH = "two three four five six seven eight nine ten"
_NUMBERS = {
    word: number for words in ("二三四五六七八九十", _ENGLISH.split()) for number, word in enumerate(words, start=2)
} | {"两": 2}
_HOW_MANY_ITEMS = re.compile(
    r"(?P<zh>[两二三四五六七八九十])(?=[个大种项门句位家所条名类方面件字“‘])|\b(?P<en>two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)
_IN_MARKS = re.compile("[“‘「『\"']([^”’」』\"']{1,6})[”’」』\"']")


def fit_of_list(question: str, text: str, language: Language, at: Span) -> float:
    """Return how well a list is as long as a question says, from half to one, and two where each item holds its key.

    The key is what the question has in marks: of three “re” it is reuse, repair and return.

    >>> text = "重商、亲商、爱商、安商，种植茭白、莲藕。"
    >>> fit_of_list("是哪四个“商”？", text, "zh", (0, 11)), fit_of_list("哪四种菜？", text, "zh", (14, 19))
    (2.0, 0.5)
    """
    found = [text[a:b] for a, b in items(text, language, at)]
    key = _IN_MARKS.search(question)
    if key and len(found) > 1 and all(key[1].lower() in item.lower() for item in found):
        return 2.0
    told = {_NUMBERS[(match["zh"] or match["en"]).lower()] for match in _HOW_MANY_ITEMS.finditer(question)}
    return 0.5 if told and len(found) not in told else 1.0


def _led(text: str, found: Sequence[Span]) -> int:
    """Return how much of a list's first part leads up to its first item."""
    first, *others = (text[a:b] for a, b in found)
    heads = [tagged(other)[:1] for other in others if other]
    alike = {head[0][0] for head in heads}
    if len(heads) > 1 and len(alike) == 1:
        return max(0, first.rfind(alike.pop()))
    lead = _LEADS.match(first)
    if lead and lead.end() < len(first):
        return lead.end()
    if all(_VERB.match(tag) for head in heads for _, tag in head):
        return 0
    position = cut = 0
    for word, tag in tagged(first):
        position += len(word)
        if _VERB.match(tag) and position < len(first):
            cut = position
    return cut


def lists(text: str, language: Language) -> list[Span]:
    """Return the spans of the lists in a text, each from its first item to its last.

    >>> text = "共引进昆托米业、洽洽瓜子等企业17家，种植茭白、莲藕。"
    >>> [text[a:b] for a, b in lists(text, "zh")]
    ['昆托米业、洽洽瓜子', '茭白、莲藕']
    """
    found: list[Span] = []
    for match in _BETWEEN[language].finditer(text):
        if found and match.start() < found[-1][1]:
            continue
        made = items(text, language, match.span())
        if len(made) > 1:
            found.append((made[0][0], made[-1][1]))
    return found


def _clause(text: str, language: Language, at: Span) -> Span:
    start = max((match.end() for match in _EDGE[language].finditer(text, 0, at[0])), default=0)
    behind = _EDGE[language].search(text, max(at[0] + 1, at[1] - 1))
    return _bracketed(text, at, (start, behind.start() if behind else len(text)))


def _bracketed(text: str, at: Span, clause: Span) -> Span:
    """Return what of a clause stands in the same brackets as `at`."""
    start, end = clause
    opened = [i for i in range(start, at[0]) if text[i] in "（(" and not _CLOSED.search(text, i, at[0])]
    if not opened:
        return clause
    closing = _CLOSED.search(text, at[1], end)
    return opened[-1] + 1, closing.start() if closing else end


def _ended(text: str, span: Span) -> Span:
    end = _ENDS.search(text[span[0] : span[1]])
    return (span[0], span[0] + end.start()) if end and end.start() else span


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
