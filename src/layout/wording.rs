//! What the words of a short line say about its role: column, kicker, deck, caption, notice.
//!
//! Takes folded text; gives a score, 0 where the words say nothing.

use std::sync::LazyLock;

use super::furniture::full_date;
use super::lexicon::{Lexicon, Searched};

pub(super) fn caption(folded: &str, n: usize) -> f32 {
    if !(3..=150).contains(&n) {
        return 0.0;
    }
    let head = folded.trim_start_matches(['▲', '△', '▼', '←', '→', '↑', '↓', '◀', '▶', '■', '●', ' ', '(']);
    let arrow = head.len() < folded.trim_start_matches(['(', ' ', '■', '●']).len();
    let tail = folded.trim_end_matches([')', ' ', '。', '】', '】']);
    let taken = ["摄", "供图", "摄影", "/图", "摄影报道", "图片报道", "新华社发", "中新社发"]
        .iter()
        .any(|w| tail.ends_with(w));
    let shows =
        ["图为", "图①", "上图", "下图", "左图", "右图", "题图", "资料图", "图片说明", "图1", "图一", "图中"]
            .iter()
            .any(|w| head.starts_with(w));
    let mut score = 0.0;
    if shows {
        score += 4.0;
    }
    if taken && n > 8 {
        score += 4.0;
    }
    if arrow && n > 6 {
        score += 2.5;
    }
    if folded.contains("(资料图") || folded.contains("照片)") {
        score += 3.0;
    }
    score
}

/// Whether a line stands in a frame of brackets.
pub(super) fn framed(folded: &str) -> bool {
    folded.starts_with(['【', '[', '〔', '〖', '『', '「'])
        && folded.ends_with(['】', ']', '〕', '〗', '』', '」'])
}

/// Whether a sign stands in front, as it does before names of columns: ■法治课堂.
fn bulleted(folded: &str) -> bool {
    folded.starts_with(is_bullet)
}

/// The signs that stand before the name of a column.
pub(super) fn is_bullet(c: char) -> bool {
    matches!(c, '■' | '◆' | '●' | '▲' | '★' | '◎' | '□' | '◇' | '○' | '☆' | '▍' | '▌' | '※')
}

pub(super) fn column(folded: &str, n: usize) -> f32 {
    let mut score = 0.0;
    if framed(folded) {
        score += 2.0;
    } else if bulleted(folded) && n <= 16 {
        score += 1.5;
    }
    static WHOLE: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "简讯 短讯 要闻 快讯 时讯 国内新闻 国际新闻 综合新闻 本地新闻 时事 图片新闻 一句话新闻 \
        新闻快递 短波 集纳 新闻速递 国际简讯 国内简讯 联播快讯 国内联播快讯 国际联播快讯 \
        要闻简报 今日关注 副刊 社会新闻 民生新闻 综合 新闻特写 本台短评 本台评论 本报评论 本报社论 新闻分析 \
        人民日报评论员文章 评论员文章 本报评论员文章",
        )
    });
    if WHOLE.is(folded) {
        score += 3.0;
    }
    static ENDS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "专栏 进行时 在行动 风采 风采录 论坛 视点 聚焦 系列报道 系列 直通车 大家谈 面对面 时评 \
        观察 走基层 故事 在路上 访谈 视窗 之声 之窗 新征程 新篇章 新时代 深一度 关注 一线 话题 \
        人物 实践 大讨论 追踪 连线 连载 特刊 专版 专题 播报 纵横 热线 茶座 园地 记忆 评论 随笔",
        )
    });
    if n <= 18 && ENDS.ends(folded) {
        score += 1.0;
    }
    static BEGINS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "学习贯彻 深入学习 奋力推进 奋进 聚焦 关注 走进 喜迎 决战 回访 践行 树立和践行 新春走基层 \
        我们的 牢记",
        )
    });
    if n <= 22 && BEGINS.begins(folded) {
        score += 0.7;
    }
    if folded.contains('·') && n <= 16 {
        score += 0.5;
    }
    score
}

pub(super) fn kicker(folded: &str) -> f32 {
    static ENDS: LazyLock<Lexicon> =
        LazyLock::new(|| Lexicon::of("强调 指出 要求 表示 时说 提出 宣布 透露 介绍 认为 致辞 时 : —— 称"));
    let mut score = 0.0;
    if ENDS.ends(folded) {
        score += 1.5;
    }
    if folded.starts_with('在') || folded.starts_with("为") {
        score += 0.3;
    }
    score
}

pub(super) fn event(folded: &str) -> bool {
    static ENDS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "举行 召开 启动 开幕 闭幕 发布 揭牌 开通 落幕 出版 举办 亮相 通车 开工 竣工 投用 上线 \
        开放 开馆 成立 调研 开业 收官 实施 试行 获奖 逝世 开赛 圆满结束 完工 贯通 推进会 座谈会 \
        动员会 部署会 现场会 专题会 会议 活动 签约 奠基 投产 首发 首映 被查 受审 受伤 死亡 遇难 \
        发射 升空 访问 访华",
        )
    });
    static INSIDE: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of("印发 会见 会谈 抵达 将访 召开 举行 启动 出席 致信 通过 发表 主持召开 走访慰问 督导 开展")
    });
    ENDS.ends(folded) || INSIDE.count(&Searched::new(folded)) > 0
}

