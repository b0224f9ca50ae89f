//! The house style of a paper: what its issues teach about each other.
//!
//! An issue is read alone first; what it shows ([`IssueStyle`]) is counted over all issues of its
//! paper ([`HouseStyle`]), and an issue of which that says something is read once more. So a reading
//! depends on the sources and on nothing else: neither on the order in which issues came in, nor on
//! what was concluded before. Lines are kept as short hashes; a line whose figures change from day
//! to day is one line.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::byline;
use super::house::{COLUMN_CHARS_MAX, House};
use super::lines::Block;
use super::reading::Role;
use super::role::{self, Byline, Cues};
use super::wording;
use crate::paper::FurnitureKind;

/// Longest line, in bytes, that may be furniture by what other issues show.
const LINE_BYTES_MAX: usize = 180;
/// So many issues must show a line as the same.
const ISSUES_MIN: u32 = 3;
/// And so many for each that shows it as something else.
const ISSUES_FOR_ONE: u32 = 3;
/// Issues in which somebody signs with a role who writes for the paper.
const SIGNED_MIN: u32 = 2;
/// Most lines and names that an issue teaches by.
const KEYS_MAX: usize = 20_000;
/// Bytes of a hash that are kept.
const KEY_BYTES: usize = 6;

/// Lines or names, as hashes, each once and in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Keys(Vec<u64>);

impl Keys {
    fn has(&self, key: u64) -> bool {
        self.0.binary_search(&key).is_ok()
    }

    fn put_in_order(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
        self.0.shrink_to_fit();
    }
}

impl Serialize for Keys {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let text: String = self.0.iter().map(|key| format!("{key:012x}")).collect();
        to.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let keys = text.as_bytes().chunks(2 * KEY_BYTES).map(|digits| {
            std::str::from_utf8(digits).ok().and_then(|digits| u64::from_str_radix(digits, 16).ok())
        });
        let mut keys =
            Self(keys.collect::<Option<_>>().ok_or_else(|| D::Error::custom("hashes were expected"))?);
        keys.put_in_order();
        Ok(keys)
    }
}

fn hash(text: &str) -> u64 {
    blake3::hash(text.as_bytes())
        .as_bytes()
        .iter()
        .take(KEY_BYTES)
        .fold(0, |n, byte| n << 8 | u64::from(*byte))
}

/// The hash of a line: without white space, frame and bullet, each number as one, the days of the week
/// as one.
fn line_key(text: &str) -> u64 {
    let solid = role::solid(text);
    let solid = solid
        .trim_start_matches(wording::is_bullet)
        .trim_matches(['[', ']', '【', '】', '〖', '〗', '〔', '〕']);
    let mut masked = String::with_capacity(solid.len());
    let mut weekday = "";
    for c in solid.chars() {
        if c.is_ascii_digit() {
            if !masked.ends_with('0') {
                masked.push('0');
            }
        } else if weekday == "星期" && "一二三四五六日天".contains(c) {
            masked.push('0');
        } else {
            masked.push(c);
        }
        weekday = if c == '星' {
            "星"
        } else if weekday == "星" && c == '期' {
            "星期"
        } else {
            ""
        };
    }
    hash(&masked)
}

/// What an issue, read alone, shows of the house style of its paper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IssueStyle {
    /// The paper, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) paper: Option<String>,
    /// Lines read as names of columns.
    columns: Keys,
    /// Short lines above headlines.
    kickers: Keys,
    /// Lines read as furniture.
    furniture: BTreeMap<FurnitureKind, Keys>,
    /// Short lines read as anything else.
    other: Keys,
    /// Who signs with a role.
    signed: Keys,
    /// Names in lines of bare names, which may be signatures.
    bare: Keys,
}

