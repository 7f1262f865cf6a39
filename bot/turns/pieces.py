"""Bot stage: the pieces of a question that a follow-up may replace or point at."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from bot.quantities import Date, read
from bot.turns.cues import LONGEST, fits
from corpus.data.lists import irregular_verbs
from corpus.dictionary import english_of
from corpus.document import Language, Span
from corpus.places import placed
from corpus.segment import tagged

Role = Literal["asks", "place", "time", "thing"]

_ASKS_ZH = re.compile(
    r"(?:(?:总共|一共|合计|累计|共)?(?:[有是为达])?)?(?:多少|几)(?:[万亿千百])?"
    r"(?:人次|公里|公顷|平方米|公斤|[名位个家所座条台项户只件本册场次间处棵株批期届支门种款套艘辆头部吨亩斤趟份点](?![中年]))?|"
    r"(?:在)?(?:什么时候|啥时候|何时|几时|哪一?[年天月]|什么时间|什么地方|哪里|哪儿|何处)|(?:是)?(?:为什么|为何|为啥|怎么样?|如何|怎样)|"
    r"是?(?:谁|哪位|哪些人|什么人)|哪[一几]?[个家所位座些份种部条]|干嘛|什么|啥|多[久大长远高重]|百分之几"
)
_ASKS_EN = re.compile(
    r"\b(?:(?:in|on|at|by|since|from|to|until|for) )?(?:which|what|whose)(?: (?:year|month|day|date|city|place|county))?\b|"
    r"\bhow (?:many|much|long|far|old|often|big|large|high|tall)\b|\b(?:when|where|who|whom|why|how)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z][\w'’-]*|\d[\d,.]*%?|“[^”]{1,60}”|\"[^\"]{1,60}\"|[一-鿿]+")
_QUOTED = re.compile(r"[“《「\"][^”》」\"]{1,40}[”》」\"]")
_NOUNS = ("n", "vn", "b", "eng", "l", "j", "an", "i")
_NO_BRIDGE = frozenset(
    "有 是 在 建 派 去 来 到 做 多少 几个 几 什么 卖 办 给 让 请 用 花 投 一共 总共 又 还 都 增加 增长 帮助".split()
)
_COUNTED_ZH = re.compile(r"(?:多少|几)[个名位家所座条项户只件本册场次处批届支门种艘辆]?(?P<noun>[一-鿿]{2,})")
_NEVER = frozenset("一共 总共 累计 共 其中 时候 人 钱 多少".split())
_AUXILIARIES = frozenset(
    "did does do is are was were has have had will would can could should may might be been being 's".split()
)
_BREAKS = _AUXILIARIES | frozenset(
    "of in on at by for from to with into onto over under about as than and or but if that which who whom whose what when "
    "where why how there it they he she we you i many much not also so too please altogether total overall exactly only just "
    "per during since until before after between among across through tell me show give list name find get got again once still "
    "already ever even here now then too well ago later else more most less back up out down off away together very other another "
    "same done".split()
)
_DETERMINERS = frozenset(
    "the a an its their his her this that these those our your any some all both each every".split()
)
_VERB = re.compile(r"\w+(?:ed|ing)$")
_MONTH = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b(?=[\s,]|$)"
)
# Parts of a year that no date holds: jan to aug 2020, 2020年头八个月, 2017年到现在.
_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_MONTHS_BEFORE = re.compile(
    rf"\b(?:{_MONTH_NAME}\.?\s?(?:to|-|–|until|through|and)\s?)?{_MONTH_NAME}\.?,? $|"
    r"\b(?:first|second|last) (?:half|quarter|(?:\w+ )?months) of $",
    re.IGNORECASE,
)
_PART_OF_YEAR = re.compile(
    r"年?的?(?:[头前后][一二两三四五六七八九十\d]{1,3}个月|[上下]半年|[头前]?[一二三四]个?季度|(?:到|至)(?:现在|今|目前)|以来)"
)
_NAME_TAGS = frozenset({"ns", "nt", "nrt", "nrfg"})
_PLAIN = re.compile(r"\b(?:the|a|an|of|in|on|at|by|to|from|for|and)\b", re.IGNORECASE)
_SUFFIX = re.compile(r"\s+(?:city|county|prefecture|province|district|township|town|village)\b", re.IGNORECASE)
_BRIDGES = ("a", "b", "v", "s", "z", "m", "f", "t")  # parts of speech that a Chinese name holds between its nouns


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold a stretch of a question, and what part it plays."""

    role: Role
    start: int
    end: int
    text: str


