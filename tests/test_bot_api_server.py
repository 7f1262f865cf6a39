"""The Bot API server of the tests does what the real one does; seen through telegram.Bot and plain requests."""

import asyncio
import html
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st
from telegram import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, InlineQueryResultArticle
from telegram import InputTextMessageContent as Content
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot_api import BotApi
from bot_api.errors import ApiError
from bot_api.html_entities import parse_html, units

CHAT = 501
GROUP = -2001
OTHER = ":".join(["999", "A" * 20])
SECRET = "-".join(["s3cret", "_"])
CLIENT = httpx.Client(timeout=10)  # one for all: making a client reads all certificates


@pytest.fixture
def api():
    with BotApi() as api:
        yield api


def raw(api, method, body=None, **options):
    """Post a form body, or what httpx is told instead."""
    return CLIENT.post(f"{api.url}/bot{api.token}/{method}", data=body, **options)


def refused(api, method, body=None, **options):
    """Give the description of a refusal, and check that code and status agree."""
    reply = raw(api, method, body, **options)
    assert reply.json()["ok"] is False
    assert reply.json()["error_code"] == reply.status_code
    return reply.json()["description"]


def with_bot(api, act, token=None):
    """Run `act(bot)` with python-telegram-bot's own Bot."""

    async def run():
        bot = telegram.Bot(token or api.token, base_url=api.base_url, base_file_url=api.base_file_url)
        async with bot:
            return await act(bot)

    return asyncio.run(run())


def keyboard(*rows):
    return json.dumps({"inline_keyboard": [[{"text": "t", "callback_data": data} for data in row] for row in rows]})


class TestTokensAndAddresses:
    def test_bot_is_who_it_says(self, api):
        me = with_bot(api, lambda bot: bot.get_me())
        assert (me.username, me.is_bot, me.can_read_all_group_messages) == ("citewise_test_bot", True, False)

    def test_wrong_token_is_unauthorized_and_noted(self, api):
        reply = CLIENT.get(f"{api.url}/bot{OTHER}/getMe")
        assert reply.status_code == 401
        assert reply.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
        assert api.violations == ["a call with a wrong token"]

    def test_malformed_token_and_other_addresses_are_not_found(self, api):
        for address in ("/botabc/getMe", "/", "/file/botabc/x"):
            reply = CLIENT.get(api.url + address)
            assert (reply.status_code, reply.json()["description"]) == (404, "Not Found")

    def test_unknown_method(self, api):
        assert refused(api, "sendNothing") == "Not Found: method not found"
        assert api.violations == ["unknown method sendNothing"]

    def test_library_refuses_to_start_with_a_wrong_token(self, api):
        with pytest.raises(InvalidToken):
            with_bot(api, lambda bot: bot.get_me(), token=OTHER)

    def test_method_names_take_any_case_and_get(self, api):
        assert CLIENT.get(f"{api.url}/bot{api.token}/GETME").json()["ok"] is True

    def test_close_is_refused_at_first_and_log_out_ends_all(self, api):
        assert refused(api, "close").startswith("Too Many Requests: retry after ")
        assert raw(api, "logOut").json()["result"] is True
        assert refused(api, "getMe") == "Bad Request: Logged out"


