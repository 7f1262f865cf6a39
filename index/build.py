"""Index stage: Documents to a saved index."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.document import Document, Language
from corpus.reader import Corpus
from index.background import Background
from index.bridge import Bridge
from index.embed import Encoder
from index.errors import IndexBusy, IndexStageError, IndexUnwritable
from index.lexicon import Term
from index.manifest import NAME, Indexed, Manifest, describe_files, glossary_digest
from index.passages import Passage, PassageSizes, split_passages
from index.records import document_record, passage_record, write_lines
from index.store import Backend, FaissBackend
from index.words import WordIndex

_LOCK = "build.lock"
_PATIENCE_SECONDS = 600.0
_PREFIX = "g-"


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
    def from_documents(cls, documents: Sequence[Document], sizes: PassageSizes) -> "Texts":
        """Cut reports into passages and sentences."""
        texts = cls([], [], [], [], [], [])
        for document in documents:
            for passage in split_passages(document, sizes):
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


def build_index(
    corpus: Corpus,
    folder: Path,
    encoder: Encoder,
    *,
    sizes: PassageSizes | None = None,
    glossary: Sequence[Term] = (),
    backend: Backend | None = None,
    progress: Callable[[float], None] | None = None,
    patience: float = _PATIENCE_SECONDS,
) -> Manifest:
    """Build the index of some reports in `folder`, in place of the one there.

    It is written aside and comes into force with its manifest, in one step: whatever stops a
    build, the old index stays as it was.

    Raises:
        IndexUnwritable: if the folder can't be written, is full, or holds something else.
        IndexBusy: if another process is still building there after `patience` seconds.
    """
    sizes, backend = sizes or PassageSizes(), backend or FaissBackend()
    try:
        with _locked(folder, patience):
            generation = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
            try:
                _write(generation, corpus.documents, encoder, sizes, glossary, backend, progress)
                manifest = Manifest(
                    encoder=encoder.name,
                    fingerprint=encoder.fingerprint,
                    dimensions=encoder.dimensions,
                    passages={"zh": sizes.zh, "en": sizes.en},
                    glossary=glossary_digest(glossary),
                    roots=tuple(map(str, corpus.roots)),
                    documents=tuple(Indexed(d.id, d.path, d.digest) for d in corpus.documents),
                    stamps=dict(corpus.stamps),
                    generation=generation.name,
                    files=describe_files(generation),
                )
                _replace(folder / NAME, manifest.to_json())
            except BaseException:
                shutil.rmtree(generation, ignore_errors=True)
                raise
            _remove_others(folder, generation)
            backend.tidy(folder)
            return manifest
    except OSError as err:
        reason = "the disk is full" if err.errno in {errno.ENOSPC, errno.EDQUOT} else err.strerror or str(err)
        raise IndexUnwritable(f"{folder}: the index can't be written: {reason}; the old one, if any, stays") from err


@contextmanager
def _locked(folder: Path, patience: float) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    names = {path.name for path in folder.iterdir()}
    if names and not (_LOCK in names or _is_index(folder)):
        raise IndexUnwritable(f"{folder}: holds other files than an index; name an empty or a new folder")
    try:
        with FileLock(folder / _LOCK, timeout=patience):
            yield
    except Timeout as err:
        raise IndexBusy(f"{folder}: another build has been running for {patience:.0f} s; try again later") from err


def _is_index(folder: Path) -> bool:
    try:
        Manifest.load(folder)
    except IndexStageError:
        return False
    return True


def _write(
    folder: Path,
    documents: Sequence[Document],
    encoder: Encoder,
    sizes: PassageSizes,
    glossary: Sequence[Term],
    backend: Backend,
    progress: Callable[[float], None] | None,
) -> None:
    texts = Texts.from_documents(documents, sizes)
    total = len(texts.contexts) + len(texts.sentences)

    def part(done: int, count: int) -> Callable[[float], None]:
        return lambda share: progress((done + share * count) / total) if progress else None

    passages = encoder.encode_passages(texts.contexts, progress=part(0, len(texts.contexts)))
    sentences = encoder.encode_passages(texts.sentences, progress=part(len(texts.contexts), len(texts.sentences)))
    write_lines(folder / "documents.jsonl", map(document_record, documents))
    write_lines(folder / "passages.jsonl", map(passage_record, texts.passages))
    backend.write(folder / "passages.npy", passages)
    backend.write(folder / "sentences.npy", sentences)
    WordIndex.from_texts(texts.contexts).save(folder / "passage-words")
    WordIndex.from_texts(texts.sentences).save(folder / "sentence-words")
    bridge = Bridge.from_texts(((d.language, d.text) for d in documents), glossary)
    bridge.save(folder / "bridge.json")
    Background.measure(
        encoder,
        {
            "passage": (passages, texts.languages),
            "sentence": (sentences, [texts.languages[owner] for owner in texts.owners]),
        },
        gloss=lambda probe, language: bridge.gloss(probe, language).text,
    ).save(folder / "background.json")


def _replace(path: Path, content: str) -> None:
    """Write a file so that it is there whole or not at all, even after a power cut."""
    aside = path.with_name(f"{path.name}.new")
    with aside.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _remove_others(folder: Path, generation: Path) -> None:
    """Remove what earlier and interrupted builds left, but for the newest, which may be being read."""
    others = [path for path in folder.glob(f"{_PREFIX}*") if path.is_dir() and path != generation]
    others.sort(key=lambda path: path.stat().st_mtime_ns)
    for path in others[:-1]:
        shutil.rmtree(path, ignore_errors=True)
