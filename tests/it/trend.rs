//! Terms over time against a recount of the stored text; similar stories, comparisons, alerts.

use std::collections::BTreeMap;

use baoku::index::StoredArticle;
use baoku::search::{Archive, Facet, Period, Request, TrendRequest, UNDATED, days};
use baoku::text::fold::fold;
use serde_json::Value;

use crate::support::{Draw, baoku_on, fixture_archive, folder, stored, write};

fn request(terms: &[&str], by: Period) -> TrendRequest {
    let terms = terms.iter().map(|t| (*t).to_owned()).collect();
    TrendRequest { terms, by, dates: None, as_printed: false }
}

/// Times a folded run stands in an article, counted by hand: padded names closed up or as printed.
fn times(article: &StoredArticle, run: &str) -> u64 {
    let mut by_part: BTreeMap<_, usize> = BTreeMap::new();
    for (part, text) in article.runs() {
        let found = fold(&text).matches(run).count();
        let most = by_part.entry(part).or_default();
        *most = (*most).max(found);
    }
    by_part.values().sum::<usize>() as u64
}

#[test]
fn counts_are_those_of_a_recount_and_sum_to_the_totals() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = stored(&archive);
    let mut draw = Draw::seeded(26);
    let mut terms: Vec<String> =
        ["镜湖", "的", "综合治理", "陆怀舟", "没有的龙宫", "2032"].map(str::to_owned).into();
    for _ in 0..30 {
        let article = draw.of(&articles);
        let Some(paragraph) = article.article.paragraphs.first() else { continue };
        let chars: Vec<char> = paragraph.chars().filter(|c| c.is_alphanumeric()).collect();
        if chars.len() > 8 {
            let at = draw.below(chars.len() - 6);
            terms.push(chars[at..at + 1 + draw.below(5)].iter().collect());
        }
    }
    for by in Period::ALL {
        let asked: Vec<&str> = terms.iter().map(String::as_str).collect();
        let trend = archive.trend(&request(&asked, by)).unwrap();
        let dated = articles.iter().filter(|a| a.facts.date.is_some()).count() as u64;
        assert_eq!(trend.of_articles, dated);
        for (term, found) in terms.iter().zip(&trend.terms) {
            let run = fold(term);
            let having: Vec<&StoredArticle> = articles.iter().filter(|a| times(a, &run) > 0).collect();
            let (dated, undated): (Vec<&StoredArticle>, Vec<&StoredArticle>) =
                having.into_iter().partition(|a| a.facts.date.is_some());
            let sum = |of: &[&StoredArticle]| of.iter().map(|a| times(a, &run)).sum::<u64>();
            assert_eq!((found.articles, found.occurrences), (dated.len() as u64, sum(&dated)), "{term}");
            assert_eq!(
                (found.undated.articles, found.undated.occurrences),
                (undated.len() as u64, sum(&undated)),
                "{term}"
            );
            assert_eq!(found.periods.iter().map(|p| p.articles).sum::<u64>(), found.articles);
            assert_eq!(found.periods.iter().map(|p| p.occurrences).sum::<u64>(), found.occurrences);
            assert_eq!(found.periods.iter().map(|p| p.of_articles).sum::<u64>(), trend.of_articles);
            let first = dated.iter().map(|a| a.facts.date.unwrap()).min();
            let last = dated.iter().map(|a| a.facts.date.unwrap()).max();
            assert_eq!(found.first.as_ref().map(|s| s.date.clone()), first.map(|d| d.to_string()));
            assert_eq!(found.last.as_ref().map(|s| s.date.clone()), last.map(|d| d.to_string()));
            assert!(found.periods.is_sorted_by(|a, b| a.period < b.period));
        }
    }
}

#[test]
fn days_asked_beside_bound_the_periods() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let dates = days(Some("2032-02"), Some("2032-11")).unwrap();
    let trend = archive.trend(&TrendRequest { dates, ..request(&["镜湖"], Period::Month) }).unwrap();
    assert_eq!((trend.from.as_deref(), trend.to.as_deref()), (Some("2032-02"), Some("2032-11")));
    assert_eq!(trend.terms[0].periods.len(), 10, "months without an issue too");
    assert!(trend.terms[0].periods.iter().any(|p| p.of_articles == 0 && p.articles_per_1000 == 0.0));
}

