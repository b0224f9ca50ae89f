//! What part a person plays in what is told: 主持, 讲话, 出席, 参加 and their like, as printed.

use serde::{Deserialize, Serialize};

/// What kind of part somebody plays (身份); closed, so that it can be counted by.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// 主持: led the meeting.
    Chaired,
    /// 讲话, 指出, 强调, 说: said something.
    Spoke,
    /// 汇报, 通报, 作报告: told others how things stand.
    Reported,
    /// 调研, 视察, 检查, 走访: went to see.
    Inspected,
    /// 会见, 会晤: met somebody.
    Met,
    /// 出席, 参加, 陪同: was there.
    Attended,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Chaired, Self::Spoke, Self::Reported, Self::Inspected, Self::Met, Self::Attended];

    /// The kind of a part as printed.
    ///
    /// ```
    /// use baoku::people::Part;
    /// assert_eq!(Part::of("强调"), Part::Spoke);
    /// assert_eq!(Part::of("主持"), Part::Chaired);
    /// ```
    #[must_use]
    pub fn of(printed: &str) -> Self {
        match printed {
            "主持" => Self::Chaired,
            "作报告" | "作汇报" | "作说明" | "汇报" | "通报" | "宣读" | "传达" => {
                Self::Reported
            }
            "调研" | "视察" | "考察" | "检查" | "督导" | "督查" | "暗访" | "走访" | "慰问" | "看望"
            | "察看" | "带队" | "率队" => Self::Inspected,
            "会见" | "会晤" | "接见" => Self::Met,
            "出席" | "参加" | "列席" | "陪同" | "听取" | "座谈" | "揭牌" | "颁奖" | "签约" | "宣誓" => {
                Self::Attended
            }
            _ => Self::Spoke,
        }
    }

    /// The name in JSON and in questions.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chaired => "chaired",
            Self::Spoke => "spoke",
            Self::Reported => "reported",
            Self::Inspected => "inspected",
            Self::Met => "met",
            Self::Attended => "attended",
        }
    }

    /// The kind of that name, or of a part as printed.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|part| part.name() == name)
            .or_else(|| PARTS.contains(&name).then(|| Self::of(name)))
    }
}

/// Parts as they are printed, longest first where one begins another.
const PARTS: &[&str] = &[
    "主持并讲话",
    "作具体安排",
    "作安排",
    "作部署",
    "作讲话",
    "作报告",
    "作汇报",
    "作动员",
    "作总结",
    "作说明",
    "作点评",
    "致欢迎辞",
    "主持",
    "讲话",
    "讲授党课",
    "讲党课",
    "致辞",
    "致词",
    "发言",
    "指出",
    "强调",
    "要求",
    "表示",
    "介绍",
    "认为",
    "出席",
    "参加",
    "列席",
    "陪同",
    "调研",
    "视察",
    "考察",
    "检查",
    "督导",
    "督查",
    "暗访",
    "走访",
    "慰问",
    "看望",
    "会见",
    "会晤",
    "接见",
    "听取",
    "宣读",
    "通报",
    "传达",
    "汇报",
    "部署",
    "宣布",
    "揭牌",
    "颁奖",
    "签约",
    "带队",
    "率队",
    "察看",
    "座谈",
    "宣誓",
    "说",
    "告诉",
];

/// Characters that parts begin with, a bit for each by its last ten bits: at most places none begins.
const BEGIN: [u64; 16] = {
    let mut bits = [0; 16];
    let mut at = 0;
    while at < PARTS.len() {
        // All are of three bytes.
        let bytes = PARTS[at].as_bytes();
        let last_ten = (bytes[1] as usize & 0xF) << 6 | bytes[2] as usize & 0x3F;
        bits[last_ten >> 6] |= 1 << (last_ten & 63);
        at += 1;
    }
    bits
};

fn may_begin(c: char) -> bool {
    BEGIN[(c as usize >> 6) & 15] & (1 << (c as usize & 63)) != 0
}