@lru_cache(maxsize=1024)
def pieces(question: str, language: Language) -> tuple[Piece, ...]:
    """Return the pieces of a question in its order, none of a very long one; what only joins them is no piece.

    >>> [(one.role, one.text) for one in pieces("How many teachers did Hangzhou send in 2019?", "en")]
    [('asks', 'How many'), ('thing', 'teachers'), ('place', 'Hangzhou'), ('time', '2019')]
    >>> [(one.role, one.text) for one in pieces("杭州2019年派了多少教师？", "zh")]
    [('place', '杭州'), ('time', '2019年'), ('asks', '多少'), ('thing', '教师')]
    """
    if len(question) > LONGEST:
        return ()
    question = _MONTH.sub(lambda match: match[0].capitalize(), question)
    taken: list[tuple[Role, Span]] = [("time", span) for span in _times(question, language)]
    asks = _ASKS_ZH if language == "zh" else _ASKS_EN
    for role, spans in (
        ("asks", [match.span() for match in asks.finditer(question)]),
        ("place", list(_places(question, language))),
    ):
        taken += [(role, span) for span in spans if _free(span, taken)]  # type: ignore[misc]
    things = _chinese_things(question) if language == "zh" else _english_things(question)
    for start, end in things:
        taken += [("thing", part) for part in _uncovered((start, end), taken, question)]
    ordered = sorted(taken, key=lambda one: one[1])
    return tuple(Piece(role, start, end, question[start:end]) for role, (start, end) in ordered)


def _times(question: str, language: Language) -> Iterator[Span]:
    for one in read(question, language):
        if isinstance(one, Date):
            months = _MONTHS_BEFORE.search(question[: one.start]) if language == "en" else None
            behind = _PART_OF_YEAR.match(question, one.end) if language == "zh" else None
            yield months.start() if months else one.start, behind.end() if behind else one.end


def _places(question: str, language: Language) -> Iterator[Span]:
    """Yield where places stand by themselves, not within a word or the name of a thing."""
    known = [span for span, _ in placed(question, language)]
    if language == "zh":
        yield from sorted([*known, *_tagged_places(question, known)])
        return
    for start, end in known:
        suffix = _SUFFIX.match(question, end)
        if not (question[end : end + 1] == "-" or _within_name(question, start, end)):
            yield start, suffix.end() if suffix else end


def _tagged_places(question: str, taken: Sequence[Span]) -> Iterator[Span]:
    """Yield Chinese words that the tagger takes for places and the list of divisions does not hold."""
    position = 0
    for word, tag in tagged(question):
        span = position, position + len(word)
        name = english_of().get(word, "A")[:1].isupper()
        if tag == "ns" and name and len(word) > 1 and all(span[1] <= low or high <= span[0] for low, high in taken):
            yield span
        position += len(word)


def _within_name(question: str, start: int, end: int) -> bool:
    """Tell whether an English place stands between other words of a name."""
    before = re.search(r"([\w-]+) $", question[:start])
    behind = re.match(r" ([\w-]+)", question[end:])
    joins = _BREAKS | _DETERMINERS
    return bool(before and behind) and not any(
        one[1].lower() in joins or _verb_like(one[1]) for one in (before, behind) if one
    )


def _free(span: Span, taken: list[tuple[Role, Span]]) -> bool:
    return all(span[1] <= start or end <= span[0] for _, (start, end) in taken)


def _uncovered(span: Span, taken: list[tuple[Role, Span]], question: str) -> Iterator[Span]:
    """Yield what no other piece takes of a stretch; a name that a place begins stays whole beside it."""
    start, end = span
    for _, (low, high) in sorted(taken, key=lambda one: one[1]):
        if low < end and start < high:
            if start < low and question[start:low].strip():
                yield start, start + len(question[start:low].rstrip())
            start = max(start, high)
    while start < end and (question[start].isspace() or question[start : start + 2] in ("'s", "’s")):
        start += 1 if question[start].isspace() else 2
    if start < end and question[start:end].strip():
        yield start, end


