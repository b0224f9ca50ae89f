//! When two printings mean one post: with and without the district's name, written out or short.

use super::post::is_not_held;
use super::{Post, split_post};
use crate::text::fold::fold;

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
    /// The organ as organs are compared.
    plain: String,
}

impl Compared {
    pub(super) fn read(post: &str) -> Self {
        let post = in_full(split_post(post));
        let organ = post.organ.unwrap_or_default();
        Self { standing: standing(&post.qualifiers), title: post.title, plain: plain(&organ), organ }
    }

    /// Whether two printings mean one post.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self == other
            || self.standing == other.standing
                && self.title == other.title
                && same_organ(&self.plain, &other.plain, &self.title)
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

/// Whether two organs, as they are compared, are one, as far as one person's posts go.
fn same_organ(a: &str, b: &str, title: &str) -> bool {
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
    let own = long.strip_suffix(short).is_some_and(|front| front.chars().count() <= 3);
    own || is_short_for(short, long)
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
