"""The default encoder in 8 bits: near the float32 one, and the same bytes for the same text."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.reader.model import Reader
from bot.wiring import shipped_reports
from corpus.reader import read_corpus
from index.bundled_encoder import LAYERS, SERVED, BundledEncoder
from index.bundled_model import assembled_folder, verify_bundled_model
from index.errors import ModelDamaged
from index.sentences import sentences

pytestmark = pytest.mark.model
QUESTIONS = ["派了多少老师？", "how many teachers were sent?", "谁是院长", "which report?", "a"]


@pytest.fixture(scope="module")
def reported():
    """Give sentences of the shipped reports, every fifth."""
    documents = read_corpus([shipped_reports()]).documents
    found = [d.text[start:end] for d in documents for start, end in sentences(d.text)]
    return [text for text in found if text.strip()][::5]


def test_vectors_are_within_the_bar_of_the_float32_ones(encoder, reference_encoder, reported):
    passages = (encoder.encode_passages(reported) * reference_encoder.encode_passages(reported)).sum(axis=1)
    queries = (encoder.encode_queries(QUESTIONS) * reference_encoder.encode_queries(QUESTIONS)).sum(axis=1)

    assert passages.min() > 0.995
    assert queries.min() > 0.995
    assert passages.mean() > 0.998


def test_a_text_has_the_same_bytes_alone_and_among_others(encoder, reported):
    among = encoder.encode_passages(reported[:70])

    assert [encoder.encode_passages([text])[0].tobytes() for text in reported[:70:9]] == [
        row.tobytes() for row in among[::9]
    ]


def test_rows_are_unit_vectors_however_odd_the_texts(encoder):
    rows = encoder.encode_passages(["", "\ud800", "long " * 3000, "\u0e01\u0e02 ไทย", "<s></s>"])

    assert rows.shape == (5, 384)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert encoder.encode_queries([]).shape == (0, 384)


def test_a_long_text_is_cut_where_the_float32_one_is(encoder, reference_encoder):
    long = "学校共有学生1,569人。" * 200

    assert float(encoder.encode_passages([long])[0] @ reference_encoder.encode_passages([long])[0]) > 0.995


def test_progress_ends_at_one(encoder):
    shares = []

    encoder.encode_passages(["a"] * 70, progress=shares.append)

    assert shares == pytest.approx([32 / 70, 64 / 70, 1.0])


def test_threads_may_share_the_encoder(encoder):
    expected = [encoder.encode_queries([one]).tobytes() for one in QUESTIONS]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: encoder.encode_queries([one]).tobytes(), QUESTIONS * 4))

    assert found == expected * 4


def test_its_folder_is_whole_and_named_by_its_form(encoder):
    folder = assembled_folder(encoder.cache, form=SERVED)

    assert verify_bundled_model(folder, SERVED) == []
    assert folder.name in {f"e5-small-{encoder.fingerprint[:12]}-int8-v{SERVED.version}"}


def test_vectors_of_both_computations_are_told_apart(encoder, reference_encoder):
    assert encoder.fingerprint != reference_encoder.fingerprint


def test_damaged_layers_are_named_in_one_line(encoder, tmp_path):
    folder = assembled_folder(encoder.cache, form=SERVED)
    for path in folder.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / LAYERS).unlink()
    (tmp_path / LAYERS).write_bytes((folder / LAYERS).read_bytes()[:1000])

    with pytest.raises(ModelDamaged, match=r"layers\.onnx: the encoder can't be loaded") as caught:
        BundledEncoder(tmp_path)

    assert "\n" not in str(caught.value)


def test_neither_encoding_nor_reading_imports_torch(encoder):
    Reader.load(encoder)  # written at the first time, which needs those libraries
    script = (
        "import sys; from pathlib import Path; from index.bundled_encoder import BundledEncoder; "
        "from bot.reader.model import Reader; "
        "encoder = BundledEncoder.load(Path(sys.argv[1])); encoder.encode_queries(['a']); "
        "Reader.load(encoder).read('谁', ['他']); "
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'onnx'} & set(sys.modules)))"
    )

    found = subprocess.run(
        [sys.executable, "-c", script, str(encoder.cache)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )

    assert found.stdout.strip() == "[]"


def test_encoding_leaves_nothing_in_a_persons_folders(encoder, tmp_path):
    """Telemetry would keep an identifier and what it has not sent yet in the cache folder."""
    script = (
        "import sys; from pathlib import Path; from index.bundled_encoder import BundledEncoder; "
        "BundledEncoder.load(Path(sys.argv[1])).encode_queries(['a'])"
    )
    folders = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}

    subprocess.run(
        [sys.executable, "-c", script, str(encoder.cache)],
        check=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, **folders},
    )

    assert list(tmp_path.rglob("*")) == []
