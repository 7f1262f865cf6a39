"""Reader training, `python -m bot.reader.train DATA`: adapters and head from public questions, seeded, resumable."""

import json
import math
import random
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from rich.console import Console
from safetensors.torch import load_file, save_file
from torch import Tensor

from bot.errors import BadCheckpoint
from bot.reader.development import evaluate, evaluate_reports
from bot.reader.epochs import Mixture, Sample, epoch
from bot.reader.examples import load, split
from bot.reader.lora import SpanModel, shipped_name, use_fast_layers
from bot.reader.reports import ReportQuestion, bridge_for, load_reports, report_samples, split_reports
from bot.reader.windows import LONGEST_QUESTION, Window, padded, row
from index.embed import SentenceEncoder
from index.sentences import sentences

_SORTED = 32  # batches among which rows are sorted by length, so that little is padded


@dataclass(frozen=True, slots=True)
class Plan:
    """Set how the reader is trained.

    The learning rate rises over the first 6 % of each cycle and falls to zero at its end; `cycles` are in epochs.
    From epoch `later_from` on, counted from 0, what is read is mixed as `later` says. The last cycle reads the invented
    reports `report_epochs` times, and beside each of these samples `replayed` public ones; of the weights
    before it the share `kept` goes into the final ones, which keeps what was learnt (Wortsman et al., CVPR 2022).
    The encoder computes in bfloat16; adapters are kept in float32.
    """

    cycles: tuple[float, ...] = (1.5, 1.0, 1.5)
    rank: int = 32
    rate: float = 8e-4
    later_rate: float = 6e-4
    batch: int = 16
    window: int = 224
    seed: int = 1
    every: int = 250
    limit: int | None = None
    mixture: Mixture = field(default_factory=Mixture)
    later: Mixture = field(default_factory=lambda: Mixture(exchanged=0.2, cloze=6000))
    later_from: int = 3
    report_epochs: int = 2
    report_rate: float = 4e-4
    replayed: float = 0.5
    kept: float = 0.3

    def rate_at(self, step: int, ends: Sequence[int]) -> float:
        """Return the learning rate of a step, given the steps at which the cycles end, the last of them on reports."""
        cycle = next(number for number, end in enumerate(ends) if step < end)
        begin = ends[cycle - 1] if cycle else 0
        length, done = ends[cycle] - begin, step - begin
        warm = max(1, int(0.06 * length))
        highest = self.report_rate if cycle == len(ends) - 1 else self.later_rate if cycle else self.rate
        return highest * min((done + 1) / warm, (length - done) / (length - warm))


@dataclass(frozen=True, slots=True)
class Row:
    """Hold a row to be read and the pieces at which its answer starts and ends, 0 where there is none."""

    window: Window
    gold: tuple[int, int]


def train(
    plan: Plan,
    data: Path,
    reports: Path,
    out: Path,
    encoder: SentenceEncoder,
    console: Console,
    start: Path | None = None,
) -> dict[str, float]:
    """Train, writing a checkpoint every `plan.every` steps and the weights at the end of each cycle.

    Goes on from the checkpoint in `out` where there is one; from `start`, weights of the cycles on public questions,
    only the cycle on reports is left. Returns the development figures.

    Raises:
        BadQuestionFile: if the data can't be read.
        BadCheckpoint: if the checkpoint is of another training.
    """
    out.mkdir(parents=True, exist_ok=True)
    random.seed(plan.seed)
    np.random.seed(plan.seed)  # noqa: NPY002 - libraries may draw from it
    torch.manual_seed(plan.seed)
    use_fast_layers()
    examples, held = split(load(data))
    folder = encoder.transformer.name_or_path
    model = SpanModel(str(folder), plan.rank)
    model.encoder.to(torch.bfloat16)
    invented, held_invented = split_reports(load_reports(reports))
    steps, ends = ([], []) if start else _steps(plan, examples, encoder)
    steps += _report_steps(plan, examples, invented, encoder)
    ends.append(len(steps))
    console.print(f"{len(examples)} examples, {len(invented)} invented reports, {len(steps)} steps")
    state = _State.of(model, plan)
    if start:
        state.take_over(start)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        state.load(checkpoint, len(steps))
        console.print(f"goes on at step {state.step}")
    began, read, losses = time.monotonic(), 0, deque[float](maxlen=100)
    while state.step < len(steps):
        rows = steps[state.step]
        losses.append(state.learn(rows, plan.rate_at(state.step, ends)))
        read += len(rows)
        if state.step % 25 == 0:
            speed = read / (time.monotonic() - began)
            console.print(f"step {state.step}/{len(steps)} loss {np.mean(losses):.3f} {speed:.1f} examples/s")
        if state.step % plan.every == 0 or state.step in ends:
            state.save(checkpoint, len(steps))
        if state.step in ends:
            state.ship(out / f"reader-{ends.index(state.step)}.safetensors")
    state.blend(start or out / f"reader-{len(ends) - 2}.safetensors", plan.kept)
    state.ship(out / "reader.safetensors")
    bridge = bridge_for(held_invented)
    figures = evaluate(model, held, encoder) | evaluate_reports(model, held_invented, bridge, encoder)
    (out / "development.json").write_text(json.dumps({"plan": asdict(plan), "figures": figures}, indent=1))
    console.print(figures)
    return figures


