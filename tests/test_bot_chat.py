"""The conversation: over a pipe in this process, on a real terminal in one of its own.

Run as a program, this file is what the terminal shows: a chat with a stand-in for the assistant.
"""

import codecs
import io
import os
import re
import select
import signal
import stat
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from rich.console import Console

from bot.answer import Answer
from bot.chat import run_chat
from bot.cite import cite
from bot.collection import Choice
from bot.errors import BotError, UnknownCollection
from bot.question import language_of
from corpus.document import Document, Stretch
from corpus.errors import NoReports
from index.errors import IndexDamaged

TEXT = "前一句。派出教师1569人，医生72人。后一句。"
BROKEN = "一共建了3座 陈列馆。"
HOSTILE = "a\x1b]0;title\x07b\x1b[31mred\u202e [red]not red[/red] [link=file:///x]y[/link] :smile:"
ERRORS = {
    "damaged?": IndexDamaged("x.npy: is not\nwhat was\x1b[2J written; run `citewise index` again"),
    "no reports?": NoReports("nothing here"),
    "wrong?": BotError("[bold]wrong[/bold]"),
}


def report(id, text, *, title, publisher=None, stretches=None):
    return Document(
        id=id, path=f"{id}.md", language="zh", title=title, publisher=publisher, region=None,
        period=None, text=text, headings=(), digest="",
        stretches=stretches or (Stretch(0, len(text), 0, 7),),
    )  # fmt: skip


class FakeAssistant:
    """Answer every question with what it was asked, citing a whole and a repaired sentence."""

    def __init__(self):
        self.asked = []
        cut = BROKEN.index(" ")
        joined = (Stretch(0, cut, 0, 3), Stretch(cut + 1, len(BROKEN), 9, 5))
        self.documents = {
            "浙江": report("浙江", TEXT, title="浙江年报", publisher="某局"),
            "hostile": report("hostile", HOSTILE, title=f"t{HOSTILE}"),
            "joined": report("joined", BROKEN, title="Hall", stretches=joined),
        }

    def ask(self, question, *, history=(), language=None, ask_back=False):
        spoken = language or language_of(question)
        self.asked.append((question, list(history), language))
        if question in ERRORS:
            raise ERRORS[question]
        if question == "slow?":
            Console().print("(thinking)")
            time.sleep(60)
        if question in {"hello", "你好"}:
            return Answer(question, "chat", spoken, "Hi.")
        start = TEXT.index("派")
        end = TEXT.index("后")
        cited = (
            cite(self.documents["浙江"], (start, end), 1),
            cite(self.documents["joined"], (0, len(BROKEN)), 2),
            cite(self.documents["hostile"], (0, len(HOSTILE)), 3),
        )
        text = HOSTILE if question == "hostile?" else f"{question} <- {', '.join(history)}"
        return Answer(question, "answered", spoken, text, citations=cited)


if __name__ == "__main__":
    # Started in the background, tests inherit that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C reaches this process
    run_chat(
        FakeAssistant(), console=Console(highlight=False), history_file=Path(sys.argv[1]),
        language=None,
    )  # fmt: skip
    Console().print("left")
    raise SystemExit


