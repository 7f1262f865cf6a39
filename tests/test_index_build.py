"""Reports to a saved index: what is written, what stops a build, and that the old index outlives it."""

import ast
import errno
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import index.lexicon
from corpus.dictionary import Entry
from corpus.reader import read_corpus
from fakes import FakeEncoder
from index.build import build_index
from index.errors import IndexBusy, IndexMissing, IndexUnwritable
from index.manifest import Manifest
from index.passages import PassageSizes
from index.saved import SavedIndex

ROOT = Path(__file__).parents[1]
REPORTS = {
    "larvik.md": "---\nid: larvik\n---\n# Port of Larvik\n\nThe port rebuilt 14 quays. It trained 86 pilots.\n",
    "学校.txt": "全县累计选派教师1569人，建成学校36所。\n\n投入资金3.5亿元。\n",
}


@pytest.fixture(autouse=True)
def small_dictionary(monkeypatch):
    """Take seconds off every build: the whole dictionary is tested with the bridge."""
    monkeypatch.setattr(index.lexicon, "entries", lambda: (Entry("教师", "jiao4 shi1", ("teacher",)),))


@pytest.fixture
def reports(tmp_path):
    for name, content in REPORTS.items():
        (tmp_path / "reports").mkdir(exist_ok=True)
        (tmp_path / "reports" / name).write_text(content, encoding="utf-8")
    return read_corpus([tmp_path / "reports"])


