//! Decides whether a post that somebody holds is the one that was asked for.

use super::post::is_not_held;
use super::same::{in_full, same_organ_name as same_organ};
use super::split_post;

/// First characters of organs named from inside: a local paper's 区水利局 is its own district's.
const OWN: &[char] = &['区', '市', '县', '省', '镇', '乡', '村', '街', '州', '旗', '党'];

/// Lands as the paper names them in front of a body: a body behind one of them is not the nation's own.
const LANDS: &[&str] = &[
    "美国",
    "俄罗斯",
    "俄",
    "日本",
    "韩国",
    "朝鲜",
    "英国",
    "法国",
    "德国",
    "意大利",
    "西班牙",
    "葡萄牙",
    "荷兰",
    "比利时",
    "卢森堡",
    "瑞士",
    "瑞典",
    "挪威",
    "芬兰",
    "丹麦",
    "冰岛",
    "爱尔兰",
    "奥地利",
    "希腊",
    "波兰",
    "捷克",
    "斯洛伐克",
    "匈牙利",
    "罗马尼亚",
    "保加利亚",
    "塞尔维亚",
    "克罗地亚",
    "乌克兰",
    "白俄罗斯",
    "摩尔多瓦",
    "格鲁吉亚",
    "亚美尼亚",
    "阿塞拜疆",
    "哈萨克斯坦",
    "乌兹别克斯坦",
    "吉尔吉斯斯坦",
    "塔吉克斯坦",
    "土库曼斯坦",
    "蒙古国",
    "蒙古",
    "越南",
    "越共",
    "老挝",
    "柬埔寨",
    "泰国",
    "缅甸",
    "马来西亚",
    "新加坡",
    "印度尼西亚",
    "印尼",
    "菲律宾",
    "文莱",
    "东帝汶",
    "印度",
    "巴基斯坦",
    "孟加拉国",
    "斯里兰卡",
    "尼泊尔",
    "马尔代夫",
    "阿富汗",
    "伊朗",
    "伊拉克",
    "叙利亚",
    "黎巴嫩",
    "约旦",
    "以色列",
    "巴勒斯坦",
    "沙特",
    "沙特阿拉伯",
    "阿联酋",
    "卡塔尔",
    "科威特",
    "巴林",
    "阿曼",
    "也门",
    "土耳其",
    "塞浦路斯",
    "埃及",
    "利比亚",
    "突尼斯",
    "阿尔及利亚",
    "摩洛哥",
    "苏丹",
    "南苏丹",
    "埃塞俄比亚",
    "肯尼亚",
    "坦桑尼亚",
    "乌干达",
    "卢旺达",
    "赞比亚",
    "津巴布韦",
    "莫桑比克",
    "安哥拉",
    "南非",
    "尼日利亚",
    "加纳",
    "塞内加尔",
    "刚果",
    "喀麦隆",
    "马里",
    "加拿大",
    "墨西哥",
    "古巴",
    "巴西",
    "阿根廷",
    "智利",
    "秘鲁",
    "哥伦比亚",
    "委内瑞拉",
    "厄瓜多尔",
    "玻利维亚",
    "乌拉圭",
    "巴拉圭",
    "哥斯达黎加",
    "巴拿马",
    "牙买加",
    "特立尼达和多巴哥",
    "澳大利亚",
    "新西兰",
    "斐济",
    "巴布亚新几内亚",
    "欧盟",
    "北约",
    "联合国",
    "梵蒂冈",
];

/// The body behind the name of a foreign land: 国防部 of 美国国防部; none where no land stands in front.
#[must_use]
pub fn foreign_body(organ: &str) -> Option<&str> {
    let land = LANDS.iter().filter(|land| organ.starts_with(**land)).max_by_key(|land| land.len())?;
    organ.get(land.len()..)
}

/// How an asked body may stand in the archive: as asked, and as one of the archive's own named from
/// inside: 水利局 is also 区水利局, whereas 区水利局 is nothing but itself.
///
/// ```
/// use baoku::people::organ_forms;
/// assert!(organ_forms("水利局").iter().any(|organ| organ == "区水利局"));
/// assert_eq!(organ_forms("区水利局"), ["区水利局"]);
/// ```
#[must_use]
pub fn organ_forms(asked: &str) -> Vec<String> {
    let mut forms = vec![asked.to_owned()];
    if !asked.starts_with(OWN) {
        forms.extend(OWN.iter().filter(|own| **own != '党').map(|own| format!("{own}{asked}")));
    }
    forms
}

/// Whether a holding's post answers a question for a post.
///
/// Asked with its organ, the organ must be the same; asked bare, it is that of the archive's own
/// bodies. 外交部长 is 外交部部长; 副区长 is never 区长; a former post is none.
///
/// ```
/// use baoku::people::post_answers;
/// assert!(post_answers("区长", "区长"));
/// assert!(post_answers("局长", "区水利局局长") && post_answers("水利局局长", "区水利局局长"));
/// assert!(!post_answers("区水利局局长", "水利局局长"));
/// assert!(!post_answers("区长", "副区长"));
/// assert!(!post_answers("区长", "原区长") && !post_answers("区长", "拟任区长"));
/// assert!(!post_answers("外交部长", "俄罗斯外交部长"));
/// assert!(post_answers("区长", "代区长") && !post_answers("代区长", "区长"));
/// assert!(!post_answers("区长", "区长候选人") && post_answers("区长候选人", "区长候选人"));
/// ```
#[must_use]
pub fn post_answers(asked: &str, held: &str) -> bool {
    if asked == held {
        return true;
    }
    let (asked, held) = (in_full(split_post(asked)), in_full(split_post(held)));
    if held.qualifiers.iter().any(|q| is_not_held(q) && !asked.qualifiers.contains(q)) {
        return false;
    }
    // Who is asked for as acting is not whoever held the post.
    let acts = |post: &super::Post| post.qualifiers.iter().any(|q| matches!(q.as_str(), "代" | "代理"));
    if asked.title != held.title || acts(&asked) && !acts(&held) {
        return false;
    }
    match (&asked.organ, &held.organ) {
        (None, None) => true,
        (None, Some(organ)) => organ.starts_with(OWN),
        // 区卫健委 is 区卫生健康委员会; 水利局 is also 区水利局.
        (Some(asked), Some(held)) => {
            same_organ(asked, held) || organ_forms(asked).iter().any(|form| form == held)
        }
        (Some(_), None) => false,
    }
}
