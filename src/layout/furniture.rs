//! Tells what is no article: mastheads, folios, imprints, weather, advertisements.
//!
//! Takes one short folded line and its place on the page; gives a kind with how much it looks like it.

use std::sync::LazyLock;

use super::lexicon::{Lexicon, Searched};
use crate::paper::FurnitureKind;
use crate::text::fold::is_han;

/// Whether a date with its year stands in the text.
pub(super) fn full_date(folded: &str) -> bool {
    folded.contains('年')
        && folded
            .split('年')
            .next()
            .is_some_and(|h| h.chars().rev().take(4).filter(char::is_ascii_digit).count() == 4)
        || {
            let digits = folded.bytes().filter(u8::is_ascii_digit).count();
            digits >= 8
                && folded.split(['-', '.', '/']).filter(|p| p.ends_with(|c: char| c.is_ascii_digit())).count()
                    >= 3
        }
}

static IMPRINT: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "地址 邮编 邮政编码 印刷 承印 定价 零售 广告经营许可 广告许可 发行电话 发行部 \
            热线 投稿 邮箱 总编室 编辑部 值班总编 零售价",
    )
});
static EDITORS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::of("责任编辑 责编 校对 美编 版式 编辑: 本版 值班 组版 审读 签发 主编"));
static ISSUE_LINE: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "今日 总第 国内统一 cn 主管 主办 出版 邮发代号 刊号 创刊 网址 www. 农历 共4版 \
            issn",
    )
});
static FORECAST: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of("℃ 度 级 晴 多云 阴 雨 风"));
static SELLING: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "招租 出租 转让 出售 诚聘 招聘 优惠 促销 咨询 热线 电话 面议 地址 加盟 抢购 \
            欢迎选购 开业 特价 贷款 预约 到店",
    )
});
/// Words that sell; a hotline and an address alone don't.
static OFFER: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "招租 出租 转让 出售 诚聘 招聘 优惠 促销 面议 加盟 抢购 欢迎选购 开业 特价 贷款 预约 到店 折 惠 元起 \
        订房 订座 赠送 免费 招生 包邮 直供 广告",
    )
});
static OFFICIAL: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of("公告 公示 特此 声明 记者"));

/// What stands under the codes beside a masthead: 客户端, 澜湾日报微信号.
fn channel(folded: &str) -> bool {
    static LABELS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "客户端 新闻客户端 微信 微信号 微信公众号 官方微信 公众号 视频号 抖音号 微博 官方微博 二维码 \
            扫一扫 扫码阅读 数字报 手机报 电子版",
        )
    });
    let solid: String = folded.chars().filter(|c| *c != ' ').collect();
    let owner = solid.find('报').map_or("", |at| solid.get(..at + '报'.len_utf8()).unwrap_or(""));
    let owned = owner == "本报" || paper_name(owner, owner.chars().count());
    LABELS.is(&solid) || (owned && LABELS.is(solid.get(owner.len()..).unwrap_or("")))
}

pub(super) fn furniture(
    folded: &str,
    n: usize,
    stops: usize,
    place: usize,
    count_blocks: usize,
    level: u8,
) -> Option<(FurnitureKind, f32)> {
    let words = Searched::new(folded);
    let top = place < 10;
    let edge = place < 4 || place + 3 >= count_blocks;
    if words.has("倒计时") && (n <= 30 || folded.contains('天')) && n <= 60 {
        let days = folded.bytes().any(|b| b.is_ascii_digit()) && folded.contains('天');
        return Some((FurnitureKind::Countdown, if days { 7.0 } else { 3.0 }));
    }
    let printed = IMPRINT.count(&words);
    let bracketed = folded.starts_with(['(', '《']);
    let owned = !top && (printed + ISSUE_LINE.count(&words)) >= 4;
    if !bracketed && (printed >= 3 || owned)
        || (printed >= 2 && stops == 0 && (words.has("本报") || words.has("许可")))
    {
        return Some((FurnitureKind::Imprint, 6.0));
    }
    if n <= 90 && stops == 0 {
        let editors = EDITORS.count(&words);
        let page = folded.contains('版') && page_number(folded) && !points_to_page(folded);
        let weekday = words.has("星期") || words.has("农历");
        let date = full_date(folded);
        let imprint = ISSUE_LINE.count(&words);
        if date && !page && n <= 60 && (weekday || imprint > 0 || (n <= 14 && place < 5)) && editors == 0 {
            return Some((FurnitureKind::Masthead, if top || weekday { 6.0 } else { 2.0 }));
        }
        if (date && (page || editors > 0))
            || (page && weekday)
            || (editors >= 2)
            || (editors >= 1 && (page || n <= 14) && folded.contains(':'))
        {
            return Some((FurnitureKind::Folio, 6.0));
        }
        if weekday && n <= 30 && folded.bytes().any(|b| b.is_ascii_digit()) && level == 0 {
            let kind =
                if top && words.has("农历") { FurnitureKind::Masthead } else { FurnitureKind::Folio };
            return Some((kind, 4.0));
        }
        if page && n <= 14 && page_first(folded) {
            return Some((FurnitureKind::Folio, if edge { 5.0 } else { 3.0 }));
        }
        if top && imprint >= 2 && n <= 80 {
            return Some((FurnitureKind::Masthead, 5.0));
        }
        if top && n <= 24 {
            let issue_number = (folded.starts_with('第') || folded.starts_with("总第"))
                && (folded.ends_with('期') || folded.ends_with('号'));
            if issue_number {
                return Some((FurnitureKind::Masthead, 6.0));
            }
            let owner = folded.ends_with("主办") || folded.ends_with("主管") || folded.ends_with("社出版");
            if owner {
                return Some((FurnitureKind::Masthead, 5.0));
            }
        }
        if n <= 16 && channel(folded) {
            return Some((FurnitureKind::Masthead, 6.0));
        }
        if place < 6 && paper_name(folded, n) {
            return Some((FurnitureKind::Masthead, if place < 3 { 5.0 } else { 3.0 }));
        }
        if page_label(folded) && edge {
            return Some((FurnitureKind::Folio, 4.0));
        }
    }
    let forecast = words.has("天气") && FORECAST.count(&words) >= 2;
    if n <= 120
        && forecast
        && (folded.starts_with("天气")
            || words.has("天气预报")
            || words.has("今日天气")
            || folded.contains('℃'))
    {
        let short = n <= 70;
        return Some((FurnitureKind::Weather, if short { 6.0 } else { 3.0 }));
    }
    if n <= 10 && (folded.ends_with("导读") || words.has("今日看点") || words.has("导读")) {
        return Some((FurnitureKind::Index, 5.0));
    }
    if n <= 60 && stops == 0 && points_to_page(folded) {
        return Some((FurnitureKind::Index, 5.0));
    }
    let selling = SELLING.count(&words);
    let phone = longest_digits(folded) >= 7;
    if phone && selling >= 2 && OFFER.count(&words) > 0 && n <= 140 && OFFICIAL.count(&words) == 0 {
        // News may name a hotline too.
        let told = stops > 1 && (n > 80 || words.has("介绍") || words.has("局长"));
        return Some((FurnitureKind::Advertisement, if told && selling < 4 { 1.0 } else { 4.5 }));
    }
    if n <= 10
        && (folded.ends_with("招租")
            || folded.ends_with("招聘")
            || folded.ends_with("出租")
            || folded.starts_with("广告"))
    {
        return Some((FurnitureKind::Advertisement, 2.0));
    }
    None
}

