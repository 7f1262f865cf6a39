"""Corpus stage: text that was wrapped at a fixed width, told by lines that are full."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from corpus.fragments import Fragment, Kind

_LEAST_LINES = 4
_LEAST_WIDTH = 15
_FULL_SHARE = 0.85
_MARKED_SHARE = 0.3
_MARK = re.compile(r"[。！？；，、：,;:]|\.(?:\s|$)")
_TABLE = re.compile(r"\s{2,}|[\t|]")
_LEEWAY = "，。"
_FIRST_WORD = re.compile(r"[!-~À-ɏ]+|.")


def wrapped(fragments: Sequence[Fragment]) -> list[int]:
    """Return the lines that a fixed width broke: each goes on in the next one.

    A line is full if the first word of the next one did not fit behind it. A file counts as wrapped if
    nearly all lines are full that end inside a sentence and have a line right below them. Width counts in
    columns, where a Chinese character takes two, or in characters.
    """
    pairs = [i for block in _blocks(fragments) if _reads_as_prose(block, fragments) for i in block[:-1]]
    pairs = [i for i in pairs if _breaks_off(fragments[i]) and not fragments[i + 1].starts_anew]
    if len(pairs) < _LEAST_LINES:
        return []
    for width in (_columns, len):
        lengths = {i: width(fragments[i].text) for i in pairs}
        limit = sorted(lengths.values())[len(pairs) * 9 // 10]
        full = [i for i in pairs if lengths[i] + _needed(fragments[i], fragments[i + 1], width) > limit]
        if limit >= _LEAST_WIDTH and len(full) >= _FULL_SHARE * len(pairs):
            return full
    return []


def _breaks_off(fragment: Fragment) -> bool:
    return fragment.open or fragment.text[-1] in "；;：:"


def _blocks(fragments: Sequence[Fragment]) -> Iterator[range]:
    """Yield runs of lines that stand right below each other."""
    start = 0
    for i in range(1, len(fragments) + 1):
        if i < len(fragments) and not fragments[i].after_blank and fragments[i - 1].kind is not Kind.HEADING:
            continue
        if i - start > 1:
            yield range(start, i)
        start = i


def _reads_as_prose(block: Iterable[int], fragments: Sequence[Fragment]) -> bool:
    """Tell a paragraph from a list of names or a table, whose rows are of one length too."""
    texts = [fragments[i].text for i in block]
    marked = sum(bool(_MARK.search(text)) for text in texts)
    return marked >= _MARKED_SHARE * len(texts) and not any(map(_TABLE.search, texts))


def _needed(tail: Fragment, head: Fragment, width: Callable[[str], int]) -> int:
    """Return the room that the first word of the next line would have taken."""
    first = _FIRST_WORD.match(head.text)
    word = first[0] if first else ""
    if tail.text[-1].isascii() and word.isascii():
        return 1 + width(word)
    # Between Chinese characters a line ends early or late so that no mark begins the next.
    return width(word + _LEEWAY)


def _columns(text: str) -> int:
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text)
