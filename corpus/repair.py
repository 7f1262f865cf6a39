"""Corpus stage: undo the damage of layout recognition, keeping where each character came from.

Lines are joined where a sentence or a word was broken, lone marks between paragraphs are dropped,
headings recognised. Nothing is written that the file does not hold but white space at joints,
and what is dropped holds no figure.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corpus.fragments import Fragment, Kind, split_fragments
from corpus.joints import (
    STRONG,
    STRONG_AFAR,
    counts_with,
    doubled,
    evidence,
    is_broken_word,
    looks_fresh,
    misfit,
    opens_as,
    parallel_head,
    rivals,
    sentence_openings,
    weak_evidence,
)
from corpus.lines import Repaired, Writer, is_heading
from corpus.wrapping import wrapped

_UNSETTLED_REACH = 16


def repair(raw: str, begin: int = 0) -> Repaired:
    """Repair the text of a file from offset `begin` on.

    Returns:
        One paragraph, heading or list item a line. `stretches` cover all characters but the
        line ends and the spaces put at joints, in the order of the text.
    """
    fragments = _without_strays(split_fragments(raw, begin))
    full = wrapped(fragments)
    following = _links(fragments, full)
    return Writer().write(fragments, following, frozenset(full))


def _without_strays(fragments: Sequence[Fragment]) -> list[Fragment]:
    kept: list[Fragment] = []
    for i, fragment in enumerate(fragments):
        if fragment.kind is Kind.STRAY:
            after = fragments[i + 1].text if i + 1 < len(fragments) else ""
            before = kept[-1].text if kept and kept[-1].open else ""
            belongs = before and (
                is_broken_word(before, fragment.text, after) or counts_with(before, fragment.text, after)
            )
            if not belongs:
                continue
            fragment.kind = Kind.PROSE
        kept.append(fragment)
    return kept


def _links(fragments: Sequence[Fragment], full: Sequence[int]) -> dict[int, int]:
    """Decide which line goes on in which: a map from each broken line to its continuation.

    Lines that are `full` go on in the next one.
    """
    following: dict[int, int] = {}
    taken: set[int] = set()

    def link(tail: int, head: int) -> None:
        # Lines that each seem to go on in the other would both be lost.
        if not _leads_to(head, tail, following):
            following[tail] = head
            taken.add(head)

    indented = _indents_paragraphs(fragments)
    broken = [i for i, f in enumerate(fragments) if f.open and f.kind is not Kind.HEADING]
    # What a neighbour proves comes first, then what only a line further off can explain, then
    # what is likely by place alone.
    proved = [i for i in broken if _fits_next(fragments, i, indented) and _certain(fragments, i)]
    for i in sorted({*full, *proved}):
        link(i, i + 1)
    jumps = _column_jumps(fragments, [i for i in broken if i not in following], taken)
    for tail, head in _confirmed(fragments, jumps, taken).items():
        link(tail, head)
    signs = [i for i, j in following.items() if j != i + 1]
    for tail, head in _parallels(fragments, broken, following, taken):
        link(tail, head)
    unsettled = _near([*signs, *_orphans(fragments, following, taken)])
    openings = sentence_openings(fragments)
    for i in broken:
        if i in following or i in jumps or i + 1 in taken or not _fits_next(fragments, i, indented):
            continue
        torn = fragments[i + 1].continues or not is_heading(fragments, i, following, taken)
        settled = i not in unsettled or _alone(fragments, i, broken, following)
        if torn and settled and _likely(fragments, i, openings):
            link(i, i + 1)
    return following


def _parallels(
    fragments: Sequence[Fragment], broken: Iterable[int], following: dict[int, int], taken: set[int]
) -> Iterator[tuple[int, int]]:
    """Yield joins of sentences that break off before a heading and are built like another one."""
    free = [
        i
        for i, f in enumerate(fragments)
        if i not in taken and f.kind is Kind.PROSE and i and fragments[i - 1].kind is not Kind.HEADING
    ]
    for i in broken:
        last = i + 1 == len(fragments) or fragments[i + 1].starts_anew
        if i in following or not last or fragments[i].kind is not Kind.PROSE:
            continue
        head = parallel_head(fragments, i, free)
        if head is not None:
            free.remove(head)
            yield i, head


def _alone(fragments: Sequence[Fragment], i: int, broken: Sequence[int], following: dict[int, int]) -> bool:
    """Tell whether no other sentence near breaks off and is still without its continuation."""
    near = broken[bisect_left(broken, i - _UNSETTLED_REACH) : bisect_right(broken, i + _UNSETTLED_REACH)]
    return not any(j != i and j not in following and fragments[j].kind is Kind.PROSE for j in near)


def _near(signs: Iterable[int]) -> set[int]:
    """Return the places near a sign that columns are mixed up, where place proves nothing."""
    return {j for i in signs for j in range(i - _UNSETTLED_REACH, i + _UNSETTLED_REACH + 1)}


def _orphans(fragments: Sequence[Fragment], following: dict[int, int], taken: set[int]) -> list[int]:
    """Find where the order of lines makes no sense.

    That is a sentence that breaks off before what looks like a new one, or a line that begins as
    no sentence begins behind one that is whole.
    """
    found = []
    for i, (before, fragment) in enumerate(pairwise(fragments)):
        if i + 1 in taken:
            continue
        cut = before.open and before.kind is Kind.PROSE and i not in following
        anew = fragment.starts_anew or looks_fresh(before.text, fragment.text)
        torn = not before.open and fragment.continues and fragment.kind is Kind.PROSE
        if (cut and anew) or torn:
            found.append(i)
    return found


def _leads_to(start: int, goal: int, following: dict[int, int]) -> bool:
    while start in following:
        start = following[start]
        if start == goal:
            return True
    return start == goal


def _indents_paragraphs(fragments: Sequence[Fragment]) -> bool:
    prose = [f for f in fragments if f.kind in {Kind.PROSE, Kind.SHORT}]
    return sum(f.indented for f in prose) > 0.3 * len(prose)


def _fits_next(fragments: Sequence[Fragment], i: int, indented: bool) -> bool:
    if i + 1 >= len(fragments):
        return False
    head = fragments[i + 1]
    return not head.starts_anew and not (indented and head.indented)


def _certain(fragments: Sequence[Fragment], i: int) -> bool:
    tail, head = fragments[i], fragments[i + 1]
    if evidence(tail.text, head.text) >= STRONG or (len(head.text) == 1 and counts_with(tail.text, head.text, "")):
        return True
    # A title may be taken up by the first words below it; a sentence may not.
    return tail.kind is Kind.PROSE and doubled(tail.text, head.text) > 0


def _column_jumps(fragments: Sequence[Fragment], broken: Sequence[int], taken: set[int]) -> dict[int, int]:
    """Find where one line further off alone, and strongly, takes up what broke off."""
    jumps: dict[int, int] = {}
    used = set(taken)
    for i in broken:
        scored = [(evidence(fragments[i].text, fragments[j].text), j) for j in rivals(fragments, i) if j not in used]
        strong = [j for score, j in scored if score >= STRONG_AFAR]
        if len(strong) == 1:
            jumps[i] = strong[0]
            used.add(strong[0])
    return jumps


def _confirmed(fragments: Sequence[Fragment], jumps: dict[int, int], taken: set[int]) -> dict[int, int]:
    """Keep the joins across columns that have another sign of columns near them.

    One alone on an orderly page is more likely chance than a column.
    """
    orphans = set(_orphans(fragments, dict.fromkeys(taken, 0), taken))
    signs = sorted({*jumps, *orphans})

    def confirmed(i: int) -> bool:
        low, high = bisect_left(signs, i - _UNSETTLED_REACH), bisect_right(signs, i + _UNSETTLED_REACH)
        return i in orphans or any(sign != i for sign in signs[low:high])

    return {i: j for i, j in jumps.items() if confirmed(i)}


def _likely(fragments: Sequence[Fragment], i: int, openings: frozenset[str]) -> bool:
    """Tell whether the next line goes on where nothing but their place shows it."""
    tail, head = fragments[i], fragments[i + 1]
    if looks_fresh(tail.text, head.text) or opens_as(head.text, openings) or misfit(tail.text, head.text):
        return False
    fits = head.kind is not Kind.SHORT or not head.after_blank
    return fits or weak_evidence(tail.text, head)
