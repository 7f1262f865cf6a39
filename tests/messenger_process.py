"""The bot as a process of its own, as people run it, on a Bot API server of the tests."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import bot
from bot.messenger.buttons import pressed

ROOT = Path(bot.__file__).parents[1]
PATIENCE = 120.0  # seconds; the machine may be busy


class BotProcess:
    """Run `citewise telegram` with a data folder of its own."""

    def __init__(self, api, index, data, cache, **settings):
        self.api = api
        self.log = data / "log"
        self.data = data
        data.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CITEWISE_", "XDG_"))}
        self.environment = kept | {
            "CITEWISE_TELEGRAM_TOKEN": api.token,
            "CITEWISE_TELEGRAM_API_URL": api.url,
            "CITEWISE_PATHS_DATA": str(data),
            "CITEWISE_PATHS_CACHE": str(cache),
            "HOME": str(data),
            "OMP_NUM_THREADS": "1",
            **{f"CITEWISE_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.index = index
        self.process = None

    def start(self, *, wait=True):
        """Start it and wait until it receives updates."""
        command = [sys.executable, "-m", "bot", "telegram", "--index", str(self.index)]
        with self.log.open("ab") as log:
            self._from = log.tell()
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=log)
        if wait:
            self.wait_for_log('"started"')
        return self

    def said(self):
        """Return what it wrote to standard error since it was started."""
        return self.log.read_bytes()[self._from :].decode()

    def wait_for_log(self, text, seconds=PATIENCE):
        """Wait until it logged something."""
        deadline = time.monotonic() + seconds
        while text not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def run(self, *arguments):
        """Run another command with the same settings."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *map(str, arguments)],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def ended(self, seconds=PATIENCE):
        """Wait for its end; return exit code and what it wrote for people."""
        code = self.process.wait(seconds)
        return code, [line for line in self.said().splitlines() if not line.startswith("{")]

    def stop(self):
        """Stop it as a service manager does."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)
        return self.process.returncode if self.process else None

    def kill(self):
        """End it at once, as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)


def build(reports, index, cache):
    """Build an index in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CITEWISE_")}
    subprocess.run(
        [sys.executable, "-m", "bot", "index", str(reports), "--index", str(index)],
        cwd=ROOT, env=environment | {"CITEWISE_PATHS_CACHE": str(cache)}, check=True,
    )  # fmt: skip


def texts(api, chat):
    """Return what the bot said in a chat."""
    return [message["text"] for message in api.messages(chat, bot_only=True)]


def replies(api, chat, count, seconds=PATIENCE):
    """Wait for so many messages of the bot in a chat; return them all."""
    deadline = time.monotonic() + seconds
    while len(found := api.messages(chat, bot_only=True)) < count:
        assert time.monotonic() < deadline, (found, [(call.method, call.error) for call in api.calls[-8:]])
        time.sleep(0.05)
    return found


def button(message, kind, number=None):
    """Return the data of a message's button."""
    rows = message["reply_markup"]["inline_keyboard"]
    every = [one["callback_data"] for row in rows for one in row]
    return next(one for one in every if pressed(one).kind == kind and number in (None, pressed(one).number))


def logged(process):
    """Return the log as records."""
    return [json.loads(line) for line in process.said().splitlines() if line.startswith("{")]
