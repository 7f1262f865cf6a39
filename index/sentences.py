"""Index stage: sentences of a report, as spans of its text."""

import re
from collections.abc import Iterator

from corpus.document import Span

_CLOSERS = "”’」』）)》】\"'"
_END = re.compile(rf"[。！？!?…]+[{_CLOSERS}]*|(?<!\.)\.++[{_CLOSERS}]*+(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|Vol|Fig|Figs|pp|vs|etc|approx|ca|Co|Ltd|Inc|Corp|Jan|Feb|Mar|"
    r"Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|(?:[A-Za-z]\.)+[A-Za-z])$"
)
_LONGEST_ABBREVIATION = 12
_LIST_NUMBER = re.compile(r"\s{0,8}\d{1,3}")
_SAYS = re.compile(r"[^。！？!?…“\n]{1,30}(?:说|道|表示|介绍|指出|告诉记者|坦言|感慨)[。：:，]")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the sentences of `text[start:end]` as offsets into `text`, without the space around them.

    A line's end ends a sentence, as do 。！？ and their English peers with the quotation marks behind
    them; ； and ， never do. A quotation keeps the words that say who spoke it.

    >>> [text[a:b] for text in ["投入3.5亿元。“好。”他说。 Done at 3.5 p.m. today."] for a, b in sentences(text)]
    ['投入3.5亿元。', '“好。”他说。', 'Done at 3.5 p.m. today.']
    """
    stop = len(text) if end is None else end
    found: list[Span] = []
    line_start = start
    while line_start < stop:
        line_end = text.find("\n", line_start, stop)
        line_end = stop if line_end < 0 else line_end
        found.extend(_in_line(text, line_start, line_end))
        line_start = line_end + 1
    return found


def _in_line(text: str, start: int, end: int) -> Iterator[Span]:
    begin = start
    for match in _END.finditer(text, start, end):
        if match.end() < end and _goes_on(text, begin, match):
            continue
        yield from _trimmed(text, begin, match.end())
        begin = match.end()
    yield from _trimmed(text, begin, end)


def _goes_on(text: str, begin: int, match: re.Match[str]) -> bool:
    mark = match[0]
    if mark[0] == ".":
        following = text[match.end() : match.end() + 3].lstrip()[:1]
        near = text[max(begin, match.start() - _LONGEST_ABBREVIATION) : match.start()]
        numbered = _LIST_NUMBER.fullmatch(text, begin, match.start())
        return bool(numbered or _ABBREVIATION.search(near)) or following.islower()
    if mark[-1] in '”"' and _SAYS.match(text, match.end()):
        return True
    # An ellipsis or a quoted exclamation inside a sentence is followed by a mark or a small letter.
    following = text[match.end() : match.end() + 1]
    return following in "，、；：,;:" or (mark[-1] in _CLOSERS and following in "的等和与及")


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        first = start + len(piece) - len(piece.lstrip())
        yield first, first + len(stripped)
