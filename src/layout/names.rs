//! Finds the names of authors with their roles: `记者甲 乙 通讯员丙`, `甲/文 乙/图`.
//!
//! Takes characters in printed and comparable form; gives names as printed, without the space that
//! pads a name of two characters.

use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::script;
use crate::paper::Author;
use crate::text::fold::{fold_char, is_han};

/// A character as printed (widths aside) and in its comparable form.
#[derive(Clone, Copy)]
pub(super) struct Char {
    pub printed: char,
    pub folded: char,
}

/// Words that stand before the names they speak of, longer ones first.
pub(super) static ROLES: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "融媒体中心记者 全媒体中心记者 本报全媒体记者 本报融媒体记者 全媒体见习记者 本报见习记者 \
    本报特约记者 本报特派记者 本报实习记者 本报首席记者 本报驻地记者 本报评论员 本报通讯员 \
    特约评论员 特约通讯员 特约撰稿人 全媒体记者 融媒体记者 首席记者 见习记者 实习记者 \
    特派记者 特约记者 摄影记者 文字记者 新华社记者 中新社记者 融媒记者 本报记者 本台记者 \
    本网记者 评论员 通讯员 实习生 特约作者 撰稿人 记者 作者 编辑 编译 撰文 撰稿 供稿 供图 \
    整理 摄影",
    )
});

/// Words that stand behind the names they speak of, or before with a stroke.
static TASKS: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "文并摄 摄影报道 图片报道 文/图 图/文 文图 图文 文字 报道 摄影 供稿 供图 撰文 整理 摄 文 \
    图 画",
    )
});

const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈琴商牟佘佴伯赏墨哈谯笪年爱阳佟言福肖闫付代邸苑原门仝降芦战降户尧兰覃涂植归苟撒青鹿楚由呼麦揭闪种线郄初智粟晋冶轩邝覃敬缐萨初仵税衣";
static COMPOUND: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "欧阳 司马 上官 诸葛 尉迟 夏侯 皇甫 长孙 慕容 司徒 令狐 宇文 东方 公孙 轩辕 端木 南宫 \
    万俟 闻人 澹台 申屠 呼延 独孤 西门 拓跋 完颜",
    )
});

/// Words that begin like a name and are none.
static NO_NAMES: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "任命 任免 任职 公告 公示 通告 通知 高质量 高水平 方法 严管 安全 平安 和谐 时代 时评 文明 文化 文艺 成就 \
    成果 成长 金融 黄金 白天 水利 水稻 林业 农业 农村 车站 马路 江山 石油 贺信 喜迎 常态 \
    常务 全国 全区 全市 全县 全面 全力 全程 国际 国内 国家 国庆 经济 经验 关注 关于 关爱 \
    关键 查处 开展 简讯 短讯 单位 居民 牧民 温馨 明天 今天 方案 海外 路上 连线 连载 终于 \
    养老 能源 满意 向前 向上 古城 古镇 相关 都市 东西 东部 从严 从头 利民 利企 安徽 云南 \
    贵州 江苏 江西 甘肃 宁夏 广西 广东 广州 和平 支持 支部 时间 时事 花开 双拥 项目 应急 \
    解读 解码 包容 祝福 祝贺 强化 强军 曲艺 商务 商业 钟声 管理 管护 万家 万户 万里 万众 \
    千方 温暖 游客 游泳 党建 党员 党委 党课 初心 初春 权威 年度 年初 年终 爱心 爱国 阳光 \
    言论 付出 付款 代表 代价 门前 降低 降温 战士 战略 尧都 植树 归来 原因 原则 原来 计划 \
    计生 左右 石头 花卉 房产 房地 曾经 向阳 鲜花 易地 种植 种子 家庭 家乡 家园 家门 家长",
    )
});
/// What names of other peoples of the country are made of.
static PEOPLES: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "扎西 次仁 卓玛 格桑 尼玛 丹增 洛桑 多吉 巴特尔 其其格 乌兰 买买提 古丽 艾力 吐尔 阿依 \
    努尔 阿布 木拉提 依拉 央金 旺堆 次旦 巴桑 德吉 才让 卓嘎 拉姆 斯琴 娜仁 乌云 图雅 苏日 \
    呼和 额尔 白玛 平措 旦增 索朗 艾合 麦麦提 热孜",
    )
});

