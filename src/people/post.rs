//! What a post says: the organ it belongs to, the office, and whether it is held, past or acting.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::lexicon::{lexicon, word};

/// A post (职务) taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The body it belongs to (机构), as printed; none where nothing but the office is printed.
    pub organ: Option<String>,
    /// The office itself with its rank: `科员`, `副区长`, `党组书记`.
    pub title: String,
    /// What stands in front and bears on time or standing: `时任`, `原`, `代`, `前`, `挂职`; and `候选`
    /// where the post is only stood for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub qualifiers: Vec<String>,
}

/// Words in front of a post that bear on time or standing.
const QUALIFIERS: &[&str] = &[
    "时任", "现任", "原任", "前任", "候任", "新任", "拟任", "曾任", "历任", "卸任", "离任", "挂职", "代理",
    "原", "前", "代", "兼",
];

/// Those that say that a post is not held, over or still to come, and are no part of it as printed.
pub(super) const NOT_HELD_IN_FRONT: &[&str] =
    &["原任", "前任", "候任", "拟任", "曾任", "历任", "卸任", "离任"];

/// Behind a post that somebody stands for or was proposed for; the longest first.
const STOOD_FOR: &[&str] = &["提名人选", "建议人选", "候选人", "人选"];
/// What such a post is qualified with.
const CANDIDATE: &str = "候选";

/// Whether a qualifier says that the post is not held at the time of printing.
pub(super) fn is_not_held(qualifier: &str) -> bool {
    matches!(qualifier, "时任" | "原" | "前" | CANDIDATE) || NOT_HELD_IN_FRONT.contains(&qualifier)
}

/// Parts of an office in front of its last word.
const RANKS: &[&str] = &[
    "党委",
    "党组",
    "党总支",
    "党支部",
    "党工委",
    "常务",
    "专职",
    "执行",
    "第一",
    "副",
    "总",
    "名誉",
    "荣誉",
    "联席",
    "高级",
    "首席",
    "特级",
    "一级",
    "二级",
    "三级",
    "四级",
    "主任",
    "专务",
    "党建",
    "常任",
    "资深",
    "轮值",
    "代理",
    "代",
    "助理",
    "驻村",
    "支部",
];

/// Places and bodies whose head is named with them in one word: 区长 is the head of a 区.
const HEADED: &[char] = &['省', '市', '县', '区', '镇', '乡', '村', '州', '旗', '盟', '郡'];

/// Bodies that an office of the same character leads: 局 and 局长, 部 and 部长.
const BODIES: &[char] = &[
    '局', '厅', '处', '科', '股', '部', '司', '院', '校', '所', '站', '队', '组', '团', '会', '社', '行',
    '庭', '署', '台', '馆', '园', '店', '厂', '矿', '段', '班', '排', '连', '营', '旅', '师', '军',
];

/// Bodies as they are called in short in front of an office.
const BODIES_IN_SHORT: &[&str] = &[
    "省委",
    "市委",
    "县委",
    "区委",
    "镇委",
    "纪委",
    "监委",
    "政法委",
    "政法",
    "团委",
    "妇联",
    "工会",
    "人大",
    "政协",
    "政府",
    "法院",
    "检察院",
    "公安",
    "组织部",
    "宣传部",
    "统战部",
    "武装部",
    "办公室",
    "委员会",
    "常委",
];

/// What is longer is not looked at: ten characters.
const FRONT_BYTES_MAX: usize = 30;

/// Whether a text is put together from nothing but ranks, places that are headed and bodies, as what stands
/// in front of an office is: 常务副, 区法院, 原区委.
pub(super) fn is_front_of_office(text: &str) -> bool {
    static BEGINNINGS: OnceLock<Vec<char>> = OnceLock::new();
    let words = || [RANKS, QUALIFIERS, BODIES_IN_SHORT].into_iter().flatten();
    let beginnings = BEGINNINGS.get_or_init(|| {
        let begun = words().filter_map(|word| word.chars().next()).chain(HEADED.iter().copied());
        let mut all: Vec<char> = begun.collect();
        all.sort_unstable();
        all
    });
    // Nearly all names end here: a large archive asks for hundreds of thousands.
    if text.len() > FRONT_BYTES_MAX || !text.starts_with(|c| beginnings.binary_search(&c).is_ok()) {
        return false;
    }
    let ends = |rest: &str| rest.is_empty() || is_front_of_office(rest);
    text.strip_prefix(HEADED).is_some_and(ends)
        || words().any(|word| text.strip_prefix(*word).is_some_and(ends))
}

