"""Builds that take over what was made before, and stopped ones: the result is that of a build from nothing."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.lexicon
from corpus.dictionary import Entry
from corpus.reader import read_corpus
from fakes import FakeEncoder
from index.build import build_index
from index.checkpoint import NAME
from index.errors import IndexDamaged, IndexMissing, IndexUnwritable
from index.generations import earlier, locked, roll_back
from index.manifest import Manifest
from index.saved import SavedIndex
from scale import scaled

ROOT = Path(__file__).parents[1]
CRANE = "A new crane lifts 120 tonnes.\n"
DOCK = "The dry dock holds 3 ships.\n"


@pytest.fixture(autouse=True)
def small_dictionary(monkeypatch):
    """Take seconds off every build: the whole dictionary is tested with the bridge."""
    monkeypatch.setattr(index.lexicon, "entries", lambda: (Entry("教师", "jiao4 shi1", ("teacher",)),))


class Counting(FakeEncoder):
    """Count the texts that are embedded."""

    def __init__(self):
        self.texts = []

    def encode_passages(self, texts, *, progress=None):
        self.texts += texts
        return super().encode_passages(texts, progress=progress)

    encode_queries = FakeEncoder.encode_passages


class Stopping(Counting):
    """Stop the build before one of the groups, counted from 0."""

    def __init__(self, at):
        super().__init__()
        self._left = at

    def encode_passages(self, texts, *, progress=None):
        if self._left == 0:
            raise KeyboardInterrupt
        self._left -= 1
        return super().encode_passages(texts, progress=progress)

    encode_queries = FakeEncoder.encode_passages


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def indexed(reports, folder, encoder=None, **options):
    return build_index(read_corpus([reports]), folder, encoder or FakeEncoder(), **options)


def report(number, *, length=3):
    lines = [
        f"港口{number}第{at}年新建码头{number * 7 + at}座。The port {number} moved {at} tons." for at in range(length)
    ]
    return f"# Port {number}\n\n" + "\n\n".join(lines) + "\n"


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != "build.lock")


# What is taken over


def test_only_what_is_new_is_embedded(tmp_path):
    reports = write(tmp_path / "reports", {"crane.txt": CRANE, "port.md": report(1)})
    indexed(reports, tmp_path / "index")
    write(reports, {"dock.txt": DOCK})

    encoder, efforts = Counting(), []
    indexed(reports, tmp_path / "index", encoder, told=efforts.append)

    assert set(encoder.texts) == {DOCK.strip()}
    saved = SavedIndex.load(tmp_path / "index")
    assert (efforts[0].made, efforts[0].resumed) == (2, 0)
    assert efforts[0].taken_over == len(saved.passages) + len(saved.owners) - 2


def test_a_renamed_report_is_not_embedded_again(tmp_path):
    reports = write(tmp_path / "reports", {"crane.txt": CRANE, "dock.txt": DOCK})
    indexed(reports, tmp_path / "index")
    (reports / "crane.txt").rename(reports / "lifting.txt")

    encoder = Counting()
    indexed(reports, tmp_path / "index", encoder)

    assert encoder.texts == []
    assert set(SavedIndex.load(tmp_path / "index").documents) == {"dock", "lifting"}


def test_a_build_from_nothing_embeds_all(tmp_path):
    reports = write(tmp_path / "reports", {"crane.txt": CRANE})
    indexed(reports, tmp_path / "index")

    encoder = Counting()
    indexed(reports, tmp_path / "index", encoder, anew=True)

    assert encoder.texts == [CRANE.strip()]  # passage and sentence are the same


class Other(Counting):
    fingerprint = "fake-2"


def test_vectors_of_another_encoder_are_not_taken_over(tmp_path):
    reports = write(tmp_path / "reports", {"crane.txt": CRANE})
    indexed(reports, tmp_path / "index")

    encoder = Other()
    indexed(reports, tmp_path / "index", encoder)

    assert encoder.texts == [CRANE.strip()]


def test_vectors_of_a_damaged_generation_are_not_taken_over_but_those_of_the_one_before(tmp_path):
    reports = write(tmp_path / "reports", {"crane.txt": CRANE})
    indexed(reports, tmp_path / "index")
    write(reports, {"dock.txt": DOCK})
    manifest = indexed(reports, tmp_path / "index")
    path = tmp_path / "index" / manifest.generation / "sentences.npy"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)

    encoder = Counting()
    again = indexed(reports, tmp_path / "index", encoder)

    assert set(encoder.texts) == {DOCK.strip()}
    assert again.content == manifest.content


@settings(max_examples=scaled(6, 60), deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), min_size=1), min_size=2, max_size=4))
def test_after_any_changes_the_files_are_those_of_a_build_from_nothing(tmp_path_factory, states):
    folder = tmp_path_factory.mktemp("incremental")
    for state in states:
        shutil.rmtree(folder / "reports", ignore_errors=True)
        write(folder / "reports", {f"{name}.md": report(seed, length=1 + 3 * seed) for name, seed in state.items()})
        manifest = indexed(folder / "reports", folder / "index")

    fresh = indexed(folder / "reports", folder / "fresh")

    assert (manifest.files, manifest.content) == (fresh.files, fresh.content)


@pytest.mark.model
def test_the_real_encoder_gives_the_same_bytes_whatever_was_there_before(tmp_path, encoder):
    files = {f"{number}.md": report(number, length=5 + 20 * number) for number in range(3)}
    reports = write(tmp_path / "reports", files)
    indexed(reports, tmp_path / "index", encoder)
    write(reports, {"1.md": files["1.md"].replace("tons", "tonnes", 1), "5.md": report(5)})
    (reports / "2.md").unlink()

    efforts = []
    manifest = indexed(reports, tmp_path / "index", encoder, told=efforts.append)
    fresh = indexed(reports, tmp_path / "fresh", encoder)

    assert (efforts[0].taken_over > 0, efforts[0].made > 0) == (True, True)
    assert manifest.files == fresh.files


def test_two_processes_write_the_same_files(tmp_path):
    write(tmp_path / "reports", {"port.md": report(1), "学校.txt": "全县累计选派教师1569人，建成学校36所。\n"})
    digests = set()
    for seed in ("1", "2"):
        done = run_builder(tmp_path / "reports", tmp_path / seed, PYTHONHASHSEED=seed)
        assert done.wait(600) == 0
        digests.add(Manifest.load(tmp_path / seed).content)

    assert len(digests) == 1


# A build that was stopped


@pytest.mark.parametrize("at", [0, 1, 5, 11])
def test_a_stopped_build_is_gone_on_with(tmp_path, at):
    reports = write(tmp_path / "reports", {f"{number}.md": report(number) for number in range(6)})
    fresh = indexed(reports, tmp_path / "fresh")
    stopped = Stopping(at)
    with pytest.raises(KeyboardInterrupt):
        indexed(reports, tmp_path / "index", stopped)

    encoder, efforts = Counting(), []
    manifest = indexed(reports, tmp_path / "index", encoder, told=efforts.append)

    assert (efforts[0].resumed, efforts[0].made) == (len(stopped.texts), len(encoder.texts))
    assert not set(stopped.texts) & set(encoder.texts)
    assert manifest.files == fresh.files
    assert not (tmp_path / "index" / NAME).exists()


def test_what_a_stopped_build_left_is_verified(tmp_path):
    reports = write(tmp_path / "reports", {f"{number}.md": report(number) for number in range(6)})
    fresh = indexed(reports, tmp_path / "fresh")
    with pytest.raises(KeyboardInterrupt):
        indexed(reports, tmp_path / "index", Stopping(5))
    raw = bytearray((tmp_path / "index" / NAME).read_bytes())
    raw[len(raw) // 2] ^= 0x40
    (tmp_path / "index" / NAME).write_bytes(raw)

    manifest = indexed(reports, tmp_path / "index")

    assert manifest.files == fresh.files


def test_a_disk_that_fills_up_while_vectors_are_kept_leaves_the_old_index(tmp_path, monkeypatch):
    reports = write(tmp_path / "reports", {"crane.txt": CRANE})
    before = indexed(reports, tmp_path / "index")
    write(reports, {"dock.txt": DOCK})

    def full(*_):
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr("index.checkpoint.Checkpoint.add", full)
        with pytest.raises(IndexUnwritable, match="the disk is full; the old one, if any, stays"):
            indexed(reports, tmp_path / "index")

    assert SavedIndex.load(tmp_path / "index").manifest == before
    assert set(read_ids(indexed(reports, tmp_path / "index"))) == {"crane", "dock"}


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_told_and_its_index_answers(tmp_path):
    reports = write(tmp_path / "reports", {"crane.txt": CRANE})
    indexed(reports, tmp_path / "index")
    (tmp_path / "index").chmod(0o555)
    try:
        with pytest.raises(IndexUnwritable, match="can't be written"):
            indexed(reports, tmp_path / "index")
        assert list(SavedIndex.load(tmp_path / "index").documents) == ["crane"]
    finally:
        (tmp_path / "index").chmod(0o755)


def read_ids(manifest):
    return [one.id for one in manifest.documents]


BUILDER = """
import sys
from pathlib import Path
import index.lexicon
from corpus.reader import read_corpus
from fakes import FakeEncoder
from index.build import build_index
from index.bundled_encoder import BundledEncoder

