//! The names of closed kinds in the language of a page.

use super::{Lang, Texts};

impl Texts {
    /// A kind of piece, by its key.
    pub(in crate::http) fn genre<'a>(&self, key: &'a str) -> &'a str {
        if !self.is_chinese() {
            return key;
        }
        match key {
            "news" => "消息",
            "feature" => "通讯",
            "commentary" => "评论",
            "notice" => "公告",
            "caption" => "图片",
            "appointments" => "任免",
            "obituary" => "讣告",
            "correction" => "更正",
            "literary" => "副刊",
            "weather" => "天气",
            "letter" => "来信",
            "page" => "版面",
            "advertisement" => "广告",
            other => other,
        }
    }

    /// A facet, by its name.
    pub(in crate::http) fn facet<'a>(&self, name: &'a str) -> &'a str {
        match (self.lang, name) {
            (Lang::Chinese, "year") => "年份",
            (Lang::Chinese, "paper") => "报纸",
            (Lang::Chinese, "page") => "版次",
            (Lang::Chinese, "section") => "版名",
            (Lang::Chinese, "column") => "栏目",
            (Lang::Chinese, "byline") => "记者",
            (Lang::Chinese, "credit") => "来源",
            (Lang::Chinese, "genre") => "体裁",
            (Lang::Chinese, "person") => "人物",
            (Lang::Chinese, "post") => "职务",
            (Lang::Chinese, "organ") => "机构",
            (_, other) => other,
        }
    }

    /// A part somebody took, by its key.
    pub(in crate::http) fn part_kind<'a>(&self, key: &'a str) -> &'a str {
        match (self.lang, key) {
            (Lang::Chinese, "chaired") => "主持",
            (Lang::Chinese, "spoke") => "讲话",
            (Lang::Chinese, "reported") => "汇报",
            (Lang::Chinese, "inspected") => "调研",
            (Lang::Chinese, "met") => "会见",
            (Lang::Chinese, "attended") => "出席",
            (_, other) => other,
        }
    }

    /// What a repair is, by its key.
    pub(in crate::http) fn repair<'a>(&self, key: &'a str) -> &'a str {
        match (self.lang, key) {
            (Lang::Chinese, "seam") => "断栏已接",
            (Lang::Chinese, "repeat") => "重复段已并",
            (Lang::Chinese, "near-repeat") => "与别段近乎相同",
            (Lang::Chinese, "speaker-differs") => "同一段话，说话人不同",
            (Lang::Chinese, "gap") => "此处有缺文",
            (Lang::Chinese, "late-headline") => "标题原在文后",
            (Lang::Chinese, "jump-joined") => "转版已接",
            (Lang::English, "seam") => "column break joined",
            (Lang::English, "repeat") => "repeated paragraph folded",
            (Lang::English, "near-repeat") => "nearly the same as another paragraph",
            (Lang::English, "speaker-differs") => "the same words under another speaker",
            (Lang::English, "gap") => "text is lost here",
            (Lang::English, "late-headline") => "the headline stood behind the text",
            (Lang::English, "jump-joined") => "continuation joined",
            (_, other) => other,
        }
    }

    /// A member of an article that was put right, by its key.
    pub(in crate::http) fn amended<'a>(&self, key: &'a str) -> &'a str {
        match (self.lang, key) {
            (Lang::Chinese, "headline") => "标题",
            (Lang::Chinese, "kicker") => "引题",
            (Lang::Chinese, "deck") => "副题",
            (Lang::Chinese, "byline") => "署名",
            (Lang::Chinese, "date") => "日期",
            (Lang::Chinese, "event_date") => "事件日期",
            (Lang::Chinese, "dateline") => "电头",
            (Lang::Chinese, "split") => "一分为二",
            (Lang::Chinese, "merge") => "合为一篇",
            (Lang::Chinese, name) => self.facet(name),
            (_, other) => other,
        }
    }
}
