"""Index stage: a Document to Passages (the only import of langchain_text_splitters)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.document import Document, Heading, Language, Span
from index.sentences import sentences

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

# Not the straight quotation marks, which open as well.
_CLOSERS = "”’」』）)》】"
# No passage begins with a mark that closes what stands before it, or inside a figure or an English word.
_NOT_FIRST = rf"(?![{_CLOSERS}。！？；，、：,;:.!?%％])"
_NOT_INSIDE = r"(?:(?<![0-9A-Za-z.,])|(?![0-9A-Za-z.,]))"
_SEPARATORS: dict[Language, list[str]] = {
    "zh": [
        "\n",
        *(rf"(?<=[。！？]{closers}){_NOT_FIRST}" for closers in ("", f"[{_CLOSERS}]", f"[{_CLOSERS}]{{2}}")),
        *(rf"(?<=；{closers}){_NOT_FIRST}" for closers in ("", f"[{_CLOSERS}]")),
        *(rf"(?<=，{closers}){_NOT_FIRST}" for closers in ("", f"[{_CLOSERS}]")),
        f"(?<=.){_NOT_INSIDE}{_NOT_FIRST}",
        "",
    ],
    "en": [
        "\n",
        r"(?<=[.!?])(?=\s)",
        rf"(?<=[.!?][{_CLOSERS}\"'])(?=\s)",
        r"(?<=[;,])(?=\s)",
        r"(?<=\s)(?=\S)",
        f"(?<=.){_NOT_INSIDE}{_NOT_FIRST}",
        "",
    ],
}


@dataclass(frozen=True, slots=True)
class Passage:
    """Hold a stretch of one report, `text[start:end]`, that is retrieved as a whole.

    `sentences` are spans of the report's text. A sentence longer than a passage reaches beyond it.
    """

    document: str
    start: int
    end: int
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class PassageSizes:
    """Set how many characters a passage may have, by language."""

    zh: int = 300
    en: int = 900

    def of(self, language: Language) -> int:
        """Return the limit for a language."""
        return self.zh if language == "zh" else self.en


def split_passages(document: Document, sizes: PassageSizes) -> list[Passage]:
    """Cut a report into passages that stay within a section and end with a sentence where they can."""
    # Most of a second to import, and only building needs it.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=_SEPARATORS[document.language],
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=sizes.of(document.language),
        chunk_overlap=0,
        strip_whitespace=False,
    )
    passages = []
    for start, end in _sections(document):
        found = sentences(document.text, start, end)
        for low, high in _pieces(splitter, document.text, start, end):
            inside = tuple(span for span in found if span[0] < high and low < span[1])
            if inside:
                passages.append(Passage(document.id, low, high, inside))
    return passages


def _sections(document: Document) -> Iterator[Span]:
    """Yield the text between headings; a heading with nothing at all below it is a section itself."""
    text = document.text
    edges = [*document.headings, Heading(len(text), len(text), 0)]
    if text[: edges[0].start].strip():
        yield 0, edges[0].start
    for heading, following in pairwise(edges):
        if text[heading.end : following.start].strip():
            yield heading.end, following.start
        elif following.level <= heading.level:
            yield heading.start, heading.end


def _pieces(splitter: "RecursiveCharacterTextSplitter", text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the splitter's pieces as spans without the white space around them.

    The splitter's own offsets are wrong where a text repeats itself, so pieces are searched for
    from the end of the one before.
    """
    position = start
    for piece in splitter.split_text(text[start:end]):
        stripped = piece.strip()
        if not stripped:
            continue
        position = text.index(stripped, position, end)
        yield position, position + len(stripped)
        position += len(stripped)
