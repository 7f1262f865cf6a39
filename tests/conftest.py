"""Fixtures that several test files share."""

import os
import tempfile
from pathlib import Path

import pytest

# Tests import openpyxl before the files that read by it, and set this, do.
os.environ["OPENPYXL_LXML"] = "False"

import config
from bot.assistant import Assistant
from bot.messenger.store import Store
from bot.reader.model import Reader
from bot.wiring import shipped_reports
from config import glossary_path, load_glossary, load_settings
from corpus.reader import read_corpus
from index.build import build_index
from index.bundled_encoder import BundledEncoder
from index.embed import SentenceEncoder
from index.retrieve import Retriever
from index.saved import SavedIndex
from messenger_process import build as build_by_process
from small import REPORTS, build, write_reports


@pytest.fixture(scope="session")
def model_cache():
    """Give the folder where the real encoder is assembled; its 480 MB don't outlive the session.

    CITEWISE_TEST_MODEL_CACHE names a folder that does.
    """
    if kept := os.environ.get("CITEWISE_TEST_MODEL_CACHE"):
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory(prefix="citewise-model-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def encoder(model_cache):
    """Load the bundled encoder as answers are served."""
    return BundledEncoder.load(model_cache)


@pytest.fixture(scope="session")
def reference_encoder(model_cache):
    """Load the bundled encoder by sentence-transformers, in float32."""
    return SentenceEncoder.load("bundled", cache=model_cache)


@pytest.fixture(scope="session")
def small_index(tmp_path_factory):
    """Give the index of small.REPORTS, built with the fake encoder; tests may read it, not change it."""
    return build(tmp_path_factory.mktemp("small"), REPORTS)


@pytest.fixture(scope="session")
def originals():
    """Give the folder of the two original reports, which stands beside the project and is no part of it."""
    folder = Path(__file__).parents[2] / "shared/reports"
    if not folder.is_dir():
        reason = f"the original reports are not there: expected them in {folder}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def default_index(encoder, tmp_path_factory):
    """Give a function that builds the index of a folder by the default settings, once."""
    settings = load_settings(Path(config.__file__).with_name("default.toml"), environ={})
    glossary = [(entry.zh, entry.en) for entry in load_glossary(glossary_path(settings))]
    known = {}

    def built(folder):
        if folder not in known:
            index = tmp_path_factory.mktemp("index")
            build_index(read_corpus([folder]), index, encoder, glossary=glossary)
            known[folder] = SavedIndex.load(index)
        return known[folder]

    return built


@pytest.fixture(scope="session")
def shipped_assistant(encoder, default_index):
    """Give the assistant for the shipped reports by the default settings."""
    settings = load_settings(Path(config.__file__).with_name("default.toml"), environ={})
    retriever = Retriever(default_index(shipped_reports()), encoder)
    return Assistant(retriever, Reader.load(encoder), refuse_below=settings.answer.refuse_below)


@pytest.fixture
def store(tmp_path):
    """Give an empty store of the messenger, closed when the test ends."""
    opened = Store.open(tmp_path / "bot.sqlite")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def small_reports(tmp_path_factory, model_cache):
    """Give the folder of an index of small.REPORTS that a process of the bot built with the real encoder."""
    folder = tmp_path_factory.mktemp("reports")
    build_by_process(write_reports(folder / "reports", REPORTS), folder / "index", model_cache)
    return folder / "index"