class TestBodies:
    def test_three_kinds_of_bodies_mean_the_same(self, api):
        api.chat(CHAT)
        replies = [
            raw(api, "sendMessage", {"chat_id": str(CHAT), "text": "x"}),
            raw(api, "sendMessage", json={"chat_id": CHAT, "text": "x"}),
            raw(api, "sendMessage", files={"chat_id": (None, str(CHAT)), "text": (None, "x")}),
            CLIENT.get(f"{api.url}/bot{api.token}/sendMessage", params={"chat_id": CHAT, "text": "x"}),
        ]
        assert [reply.json()["result"]["text"] for reply in replies] == ["x"] * 4
        assert api.violations == []

    def test_json_types_are_checked(self, api):
        api.chat(CHAT)
        raw(api, "sendMessage", json={"chat_id": str(CHAT), "text": "x"})
        raw(api, "sendMessage", json={"chat_id": CHAT, "text": 7})
        raw(api, "sendMessage", json={"chat_id": CHAT, "text": "x", "protect_content": "true"})
        assert api.violations == [
            "sendMessage: parameter 'chat_id' is str in a JSON body, not chat",
            "sendMessage: parameter 'text' is int in a JSON body, not str",
            "sendMessage: parameter 'protect_content' is str in a JSON body, not bool",
        ]

    def test_unknown_parameters_are_noted_not_refused(self, api):
        api.chat(CHAT)
        assert raw(api, "sendMessage", {"chat_id": CHAT, "text": "x", "reply_to_message_id": "1"}).json()["ok"]
        assert api.violations == ["sendMessage: unknown parameter 'reply_to_message_id'"]

    @pytest.mark.parametrize(
        ("body", "description"),
        [
            ({"text": "x"}, "chat_id is empty"),
            ({"chat_id": "twelve", "text": "x"}, "chat not found"),
            ({"chat_id": "12", "text": "x"}, "chat not found"),
            ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
            ({"chat_id": CHAT}, "message text is empty"),
            ({"chat_id": CHAT, "text": " \n "}, "text must be non-empty"),
            ({"chat_id": CHAT, "text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
            ({"chat_id": CHAT, "text": "x", "parse_mode": "rich"}, "unsupported parse_mode"),
            ({"chat_id": CHAT, "text": "x", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
            ({"chat_id": CHAT, "text": "x", "reply_markup": "[]"}, "object expected as reply_markup"),
            ({"chat_id": CHAT, "text": "x", "protect_content": "maybe"}, "parameter protect_content must be a Boolean"),
            ({"chat_id": CHAT, "text": "x", "message_thread_id": "9"}, "message thread not found"),
            (
                {"chat_id": CHAT, "text": "x", "reply_parameters": '{"message_id": 99}'},
                "message to be replied not found",
            ),
        ],
    )
    def test_refusals_of_a_message(self, api, body, description):
        api.chat(CHAT)
        assert refused(api, "sendMessage", body) == f"Bad Request: {description}"
        assert api.sent == []


class TestTexts:
    def test_length_is_counted_in_utf16_units_after_markup(self, api):
        api.chat(CHAT)

        def send(text):
            return raw(api, "sendMessage", {"chat_id": CHAT, "text": text, "parse_mode": "HTML"}).json()

        assert send("<b>" + "字" * 4096 + "</b>")["result"]["entities"] == [
            {"type": "bold", "offset": 0, "length": 4096}
        ]
        assert send("&lt;" * 4096)["result"]["text"] == "<" * 4096
        assert send("字" * 4097)["description"] == "Bad Request: message is too long"
        assert send("😀" * 2048)["ok"]
        assert send("😀" * 2049)["description"] == "Bad Request: message is too long"

    def test_entities_are_given_in_utf16_units(self, api):
        api.chat(CHAT)
        marked_up = '😀 <b>粗<i>斜</i></b> <a href="https://e.org/?a=1&amp;b=2">链</a> '
        marked_up += '<pre><code class="language-py">x</code></pre>'
        message = with_bot(api, lambda bot: bot.send_message(CHAT, marked_up, parse_mode="HTML"))
        assert message.text == "😀 粗斜 链 x"
        assert [(entity.type, entity.offset, entity.length) for entity in message.entities] == [
            ("bold", 3, 2),
            ("italic", 4, 1),
            ("text_link", 6, 1),
            ("pre", 8, 1),
        ]
        assert (message.entities[2].url, message.entities[3].language) == ("https://e.org/?a=1&b=2", "py")
        assert api.violations == []

    def test_all_tags_of_the_manual_are_taken(self, api):
        api.chat(CHAT)
        tags = ["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "code", "pre", "blockquote"]
        marked_up = "".join(f"<{tag}>x</{tag}>" for tag in tags)
        marked_up += (
            '<span class="tg-spoiler">x</span><blockquote expandable>x</blockquote><tg-emoji emoji-id="5">x</tg-emoji>'
        )
        message = raw(api, "sendMessage", {"chat_id": CHAT, "text": marked_up, "parse_mode": "html"}).json()["result"]
        kinds = [entity["type"] for entity in message["entities"]]
        assert kinds[-3:] == ["spoiler", "expandable_blockquote", "custom_emoji"]
        assert len(kinds) == 16
        assert api.violations == []

    @pytest.mark.parametrize(
        ("marked_up", "reason"),
        [
            ("a <b>x", 'Can\'t find end tag corresponding to start tag "b"'),
            ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
            ("x</b>", "Unexpected end tag at byte offset 1"),
            ("字<p>x</p>", 'Unsupported start tag "p" at byte offset 3'),
            ("a<br/>b", 'Unsupported start tag "br/" at byte offset 1'),
            ("3 < 4 and 5 > 4", 'Unsupported start tag "" at byte offset 2'),
            ("3 <4", "Unclosed start tag at byte offset 2"),
            ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
            ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
            ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ],
    )
    def test_broken_html_is_refused(self, api, marked_up, reason):
        api.chat(CHAT)
        body = {"chat_id": CHAT, "text": marked_up, "parse_mode": "HTML"}
        assert refused(api, "sendMessage", body) == f"Bad Request: can't parse entities: {reason}"

    @pytest.mark.parametrize(
        "marked_up",
        [
            "AT&T",
            "a > b",
            "&nbsp;x",
            "&copy;",
            "x<b></b>",
            '<a href="no link">x</a>',
            "<code><b>x</b></code>",
            "<b x='1'>y</b>",
        ],
    )
    def test_what_the_real_server_forgives_is_noted(self, api, marked_up):
        api.chat(CHAT)
        assert raw(api, "sendMessage", {"chat_id": CHAT, "text": marked_up, "parse_mode": "HTML"}).json()["ok"]
        assert len(api.violations) >= 1

    def test_numbered_characters_are_read_and_unknown_names_stay(self, api):
        api.chat(CHAT)
        message = with_bot(api, lambda bot: bot.send_message(CHAT, "&#23383;&#x5b57;&quot;&apos;", parse_mode="HTML"))
        assert message.text == '字字"&apos;'

    def test_more_than_a_hundred_entities_are_noted(self, api):
        api.chat(CHAT)
        for count in (100, 101):
            raw(api, "sendMessage", {"chat_id": CHAT, "text": "<b>x</b> " * count, "parse_mode": "HTML"})
        assert api.violations == ["sendMessage: 101 entities; more than 100 are ignored"]

    def test_given_entities_are_checked(self, api):
        api.chat(CHAT)
        entity = {"type": "bold", "offset": 1, "length": 2}
        wrong = [{**entity, "length": 3}, {**entity, "type": "loud"}, {**entity, "offset": "1"}]
        sent = raw(api, "sendMessage", json={"chat_id": CHAT, "text": "a字b", "entities": [entity]})
        assert sent.json()["result"]["entities"] == [entity]
        for value in wrong:
            description = refused(api, "sendMessage", json={"chat_id": CHAT, "text": "a字b", "entities": [value]})
            assert description.startswith("Bad Request: ")

    def test_white_space_is_cut_and_entities_move(self, api):
        api.chat(CHAT)
        message = with_bot(api, lambda bot: bot.send_message(CHAT, "\n a\tb\r <b>c </b>\n", parse_mode="HTML"))
        assert message.text == "a b c"
        assert [(entity.offset, entity.length) for entity in message.entities] == [(4, 1)]


class TestReadingOfHtml:
    @given(st.text())
    def test_what_is_escaped_comes_back(self, text):
        parsed = parse_html(html.escape(text))
        assert (parsed.text, parsed.entities, parsed.notes) == (text, [], [])

    @given(
        st.lists(
            st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<a href=", '"u"', ">", "<", "&", "&lt", ";", "😀", " "])
        )
    )
    def test_any_text_is_read_or_refused(self, parts):
        try:
            parsed = parse_html("".join(parts))
        except ApiError:
            return
        size = units(parsed.text)
        assert all(0 <= e["offset"] < e["offset"] + e["length"] <= size for e in parsed.entities)

    @given(st.text(alphabet="字😀x", min_size=1), st.text(alphabet="字😀x", min_size=1))
    def test_offsets_cut_the_marked_words_out(self, before, marked):
        (entity,) = parse_html(f"{before}<u>{marked}</u>").entities
        cut = (before + marked).encode("utf-16-le")[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2]
        assert cut.decode("utf-16-le") == marked


class TestButtons:
    @pytest.mark.parametrize("data", ["x" * 64, "字" * 21])
    def test_callback_data_up_to_64_bytes(self, api, data):
        api.chat(CHAT)
        assert raw(api, "sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keyboard([data])}).json()["ok"]

    @pytest.mark.parametrize("data", ["x" * 65, "字" * 22, ""])
    def test_callback_data_beyond(self, api, data):
        api.chat(CHAT)
        body = {"chat_id": CHAT, "text": "x", "reply_markup": keyboard([data])}
        assert refused(api, "sendMessage", body) == "Bad Request: BUTTON_DATA_INVALID"

    def test_rows_and_number_of_buttons(self, api):
        api.chat(CHAT)

        def send(*rows):
            return raw(api, "sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keyboard(*rows)}).json()["ok"]

        assert send(*[["d"] * 8] * 12, ["d"] * 4)
        assert not send(*[["d"] * 8] * 12, ["d"] * 5)
        assert not send(["d"] * 9)

    def test_button_without_action_and_unknown_fields(self, api):
        api.chat(CHAT)
        plain = {"inline_keyboard": [[{"text": "t"}]]}
        odd = {"inline_keyboard": [[{"text": "t", "callback_data": "d", "colour": "red"}]]}
        description = refused(api, "sendMessage", json={"chat_id": CHAT, "text": "x", "reply_markup": plain})
        assert description == "Bad Request: text buttons are unallowed in the inline keyboard"
        assert raw(api, "sendMessage", json={"chat_id": CHAT, "text": "x", "reply_markup": odd}).json()["ok"]
        assert api.violations == ["sendMessage: unknown field 'colour' in a button"]

    def test_press_and_answer(self, api):
        api.chat(CHAT)
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Why", callback_data="w:1")]])

        async def act(bot):
            sent = await bot.send_message(CHAT, "x", reply_markup=markup)
            api.press(CHAT, sent.message_id, "w:1")
            (update,) = await bot.get_updates(timeout=2)
            query = update.callback_query
            assert (query.data, query.message.message_id, query.from_user.id) == ("w:1", sent.message_id, CHAT)
            assert api.unanswered == [query.id]
            assert await query.answer("ok")
            assert api.unanswered == []
            with pytest.raises(
                BadRequest, match=r"(?i)query is too old and response timeout expired or query ID is invalid"
            ):
                await query.answer()
            with pytest.raises(BadRequest, match="uery is too old"):
                await bot.answer_callback_query("17")

        with_bot(api, act)
        assert [text.split()[-2:] for text in api.violations] == [["answered", "twice"]]

    def test_old_queries_and_buttons_that_are_not_there(self, api):
        api.query_seconds = 0.0
        first = api.say(CHAT, "x")
        with pytest.raises(ValueError, match="no button"):
            api.press(CHAT, api.message_id(first), "w:1")
        query = api.update(api.press(CHAT, 4711, "forged", forged=True))["callback_query"]
        assert query["message"] == {"chat": api.chat(CHAT).record(), "message_id": 4711, "date": 0}
        assert "too old" in refused(api, "answerCallbackQuery", {"callback_query_id": query["id"]})


class TestMessages:
    def test_edits_are_applied_and_repeats_refused(self, api):
        api.chat(CHAT)

        async def act(bot):
            sent = await bot.send_message(CHAT, "one")
            edited = await sent.edit_text("<b>two</b>", parse_mode="HTML")
            assert (edited.text, edited.message_id) == ("two", sent.message_id)
            for again in ("<b>two</b>", " <b>two</b>\n"):
                with pytest.raises(BadRequest, match="essage is not modified"):
                    await sent.edit_text(again, parse_mode="HTML")
            await sent.edit_text("two")
            with pytest.raises(BadRequest, match="essage to edit not found"):
                await bot.edit_message_text("x", CHAT, 999)

        with_bot(api, act)
        assert [message["text"] for message in api.messages(CHAT)] == ["two"]
        assert [call.text for call in api.sent] == ["one", "two", "two"]

    def test_buttons_are_replaced_and_removed(self, api):
        api.chat(CHAT)

        async def act(bot):
            sent = await bot.send_message(CHAT, "x")
            markup = InlineKeyboardMarkup([[InlineKeyboardButton("t", callback_data="d")]])
            await sent.edit_reply_markup(markup)
            with pytest.raises(BadRequest, match="not modified"):
                await sent.edit_reply_markup(markup)
            assert api.messages(CHAT)[0]["reply_markup"] == markup.to_dict()
            await sent.edit_text("y")
            assert "reply_markup" not in api.messages(CHAT)[0]

        with_bot(api, act)

    def test_messages_of_others_cannot_be_edited(self, api):
        message_id = api.message_id(api.say(CHAT, "mine"))
        body = {"chat_id": CHAT, "message_id": message_id, "text": "yours"}
        assert refused(api, "editMessageText", body) == "Bad Request: message can't be edited"

    def test_deletion(self, api):
        api.chat(CHAT)
        sent = raw(api, "sendMessage", {"chat_id": CHAT, "text": "x"}).json()["result"]
        body = {"chat_id": CHAT, "message_id": sent["message_id"]}
        assert raw(api, "deleteMessage", body).json()["result"] is True
        assert refused(api, "deleteMessage", body) == "Bad Request: message to delete not found"
        assert api.messages(CHAT) == []

    def test_reply_to_a_message(self, api):
        message_id = api.message_id(api.say(CHAT, "why?"))
        sent = with_bot(api, lambda bot: bot.send_message(CHAT, "so", reply_to_message_id=message_id))
        assert sent.reply_to_message.text == "why?"
        lost = with_bot(
            api, lambda bot: bot.send_message(CHAT, "so", reply_to_message_id=99, allow_sending_without_reply=True)
        )
        assert lost.reply_to_message is None

    def test_blocked_and_migrated_chats(self, api):
        api.block(CHAT)
        api.say(GROUP, "/start")
        new = -1001234567890
        ids = api.migrate(GROUP, new)
        assert [list(api.update(i)["message"])[-1] for i in ids] == ["migrate_to_chat_id", "migrate_from_chat_id"]
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            with_bot(api, lambda bot: bot.send_message(CHAT, "x"))
        with pytest.raises(ChatMigrated) as caught:
            with_bot(api, lambda bot: bot.send_message(GROUP, "x"))
        assert caught.value.new_chat_id == new
        assert with_bot(api, lambda bot: bot.send_message(new, "x")).chat.type == "supergroup"
        api.block(CHAT, False)
        assert with_bot(api, lambda bot: bot.send_message(CHAT, "x")).text == "x"

    def test_chat_actions(self, api):
        api.chat(CHAT)
        assert with_bot(api, lambda bot: bot.send_chat_action(CHAT, "typing")) is True
        assert "wrong parameter action" in refused(api, "sendChatAction", {"chat_id": CHAT, "action": "dancing"})
        assert [call.method for call in api.calls if call.ok] == ["getMe", "sendChatAction"]
        assert api.sent == []

    def test_flood_limits_only_where_asked_for(self, api):
        api.chat(GROUP, "group")
        api.flood_limits = True
        bodies = [{"chat_id": GROUP, "text": str(i)} for i in range(21)]
        replies = [raw(api, "sendMessage", body).json() for body in bodies]
        assert [reply["ok"] for reply in replies] == [True] * 20 + [False]
        assert 50 <= replies[-1]["parameters"]["retry_after"] <= 61


class TestFiles:
    def test_a_sent_document_is_downloaded(self, api):
        api.send_document(CHAT, "报告.md", "内容".encode(), caption="see")

        async def act(bot):
            (update,) = await bot.get_updates(timeout=2)
            document = update.message.document
            assert (document.file_name, document.file_size, document.mime_type) == ("报告.md", 6, "text/markdown")
            return bytes(await (await document.get_file()).download_as_bytearray())

        assert with_bot(api, act).decode() == "内容"

    def test_files_over_20_megabytes_and_unknown_ids(self, api):
        api.send_document(CHAT, "big.md", b"", size=20 * 1024 * 1024 + 1)
        file_id = api.pending[0]["message"]["document"]["file_id"]
        assert refused(api, "getFile", {"file_id": file_id}) == "Bad Request: file is too big"
        assert refused(api, "getFile", {"file_id": "x"}) == "Bad Request: invalid file_id"
        assert CLIENT.get(f"{api.url}/file/bot{api.token}/documents/none.md").status_code == 404

    def test_the_bot_sends_a_document(self, api):
        api.chat(CHAT)
        sent = with_bot(
            api, lambda bot: bot.send_document(CHAT, b"a,b\n", filename="t.csv", caption="<i>t</i>", parse_mode="HTML")
        )
        assert (sent.document.file_name, sent.document.file_size, sent.caption) == ("t.csv", 4, "t")
        assert api.sent[0].entities == [{"type": "italic", "offset": 0, "length": 1}]
        again = with_bot(api, lambda bot: bot.send_document(CHAT, sent.document.file_id))
        assert again.document.file_name == "t.csv"
        assert refused(api, "sendDocument", {"chat_id": CHAT}) == "Bad Request: there is no document in the request"

    def test_voice_photo_and_sticker(self, api):
        api.send_voice(CHAT)
        api.send_photo(CHAT, caption="a picture")
        api.send_sticker(CHAT)
        updates = with_bot(api, lambda bot: bot.get_updates(timeout=2))
        assert updates[0].message.voice.file_size == 4
        assert updates[1].message.photo[0].width == 320
        assert updates[1].message.caption == "a picture"
        assert updates[2].message.sticker.type == "regular"


class TestInline:
    def results(self, *ids, text="t"):
        return [InlineQueryResultArticle(result_id, "title", Content(text)) for result_id in ids]

    def ask(self, api, results):
        query = api.update(api.inline(CHAT, "GDP"))["inline_query"]["id"]
        return with_bot(api, lambda bot: bot.answer_inline_query(query, results))

    def test_up_to_fifty_results(self, api):
        assert self.ask(api, self.results(*map(str, range(50)))) is True
        assert api.violations == []

    @pytest.mark.parametrize(
        ("ids", "text", "reason"),
        [
            (map(str, range(51)), "t", "too_much|TOO_MUCH"),
            (["a", "a"], "t", "DUPLICATE|duplicate"),
            (["字" * 22], "t", "INVALID|invalid"),
            (["a"], "x" * 4097, "too long"),
            (["a"], " ", "non-empty"),
        ],
    )
    def test_refusals(self, api, ids, text, reason):
        body = {
            "inline_query_id": api.update(api.inline(CHAT, "GDP"))["inline_query"]["id"],
            "results": json.dumps([result.to_dict() for result in self.results(*ids, text=text)]),
        }
        assert any(word in refused(api, "answerInlineQuery", body) for word in reason.split("|"))

    def test_unknown_query(self, api):
        with pytest.raises(BadRequest, match="uery is too old"):
            with_bot(api, lambda bot: bot.answer_inline_query("5", self.results("a")))


class TestProfile:
    def test_commands_by_scope_and_language(self, api):
        async def act(bot):
            await bot.set_my_commands([BotCommand("help", "帮助")], language_code="zh")
            await bot.set_my_commands([BotCommand("help", "Help")])
            return [(await bot.get_my_commands(language_code=code))[0].description for code in ("zh", "")]

        assert with_bot(api, act) == ["帮助", "Help"]

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ({"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID"),
            ({"commands": [{"command": "a" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
            ({"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
            ({"commands": [{"command": "a", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
            ({"commands": [{"command": f"a{i}", "description": "x"} for i in range(101)]}, "BOT_COMMANDS_TOO_MUCH"),
            ({"commands": [], "language_code": "zh-hans"}, "invalid language code specified"),
            (
                {"commands": [], "scope": {"type": "everywhere"}},
                "can't parse BotCommandScope: unsupported type specified",
            ),
        ],
    )
    def test_refused_commands(self, api, body, reason):
        assert refused(api, "setMyCommands", json=body) == f"Bad Request: {reason}"

    def test_descriptions(self, api):
        async def act(bot):
            await bot.set_my_description("d" * 512)
            await bot.set_my_short_description("短", language_code="zh")
            return (await bot.get_my_description()).description, (
                await bot.get_my_short_description("zh")
            ).short_description

        assert with_bot(api, act) == ("d" * 512, "短")
        assert "TOO_LONG" in refused(api, "setMyDescription", {"description": "d" * 513})
        assert "TOO_LONG" in refused(api, "setMyShortDescription", {"short_description": "d" * 121})


class TestGroups:
    def test_privacy_mode(self, api):
        own = api.say(GROUP, "/help@citewise_test_bot", user=1)
        sent = raw(api, "sendMessage", {"chat_id": GROUP, "text": "x"}).json()["result"]
        told = [
            api.say(GROUP, "just talking", user=1),
            api.say(GROUP, "/help@other_bot", user=1),
            api.say(GROUP, "/help", user=1),
            api.say(GROUP, "what, @citewise_test_bot?", user=1),
            api.say(GROUP, "and then?", user=1, reply_to=sent["message_id"]),
        ]
        assert [update is not None for update in told] == [False, False, True, True, True]
        api.privacy = False
        assert api.say(GROUP, "just talking", user=1) == told[-1] + 1
        assert own is not None

    def test_entities_of_what_people_write(self, api):
        update = api.update(
            api.say(GROUP, "😀 /ask@citewise_test_bot GDP @citewise_test_bot", user=1, chat_type="supergroup")
        )
        assert update["message"]["entities"] == [
            {"type": "bot_command", "offset": 3, "length": 22},
            {"type": "mention", "offset": 30, "length": 18},
        ]
        assert update["message"]["chat"]["type"] == "supergroup"

    def test_forwarded_and_edited(self, api):
        first = api.update(api.say(CHAT, "news", forward="A paper", language_code="zh"))["message"]
        assert first["forward_origin"]["sender_user_name"] == "A paper"
        assert first["from"]["language_code"] == "zh"
        (update,) = with_bot(api, lambda bot: bot.get_updates(timeout=1))
        assert update.message.forward_origin.sender_user_name == "A paper"
        edited = api.update(api.edit(CHAT, first["message_id"], "old news"))["edited_message"]
        assert (edited["text"], edited["message_id"]) == ("old news", first["message_id"])


class TestPolling:
    def poll(self, api, **body):
        return [update["update_id"] for update in raw(api, "getUpdates", body).json()["result"]]

    def test_updates_stay_until_a_higher_offset_confirms_them(self, api):
        first, second, third = (api.say(CHAT, text) for text in "abc")
        assert self.poll(api) == [first, second, third]
        assert self.poll(api, limit=2) == [first, second]
        assert self.poll(api, offset=first + 1) == [second, third]
        assert self.poll(api) == [second, third]
        assert self.poll(api, offset=-1) == [third]
        assert self.poll(api) == [third]
        assert self.poll(api, offset=third + 1) == []
        assert api.deliveries(second) == 4

    def test_long_polling_waits_and_wakes(self, api):
        begin = time.monotonic()
        assert self.poll(api, timeout=1) == []
        assert 0.9 < time.monotonic() - begin < 5
        timer = threading.Timer(0.2, api.say, (CHAT, "x"))
        timer.start()
        begin = time.monotonic()
        assert len(self.poll(api, timeout=8)) == 1
        assert time.monotonic() - begin < 5
        timer.join()

    def test_the_earlier_of_two_polls_ends_in_a_conflict(self, api):
        async def act(bot):
            earlier = asyncio.create_task(bot.get_updates(timeout=5))
            await asyncio.sleep(0.3)
            assert await asyncio.to_thread(self.poll, api, timeout=1) == []
            with pytest.raises(Conflict, match="terminated by other getUpdates request"):
                await earlier

        with_bot(api, act)

    def test_a_poll_whose_reader_left_is_no_conflict(self, api):
        with pytest.raises(httpx.ReadTimeout):
            CLIENT.post(f"{api.url}/bot{api.token}/getUpdates", data={"timeout": 20}, timeout=0.3)
        update_id = api.say(CHAT, "x")
        assert self.poll(api) == [update_id]

    def test_kinds_that_were_not_asked_for_are_not_queued(self, api):
        self.poll(api, allowed_updates='["message"]')
        assert api.inline(CHAT, "q") is None
        assert api.say(CHAT, "x") is not None
        self.poll(api, allowed_updates="[]")
        assert api.inline(CHAT, "q") is not None
        self.poll(api, allowed_updates='["telepathy"]')
        assert api.violations == ["unknown kind 'telepathy' in allowed_updates"]

    def test_an_update_repeated_or_made_by_hand(self, api):
        update_id = api.say(CHAT, "x")
        assert self.poll(api, offset=update_id) == [update_id]
        assert self.poll(api, offset=update_id + 1) == []
        api.repeat(update_id)
        assert self.poll(api, offset=update_id + 1) == [update_id]
        assert self.poll(api, offset=update_id + 1) == []
        assert api.push({"update_id": 900_000, "message": {"text": "odd"}}) == 900_000
        assert api.say(CHAT, "y") == 900_001

    def test_a_lost_reply_delivers_again(self, api):
        update_id = api.say(CHAT, "x")
        api.fail("getUpdates", kind="drop", acted=True)
        with pytest.raises(httpx.RemoteProtocolError):
            self.poll(api)
        assert self.poll(api) == [update_id]
        assert api.deliveries(update_id) == 2


class TestFaults:
    def test_too_many_requests(self, api):
        api.chat(CHAT)
        api.fail("sendMessage", times=2, status=429, retry_after=1)

        async def act(bot):
            for _ in range(2):
                with pytest.raises(RetryAfter) as caught:
                    await bot.send_message(CHAT, "x")
                assert caught.value._retry_after.total_seconds() == 1
                await asyncio.sleep(1)
            await bot.send_message(CHAT, "x")

        with_bot(api, act)
        assert api.violations == []
        assert len(api.sent) == 1

    def test_impatience_is_noted(self, api):
        api.chat(CHAT)
        api.fail("sendMessage", status=429, retry_after=5)
        body = {"chat_id": CHAT, "text": "x"}
        reply = raw(api, "sendMessage", body)
        assert reply.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 5",
            "parameters": {"retry_after": 5},
        }
        assert raw(api, "sendMessage", body).json()["ok"]
        assert "before retry_after had passed" in api.violations[0]

    @pytest.mark.parametrize(("status", "kind"), [(500, "status"), (502, "status"), (500, "html")])
    def test_server_errors(self, api, status, kind):
        api.chat(CHAT)
        api.fail("sendMessage", status=status, kind=kind)
        with pytest.raises(NetworkError):
            with_bot(api, lambda bot: bot.send_message(CHAT, "x"))
        assert api.messages(CHAT) == []
        assert with_bot(api, lambda bot: bot.send_message(CHAT, "x")).text == "x"

    @pytest.mark.parametrize("acted", [False, True])
    def test_dropped_connections_before_and_after_acting(self, api, acted):
        api.chat(CHAT)
        api.fail("sendMessage", kind="drop", acted=acted)
        with pytest.raises(NetworkError):
            with_bot(api, lambda bot: bot.send_message(CHAT, "x"))
        assert len(api.messages(CHAT)) == len(api.sent) == int(acted)
        assert api.calls[-1].fault == "drop"

    @pytest.mark.parametrize("kind", ["malformed", "truncated"])
    def test_damaged_replies_after_acting(self, api, kind):
        api.chat(CHAT)
        api.fail("sendMessage", kind=kind)
        with pytest.raises(telegram.error.TelegramError):
            with_bot(api, lambda bot: bot.send_message(CHAT, "x"))
        assert len(api.messages(CHAT)) == 1

    def test_a_reply_that_never_comes(self, api):
        api.chat(CHAT)
        api.fail("sendMessage", kind="hang")
        with pytest.raises(telegram.error.TimedOut):
            with_bot(api, lambda bot: bot.send_message(CHAT, "x", read_timeout=0.3))
        assert api.messages(CHAT) == []

    def test_a_share_of_calls_is_the_same_with_the_same_seed(self):
        outcomes = []
        for _ in range(2):
            with BotApi(seed=7) as api:
                api.chat(CHAT)
                api.fail("*", share=0.3, status=500)
                address = f"{api.url}/bot{api.token}/sendChatAction"
                body = {"chat_id": CHAT, "action": "typing"}
                outcomes.append([CLIENT.post(address, data=body).status_code for _ in range(60)])
                api.heal()
                assert CLIENT.post(address, data=body).status_code == 200
        assert outcomes[0] == outcomes[1]
        assert 8 <= outcomes[0].count(500) <= 30

    def test_faults_of_one_chat_and_of_downloads(self, api):
        api.chat(CHAT)
        api.chat(CHAT + 1)
        api.fail("sendMessage", times=None, chat_id=CHAT)
        assert not raw(api, "sendMessage", {"chat_id": CHAT, "text": "x"}).json()["ok"]
        assert raw(api, "sendMessage", {"chat_id": CHAT + 1, "text": "x"}).json()["ok"]
        api.send_document(CHAT, "a.md", b"text")
        path = raw(api, "getFile", {"file_id": api.pending[0]["message"]["document"]["file_id"]}).json()["result"][
            "file_path"
        ]
        api.fail("file", kind="truncated")
        with pytest.raises(httpx.RemoteProtocolError):
            CLIENT.get(f"{api.url}/file/bot{api.token}/{path}")
        assert CLIENT.get(f"{api.url}/file/bot{api.token}/{path}").content == b"text"

    def test_outage_keeps_port_and_updates(self, api):
        update_id = api.say(CHAT, "x")
        with api.outage():
            with pytest.raises(httpx.ConnectError):
                raw(api, "getMe")
            later = api.say(CHAT, "y")
        assert [update["update_id"] for update in raw(api, "getUpdates").json()["result"]] == [update_id, later]


class Receiver:
    """A webhook's receiving end, which answers with the given statuses, then 200."""

    def __init__(self, *statuses):
        self.statuses = list(statuses)
        self.seen = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with receiver.lock:
                    receiver.at_once += 1
                    receiver.most_at_once = max(receiver.most_at_once, receiver.at_once)
                    status = receiver.statuses.pop(0) if receiver.statuses else 200
                    receiver.seen.append((body["update_id"], status, self.headers["X-Telegram-Bot-Api-Secret-Token"]))
                time.sleep(0.05)
                with receiver.lock:
                    receiver.at_once -= 1
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class TestWebhook:
    def test_delivery_with_retry_keeps_the_order_of_a_chat(self, api):
        with Receiver(500, 403) as receiver:
            ids = [api.say(CHAT, text) for text in "abc"]
            with_bot(api, lambda bot: bot.set_webhook(receiver.url, secret_token=SECRET))
            until(lambda: not api.pending)
            assert [(update_id, status) for update_id, status, _ in receiver.seen] == [
                (ids[0], 500),
                (ids[0], 403),
                (ids[0], 200),
                (ids[1], 200),
                (ids[2], 200),
            ]
            assert {secret for _, _, secret in receiver.seen} == {SECRET}
            info = with_bot(api, lambda bot: bot.get_webhook_info())
            assert (info.url, info.pending_update_count) == (receiver.url, 0)
            assert info.last_error_message == "Wrong response from the webhook: 403 Forbidden"

    def test_chats_are_served_at_once_up_to_the_limit(self, api):
        with Receiver() as receiver:
            for chat in range(1, 13):
                api.say(chat, "x")
            raw(api, "setWebhook", {"url": receiver.url, "max_connections": "3"})
            until(lambda: not api.pending)
            assert len(receiver.seen) == 12
            assert 2 <= receiver.most_at_once <= 3

    def test_polling_conflicts_with_a_webhook(self, api):
        with Receiver() as receiver:
            raw(api, "setWebhook", {"url": receiver.url})
            with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
                with_bot(api, lambda bot: bot.get_updates())
            with_bot(api, lambda bot: bot.delete_webhook())
            update_id = api.say(CHAT, "x")
            assert with_bot(api, lambda bot: bot.get_updates())[0].update_id == update_id
            assert receiver.seen == []

    def test_an_outage_ends_delivery_for_a_while(self, api):
        with Receiver() as receiver:
            raw(api, "setWebhook", {"url": receiver.url})
            with api.outage():
                api.say(CHAT, "x")
                time.sleep(0.3)
                assert receiver.seen == []
            until(lambda: not api.pending)
            assert len(receiver.seen) == 1

    def test_repeated_updates_are_delivered_again(self, api):
        with Receiver() as receiver:
            raw(api, "setWebhook", {"url": receiver.url})
            update_id = api.say(CHAT, "x")
            until(lambda: not api.pending)
            api.repeat(update_id)
            until(lambda: len(receiver.seen) == 2)
            assert [seen[0] for seen in receiver.seen] == [update_id] * 2

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ({"url": "http://example.org/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
            (
                {"url": "https://example.org:9000/"},
                "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
            ),
            ({"url": "http://127.0.0.1:1/", "secret_token": "a b"}, "secret token contains unallowed characters"),
            ({"url": "http://127.0.0.1:1/", "secret_token": "a" * 257}, "secret token is too long"),
        ],
    )
    def test_refusals(self, api, body, reason):
        assert refused(api, "setWebhook", body) == f"Bad Request: {reason}"

    def test_pending_updates_can_be_dropped(self, api):
        api.say(CHAT, "x")
        with_bot(api, lambda bot: bot.delete_webhook(drop_pending_updates=True))
        assert api.pending == []


class TestWaiting:
    def test_wait_for_a_number_or_a_call(self, api):
        api.chat(CHAT)
        timer = threading.Timer(0.1, raw, (api, "sendMessage", {"chat_id": CHAT, "text": "later"}))
        timer.start()
        assert api.wait_for(1)[0].text == "later"
        assert api.wait_for(lambda call: call.text == "later")[0].message["text"] == "later"
        with pytest.raises(AssertionError, match=r"found 1; last calls: .*later"):
            api.wait_for(2, timeout=0.1)
        timer.join()

    def test_wait_in_an_event_loop(self, api):
        api.chat(CHAT)

        async def act(bot):
            waiting = asyncio.create_task(api.wait_for_async(1, method="sendChatAction"))
            await bot.send_chat_action(CHAT, "typing")
            return await waiting

        assert with_bot(api, act)[0].chat_id == CHAT

    def test_stop_is_clean_and_may_be_repeated(self):
        with BotApi() as api:
            port = api.port
            assert api.url == f"http://127.0.0.1:{port}"
        api.stop()
        with pytest.raises(httpx.ConnectError):
            CLIENT.get(f"http://127.0.0.1:{port}/")
        assert not [thread for thread in threading.enumerate() if thread.name == "bot-api"]