index.lexicon.entries = lambda: ()
encoder = BundledEncoder.load(Path(sys.argv[3])) if sys.argv[3] else FakeEncoder()
print("begun", flush=True)
build_index(read_corpus([Path(sys.argv[1])]), Path(sys.argv[2]), encoder)
print("done", flush=True)
"""


def run_builder(reports, folder, cache="", **environment):
    """Start a build in a process of its own and return it when it begins."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    process = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(reports), str(folder), str(cache)],
        env={**os.environ, "PYTHONPATH": path, **environment},
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"begun\n"
    return process


def killed_again_and_again(tmp_path, kills, cache=""):
    """Kill builds at random moments; after each the old index must be whole, and the next build as if undisturbed."""
    old = {f"{number}.md": report(number) for number in range(100)}
    new = {f"{number}.md": report(number + number % 3, length=2 + number % 4) for number in range(20, 220)}
    if cache:
        old, new = (dict(list(files.items())[:6]) for files in (old, new))
    write(tmp_path / "old", old)
    write(tmp_path / "new", new)
    assert run_builder(tmp_path / "old", tmp_path / "before", cache).wait(600) == 0
    shutil.copytree(tmp_path / "before", tmp_path / "timed")
    timed = run_builder(tmp_path / "new", tmp_path / "timed", cache)
    began = time.monotonic()
    assert timed.wait(600) == 0
    seconds = time.monotonic() - began
    undisturbed, before = Manifest.load(tmp_path / "timed"), Manifest.load(tmp_path / "before")
    moments = random.Random(7)
    ended = {"killed": 0, "finished": 0}
    for number in range(kills):
        folder = shutil.copytree(tmp_path / "before", tmp_path / f"index-{number}")
        process = run_builder(tmp_path / "new", folder, cache)
        time.sleep(moments.uniform(0, 1.05 * seconds))
        process.send_signal(signal.SIGKILL)
        ended["killed" if process.wait(300) else "finished"] += 1
        process.stdout.close()
        found = SavedIndex.load(folder).manifest
        found.check_files(folder, wholly=True)
        assert found.content in {before.content, undisturbed.content}
        assert run_builder(tmp_path / "new", folder, cache).wait(600) == 0
        after = Manifest.load(folder)
        assert (after.content, after.files) == (undisturbed.content, undisturbed.files)
        assert SavedIndex.load(folder).manifest == after
        left = {path.name.split(".")[0] for path in folder.glob("g-*")}
        assert len(left) <= 3
        assert not (folder / NAME).exists()
        shutil.rmtree(folder)
    assert ended["killed"] > 0


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills otherwise")
def test_builds_killed_at_random_moments_leave_the_old_index_and_are_gone_on_with(tmp_path):
    killed_again_and_again(tmp_path, scaled(3, 50))


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills otherwise")
def test_builds_with_the_real_encoder_killed_at_random_moments_too(tmp_path, model_cache, encoder):
    killed_again_and_again(tmp_path, scaled(1, 6), model_cache)