impl IssueStyle {
    /// Takes in a page as it was read.
    pub(super) fn see(&mut self, blocks: &[Block<'_>], cues: &[Cues], roles: &[Role]) {
        for ((block, cue), role) in blocks.iter().zip(cues).zip(roles) {
            let text: &str = &block.text;
            let names = match cue.byline {
                Byline::Sure | Byline::Bracketed => byline::line(text),
                _ if cue.lead => byline::lead(text).map(|lead| lead.authors),
                _ => None,
            };
            let signed = names.into_iter().flatten().filter(|author| !author.role.is_empty());
            self.signed.0.extend(signed.map(|author| hash(&author.name)));
            let bare = House::may_sign(block, cue);
            self.bare.0.extend(bare.into_iter().flatten().map(|author| hash(&author.name)));
            if cue.running && *role != Role::Furniture || text.len() > LINE_BYTES_MAX {
                continue;
            }
            let shown = match role {
                Role::Furniture => {
                    let kind = cue.furniture.map_or(FurnitureKind::Slogan, |(kind, _)| kind);
                    self.furniture.entry(kind).or_default()
                }
                Role::Column => &mut self.columns,
                // What announces the story below recurs too: 「区委常委会召开会议强调」.
                Role::Kicker if cue.chars <= COLUMN_CHARS_MAX && cue.kicker <= 0.0 => &mut self.kickers,
                _ => &mut self.other,
            };
            shown.0.push(line_key(text));
        }
    }

    /// Ends the taking in. What has more lines than an issue of any paper is none, and teaches nothing.
    pub(super) fn end(&mut self) {
        let all = self.furniture.values_mut().chain([
            &mut self.columns,
            &mut self.kickers,
            &mut self.other,
            &mut self.signed,
            &mut self.bare,
        ]);
        let mut count = 0;
        for keys in all {
            keys.put_in_order();
            count += keys.0.len();
        }
        if count > KEYS_MAX {
            *self = Self::default();
        }
    }

    /// The lines that were read as furniture.
    fn furnished(&self) -> impl Iterator<Item = &u64> {
        self.furniture.values().flat_map(|keys| &keys.0)
    }
}

/// What the issues of a paper teach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HouseStyle {
    columns: HashSet<u64>,
    furniture: HashMap<u64, FurnitureKind>,
    reporters: HashSet<u64>,
}

impl HouseStyle {
    /// Counts what the issues of a paper show.
    fn of(issues: &[&IssueStyle]) -> Self {
        #[derive(Default)]
        struct Seen {
            column: u32,
            kicker: u32,
            furniture: u32,
            other: u32,
        }
        let mut lines: HashMap<u64, Seen> = HashMap::new();
        let mut kinds: HashMap<u64, BTreeMap<FurnitureKind, u32>> = HashMap::new();
        let mut signed: HashMap<u64, u32> = HashMap::new();
        for issue in issues {
            issue.columns.0.iter().for_each(|key| lines.entry(*key).or_default().column += 1);
            let kickers = issue.kickers.0.iter().filter(|key| !issue.columns.has(**key));
            kickers.for_each(|key| lines.entry(*key).or_default().kicker += 1);
            for (kind, keys) in &issue.furniture {
                for key in &keys.0 {
                    lines.entry(*key).or_default().furniture += 1;
                    *kinds.entry(*key).or_default().entry(*kind).or_default() += 1;
                }
            }
            issue.signed.0.iter().for_each(|name| *signed.entry(*name).or_default() += 1);
        }
        lines.retain(|_, seen| (seen.column + seen.kicker).max(seen.furniture) >= ISSUES_MIN);
        // Most lines of a paper are printed once: what else a line was read as is counted for these only.
        for key in issues.iter().flat_map(|issue| &issue.other.0) {
            if let Some(seen) = lines.get_mut(key) {
                seen.other += 1;
            }
        }
        let usual = |times: u32, otherwise: u32| times >= ISSUES_MIN && times >= ISSUES_FOR_ONE * otherwise;
        let mut style = Self::default();
        for (key, seen) in lines {
            let above = seen.column + seen.kicker;
            // A kicker stands over one story, the name of a column over many.
            if usual(above, seen.other + seen.furniture) && seen.column >= seen.kicker {
                style.columns.insert(key);
            } else if usual(seen.furniture, seen.other + above)
                && let Some((kind, _)) =
                    kinds.remove(&key).and_then(|kinds| kinds.into_iter().max_by_key(|(_, times)| *times))
            {
                style.furniture.insert(key, kind);
            }
        }
        style.reporters.extend(signed.into_iter().filter(|(_, n)| *n >= SIGNED_MIN).map(|(name, _)| name));
        style
    }

