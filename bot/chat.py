"""Bot stage: a conversation, on a terminal with line editing and over a pipe without."""

import locale
import os
import re
import sys
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import Completer, DynamicCompleter, WordCompleter
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.keys import Keys
from prompt_toolkit.output.defaults import create_output
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from bot.answer import Citation
from bot.cite import attribution
from bot.collection import Choice
from bot.converse import REMEMBERED
from bot.errors import BotError
from bot.messages import say
from bot.question import LONGEST, language_of
from bot.render import answer_text, passage_text, plain, source_note
from bot.where import is_joined
from corpus.document import Language
from corpus.errors import CorpusError
from index.errors import IndexStageError

if TYPE_CHECKING:
    from bot.assistant import Assistant

_SHOWN = 40  # characters of a wrong command, or of a citation in a list, that are shown
_LANGUAGES: dict[str, Language | None] = {"zh": "zh", "en": "en", "auto": None}
_LEAVING = frozenset({"/quit", "/exit", "quit", "exit", "退出"})


def run_chat(
    assistant: "Assistant",
    *,
    console: Console,
    history_file: Path,
    language: Language | None,
    collections: Choice | None = None,
) -> None:
    """Answer questions until the person leaves; `language` None means that of the question.

    What is typed on a terminal is kept in `history_file` for the next time, if it can be written.
    Where standard input is no terminal, its lines are answered without prompt, colour or editing.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        _on_terminal(_Conversation(assistant, console, language, collections), history_file)
        return
    bare = Console(file=console.file, force_terminal=False, color_system=None)
    conversation = _Conversation(assistant, bare, language, collections)
    for line in _piped_lines():
        if not conversation.reply(line):
            return


class _Conversation:
    """Reply to one line after the other; remembers the questions and the last answer."""

    def __init__(
        self, assistant: "Assistant", console: Console, language: Language | None, collections: Choice | None
    ) -> None:
        self._assistant = assistant
        self._collections = collections
        self._chosen_collection = collections.begun if collections else ""
        self._console = console
        self._language = language
        self._asked_in = _locale_language()
        self._questions: deque[str] = deque(maxlen=REMEMBERED)
        self._citations: tuple[Citation, ...] = ()
        self._choices: tuple[str, ...] = ()

    @property
    def spoken(self) -> Language:
        """Return the language of messages."""
        return self._language or self._asked_in

    def commands(self) -> list[tuple[str, str]]:
        """Return how each command is typed, and what it does."""
        lines = say("commands", self.spoken).splitlines()
        split = (re.split(r"\s{2,}", line, maxsplit=1) for line in lines)
        return [(usage, meaning) for usage, meaning in split]

    def completions(self) -> dict[str, str]:
        """Return what may be typed as a command now, with what it does or shows."""
        quotes = {str(c.number): _cut(_one_line(c.quote)) for c in self._citations}
        found = {}
        for usage, meaning in self.commands():
            name = usage.split()[0]
            choices = {"/lang": dict.fromkeys(_LANGUAGES, meaning), "/show": quotes}
            for choice, text in choices.get(name, {"": meaning}).items():
                found[f"{name} {choice}".strip()] = text
        return found

    def welcome(self) -> None:
        """Say what this is."""
        self.show(say("welcome", self.spoken, count=len(self._assistant.documents)))

    def reply(self, line: str) -> bool:
        """Answer a question or obey a command; False means that the person leaves."""
        # With a Chinese keyboard a command may come in full-width letters.
        typed = unicodedata.normalize("NFKC", _one_line(line[: 2 * LONGEST]))
        if typed.lower() in _LEAVING:
            return False
        if typed.startswith("/"):
            command, *arguments = typed.split()
            self._obey(command.lower(), " ".join(arguments))
        elif line.strip():
            self._answer(self._chosen(line.strip()))
        return True

    def _chosen(self, line: str) -> str:
        """Return the question that a number chooses, where the last answer asked back."""
        number = unicodedata.normalize("NFKC", line).strip("[]()")
        choices, self._choices = self._choices, ()
        return choices[int(number) - 1] if number in {str(i + 1) for i in range(len(choices))} else line

    def show(self, text: Text | str, style: str = "") -> None:
        """Print a text of any origin, as it stands, and an empty line."""
        made = text if isinstance(text, Text) else Text(plain(text), style=style)
        self._console.print(made.append("\n"), soft_wrap=True)

    def _answer(self, question: str) -> None:
        self._asked_in = language_of(question[:LONGEST])
        earlier = list(self._questions)
        try:
            answer = self._assistant.ask(question, history=earlier, language=self._language, ask_back=True)
        except (BotError, CorpusError, IndexStageError) as err:
            self.show(_one_line(str(err)), "red")
            return
        if answer.status in {"answered", "not_found"}:
            self._questions.append(question)
            self._citations = answer.citations
        self._choices = answer.choices
        self.show(answer_text(answer))

    def _obey(self, command: str, argument: str) -> None:
        if command == "/help":
            self.show(_aligned(self.commands()))
        elif command == "/sources":
            documents = self._assistant.documents.values()
            rows = [(d.id, attribution(d, self.spoken)) for d in documents]
            self.show(f"{say('sources', self.spoken)}\n{_aligned(rows)}")
        elif command == "/show":
            self._show_citation(argument.strip("[]") or "1")
        elif command == "/collection" and self._collections:
            self._choose(self._collections, argument)
        elif command == "/lang" and argument in _LANGUAGES:
            self._language = _LANGUAGES[argument]
            self.show(say("answers_in", self.spoken, chosen=argument))
        elif command == "/lang":
            self.show(say("lang_usage", self.spoken))
        else:
            self.show(say("unknown_command", self.spoken, command=_cut(command)))

    def _choose(self, collections: Choice, name: str) -> None:
        """Ask another collection from now on, without what was asked before, or list them."""
        if not name:
            marked = [f"{'*' if one == self._chosen_collection else ' '} {one}" for one in collections.names()]
            self.show("\n".join([say("collections", self.spoken), *marked]))
            return
        try:
            self._assistant = collections.take(name)
        except (BotError, CorpusError, IndexStageError) as err:
            self.show(_one_line(str(err)), "red")
            return
        self._chosen_collection = name
        self._questions.clear()
        self._citations, self._choices = (), ()
        self.show(say("collection_chosen", self.spoken, name=name, count=len(self._assistant.documents)))

    def _show_citation(self, number: str) -> None:
        citation = next((c for c in self._citations if str(c.number) == number), None)
        if citation is None:
            self.show(say("no_citation", self.spoken, number=_cut(number)))
            return
        document = self._assistant.documents[citation.document]
        self.show(passage_text(document, (citation.start, citation.end), self.spoken))
        if is_joined(citation.source):
            self.show(f"{say('in_file', self.spoken)}\n{source_note(citation, self.spoken)}")


def _on_terminal(conversation: _Conversation, history_file: Path) -> None:
    session = _session(conversation, history_file)
    conversation.welcome()
    typed = ""
    while True:
        try:
            if typed:
                # Ctrl-C ended its answer. Said here, where one more does not end the program.
                typed = ""
                conversation.show(say("stopped", conversation.spoken))
            typed = session.prompt("> ")
            if not conversation.reply(typed):
                return
            typed = ""
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _session(conversation: _Conversation, history_file: Path) -> PromptSession[str]:
    """Return the line editor; it writes on the terminal where answers go elsewhere."""

    def _completer() -> Completer:
        words = conversation.completions()
        return WordCompleter(list(words), meta_dict=words, sentence=True)

    bindings = KeyBindings()
    bindings.add(Keys.BracketedPaste)(lambda event: event.current_buffer.insert_text(_one_line(event.data)))
    return PromptSession(
        history=_History(history_file),
        completer=DynamicCompleter(_completer),
        complete_while_typing=Condition(lambda: get_app().current_buffer.text.startswith("/")),
        key_bindings=bindings,
        enable_suspend=True,
        output=create_output(always_prefer_tty=True),
    )


class _History(FileHistory):
    """Keep what was typed in a file that only its owner reads, if it can be written."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)

    def load_history_strings(self) -> Iterable[str]:
        """Return what was typed before, newest first."""
        try:
            return [_one_line(line) for line in super().load_history_strings()]
        except OSError:
            return []

    def store_string(self, string: str) -> None:
        """Add a line to the file, unless it is too long to have been a question."""
        if len(string) <= LONGEST:
            with suppress(OSError):
                super().store_string(_one_line(string))


def _piped_lines() -> Iterator[str]:
    """Yield the lines of standard input: UTF-8, else of the locale's encoding."""
    for line in sys.stdin.buffer if sys.stdin else ():
        try:
            yield line.decode("utf-8-sig")
        except UnicodeDecodeError:
            yield line.decode(locale.getencoding(), errors="replace")


def _locale_language() -> Language:
    variables = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts
    chosen = next((os.environ[name] for name in variables if os.environ.get(name)), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def _aligned(rows: Sequence[tuple[str, str]]) -> str:
    """Return two columns; a Chinese character is as wide as two letters."""
    shown = [(_one_line(left), _one_line(right)) for left, right in rows]
    width = max((cell_len(left) for left, _ in shown), default=0)
    return "\n".join(f"{left}{' ' * (width - cell_len(left))}  {right}" for left, right in shown)


def _one_line(text: str) -> str:
    return plain(re.sub(r"\s+", " ", text)).strip()


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
