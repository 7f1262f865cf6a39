"""Corpus stage: which province, city or county a report tells of as the one that acts."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from corpus.data.lists import Division, acting_words, divisions
from corpus.document import Language, Span

MIN_MENTIONS = 2
MARGIN = 1.5
# Spans kept as evidence, and distinct names weighed, so that a huge report stays cheap.
MAX_EVIDENCE = 20
MAX_NAMES = 60
# Names in a row: 湖北省宜昌市宜都市.
MAX_CHAIN = 4

# Names that stand together, outermost first; in English a name and its suffix, which may be empty.
_Surface = tuple[str, ...]
# Where each of them stands and does something.
_Mentions = dict[_Surface, list[int]]


@dataclass(frozen=True, slots=True)
class Region:
    """Hold the region as the report writes it, and where it does."""

    name: str
    spans: tuple[Span, ...]


def find_region(text: str, language: Language) -> Region | None:
    """Return the division that acts most often in `text`, or None when none clearly does."""
    acting, identify = (_acting_zh(text), _identify_zh) if language == "zh" else (_acting_en(text), _identify_en)
    spans_of: defaultdict[Division, list[Span]] = defaultdict(list)
    common = sorted(acting, key=lambda surface: (-len(acting[surface]), surface))
    for surface in common[:MAX_NAMES]:
        if identified := identify(surface, text):
            division, (low, high) = identified
            spans_of[division] += [(start + low, start + high) for start in acting[surface]]
    winner = _winner({division: len(spans) for division, spans in spans_of.items()})
    if winner is None:
        return None
    spans = sorted(spans_of[winner])
    name = _form_zh(winner, text) if language == "zh" else _form_en(text, spans)
    spelled = text.find(name)
    if spelled >= 0 and all(text[start:end] != name for start, end in spans):
        spans.insert(0, (spelled, spelled + len(name)))
    return Region(name, tuple(spans[:MAX_EVIDENCE]))


def _winner(counts: Mapping[Division, int]) -> Division | None:
    """Return the division with clearly the most mentions; one within another need only lead."""
    ranked = sorted(counts, key=lambda division: (-counts[division], division.name))
    if not ranked or counts[ranked[0]] < MIN_MENTIONS:
        return None
    best = ranked[0]
    for other in ranked[1:]:
        least = counts[other] + 1 if best.kin(other) else counts[other] * MARGIN
        if counts[best] < least:
            return None
    return best


# Chinese.


@cache
def _surfaces_zh() -> dict[str, tuple[Division, ...]]:
    """Map each way to write a division, of two characters or more, to those it may stand for."""
    surfaces: defaultdict[str, list[Division]] = defaultdict(list)
    for division in divisions():
        for surface in {*division.forms, division.short}:
            if len(surface) > 1:
                surfaces[surface].append(division)
    return {surface: tuple(named) for surface, named in surfaces.items()}


@cache
def _by_head() -> dict[str, tuple[str, ...]]:
    """Map two characters to the names that begin with them, longest first."""
    heads: defaultdict[str, list[str]] = defaultdict(list)
    for surface in _surfaces_zh():
        heads[surface[:2]].append(surface)
    return {head: tuple(sorted(names, key=len, reverse=True)) for head, names in heads.items()}


@cache
def _patterns_zh() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what leads up to a name at the head of a clause, and what follows a doer."""
    w = acting_words()["zh"]
    firsts = "".join(sorted({head[0] for head in _by_head()}))
    head = f"(?:(?<=[。！？；;，,：:“‘（(）)—…\\s])|^)(?=\\w){w['leads']}{{0,3}}(?=[{firsts}])"
    inner = f"(?:{w['joints']}|(?!{w['strangers']})[^\\W的由被在和与及对向从把将为是有到于以也等让给])"
    body = f"(?:[省市县区州旗]?委、[省市县区州旗]?(?:人民)?政府|{inner}{{0,18}}?{w['bodies']})"
    verb = f"(?:{w['verbs']}(?!的)|{w['nominal']}(?!{w['nouns']}))(?=[\\w“‘《]|[^\\S\\n]\\w)"
    deed = f"(?:{w['coverbs']}(?!的)|{verb}|{w['closing']}(?!的))"
    return re.compile(head), re.compile(f"(?:{body})?{w['adverbs']}{{0,4}}{deed}")


def _acting_zh(text: str) -> _Mentions:
    """Find the names, outermost first where several stand together, that do something."""
    head, deed = _patterns_zh()
    found: defaultdict[_Surface, list[int]] = defaultdict(list)
    for match in head.finditer(text):
        names: list[str] = []
        end = match.end()
        while len(names) < MAX_CHAIN and (name := _name_at(text, end)):
            names.append(name)
            end += len(name)
        # The last one may be no name: 宜昌市新建码头 has 新建, a district, in it.
        while names and not deed.match(text, end):
            end -= len(names.pop())
        if names:
            found[tuple(names)].append(match.end())
    return found


