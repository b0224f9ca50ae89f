//! What the library's notes say in Chinese.

/// What notes say, `{}` for the parts that vary.
const NOTES: &[(&str, &str)] = &[
    ("{} asks for nothing that stands in the text: articles are counted", "{} 不指正文用语：次数按篇数计"),
    ("no article contains {}", "没有文章含有{}"),
    ("articles found without {}", "去掉后可得文章数：{}"),
    ("each part of the question is found, but no article has all", "各部分都有文章，但没有一篇同时具备"),
    ("also called: {}", "别称：{}"),
    ("{} undated articles are left out because dates were asked", "限定了日期，{} 篇无日期的文章未列入"),
    ("{} is never closed: the words behind it are searched separately", "{} 没有配对：后面的词分开检索"),
    ("nothing stands between the quotation marks: left out", "引号里没有内容：已略去"),
    ("only the first {} characters of the question are read", "检索式只读前 {} 个字"),
    ("and {} more of this kind", "还有 {} 处类似情况"),
    ("{} was never opened: left out", "{} 没有配对：已略去"),
    ("a closing parenthesis was never opened: left out", "多出一个右括号：已略去"),
    ("a parenthesis is never closed: read as if closed at the end", "少一个右括号：当作括到末尾"),
    ("parentheses deeper than {} are left out", "括号超过 {} 层的部分已略去"),
    ("nothing to search stands in the parentheses: left out", "括号里没有可检索的内容：已略去"),
    ("{} has nothing to join here: searched as text", "{} 前后缺词：当作普通词检索"),
    ("{} is no date: searched as text", "{} 不是日期：当作普通词检索"),
    ("nothing to search stands behind {}: searched as text", "{} 后面没有内容：当作普通词检索"),
    ("{} begins with more than one dash: they are text", "{} 开头不止一个减号：当作普通字符"),
    (
        "the dash of {} is text: to exclude put white space before it",
        "{} 中的减号当作普通字符：要排除，请在减号前加空格",
    ),
    ("in {} a star is read only at the end", "{} 中的星号只有在词尾才起作用"),
    (
        "in {} the bar is text: for OR put white space around it",
        "{} 中的竖线当作普通字符：要表示“或”，请在两边加空格",
    ),
    ("{} stands behind a field: searched as text", "{} 跟在字段后面：当作普通词检索"),
    ("{} is read as ~10000", "{} 当作 ~10000"),
];

pub(super) fn in_chinese(note: &str) -> Option<String> {
    NOTES.iter().find_map(|(english, chinese)| {
        let Some((before, behind)) = english.split_once("{}") else {
            return (*english == note).then(|| (*chinese).to_owned());
        };
        let part = note.strip_prefix(before)?.strip_suffix(behind)?;
        Some(chinese.replacen("{}", part, 1))
    })
}