def _steps(plan: Plan, examples: Sequence[Any], encoder: SentenceEncoder) -> tuple[list[list[Row]], list[int]]:
    """Return the rows of each step, and the steps at which the cycles end."""
    epochs = sum(plan.cycles)
    steps: list[list[Row]] = []
    first = 0
    for number in range(math.ceil(epochs)):
        seed = plan.seed * 100 + number
        rng = random.Random(seed)  # noqa: S311 - the same rows each time
        mixture = plan.mixture if number < plan.later_from else plan.later
        samples = epoch(examples, seed, mixture)[: plan.limit]
        rows = [made for sample in samples if (made := training_row(sample, rng, plan.window, encoder))]
        cut = _batches(rows, plan.batch, rng)
        first = first or len(cut)
        steps += cut[: int(len(cut) * min(1.0, epochs - number))]
    ends = [min(len(steps), round(sum(plan.cycles[: i + 1]) * first)) for i in range(len(plan.cycles))]
    ends[-1] = len(steps)
    return steps, ends


def _report_steps(
    plan: Plan, examples: Sequence[Any], reports: Sequence[list[ReportQuestion]], encoder: SentenceEncoder
) -> list[list[Row]]:
    """Return the rows of the steps on reports."""
    bridge = bridge_for(reports)
    steps: list[list[Row]] = []
    for number in range(plan.report_epochs):
        rng = random.Random(plan.seed * 1000 + number)  # noqa: S311 - the same rows each time
        samples = report_samples(reports, bridge, rng)[: plan.limit]
        samples += epoch(examples, plan.seed * 1000 + number, plan.later)[: round(plan.replayed * len(samples))]
        rows = [made for sample in samples if (made := training_row(sample, rng, plan.window, encoder))]
        steps += _batches(rows, plan.batch, rng)
    return steps


def training_row(sample: Sample, rng: random.Random, longest: int, encoder: SentenceEncoder) -> Row | None:
    """Return the row of a sample, a window of its paragraph that holds the answer; None where none can."""
    question, context = encoder.pieces([sample.question, sample.context])
    asked = question.ids[:LONGEST_QUESTION]
    room, count = longest - len(asked) - 4, len(context.ids)
    gold: tuple[int, int] | None = None
    if sample.end > sample.start:
        inside = [i for i, (a, b) in enumerate(context.spans) if a < sample.end and b > sample.start and b > a]
        if not inside or inside[-1] - inside[0] + 1 > room:
            return None
        gold = inside[0], inside[-1]
    low = 0
    if count > room:
        least, most = (max(0, gold[1] - room + 1), min(gold[0], count - room)) if gold else (0, count - room)
        low = rng.randint(least, max(least, most))
        begins = {start for start, _ in sentences(sample.context)}
        for i in range(low, (gold[0] if gold else count - 1) + 1):
            if context.spans[i][0] in begins or (i and context.spans[i - 1][1] in begins):
                low = i
                break
    window = row(asked, context.ids, low, min(count, low + room))
    return Row(window, (gold[0] - low + window.first, gold[1] - low + window.first) if gold else (0, 0))


def _batches(rows: list[Row], size: int, rng: random.Random) -> list[list[Row]]:
    order = list(range(len(rows)))
    rng.shuffle(order)
    found: list[list[int]] = []
    for begin in range(0, len(order), size * _SORTED):
        chunk = sorted(order[begin : begin + size * _SORTED], key=lambda i: len(rows[i].window.ids))
        found += [chunk[i : i + size] for i in range(0, len(chunk), size)]
    rng.shuffle(found)
    return [[rows[i] for i in batch] for batch in found]


