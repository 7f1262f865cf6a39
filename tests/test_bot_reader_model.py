"""The shipped reader on the real encoder."""

import threading
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

import bot.reader
from bot.errors import ReaderDamaged
from bot.reader.adapters import WEIGHTS, Adapters
from bot.reader.model import Reader
from bot.reader.reference import _adapted
from fakes import FakeEncoder

SHIPPED = Path(bot.reader.__file__).with_name(WEIGHTS)
HARBOUR = "港务局在2015年至2021年间修复了14个码头，投入资金3.2亿元。局长名叫林晓峰。"
HARBOUR_EN = (
    "Between 2015 and 2021 the port office rebuilt 14 quays for 320 million yuan. Its director was Lin Xiaofeng."
)

pytestmark = pytest.mark.model


@pytest.fixture(scope="module", params=["encoder", "reference_encoder"])
def either(request):
    """Give the encoder in 8 bits, and in float32."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def reader(either):
    return Reader.load(either)


def read(reader, question, passage, gloss=""):
    best = reader.read(question, [passage], [gloss])[0].best(1)[0]
    return passage[best.start : best.end]


def test_the_weights_are_small_enough_to_ship():
    assert SHIPPED.stat().st_size <= 12 * 10**6


@pytest.mark.parametrize(
    ("question", "passage", "part"),
    [
        ("港务局修复了多少个码头？", HARBOUR, "14"),
        ("局长叫什么名字？", HARBOUR, "林晓峰"),
        ("投入了多少资金？", HARBOUR, "3.2亿"),
        ("how many quays were rebuilt?", HARBOUR_EN, "14"),
        ("who was the director?", HARBOUR_EN, "Lin Xiaofeng"),
    ],
)
def test_the_answer_is_found_in_the_language_of_the_question(reader, question, passage, part):
    assert part in read(reader, question, passage)


@pytest.mark.parametrize(
    ("question", "gloss", "part"),
    [("how many quays were repaired?", "码头 修复", "14"), ("what is the director's name?", "局长 名", "林晓峰")],
)
def test_the_answer_is_found_across_languages(reader, question, gloss, part):
    assert part in read(reader, question, HARBOUR, gloss)


def test_what_a_passage_does_not_say_gets_less_evidence(reader):
    said = reader.read("港务局修复了多少个码头？", [HARBOUR])[0].best(1)[0].score
    unsaid = reader.read("图书馆有多少册藏书？", [HARBOUR])[0].best(1)[0].score

    assert said > unsaid + 2


def test_an_answer_far_into_a_long_passage_is_found(reader):
    passage = "天气晴朗，游客在河边散步，孩子们放风筝。" * 120 + HARBOUR

    assert "14" in read(reader, "港务局修复了多少个码头？", passage)


def test_each_passage_has_a_reading_of_its_own_whatever_is_read_with_it(reader):
    alone = reader.read("局长叫什么名字？", [HARBOUR])[0]
    together = reader.read("局长叫什么名字？", ["河水很清。" * 80, HARBOUR, ""])

    assert len(together) == 3
    assert together[2].best() == []
    np.testing.assert_allclose(together[1].starts, alone.starts, atol=1e-3)


def test_vectors_of_questions_are_the_same_bytes_with_the_reader_and_while_threads_read(either):
    questions = ["how many quays?", "局长叫什么名字？", "修复了多少个码头"]
    bare = either
    before = [bare.encode_queries([question]).tobytes() for question in questions]
    reader = Reader.load(bare)
    expected = reader.read(questions[1], [HARBOUR])[0].starts
    wrong = []

    def ask(number):
        for turn in range(4):
            i = (number + turn) % len(questions)
            if bare.encode_queries([questions[i]]).tobytes() != before[i]:
                wrong.append(i)
            if not np.allclose(reader.read(questions[1], [HARBOUR])[0].starts, expected, atol=1e-4):
                wrong.append("reading")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert [bare.encode_queries([question]).tobytes() for question in questions] == before


def test_the_vocabulary_is_shared_and_not_copied(reference_encoder):
    network = reference_encoder.transformer

    assert _adapted(network, Adapters.load(SHIPPED).held).embeddings is network.embeddings


def test_evidence_in_8_bits_is_near_that_in_float32(encoder, reference_encoder):
    pairs = [("修复了多少个码头？", HARBOUR), ("who was the director?", HARBOUR_EN), ("有多少册藏书？", HARBOUR)]
    exact, packed = Reader.load(reference_encoder), Reader.load(encoder)

    for question, passage in pairs:
        ours, theirs = packed.read(question, [passage])[0], exact.read(question, [passage])[0]
        assert ours.spans == theirs.spans
        assert ours.no_answer == pytest.approx(theirs.no_answer, abs=1.5)
        assert np.corrcoef(ours.starts, theirs.starts)[0, 1] > 0.99
        assert np.corrcoef(ours.ends, theirs.ends)[0, 1] > 0.99


def test_another_encoder_is_refused():
    with pytest.raises(ReaderDamaged, match="bundled"):
        Reader.load(FakeEncoder())


def test_a_damaged_file_is_named_in_one_line(encoder, tmp_path):
    path = tmp_path / "reader.safetensors"
    path.write_bytes(SHIPPED.read_bytes()[:5000])

    with pytest.raises(ReaderDamaged, match=r"reader\.safetensors: the reader can't be loaded") as caught:
        Reader.load(encoder, path)

    assert "\n" not in str(caught.value)


def test_a_file_that_lacks_a_layer_is_refused(encoder, tmp_path):
    held = load_file(SHIPPED)
    del held["layer.3.output.dense.up"]
    save_file(held, tmp_path / "reader.safetensors")

    with pytest.raises(ReaderDamaged, match=r"layer\.3\.output\.dense\.up"):
        Reader.load(encoder, tmp_path / "reader.safetensors")
