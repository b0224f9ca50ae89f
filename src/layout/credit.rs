//! Reads where a story came from: `据《…》`, `来源：…`, the agency of a dateline.

use std::sync::LazyLock;

use super::lexicon::{Lexicon, Searched};
use super::names::{Char, chars, printed, starts, word};

/// The source a credit line names: `据《人民日报》`, `来源：新华社`, `（据新华社）`, `摘自《…》`.
pub(super) fn credit(text: &str) -> Option<String> {
    if text.len() > 150 {
        return None;
    }
    let all = chars(text, 50);
    let mut s: &[Char] = &all;
    let trim = |c: char| {
        matches!(c, '(' | ')' | '【' | '】' | '[' | ']' | ' ' | '—' | '-' | '■' | '□' | '●' | '▲' | '。')
    };
    while s.first().is_some_and(|c| trim(c.folded)) {
        s = &s[1..];
    }
    while s.last().is_some_and(|c| trim(c.folded)) {
        s = &s[..s.len() - 1];
    }
    static OPENINGS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "稿件来源 文章来源 信息来源 消息来源 内容来源 来源 综合自 综合 原载于 原载 转载自 转自 \
        摘编自 摘自 选自 源自 转引自 据",
        )
    });
    if ["本报评论员", "本报特约评论员", "本报编辑部"].iter().any(|w| starts(s, w) == Some(s.len()))
    {
        return Some(printed(s));
    }
    let (opening, n) = word(s, &OPENINGS)?;
    let mut rest = &s[n..];
    let colon = rest.first().is_some_and(|c| c.folded == ':' || c.folded == ' ');
    while rest.first().is_some_and(|c| matches!(c.folded, ':' | ' ')) {
        rest = &rest[1..];
    }
    for tail in ["综合报道", "综合消息", "综合", "报道", "消息", "电"] {
        let len = tail.chars().count();
        if rest.len() > len + 1 && starts(&rest[rest.len() - len..], tail).is_some() {
            rest = &rest[..rest.len() - len];
            break;
        }
    }
    if rest.is_empty() || rest.len() > 24 || rest.iter().any(|c| matches!(c.folded, ',' | '。' | '?' | '!'))
    {
        return None;
    }
    let quoted = rest[0].folded == '《';
    let name: String = if quoted {
        let close = rest.iter().position(|c| c.folded == '》')?;
        // 「据《人民日报》报道」 ends here; 「据《…》统计的…」 is text.
        if rest.len() > close + 1
            && !rest[close + 1..].iter().all(|c| {
                c.folded.is_ascii_digit()
                    || matches!(c.folded, ' ' | '、' | '年' | '月' | '日' | '第' | '期' | '《' | '》')
            })
            && !rest[close + 1..].iter().any(|c| c.folded == '《')
        {
            return None;
        }
        printed(&rest[1..close])
    } else {
        printed(rest)
    };
    static KNOWN: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "社 报 网 台 刊 杂志 客户端 公众号 中心 时报 传媒 新闻 发布 电视 广播 媒体 官微 微信 局 委 部 \
        办",
        )
    });
    let known = quoted || KNOWN.count(&Searched::new(&name)) > 0;
    let plain = matches!(opening, "据" | "综合" | "选自" | "源自" | "原载") || !colon;
    (known || !plain).then_some(name).filter(|n| !n.is_empty())
}

/// The news agency or paper of a dateline: `新华社北京6月1日电` comes from 新华社.
pub(super) fn agency(dateline: &str) -> Option<&'static str> {
    ["新华社", "中新社", "人民网", "新华网", "中新网"]
        .into_iter()
        .find(|a| dateline.trim_start_matches('据').starts_with(a))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn a_credit_is_the_bare_name() {
        let lines = [
            "据《云泽日报》",
            "来源：新华社",
            "（来源：云泽日报）",
            "据新华社报道",
            "（据新华社）",
            "摘自《渠水谣》",
            "据《云泽日报》统计的数字",
            "据了解",
            "综合新华社、云泽日报",
            "据说他走了",
        ];
        expect![[r#"
            据《云泽日报》 = 云泽日报
            来源：新华社 = 新华社
            （来源：云泽日报） = 云泽日报
            据新华社报道 = 新华社
            （据新华社） = 新华社
            摘自《渠水谣》 = 渠水谣
            据《云泽日报》统计的数字 = -
            据了解 = -
            综合新华社、云泽日报 = 新华社、云泽日报
            据说他走了 = -"#]]
        .assert_eq(&lines.map(|l| format!("{l} = {}", credit(l).as_deref().unwrap_or("-"))).join("\n"));
    }
}
