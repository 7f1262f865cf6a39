"""A headless Chromium for tests, steered through its pipe: nothing but the browser itself is needed."""

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
_TIMEOUT = 60
# Chromium reads commands from descriptor 3 and answers on 4.
_START = """
import fcntl, os, sys
high = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(high[0], 3)
os.dup2(high[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


@contextmanager
def browser(folder):
    """Start Chromium with its profile in a folder; skip where there is none, fail where CI must have it."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if os.name == "nt" or not program:
        reason = f"no browser: expected one of {', '.join(NAMES)} (Debian: apt-get install chromium)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    ours_in, theirs_out = os.pipe()
    theirs_in, ours_out = os.pipe()
    switches = (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-dev-shm-usage",
        "--remote-debugging-pipe",
    )
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            _START,
            str(theirs_in),
            str(theirs_out),
            program,
            *switches,
            f"--user-data-dir={folder}",
            "about:blank",
        ],
        pass_fds=(theirs_in, theirs_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    with open(ours_in, "rb", buffering=0) as answers, open(ours_out, "wb", buffering=0) as commands:  # noqa: PTH123
        try:
            yield Page(answers, commands)
        finally:
            process.terminate()
            process.wait(_TIMEOUT)


class Page:
    """Steer one page by the DevTools protocol; `complaints` is what stood on its console."""

    def __init__(self, answers, commands):
        self._answers, self._commands, self._buffer = answers, commands, b""
        self._numbers = itertools.count(1)
        self._session, self._events = None, []
        self.complaints = []
        target = next(t for t in self.send("Target.getTargets")["targetInfos"] if t["type"] == "page")
        attached = self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setFocusEmulationEnabled", enabled=True)

    def send(self, method, **parameters):
        """Send a command and return what comes back."""
        number = next(self._numbers)
        session = {"sessionId": self._session} if self._session else {}
        message = {"id": number, "method": method, "params": parameters, **session}
        self._commands.write(json.dumps(message).encode() + b"\0")
        while (answer := self._receive()).get("id") != number:
            self._note(answer)
        assert "error" not in answer, f"{method}: {answer}"
        return answer["result"]

    def open(self, address, *, width, height=900, dark=False, media="", scripts=True):
        """Open a page of a given width and wait until it is there."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True)
        self.emulate(dark=dark, media=media)
        self.send("Emulation.setScriptExecutionDisabled", value=not scripts)
        self._events.clear()
        self.send("Page.navigate", url=address)
        while "Page.loadEventFired" not in self._events:
            self._note(self._receive())

    def emulate(self, *, dark=False, media=""):
        """Pretend that the person prefers the dark, or that the page is printed."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def run(self, expression):
        """Return the value of a JavaScript expression."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key, code, text=""):
        """Press a key; `text` is what it writes."""
        for kind, written in (("keyDown", {"text": text} if text else {}), ("keyUp", {})):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **written)

    def screenshot(self):
        """Return what is seen, as PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot")["data"])

    def _receive(self):
        while b"\0" not in self._buffer:
            assert select.select([self._answers], [], [], _TIMEOUT)[0], f"the browser said nothing for {_TIMEOUT} s"
            piece = self._answers.read(1 << 20)
            assert piece, "the browser ended"
            self._buffer += piece
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def _note(self, message):
        self._events.append(message.get("method"))
        if message.get("method") in {"Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"}:
            self.complaints.append(message["params"])