    /// What the style says of an issue, as a digest; empty where it says nothing and the issue is best
    /// read alone.
    #[must_use]
    pub fn says_of(&self, issue: &IssueStyle) -> String {
        let mut said = blake3::Hasher::new();
        let mut anything = false;
        let mut say = |what: u8, key: u64| {
            said.update(&[what]).update(&key.to_le_bytes());
            anything = true;
        };
        // A line that is read so by itself needs no other issue.
        let not_columns = issue.kickers.0.iter().chain(issue.furnished()).chain(&issue.other.0);
        not_columns.filter(|key| self.columns.contains(key)).for_each(|key| say(0, *key));
        let not_furniture = issue.columns.0.iter().chain(&issue.kickers.0).chain(&issue.other.0);
        for key in not_furniture {
            if let Some(kind) = self.furniture.get(key) {
                say(1 + *kind as u8, *key);
            }
        }
        issue.bare.0.iter().filter(|name| self.reporters.contains(name)).for_each(|name| say(u8::MAX, *name));
        if anything { said.finalize().to_hex()[..16].to_owned() } else { String::new() }
    }

    pub(super) fn is_column(&self, text: &str) -> bool {
        self.columns.contains(&line_key(text))
    }

    pub(super) fn furniture(&self, text: &str) -> Option<FurnitureKind> {
        if text.len() > LINE_BYTES_MAX || self.furniture.is_empty() {
            return None;
        }
        self.furniture.get(&line_key(text)).copied()
    }

    pub(super) fn is_reporter(&self, name: &str) -> bool {
        self.reporters.contains(&hash(name))
    }
}

/// The house styles of several papers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HouseStyles {
    papers: HashMap<Option<String>, HouseStyle>,
}