# Readers meanwhile


def test_a_reader_during_many_builds_always_gets_a_whole_index(tmp_path):
    first = read_corpus([write(tmp_path / "first", {"crane.txt": CRANE})])
    second = read_corpus([write(tmp_path / "second", {"dock.txt": DOCK, "crane.txt": CRANE})])
    build_index(first, tmp_path / "index", FakeEncoder())
    seen, failures, over = [], [], threading.Event()

    def read():
        while not over.is_set():
            try:
                loaded = SavedIndex.load(tmp_path / "index")
                seen.append((tuple(sorted(loaded.documents)), len(loaded.passages), len(loaded.sentence_vectors)))
            except Exception as err:  # noqa: BLE001 - whatever it is, there should be none
                failures.append(err)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(scaled(10, 50)):
        for corpus in (second, first):
            build_index(corpus, tmp_path / "index", FakeEncoder())
    over.set()
    reader.join(300)

    assert failures == []
    assert set(seen) <= {(("crane",), 1, 1), (("crane", "dock"), 2, 2)}
    assert seen


def test_a_reader_whose_generation_was_tidied_away_reads_the_new_one(tmp_path, monkeypatch):
    first = write(tmp_path / "first", {"crane.txt": CRANE})
    second = write(tmp_path / "second", {"dock.txt": DOCK})
    indexed(first, tmp_path / "index")
    check, calls = Manifest.check_files, []

    def slow(self, folder, **options):
        check(self, folder, **options)
        calls.append(self.generation)
        if len(calls) == 1:
            with monkeypatch.context() as patch:
                patch.setattr(Manifest, "check_files", check)
                for _ in range(4):
                    indexed(second, folder)

    monkeypatch.setattr(Manifest, "check_files", slow)

    assert list(SavedIndex.load(tmp_path / "index").documents) == ["dock"]
    assert len(calls) == 2


