"""Patterns of conversation take no long time, whatever a message repeats."""

import subprocess
import sys

PROBE = """
import re, time, tomllib
from importlib.resources import files
from itertools import product

lists = tomllib.loads(files("bot").joinpath("turns/cues.toml").read_text(encoding="utf-8"))


def patterns(entry):
    for value in entry.values():
        if isinstance(value, dict):
            yield from patterns(value)
        else:
            yield from value


slow = []
for pattern in dict.fromkeys(patterns(lists)):
    compiled = re.compile(pattern, re.IGNORECASE)
    words = list(dict.fromkeys(re.findall("[\\u4e00-\\u9fff]+|[a-z]+(?: [a-z]+)*", pattern)))
    texts = [word * (200 // len(word)) for word in words]
    texts += [f"{word} " * (200 // (len(word) + 1)) for word in words]
    texts += [(one + other) * (200 // len(one + other)) for one, other in list(product(words, repeat=2))[::7]]
    for text in texts:
        began = time.perf_counter()
        for end in ("", "!", "好"):
            compiled.search(text + end)
            compiled.fullmatch(text + end)
        if time.perf_counter() - began > 0.5:
            slow.append((pattern[:60], text[:60]))
            break
print(slow)
"""


def test_no_pattern_takes_long_for_what_it_repeats():
    made = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=240, check=True)

    assert made.stdout.strip() == "[]"


def test_a_long_message_says_by_itself_what_it_means():
    from bot.converse import Understood, understood
    from test_bot_converse import knowledge

    for word in ("那", "有", "他们", "and the ", "这两份", "的情况呢", "it "):
        text = (word * 2000)[:2000]
        assert understood(text, ["派了多少教师？", text, "and doctors?"], knowledge()) == Understood(text)
