"""Fit the weights of facts and of confidence on the development questions, and say how well they hold.

    python scripts/calibrate.py ../shared/reports

Reads the development half of tests/accuracy/questions_*.jsonl and all of development_*.jsonl. Prints weights for
bot/facts.py and bot/confidence.py; what is said of confidence is cross-validated (ten folds).
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from bot.assistant import Assistant, Trace
from bot.confidence import names
from bot.evaluate.questions import GoldQuestion, read_gold
from bot.facts import Found, Weights, chosen, evidence
from bot.quantities import show
from bot.wiring import Workshop

ACCURACY = Path(__file__).parents[1] / "tests/accuracy"
TRIALS = 600
SEED = 4


@dataclass
class Read:
    """Hold a question, how it was read, and for each candidate the required answers that it is and proves."""

    gold: GoldQuestion
    traces: list[Trace]
    right: list[list[frozenset[int]]]


def read(assistant: Assistant, gold: Sequence[GoldQuestion]) -> list[Read]:
    """Read all questions once."""
    found = []
    for question in gold:
        _, traces = assistant.explain(question.question, history=question.history)
        found.append(Read(question, traces, [[right(question, one) for one in trace.found] for trace in traces]))
    return found


def right(question: GoldQuestion, one: Found) -> frozenset[int]:
    """Return the numbers of the required answers that a candidate is and proves."""
    candidate = one.candidate
    said = [candidate.text]
    if candidate.amount is not None:
        said.append(show(candidate.amount, "en"))
    return frozenset(
        number
        for number, answer in enumerate(question.answers)
        if answer.is_of(candidate.document.id)
        and any(map(answer.is_said_in, said))
        and answer.is_proved_by(candidate.quote)
    )


def answered(one: Read, weights: Weights) -> list[frozenset[int]]:
    """Return for each fact that would be given the required answers that it is."""
    given: list[frozenset[int]] = []
    for trace, rights in zip(one.traces, one.right, strict=True):
        known = {id(found.candidate): right for found, right in zip(trace.found, rights, strict=True)}
        ranked = [
            replace(found, total=evidence(found.signs, weights), dropped=found.dropped if unfit(found) else None)
            for found in trace.found
        ]
        ranked.sort(key=lambda found: -found.total)
        plain = replace(trace.asked, wants="name") if trace.asked.wants == "list" else trace.asked
        facts = [f for f in chosen(plain, ranked, weights, refuse_below=0.0, each=trace.each) if f.dropped is None]
        given += [known[id(fact.candidate)] for fact in facts]
    return given


def unfit(found: Found) -> bool:
    """Tell whether a candidate is none whatever the weights."""
    return bool(found.dropped) and found.dropped.split(":")[0] in ("missing", "kind")


def worth(rows: Sequence[Read], weights: Weights) -> tuple[float, float, float]:
    """Return the sum and the shares of questions answered among the first three facts and by the first."""
    among, first = [], []
    for one in rows:
        if not one.gold.answers:
            continue
        given = answered(one, weights)
        wanted = set(range(len(one.gold.answers)))
        among.append(wanted <= set().union(*given[: 3 * len(one.traces)]))
        if len(wanted) == 1 and one.gold.kind != "list":
            first.append(bool(given) and bool(given[0]))
    return float(np.mean(among) + np.mean(first)), float(np.mean(among)), float(np.mean(first))


def best_weights(rows: Sequence[Read]) -> Weights:
    """Search at random around the best weights so far."""
    rng = random.Random(SEED)
    best = Weights()
    reached = worth(rows, best)
    print("before", best, reached)
    for trial in range(TRIALS):
        step = 0.6 if trial < TRIALS // 2 else 0.25
        tried = replace(
            best,
            **{
                field.name: getattr(best, field.name) * np.exp(rng.gauss(0, step))
                for field in fields(best)
                if field.name != "near" and rng.random() < 0.5
            },
        )
        got = worth(rows, tried)
        if got > reached:
            best, reached = tried, got
    print("after", best, reached)
    return best


def fit(rows: Sequence[Read], weights: Weights) -> None:
    """Fit confidence in the best candidate, and print how it tells answerable questions from others."""
    signs, answerable, hard = [], [], 0
    for one in rows:
        fit_ones = [f for trace in one.traces for f in trace.found if not unfit(f)]
        if not fit_ones:
            hard += not one.gold.answers
            continue
        signs.append(astuple(max(fit_ones, key=lambda f: evidence(f.signs, weights)).signs))
        answerable.append(bool(one.gold.answers))
    x, y = np.array(signs), np.array(answerable)
    scale = x.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.3, max_iter=5000)
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    p = cross_val_predict(model, x / scale, y, cv=folds, method="predict_proba")[:, 1]
    print(f"n {len(y)}, answerable {y.mean():.2f}, AUROC {roc_auc_score(y, p):.3f}, refused for what is missing {hard}")
    for line in np.arange(0.2, 0.9, 0.05):
        refused = (hard + (p[~y] < line).sum()) / (hard + (~y).sum())
        print(f"line {line:.2f}: refused {refused:.2f}, wrongly {(p[y] < line).mean():.3f}")
    bins = np.clip((p * 5).astype(int), 0, 4)
    gaps = [(abs(p[bins == b].mean() - y[bins == b].mean()), (bins == b).mean()) for b in range(5) if (bins == b).any()]
    print("calibration error (5 bins)", round(sum(gap * share for gap, share in gaps), 3))
    model.fit(x / scale, y)
    fitted = model.coef_[0] / scale
    print("offset", round(float(model.intercept_[0]), 3))
    for name, weight in zip(names(), fitted, strict=True):
        print(f"  {name} {weight:.3f}")
    print("weights", tuple(round(float(w), 3) for w in fitted))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("reports", type=Path)
    given = parser.parse_args()
    gold = read_gold(sorted(ACCURACY.glob("questions_*.jsonl")), half="dev")
    gold += read_gold(sorted(ACCURACY.glob("development_*.jsonl")))
    with TemporaryDirectory() as folder:
        workshop = Workshop.from_settings(index=Path(folder) / "index")
        workshop.build(workshop.read([given.reports]), workshop.encoder())
        rows = read(workshop.assistant(), gold)
    weights = best_weights(rows)
    fit(rows, weights)


if __name__ == "__main__":
    main()
