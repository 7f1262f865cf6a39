"""Bot stage: the words that people read, in Chinese and English, in this one place."""

from corpus.document import Language

_WORDS: dict[str, dict[Language, str]] = {
    "says": {"en": "{whose} says:", "zh": "{whose}："},
    "line": {"en": "line {line}", "zh": "第{line}行"},
    "page": {"en": "p. {page}", "zh": "第{page}页"},
    "slide": {"en": "slide {slide}", "zh": "第{slide}张幻灯片"},
    "sheet": {"en": "sheet {sheet}", "zh": "工作表“{sheet}”"},
    "cell": {"en": "cell {cell}", "zh": "单元格{cell}"},
    "not_found": {
        "en": "The reports do not say. I looked for: {looked_for}.",
        "zh": "报告中没有说明。我查找的是：{looked_for}。",
    },
    "nearest": {"en": "The nearest sentence in the reports:", "zh": "报告中最接近的一句："},
    "missing": {"en": "What stands nearest says nothing of {names}.", "zh": "最接近的内容没有涉及{names}。"},
    "not_worked_out": {"en": "This cannot be worked out from what the reports say.", "zh": "根据报告的内容无法得出这个结果。"},
    "operand_missing": {"en": "The reports state no figure for {names}.", "zh": "报告中没有说明{names}的数字。"},
    "operands_found": {"en": "What they do state:", "zh": "报告中有的是："},
    "everything": {
        "en": "The reports' figures count different things and cannot all be added up; ask for some of them.",
        "zh": "报告中的数字所指的事物不同，不能全部相加；请说明要哪几项。",
    },
    "too_many": {"en": "At most {most} figures can be put together; ask for fewer at a time.", "zh": "一次最多计算{most}项，请分开提问。"},
    "units": {"en": "{one} and {other} are counted in different units.", "zh": "{one}和{other}的单位不同，不能放在一起计算。"},
    "unlike": {
        "en": "What the reports count for {one} and for {other} is not said to be the same thing.",
        "zh": "两份报告中{one}和{other}统计的不是同一件事，不能相比。",
    },
    "visits": {
        "en": "Visits (person-times) are not people: the same person may be counted more than once.",
        "zh": "人次不是人数，同一个人可能被计算多次，不能当作人数计算。",
    },
    "overlap": {
        "en": "{one} and {other} may be counted twice: the one may be part of the other.",
        "zh": "{one}与{other}可能有重叠，相加会重复计算。",
    },
    "scopes": {
        "en": "{one} and {other} are of different reports, one of whose regions lies within the other: what is in one may be in the other too.",
        "zh": "{one}与{other}出自不同的报告，而其中一地属于另一地，可能重复计算，不能相加。",
    },
    "periods": {
        "en": "The periods are not the same: {one}: {first}; {other}: {second}.",
        "zh": "时间段不同：{one}为{first}，{other}为{second}，不能放在一起计算。",
    },
    "periods_note": {
        "en": "Mind that the periods are not the same: {one}: {first}; {other}: {second}.",
        "zh": "请注意时间段不同：{one}为{first}，{other}为{second}。",
    },
    "no_part": {"en": "{one} is no part of {other}.", "zh": "{one}不是{other}的一部分。"},
    "span": {"en": "For {name} there is only a range: {figure}.", "zh": "{name}只有一个范围：{figure}，不能计算。"},
    "rates": {
        "en": "Percentages, multiples, temperatures and ages cannot be added up, shared out or taken as parts of each other.",
        "zh": "百分比、倍数、温度和年龄不能相加、平均分配，也不能互为部分。",
    },
    "unclear": {
        "en": "More than one figure may be meant by {name}: {figures}.",
        "zh": "{name}可能指不止一个数字：{figures}。",
    },
    "zero": {"en": "It would be divided by zero: {name}.", "zh": "{name}为零，不能作除数。"},
    "stated_total": {"en": "The report itself states the total: {total}. Worked out:", "zh": "报告自己给出了总数：{total}。计算："},
    "maximum": {"en": "The largest: {name}.", "zh": "最多的是：{name}。"},
    "minimum": {"en": "The smallest: {name}.", "zh": "最少的是：{name}。"},
    "undecided": {"en": "Which is larger cannot be told from these figures.", "zh": "由这些数字不能断定哪个更多。"},
    "tied": {"en": "More than one: their figures are the same.", "zh": "不止一个：数字相同。"},
    "rounded": {"en": "Rounded to two decimals or four digits.", "zh": "结果四舍五入到两位小数或四位数字。"},
    "empty": {"en": "There is no question in this message. Ask, for example: {example}", "zh": "这条消息里没有问题。可以这样问：{example}"},
    "long": {
        "en": "The question is too long: at most {limit} characters, please.",
        "zh": "问题太长了，请不要超过{limit}个字。",
    },
    "example": {"en": "how many teachers were sent?", "zh": "一共派了多少教师？"},
    "greeting": {
        "en": "Hello. Ask me about the reports, for example: {example}",
        "zh": "你好。可以向我提有关报告的问题，例如：{example}",
    },
    "bye": {"en": "Goodbye.", "zh": "再见。"},
    "praise": {"en": "Thank you. Read the quotes all the same: they are what counts.", "zh": "谢谢夸奖。引用的原句才是依据，欢迎核对。"},
    "complaint": {
        "en": "I am sorry. Ask it in other words, or name the place, the year or the programme that you mean; the quoted "
        "sentence shows what the answer rests on.",
        "zh": "抱歉。请换个说法再问，或说明所指的地方、年份或项目；引用的原句就是答案的依据。",
    },
    "noted": {"en": "All right. What else would you like to know?", "zh": "好的，还想知道什么？"},
    "contents": {"en": "This is what the reports are about:", "zh": "各份报告的内容："},
    "which_meant": {"en": "Which of these do you mean?", "zh": "您问的是哪一个？"},
    "no_more": {
        "en": "The reports say nothing more about: {looked_for}.",
        "zh": "关于“{looked_for}”，报告里没有更多内容了。",
    },
    "stands_in": {"en": "This is where it stands:", "zh": "出处如下："},
    "asked_as": {"en": "asked as: {question}", "zh": "理解为：{question}"},
    "thanks": {"en": "You are welcome.", "zh": "不客气。"},
    "about": {
        "en": "I am citewise. I answer questions from {count} reports and show the sentence that proves each answer. "
        "If the reports do not say, I tell you so. Ask, for example: {example}",
        "zh": "我是 citewise。我根据{count}份报告回答问题，并给出证明答案的原句；报告没有说的，我会直说。例如可以问：{example}",
    },
    "sources": {"en": "I have these reports:", "zh": "现有以下报告："},
    "asked": {"en": "Question read:", "zh": "所问："},
    "wants": {"en": "Asks for:", "zh": "要找："},
    "passages": {"en": "Passages", "zh": "段落"},
    "spans": {"en": "What may answer", "zh": "候选答案"},
    "score": {"en": "score", "zh": "得分"},
    "report": {"en": "report", "zh": "报告"},
    "text": {"en": "text", "zh": "内容"},
    "reader": {"en": "reader", "zh": "阅读器"},
    "evidence": {"en": "evidence", "zh": "依据"},
    "confidence": {"en": "confidence", "zh": "把握"},
    "dropped": {"en": "kept or dropped", "zh": "取舍"},
    "kept": {"en": "kept", "zh": "采用"},
    "dropped_missing": {"en": "says nothing of {names}", "zh": "没有涉及{names}"},
    "dropped_unsure": {"en": "confidence below the line", "zh": "把握不足"},
    "dropped_said": {"en": "said already", "zh": "已经列出"},
    "dropped_kind": {"en": "another kind of figure", "zh": "单位种类不符"},
    "dropped_told": {"en": "the question states it itself", "zh": "问题自己已说出"},
    "dropped_weaker": {"en": "far less evidence", "zh": "依据弱得多"},
    "dropped_enough": {"en": "facts enough", "zh": "已有足够的答案"},
    "joint": {"en": " ⸨…⸩ ", "zh": "⸨…⸩"},
    "commands": {
        "en": "/sources  the reports\n/show N    citation N in its surroundings\n/lang zh|en|auto  language of answers\n"
        "/collection NAME  ask another collection; without a name: list them\n/help     this list\n/quit     leave (also Ctrl-D)",
        "zh": "/sources  报告列表\n/show N    在原文中查看第 N 条引用\n/lang zh|en|auto  回答的语言\n"
        "/collection NAME  换一个报告集；不带名称则列出\n/help     显示本列表\n/quit     退出（也可按 Ctrl-D）",
    },
    "welcome": {
        "en": "citewise: {count} reports. Ask a question; /help lists the commands.",
        "zh": "citewise：{count}份报告。请提问；输入 /help 查看命令。",
    },
    "unknown_command": {"en": "Unknown command {command}; /help lists them.", "zh": "没有命令 {command}；输入 /help 查看。"},
    "no_citation": {"en": "The last answer has no citation {number}.", "zh": "上一个回答没有第 {number} 条引用。"},
    "stopped": {"en": "Stopped.", "zh": "已停止。"},
    "lang_usage": {
        "en": "Type /lang zh, /lang en or /lang auto.",
        "zh": "请输入 /lang zh、/lang en 或 /lang auto。",
    },
    "answers_in": {"en": "Language of answers: {chosen}.", "zh": "回答语言：{chosen}。"},
    "in_file": {"en": "As the file has it:", "zh": "文件中的原文："},
    "changed": {
        "en": "The reports changed since the index was built ({added} new, {changed} changed, {removed} gone); run "
        "`{command}` to take them in.",
        "zh": "索引建立之后报告有变化（新增{added}，改动{changed}，删除{removed}）；运行 `{command}` 更新。",
    },
    "file_added": {"en": "added {path}", "zh": "新增 {path}"},
    "file_changed": {"en": "changed {path}", "zh": "改动 {path}"},
    "file_renamed": {"en": "renamed {path}", "zh": "改名 {path}"},
    "file_removed": {"en": "removed {path}", "zh": "移除 {path}"},
    "files_more": {"en": "{what}… and {count} more", "zh": "{what}……还有{count}份"},
    "files_counted": {
        "en": "{added} added, {changed} changed, {renamed} renamed, {removed} removed, {unchanged} as before",
        "zh": "新增{added}，改动{changed}，改名{renamed}，移除{removed}，未变{unchanged}",
    },
    "texts_counted": {
        "en": "{made} passages and sentences embedded, {kept} taken over",
        "zh": "新算向量{made}条，沿用{kept}条",
    },
    "index_built": {"en": "{count} reports indexed in {folder}", "zh": "已索引{count}份报告：{folder}"},
    "index_unchanged": {
        "en": "nothing changed: {count} reports indexed in {folder}",
        "zh": "没有变化：{folder} 中有{count}份报告",
    },
    "index_would": {"en": "nothing was done; the index in {folder} would be built", "zh": "未作改动；{folder} 的索引需要更新"},
    "rolled_back": {
        "en": "returned to the index before: {count} reports in {folder}",
        "zh": "已恢复上一次的索引：{folder} 中有{count}份报告",
    },
    "watching": {"en": "watching the folders; Ctrl-C ends it", "zh": "正在留意文件夹的变化；按 Ctrl-C 结束"},
    "watch_ended": {"en": "no longer watching", "zh": "不再留意变化"},
    "state_indexed": {"en": "indexed", "zh": "已索引"},
    "state_changed": {"en": "changed", "zh": "有改动"},
    "state_new": {"en": "new", "zh": "新文件"},
    "state_gone": {"en": "gone", "zh": "已不在"},
    "state_removed": {"en": "removed", "zh": "已移除"},
    "state_skipped": {"en": "skipped", "zh": "跳过"},
    "collections": {"en": "Collections, the chosen one marked:", "zh": "报告集（* 为当前）："},
    "collection_chosen": {"en": "Answers come from {name} now: {count} reports.", "zh": "现在根据“{name}”回答：{count}份报告。"},
    "bad_record": {"en": "This line is not a question record: {reason}.", "zh": "这一行不是问题记录：{reason}。"},
}  # fmt: skip


def say(key: str, language: Language, **values: object) -> str:
    """Return the words for `key` in a language, with values filled in."""
    return _WORDS[key][language].format(**values)
