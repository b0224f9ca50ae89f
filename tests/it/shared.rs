//! The real front page that the project is measured by, where it lies beside the project: five
//! articles, two pieces of furniture, twenty-one people. The page is not ours to distribute.

use std::collections::{BTreeMap, BTreeSet};

use baoku::people::{NameBook, of_article};
use serde_json::{Value, json};

use crate::support::{baoku, top};

/// The page as `parse` prints it; none, told loudly, where it does not lie beside the project.
fn front_page() -> Option<Value> {
    let places = ["..", "../.."].map(|up| top().join(up).join("shared/pages/luzhou-front-page.md"));
    let Some(path) = places.iter().find(|path| path.exists()) else {
        eprintln!("SKIPPED: shared/pages/luzhou-front-page.md does not lie beside the project");
        return None;
    };
    let args = ["parse".as_ref(), path.as_os_str(), "--format".as_ref(), "jsonl".as_ref()];
    Some(baoku(args).ended(0).json_lines().remove(0))
}

#[test]
fn the_front_page_gives_five_articles_and_two_pieces_of_furniture() {
    let Some(page) = front_page() else { return };
    let articles: Vec<Value> = page["articles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| {
            let names = |member: &str, of: &str| -> Vec<String> {
                a[member].as_array().unwrap().iter().map(|v| v[of].as_str().unwrap().to_owned()).collect()
            };
            let mut repairs = names("repairs", "kind");
            repairs.sort();
            json!([
                a["column"],
                a["kicker"],
                a["headline"],
                a["deck"],
                names("byline", "name"),
                a["credit"],
                a["event_date"],
                a["jump_to"],
                repairs,
            ])
        })
        .collect();
    let want = json!([
        [
            null,
            null,
            "我区召开群众身边不正之风和腐败问题集中整治专题会",
            "贺思宇主持 魏振东作安排 郭红胜参加",
            ["孙鸣"],
            null,
            "06-01",
            null,
            ["repeat", "speaker-differs"]
        ],
        [
            "树立和践行正确政绩观",
            null,
            "树牢正确政绩观从走好第一步开始",
            null,
            [],
            "人民日报",
            null,
            null,
            ["late-headline"]
        ],
        [
            null,
            null,
            "全区1-4月份经济运行分析暨项目建设推进会召开",
            null,
            ["孙鸣"],
            null,
            "05-29",
            null,
            ["repeat", "seam", "seam"]
        ],
        [
            null,
            "魏振东专题调研安全生产和生态环保工作",
            "守牢安全底线生态红线",
            null,
            ["郭婷婷"],
            null,
            "06-03",
            "2",
            ["gap"]
        ],
        [
            "奋力推进中国式现代化潞州实践",
            null,
            "厚植生态优势 雕琢宜居画卷",
            "潞州区全方位推进生态环境提质增效",
            ["郭婷婷"],
            null,
            null,
            null,
            ["seam", "seam", "seam"]
        ],
    ]);
    for (got, want) in articles.iter().zip(want.as_array().unwrap()) {
        assert_eq!(got, want);
    }
    assert_eq!(articles.len(), 5);
    let kinds: Vec<&str> =
        page["furniture"].as_array().unwrap().iter().map(|f| f["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["slogan", "countdown"]);
    assert_eq!((&page["paper"], &page["date"], &page["page"]), (&Value::Null, &Value::Null, &Value::Null));
}

#[test]
fn the_front_page_names_twenty_one_people_and_invents_none() {
    let Some(page) = front_page() else { return };
    let mut got: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for person in page["articles"].as_array().unwrap().iter().flat_map(|a| a["people"].as_array().unwrap()) {
        let posts = got.entry(person["name"].as_str().unwrap().to_owned()).or_default();
        posts.extend(person["posts"].as_array().unwrap().iter().map(|p| p.as_str().unwrap().to_owned()));
    }
    let want: BTreeMap<String, BTreeSet<String>> = [
        ("贺思宇", "区委书记"),
        ("魏振东", "区委副书记 区长"),
        ("郭红胜", "区领导"),
        ("祁慧刚", "区领导"),
        ("李志强", "区领导"),
        ("王慧清", "区领导"),
        ("李国亮", "区领导"),
        ("牛彦岗", "区领导"),
        ("王刚", "区领导 副区长"),
        ("申俊玲", "区领导"),
        ("郭维军", "区委常委 常务副区长"),
        ("秦浩东", "区政协副主席"),
        ("牛虎钢", "首钢长钢公司环保部处处长助理"),
        ("马建国", "区林业局营林科科长"),
        ("王玉斌", "安昌村党支部书记 村委会主任"),
        ("刘潞东", "区水利局河长制办公室科员"),
        ("高红光", ""),
        ("习近平", "总书记"),
        ("马克思", ""),
        ("孙鸣", ""),
        ("郭婷婷", ""),
    ]
    .map(|(name, posts)| (name.to_owned(), posts.split_whitespace().map(str::to_owned).collect()))
    .into();
    assert_eq!(got, want);
}

#[test]
fn every_span_of_the_front_page_holds_its_name() {
    let Some(page) = front_page() else { return };
    for article in page["articles"].as_array().unwrap() {
        let article: baoku::paper::Article = serde_json::from_value(article.clone()).unwrap();
        let (text, _) = article.full_text();
        for m in of_article(&article, &NameBook::default()).mentions {
            let printed: String = m.span.of(&text).chars().filter(|c| !c.is_whitespace()).collect();
            assert_eq!(printed, m.name);
        }
    }
}
