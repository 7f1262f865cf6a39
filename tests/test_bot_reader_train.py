"""Training the reader, a few steps of it, on invented questions and the real encoder."""

import json

import pytest
import torch
from rich.console import Console

from bot.errors import BadCheckpoint
from bot.reader.examples import FILES
from bot.reader.lora import SpanModel, use_fast_layers
from bot.reader.model import Reader
from bot.reader.train import Plan, train

PLAN = Plan(cycles=(1.0, 1.0), rank=4, batch=2, window=96, every=1, limit=6, report_epochs=1)
PARAGRAPHS = {
    "zh": ("港务局在2019年修复了14个码头，局长是林晓峰。", [("修复了多少个码头？", "14个"), ("局长是谁？", "林晓峰")]),
    "en": (
        "The port rebuilt 14 quays in 2019 under Lin Berg.",
        [("How many quays?", "14"), ("Under whom?", "Lin Berg")],
    ),
}

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    for name, language in FILES.items():
        text, asked = PARAGRAPHS[language]
        articles = []
        for number in range(4):
            context = f"{number}. {text}"
            questions = [
                {
                    "id": f"{name}-{number}-{question}",
                    "question": question,
                    "answers": [{"text": answer, "answer_start": context.index(answer)}],
                }
                for question, answer in asked
            ]
            articles.append({"title": f"{name} {number}", "paragraphs": [{"context": context, "qas": questions}]})
        (folder / f"{name}.json").write_text(json.dumps({"data": articles}), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    lines = []
    for number in range(10):
        text = f"{number}号港修复码头14个，培训领航员86名。"
        asked = [("en", "how many quays?", "14个"), ("zh", "培训了多少人？", "86名"), ("en", "how many cranes?", None)]
        lines.append(
            {"title": f"港口{number}", "text": text, "qas": [{"lang": la, "q": q, "a": a} for la, q, a in asked]}
        )
    (folder / "ports.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return folder


class Cut(Exception):
    """Somebody ends the training."""


def test_training_goes_on_where_it_was_cut_and_its_weights_are_read(
    data, reports, tmp_path, reference_encoder, monkeypatch
):
    console = Console(quiet=True)

    def cut(*_):
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr("bot.reader.train._State.ship", cut)
        with pytest.raises(Cut):
            train(PLAN, data, reports, tmp_path, reference_encoder, console)
    before = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"]
    figures = train(PLAN, data, reports, tmp_path, reference_encoder, console)
    after = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"]

    assert 0 < before < after
    assert set(figures) >= {"zh", "en", "en>zh", "zh>en", "reports en>zh", "reports zh>zh", "reports auroc"}
    reading = Reader.load(reference_encoder, tmp_path / "reader.safetensors").read(
        "修复了多少个码头？", [PARAGRAPHS["zh"][0]]
    )[0]
    assert len(reading.best(2)) == 2


def test_training_may_begin_with_the_weights_of_the_public_cycles(data, reports, tmp_path, reference_encoder):
    console = Console(quiet=True)
    train(PLAN, data, reports, tmp_path / "whole", reference_encoder, console)
    train(PLAN, data, reports, tmp_path / "last", reference_encoder, console, tmp_path / "whole/reader-1.safetensors")

    with pytest.raises(BadCheckpoint, match="name another --out"):
        train(PLAN, data, reports, tmp_path / "last", reference_encoder, console)
    whole, last = (torch.load(tmp_path / run / "checkpoint.pt", weights_only=True)["step"] for run in ("whole", "last"))
    assert 0 < last < whole


def test_fast_layers_have_the_gradients_of_the_plain_ones(reference_encoder):
    use_fast_layers()
    torch.manual_seed(0)
    model = SpanModel(reference_encoder.transformer.name_or_path, 4)
    for name, value in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(value, 0, 0.02)
    ids = torch.randint(5, 1000, (2, 12))
    mask = torch.ones_like(ids)
    mask[0, 9:] = 0

    def gradients():
        model.zero_grad()
        model(ids, mask)[mask.bool()].pow(2).sum().backward()
        return {name: value.grad.clone() for name, value in model.named_parameters() if value.grad is not None}

    fast = gradients()
    step = 1e-2
    name = next(name for name in fast if "layer.5.output.dense.lora_A" in name)
    value = dict(model.named_parameters())[name]
    with torch.no_grad():
        losses = []
        for sign in (1, -1):
            value += sign * step * fast[name] / fast[name].norm()
            losses.append(float(model(ids, mask)[mask.bool()].pow(2).sum()))
            value -= sign * step * fast[name] / fast[name].norm()

    slope = (losses[0] - losses[1]) / (2 * step)
    assert slope == pytest.approx(float(fast[name].norm()), rel=0.02)