@pytest.fixture
def other_reports(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/crane.txt").write_text("A new crane lifts 120 tonnes.\n")
    return read_corpus([tmp_path / "other"])


def generations(folder):
    return sorted(path.name for path in folder.glob("g-*") if path.is_dir())


def state(folder):
    """Return every file of the index in force, by its path."""
    manifest = Manifest.load(folder)
    files = {name: (folder / manifest.generation / name).read_bytes() for name in manifest.files}
    return files | {"manifest.json": (folder / "manifest.json").read_bytes()}


class Failing(FakeEncoder):
    """Call something in place of encoding."""

    def __init__(self, act):
        self.act = act

    def encode_passages(self, texts, *, progress=None):
        self.act()
        return super().encode_passages(texts, progress=progress)

    encode_queries = FakeEncoder.encode_passages


def test_the_manifest_describes_the_index(tmp_path, reports):
    manifest = build_index(reports, tmp_path / "index", FakeEncoder(), sizes=PassageSizes(zh=100, en=200))

    assert (manifest.encoder, manifest.fingerprint, manifest.dimensions) == ("fake", "fake-1", 64)
    assert (manifest.format, manifest.metric) == (3, "inner product of unit vectors")
    assert manifest.passages == {"zh": 100, "en": 200}
    assert [(one.id, one.digest) for one in manifest.documents] == [(d.id, d.digest) for d in reports.documents]
    assert manifest.roots == (str((tmp_path / "reports").resolve()),)
    assert manifest.stamps == dict(reports.stamps)


def test_the_manifest_names_every_file_with_its_size_and_hash(tmp_path, reports):
    manifest = build_index(reports, tmp_path / "index", FakeEncoder())
    folder = tmp_path / "index" / manifest.generation

    on_disk = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(manifest.files) == on_disk
    assert all((folder / name).stat().st_size == entry["size"] for name, entry in manifest.files.items())
    assert all(len(entry["sha256"]) == 64 for entry in manifest.files.values())


def test_the_manifest_read_back_is_the_one_returned(tmp_path, reports):
    manifest = build_index(reports, tmp_path / "index", FakeEncoder())

    assert Manifest.load(tmp_path / "index") == manifest


def test_the_same_reports_give_the_same_files(tmp_path, reports):
    first = build_index(reports, tmp_path / "a", FakeEncoder())
    second = build_index(reports, tmp_path / "b", FakeEncoder())

    assert first.files == second.files


def test_missing_folders_are_made(tmp_path, reports):
    build_index(reports, tmp_path / "a/b/c", FakeEncoder())

    assert set(SavedIndex.load(tmp_path / "a/b/c").documents) == {"larvik", "学校"}


def test_progress_rises_to_one(tmp_path, reports):
    seen = []

    build_index(reports, tmp_path / "index", FakeEncoder(), progress=seen.append)

    assert seen == sorted(seen)
    assert (seen[0] > 0, seen[-1]) == (True, 1.0)


def test_a_new_build_takes_the_place_of_the_old(tmp_path, reports, other_reports):
    build_index(reports, tmp_path / "index", FakeEncoder())
    build_index(other_reports, tmp_path / "index", FakeEncoder())

    assert list(SavedIndex.load(tmp_path / "index").documents) == ["crane"]


def test_old_builds_do_not_pile_up(tmp_path, reports):
    for _ in range(5):
        manifest = build_index(reports, tmp_path / "index", FakeEncoder())

    assert len(generations(tmp_path / "index")) == 3
    assert manifest.generation in generations(tmp_path / "index")


def test_an_index_that_is_being_read_survives_a_build(tmp_path, reports, other_reports):
    build_index(reports, tmp_path / "index", FakeEncoder())
    manifest = Manifest.load(tmp_path / "index")

    build_index(other_reports, tmp_path / "index", FakeEncoder())

    manifest.check_files(tmp_path / "index")


def test_other_glossaries_and_encoders_are_told_apart(tmp_path, reports):
    terms = [(("教师",), ("instructor",))]

    plain = build_index(reports, tmp_path / "a", FakeEncoder())
    with_terms = build_index(reports, tmp_path / "b", FakeEncoder(), glossary=terms)

    assert plain.glossary != with_terms.glossary
    assert SavedIndex.load(tmp_path / "b").bridge.gloss("instructors", "en").groups == (("教师",),)


# What a build must not destroy


@pytest.mark.parametrize("name", ["thesis.txt", ".config", "sub/x.txt", "index.faiss", "g-notes.txt/x"])
def test_a_folder_that_holds_other_files_is_refused_and_left_alone(tmp_path, reports, name):
    folder = tmp_path / "documents"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text("mine")
    if name.startswith("g-"):
        (folder / "y.txt").write_text("mine")

    with pytest.raises(IndexUnwritable, match="holds other files than an index; name an empty or a new folder"):
        build_index(reports, folder, FakeEncoder())

    assert (folder / name).read_text() == "mine"
    assert not (folder / "manifest.json").exists()


def test_a_file_in_place_of_the_folder_is_refused_and_left_alone(tmp_path, reports):
    (tmp_path / "index").write_text("mine")

    with pytest.raises(IndexUnwritable, match="the index can't be written"):
        build_index(reports, tmp_path / "index", FakeEncoder())

    assert (tmp_path / "index").read_text() == "mine"


def full_disk(*args, **options):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "write", ["numpy.save", "pathlib.Path.write_text", "os.fsync", "pathlib.Path.replace", "tempfile.mkdtemp"]
)
def test_a_full_disk_keeps_the_old_index(tmp_path, reports, other_reports, monkeypatch, write):
    folder = tmp_path / "index"
    build_index(reports, folder, FakeEncoder())
    before, kept = state(folder), generations(folder)

    with monkeypatch.context() as patch:
        patch.setattr(write, full_disk)
        with pytest.raises(IndexUnwritable, match="the disk is full; the old one, if any, stays") as caught:
            build_index(other_reports, folder, FakeEncoder())

    assert "\n" not in str(caught.value)
    assert (state(folder), generations(folder)) == (before, kept)
    assert set(SavedIndex.load(folder).documents) == {"larvik", "学校"}


def test_a_disk_that_was_full_can_be_built_on_again(tmp_path, reports, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full_disk)
        with pytest.raises(IndexUnwritable):
            build_index(reports, tmp_path / "index", FakeEncoder())
    with pytest.raises(IndexMissing):
        SavedIndex.load(tmp_path / "index")

    build_index(reports, tmp_path / "index", FakeEncoder())

    assert set(SavedIndex.load(tmp_path / "index").documents) == {"larvik", "学校"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, RuntimeError])
def test_a_build_that_is_interrupted_keeps_the_old_index_and_leaves_nothing(tmp_path, reports, other_reports, error):
    folder = tmp_path / "index"
    build_index(reports, folder, FakeEncoder())
    before, kept = state(folder), generations(folder)

    def stop():
        raise error

    with pytest.raises(error):
        build_index(other_reports, folder, Failing(stop))

    assert (state(folder), generations(folder)) == (before, kept)


