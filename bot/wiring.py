"""Bot stage: settings to a working assistant; the only reader of the config package."""

import hashlib
import importlib.resources
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.assistant import Assistant
from bot.collection import DEFAULT, collection_folder, unknown_collection
from bot.errors import BadSettings
from bot.reader.model import Reader
from config import (
    Settings,
    SettingsError,
    glossary_path,
    load_glossary,
    load_settings,
    settings_file,
    user_cache_dir,
    user_data_dir,
)
from corpus.tables import use_tables
from index.bundled_encoder import SERVED, BundledEncoder
from index.bundled_model import REFERENCE, Form, bundled_fingerprint
from index.embed import BUNDLED, Encoder, SentenceEncoder
from index.errors import IndexMissing
from index.manifest import Manifest, glossary_digest
from index.retrieve import Retriever
from index.saved import SavedIndex
from index.store import Backend, FaissBackend

if TYPE_CHECKING:
    from corpus.document import Document
    from corpus.formats.extractor import Limits
    from corpus.reader import Corpus
    from index.passages import PassageSizes
    from index.vectors import Effort

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Workshop:
    """Make, load and check what the commands need, as the settings say.

    `progress` is told the name of a long step and the share of it that is done; `collection` is the one
    that was chosen by name, empty for the default one and for an index named by its folder.
    """

    settings: Settings
    index_folder: Path
    own_index: bool
    progress: Progress | None = None
    config: Path | None = None
    collection: str = ""
    _loaded: list[SentenceEncoder | BundledEncoder] = field(default_factory=list, repr=False)
    _readers: list[Reader] = field(default_factory=list, repr=False)
    _backends: list[Backend] = field(default_factory=list, repr=False)

    @classmethod
    def from_settings(
        cls,
        *,
        config: Path | None = None,
        index: Path | None = None,
        collection: str | None = None,
        progress: Progress | None = None,
    ) -> "Workshop":
        """Read the settings; `index` or `collection` is what the person named, None for the default one.

        Raises:
            BadSettings: if a settings file or variable is wrong, or both are named.
            BadCollection: if the collection's name is none.
        """
        if index and collection:
            raise BadSettings("both --index and --collection say which index; name one of them")
        try:
            settings = load_settings(config)
            name = "" if index else collection or settings.paths.collection
            folder = index or collection_folder(user_data_dir(settings), name or DEFAULT)
        except SettingsError as err:
            raise BadSettings(str(err)) from err
        chosen = "" if name == DEFAULT else name
        made = cls(settings, folder.expanduser(), not index and not chosen, progress, config, chosen)
        try:
            use_tables(made.cache_folder / "tables")
        except SettingsError:  # nobody's home
            use_tables(None)
        return made

    def at(self, collection: str) -> "Workshop":
        """Return the workshop for a collection; encoder and reader are shared.

        Raises:
            BadCollection: if its name is none.
        """
        chosen = "" if collection == DEFAULT else collection
        folder = collection_folder(self.data_folder, collection)
        return replace(self, index_folder=folder, own_index=not chosen, collection=chosen)

    @property
    def data_folder(self) -> Path:
        """Return the folder of the person's indexes."""
        return user_data_dir(self.settings)

    @property
    def settings_file(self) -> Path:
        """Return the person's settings file, which may not exist."""
        return settings_file(self.config)

    @property
    def cache_folder(self) -> Path:
        """Return the folder for what can be made again."""
        return user_cache_dir(self.settings)

    @property
    def history_file(self) -> Path:
        """Return the file that keeps what was asked in chats."""
        return user_data_dir(self.settings) / "chat_history"

    @property
    def messenger_file(self) -> Path:
        """Return the file that keeps what the Telegram bot must not forget."""
        return user_data_dir(self.settings) / "telegram.sqlite"

    @property
    def uploads_folder(self) -> Path:
        """Return the folder of the reports that admins send to the Telegram bot."""
        return Path(self.settings.telegram.uploads or user_data_dir(self.settings) / "uploads")

    @property
    def model_form(self) -> Form:
        """Return the form in which the bundled encoder is assembled."""
        return SERVED if self.settings.encoder.engine == "onnx" else REFERENCE

    def encoder(self) -> SentenceEncoder | BundledEncoder:
        """Load the encoder the first time, assembling the bundled one where that was never done."""
        if not self._loaded:
            self._loaded.append(self._encoder())
        return self._loaded[0]

    def _encoder(self) -> SentenceEncoder | BundledEncoder:
        encoder = self.settings.encoder
        if encoder.model == BUNDLED and self.model_form is SERVED:
            return BundledEncoder.load(self.cache_folder, progress=self._step("model"))
        return SentenceEncoder.load(
            encoder.model, cache=self.cache_folder, offline=encoder.offline, progress=self._step("model")
        )

    @property
    def limits(self) -> "Limits":
        """Return how long reading one file may take, and how much memory."""
        from corpus.formats.extractor import Limits

        return Limits(self.settings.corpus.max_seconds, self.settings.corpus.max_memory_mb)

    def read(
        self,
        folders: Sequence[Path],
        *,
        known: "Callable[[Path, Path], Document | None] | None" = None,
        excluded: Sequence[str] = (),
    ) -> "Corpus":
        """Read the reports of some folders, of the package where none is named."""
        # Answers read no reports.
        from corpus.reader import read_corpus

        step = self._step("read")
        chosen = self.settings.corpus
        return read_corpus(
            folders or [shipped_reports()],
            max_bytes=chosen.max_file_mb * 2**20,
            progress=(lambda done, count: step(done / count)) if step else None,
            limits=self.limits,
            known=known,
            excluded=excluded,
        )

    def build(
        self,
        corpus: "Corpus",
        encoder: Encoder,
        *,
        excluded: Sequence[str] = (),
        anew: bool = False,
        told: "Callable[[Effort], None] | None" = None,
    ) -> Manifest:
        """Build the index of a corpus."""
        from index.build import build_index

        return build_index(
            corpus,
            self.index_folder,
            encoder,
            sizes=self._sizes(),
            glossary=self._glossary(),
            backend=self.backend(),
            reader=self.reading,
            excluded=excluded,
            anew=anew,
            progress=self._step("embed"),
            told=told,
        )

    def backend(self) -> Backend:
        """Return who keeps the vectors of indexes; a Milvus server is connected when it is first asked."""
        chosen = self.settings.index
        if chosen.store == "faiss":
            return FaissBackend(chosen.search)
        if not self._backends:
            from index.store.milvus import MilvusBackend

            self._backends.append(MilvusBackend(chosen.milvus_uri, token=os.environ.get("CITEWISE_MILVUS_TOKEN", "")))
        return self._backends[0]

    @property
    def reading(self) -> str:
        """Return a digest of the code and the settings by which files become an index, the encoder aside."""
        from index.changes import code_digest

        corpus, index = self.settings.corpus, self.settings.index
        # The manifest goes with an index that is handed on, and a password may stand in index.milvus_uri.
        named = f"{code_digest()} {corpus.model_dump_json()} {index.store} {index.search}"
        return hashlib.sha256(named.encode()).hexdigest()

    def would_make(self, manifest: Manifest) -> bool:
        """Tell whether an index was made as the settings and this version of citewise would make it."""
        sizes = self._sizes()
        asked = {"zh": sizes.zh, "en": sizes.en}, glossary_digest(self._glossary()), self.reading
        if (manifest.passages, manifest.glossary, manifest.reader) != asked:
            return False
        if manifest.encoder == self.settings.encoder.model == BUNDLED:  # known without loading it
            return manifest.fingerprint == bundled_fingerprint(self.model_form)
        encoder = self.encoder()
        return (manifest.fingerprint, manifest.dimensions) == (encoder.fingerprint, encoder.dimensions)

    def load_index(self) -> SavedIndex:
        """Load the index, building the default one from the shipped reports where there is none.

        Raises:
            IndexMissing: if the person named an index that is not there.
            UnknownCollection: if the person named a collection that is not there.
        """
        try:
            return SavedIndex.load(self.index_folder, backend=self.backend())
        except IndexMissing as err:
            if self.collection:
                raise unknown_collection(self.data_folder, self.collection) from err
            if not self.own_index:
                raise
        self.build(self.read([]), self.encoder())
        return SavedIndex.load(self.index_folder, backend=self.backend())

    def assistant(self, index: SavedIndex | None = None) -> Assistant:
        """Return the assistant for the index, which is loaded unless it is given."""
        index = index or self.load_index()
        retrieval = self.settings.retrieval
        retriever = Retriever(index, self.encoder(), candidates=retrieval.candidates)
        return Assistant(
            retriever,
            self.reader(),
            results=retrieval.results,
            read=retrieval.read,
            refuse_below=self.settings.answer.refuse_below,
            names={zh: english[0] for chinese, english in self._glossary() for zh in chinese},
        )

    def reader(self) -> Reader:
        """Load the reader the first time, onto the encoder, onto the bundled one where another is set."""
        if not self._readers:
            encoder = self.encoder()
            if encoder.name != BUNDLED:
                encoder = BundledEncoder.load(self.cache_folder, progress=self._step("model"))
            self._readers.append(Reader.load(encoder, progress=self._step("model")))
        return self._readers[0]

    def _sizes(self) -> "PassageSizes":
        from index.passages import PassageSizes

        sizes = self.settings.passages
        return PassageSizes(zh=sizes.max_characters_zh, en=sizes.max_characters_en)

    def _glossary(self) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        path = glossary_path(self.settings)
        try:
            return [(entry.zh, entry.en) for entry in load_glossary(path)] if path else []
        except SettingsError as err:
            raise BadSettings(str(err)) from err

    def _step(self, name: str) -> Callable[[float], None] | None:
        progress = self.progress
        return (lambda share: progress(name, share)) if progress else None


def shipped_reports() -> Path:
    """Return the folder of the reports that come with the package."""
    return Path(str(importlib.resources.files("corpus"))) / "reports"
