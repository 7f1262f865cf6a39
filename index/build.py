"""Index stage: Documents to a saved index."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from corpus.document import Document
from corpus.reader import Corpus
from index import checkpoint
from index.background import Background
from index.bridge import Bridge
from index.checkpoint import Checkpoint
from index.embed import Encoder
from index.generations import begun, locked, put_in_force, tidy, told_of_disk
from index.lexicon import Term
from index.manifest import Indexed, Manifest, describe_files, glossary_digest
from index.passages import PassageSizes
from index.records import document_record, passage_record, write_lines
from index.store import Backend, FaissBackend
from index.texts import Texts
from index.vectors import Effort, Vectors, vectors_of, vectors_on_disk
from index.words import WordIndex

PATIENCE_SECONDS = 600.0


def build_index(
    corpus: Corpus,
    folder: Path,
    encoder: Encoder,
    *,
    sizes: PassageSizes | None = None,
    glossary: Sequence[Term] = (),
    backend: Backend | None = None,
    reader: str = "",
    excluded: Sequence[str] = (),
    anew: bool = False,
    progress: Callable[[float], None] | None = None,
    told: Callable[[Effort], None] | None = None,
    patience: float = PATIENCE_SECONDS,
) -> Manifest:
    """Build the index of some reports in `folder`, in place of the one there.

    It is written aside and comes into force with its manifest, in one step: whatever stops a
    build, the old index stays as it was. Vectors that the generation before it, or a build that was
    stopped, made of the same texts are taken over, unless it is built `anew`; the result is the
    same, byte for byte. Words, bridge and background depend on all reports and are made each time.

    Args:
        corpus: What to index.
        folder: Where the index is or will be.
        encoder: Makes the vectors.
        sizes: How long passages may be.
        glossary: Terms for the bridge, Chinese and English.
        backend: Keeps the vectors; FAISS by default.
        reader: Names the code and settings that read the corpus.
        excluded: Paths below the corpus's folders that were removed by hand.
        anew: Whether to make every vector.
        progress: Is called with the share of the missing vectors that is made.
        told: Is called once with how many vectors were made and taken over.
        patience: Seconds to wait for another build.

    Raises:
        IndexUnwritable: if the folder can't be written, is full, or holds something else.
        IndexBusy: if another process is still building there after `patience` seconds.
    """
    sizes, backend = sizes or PassageSizes(), backend or FaissBackend()
    with locked(folder, patience):
        with told_of_disk(folder), begun(folder) as generation:
            if anew:
                checkpoint.discard(folder)
            texts = Texts.from_documents(corpus.documents, sizes)
            known = {} if anew else vectors_on_disk(folder, encoder)
            unfinished = Checkpoint.open(folder, fingerprint=encoder.fingerprint, dimensions=encoder.dimensions)
            try:
                passages, sentences, effort = vectors_of(
                    texts, encoder, known=known, checkpoint=unfinished, progress=progress
                )
            finally:
                unfinished.close()
            _write(generation, corpus.documents, texts, (passages, sentences), encoder, glossary, backend)
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
                reader=reader,
                excluded=tuple(excluded),
                skipped=tuple((_shown(one.path), _shown(one.reason)) for one in corpus.skipped),
            )
            put_in_force(folder, manifest)
        _tidied(folder, manifest, backend)
        if told:
            told(effort)
        return manifest


def _tidied(folder: Path, manifest: Manifest, backend: Backend) -> None:
    """Remove what is no longer needed; the new index answers by now, so what fails is left to the next build."""
    with suppress(OSError):
        checkpoint.discard(folder)
    with suppress(OSError):
        tidy(folder, manifest)
    with suppress(OSError):
        backend.tidy(folder)


def _write(
    folder: Path,
    documents: Sequence[Document],
    texts: Texts,
    vectors: tuple[Vectors, Vectors],
    encoder: Encoder,
    glossary: Sequence[Term],
    backend: Backend,
) -> None:
    passages, sentences = vectors
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


def _shown(text: str) -> str:
    """Return a text that can be written; names of files may hold what is no Unicode."""
    return text.encode("utf-8", "backslashreplace").decode()
