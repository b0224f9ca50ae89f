//! Reads who was given a post and who gave one up: 任命, 免去, 当选, 不再担任, 辞去, and lists of them.

use serde::{Deserialize, Serialize};

use super::glyphs::Glyphs;
use super::lexicon::{Lexicon, word};
use super::post::is_not_held;
use super::{Mention, NameBook, Post, split_post};
use crate::diag::ByteSpan;
use crate::text::fold::fold;

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

/// The words that say a post is the same one whatever its printing: see [`same_post`].
const PLAIN: &[(&str, &str)] = &[
    ("人民代表大会常务委员会", "人大常委会"),
    ("委员会", "委"),
    ("人民政府", ""),
    ("人民", ""),
    ("办公室", "办"),
    ("中国共产党中央", "中央"),
    ("中共", ""),
    // 发展和改革委员会 is 发展改革委.
    ("和", ""),
    // 中华全国总工会 is 全国总工会.
    ("中华全国", "全国"),
];

/// The nation's own name in front of what is the nation's anyhow: 中华人民共和国财政部 is 财政部.
const NATION: &[&str] = &["中华人民共和国", "中国", "我国"];

/// Whether two printed posts of one person are the same post.
///
/// As [`super::Post::same_as`], and with or without the district's own name in front, written out or
/// short: 澜湾区人民政府区长 is 区长, 区卫生健康委员会主任 is 区卫健委主任. What was held once, and what is
/// only acted in, is another holding.
pub(super) fn same_post(a: &str, b: &str) -> bool {
    a == b || Compared::read(a).is_same(&Compared::read(b))
}

/// A post as far as [`same_post`] asks about it; reading it costs more than comparing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Compared {
    standing: u8,
    title: String,
    organ: String,
}

impl Compared {
    pub(super) fn read(post: &str) -> Self {
        let post = in_full(split_post(post));
        Self {
            standing: standing(&post.qualifiers),
            title: post.title,
            organ: post.organ.unwrap_or_default(),
        }
    }

    /// Whether two printings mean one post.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self == other
            || self.standing == other.standing
                && self.title == other.title
                && same_organ(&self.organ, &other.organ, &self.title)
    }
}

/// Lands by the one character that papers use for them; those that stand for several are left out.
const SHORT_LANDS: &[(&str, &str)] = &[
    ("叙", "叙利亚"),
    ("俄", "俄罗斯"),
    ("美", "美国"),
    ("英", "英国"),
    ("法", "法国"),
    ("德", "德国"),
    ("日", "日本"),
    ("韩", "韩国"),
    ("朝", "朝鲜"),
    ("印", "印度"),
    ("以", "以色列"),
    ("埃", "埃及"),
    ("越", "越南"),
    ("泰", "泰国"),
    ("菲", "菲律宾"),
    ("澳", "澳大利亚"),
    ("加", "加拿大"),
    ("乌", "乌克兰"),
];

/// Offices of ministers in one word, and their ministries.
const MINISTERS: &[(&str, &str)] = &[("外长", "外交部"), ("防长", "国防部"), ("财长", "财政部")];

/// A post with land and ministry written out, for comparing: 俄外长 is 俄罗斯外交部部长.
pub(super) fn in_full(mut post: Post) -> Post {
    let minister = MINISTERS.iter().find(|(title, _)| post.title.ends_with(title));
    if let Some((title, ministry)) = minister {
        post.title = post.title.replace(title, "部长");
        post.organ = Some(format!("{}{ministry}", post.organ.unwrap_or_default()));
    }
    if let Some(organ) = &post.organ {
        let state = ["", "外交部", "国防部", "财政部", "国务院"];
        let land = SHORT_LANDS
            .iter()
            .find(|(short, _)| organ.strip_prefix(short).is_some_and(|rest| state.contains(&rest)));
        if let Some((short, land)) = land {
            post.organ = Some(organ.replacen(short, land, 1));
        }
    }
    post
}

/// Held, acted in, or held once.
pub(super) fn standing(qualifiers: &[String]) -> u8 {
    match qualifiers {
        q if q.iter().any(|q| matches!(q.as_str(), "代" | "代理")) => 1,
        q if q.iter().any(|q| is_not_held(q)) => 2,
        _ => 0,
    }
}

