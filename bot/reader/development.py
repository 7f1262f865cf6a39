"""Reader training: F1 on held-out articles, in a question's own language and word by word in the other."""

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch

from bot.reader.crossing import chinese, english
from bot.reader.examples import Example
from bot.reader.lora import SpanModel
from bot.reader.reports import ReportQuestion, glossed
from bot.reader.spans import Reading
from bot.reader.windows import padded, windows
from corpus.language import detect_language
from index.bridge import Bridge
from index.embed import SentenceEncoder

_MOST = 300
_SEED = 5


def evaluate(model: SpanModel, held: Sequence[Example], encoder: SentenceEncoder) -> dict[str, float]:
    """Return F1 in per cent on held-out answerable questions by language, and how well no answer is told.

    `en>zh` are Chinese questions put into English words on their Chinese paragraphs, `zh>en` the
    reverse. `auroc` is the probability that an answerable English question gets more evidence for its best
    span than an unanswerable one.
    """
    rng = random.Random(_SEED)  # noqa: S311 - the same questions each time
    answerable = [one for one in held if one.answerable]
    sets = {
        "zh": [(one.question, one) for one in answerable if one.language == "zh"],
        "en": [(one.question, one) for one in answerable if one.language == "en"],
        "en>zh": [(" ".join(english(one.question, rng)), one) for one in answerable if one.language == "zh"],
        "zh>en": [(" ".join(chinese(one.question, rng)), one) for one in answerable if one.language == "en"],
        "none": [(one.question, one) for one in held if not one.answerable],
    }
    model.eval()
    figures: dict[str, float] = {}
    margins: dict[str, list[float]] = {}
    for name, asked in sets.items():
        scores = []
        margins[name] = []
        for question, one in asked[:_MOST]:
            best = _read(model, question, one.context, encoder).best(1)[0]
            margins[name].append(best.score)
            gold = one.context[one.start : one.end]
            scores.append(overlap_f1(one.context[best.start : best.end], gold, chinese=one.language == "zh"))
        if name != "none" and scores:
            figures[name] = round(100 * float(np.mean(scores)), 1)
    if margins["en"] and margins["none"]:
        figures["auroc"] = _auroc(margins["en"], margins["none"])
    model.train()
    return figures


def evaluate_reports(
    model: SpanModel, held: Sequence[Sequence[ReportQuestion]], bridge: Bridge, encoder: SentenceEncoder
) -> dict[str, float]:
    """Return, on held-out invented passages, the share of answers found exactly, by language of question and passage.

    `reports auroc` is the probability that an answerable question gets more evidence than one that its report does not
    answer, `elsewhere` than an answerable one in another passage of its report.
    """
    rng = random.Random(_SEED)  # noqa: S311 - the same questions each time
    model.eval()
    right: dict[str, list[bool]] = {}
    margins: dict[bool, list[float]] = {True: [], False: []}
    elsewhere: list[float] = []
    for one in (asked for report in held for asked in report):
        best = _read(model, glossed(one, one.text, bridge, rng), one.text, encoder).best(1)[0]
        answerable = one.end > one.start
        margins[answerable].append(best.score)
        if answerable:
            name = f"reports {one.language}>{detect_language(one.text)}"
            right.setdefault(name, []).append((best.start, best.end) == (one.start, one.end))
            if one.others:
                other = rng.choice(one.others)
                elsewhere.append(_read(model, glossed(one, other, bridge, rng), other, encoder).best(1)[0].score)
    model.train()
    figures = {name: round(float(np.mean(found)), 3) for name, found in sorted(right.items())}
    for name, lower in (("reports", margins[False]), ("elsewhere", elsewhere)):
        if margins[True] and lower:
            figures[f"{name} auroc"] = _auroc(margins[True], lower)
    return figures


def _auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    return round(float((np.array(higher)[:, None] > np.array(lower)[None]).mean()), 3)


def _read(model: SpanModel, question: str, context: str, encoder: SentenceEncoder) -> Reading:
    asked, pieces = encoder.pieces([question, context])
    rows = list(windows(asked, pieces, 0))
    ids, mask = (torch.from_numpy(array) for array in padded(rows))
    with torch.inference_mode():
        evidence = model(ids, mask).numpy()
    return Reading.joined(pieces.spans, list(zip(rows, evidence, strict=True)))


def overlap_f1(found: str, gold: str, *, chinese: bool) -> float:
    """Return F1 over characters (Chinese) or words (English), as SQuAD counts them but for CMRC's segmentation.

    >>> round(overlap_f1("1569人", "教师1569人", chinese=True), 3), overlap_f1("the port", "port", chinese=False)
    (0.833, 1.0)
    """
    first, second = (_units(text, chinese=chinese) for text in (found, gold))
    shared = sum((Counter(first) & Counter(second)).values())
    if not shared:
        return float(first == second)
    return 2 * shared / (len(first) + len(second))


def _units(text: str, *, chinese: bool) -> list[str]:
    if chinese:
        return [c for c in text if c.isalnum() or c in "%％℃"]
    plain = "".join(c if c.isalnum() else " " if c.isspace() else "" for c in text.lower())
    return [word for word in plain.split() if word not in {"a", "an", "the"}]
