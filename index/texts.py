"""Index stage: the texts of reports that become vectors, and the groups in which they do."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from corpus.document import Document, Language
from index.passages import Passage, PassageSizes, split_passages

_LEAST, _MOST = 32, 128  # texts of a group; a report's last one may have fewer
_ONE_IN = 32  # of this many texts one ends a group


@dataclass(frozen=True, slots=True)
class Texts:
    """Hold what is embedded: passages under their headings, and sentences with their passage's number."""

    passages: list[Passage]
    contexts: list[str]
    bodies: list[str]
    sentences: list[str]
    owners: list[int]
    languages: list[Language]

    @classmethod
    def from_documents(cls, documents: Sequence[Document], sizes: PassageSizes) -> Self:
        """Cut reports into passages and sentences."""
        return cls._of(documents, lambda document: split_passages(document, sizes))

    @classmethod
    def from_passages(cls, documents: Iterable[Document], passages: Iterable[Passage]) -> Self:
        """Take passages that were cut before."""
        cut: dict[str, list[Passage]] = {}
        for passage in passages:
            cut.setdefault(passage.document, []).append(passage)
        return cls._of(documents, lambda document: cut.get(document.id, []))

    @classmethod
    def _of(cls, documents: Iterable[Document], cut: Callable[[Document], Iterable[Passage]]) -> Self:
        texts = cls([], [], [], [], [], [])
        for document in documents:
            for passage in cut(document):
                number = len(texts.passages)
                body = document.text[passage.start : passage.end]
                heading = " ".join(document.heading_path(passage.start))
                texts.passages.append(passage)
                texts.bodies.append(body)
                texts.contexts.append(f"{heading}\n{body}" if heading else body)
                texts.languages.append(document.language)
                texts.sentences.extend(document.text[start:end] for start, end in passage.sentences)
                texts.owners.extend([number] * len(passage.sentences))
        return texts

    @property
    def lists(self) -> tuple[tuple[list[str], list[str]], tuple[list[str], list[str]]]:
        """Return what is embedded, passages and sentences, each list with the reports that its texts are of."""
        reports = [passage.document for passage in self.passages]
        return (self.contexts, reports), (self.sentences, [reports[owner] for owner in self.owners])


@dataclass(frozen=True, slots=True)
class Group:
    """Name texts `start` to `end` of a list, which are embedded together; `key` is a digest of them."""

    start: int
    end: int
    key: bytes


def groups(texts: Sequence[str], reports: Sequence[str]) -> Iterator[Group]:
    """Yield the groups in which texts become vectors; `reports` names for each text the report that it is of.

    What a text is embedded with changes the last bits of its vector, since padding changes the order
    of sums. So that a vector does not depend on what else is indexed, nor on what was indexed before,
    a group never spans reports, and ends where the digest of a text says so (content-defined
    chunking, as in Muthitacharoen and others' LBFS, SOSP 2001): a changed sentence changes its group
    and at most a few behind it.
    """
    start, digest = 0, hashlib.sha256()
    for at, text in enumerate(texts):
        raw = text.encode("utf-8", "surrogatepass")
        one = hashlib.sha256(raw).digest()
        digest.update(one)
        count, last = at + 1 - start, at + 1 == len(texts)
        ends = count >= _MOST or (count >= _LEAST and int.from_bytes(one[:4]) % _ONE_IN == 0)
        if last or ends or reports[at + 1] != reports[at]:
            yield Group(start, at + 1, digest.digest())
            start, digest = at + 1, hashlib.sha256()