fn longest_digits(folded: &str) -> usize {
    let (mut best, mut now) = (0, 0);
    for b in folded.bytes() {
        match b {
            b'0'..=b'9' => now += 1,
            b'-' if now > 0 => {}
            _ => now = 0,
        }
        best = best.max(now);
    }
    best
}

/// `…日报` and other names that papers have.
pub(super) fn paper_name(folded: &str, n: usize) -> bool {
    static ENDS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "日报 晚报 晨报 早报 时报 都市报 商报 周报 快报 导报 新报 农村报 教育报 工人报 青年报 \
        法治报 法制报",
        )
    });
    let solid: String = folded.chars().filter(|c| *c != ' ').collect();
    (4..=9).contains(&n) && solid.chars().all(is_han) && ENDS.ends(&solid)
        || (3..=6).contains(&n)
            && solid.chars().all(is_han)
            && solid.ends_with("报")
            && !solid.ends_with("通报")
            && !solid.ends_with("简报")
            && !solid.ends_with("捷报")
            && !solid.ends_with("喜报")
            && !solid.ends_with("海报")
            && !solid.ends_with("预报")
            && !solid.ends_with("公报")
}

/// Whether a number stands in front of 版.
fn page_number(folded: &str) -> bool {
    let mut before = folded.split('版');
    before.next().is_some_and(|b| {
        b.trim_end().ends_with(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
            && !b.contains("今日")
            && !b.ends_with("共")
    })
}

fn page_first(folded: &str) -> bool {
    let rest = folded.trim_start_matches('第');
    rest.starts_with(|c: char| c.is_ascii_alphanumeric() || "一二三四五六七八九十".contains(c))
        || folded.ends_with('版')
}

/// `A02 综合`, `02 要闻`, `要闻 A2`.
fn page_label(folded: &str) -> bool {
    let mut parts = folded.split(' ').filter(|p| !p.is_empty());
    let (Some(a), b, None) = (parts.next(), parts.next(), parts.next()) else { return false };
    let number = |p: &str| {
        let digits = p.trim_start_matches(|c: char| c.is_ascii_lowercase());
        p.len() - digits.len() <= 1
            && (1..=2).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let name = |p: &str| p.chars().count() <= 6 && p.chars().all(is_han);
    match b {
        Some(b) => (number(a) && name(b)) || (name(a) && number(b)),
        None => number(a),
    }
}

/// `……2版`, `详见第3版`, `>>> A2`: an entry of a table of contents.
fn points_to_page(folded: &str) -> bool {
    let tail = folded.trim_end_matches([')', '】', ' ', '>']);
    let Some(rest) = tail.strip_suffix('版') else { return false };
    let before =
        rest.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "一二三四五六七八九十、".contains(c));
    if before.len() == rest.len() || before.contains("下转") || before.contains("上接") {
        return false;
    }
    let before = before.trim_end_matches('第');
    before.contains("详见")
        || before.ends_with("见")
        || before.ends_with(['…', '.', '·', '/', '>', '(', '→', '—']) && before.chars().count() > 6
}