/// An organ's name as organs are compared.
fn plain(organ: &str) -> String {
    let organ = fold(organ);
    let own = NATION.iter().find_map(|nation| organ.strip_prefix(nation));
    let organ = match own {
        // 中华人民共和国主席 is 国家主席.
        Some("") => "国家",
        // 中国银行 is no bank of the nation.
        Some(rest) if rest.ends_with(|c| "部委署局院府办省市区军家".contains(c)) => rest,
        _ => &organ,
    };
    PLAIN.iter().fold(organ.to_owned(), |organ, (long, short)| organ.replace(long, short))
}

/// Whether two printed names of organs, both whole, mean the same: 区卫健委 is 区卫生健康委员会.
pub(super) fn same_organ_name(a: &str, b: &str) -> bool {
    let (a, b) = (plain(a), plain(b));
    a == b || is_short_for(&a, &b) || is_short_for(&b, &a)
}

/// Whether two organs are one, as far as one person's posts go.
fn same_organ(a: &str, b: &str, title: &str) -> bool {
    let (a, b) = (plain(a), plain(b));
    let (short, long) = if a.chars().count() <= b.chars().count() { (a, b) } else { (b, a) };
    if short == long {
        return true;
    }
    let district = ['区', '市', '县', '省', '州', '旗'];
    if short.is_empty() {
        // 区长 and 澜湾区区长
        let headed = title.trim_start_matches("常务").trim_start_matches('副').chars().next();
        return headed
            .is_some_and(|c| district.contains(&c) && long.ends_with(c) && long.chars().count() > 1);
    }
    if !short.starts_with(district) {
        return false;
    }
    // The district's own name in front, two or three characters.
    let own = |long: &str| long.strip_suffix(&short).is_some_and(|front| front.chars().count() <= 3);
    own(&long) || is_short_for(&short, &long)
}

/// Whether a body's short name is made of characters of the long one, in order: 卫健委 of 卫生健康委.
fn is_short_for(short: &str, long: &str) -> bool {
    let (s, l): (Vec<char>, Vec<char>) = (short.chars().collect(), long.chars().collect());
    // 区教育局 is not short for 区教育体育局: too little is left out. 委 stands for 委员会.
    let whole = l.len() + if long.ends_with('委') { 2 } else { 0 };
    if s.len() < 3 || s.len() * 3 >= whole * 2 || s.first() != l.first() || s.last() != l.last() {
        return false;
    }
    // The committee of another place is another one: 山东省安丘市委 is not 山东省委. 城乡 is no place.
    let places = |of: &str| {
        let of = ["城乡", "城市", "市场", "农村", "乡村", "社区"]
            .iter()
            .fold(of.to_owned(), |of, w| of.replace(w, ""));
        of.chars().filter(|c| "省市县区旗镇乡村".contains(*c)).count()
    };
    if long.ends_with('委') && places(short) != places(long) {
        return false;
    }
    let mut rest = l.iter();
    s.iter().all(|c| rest.any(|x| x == c))
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

    #[test]
    fn one_persons_post_is_the_same_with_and_without_the_districts_name() {
        assert!(same_post("区长", "云溪区人民政府区长"));
        assert!(same_post("区卫健委主任", "区卫生健康委员会主任"));
        assert!(same_post("外交部长", "外交部部长"));
        assert!(!same_post("区长", "副区长"));
        assert!(!same_post("区长", "代区长"));
        assert!(!same_post("云溪镇镇长", "柳林镇镇长"));
        assert!(!same_post("区教育局局长", "区教育体育局局长"));
        assert!(!same_organ_name("山东省委", "山东省安丘市委"));
        assert!(same_organ_name("区住建委", "区住房和城乡建设委员会"));
        assert!(same_organ_name("国台办", "国务院台湾事务办公室"));
        assert!(same_post("中华人民共和国副主席", "国家副主席"));
        assert!(same_post("国家发展和改革委员会主任", "国家发展改革委主任"));
        assert!(!same_post("中国银行行长", "银行行长"));
        assert!(same_post("俄外长", "俄罗斯外交部长") && same_post("叙总统", "叙利亚总统"));
        assert!(!same_post("俄副外长", "俄罗斯外交部长") && !same_post("外长", "俄外长"));
        assert!(same_post("中华全国总工会主席", "全国总工会主席"));
    }
}
