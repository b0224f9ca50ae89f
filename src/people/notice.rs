//! Reads who was given a post and who gave one up: 任命, 免去, 当选, 不再担任, 辞去, and lists of them.

use serde::{Deserialize, Serialize};

use super::glyphs::Glyphs;
use super::lexicon::{Lexicon, word};
use super::{Mention, NameBook};
use crate::diag::ByteSpan;

/// Whether a post begins or ends; closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// Appointed, elected, took office (任).
    Begin,
    /// Removed, resigned, left (免).
    End,
}

/// One change of post that a text prints (任免).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Change {
    /// The name without padding.
    pub name: String,
    /// The post as printed; 代 in front where it is only acted in.
    pub post: String,
    /// Whether it begins or ends.
    pub turn: Turn,
    /// The words that tell it.
    pub span: ByteSpan,
    /// The day printed with it, `YYYY-MM-DD` or `MM-DD`; none where only the story's own day is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
}

/// The changes of post told in a text whose mentions are known, in printed order.
#[must_use]
pub fn changes(text: &str, mentions: &[Mention], book: &NameBook) -> Vec<Change> {
    // Nearly all stories end here.
    if !["任", "免去", "当选", "选举", "辞去", "代理"].iter().any(|w| text.contains(w)) {
        return Vec::new();
    }
    let g = Glyphs::new(text);
    let mut reader = Reader { text, g: &g, lex: book.lexicon(), passed: None, found: Vec::new() };
    let mut list = None;
    let (mut line, mut byte) = (0, 0);
    while line < g.len() {
        let end = (line..g.len()).find(|&i| g.get(i) == '\n').unwrap_or(g.len());
        let stop = g.span(line, end).end;
        let names: Vec<&Mention> =
            mentions.iter().filter(|m| m.span.start >= byte && m.span.end <= stop).collect();
        reader.line(line, end, &names, &mut list);
        line = end + 1;
        byte = g.span(line, line).start;
    }
    reader.found
}

/// A name that stands somewhere: what it is, first character, one past the last.
type Named = (String, usize, usize);

struct Reader<'a> {
    text: &'a str,
    g: &'a Glyphs,
    lex: &'a Lexicon,
    /// The day on which what follows was passed: 「（2033年4月19日……通过）」.
    passed: Option<String>,
    found: Vec<Change>,
}

