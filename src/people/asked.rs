//! Decides whether a post that somebody holds is the one that was asked for.

use super::notice::same_organ_name as same_organ;
use super::split_post;

/// Words in front of a post that say that it is not held at the time of printing.
const NOT_HELD: &[&str] = &["时任", "原任", "前任", "候任", "拟任", "原", "前"];

/// First characters of organs named from inside: a local paper's 区水利局 is its own district's.
const OWN: &[char] = &['区', '市', '县', '省', '镇', '乡', '村', '街', '州', '旗', '党'];

/// Whether a holding's post answers a question for a post.
///
/// Asked with its organ, the organ must be the same; asked bare, it is that of the archive's own
/// bodies. 外交部长 is 外交部部长; 副区长 is never 区长; a former post is none.
///
/// ```
/// use baoku::people::post_answers;
/// assert!(post_answers("区长", "区长"));
/// assert!(post_answers("局长", "区水利局局长"));
/// assert!(!post_answers("区长", "副区长"));
/// assert!(!post_answers("区长", "原区长"));
/// assert!(!post_answers("外交部长", "俄罗斯外交部长"));
/// ```
#[must_use]
pub fn post_answers(asked: &str, held: &str) -> bool {
    if asked == held {
        return true;
    }
    let (asked, held) = (split_post(asked), split_post(held));
    if held.qualifiers.iter().any(|q| NOT_HELD.contains(&q.as_str()) && !asked.qualifiers.contains(q)) {
        return false;
    }
    if asked.title != held.title {
        return false;
    }
    match (&asked.organ, &held.organ) {
        (None, None) => true,
        (None, Some(organ)) => organ.starts_with(OWN),
        // 区卫健委 is 区卫生健康委员会.
        (Some(asked), Some(held)) => asked == held || same_organ(asked, held),
        (Some(_), None) => false,
    }
}