impl HouseStyles {
    /// Learns from issues that were each read alone, in any order. Those whose paper is not known
    /// teach each other.
    #[must_use]
    pub fn of<'a>(issues: impl IntoIterator<Item = &'a IssueStyle>) -> Self {
        let mut papers: HashMap<&Option<String>, Vec<&IssueStyle>> = HashMap::new();
        for issue in issues {
            papers.entry(&issue.paper).or_default().push(issue);
        }
        let papers = papers.into_iter();
        Self { papers: papers.map(|(p, issues)| (p.clone(), HouseStyle::of(&issues))).collect() }
    }

    /// The style an issue should be read with, and the digest of what it says of it; nothing where it
    /// is best read alone.
    #[must_use]
    pub fn for_issue(&self, issue: &IssueStyle) -> Option<(&HouseStyle, String)> {
        let style = self.papers.get(&issue.paper)?;
        let said = style.says_of(issue);
        (!said.is_empty()).then_some((style, said))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{read_issue_alone, read_issue_in_style};
    use crate::paper::{IssueFacts, Page, RawPage};

    fn issue(text: &str) -> RawPage {
        RawPage {
            source: "02.md".into(),
            encoding: "UTF-8".into(),
            text: text.to_owned(),
            facts: IssueFacts { paper: Some("澜湾日报".into()), ..IssueFacts::default() },
            problems: Vec::new(),
        }
    }

    const STORY: &str =
        "本报讯 镜湖区农技人员走进田间地头，为农户讲解育秧技术。截至目前，全区已完成早稻育秧二万三千亩。\n\n";

    /// Reads issues by what all of them teach.
    fn read(issues: &[RawPage]) -> Vec<Page> {
        let shown: Vec<_> = issues.iter().map(|page| read_issue_alone(std::slice::from_ref(page))).collect();
        let styles = HouseStyles::of(shown.iter().map(|(_, style)| style));
        let backwards = HouseStyles::of(shown.iter().rev().map(|(_, style)| style));
        assert_eq!(styles, backwards, "the order of issues teaches nothing");
        let read =
            issues.iter().zip(shown).map(|(page, (mut pages, style))| match styles.for_issue(&style) {
                Some((style, said)) => {
                    assert!(!said.is_empty());
                    read_issue_in_style(std::slice::from_ref(page), style).remove(0)
                }
                None => pages.remove(0),
            });
        read.collect()
    }

    #[test]
    fn a_line_that_other_issues_show_as_furniture_is_furniture() {
        let edges = |n: u32| {
            format!(
                "澜湾日报社 2031年6月{n}日 星期{} 责任编辑：陆遥\n\n",
                ['一', '二', '三', '四'][n as usize % 4]
            )
        };
        let plain =
            |text: &str| issue(&format!("# 农技下乡助春耕\n\n{STORY}{text}\n\n# 望江桥今日通车\n\n{STORY}"));
        let issues: Vec<RawPage> = (1..4).map(|n| plain(&edges(n))).collect();
        for page in read(&issues) {
            assert_eq!(page.furniture.len(), 1, "{:?}", page.furniture);
        }
        let style = HouseStyles::of(
            issues.iter().map(|i| read_issue_alone(std::slice::from_ref(i)).1).collect::<Vec<_>>().iter(),
        );
        let paper = &style.papers[&Some("澜湾日报".to_owned())];
        assert_eq!(paper.furniture(edges(9 % 4).trim()), Some(FurnitureKind::Folio), "whatever the day");
        assert_eq!(paper.furniture("农技下乡助春耕"), None);
    }

    #[test]
    fn a_name_over_stories_is_a_column_where_it_is_one_elsewhere_and_announcing_lines_are_not() {
        let framed =
            issue(&format!("# 望江桥今日通车\n\n{STORY}【全力护好一江水】\n\n# 农技下乡助春耕\n\n{STORY}"));
        let bare = issue(&format!("望江桥今日通车\n\n{STORY}全力护好一江水\n\n农技下乡助春耕\n\n{STORY}"));
        let mut issues = vec![framed; 3];
        issues.push(bare);
        let read = read(&issues);
        assert_eq!(read[3].articles[1].column.as_deref(), Some("全力护好一江水"));
        let announced = issue(&format!(
            "# 望江桥今日通车\n\n{STORY}区委常委会召开会议强调\n\n# 农技下乡助春耕\n\n{STORY}"
        ));
        for page in super::tests::read(&vec![announced; 5]) {
            assert_eq!(page.articles[1].kicker.as_deref(), Some("区委常委会召开会议强调"));
        }
    }

    #[test]
    fn what_is_shown_is_written_and_read_back() {
        let text = format!("澜湾日报\n\n# 望江桥今日通车\n\n记者 温岭\n\n{STORY}民声直通\n\n晓渔\n\n{STORY}");
        let (_, style) = read_issue_alone(&[issue(&text)]);
        assert!(!style.other.0.is_empty() && !style.signed.0.is_empty() && !style.bare.0.is_empty());
        let json = serde_json::to_string(&style).unwrap();
        assert_eq!(serde_json::from_str::<IssueStyle>(&json).unwrap(), style);
        for bad in ["{\"other\":\"0\u{e9}\"}", "{\"other\":\"xyz\"}", "{\"other\":7}"] {
            assert!(serde_json::from_str::<IssueStyle>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_line_is_one_line_whatever_its_figures_frame_and_white_space() {
        assert_eq!(line_key("【民声 直通】"), line_key("■民声直通"));
        assert_eq!(line_key("2031年6月12日 星期四 第3版"), line_key("2032年11月2日　星期日　第12版"));
        assert_ne!(line_key("第3版 要闻"), line_key("第3版 民生"));
        assert_ne!(line_key("星期一"), line_key("星期"));
    }
}
