"""Corpus stage: a file's lines, and which goes on in which, to a report's text, map and headings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpus.document import Heading, Stretch
from corpus.fragments import Fragment, Kind, numbered_level
from corpus.joints import doubled, glue

_SHORT_HEADING = 60
_LEAST_LISTED = 3


@dataclass(frozen=True, slots=True)
class Repaired:
    """Hold a report's text with its map to the file and its headings."""

    text: str
    stretches: tuple[Stretch, ...]
    headings: tuple[Heading, ...]


def is_heading(fragments: Sequence[Fragment], i: int, following: Collection[int], taken: Collection[int]) -> bool:
    """Tell whether a short line is a heading and not the piece of a sentence."""
    fragment = fragments[i]
    return fragment.kind is Kind.HEADING or (
        fragment.kind is Kind.SHORT
        and i + 1 < len(fragments)
        and i not in taken
        and i not in following
        and len(fragment.text) <= _SHORT_HEADING
    )


def _listed(fragments: Sequence[Fragment]) -> set[int]:
    """Return the short lines that stand right below each other: rows or a list, no headings."""
    found: set[int] = set()
    run: list[int] = []
    for i, fragment in enumerate(fragments):
        if fragment.kind is not Kind.SHORT or fragment.after_blank:
            run = []
        if fragment.kind is Kind.SHORT:
            run.append(i)
        if len(run) >= _LEAST_LISTED:
            found.update(run if len(run) == _LEAST_LISTED else run[-1:])
    return found


class Writer:
    """Put lines together to the text, its map and its headings."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._stretches: list[Stretch] = []
        self._headings: list[Heading] = []

    def write(self, fragments: Sequence[Fragment], following: dict[int, int], whole: Collection[int]) -> Repaired:
        """Return the text of all lines; `following` maps each broken line to its continuation.

        Of those in `whole` it is certain that nothing is lost or doubled at their ends.
        """
        taken, listed = set(following.values()), _listed(fragments)
        previous_heading: Fragment | None = None
        for i, fragment in enumerate(fragments):
            if i in taken:
                continue
            heading = is_heading(fragments, i, following, taken) and i not in listed
            if heading and previous_heading and self._goes_on(previous_heading, fragment):
                self._extend_heading(fragment)
                previous_heading = fragment
                continue
            self._new_line()
            begin = self._length
            self._add(fragment, 0)
            if heading:
                level = fragment.level or numbered_level(fragment.text)
                self._headings.append(Heading(begin, self._length, level))
            previous_heading = fragment if heading else None
            self._follow(fragments, following, whole, i)
        return Repaired("".join(self._parts), tuple(self._stretches), tuple(self._headings))

    @staticmethod
    def _goes_on(first: Fragment, second: Fragment) -> bool:
        """Tell whether a heading was broken in two lines."""
        return not second.after_blank and second.kind is Kind.SHORT and first.line + 1 == second.line

    def _extend_heading(self, fragment: Fragment) -> None:
        self._put(" ")
        self._add(fragment, 0)
        last = self._headings[-1]
        self._headings[-1] = Heading(last.start, self._length, last.level)

    def _follow(self, fragments: Sequence[Fragment], following: dict[int, int], whole: Collection[int], i: int) -> None:
        while i in following:
            tail, head = fragments[i], fragments[following[i]]
            skip = 0 if i in whole else doubled(tail.text, head.text)
            rest = head.text[skip:].lstrip()
            skip = len(head.text) - len(rest)
            if rest:
                self._put(glue(tail.text, rest))
                self._add(head, skip)
            i = following[i]

    def _new_line(self) -> None:
        if self._length:
            self._put("\n")

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _add(self, fragment: Fragment, skip: int) -> None:
        text = fragment.text[skip:]
        self._stretches.append(Stretch(self._length, self._length + len(text), fragment.start + skip, fragment.line))
        self._put(text)