@dataclass
class _State:
    """Hold the model, float32 copies of what is trained, and how far training has come."""

    model: SpanModel
    names: list[str]
    trained: list[Tensor]
    masters: list[Tensor]
    optimizer: torch.optim.Optimizer
    step: int = 0

    @classmethod
    def of(cls, model: SpanModel, plan: Plan) -> "_State":
        named = [(name, value) for name, value in model.named_parameters() if value.requires_grad]
        masters = [value.detach().float().clone().requires_grad_() for _, value in named]
        optimizer = torch.optim.AdamW(masters, lr=plan.rate, weight_decay=0.01)
        return cls(model, [name for name, _ in named], [value for _, value in named], masters, optimizer)

    def learn(self, rows: list[Row], rate: float) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        loss = _loss(self.model, rows)
        loss.backward()  # type: ignore[no-untyped-call]
        for value, master in zip(self.trained, self.masters, strict=True):
            master.grad = None if value.grad is None else value.grad.float()
            value.grad = None
        torch.nn.utils.clip_grad_norm_(self.masters, 1.0)
        self.optimizer.step()
        self._copy()
        self.step += 1
        return float(loss.detach())

    def _copy(self) -> None:
        with torch.no_grad():
            for value, master in zip(self.trained, self.masters, strict=True):
                value.copy_(master)

    def save(self, path: Path, steps: int) -> None:
        held = {name: master.detach() for name, master in zip(self.names, self.masters, strict=True)}
        beside = path.with_suffix(".new")
        torch.save({"model": held, "opt": self.optimizer.state_dict(), "step": self.step, "steps": steps}, beside)
        beside.replace(path)

    def load(self, path: Path, steps: int) -> None:
        held = torch.load(path, weights_only=True)
        if held["steps"] != steps:
            raise BadCheckpoint(
                f"{path} is of a training of {held['steps']} steps, this one has {steps}; name another --out"
            )
        with torch.no_grad():
            for name, master in zip(self.names, self.masters, strict=True):
                master.copy_(held["model"][name])
        self._copy()
        self.optimizer.load_state_dict(held["opt"])
        self.step = held["step"]

    def take_over(self, path: Path) -> None:
        """Begin with the weights of a file that `ship` wrote."""
        self.blend(path, 1.0)

    def blend(self, path: Path, share: float) -> None:
        """Move the weights by a share of the way to those of a file that `ship` wrote."""
        held = load_file(path)
        with torch.no_grad():
            for name, master in zip(self.names, self.masters, strict=True):
                master.lerp_(held[shipped_name(name)].float(), share)
        self._copy()

    def ship(self, path: Path) -> None:
        held = zip(self.names, self.masters, strict=True)
        save_file({shipped_name(name): master.detach().half().contiguous() for name, master in held}, path)


def _loss(model: SpanModel, rows: list[Row]) -> Tensor:
    """Return the cross entropy of starts and ends; pieces of the question can't be either."""
    ids, mask = (torch.from_numpy(array) for array in padded([one.window for one in rows]))
    allowed = torch.zeros(ids.shape, dtype=torch.bool)
    for i, one in enumerate(rows):
        allowed[i, one.window.first : len(one.window.ids) - 1] = True
    allowed[:, 0] = True
    evidence = model(ids, mask).masked_fill(~allowed[..., None], -1e4)
    gold = torch.tensor([one.gold for one in rows])
    entropy = torch.nn.functional.cross_entropy
    return (entropy(evidence[..., 0], gold[:, 0]) + entropy(evidence[..., 1], gold[:, 1])) / 2


def main(
    data: Annotated[Path, typer.Argument(help="Folder of the four files of training data.")],
    reports: Annotated[Path, typer.Option(help="Folder of the invented reports.")] = Path("scripts/reading"),
    out: Annotated[Path, typer.Option(help="Folder for checkpoints and weights.")] = Path("reader-training"),
    cache: Annotated[Path, typer.Option(help="Folder where the encoder is assembled.")] = Path("reader-training/model"),
    start: Annotated[Path | None, typer.Option(help="Weights to begin with, for the cycle on reports alone.")] = None,
    limit: Annotated[int | None, typer.Option(help="Samples of each epoch, for a trial.")] = None,
) -> None:
    """Train the reader; goes on where it was interrupted."""
    # Before anything starts threads, which take this setting over.
    torch.set_flush_denormal(True)
    console = Console(highlight=False)
    train(Plan(limit=limit), data, reports, out, SentenceEncoder.load("bundled", cache=cache), console, start)


if __name__ == "__main__":
    typer.run(main)
