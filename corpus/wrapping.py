"""Corpus stage: text that was wrapped at a fixed width, told by lines that are full."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from corpus.fragments import Fragment, Kind, is_wide

_LEAST_LINES = 4
_REACH = 100
_LEAST_WIDTH = 15
_FULL_SHARE = 0.85
_MARKED_SHARE = 0.3
_MARK = re.compile(r"[。！？；，、：,;:]|\.(?:\s|$)")
_TABLE = re.compile(r"\s{2,}|[\t|]")
_LEEWAY = "，。"
_FIRST_WORD = re.compile(r"[!-~À-ɏ“”‘’–—€£]+|.")
_SHAPES = ((re.compile(r"[0-9]+"), "0"), (re.compile(r"[A-Za-zÀ-ɏ㐀-䶿一-鿿]+"), "a"))
_LIKE_SHARE = 0.7


def wrapped(fragments: Sequence[Fragment]) -> list[int]:
    """Return the lines that a fixed width broke: each goes on in the next one.

    A line is full if the first word of the next one did not fit behind it. A file counts as wrapped if
    nearly all lines are full that end inside a sentence and have a line right below them. Width counts in
    columns, where a Chinese character takes two, or in characters.
    """
    pairs = [i for block in _blocks(fragments) if _reads_as_prose(block, fragments) for i in block[:-1]]
    pairs = [i for i in pairs if _breaks_off(fragments[i]) and not _begins_anew(fragments, i + 1)]
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


def _begins_anew(fragments: Sequence[Fragment], i: int) -> bool:
    """Tell whether a line begins a paragraph; 45. is no item if nothing has the number 44."""
    fragment = fragments[i]
    number = re.match(r"\d+", fragment.text) if fragment.kind is Kind.ITEM else None
    if not number or number[0] == "1":
        return fragment.starts_anew
    before = f"{int(number[0]) - 1}"
    near = fragments[max(0, i - _REACH) : i]
    return any(one.kind is Kind.ITEM and re.match(rf"{before}[.)]", one.text) for one in near)


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
    marked = [_shape(text) for text in texts if _MARK.search(text)]
    alike = max((marked.count(shape) for shape in set(marked)), default=0)
    prose = len(marked) >= _MARKED_SHARE * len(texts) and alike <= _LIKE_SHARE * len(texts)
    return prose and not any(map(_TABLE.search, texts))


def _shape(text: str) -> str:
    """Return a line with its words and figures made alike, so that rows of a table look the same."""
    for pattern, sign in _SHAPES:
        text = pattern.sub(sign, text)
    return text


def _needed(tail: Fragment, head: Fragment, width: Callable[[str], int]) -> int:
    """Return the room that the first word of the next line would have taken."""
    first = _FIRST_WORD.match(head.text)
    word = first[0] if first else ""
    if not is_wide(tail.text[-1]) and not is_wide(word[:1]):
        return 1 + width(word)
    # Between Chinese characters a line ends early or late so that no mark begins the next.
    return width(word + _LEEWAY)


def _columns(text: str) -> int:
    return len(text) + sum(map(is_wide, text))