/// Characters that write words and never the sounds of a foreign name: 「走基层·调研日记」 is a column.
const NO_SOUND: &str = "走层手调查记闻民众我你在的是年节会问新第一二三四五六七八九十版要看说话讲谈写望访观点线题风景路村镇县区市省国党政";

pub(super) fn chars(text: &str, max: usize) -> Vec<Char> {
    text.chars().take(max).map(|c| Char { printed: script::narrow(c), folded: fold_char(c) }).collect()
}

pub(super) fn starts(s: &[Char], word: &str) -> Option<usize> {
    let mut n = 0;
    for c in word.chars() {
        if s.get(n)?.folded != c {
            return None;
        }
        n += 1;
    }
    Some(n)
}

pub(super) fn printed(s: &[Char]) -> String {
    s.iter().map(|c| c.printed).collect::<String>().trim().to_owned()
}

/// Whether a run of characters looks like a Chinese name: surname first, or foreign with its dot.
pub(super) fn plausible(name: &str) -> bool {
    let s = chars(name, 16);
    plausible_name(&s)
}

pub(super) fn plausible_name(s: &[Char]) -> bool {
    let Some(first) = s.first() else { return false };
    if s.len() >= 3 && s.iter().any(|c| c.folded == '·') {
        return s.len() <= 14 && !s.iter().any(|c| NO_SOUND.contains(c.folded));
    }
    if s.len() > 6 || !s.iter().all(|c| is_han(c.folded)) || word(s, &NO_NAMES).is_some() {
        return false;
    }
    if word(s, &COMPOUND).is_some() {
        return (3..=4).contains(&s.len());
    }
    if (2..=3).contains(&s.len()) && SURNAMES.contains(first.folded) {
        return true;
    }
    s.len() >= 3 && (0..s.len() - 1).any(|i| word(&s[i..], &PEOPLES).is_some())
}

/// Reads roles and names up to the end of the text; none where anything else stands.
pub(super) fn names(s: &[Char]) -> Option<Vec<Author>> {
    let mut out: Vec<Author> = Vec::new();
    let mut role = String::new();
    // Names from here on wait for a task that may stand behind them.
    let mut waiting = 0;
    let mut at = 0;
    while at < s.len() {
        let c = s[at].folded;
        if matches!(c, ' ' | '、' | ',' | ';' | ':' | '/' | '|' | '□' | '■' | '·' | '&' | '\u{a0}') {
            at += 1;
            continue;
        }
        let rest = &s[at..];
        if let Some(n) = starts(rest, "综合") {
            at += n;
            continue;
        }
        if let Some((word, n)) = word(rest, &TASKS)
            && task_ends(rest, n)
            // 「文　飞」: a surname and the space that pads a short name.
            && !(n == 1 && rest.get(1).is_some_and(|c| c.folded == ' ') && padded(rest).is_some())
            // 「摄影 甲」: in front it is a role.
            && (waiting < out.len() || self::word(rest, &ROLES).is_none())
        {
            if waiting < out.len() && !(out.len() > waiting && rest.get(n).is_some_and(|c| c.folded == '/')) {
                assign(&mut out[waiting..], word);
                waiting = out.len();
                role.clear();
            } else {
                role = printed(&rest[..n]);
                waiting = out.len();
            }
            at += n;
            continue;
        }
        if let Some((word, n)) = word(rest, &ROLES) {
            // 「甲 摄影」: behind its names, with nothing after it.
            let last = rest[n..].iter().all(|c| matches!(c.folded, ' ' | ')'));
            if last && waiting < out.len() && TASKS.is(word) {
                assign(&mut out[waiting..], word);
            } else {
                role = printed(&rest[..n]);
                waiting = out.len();
            }
            at += n;
            continue;
        }
        let n = name(rest, s[..at].iter().any(|c| c.folded == '/'))?;
        for part in split(&rest[..n])? {
            let name: String = part.iter().filter(|c| c.folded != ' ').map(|c| c.printed).collect();
            out.push(Author { name, role: role.clone() });
        }
        at += n;
    }
    let any = !out.is_empty() && out.len() <= 24;
    any.then_some(out)
}