# Returning to an earlier index


@pytest.fixture
def three(tmp_path):
    """Give an index that was built of one report, of two, and of three."""
    reports = tmp_path / "reports"
    for name, text in {"crane.txt": CRANE, "dock.txt": DOCK, "port.md": report(1)}.items():
        write(reports, {name: text})
        indexed(reports, tmp_path / "index")
    return tmp_path / "index"


def documents(folder):
    return sorted(SavedIndex.load(folder).documents)


def test_the_two_indexes_before_can_be_returned_to(three):
    assert documents(three) == ["crane", "dock", "port"]

    roll_back(three)
    assert documents(three) == ["crane", "dock"]
    roll_back(three)
    assert documents(three) == ["crane"]

    with pytest.raises(IndexMissing, match="there is no earlier index to return to"):
        roll_back(three)
    assert documents(three) == ["crane"]


def test_the_index_that_was_returned_to_is_what_it_was_to_the_byte(three):
    before = earlier(three, Manifest.load(three))[0]

    assert roll_back(three) == before
    assert Manifest.load(three) == before


def test_what_was_given_up_is_not_returned_to_after_the_next_build(three, tmp_path):
    roll_back(three)
    write(tmp_path / "reports", {"mill.txt": "The mill ground 12 tonnes.\n"})
    indexed(tmp_path / "reports", three)

    roll_back(three)

    assert documents(three) == ["crane", "dock"]


def test_an_earlier_index_that_is_damaged_is_not_returned_to(three):
    before = earlier(three, Manifest.load(three))[0]
    path = three / before.generation / "sentences.npy"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)

    with pytest.raises(IndexDamaged, match="is not what was written"):
        roll_back(three)

    assert documents(three) == ["crane", "dock", "port"]