KILLED = """
import os, signal, sys
from pathlib import Path
import index.lexicon
from corpus.reader import read_corpus
from fakes import FakeEncoder
from index.build import build_index

class Killed(FakeEncoder):
    def encode_passages(self, texts, *, progress=None):
        os.kill(os.getpid(), signal.SIGKILL)

index.lexicon.entries = lambda: ()
build_index(read_corpus([Path(sys.argv[1])]), Path(sys.argv[2]), Killed())
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills otherwise")
def test_a_killed_build_leaves_the_old_index_usable_and_the_next_build_possible(tmp_path, reports, other_reports):
    folder = tmp_path / "index"
    build_index(reports, folder, FakeEncoder())
    before = state(folder)

    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "other"), str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])},
        capture_output=True,
        timeout=120,
    )

    assert (done.returncode, done.stderr) == (-signal.SIGKILL, b"")
    assert len(generations(folder)) == 2  # what the killed build began is still there
    assert state(folder) == before
    build_index(other_reports, folder, FakeEncoder(), patience=5)
    assert list(SavedIndex.load(folder).documents) == ["crane"]


# Two at once


class Slow(FakeEncoder):
    """Wait inside the first call until told to go on."""

    def __init__(self):
        self.begun, self.go_on = threading.Event(), threading.Event()

    def encode_passages(self, texts, *, progress=None):
        self.begun.set()
        assert self.go_on.wait(30)
        return super().encode_passages(texts, progress=progress)

    encode_queries = FakeEncoder.encode_passages


@pytest.fixture
def slow_build(tmp_path, reports):
    """Start a build that goes on when told to, and wait for it at the end."""
    encoder = Slow()
    thread = threading.Thread(target=build_index, args=(reports, tmp_path / "index", encoder))
    thread.start()
    assert encoder.begun.wait(30)
    yield encoder.go_on, thread
    encoder.go_on.set()
    thread.join(30)


def test_a_second_build_gives_up_when_its_patience_ends(tmp_path, slow_build, other_reports):
    with pytest.raises(IndexBusy, match="another build has been running for 0 s; try again later"):
        build_index(other_reports, tmp_path / "index", FakeEncoder(), patience=0.1)


def test_a_second_build_waits_for_the_first(tmp_path, slow_build, other_reports):
    go_on, first = slow_build
    threading.Timer(0.3, go_on.set).start()

    build_index(other_reports, tmp_path / "index", FakeEncoder(), patience=30)
    first.join(30)

    assert list(SavedIndex.load(tmp_path / "index").documents) == ["crane"]


def test_builds_in_two_folders_do_not_wait_for_each_other(tmp_path, slow_build, other_reports):
    build_index(other_reports, tmp_path / "elsewhere", FakeEncoder(), patience=0.1)

    assert list(SavedIndex.load(tmp_path / "elsewhere").documents) == ["crane"]


# Nothing that runs when it is read


def test_saved_files_are_json_and_plain_arrays(tmp_path, reports):
    manifest = build_index(reports, tmp_path / "index", FakeEncoder())

    for name in manifest.files:
        path = tmp_path / "index" / manifest.generation / name
        if path.suffix == ".npy":
            assert np.load(path, allow_pickle=False).dtype.kind in "iuf"
        elif path.suffix == ".jsonl":
            assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        else:
            assert path.suffix == ".json"
            assert json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("package", ["corpus", "index"])
def test_nothing_that_unpickles_is_imported(package):
    imported = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])

    assert "pathlib" in imported
    assert not imported & {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "_pickle"}


@pytest.mark.parametrize(
    "content", [{"manifest.json": "{}"}, {"g-album/song.txt": "la"}, {"g-a/x": "", "g-b/y": ""}], ids=str
)
def test_a_folder_of_other_files_is_never_taken_for_an_index(tmp_path, reports, content):
    folder = tmp_path / "music"
    for name, text in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    with pytest.raises(IndexUnwritable, match="holds other files than an index"):
        build_index(reports, folder, FakeEncoder())

    assert {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()} == content
