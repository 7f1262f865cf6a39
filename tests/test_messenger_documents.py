"""Documents that become reports while their chat is answered."""

import asyncio
from types import SimpleNamespace

from telegram.error import NetworkError

from bot.errors import Stopping
from bot.messenger import uploads
from bot.messenger.buttons import data
from bot.messenger.documents import Documents
from bot.messenger.presses import Presses
from bot.messenger.questions import Questions
from bot.messenger.words import tell
from corpus.formats.extractor import Limits
from messenger_desk import Telegram, desk, handled, message, press, run

MILL = b"# Mill of Moss\n\nThe mill of Moss made 1,234 tonnes of flour in 2011.\n"


class Chat:
    """A chat of an admin whose document is built for as long as `let` is not set."""

    def __init__(self, store, tmp_path, monkeypatch, said=""):
        self.bot, self.at, self.store = Telegram(), desk(store, tmp_path, admins=[100]), store
        self.questions = Questions(self.at)
        self.documents = Documents(self.at, self.questions)
        self.presses = Presses(self.at, self.questions, self.documents)
        self.key = store.save_upload(100, 100, "file", "mill.md", len(MILL))
        self.let, self.built, self.downloaded = asyncio.Event(), [], []
        self.size = len(MILL)

        async def get_file(_):
            return SimpleNamespace(file_size=self.size, download_as_bytearray=self.download)

        async def build(path):
            self.built.append(path.name)
            await self.let.wait()
            if self.at.stopping.is_set():
                raise Stopping("stop")
            return said.format(path=path)

        object.__setattr__(self.bot, "get_file", get_file)
        monkeypatch.setattr(self.documents, "_built", build)

    async def download(self):
        self.downloaded.append(1)
        return bytearray(MILL)

    async def press(self, number=1):
        await handled(self.at, press(number, data("upload_yes", self.key), self.bot), self.presses.press, self.bot)


def waiting(store):
    return [number for number, _ in store.waiting()]


def test_the_chat_is_answered_while_the_index_is_built_and_the_press_done_at_its_end(store, tmp_path, monkeypatch):
    chat = Chat(store, tmp_path, monkeypatch)

    async def act():
        await chat.press()
        await chat.press(2)
        await handled(chat.at, message(3, "how many?", chat.bot), chat.questions.message, chat.bot)
        during = waiting(store), chat.bot.texts()[-1]
        chat.bot.errors.append(NetworkError("down"))
        chat.let.set()
        await chat.at.order.finish_aside()
        return during

    still, answered = run(act, chat.at)
    assert still == [1]
    assert "how many?" in answered
    assert chat.built == ["mill.md"]
    assert chat.bot.texts()[-1] == tell("upload_accepted", "en", name="mill.md", count=0)
    assert waiting(store) == []
    assert store.upload(chat.key) is None


def test_a_build_that_a_stop_ended_is_begun_again_at_the_next_start(store, tmp_path, monkeypatch):
    chat = Chat(store, tmp_path, monkeypatch)

    async def act():
        await chat.press()
        await asyncio.sleep(0.2)
        chat.at.stopping.set()
        chat.at.order.stop()
        chat.let.set()
        await chat.at.order.finish_aside()

    run(act, chat.at)
    assert waiting(store) == [1]
    assert store.upload(chat.key) is not None
    assert not (tmp_path / "uploads" / "mill.md").exists()


def done(chat):
    async def act():
        chat.let.set()
        await chat.press()
        await chat.at.order.finish_aside()

    run(act, chat.at)
    return chat.bot.texts()[-1]


def test_what_failed_is_told_without_folders_of_the_server(store, tmp_path, monkeypatch):
    told = done(Chat(store, tmp_path, monkeypatch, said="skipped {path}: has no text"))
    assert told == tell("upload_failed", "en", name="mill.md", reason="skipped mill.md: has no text")


def test_an_index_that_can_not_be_loaded_is_not_said_to_be_in(store, tmp_path, monkeypatch):
    chat = Chat(store, tmp_path, monkeypatch)

    async def look():
        return False

    chat.at.watch.look = look
    assert done(chat) == tell("upload_not_used", "en", name="mill.md")


def test_what_is_too_large_after_all_is_not_downloaded(store, tmp_path, monkeypatch):
    chat = Chat(store, tmp_path, monkeypatch)
    chat.size = 3 * 2**20
    assert done(chat) == tell("upload_too_large", "en", name="mill.md", size="3.0 MB", limit="1.0 MB")
    assert chat.downloaded == []


def test_after_a_crash_the_same_document_is_not_kept_twice(tmp_path):
    first = uploads.keep(tmp_path, "mill.md", MILL, {}, max_bytes=2**20)
    again = uploads.keep(tmp_path, "mill.md", MILL, {}, max_bytes=2**20)
    other = uploads.keep(tmp_path, "mill.md", MILL + b"More.\n", {}, max_bytes=2**20)
    assert [first.name, again.name, other.name] == ["mill.md", "mill.md", "mill-2.md"]


def test_an_upload_is_added_by_its_folder_the_first_time_and_then_by_itself(tmp_path):
    path = (tmp_path / "uploads/mill.md").resolve()

    assert uploads.to_add(path, [tmp_path / "reports"]) == path.parent
    assert uploads.to_add(path, [str(path.parent)]) == path
    assert uploads.to_add(path, [str(path.parents[1])]) == path


def test_an_upload_is_read_within_the_limits_of_the_settings(tmp_path, monkeypatch):
    asked = []

    class Extractor(uploads.Extractor):
        def __init__(self, limits):
            asked.append(limits)
            super().__init__(limits)

    monkeypatch.setattr(uploads, "Extractor", Extractor)

    uploads.keep(tmp_path, "mill.md", MILL, {}, max_bytes=2**20, limits=Limits(7, 300))

    assert asked == [Limits(7, 300)]