def _name_at(text: str, position: int) -> str | None:
    """Return the longest name of a division that stands at `position`."""
    for name in _by_head().get(text[position : position + 2], ()):
        if text.startswith(name, position):
            return name
    return None


def _identify_zh(surface: _Surface, text: str) -> tuple[Division, Span] | None:
    """Return the innermost division named beyond doubt within `text`, and its part of `surface`."""
    end = sum(map(len, surface))
    for name in reversed(surface):
        candidates = _surfaces_zh()[name]
        named = [d for d in candidates if any(form in text for form in d.forms)]
        if not named:
            free = [d for d in candidates if d.standalone]
            named = [d for d in free if d.rank == min(f.rank for f in free)]
        if named:
            return (named[0], (end - len(name), end)) if len(named) == 1 else None
        end -= len(name)
    return None


def _form_zh(division: Division, text: str) -> str:
    """Return the fullest form of the name that `text` has, else the official one."""
    return next((form for form in division.forms if form in text), division.name)


# English.

_UNITS = {
    "Province": "省",
    "City": "市",
    "Municipality": "市",
    "County": "县",
    "District": "区",
    "Prefecture": "州区",
    "Region": "区",
    "Banner": "旗",
    "League": "盟",
}


@cache
def _surfaces_en() -> dict[str, tuple[Division, ...]]:
    """Map each English name, without its suffix, to the divisions that it may stand for."""
    surfaces: defaultdict[str, list[Division]] = defaultdict(list)
    for division in sorted(divisions(), key=lambda d: (d.rank, not d.standalone)):
        for name in division.english:
            surfaces[name].append(division)
    return {name: tuple(named) for name, named in surfaces.items()}


@cache
def _patterns_en() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return a name, what stands before a doer, and what follows one."""
    w = acting_words()["en"]
    seconds = "|".join(sorted({name.split(" ", 1)[1] for name in _surfaces_en() if " " in name}))
    word = r"[A-ZÜ][a-zêü]+(?:(?:['’](?!s\b)|-)[A-Za-z][a-z]*)?"
    name = f"\\b({word}(?: (?:{seconds}))?)(?: {w['suffixes']})?(?![\\w-])"
    body = f"(?:['’]s)?(?: [A-Za-z-]+){{0,4}}? {w['bodies']}"
    past = f"(?!{w['stative']}\\b)(?:[a-z]{{3,}}ed|{w['irregular']})\\b(?! by\\b)"
    auxiliary = (
        f"(?:has|have|had) (?:{w['adverbs']} )?{past}"
        f"|(?:will|would|must|can) (?:{w['adverbs']} )?(?!(?:be|become|have)\\b)[a-z]+"
        f"|(?:is|are|was|were) (?:{w['adverbs']} )?(?!being|becoming)[a-z]{{2,}}ing\\b"
    )
    deed = f"(?:{body})? (?:{w['adverbs']} )?(?:{auxiliary}|{past}|{w['present']}\\b)"
    return re.compile(name), re.compile(f"{w['before']}(?:[Tt]he )?$"), re.compile(deed)


def _acting_en(text: str) -> _Mentions:
    """Find the names, each with its suffix or none, that do something."""
    name, before, deed = _patterns_en()
    found: defaultdict[_Surface, list[int]] = defaultdict(list)
    for match in name.finditer(text):
        base = match[1].replace("’", "'")
        if base not in _surfaces_en() or not deed.match(text, match.end()):
            continue
        if before.search(text[max(0, match.start() - 40) : match.start()]):
            found[base, text[match.end(1) : match.end()].strip()].append(match.start())
    return found


def _identify_en(surface: _Surface, text: str) -> tuple[Division, Span] | None:
    """Return the division named, one for all that share its English name, and all of `surface`."""
    base, suffix = surface
    for division in _surfaces_en()[base]:
        if suffix:
            fits = division.name[-1] in _UNITS[suffix.split()[-1]]
        else:
            fits = division.standalone or (len(division.short) > 1 and any(f"{base} {unit}" in text for unit in _UNITS))
        if fits:
            return division, (0, len(" ".join(surface).strip()))
    return None


def _form_en(text: str, spans: Iterable[Span]) -> str:
    """Return the form that most of `spans` have, the longer one if two are as frequent."""
    forms = Counter(text[start:end] for start, end in spans)
    return max(forms, key=lambda form: (forms[form], len(form)))