#[test]
fn a_histogram_has_no_holes_and_sums_to_the_total() {
    let archive = Archive::open(fixture_archive()).unwrap();
    for question in ["", "镜湖", "会议 -公告", "“综合治理”"] {
        let facets = vec![Facet::Year, Facet::Month, Facet::Day];
        let results = archive.search(&Request { facets, limit: 1, ..Request::new(question) }).unwrap();
        let mut undated = Vec::new();
        for counts in results.facets.values() {
            assert_eq!(counts.iter().map(|c| c.count).sum::<u64>(), results.total.value, "{question}");
            undated.push(counts.iter().find(|c| c.value == UNDATED).map_or(0, |c| c.count));
        }
        assert!(undated.windows(2).all(|pair| pair[0] == pair[1]), "{undated:?}");
        let first = &results.facets["day"][0];
        assert!(first.count > 0 && first.value.len() == 10);
    }
}

#[test]
fn the_command_prints_every_form() {
    let trend = |args: &[&str]| baoku_on(fixture_archive(), &[&["trend"], args].concat());
    let json = trend(&["镜湖", "会议", "--by", "year", "--format", "json"]).ended(0).json();
    assert_eq!(json["terms"].as_array().unwrap().len(), 2);
    let csv = trend(&["镜湖", "会议", "--by", "year", "--format", "csv"]).ended(0);
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(csv.out.strip_prefix('\u{FEFF}').unwrap().as_bytes())
            .records()
            .map(Result::unwrap)
            .collect();
    let years = json["terms"][0]["periods"].as_array().unwrap();
    assert_eq!(rows.len(), 2 * years.len());
    assert_eq!(rows[0][2], years[0]["articles"].to_string());
    let text = trend(&["镜湖", "--by", "year"]).ended(0);
    assert!(
        text.out.contains("first ") && text.out.contains("last ") && text.out.contains("2031"),
        "{}",
        text.out
    );
    let svg = trend(&["镜湖 <b>&", "--format", "svg"]);
    assert!(
        svg.out.starts_with("<svg") && svg.out.contains("<desc") && !svg.out.contains("<b>"),
        "{}",
        svg.out
    );
    trend(&["没有的龙宫"]).ended(1);
    trend(&["镜湖", "--by", "week"]).ended(2);
    trend(&["镜湖", "--from", "2033", "--to", "2031"]).ended(2);
    trend(&["镜湖 -公告", "-公告"]).ended(0);
}

const REPORTS: &str = r#"{"id":"r/2031","headline":"镜湖治理年度报告","date":"2031-01-10","paper":"澜湾日报","page":"1","body":"全年新建改造农村供水工程三十二处，受益群众两万一千人。\n镜湖水质稳定达到三类标准，湖区生态补水四千万立方米。\n会议要求，各镇街抓好冬修水利，确保春灌用水。"}
{"id":"r/2032","headline":"镜湖治理年度报告","date":"2032-01-12","paper":"澜湾日报","page":"1","body":"镜湖水质稳定达到三类标准，湖区生态补水四千万立方米。\n全年新建改造农村供水工程四十五处，受益群众三万人。\n轨道交通一号线镜湖站主体结构封顶。"}
{"id":"r/other","headline":"中学生运动会开幕","date":"2032-05-01","paper":"澜湾日报","page":"4","body":"昨日上午，全区中学生运动会在体育场开幕，八百名运动员参赛。"}
"#;

fn reports(extra: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let place = folder();
    write(place.path().join("reports.jsonl"), format!("{REPORTS}{extra}"));
    let archive = place.path().join("a");
    baoku_on(&archive, &["index", place.path().join("reports.jsonl").to_str().unwrap()]).ended(0);
    (place, archive)
}