impl Reader<'_> {
    fn starts(&self, at: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(i, c)| self.g.get(at + i) == c)
    }

    fn ends(&self, at: usize, word: &str) -> bool {
        let len = word.chars().count();
        at >= len && self.starts(at - len, word)
    }

    /// Reads one line; `list` is what a heading like 「免去：」 says of the lines below it.
    fn line(&mut self, start: usize, end: usize, mentions: &[&Mention], list: &mut Option<Turn>) {
        let printed = self.g.string(start, end);
        if printed.contains("通过") && printed.starts_with('(') {
            self.passed = day(&printed).or(self.passed.take());
        }
        let mut at = start;
        if let Some((turn, behind)) = self.heading(start, end) {
            *list = Some(turn);
            at = behind;
        }
        let mut names = self.names(mentions);
        if list.is_some()
            && !names.iter().any(|n| n.1 <= at + 1)
            && let Some(name) = self.bare(at, end)
        {
            names.insert(0, name);
        }
        let mut i = 0;
        while i < names.len() {
            // Names joined by a list comma share what follows the last of them.
            let mut last = i;
            while last + 1 < names.len()
                && self.aside(names[last].2) + 1 == names[last + 1].1
                && self.g.get(names[last + 1].1 - 1) == '、'
            {
                last += 1;
            }
            let next = names.get(last + 1).map_or(end, |n| n.1);
            self.told(&names[i..=last], end, next, *list);
            i = last + 1;
        }
    }

    /// 「一、决定任命：」: what it says, and the place behind it.
    fn heading(&self, start: usize, end: usize) -> Option<(Turn, usize)> {
        let colon = (start..end.min(start + 20)).find(|&i| self.g.get(i) == ':')?;
        let head = self.g.string(start, colon);
        if head.contains('。') || head.contains(',') {
            return None;
        }
        let (appoint, remove) = (head.contains("任命"), head.contains("免去"));
        (appoint != remove).then_some((if appoint { Turn::Begin } else { Turn::End }, colon + 1))
    }

    fn names(&self, mentions: &[&Mention]) -> Vec<Named> {
        let at = |byte: usize| self.g.place(byte);
        mentions.iter().map(|m| (m.name.clone(), at(m.span.start), at(m.span.end))).collect()
    }

    /// In a list, what stands at the beginning of a line is a name whatever its form.
    fn bare(&self, start: usize, end: usize) -> Option<Named> {
        let stop = (start..end.min(start + 8))
            .find(|&i| matches!(self.g.get(i), '(' | '为' | '的' | '任' | '、'))?;
        let name: String = self.g.string(start, stop).chars().filter(|c| *c != ' ').collect();
        let fits = (2..=4).contains(&name.chars().count()) && name.chars().all(|c| self.lex.traits(c).han());
        fits.then_some((name, start, stop))
    }

    /// The place behind 「（女）」 and 同志.
    fn aside(&self, at: usize) -> usize {
        let mut at = at;
        if self.starts(at, "同志") {
            at += 2;
        }
        if self.g.get(at) == '('
            && let Some(close) = (at..at + 16).find(|&i| matches!(self.g.get(i), ')' | '\n'))
        {
            at = close + 1;
        }
        at
    }

    /// Reads what is told behind some names.
    fn told(&mut self, names: &[Named], end: usize, next: usize, list: Option<Turn>) {
        let (Some(first), Some(last)) = (names.first(), names.last()) else { return };
        let (start, behind) = (first.1, self.aside(last.2));
        let appointed = ["任命", "选举", "补选", "推选", "选举产生"].iter().any(|w| self.ends(start, w));
        let removed = self.ends(start, "免去") || self.ends(start, "撤销");
        let verb = |words: &[&str]| {
            words.iter().find(|w| self.starts(behind, w)).map(|w| behind + w.chars().count())
        };
        let begin = verb(&["担任", "出任", "就任", "接任", "当选为", "当选", "任"])
            .or_else(|| if appointed || list == Some(Turn::Begin) { verb(&["为"]) } else { None });
        let finish = verb(&["不再担任", "不再兼任", "不再任", "辞去", "卸任"])
            .or_else(|| if removed || list == Some(Turn::End) { verb(&["的"]) } else { None });
        let told = if let Some(at) = begin {
            Some((Turn::Begin, at, ""))
        } else if let Some(at) = finish {
            Some((Turn::End, at, ""))
        } else if removed {
            Some((Turn::End, behind, ""))
        } else if let Some(at) = verb(&["代理"]) {
            Some((Turn::Begin, at, "代"))
        } else {
            // 「某某的某职务因到龄免去」
            verb(&["的"])
                .filter(|&at| {
                    let clause = self.clause(at, end);
                    clause.contains("职务") && (clause.ends_with("免去") || clause.contains("予以免去"))
                })
                .map(|at| (Turn::End, at, ""))
        };
        let Some((turn, at, prefix)) = told else { return };
        let from = if appointed || removed { start - 2 } else { start };
        let stop = self.take(names, turn, (from, at, end), prefix);
        // 「贺知春为澜湾一中校长，免去其石桥头中学校长职务」
        let rest = stop..next.max(stop);
        if let Some(his) = rest
            .clone()
            .find(|&i| self.starts(i, "免去其") || self.starts(i, "免去他的") || self.starts(i, "免去她的"))
        {
            let skip = if self.starts(his, "免去其") { 3 } else { 4 };
            self.take(names, Turn::End, (his, his + skip, end), "");
        }
    }

    /// Takes the posts printed from a place on; gives the place behind them.
    fn take(
        &mut self,
        names: &[Named],
        turn: Turn,
        (from, at, end): (usize, usize, usize),
        prefix: &str,
    ) -> usize {
        let at = at + usize::from(matches!(self.g.get(at), '的' | '了'));
        if self.in_the_past(from) {
            return at;
        }
        let mut stop = at;
        let mut posts = Vec::new();
        loop {
            let begin = if posts.is_empty() { at } else { stop + 1 };
            let mut e = begin;
            while e < end
                && !matches!(self.g.get(e), '、' | ',' | ';' | '。' | '(' | '!' | ':' | ' ' | '”')
                && !["职务", "一职", "的请求", "期间", "因", "兼"].iter().any(|w| self.starts(e, w))
            {
                e += 1;
            }
            let piece = self.g.slice(begin, e);
            if !(2..=40).contains(&piece.len()) || self.lex.longest_to(piece, word::HEAD).is_none() {
                break;
            }
            posts.push(self.g.span(begin, e).of(self.text).to_owned());
            stop = e;
            if !matches!(self.g.get(e), '、' | '兼') {
                break;
            }
        }
        let day = self.day(from);
        for (name, _, _) in names {
            for post in &posts {
                let post = if prefix.is_empty() || post.starts_with(prefix) {
                    post.clone()
                } else {
                    format!("{prefix}{post}")
                };
                self.found.push(Change {
                    name: name.clone(),
                    post,
                    turn,
                    span: self.g.span(from, stop + 2 * usize::from(self.starts(stop, "职务"))),
                    day: day.clone(),
                });
            }
        }
        stop
    }

    /// The clause from a place on.
    fn clause(&self, at: usize, end: usize) -> String {
        let stop = (at..end).find(|&i| matches!(self.g.get(i), ',' | ';' | '。')).unwrap_or(end);
        self.g.string(at, stop)
    }

    fn sentence(&self, at: usize) -> String {
        let low = at.saturating_sub(200);
        let start =
            (low..at).rev().find(|&i| matches!(self.g.get(i), '。' | '\n' | '”')).map_or(low, |i| i + 1);
        self.g.string(start, at)
    }

    /// The day told in front of a change, in its sentence or in the line that says when it was passed.
    fn day(&self, at: usize) -> Option<String> {
        day(&self.sentence(at)).or_else(|| self.passed.clone())
    }

    /// Whether the clause tells of a year gone by: 「1997年，某某任……」.
    fn in_the_past(&self, at: usize) -> bool {
        let sentence = self.sentence(at);
        let year = sentence.rfind('年').is_some_and(|i| {
            let behind = sentence[i..].chars().nth(1);
            sentence[..i].chars().rev().take(4).filter(char::is_ascii_digit).count() == 4
                && !behind.is_some_and(|c| c.is_ascii_digit())
        });
        year || ["拟", "建议", "提名", "如果"].iter().any(|w| sentence.ends_with(w))
    }
}