def _chinese_things(question: str) -> list[Span]:
    """Return runs of nouns with what joins them to one name, and what stands in quotation marks."""
    found = [match.span() for match in _QUOTED.finditer(question)]
    marked: list[
        tuple[int, int, str]
    ] = []  # start, end, and N for a noun, B for what may bridge, X for what ends a run
    position = 0
    for word, tag in tagged(question):
        inside = any(start <= position < end for start, end in found)
        noun = (tag.startswith(_NOUNS) and word not in _NEVER) or (len(word) == 1 and word in "员型馆厂")
        bridge = tag.startswith(_BRIDGES) and word not in _NO_BRIDGE
        marked.append((position, position + len(word), "X" if inside else "N" if noun else "B" if bridge else "X"))
        position += len(word)
    kinds = "".join(kind for _, _, kind in marked)
    found += [(marked[m.start()][0], marked[m.end() - 1][1]) for m in re.finditer(r"N(?:B?N)*", kinds)]
    counted = _COUNTED_ZH.search(question)
    if counted and not any(start <= counted.start("noun") < end for start, end in found):
        # What is counted is a noun, known or not.
        word, tag = next(iter(tagged(counted["noun"])))
        if len(word) > 1 and not tag.startswith(("v", "p", "c", "u", "r", "m")):
            found.append((counted.start("noun"), counted.start("noun") + len(word)))
    return sorted(found)


def _english_things(question: str) -> list[Span]:
    """Return runs of words between those that only join, without the verbs at their ends.

    Two runs that "and" joins, and no article, are one thing: the science and technology park.
    """
    things: list[Span] = []
    run: list[re.Match[str]] = []
    acted = joined = verbal = False
    for match in [*_WORD.finditer(question), None]:
        small = match[0].lower() if match else ""
        acts = _acts(small, run, acted=acted)
        ends = match is None or small in _BREAKS or small in _DETERMINERS or acts
        ends = ends or (bool(run) and bool(question[run[-1].end() : match.start() if match else None].strip(" ")))
        if ends and run:
            words = _without_verbs(run, after_auxiliary=acted and small != "and" and not acts, verbal=verbal)
            if words:
                span = words[0].start(), words[-1].end()
                things[-1:] = [(things[-1][0], span[1])] if joined and things else [*things[-1:], span]
            acted = acted and small in ("and", "of")
            run = []
            joined = small == "and" and bool(words)
        elif ends:
            joined = joined and small == "and"
        if match and small not in _BREAKS | _DETERMINERS and not acts:
            run.append(match)
        elif small in _AUXILIARIES:
            acted, verbal = small in _DOING, True
    return things


_DOING = frozenset({"did", "does", "do", "will", "can", "could", "would", "should"})


def _acts(word: str, run: list[re.Match[str]], *, acted: bool) -> bool:
    """Tell whether a word within a run is its verb: a past form, or a bare one behind an auxiliary or a plural."""
    if not run:
        return False
    return irregular_verbs().get(word, word) != word or (word in _base_forms() and (acted or run[-1][0].endswith("s")))


def _without_verbs(run: list[re.Match[str]], *, after_auxiliary: bool, verbal: bool) -> list[re.Match[str]]:
    """Return a run without the verbs at its ends; behind no auxiliary only the irregular ones are sure to be verbs."""
    words = list(run)
    if after_auxiliary and len(words) > 1:
        words.pop()
    while words and (_verb_like(words[-1][0]) if verbal else words[-1][0] in irregular_verbs()):
        words.pop()
    while words and words[0][0] in irregular_verbs():
        words.pop(0)
    return words


@cache
def _base_forms() -> frozenset[str]:
    return frozenset(irregular_verbs().values()) - {"cost", "set", "cut"}


def _verb_like(word: str) -> bool:
    return word.islower() and (word in irregular_verbs() or word in _base_forms() or bool(_VERB.match(word)))


def is_name(text: str, language: Language) -> bool:
    """Tell whether words are written as a proper name.

    >>> is_name("the port of Larvik", "en"), is_name("Port Larvik", "en"), is_name("quays", "en")
    (False, True, False)
    """
    if language == "zh":
        return any(tag in _NAME_TAGS for _, tag in tagged(text))
    told = re.findall(r"[A-Za-z][\w'’-]*", _PLAIN.sub("", text))
    return bool(told) and all(word[0].isupper() for word in told)


def asked_in(found: Sequence[Piece]) -> Piece | None:
    """Return the first piece that asks."""
    return next((one for one in found if one.role == "asks"), None)


def content(found: Sequence[Piece], language: Language) -> list[Piece]:
    """Return the pieces that say what a question is about: neither what is asked nor a mere side of a thing."""
    return [
        one for one in found if one.role != "asks" and not (one.role == "thing" and fits("aspects", one.text, language))
    ]
