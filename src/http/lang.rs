//! Every word the pages say, in both languages.

mod notes;
mod terms;

/// The language of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Lang {
    /// Chinese, unless asked otherwise.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Lang {
    pub(super) fn named(code: &str) -> Option<Self> {
        match code {
            "zh" | "zh-CN" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }

    /// As the `lang` attribute wants it.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    pub(super) const fn texts(self) -> &'static Texts {
        match self {
            Self::Chinese => &CHINESE,
            Self::English => &ENGLISH,
        }
    }
}

macro_rules! texts {
    ($($name:ident: $chinese:expr, $english:expr;)*) => {
        /// The fixed words, by name.
        #[derive(Debug)]
        pub(super) struct Texts {
            lang: Lang,
            $(pub(super) $name: &'static str,)*
        }
        const CHINESE: Texts = Texts { lang: Lang::Chinese, $($name: $chinese,)* };
        const ENGLISH: Texts = Texts { lang: Lang::English, $($name: $english,)* };
    };
}

texts! {
    site: "报库", "baoku 报库";
    tagline: "报纸全文检索", "full-text search of the newspaper archive";
    skip: "跳到正文", "Skip to content";
    search: "检索", "Search";
    placeholder: "词语、“原文”、人物:姓名、日期:2026-06", "words, “exact text”, person:name, date:2026-06";
    people: "职务名录", "Posts";
    api: "接口", "API";
    switch: "English", "中文";
    more_options: "更多条件", "More options";
    from: "起", "From";
    to: "止", "To";
    sort: "排序", "Order";
    by_relevance: "相关", "relevance";
    by_newest: "最新", "newest";
    by_oldest: "最早", "oldest";
    all_words: "须含全部词语", "all words";
    as_printed: "引号内一字不差（繁简、全半角、大小写）", "quoted text exactly as printed";
    furniture: "报眉、口号、广告等版面文字", "Folio, slogans, advertisements";
    no_headline: "（无标题）", "(no headline)";
    narrowed: "已限定", "Narrowed to";
    take_out: "去掉这个条件", "take this out";
    narrow: "缩小范围", "Narrow";
    read_as: "读作", "read as";
    by_month: "按月", "By month";
    by_person: "按人", "By person";
    undated_group: "日期不详", "Undated";
    reprints: "同稿", "Other prints";
    none_full: "没有文章含全部词语。", "No article has all the words.";
    partial: "以下文章只含部分词语", "These articles lack some of the words";
    missing: "不含", "lacks";
    nothing: "没有找到文章。", "No articles found.";
    nothing_hint: "试试少用几个词，去掉日期或其他条件，或者不加引号。", "Try fewer words, other dates, or no quotation marks.";
    previous: "上一页", "previous";
    next: "下一页", "next";
    months: "按月", "By month";
    feed: "订阅", "Feed";
    latest: "最近一期", "Latest issue";
    issues: "各期", "Issues";
    empty_archive: "这个报库里还没有文章。", "This archive holds no articles yet.";
    undated: "无日期", "undated";
    same_time: "同时见报：", "In the same time:";
    missing_part: "稿件不全，接续部分未找到", "part of the story was not found";
    did_you_mean: "您要找的是不是", "Did you mean";
    repairs: "版面整理", "What was mended";
    put_right: "本库更正", "Put right by the archive";
    corrected_later: "本报后来更正", "Corrected later";
    corrects: "更正的文章", "Corrects";
    not_found: "未找到原文", "not found";
    source: "来源文件", "Source file";
    lines: "行", "lines";
    credit: "据", "From";
    people_here: "文中人物", "People named here";
    this_page: "同版文章", "On this page";
    whole_issue: "整期", "Whole issue";
    previous_issue: "上一期", "Previous issue";
    next_issue: "下一期", "Next issue";
    cite: "引用", "Cite";
    back_to_article: "返回文章", "Back to the article";
    back: "返回检索结果", "Back to the results";
    quote_warning: "引用前请核对原版", "Check the printed page before quoting";
    posts: "历任职务", "Posts held";
    post: "职务", "Post";
    organ: "机构", "Organ";
    on: "在任日期", "Held on";
    name: "姓名", "Name";
    time: "时间", "Time";
    evidence: "依据", "Evidence";
    no_posts: "报上没有印出职务。", "The paper prints no post.";
    company: "同框人物", "Appears with";
    quotations: "引语", "Quoted";
    organs: "所在机构", "Bodies";
    parts: "身份", "Parts";
    possibly_same: "同名，可能是同一人", "Same name, possibly the same person";
    inferred: "以下两处当作同一人，报上没有明说", "Taken for one person; the paper does not say so";
    joined: "据词表更正，合为一人", "Joined by a correction of the lexicon";
    parted: "据词表更正，分为数人", "Parted by a correction of the lexicon";
    also_called: "又作", "also";
    recent: "最新文章", "Latest articles";
    all_articles: "全部文章", "All articles";
    ledger_hint: "某职务历来由谁担任，某天由谁担任。只说报上印出来的。", "Who held a post, ever or on a day, as far as the paper prints it.";
    nobody: "报上查不到。", "The archive shows nobody.";
    show_all: "全部列出", "Show all";
    home: "首页", "Home";
    trend: "用语趋势", "Terms over time";
    trend_hint: "一个提法何时出现、何时消失：按年、月、日统计篇数与次数，最多同看五个。", "When did a phrase come, when did it go: articles and occurrences by year, month or day, up to five phrases.";
    trend_table: "各时期篇数", "Articles by period";
    term: "用语", "Term";
    by: "统计单位", "Count by";
    picture: "图示", "Picture";
    show: "查看", "Show";
    download: "下载", "Download";
    and: "；", "; ";
    count_articles: "篇数", "Articles";
    count_times: "次数", "Times";
    of_articles: "总篇数", "All articles";
    first_seen: "首见", "First seen";
    last_seen: "末见", "Last seen";
    export: "导出", "Export";
    similar: "相似文章", "Similar articles";
    new_here: "本文有何新内容", "what is new here";
    new_there: "那篇有何新内容", "what is new there";
    whats_new: "与旧稿比较", "What is new";
    later: "后发", "Later";
    earlier: "先发", "Earlier";
    new_text: "新内容", "new";
    reused_text: "旧稿已有", "stood there before";
    dropped: "旧稿有而此稿无", "Left out";
    results: "文章", "Articles";
    holdings: "馆藏", "Holdings";
    index_state: "索引第", "index generation";
    no_issues: "没有能认出报名和日期的报纸。", "No issue with a paper and a day.";
    missing_issue: "缺", "missing";
    incomplete: "不全的各期", "Issues of which something lacks";
    issue: "期", "Issue";
    missing_pages: "缺版", "Missing pages";
    unmatched_jumps: "转版未接上", "Unmatched jumps";
    untitled: "无标题", "Without headline";
    problems: "疑点", "Problems";
    completeness: "各期完整情况", "Completeness of all issues";
    missing_hint: "“缺”是推算的：前后几周的同一个星期几大多有报，这一天没有。", "Missing is an estimate: the same weekday mostly has an issue in the weeks around.";
    api_hint: "任何程序都可以用。网址里的参数与命令行的选项同名，答案也相同。", "For any program. Parameters have the names of the command line's options, and the answers are the same.";
    contents: "目录", "Contents";
    login: "请出示口令", "This archive is read with a token";
    login_hint: "口令请向管理员索取；本机浏览器会记住三十天。", "Ask the operator for it; this browser keeps it for thirty days.";
    login_wrong: "口令不对。", "That is another token.";
    login_do: "进入", "Enter";
    token: "口令", "Token";
    keys: "快捷键：? 查看", "Keys: ? lists them";
    keys_title: "快捷键", "Keys";
    close: "关闭", "Close";
    copy: "复制", "Copy";
    copied: "已复制", "Copied";
    keep: "收藏此检索", "Keep this search";
    kept: "已收藏", "Kept";
    kept_searches: "收藏的检索", "Searches kept";
    forget: "删去", "Forget";
    saved_short: "收藏", "Saved";
    saved: "保存的检索", "Saved searches";
    saved_here: "这台电脑上收藏的", "Kept in this browser";
    saved_archive: "本库保存的", "Saved with the archive";
    saved_none: "本库还没有保存检索。", "No search is saved with the archive.";
    saved_hint: "在命令行用 baoku save 名称 检索式 保存；看过之后用 baoku alerts 记为已读。", "Save one with: baoku save NAME QUERY; baoku alerts counts what came in as seen.";
    attendance: "出席情况", "Attendance";
    attendance_hint: "谁在哪个月出席、主持、讲话、调研了几次，只数报上写明的；同一次活动只数一次。", "Who took part, chaired, spoke or inspected how often in each month, as far as the paper prints it; an event told twice counts once.";
    attendance_none: "报上查不到出席情况。", "The paper prints no attendance.";
    part: "方式", "Part";
    all_parts: "全部", "all";
    total: "合计", "Total";
    against_source: "对照来源文本", "Against the source text";
    source_text: "来源文本", "Source text";
    source_raw: "原文件", "The file itself";
    source_not_kept: "本库没有保留来源文件。", "This archive keeps no copy of its sources.";
    source_legend: "底色：本文所在行；红条：整理过的行。", "Shaded: lines of this article. Red bar: lines that were mended.";
    facsimile: "原版", "The printed page";
    facsimile_open: "打开原图", "Open the picture";
    more_values: "更多", "more";
}

impl Texts {
    fn is_chinese(&self) -> bool {
        self.lang == Lang::Chinese
    }

    /// `12 篇`
    pub(super) fn articles(&self, n: &u64) -> String {
        match (self.lang, n) {
            (Lang::Chinese, n) => format!("{} 篇", grouped(*n)),
            (Lang::English, 1) => "1 article".to_owned(),
            (Lang::English, n) => format!("{} articles", grouped(*n)),
        }
    }

    /// How many articles name a person whose post they do not print.
    pub(super) fn unsure(&self, n: &u64) -> String {
        match self.lang {
            Lang::Chinese => format!("其中 {n} 篇未印职务，归谁是推断"),
            Lang::English => format!("{n} of them print no post: whose they are was concluded"),
        }
    }

    /// `12 篇，9 次活动`
    pub(super) fn together(&self, articles: &u64, events: &u64) -> String {
        match (self.lang, events) {
            (Lang::Chinese, n) => format!("{}，{n} 次活动", self.articles(articles)),
            (Lang::English, 1) => format!("{}, 1 event", self.articles(articles)),
            (Lang::English, n) => format!("{}, {n} events", self.articles(articles)),
        }
    }

    /// What the archive holds, in a line.
    pub(super) fn holds(&self, articles: &u64, pages: &u64, people: &u64) -> String {
        let (articles, pages, people) = (grouped(*articles), grouped(*pages), grouped(*people));
        match self.lang {
            Lang::Chinese => format!("{articles} 篇文章，{pages} 个版，{people} 个人物"),
            Lang::English => format!("{articles} articles, {pages} pages, {people} people"),
        }
    }

    /// `2031-03-18 至 2033-10-19`
    pub(super) fn span(&self, first: &str, last: &str) -> String {
        if first == last {
            return first.to_owned();
        }
        if self.is_chinese() { format!("{first} 至 {last}") } else { format!("{first} to {last}") }
    }

    /// What keys do.
    pub(super) fn key_list(&self) -> [(&'static str, &'static str); 7] {
        match self.lang {
            Lang::Chinese => [
                ("/", "到检索框"),
                ("j", "下一条结果"),
                ("k", "上一条结果"),
                ("Enter", "打开这一条"),
                ("n", "文中下一处命中"),
                ("p", "文中上一处命中"),
                ("?", "这张表"),
            ],
            Lang::English => [
                ("/", "to the search box"),
                ("j", "next result"),
                ("k", "previous result"),
                ("Enter", "open it"),
                ("n", "next match in the article"),
                ("p", "previous match in the article"),
                ("?", "this list"),
            ],
        }
    }

    /// `3 期`
    pub(super) fn issues_of(&self, n: &usize) -> String {
        match (self.lang, n) {
            (Lang::Chinese, n) => format!("{n} 期"),
            (Lang::English, 1) => "1 issue".to_owned(),
            (Lang::English, n) => format!("{n} issues"),
        }
    }

    /// How many issues seem to be missing, and how complete the year is.
    pub(super) fn lacking(&self, n: &usize, percent: &u64) -> String {
        match self.lang {
            Lang::Chinese => format!("似缺 {n} 期（全 {percent}%）"),
            Lang::English => format!("{n} seem to be missing ({percent} % there)"),
        }
    }

    /// A month by its number.
    pub(super) fn month(&self, number: &u32) -> String {
        const NAMES: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        match (self.lang, NAMES.get((*number as usize).wrapping_sub(1))) {
            (Lang::English, Some(name)) => (*name).to_owned(),
            _ => format!("{number}月"),
        }
    }

    /// `第1版`
    pub(super) fn page(&self, number: &str) -> String {
        if self.is_chinese() { format!("第{number}版") } else { format!("page {number}") }
    }

    /// `2031年3月18日`, where it is a day.
    pub(super) fn day(&self, date: &str) -> String {
        let parts: Vec<u32> = date.split('-').filter_map(|p| p.parse().ok()).collect();
        match (self.lang, parts.as_slice()) {
            (Lang::Chinese, [year, month, day]) => format!("{year}年{month}月{day}日"),
            _ => date.to_owned(),
        }
    }

    /// `0.8 毫秒`
    pub(super) fn took(&self, ms: &f64) -> String {
        if self.is_chinese() { format!("{ms:.1} 毫秒") } else { format!("{ms:.1} ms") }
    }

    /// `第 2 页，共 5 页`
    pub(super) fn window(&self, page: &u64, of: &u64) -> String {
        if self.is_chinese() { format!("第 {page} 页，共 {of} 页") } else { format!("{page} of {of}") }
    }

    /// How many matches an article holds.
    pub(super) fn matches(&self, n: &usize) -> String {
        match (self.lang, n) {
            (Lang::Chinese, n) => format!("{n} 处命中"),
            (Lang::English, 1) => "1 match".to_owned(),
            (Lang::English, n) => format!("{n} matches"),
        }
    }

    /// `7 次`
    pub(super) fn times(&self, n: &u64) -> String {
        match (self.lang, n) {
            (Lang::Chinese, n) => format!("{} 次", grouped(*n)),
            (Lang::English, 1) => "once".to_owned(),
            (Lang::English, n) => format!("{} times", grouped(*n)),
        }
    }

    /// What a curve shows, in words.
    pub(super) fn term_in_words(
        &self,
        term: &str,
        articles: u64,
        occurrences: u64,
        first: &str,
        last: &str,
    ) -> String {
        let (articles, times) = (self.articles(&articles), self.times(&occurrences));
        match (self.lang, first.is_empty()) {
            (Lang::Chinese, true) => format!("“{term}”：{articles}，{times}"),
            (Lang::Chinese, false) => format!("“{term}”：{articles}，{times}，首见 {first}，末见 {last}"),
            (Lang::English, true) => format!("“{term}”: {articles}, {times}"),
            (Lang::English, false) => format!("“{term}”: {articles}, {times}, first {first}, last {last}"),
        }
    }

    /// How finely time is counted, by its key.
    pub(super) fn period<'a>(&self, key: &'a str) -> &'a str {
        match (self.lang, key) {
            (Lang::Chinese, "year") => "年",
            (Lang::Chinese, "month") => "月",
            (Lang::Chinese, "day") => "日",
            (_, other) => other,
        }
    }

    /// What a curve shows, by its key.
    pub(super) fn measure<'a>(&self, key: &'a str) -> &'a str {
        match (self.lang, key) {
            (Lang::Chinese, "articles") => "篇数",
            (Lang::Chinese, "occurrences") => "次数",
            (Lang::Chinese, "articles-per-1000") => "每千篇中的篇数",
            (Lang::Chinese, "occurrences-per-1000") => "每千篇中的次数",
            (Lang::English, "articles-per-1000") => "articles per 1,000",
            (Lang::English, "occurrences-per-1000") => "occurrences per 1,000",
            (_, other) => other,
        }
    }

    /// How much of a story stands in another too.
    pub(super) fn in_common(&self, percent: &u32) -> String {
        if self.is_chinese() { format!("{percent}% 相同") } else { format!("{percent} % in common") }
    }

    /// How much of a story stood in an earlier one.
    pub(super) fn reused_share(&self, percent: &u32) -> String {
        if self.is_chinese() {
            format!("后发稿 {percent}% 的文字见于先发稿。")
        } else {
            format!("{percent} % of the later story stood in the earlier one.")
        }
    }

    /// How much came in for a saved search.
    pub(super) fn came_in(&self, n: &usize) -> String {
        match (self.lang, n) {
            (Lang::Chinese, 0) => "没有新文章".to_owned(),
            (Lang::Chinese, n) => format!("新到 {n} 篇"),
            (Lang::English, n) => format!("{n} new"),
        }
    }

    /// So many more of what is listed.
    pub(super) fn more(&self, n: usize) -> String {
        if self.is_chinese() { format!("还有 {n} 处") } else { format!("{n} more") }
    }

    /// Where a story goes on or comes from.
    pub(super) fn jump_to(&self, page: &str) -> String {
        if self.is_chinese() { format!("下转第{page}版") } else { format!("continued on page {page}") }
    }

    pub(super) fn jump_from(&self, page: &str) -> String {
        if self.is_chinese() { format!("上接第{page}版") } else { format!("continued from page {page}") }
    }

    /// How sure a holding's time is, by its key.
    pub(super) fn certainty<'a>(&self, key: &'a str) -> &'a str {
        match (self.lang, key) {
            (Lang::Chinese, "dated") => "有任免消息",
            (Lang::Chinese, "seen") => "报上所见",
            (Lang::Chinese, "inferred") => "据前后推断",
            (_, other) => other,
        }
    }

    /// A kind of person, by its key.
    pub(super) fn kind<'a>(&self, key: &'a str) -> &'a str {
        match (self.lang, key) {
            (Lang::Chinese, "official") => "公职人员",
            (Lang::Chinese, "reporter") => "记者、作者",
            (Lang::Chinese, "other") => "其他人物",
            (_, other) => other,
        }
    }

    /// A problem, by its status.
    pub(super) fn trouble(&self, status: u16) -> &'static str {
        match (self.lang, status) {
            (Lang::Chinese, 404) => "没有这一页",
            (Lang::Chinese, 414) => "检索式太长",
            (Lang::Chinese, 400..=499) => "这个请求读不懂",
            (Lang::Chinese, 501) => "这一页要到档案所在的机器上看",
            (Lang::Chinese, 502) => "集群没有给出完整的答案",
            (Lang::Chinese, 503) => "现在太忙，请稍后再试",
            (Lang::Chinese, _) => "服务器出错了",
            (Lang::English, 404) => "There is no such page",
            (Lang::English, 414) => "The question is too long",
            (Lang::English, 400..=499) => "This request can't be read",
            (Lang::English, 501) => "This page needs the archive's own folder",
            (Lang::English, 502) => "The cluster gave no whole answer",
            (Lang::English, 503) => "Too busy now, please try again",
            (Lang::English, _) => "The server failed",
        }
    }

    /// What can be done about a problem, by its status; nothing where its name says it.
    pub(super) const fn way_out(&self, status: u16) -> Option<&'static str> {
        match (self.lang, status) {
            (Lang::Chinese, 501) => Some(
                "这个网站的报纸存放在集群里，检索、文章、人物、趋势都能用；这一页要读档案自己的文件夹，请在有该文件夹的机器上用 baoku serve 打开。",
            ),
            (Lang::English, 501) => Some(
                "This site's paper lies in a cluster: search, articles, people and trends are all here. This page reads the archive's own folder; open it with baoku serve on the machine that has it.",
            ),
            _ => None,
        }
    }

    /// A note of the question's reader; told in English by the library.
    pub(super) fn note(&self, note: &str) -> String {
        if self.is_chinese() {
            notes::in_chinese(note).unwrap_or_else(|| note.to_owned())
        } else {
            note.to_owned()
        }
    }
}

/// A number with its thousands set apart.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_days_and_notes_are_told_in_the_language_of_the_page() {
        assert_eq!(CHINESE.articles(&12_345), "12,345 篇");
        assert_eq!(ENGLISH.articles(&1), "1 article");
        assert_eq!(CHINESE.day("2031-03-08"), "2031年3月8日");
        assert_eq!(ENGLISH.day("2031-03-08"), "2031-03-08");
        assert_eq!(
            CHINESE.note("3 undated articles are left out because dates were asked"),
            "限定了日期，3 篇无日期的文章未列入"
        );
        assert_eq!(CHINESE.note("a new note"), "a new note");
    }
}