/// The last day printed in a text: `YYYY-MM-DD`, or `MM-DD` where no year stands with it.
fn day(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let number = |end: usize| {
        let mut at = end;
        while at > 0 && chars[at - 1].is_ascii_digit() {
            at -= 1;
        }
        let digits: String = chars[at..end].iter().collect();
        digits.parse::<u16>().ok().map(|n| (at, n))
    };
    let sign = chars.iter().rposition(|c| *c == '日')?;
    let (at, day) = number(sign).filter(|(_, d)| (1..=31).contains(d))?;
    let month_sign = at.checked_sub(1).filter(|&i| chars[i] == '月')?;
    let (at, month) = number(month_sign).filter(|(_, m)| (1..=12).contains(m))?;
    let year = at.checked_sub(1).filter(|&i| chars[i] == '年').and_then(number).filter(|(_, y)| *y > 1800);
    Some(match year {
        Some((_, year)) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("{month:02}-{day:02}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::mentions;

    fn told(text: &str) -> Vec<String> {
        let tell = |c: Change| {
            format!("{} {:?} {} {}", c.name, c.turn, c.post, c.day.unwrap_or_default()).trim_end().to_owned()
        };
        changes(text, &mentions(text, &NameBook::default()), &NameBook::default())
            .into_iter()
            .map(tell)
            .collect()
    }

    #[test]
    fn sentences_tell_who_came_and_who_went() {
        for (text, want) in [
            (
                "会议决定任命钟望川为区水利局局长；决定免去盖春生的区水利局局长职务。",
                &["钟望川 Begin 区水利局局长", "盖春生 End 区水利局局长"][..],
            ),
            (
                "8月5日，会议宣布：郭望山任区委书记，申小满不再担任区委书记职务，另有任用。",
                &["郭望山 Begin 区委书记 08-05", "申小满 End 区委书记 08-05"],
            ),
            (
                "会议接受郭望山辞去区长职务的请求，决定由副区长谢长青代理区长职务。",
                &["郭望山 End 区长", "谢长青 Begin 代区长"],
            ),
            (
                "大会于2033年1月12日选举谢长青为云溪区人民政府区长。",
                &["谢长青 Begin 云溪区人民政府区长 2033-01-12"],
            ),
            ("谢长青当选云溪镇镇长", &["谢长青 Begin 云溪镇镇长"]),
            ("欧阳建平任区委常委、组织部部长；", &["欧阳建平 Begin 区委常委", "欧阳建平 Begin 组织部部长"]),
            ("郭望山，男，现任区水利局科长，拟任区审计局副局长。", &[]),
            ("2019年，郭望山任区水利局局长。", &[]),
            ("区长郭望山在任前发言。", &[]),
        ] {
            assert_eq!(told(text), want, "{text}");
        }
    }

    #[test]
    fn a_list_tells_line_by_line_with_the_day_it_was_passed() {
        assert_eq!(
            told(
                "（2033年4月19日区人大常委会第二十次会议通过）\n决定任命：\n海　岚（女）为区司法局局长；\n谷　雨（女）、尚　武为区检察院检察员。\n贺知春为云溪一中校长，免去其柳林中学校长职务。\n二、决定免去：\n东方亮的区司法局局长职务。"
            ),
            [
                "海岚 Begin 区司法局局长 2033-04-19",
                "谷雨 Begin 区检察院检察员 2033-04-19",
                "尚武 Begin 区检察院检察员 2033-04-19",
                "贺知春 Begin 云溪一中校长 2033-04-19",
                "贺知春 End 柳林中学校长 2033-04-19",
                "东方亮 End 区司法局局长 2033-04-19",
            ]
        );
    }
}