@pytest.fixture(autouse=True)
def english_locale(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


@pytest.fixture
def piped(monkeypatch, tmp_path):
    """Return a function that pipes lines to a chat and returns all that it prints."""

    def run(typed, *, language=None, assistant=None, console=None, collections=None):
        raw = typed.encode() if isinstance(typed, str) else typed
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        printed = console or Console(file=io.StringIO(), width=80)
        run_chat(
            assistant or FakeAssistant(),
            console=printed,
            history_file=tmp_path / "none" / "history",
            language=language,
            collections=collections,
        )
        assert not (tmp_path / "none").exists()
        return printed.file.getvalue()

    return run


def test_piped_lines_are_answered_each_with_the_questions_before_it(piped):
    assert piped("how many?\n\n  \n其中医生呢？\r\nand then?") == (
        "how many? <- \n\n其中医生呢？ <- how many?\n\nand then? <- how many?, 其中医生呢？\n\n"
    )


def test_small_talk_and_errors_leave_the_conversation_as_it_was(piped):
    assistant = FakeAssistant()

    piped("one?\nhello\ndamaged?\n/show 1\ntwo?", assistant=assistant)

    assert assistant.asked[-1] == ("two?", ["one?"], None)


def test_a_follow_up_leads_back_over_a_few_questions_only(piped):
    assistant = FakeAssistant()

    piped("".join(f"{i}?\n" for i in range(50)), assistant=assistant)

    assert assistant.asked[-1][1] == [f"{i}?" for i in range(41, 49)]


def test_expected_errors_are_one_line_and_the_chat_goes_on(piped):
    assert piped("damaged?\nno reports?\nwrong?\nq?") == (
        "x.npy: is not what was[2J written; run `citewise index` again\n\n"
        "nothing here\n\n[bold]wrong[/bold]\n\nq? <- \n\n"
    )


def test_other_errors_are_not_hidden(piped):
    class Broken(FakeAssistant):
        def ask(self, question, **options):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        piped("q?", assistant=Broken())


def test_ctrl_c_over_a_pipe_ends_the_program(piped):
    class Interrupted(FakeAssistant):
        def ask(self, question, **options):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        piped("q?\nr?", assistant=Interrupted())


class Other(FakeAssistant):
    """Have no reports, and repeat what came before a question."""

    def __init__(self):
        super().__init__()
        self.documents = {}

    def ask(self, question, *, history=(), language=None, ask_back=False):
        self.asked.append((question, list(history)))
        return Answer(question, "not_found", "en", "nothing")


def choice(other):
    def take(name):
        if name != "2023":
            raise UnknownCollection(f"there is no collection {name!r}")
        return other

    return Choice("default", lambda: ["default", "2023"], take)


def test_another_collection_is_asked_without_what_was_said_before(piped):
    first, other = FakeAssistant(), Other()

    said = piped("how many?\n/collection 2023\n/show 1\nand then?", assistant=first, collections=choice(other))

    assert (len(first.asked), other.asked) == (1, [("and then?", [])])
    assert "Answers come from 2023 now: 0 reports.\n\nThe last answer has no citation 1.\n\nnothing" in said


def test_collections_are_listed_and_an_unknown_one_is_an_error(piped):
    assert piped("/collection\n/collection nonsense", collections=choice(Other())) == (
        "Collections, the chosen one marked:\n* default\n  2023\n\nthere is no collection 'nonsense'\n\n"
    )


def test_help_lines_up_its_columns_in_both_languages(piped):
    assert piped("/help\n你好\n/help") == (
        "/sources          the reports\n"
        "/show N           citation N in its surroundings\n"
        "/lang zh|en|auto  language of answers\n"
        "/collection NAME  ask another collection; without a name: list them\n"
        "/help             this list\n"
        "/quit             leave (also Ctrl-D)\n\n"
        "Hi.\n\n"
        "/sources          报告列表\n"
        "/show N           在原文中查看第 N 条引用\n"
        "/lang zh|en|auto  回答的语言\n"
        "/collection NAME  换一个报告集；不带名称则列出\n"
        "/help             显示本列表\n"
        "/quit             退出（也可按 Ctrl-D）\n\n"
    )


def test_sources_line_up_where_ids_are_wide_and_titles_hostile(piped):
    assert piped("/sources") == (
        "I have these reports:\n"
        "浙江     “浙江年报” (某局)\n"
        "hostile  “ta]0;titleb[31mred [red]not red[/red] [link=file:///x]y[/link] :smile:”\n"
        "joined   “Hall”\n\n"
    )


def test_show_gives_a_citation_in_its_surroundings_and_how_the_file_has_it(piped):
    assert piped("q?\n/show 1\n/show\n/show [2]\n/lang zh\n／ｓｈｏｗ　２") == (
        "q? <- \n\n"
        + 2 * "“浙江年报” (某局)\n浙江.md, line 7\n\n前一句。【派出教师1569人，医生72人。】后一句。\n\n"
        + "“Hall”\njoined.md, line 3\n\n【一共建了3座 陈列馆。】\n\n"
        "As the file has it:\n一共建了3座 (line 3) ⸨…⸩ 陈列馆。 (line 5)\n\n"
        "回答语言：zh。\n\n"
        "《Hall》\njoined.md, 第3行\n\n【一共建了3座 陈列馆。】\n\n"
        "文件中的原文：\n一共建了3座 (第3行)⸨…⸩陈列馆。 (第5行)\n\n"
    )


@pytest.mark.parametrize("number", ["0", "4", "-1", "x", "1 2", "9" * 5000, "１１"])
def test_show_of_a_citation_that_is_not_there_says_so(piped, number):
    printed = piped(f"q?\n/show {number}").splitlines()[2]

    assert printed.startswith("The last answer has no citation ")
    assert len(printed) < 80


def test_show_before_any_answer_says_so(piped):
    assert piped("/show 1") == "The last answer has no citation 1.\n\n"


def test_lang_sets_the_language_of_answers_and_messages(piped):
    assistant = FakeAssistant()

    printed = piped("/lang zh\nq?\n/lang en\n问？\n/lang auto\n问？\n/lang fr\nhow?\n/lang", assistant=assistant)

    assert [language for _, _, language in assistant.asked] == ["zh", "en", None, None]
    assert [line for line in printed.splitlines() if line and "<-" not in line] == [
        "回答语言：zh。",
        "Language of answers: en.",
        "回答语言：auto。",
        "请输入 /lang zh、/lang en 或 /lang auto。",
        "Type /lang zh, /lang en or /lang auto.",
    ]


@pytest.mark.parametrize("variable", ["LC_ALL", "LC_MESSAGES", "LANG"])
def test_the_locale_gives_the_language_until_a_question_is_asked(piped, monkeypatch, variable):
    monkeypatch.setenv(variable, "zh_CN.UTF-8")

    printed = piped("/x\nhow?\n/x")

    assert printed == ("没有命令 /x；输入 /help 查看。\n\nhow? <- \n\nUnknown command /x; /help lists them.\n\n")


def test_the_language_of_the_settings_goes_before_the_question_s(piped):
    assert piped("how?\n/x", language="zh").endswith("没有命令 /x；输入 /help 查看。\n\n")


@pytest.mark.parametrize("word", ["/quit", "/QUIT", "／quit", "/exit", "quit", "退出"])
def test_leaving_ends_the_chat_before_the_next_line(piped, word):
    assert piped(f"{word}\nq?") == ""


def test_an_unknown_command_is_said_back_without_what_steers_a_terminal(piped):
    assert piped(f"/\x1b[2J[red]x\u202e{'y' * 3000} z") == (
        f"Unknown command /[2j[red]x{'y' * 30}…; /help lists them.\n\n"
    )


def test_hostile_text_of_answer_and_report_is_inert(piped):
    inert = "a]0;titleb[31mred [red]not red[/red] [link=file:///x]y[/link] :smile:"

    assert piped("hostile?\n/show 3") == (f"{inert}\n\n“t{inert}”\nhostile.md, line 7\n\n【{inert}】\n\n")


def test_a_pipe_gets_no_colour_even_where_the_output_is_a_terminal(piped, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    terminal = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor")

    printed = piped("q 12%?\n/show 1\nwrong?\n/x", console=terminal)

    assert "12%" in printed
    assert "\x1b" not in printed


def test_lines_that_are_not_utf_8_are_read_in_the_locale_s_encoding(piped, monkeypatch):
    monkeypatch.setattr("locale.getencoding", lambda: "gb18030")

    assert piped("\ufeff多少？\n".encode() + "多少？".encode("gb18030")) == ("多少？ <- \n\n多少？ <- 多少？\n\n")
    assert piped(b"a\xff?") == "a\ufffd? <- \n\n"


def test_without_standard_input_nothing_is_answered(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stdin", None)
    console = Console(file=io.StringIO())

    run_chat(FakeAssistant(), console=console, history_file=tmp_path / "h", language=None)

    assert console.file.getvalue() == ""


# ---- on a terminal


class Screen:
    """Show what a terminal shows; fails at a sequence that a chat has no use for."""

    SEQUENCE = re.compile(r"\x1b\[(\??)([\d;]*)([A-Za-z])|\x1b[=>]")

    def __init__(self, rows, columns, respond):
        self.rows, self.columns, self.respond = rows, columns, respond
        self.cells = [self.blank() for _ in range(rows)]
        self.row = self.column = 0
        self.pending = ""

    def blank(self):
        return [" "] * self.columns

    def feed(self, text):
        text, self.pending = self.pending + text, ""
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                found = self.SEQUENCE.match(text, at)
                if not found:
                    assert len(text) - at < 20, f"unknown sequence {text[at : at + 20]!r}"
                    self.pending = text[at:]
                    return
                self.obey(*found.groups())
                at = found.end()
            else:
                self.put(text[at])
                at += 1

    def obey(self, private, number, letter):
        count = int(number) if number.isdigit() else 1
        if private or letter in {None, "m"}:
            assert number in {"", *"0123456789"} or private or letter == "m"
        elif letter == "n":
            self.respond(f"\x1b[{self.row + 1};{self.column + 1}R")
        elif letter in "AB":
            self.row = min(max(self.row + (count if letter == "B" else -count), 0), self.rows - 1)
        elif letter in "CD":
            self.column = max(self.column + (count if letter == "C" else -count), 0)
        elif letter in "JK":
            self.cells[self.row][self.column :] = self.blank()[self.column :]
            for row in range(self.row + 1, self.rows) if letter == "J" else ():
                self.cells[row] = self.blank()
        else:
            raise AssertionError(f"unknown sequence {number}{letter}")

    def put(self, char):
        width = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if char == "\r":
            self.column = 0
        elif char == "\b":
            self.column -= 1
        elif char == "\n" or self.column + width > self.columns:
            self.row += 1
            if self.row == self.rows:
                self.cells, self.row = [*self.cells[1:], self.blank()], self.rows - 1
            if char != "\n":
                self.column = 0
                self.put(char)
        else:
            assert char.isprintable(), f"character {char!r}"
            self.cells[self.row][self.column : self.column + width] = [char, ""][:width]
            self.column += width

    def __str__(self):
        return "\n".join("".join(row).rstrip() for row in self.cells).strip("\n")


class Terminal:
    """Run a chat on a terminal of its own."""

    def __init__(self, history, *, stdout=None, rows=30, columns=70, **environment):
        import pty
        import termios

        self.master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (rows, columns))
        self.screen = Screen(rows, columns, self.type)
        self.decode = codecs.getincrementaldecoder("utf-8")().decode
        names = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "HOME", "LANG")
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(history)],
            stdin=slave, stdout=stdout or slave, stderr=slave, start_new_session=True,
            env={n: os.environ[n] for n in names if n in os.environ}
            | {"TERM": "xterm-256color", "PYTHONUTF8": "1"} | environment,
        )  # fmt: skip
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def type(self, text):
        os.write(self.master, text.encode())

    def read(self, seconds):
        """Read what comes within some seconds; False where nothing does."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            raw = os.read(self.master, 65536)
        except OSError:  # the other side is closed
            return False
        self.screen.feed(self.decode(raw))
        return bool(raw)

    def see(self, text, seconds=60):
        """Wait until the screen ends with a text, and is still."""
        deadline = time.monotonic() + seconds
        while not (str(self.screen).endswith(text) and not self.read(0.1)):
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.screen}"
            self.read(0.1)

    def leave(self):
        """Type Ctrl-D and return how the process ended."""
        self.type("\x04")
        while self.read(10):
            pass
        return self.process.wait(timeout=10)


@pytest.fixture
def terminal(tmp_path):
    pytest.importorskip("pty", reason="needs the terminals of Unix")
    pytest.importorskip("termios")
    return lambda **options: Terminal(tmp_path / "data" / "history", **options)


WELCOME = "citewise: 3 reports. Ask a question; /help lists the commands.\n\n>"


def test_the_terminal_shows_a_whole_conversation(terminal):
    with terminal() as chat:
        chat.see(WELCOME)
        chat.type("多少教师？\r")
        chat.see("<-\n\n>")
        chat.type("/show 1\r")
        chat.see("后一句。\n\n>")
        chat.type("\r/nonsense\r")
        chat.see("查看。\n\n>")
        assert chat.leave() == 0

        assert str(chat.screen) == (
            f"{WELCOME} 多少教师？\n"
            "多少教师？ <-\n\n"
            "> /show 1\n"
            "《浙江年报》（某局）\n浙江.md, 第7行\n\n"
            "前一句。【派出教师1569人，医生72人。】后一句。\n\n"
            ">\n> /nonsense\n没有命令 /nonsense；输入 /help 查看。\n\n"
            ">\nleft"
        )


def test_wide_characters_line_up_while_a_question_is_edited(terminal):
    with terminal(columns=20) as chat:
        chat.see(">")
        chat.type("派了多少教师和医生a？")
        chat.see("> 派了多少教师和医生\na？")
        chat.type("\x1b[D" * 4 + "\x7f" + "12" + "\x1b[D" * 9 + "x")
        chat.see("> x派了多少教师12医\n生a？")
        chat.type("\r")
        chat.see("x派了多少教师12医生a\n？ <-\n\n>")
        assert chat.leave() == 0


def test_ctrl_c_ends_an_answer_or_clears_the_line_and_never_the_chat(terminal):
    with terminal() as chat:
        chat.see(">")
        chat.type("slow?\r")
        chat.see("(thinking)")
        chat.type("\x03")
        chat.see("^CStopped.\n\n>")
        chat.type("half a que\x03")
        chat.see("> half a que\n>")
        chat.type("\x03\x03\x03whole?\r")
        chat.see("> whole?\nwhole? <-\n\n>")
        assert chat.leave() == 0


def test_ctrl_d_within_a_line_does_not_leave(terminal):
    with terminal() as chat:
        chat.see(">")
        chat.type("ab\x01\x04\r")
        chat.see("> b\nb <-\n\n>")
        assert chat.leave() == 0


def test_what_was_typed_is_there_in_the_next_session_only_for_its_owner(terminal, tmp_path):
    with terminal() as chat:
        chat.see(">")
        chat.type("多少教师？\r")
        chat.see("<-\n\n>")
        chat.type("second?\r")
        chat.see("<- 多少教师？\n\n>")
        chat.type("x" * 2001 + "\r")
        chat.see("\n\n>")
        assert chat.leave() == 0
    with terminal() as chat:
        chat.see(">")
        chat.type("\x1b[A\x1b[A")
        chat.see("> 多少教师？")
        chat.type("\r")
        chat.see("> 多少教师？\n多少教师？ <-\n\n>")  # what was asked is not of this conversation
        chat.type("\x12sec")
        chat.see("second?")

    assert stat.S_IMODE((tmp_path / "data" / "history").stat().st_mode) == 0o600


def test_a_history_file_that_cannot_be_used_is_no_error(terminal, tmp_path):
    (tmp_path / "data").write_text("a file where a folder should be")
    with terminal() as chat:
        chat.see(WELCOME)
        chat.type("one?\r")
        chat.see("one? <-\n\n>")
        chat.type("\x1b[A")
        chat.see("> one?")


def test_commands_are_completed_and_questions_are_not(terminal):
    with terminal() as chat:
        chat.see(">")
        chat.type("q?\r")
        chat.see("q? <-\n\n>")
        chat.type("/s")
        chat.see("[li…")
        assert str(chat.screen).rpartition("\n> ")[2].splitlines() == [
            "/s",
            "     /sources  the reports",
            "     /show 1   派出教师1569人，医生72人。",
            "     /show 2   一共建了3座 陈列馆。",
            "     /show 3   a]0;titleb[31mred [red]not red[/red] [li…",
        ]
        chat.type("how 1\t")
        chat.see("> /show 1")
        chat.type("\r")
        chat.see("后一句。\n\n>")
        chat.type("how /s\t")
        chat.see("> how /s")
        chat.type("\x15\t")
        chat.see("leave (also Ctrl-D)")


def test_hostile_paste_and_history_are_inert_on_the_terminal(terminal, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "history").write_text("\n# then\n+old\x1b[2J\u202e[red]\x9b31m\n")
    with terminal(columns=100) as chat:
        chat.see(">")
        chat.type("\x1b[A")
        chat.see("> old[2J[red]31m")
        chat.type("\x15\x1b[200~two\nlines\u202e \x1b]0;x\x07[red]\x1b[201~\r")
        chat.see("> two lines ]0;x[red]\ntwo lines ]0;x[red] <-\n\n>")
        chat.type("hostile?\r/show 3\r")
        chat.see(":smile:】\n\n>")
        assert chat.leave() == 0


def test_the_prompt_stays_on_the_terminal_where_answers_go_to_a_file(terminal, tmp_path):
    with (tmp_path / "answers").open("wb") as file, terminal(stdout=file) as chat:
        chat.see(">")
        chat.type("one?\r")
        chat.see("> one?\n>")
        assert chat.leave() == 0

    assert (tmp_path / "answers").read_text() == f"{WELCOME[:-1]}one? <- \n\nleft\n"
