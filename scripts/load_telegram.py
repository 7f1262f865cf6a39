#!/usr/bin/env python3
"""Measure the Telegram bot, a process of its own on the tests' Bot API server: under load, and its memory over time.

    python scripts/load_telegram.py                                       # both parts, in full
    python scripts/load_telegram.py load --chats 20 --each 3 --pace next
    python scripts/load_telegram.py memory --questions 1000 --json memory.json

Load: many chats ask questions of tests/accuracy, drawn by Zipf's law. First a process of its own answers the same
questions, with the same conversations before them, by Assistant.ask alone; the bot must then say exactly that in each
chat, in order. Memory: resident memory of the bot while it answers questions of which nearly all are new to it.
An interrupt (Ctrl-C or SIGTERM) ends a part; what was measured until then is printed.
"""

import argparse
import itertools
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from bot.evaluate.questions import read_gold  # noqa: E402 - after the path to the project
from bot.messenger.answering import _KNOWN  # noqa: E402
from bot.messenger.pages import answer_pages  # noqa: E402
from bot.messenger.store import ChatState  # noqa: E402
from bot.messenger.words import both, tell  # noqa: E402
from bot.wiring import Workshop  # noqa: E402
from bot_api import BotApi  # noqa: E402
from messenger_process import BotProcess, build  # noqa: E402

BAR = 1.5  # p95 may be at most so many times the time that the answers alone take
IN_A_CONVERSATION = {"answered", "not_found"}
AT_ONCE = 8  # questions on their way while memory is measured
REPEATED = 0.1
PATIENCE = 300.0  # seconds without any reply after which the rest counts as lost
LOOK = 0.02
NOTICE = re.compile(
    "|".join(
        re.escape(tell("waiting", language, ahead="AHEAD", seconds="SECONDS"))
        .replace("AHEAD", r"\d+")
        .replace("SECONDS", r"\d+")
        for language in ("en", "zh")
    )
)
Asked = tuple[int, str]  # chat, question


@dataclass
class Chat:
    """Hold what one chat asked and when, and what it was told and when."""

    asked: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    notices: int = 0
    seconds: list[float] = field(default_factory=list)


def questions() -> list[str]:
    """Return the questions of the project's own files that need no conversation before them."""
    files = sorted((ROOT / "tests/accuracy").glob("questions_*.jsonl"))
    return [gold.question for gold in read_gold(files) if not gold.history]


def zipf(among: Sequence[str], chats: int, each: int, seed: int) -> list[Asked]:
    """Draw each chat's questions, the one at rank r as often as 1/r; the first ones of all chats come first."""
    draw = random.Random(seed)
    ranked = draw.sample(among, len(among))
    weights = [1 / rank for rank in range(1, len(ranked) + 1)]
    return [(chat, draw.choices(ranked, weights)[0]) for _ in range(each) for chat in range(1, chats + 1)]


def varied(among: Sequence[str], seed: int) -> Iterator[str]:
    """Yield questions without end; most differ from all before them in letters that don't matter."""
    draw = random.Random(seed)
    last: list[str] = []
    for number in itertools.count(1):
        if last and draw.random() < REPEATED:
            yield draw.choice(last)
            continue
        question = draw.choice(among)
        question = draw.choice([str, str.upper, str.title])(question)
        last = [*last[-200:], f"{question} #{number}"]
        yield last[-1]


# Answers alone


def answer_alone(index: Path) -> None:
    """Answer what standard input asks; write a line for each: pages, seconds, and whether the bot would know it."""
    assistant = Workshop.from_settings(index=index).assistant()
    for question in both("example").values():
        assistant.ask(question)
    known: OrderedDict[tuple[str, tuple[str, ...]], None] = OrderedDict()
    states: defaultdict[int, ChatState] = defaultdict(ChatState)
    for chat, question in json.load(sys.stdin):
        history = states[chat].questions
        began = time.perf_counter()
        answer = assistant.ask(question, history=history, ask_back=True)
        seconds = time.perf_counter() - began
        is_known = (question, history) in known
        known[question, history] = None
        known.move_to_end((question, history))
        if len(known) > _KNOWN:
            known.popitem(last=False)
        if answer.status in IN_A_CONVERSATION:
            states[chat] = states[chat].asked(question)
        texts = [page.plain for page in answer_pages(answer, "AAAAAAAAAAAA")]
        print(json.dumps({"texts": texts, "seconds": seconds, "known": is_known}), flush=True)