#[test]
fn last_years_report_is_found_and_what_is_new_is_told() {
    let (_place, archive) = reports("");
    let similar = baoku_on(&archive, &["show", "r/2032", "--similar", "--format", "json"]).ended(0).json();
    let first = &similar[0];
    assert_eq!((first["id"].as_str(), first["earlier"].as_bool()), (Some("r/2031"), Some(true)));
    assert!(first["reuse"].as_f64().unwrap() > 0.4, "{first}");
    assert!(similar.as_array().unwrap().iter().all(|s| s["id"] != "r/2032"), "not like itself");
    baoku_on(&archive, &["show", "r/none", "--similar"]).ended(1);

    // In whatever order.
    let compare =
        |a: &str, b: &str| baoku_on(&archive, &["compare", a, b, "--format", "json"]).ended(0).json();
    let found = compare("r/2031", "r/2032");
    assert_eq!(found, compare("r/2032", "r/2031"));
    assert_eq!(
        (found["older"]["id"].as_str(), found["newer"]["id"].as_str()),
        (Some("r/2031"), Some("r/2032"))
    );
    let status: Vec<&str> = found["paragraphs"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|p| p["sentences"].as_array().unwrap())
        .map(|s| s["status"].as_str().unwrap())
        .collect();
    assert_eq!(status, ["reused", "changed", "new"]);
    assert_eq!(found["dropped"][0]["paragraph"], 3);
    let text = baoku_on(&archive, &["compare", "r/2031", "r/2032"]).ended(0);
    assert!(text.out.contains("[+轨道交通一号线镜湖站主体结构封顶。+]"), "{}", text.out);
    baoku_on(&archive, &["compare", "r/2031", "r/none"]).ended(1);
}

#[test]
fn an_alert_tells_each_article_once() {
    let (place, archive) = reports("");
    let source = place.path().join("reports.jsonl");
    let alerts = |args: &[&str]| baoku_on(&archive, &[&["alerts", "--format", "json"], args].concat());
    let new = |ran: &crate::support::Ran| -> Vec<String> {
        let told: Value = ran.json();
        let hits = told.as_array().unwrap().iter().flat_map(|a| a["new"].as_array().unwrap().clone());
        hits.map(|h| h["id"].as_str().unwrap().to_owned()).collect()
    };
    alerts(&[]).ended(1);
    baoku_on(&archive, &["saved"]).ended(1);
    let saved = baoku_on(&archive, &["save", "湖", "“镜湖”", "-公告"]).ended(0);
    assert!(saved.err.contains("2 articles"), "{}", saved.err);
    let taken = baoku_on(&archive, &["save", "湖", "镜湖"]).ended(2);
    assert!(taken.err.starts_with("error: 湖: ") && taken.err.contains("hint: "), "{}", taken.err);
    alerts(&[]).ended(1);

    let more = r#"{"id":"r/2033","headline":"镜湖站通车","date":"2033-01-12","body":"镜湖站昨日通车。"}"#;
    write(&source, format!("{REPORTS}{more}\n"));
    baoku_on(&archive, &["index", source.to_str().unwrap()]).ended(0);
    assert_eq!(new(&alerts(&["--peek"]).ended(0)), ["r/2033"]);
    assert_eq!(new(&alerts(&[]).ended(0)), ["r/2033"]);
    assert_eq!(new(&alerts(&[]).ended(1)), [] as [&str; 0]);

    // Read again from scratch, gone and back: still no news.
    baoku_on(&archive, &["index", "--rebuild", source.to_str().unwrap()]).ended(0);
    alerts(&[]).ended(1);
    write(&source, REPORTS);
    baoku_on(&archive, &["index", source.to_str().unwrap()]).ended(0);
    alerts(&[]).ended(1);
    write(&source, format!("{more}\n{REPORTS}"));
    baoku_on(&archive, &["index", source.to_str().unwrap()]).ended(0);
    alerts(&[]).ended(1);

    let listed = baoku_on(&archive, &["saved", "--format", "jsonl"]).ended(0).json_lines();
    assert_eq!(listed, [serde_json::json!({"name": "湖", "query": "“镜湖” -公告"})]);
    alerts(&["没有"]).ended(2);
    baoku_on(&archive, &["saved", "--remove", "湖"]).ended(0);
    baoku_on(&archive, &["saved", "--remove", "湖"]).ended(2);
    baoku_on(&archive, &["save", "\n", "镜湖"]).ended(2);
    write(archive.join("saved.json"), "{}]");
    let damaged = baoku_on(&archive, &["saved"]).ended(2);
    assert!(damaged.err.contains("saved.json"), "{}", damaged.err);
}
