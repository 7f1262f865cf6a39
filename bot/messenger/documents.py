"""Messenger: a document that an admin sends, offered as a report and, after a yes, taken into the index."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from telegram import Update
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot.errors import Stopping
from bot.messenger import uploads
from bot.messenger.addressed import is_addressed
from bot.messenger.buttons import data
from bot.messenger.desk import Desk
from bot.messenger.pages import Button, Page
from bot.messenger.questions import Questions
from bot.messenger.reply import Reply
from bot.messenger.store import Upload
from bot.messenger.words import tell
from corpus.document import Language

_SECRET = "CITEWISE_TELEGRAM_"  # noqa: S105 - the names of what the build need not know begin so
_LONGEST_REASON = 300
_log = structlog.get_logger(__name__)


class Documents:
    """Take documents in, one build of the index at a time."""

    def __init__(self, desk: Desk, questions: Questions) -> None:
        self._desk = desk
        self._questions = questions
        self._being_taken: set[str] = set()

    async def offered(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask an admin whether a document shall become a report; tell others that they can't add any."""
        message, user = update.effective_message, update.effective_user
        if message is None or message.document is None or user is None:
            return
        if not is_addressed(message, context.bot.bot) or not await self._questions.door.let_in(update):
            return
        spoken, reply, document = await self._desk.spoken(update), Reply(self._desk, update), message.document
        if not self._desk.access.is_admin(user.id):
            await reply.text(tell("upload_not_admin", spoken))
            return
        try:
            name = uploads.check(document.file_name, document.file_size, max_bytes=self._desk.build.max_bytes)
        except uploads.UploadRefused as err:
            await reply.text(err.told(spoken))
            return
        size = document.file_size or 0
        key = await asyncio.to_thread(
            self._desk.ledger.store.save_upload, message.chat_id, user.id, document.file_id, name, size
        )
        buttons = tuple(Button(tell(f"button_{kind}", spoken), data(kind, key)) for kind in ("upload_yes", "upload_no"))
        text = tell("upload_offer", spoken, name=name, size=uploads.megabytes(size))
        await reply.page(Page(html="", plain=text, buttons=(buttons,)))

    async def decided(self, update: Update, key: str, *, yes: bool) -> str | None:
        """Take a document in or leave it, as the admin who sent it pressed; return what to tell anybody else."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None:
            return None
        spoken = await self._desk.spoken(update)
        if not self._desk.access.is_admin(user.id):
            return tell("upload_not_admin", spoken)
        upload = await asyncio.to_thread(self._desk.ledger.store.upload, key)
        if upload is None or upload.chat != chat.id:
            return tell("upload_expired", spoken)
        if upload.user != user.id:
            return tell("upload_not_sender", spoken)
        if key in self._being_taken:
            return tell("upload_working", spoken, name=upload.name)
        if yes:  # takes minutes, in which the chat is answered
            self._being_taken.add(key)
            self._desk.order.put_aside(update, self._taking(update, upload, spoken))
        else:
            await self._end(update, upload, tell("upload_declined", spoken, name=upload.name))
        return None

    def _taking(self, update: Update, upload: Upload, spoken: Language) -> Callable[[], Awaitable[None]]:
        """Return what takes a document in; called again, it only tells again how that went."""
        told: list[str] = []

        async def take() -> None:
            if not told:
                told.append(await self._taken_in(update, upload, spoken))
            await self._end(update, upload, told[0])
            self._being_taken.discard(upload.key)

        return take

    async def _end(self, update: Update, upload: Upload, text: str) -> None:
        await Reply(self._desk, update).text(text)
        await asyncio.to_thread(self._desk.ledger.store.end_upload, upload.key)

    async def _taken_in(self, update: Update, upload: Upload, spoken: Language) -> str:
        """Download a document, build the index with it, and return what to tell of that."""
        message = update.effective_message
        reply = Reply(self._desk, update)
        working = Page(html="", plain=tell("upload_working", spoken, name=upload.name))
        if message and not await reply.edit(message.message_id, working):
            await reply.notice(working.plain)
        async with reply.typing(), self._desk.build.one_at_a_time:
            try:
                path = await self._downloaded(update, upload)
            except uploads.UploadRefused as err:
                return err.told(spoken)
            except BadRequest as err:  # Telegram has no longer what was sent
                _log.warning("upload_not_downloaded", error=str(err))
                return tell("upload_expired", spoken)
            except OSError as err:
                return tell("upload_failed", spoken, name=upload.name, reason=err.strerror or type(err).__name__)
            return await self._indexed(path, upload, spoken)

    async def _indexed(self, path: Path, upload: Upload, spoken: Language) -> str:
        """Build the index with a document and return what to tell of that; one that failed is not kept."""
        try:
            reason = await self._built(path)
        except BaseException:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            raise
        if reason:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            told = uploads.without_folders(reason)[:_LONGEST_REASON]
            return tell("upload_failed", spoken, name=upload.name, reason=told)
        if not await self._desk.watch.look():
            return tell("upload_not_used", spoken, name=upload.name)
        count = len(self._desk.answering.assistant.documents)
        return tell("upload_accepted", spoken, name=upload.name, count=count)

    async def _downloaded(self, update: Update, upload: Upload) -> Path:
        build, reports = self._desk.build, self._desk.answering.assistant.documents
        file = await update.get_bot().get_file(upload.file)
        # A Bot API server of one's own gives files of any size, and what a message says of a size may be missing.
        uploads.check(upload.name, file.file_size, max_bytes=build.max_bytes)
        content = bytes(await file.download_as_bytearray())
        return await asyncio.to_thread(
            uploads.keep,
            build.uploads,
            upload.name,
            content,
            reports,
            max_bytes=build.max_bytes,
            limits=build.limits,
        )

    async def _built(self, path: Path) -> str:
        """Add an upload to the index, in a process of its own; return what went wrong, or nothing."""
        build = self._desk.build
        added = uploads.to_add(path, self._desk.answering.assistant.manifest.roots)
        process = await asyncio.create_subprocess_exec(
            *build.command,
            str(added),
            *build.options,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if not name.startswith(_SECRET)},
        )
        said = await self._finished(process)
        lines = [line for line in said.splitlines() if line.strip()]
        skipped = next(
            (line for line in lines if line.startswith((f"skipped {path}", f"skipped {path.resolve()}"))), ""
        )
        if process.returncode or skipped:  # what was said may name the document, so the log has none of it
            _log.error("upload_not_indexed", exit_code=process.returncode)
        if process.returncode:
            return lines[-1] if lines else f"exit code {process.returncode}"
        return skipped

    async def _finished(self, process: asyncio.subprocess.Process) -> str:
        """Wait for a build and return what it wrote; it ends with the bot, and begins anew with it."""
        talking = asyncio.create_task(process.communicate())
        stopping = asyncio.create_task(self._desk.stopping.wait())
        try:
            await asyncio.wait({talking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not talking.done():
                raise Stopping("the bot is being stopped")
            return talking.result()[1].decode(errors="replace")
        finally:
            stopping.cancel()
            if process.returncode is None:
                process.terminate()
                await talking