/// Takes a post apart.
///
/// ```
/// use baoku::people::split_post;
/// let post = split_post("区水利局河长制办公室科员");
/// assert_eq!((post.organ.as_deref(), post.title.as_str()), (Some("区水利局河长制办公室"), "科员"));
/// assert_eq!(split_post("副区长").organ, None);
/// assert_eq!(split_post("原云溪县副县长").qualifiers, ["原"]);
/// ```
#[must_use]
pub fn split_post(text: &str) -> Post {
    let mut rest: String = text.split_whitespace().collect();
    let mut qualifiers = Vec::new();
    take_qualifiers(&mut rest, &mut qualifiers);
    if let Some(post) = STOOD_FOR.iter().find_map(|w| rest.strip_suffix(w)).filter(|post| !post.is_empty()) {
        rest.truncate(post.len());
        qualifiers.push(CANDIDATE.to_owned());
    }
    let chars: Vec<char> = rest.chars().collect();
    let head = lexicon().longest_to(&chars, word::HEAD).map_or(chars.len(), |(len, _)| len);
    let mut at = chars.len() - head.min(chars.len());
    // 区委书记: the committee is the organ; 省委常委 likewise.
    loop {
        let front: String = chars[..at].iter().collect();
        let Some(rank) = RANKS.iter().filter(|r| front.ends_with(**r)).max_by_key(|r| r.len()) else { break };
        at -= rank.chars().count();
    }
    let mut organ: String = chars[..at].iter().collect();
    let mut title: String = chars[at..].iter().collect();
    // A qualifier may stand between organ and office: 云溪县原副县长.
    for q in ["原", "前", "代", "候任"] {
        if organ.ends_with(q) && organ.len() > q.len() {
            organ.truncate(organ.len() - q.len());
            qualifiers.push(q.to_owned());
        }
    }
    for q in ["代理", "代"] {
        if title.starts_with(q) && title.chars().count() > q.chars().count() + 1 && !title.starts_with("代表")
        {
            title = title[q.len()..].to_owned();
            qualifiers.push(q.to_owned());
        }
    }
    complete(&mut organ, &title);
    Post { organ: (!organ.is_empty()).then_some(organ), title, qualifiers }
}

fn take_qualifiers(rest: &mut String, qualifiers: &mut Vec<String>) {
    while let Some(q) = QUALIFIERS.iter().find(|q| rest.starts_with(**q)) {
        // 代表, 前进村, 原平市: not a qualifier but the beginning of a word.
        let next = rest[q.len()..].chars().next();
        let word = matches!(
            (*q, next),
            ("代", Some('表' | '县'))
                | ("前", Some('进' | '锋' | '海' | '郭'))
                | ("原", Some('平' | '阳' | '州' | '种' | '子'))
        ) && !rest[q.len()..].starts_with("县长");
        if word || rest.len() == q.len() {
            return;
        }
        qualifiers.push((*q).to_owned());
        rest.drain(..q.len());
    }
}

/// 外交部长 stands for 外交部部长: the body's last character serves both.
fn complete(organ: &mut String, title: &str) {
    let (Some(body), Some(last)) = (title.chars().next(), organ.chars().last()) else { return };
    let headed = title.chars().nth(1) == Some('长') && title.chars().count() == 2;
    // 澜湾一中校长 is of 澜湾一中, 区人民政府区长 of 区人民政府: nothing is lacking there.
    let whole = match body {
        '校' => matches!(last, '中' | '大' | '小' | '学' | '院'),
        _ => last == '府',
    };
    if !headed || whole || last == body {
        return;
    }
    // 武定区长 leaves 武定; the place is 武定区.
    if BODIES.contains(&body) || HEADED.contains(&body) {
        organ.push(body);
    }
}

impl Post {
    /// Whether both say the same office of the same body: 外交部长 is 外交部部长, 副区长 never 区长.
    ///
    /// Qualifiers are left aside: who was 原区长 held the post of 区长.
    ///
    /// ```
    /// use baoku::people::split_post;
    /// assert!(split_post("外交部长").same_as(&split_post("外交部部长")));
    /// assert!(!split_post("副区长").same_as(&split_post("区长")));
    /// assert!(!split_post("俄罗斯外交部长").same_as(&split_post("外交部长")));
    /// ```
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.title == other.title && self.organ == other.organ
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_of_an_office_is_no_name() {
        for text in ["常务副", "区法院", "政法委", "区妇联", "原区委", "区代", "县人大"] {
            assert!(is_front_of_office(text), "{text}");
        }
        for text in ["", "常青", "区海", "原野", "申小满", "法院山", "江山"] {
            assert!(!is_front_of_office(text), "{text}");
        }
    }

    #[test]
    fn posts_come_apart_into_organ_office_and_qualifiers() {
        for (text, organ, title, qualifiers) in [
            ("区委书记", Some("区委"), "书记", &[][..]),
            ("区长", None, "区长", &[]),
            ("常务副区长", None, "常务副区长", &[]),
            ("区政协副主席", Some("区政协"), "副主席", &[]),
            ("武定区区长", Some("武定区"), "区长", &[]),
            ("武定区长", Some("武定区"), "区长", &[]),
            ("时任临河市委书记", Some("临河市委"), "书记", &["时任"]),
            ("市发展改革委原党组成员", Some("市发展改革委"), "党组成员", &["原"]),
            ("代区长", None, "区长", &["代"]),
            ("澜湾一中校长", Some("澜湾一中"), "校长", &[]),
            ("澜湾区人民政府区长", Some("澜湾区人民政府"), "区长", &[]),
            ("区长候选人", None, "区长", &["候选"]),
            ("区监委主任提名人选", Some("区监委"), "主任", &["候选"]),
            ("曾任区水利局局长", Some("区水利局"), "局长", &["曾任"]),
            ("总书记", None, "总书记", &[]),
            ("首席执行官", None, "首席执行官", &[]),
            ("科技局局长助理", Some("科技局"), "局长助理", &[]),
        ] {
            let post = split_post(text);
            assert_eq!(
                (post.organ.as_deref(), post.title.as_str(), post.qualifiers.as_slice()),
                (organ, title, qualifiers.iter().map(|q| (*q).to_owned()).collect::<Vec<_>>().as_slice()),
                "{text}"
            );
        }
    }
}