def test_only_the_files_of_three_generations_are_kept(three, tmp_path):
    for _ in range(4):
        indexed(tmp_path / "reports", three)

    assert len(list(three.glob("g-*.json"))) == 3
    assert {path.stem for path in three.glob("g-*.json")} == {path.name for path in three.glob("g-*") if path.is_dir()}
    assert [name for name in names(three) if not name.startswith("g-")] == ["manifest.json"]


# Checks at load


def test_large_files_are_hashed_only_when_asked(tmp_path, monkeypatch):
    manifest = indexed(write(tmp_path / "reports", {"crane.txt": CRANE}), tmp_path / "index")
    path = tmp_path / "index" / manifest.generation / "sentences.npy"
    vectors = np.load(path)
    vectors[0, 0] += 0.5
    np.save(path, vectors)
    monkeypatch.setattr("index.manifest._HASHED_AT_LOAD", path.stat().st_size - 1)

    assert list(SavedIndex.load(tmp_path / "index").documents) == ["crane"]
    with pytest.raises(IndexDamaged, match="is not what was written"):
        manifest.check_files(tmp_path / "index", wholly=True)


def test_the_content_digest_tells_what_an_index_holds(tmp_path):
    reports = write(tmp_path / "reports", {"crane.txt": CRANE})
    first = indexed(reports, tmp_path / "index")
    os.utime(reports / "crane.txt", (1, 1))
    again = indexed(reports, tmp_path / "index")
    write(reports, {"crane.txt": DOCK})

    assert (first.content == again.content, first.generation == again.generation) == (True, False)
    assert indexed(reports, tmp_path / "index").content != first.content


def test_links_in_an_index_that_came_from_elsewhere_lead_a_build_nowhere(tmp_path):
    reports, folder, other = write(tmp_path / "reports", {"crane.txt": CRANE}), tmp_path / "index", tmp_path / "other"
    indexed(reports, folder)
    other.write_text("precious")
    (folder / "manifest.json.new").symlink_to(other)

    manifest = indexed(reports, folder)

    assert other.read_text() == "precious"
    assert not (folder / "manifest.json").is_symlink()
    assert SavedIndex.load(folder).manifest == manifest


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device that never ends")
def test_a_file_of_an_index_that_is_a_link_or_a_device_is_refused(tmp_path):
    folder = tmp_path / "index"
    manifest = indexed(write(tmp_path / "reports", {"crane.txt": CRANE}), folder)
    path = folder / manifest.generation / "documents.jsonl"
    path.rename(tmp_path / "documents.jsonl")
    path.symlink_to(tmp_path / "documents.jsonl")

    with pytest.raises(IndexDamaged, match="no file of the index's own"):
        manifest.check_files(folder)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(IndexDamaged, match="no file of the index's own"):
        manifest.check_hash(folder, "documents.jsonl")
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").symlink_to("/dev/zero")
    with pytest.raises(IndexDamaged, match=r"can't be read"):
        Manifest.load(folder)


def test_an_error_while_an_index_is_tidied_is_none_of_the_build(tmp_path, monkeypatch):
    reports = write(tmp_path / "reports", {"crane.txt": CRANE})

    def failing(*_):
        raise OSError("odd")

    monkeypatch.setattr("index.build.tidy", failing)

    manifest = indexed(reports, tmp_path / "index")

    assert SavedIndex.load(tmp_path / "index").manifest == manifest


def test_an_error_of_something_else_under_the_lock_is_not_told_of_the_index(tmp_path):
    with pytest.raises(PermissionError, match="a report"), locked(tmp_path / "index", 0):
        raise PermissionError("a report")


def test_a_manifest_that_is_being_read_is_replaced_a_little_later(tmp_path, monkeypatch):
    replace, refused = Path.replace, [PermissionError("is being read")] * 3

    def on_windows(self, target):
        if refused:
            raise refused.pop()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", on_windows)
    monkeypatch.setattr("index.generations._PAUSE", 0.0)

    manifest = indexed(write(tmp_path / "reports", {"crane.txt": CRANE}), tmp_path / "index")

    assert refused == []
    assert Manifest.load(tmp_path / "index") == manifest