@contextmanager
def alone(asked: Sequence[Asked], given: argparse.Namespace) -> Iterator[Iterator[dict[str, Any]]]:
    """Give the answers of a process that does nothing else, as they come."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CITEWISE_")}
    environment = kept | {"OMP_NUM_THREADS": str(given.threads), "CITEWISE_PATHS_CACHE": str(given.cache)}
    command = [sys.executable, __file__, "alone", "--index", str(given.index)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("no pipes")
        json.dump(asked, process.stdin)
        process.stdin.close()
        yield map(json.loads, process.stdout)
    finally:
        process.kill()
        process.wait()


# The bot


@contextmanager
def running(given: argparse.Namespace, folder: Path) -> Iterator[tuple[BotApi, BotProcess]]:
    """Give a server and the bot on it."""
    with BotApi() as api:
        bot = BotProcess(api, given.index, folder, given.cache, telegram_questions_per_minute=1000)
        bot.environment["OMP_NUM_THREADS"] = str(given.threads)
        try:
            bot.start()
            yield api, bot
        finally:
            bot.stop()


def replies(api: BotApi, chats: dict[int, Chat], since: int) -> tuple[int, list[tuple[int, float]]]:
    """Note what the bot sent since a call; return the number of calls by now, and the chat and time of each page."""
    calls = api.calls
    pages = []
    for call in calls[since:]:
        if not call.ok or call.method != "sendMessage" or call.chat_id is None:
            continue
        if NOTICE.fullmatch(call.text or ""):
            chats[call.chat_id].notices += 1
        else:
            chats[call.chat_id].told.append(call.text or "")
            pages.append((call.chat_id, call.time))
    return len(calls), pages


def say(api: BotApi, chats: dict[int, Chat], chat: int, question: str) -> None:
    chats[chat].asked.append(time.monotonic())
    api.say(chat, question)


def load(given: argparse.Namespace, bars: Progress) -> dict[str, Any]:
    """Measure the bot under load."""
    asked = zipf(questions(), given.chats, given.each, given.seed)
    found: dict[str, Any] = {
        "chats": given.chats, "each": given.each, "pace": given.pace, "threads": given.threads,
        "distinct_questions": len({question for _, question in asked}), "load_average_before": os.getloadavg(),
    }  # fmt: skip
    expected: defaultdict[int, list[list[str]]] = defaultdict(list)
    seconds, known = [], []
    with alone(asked, given) as answers:
        come = bars.track(answers, len(asked), description="answers alone")
        for answer, (chat, _) in zip(come, asked, strict=False):
            expected[chat].append(answer["texts"])
            seconds.append(answer["seconds"])
            known.append(answer["known"])
    if len(seconds) < len(asked):
        raise RuntimeError(f"only {len(seconds)} of {len(asked)} questions were answered alone")
    found |= {
        "alone_s": sum(seconds),
        "alone_with_cache_s": sum(s for s, is_known in zip(seconds, known, strict=True) if not is_known),
        "known_answers": sum(known),
        "load_average_between": os.getloadavg(),
    }
    with TemporaryDirectory() as folder, running(given, Path(folder)) as (api, _):
        chats: dict[int, Chat] = {chat: Chat() for chat in expected}
        last = _ask_all(api, chats, asked, expected, given.pace, bars)
    return found | _load_figures(chats, expected, last, found)


def _ask_all(
    api: BotApi,
    chats: dict[int, Chat],
    asked: Sequence[Asked],
    expected: dict[int, list[list[str]]],
    pace: str,
    bars: Progress,
) -> float:
    """Ask everything and wait for the answers; return when the last one came."""
    of_chat: defaultdict[int, list[str]] = defaultdict(list)
    for chat, question in asked:
        of_chat[chat].append(question)
    # How many pages a chat has got when its n-th question is answered.
    ends = {chat: list(itertools.accumulate(map(len, pages))) for chat, pages in expected.items()}
    bar = bars.add_task("answers of the bot", total=len(asked))
    for chat, question in asked if pace == "all" else asked[: len(chats)]:
        say(api, chats, chat, question)
    since, done, last = 0, 0, time.monotonic()
    over = 0.0  # when everything had come; a little later nothing more may have
    while (not over or time.monotonic() < over + 2) and time.monotonic() < last + PATIENCE:
        time.sleep(LOOK)
        since, pages = replies(api, chats, since)
        for chat, at in pages:
            last = at
            one = chats[chat]
            answered = len(one.seconds)
            if answered < len(ends[chat]) and len(one.told) >= ends[chat][answered]:
                one.seconds.append(at - one.asked[answered])
                done += 1
                bars.update(bar, completed=done)
                if pace == "next" and len(one.asked) < len(of_chat[chat]):
                    say(api, chats, chat, of_chat[chat][len(one.asked)])
        if done == len(asked) and not over:
            over = time.monotonic()
    return last


def _load_figures(
    chats: dict[int, Chat], expected: dict[int, list[list[str]]], last: float, found: dict[str, Any]
) -> dict[str, Any]:
    wanted = {chat: list(itertools.chain.from_iterable(pages)) for chat, pages in expected.items()}
    lost = sum((Counter(wanted[chat]) - Counter(one.told)).total() for chat, one in chats.items())
    added = sum((Counter(one.told) - Counter(wanted[chat])).total() for chat, one in chats.items())
    mixed = sum(Counter(wanted[c]) == Counter(one.told) and wanted[c] != one.told for c, one in chats.items())
    seconds = [taken for one in chats.values() for taken in one.seconds]
    run = last - min(moment for one in chats.values() for moment in one.asked)
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else float("nan")
    return {
        "answered": len(seconds),
        "pages_lost_or_other": lost, "pages_doubled_or_other": added, "chats_out_of_order": mixed,
        "notices_of_waiting": sum(one.notices for one in chats.values()),
        "run_s": run, "answers_a_second": len(seconds) / run,
        "p50_s": statistics.median(seconds) if seconds else float("nan"), "p95_s": p95,
        "run_to_alone": run / found["alone_s"], "run_to_alone_with_cache": run / found["alone_with_cache_s"],
        "p95_to_alone": p95 / found["alone_s"], "p95_to_alone_with_cache": p95 / found["alone_with_cache_s"],
        "is_within_bar": p95 <= BAR * found["alone_s"], "load_average_after": os.getloadavg(),
    }  # fmt: skip


def memory(given: argparse.Namespace, bars: Progress) -> dict[str, Any]:
    """Measure the bot's memory; an interrupt ends the measuring only."""
    asking = varied(questions(), given.seed)
    points: list[tuple[int, float, float]] = []
    bar = bars.add_task("memory", total=given.questions)
    with TemporaryDirectory() as folder, running(given, Path(folder)) as (api, bot):
        process = psutil.Process(bot.process.pid)
        chats = {chat: Chat() for chat in range(1, given.memory_chats + 1)}
        began = last = time.monotonic()
        free, asked, answered, since = list(chats), 0, 0, 0
        waits: set[int] = set()
        try:
            while answered < given.questions and time.monotonic() < min(began + given.seconds, last + PATIENCE):
                if answered >= len(points) * given.every:
                    points.append((answered, process.memory_info().rss / 1e6, time.monotonic() - began))
                while free and len(waits) < AT_ONCE and asked < given.questions:
                    chat = free.pop(0)
                    say(api, chats, chat, next(asking))
                    waits.add(chat)
                    asked += 1
                time.sleep(LOOK)
                since, pages = replies(api, chats, since)
                for chat in dict.fromkeys(chat for chat, _ in pages if chat in waits):  # further pages come at once
                    waits.remove(chat)
                    free.append(chat)
                    answered += 1
                    last = time.monotonic()
                bars.update(bar, completed=answered)
        except KeyboardInterrupt:
            bars.console.print("stopped; what was measured until now:")
        points.append((answered, process.memory_info().rss / 1e6, time.monotonic() - began))
        found = {"data_mb": sum(one.stat().st_size for one in Path(folder).rglob("*") if one.is_file()) / 1e6}
    half = points[len(points) // 2 :]
    return found | {
        "questions": answered, "every": given.every, "threads": given.threads,
        "seconds": points[-1][2], "points": [list(point) for point in points],
        "mb_per_1000": _slope(points[1:]), "mb_per_1000_second_half": _slope(half),
    }  # fmt: skip


def _slope(points: Sequence[tuple[int, float, float]]) -> float:
    """Return megabytes for each thousand questions, by least squares."""
    if len({count for count, _, _ in points}) < 2:
        return float("nan")
    counts, sizes = [point[0] for point in points], [point[1] for point in points]
    return 1000 * statistics.linear_regression(counts, sizes).slope


# What is printed


def show_load(found: dict[str, Any], out: Console) -> None:
    table = Table("load", "", title=f"{found['chats']} chats, {found['each']} questions each, pace: {found['pace']}")
    for name, value in found.items():
        shown = " ".join(f"{one:.2f}" for one in value) if isinstance(value, tuple) else value
        table.add_row(name, f"{shown:.3f}" if isinstance(shown, float) else str(shown))
    out.print(table)


def show_memory(found: dict[str, Any], out: Console) -> None:
    table = Table("questions", "resident, MB", "seconds", title="memory of the bot")
    for count, size, seconds in found["points"]:
        table.add_row(str(count), f"{size:.1f}", f"{seconds:.0f}")
    out.print(table)
    out.print(
        f"{found['mb_per_1000']:.2f} MB for each 1000 questions after the first {found['every']}, in the second half "
        f"{found['mb_per_1000_second_half']:.2f}; {found['data_mb']:.1f} MB of data on the disk"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=["both", "load", "memory", "alone"], default="both")
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--each", type=int, default=5, help="questions of each chat")
    parser.add_argument("--pace", choices=["all", "next"], default="all", help="all at once, or after each answer")
    parser.add_argument("--questions", type=int, default=5000, help="of the memory part")
    parser.add_argument("--every", type=int, default=250, help="questions between two looks at the memory")
    parser.add_argument("--memory-chats", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="at most, of the memory part")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="OMP_NUM_THREADS")
    parser.add_argument("--index", type=Path, help="default: one of the shipped reports, built anew")
    parser.add_argument("--cache", type=Path, help="folder of the assembled model; default: the user's own")
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    if given.part == "alone":
        answer_alone(given.index)
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _measure(given)


def _measure(given: argparse.Namespace) -> None:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    bars = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))
    found: dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        given.cache = (given.cache or _user_cache()).resolve()
        if given.index is None:
            given.index = Path(folder) / "index"
            build(ROOT / "corpus/reports", given.index, given.cache)
        given.index = given.index.resolve()
        try:
            with bars:
                if given.part in ("both", "load"):
                    found["load"] = load(given, bars)
                if given.part in ("both", "memory"):
                    found["memory"] = memory(given, bars)
        except KeyboardInterrupt:
            bars.console.print("stopped")
    if given.json:
        given.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if "load" in found:
        show_load(found["load"], Console())
    if "memory" in found:
        show_memory(found["memory"], Console())


def _user_cache() -> Path:
    from config import load_settings, user_cache_dir

    return user_cache_dir(load_settings())


if __name__ == "__main__":
    main()
