//! What part a person plays in what is told: 主持, 讲话, 出席, 参加 and their like, as printed.

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
        match PARTS.iter().find(|p| rest.starts_with(**p)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_from_the_clause_behind_the_name() {
        for (text, parts) in [
            ("主持会议并讲话,区长", &["主持", "讲话"][..]),
            ("作具体安排。", &["作安排"]),
            ("出席并作讲话，副区长", &["出席", "讲话"]),
            ("指出，要出席", &["指出"]),
            ("深入云溪镇，就安全生产开展专题调研", &[]),
            ("", &[]),
        ] {
            assert_eq!(behind(text), parts, "{text}");
        }
    }
}