/// How a part is told where several printings mean the same.
fn plain(part: &'static str) -> &'static [&'static str] {
    match part {
        "主持并讲话" => &["主持", "讲话"],
        "作具体安排" => &["作安排"],
        "作讲话" => &["讲话"],
        other => std::slice::from_ref(match PARTS.iter().find(|p| **p == other) {
            Some(p) => p,
            None => &PARTS[0],
        }),
    }
}

/// How many characters behind a name its part is looked for.
const REACH_CHARS: usize = 60;

/// The parts told in the clause behind a name, up to the next name or the end of the clause.
pub(super) fn behind(text: &str) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    let mut rest = text;
    let mut chars = 0;
    while let Some(c) = rest.chars().next() {
        if matches!(c, '。' | '!' | '！' | '?' | '？' | '\n' | '；' | ';' | '，' | ',' | '“' | '：' | ':')
            || chars >= REACH_CHARS
        {
            break;
        }
        match PARTS.iter().find(|p| may_begin(c) && rest.starts_with(**p)) {
            // 因病未出席会议
            Some(part) if is_denied(&text[..text.len() - rest.len()]) => {
                rest = &rest[part.len()..];
                chars += part.chars().count();
            }
            Some(part) => {
                for p in plain(part) {
                    if !found.contains(p) {
                        found.push(p);
                    }
                }
                rest = &rest[part.len()..];
                chars += part.chars().count();
                // What is said belongs to no part any more.
                if matches!(*part, "指出" | "强调" | "表示" | "说" | "认为" | "介绍" | "要求" | "告诉")
                {
                    break;
                }
            }
            None => {
                rest = &rest[c.len_utf8()..];
                chars += 1;
            }
        }
    }
    found
}

/// Whether what stands in front of a part says that it was not played.
fn is_denied(front: &str) -> bool {
    ["未", "没", "不", "未能", "没有", "没能", "不能", "无法"].iter().any(|no| front.ends_with(no))
}

/// The part told in front of a list: 「出席会议的有」, 「参加调研的区领导：」.
pub(super) fn in_front(text: &str) -> Option<&'static str> {
    let before: Vec<char> = text.chars().rev().take(LEAD_CHARS_MAX).collect();
    let lead: String = before.into_iter().rev().collect();
    let lead = lead.rsplit(['。', '\n', '；', '，', ',', ';', '！', '”']).next().unwrap_or("");
    let lead = lead.trim_end_matches([':', '：', ' ']);
    // Nothing but a list is announced so.
    let announced =
        ["的有", "的还有", "还有", "的是", "会议有", "活动有"].iter().any(|end| lead.ends_with(end))
            || (text.ends_with([':', '：']) && lead.contains('的'));
    if !announced {
        return None;
    }
    ["出席", "列席", "陪同", "参加"].into_iter().find(|part| lead.contains(part))
}

/// How many characters in front of a list say what its people do.
const LEAD_CHARS_MAX: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_may_begin_with_its_first_character() {
        assert!(
            PARTS.iter().all(|part| part.chars().next().is_some_and(|c| c.len_utf8() == 3 && may_begin(c)))
        );
        assert!(!may_begin('的'));
    }

    #[test]
    fn a_list_may_be_announced() {
        for (text, part) in [
            ("会后，大家离开。出席会议的有：", Some("出席")),
            ("参加调研的还有", Some("参加")),
            ("参加活动的区领导：", Some("参加")),
            ("参加了会议。", None),
            ("出席会议的", None),
        ] {
            assert_eq!(in_front(text), part, "{text}");
        }
    }

    #[test]
    fn parts_are_read_from_the_clause_behind_the_name() {
        for (text, parts) in [
            ("主持会议并讲话,区长", &["主持", "讲话"][..]),
            ("作具体安排。", &["作安排"]),
            ("出席并作讲话，副区长", &["出席", "讲话"]),
            ("指出，要出席", &["指出"]),
            ("因病未出席会议", &[]),
            ("没有参加，", &[]),
            ("深入云溪镇，就安全生产开展专题调研", &[]),
            ("", &[]),
        ] {
            assert_eq!(behind(text), parts, "{text}");
        }
    }
}
