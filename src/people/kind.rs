//! Tells holders of public posts from reporters and everybody else.

use super::glyphs::Glyphs;
use super::holding::Held;
use super::lexicon::word;

/// Parts of an organ's name that show a company, a club or a society of private people.
const PRIVATE_ORGANS: &[&str] = &[
    "公司",
    "集团",
    "企业",
    "有限",
    "股份",
    "酒店",
    "餐厅",
    "俱乐部",
    "球队",
    "工作室",
    "律师事务所",
    "事务所",
    "律所",
    "协会",
    "商会",
    "学会",
    "联盟",
    "厂",
    "证券",
    "银行",
    "基金公司",
    "投资",
    "科技园",
    "超市",
    "商场",
    "门店",
    "店",
    "车站",
    "车务段",
    "机务段",
    "航空",
    "网站",
    "杂志",
    "剧组",
    "乐团",
    "乐队",
    "合作社",
    "农场",
    "家庭农场",
    "实业",
    "地产",
    "置业",
    "物业",
    "传媒",
    "影业",
    "平台",
    "小组",
    "救援队",
    "志愿",
    "车队",
    "机组",
    "班组",
    "车间",
    "项目部",
    "矿",
];

/// Parts of a post that show a public one wherever they stand.
const PARTY: &[&str] =
    &["党", "纪委", "政委", "团委", "人大", "政协", "工委", "公安", "支书", "村委", "居委", "监委"];

/// Parts of an organ's name that show a public one even beside the words above.
const PUBLIC_ORGANS: &[&str] = &[
    "银行行长",
    "人民银行",
    "国资委",
    "教育学会",
    "人民政府",
    "工商联",
    "红十字",
    "科协",
    "作协",
    "文联",
    "残联",
];

/// Whether a post is a public one.
pub(super) fn is_public(g: &Glyphs, post: &Held) -> bool {
    let text = g.string(post.start, post.end);
    let has = |parts: &[&str]| parts.iter().any(|p| text.contains(p));
    if has(PARTY) || has(PUBLIC_ORGANS) {
        return true;
    }
    match post.bits & (word::PUBLIC | word::PRIVATE) {
        word::PRIVATE => false,
        _ => !has(PRIVATE_ORGANS),
    }
}
