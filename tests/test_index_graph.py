"""Layers written as a graph in 8 bits compute what torch computes, nearly."""

import numpy as np
import pytest

from index.graph import write_layers
from index.layers import Layers, threads

HIDDEN, LAYERS, HEADS, INNER = 32, 2, 4, 64


@pytest.fixture(scope="module")
def network():
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=40, hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=INNER, max_position_embeddings=20, type_vocab_size=1, initializer_range=0.2,
    )  # fmt: skip
    network = BertModel(config, add_pooling_layer=False).eval()
    with torch.no_grad():
        # One inner feature is far larger than the rest, as it is in trained encoders.
        network.encoder.layer[0].intermediate.dense.bias[5] = 60.0
    return network


def written(network, path, head=None):
    state = {name: values.numpy() for name, values in network.state_dict().items()}
    rng = np.random.default_rng(1)
    probes = [rng.normal(size=(1, 9, HIDDEN)).astype(np.float32) for _ in range(3)]
    write_layers(
        path,
        state.__getitem__,
        layers=LAYERS,
        heads=HEADS,
        epsilon=network.config.layer_norm_eps,
        probes=probes,
        head=head,
    )
    return Layers.load(path)


def expected(network, embedded):
    import torch

    normal = torch.nn.functional.layer_norm(
        torch.from_numpy(embedded),
        (HIDDEN,),
        network.embeddings.LayerNorm.weight,
        network.embeddings.LayerNorm.bias,
        network.config.layer_norm_eps,
    )
    with torch.inference_mode():
        return network.encoder(normal[None]).last_hidden_state[0].numpy()


@pytest.mark.parametrize("pieces", [1, 2, 7, 19])
def test_the_graph_computes_the_layers(network, tmp_path, pieces):
    layers = written(network, tmp_path / "layers.onnx")
    embedded = np.random.default_rng(pieces).normal(size=(pieces, HIDDEN)).astype(np.float32)

    made, right = layers.run([embedded])[0], expected(network, embedded)

    assert made.shape == (pieces, HIDDEN)
    assert np.abs(made - right).mean() < 0.05 * np.abs(right).mean()


def test_a_head_turns_each_piece_into_its_outputs(network, tmp_path):
    rng = np.random.default_rng(2)
    weight, bias = rng.normal(size=(2, HIDDEN)).astype(np.float32), np.array([1.0, -2.0], np.float32)
    plain, headed = (
        written(network, tmp_path / f"{name}.onnx", head) for name, head in (("a", None), ("b", (weight, bias)))
    )
    embedded = rng.normal(size=(5, HIDDEN)).astype(np.float32)

    np.testing.assert_allclose(headed.run([embedded])[0], plain.run([embedded])[0] @ weight.T + bias, atol=1e-4)


def test_texts_come_back_in_order_whatever_runs_beside(network, tmp_path):
    layers = written(network, tmp_path / "layers.onnx")
    rng = np.random.default_rng(4)
    texts = [rng.normal(size=(n, HIDDEN)).astype(np.float32) for n in (3, 18, 1, 7, 12)]

    together = layers.run(texts)

    assert [one.tobytes() for one in together] == [layers.run([text])[0].tobytes() for text in texts]


@pytest.mark.parametrize(("asked", "found"), [("3", 3), ("1", 1)])
def test_threads_are_as_many_as_the_environment_asks_for(monkeypatch, asked, found):
    monkeypatch.setenv("OMP_NUM_THREADS", asked)

    assert threads() == found


@pytest.mark.parametrize("asked", ["", "0", "many", "-2"])
def test_threads_are_otherwise_as_many_as_processors(monkeypatch, asked):
    monkeypatch.setenv("OMP_NUM_THREADS", asked)

    assert threads() >= 1