fn assign(authors: &mut [Author], task: &str) {
    for author in authors.iter_mut().filter(|a| a.role.is_empty()) {
        author.role = task.to_owned();
    }
}

pub(super) fn word(s: &[Char], words: &Lexicon) -> Option<(&'static str, usize)> {
    words.from(s.first()?.folded).find_map(|w| starts(s, w).map(|n| (w, n)))
}

/// A task of one character is one only where it stands alone: `甲/文`, not 文静.
fn task_ends(rest: &[Char], n: usize) -> bool {
    rest.get(n).is_none_or(|c| !is_han(c.folded))
}

/// How many characters the name at the beginning takes, a padding space included.
///
/// `stroked` tells that a stroke stood before: behind 「甲/文」 the next task is a single one too.
fn name(s: &[Char], stroked: bool) -> Option<usize> {
    let mut n = 0;
    while n < s.len() && n < 16 {
        let c = s[n].folded;
        let dot = n > 0 && matches!(c, '·' | '•') && s.get(n + 1).is_some_and(|c| is_han(c.folded));
        let may = n >= 2;
        let role_next = may && word(&s[n..], &ROLES).is_some();
        let task_next = may
            && word(&s[n..], &TASKS).is_some_and(|(w, len)| {
                let single = stroked && w.contains('/');
                task_ends(&s[n..], len) && (w.chars().count() > 1 || w == "摄") && !single
            });
        if !(dot || is_han(c)) || role_next || task_next {
            break;
        }
        n += 1;
    }
    if n == 1 { padded(s) } else { (n >= 2).then_some(n) }
}

/// How many characters a name takes that is padded: 「王 刚」, a single character, space, a single character.
fn padded(s: &[Char]) -> Option<usize> {
    let mut second = 1;
    while s.get(second).is_some_and(|c| c.folded == ' ') {
        second += 1;
    }
    let alone =
        s.get(second + 1).is_none_or(|c| !is_han(c.folded)) || word(&s[second + 1..], &ROLES).is_some();
    // 「文 图 甲」: what stands there is a task.
    let task = |c: &Char| matches!(c.folded, '图' | '摄' | '文');
    let given = |c: &Char| is_han(c.folded) && !(task(c) && s.first().is_some_and(task));
    (second > 1 && s.get(second).is_some_and(given) && alone).then_some(second + 1)
}

/// Names printed without a space between them: cut where surnames allow.
fn split(s: &[Char]) -> Option<Vec<&[Char]>> {
    let solid = s.iter().filter(|c| c.folded != ' ').count();
    if solid <= 3
        || s.iter().any(|c| matches!(c.folded, '·' | '•'))
        || (solid == 4 && word(s, &COMPOUND).is_some())
    {
        return Some(vec![s]);
    }
    if solid > 12 {
        return None;
    }
    fn cut<'a>(s: &'a [Char], out: &mut Vec<&'a [Char]>) -> bool {
        if s.is_empty() {
            return true;
        }
        for n in [3, 2, 4] {
            if n <= s.len() && plausible_name(&s[..n]) {
                out.push(&s[..n]);
                if cut(&s[n..], out) {
                    return true;
                }
                out.pop();
            }
        }
        false
    }
    let mut out = Vec::new();
    if cut(s, &mut out) {
        return Some(out);
    }
    // Four characters may be one name all the same.
    (solid == 4).then(|| vec![s])
}