/// `甲主持 乙讲话 丙参加`.
pub(super) fn deck(folded: &str) -> f32 {
    static ACTS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "主持 讲话 出席 参加 作安排 致辞 陪同 作报告 发言 作批示 批示 主持会议 主持召开 作部署 \
        见证 列席 作说明 宣布 揭牌 会见 调研 带队 部署",
        )
    });
    let parts = folded.split(' ').filter(|p| !p.is_empty());
    let (mut acts, mut all, mut named, mut doing) = (0, 0, 0, 0);
    for part in parts {
        all += 1;
        // 「甲宣布开通 乙等参加」: all that is told is who did what.
        let rest = [3, 2].into_iter().find_map(|n| {
            let (at, _) = part.char_indices().nth(n)?;
            super::names::plausible(&part[..at]).then_some(&part[at..])
        });
        named += usize::from(rest.is_some() || super::names::plausible(part));
        doing += usize::from(rest.is_some_and(|r| ACTS.begins(r)));
        acts += usize::from(ACTS.ends(part) && part.chars().count() <= 16);
    }
    const KINDS: [&str; 9] = ["见闻", "侧记", "纪实", "综述", "走笔", "扫描", "掠影", "观察", "记"];
    let tells = KINDS.iter().any(|k| folded.ends_with(k)) && folded.chars().count() > 7
        || ["访", "记", "对话", "专访"].iter().any(|b| folded.starts_with(b))
            && !folded.starts_with("记者")
            && !folded.starts_with("访问");
    if tells {
        return 1.6;
    }
    if all >= 2 && named == all && doing > 0 {
        return 3.0;
    }
    if acts == 1 && all == 2 {
        return 1.2;
    }
    if acts >= 2 || (acts == 1 && all == 1 && folded.contains('、')) { 3.0 } else { 0.0 }
}

/// Whether a heading announces a public notice.
pub(super) fn notice_heading(folded: &str) -> bool {
    static ENDS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "任免 任免名单 获得者名单 招领 公告 公示 通告 声明 启事 遗失声明 告示 讣告 拍卖公告 通知书 公示牌 催告 通缉令 更正 致歉 \
        送达公告 通知",
        )
    });
    let end = folded.trim_end_matches([' ', ')', '】', '】']);
    let end = end.split('(').next().unwrap_or(end).trim_end();
    let said = folded.contains("发表")
        || folded.contains("联合声明")
        || folded.contains("发布")
        || folded.contains("签署");
    // 「停电通知」 is one, 「国务院办公厅印发通知」 tells of one.
    let told = end.ends_with("通知")
        && (end.chars().count() > 12
            || ["印发", "发出", "下发", "联合", "转发", "接到"].iter().any(|w| end.contains(w)));
    ENDS.ends(end) && !said && !told
}

/// A name and two figures or more, as the rows of a table are printed.
pub(super) fn row(folded: &str) -> bool {
    let figure = |part: &str| {
        part.bytes().any(|b| b.is_ascii_digit())
            && part
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '%' | ',' | '+' | '/' | '—'))
    };
    let parts = folded.split(' ').filter(|p| !p.is_empty());
    parts.clone().filter(|p| figure(p)).count() >= 2 && !parts.take(1).any(figure) || roll(folded)
}

/// `1996年-2001年 某某县县长`, `2003.5—2007.2 …`: a line of a life told by its years.
pub(super) fn term(folded: &str) -> bool {
    let year = |s: &str| s.len() >= 4 && s.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    if !year(folded) {
        return false;
    }
    let months = |c: char| c.is_ascii_digit() || matches!(c, '年' | '月' | '.' | ' ');
    let rest = folded.trim_start_matches(months);
    let open = rest.trim_start_matches(['-', '—', '~', '至', '–', ' ']);
    open.len() < rest.len() && (year(open) || open.starts_with('今')) || rest.starts_with('起')
}

/// `区水利局局长 温岭`: who speaks in the lines below.
pub(super) fn speaker(folded: &str) -> bool {
    static POSTS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "长 主任 书记 教授 研究员 专家 经理 主席 总裁 记者 律师 院士 委员 代表 医生 医师 村民 居民 \
        负责人 发言人 工程师 干部 教师 老师 队员 学者 分析师 商户 市民 员 师",
        )
    });
    let Some((front, name)) = folded.trim_end_matches([':', ' ']).rsplit_once(' ') else { return false };
    let front = front.trim_end();
    front.chars().count() >= 4 && !front.contains(' ') && POSTS.ends(front) && super::names::plausible(name)
}

/// Four names or more with space between them, as lists of honour and attendance are printed.
fn roll(folded: &str) -> bool {
    let (mut names, mut others) = (0, 0);
    let mut half = "";
    for part in folded.split(' ').filter(|p| !p.is_empty()) {
        let name = part.split('(').next().unwrap_or(part);
        if name.chars().count() == 1 {
            // 「丘 陵」: a name of two characters is set wide.
            if half.is_empty() {
                half = name;
            } else {
                names += 1;
                half = "";
            }
        } else if name.chars().count() <= 4 && (super::names::plausible(name) || name.chars().count() == 3)
            || name.contains('·')
        {
            names += 1;
        } else {
            others += 1;
        }
    }
    names >= 4 && others * 5 <= names
}

/// An organ or a full date alone.
pub(super) fn sign_off(folded: &str, n: usize) -> bool {
    if !(4..=30).contains(&n) || folded.contains(',') {
        return false;
    }
    let date = |part: &str| full_date(part) && part.ends_with('日') && part.chars().count() <= 12;
    if ["联系人", "联系电话", "咨询电话", "监督电话", "电话:", "地址:"].iter().any(|w| folded.starts_with(w))
    {
        return true;
    }
    static ORGANS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "局 委员会 公司 政府 办公室 中心 法院 检察院 支队 大队 街道办事处 委 厅 学校 医院 协会 组织部 宣传部 指挥部 \
        事务所 管理处 村委会 合作社",
        )
    });
    folded.split(' ').filter(|p| !p.is_empty()).all(|part| date(part) || ORGANS.ends(part))
}
