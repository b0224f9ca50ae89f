//! The completeness report: a row an issue, with what lacks and what could not be read whole.

use serde_json::json;

use crate::support::{baoku_on, folder, index, write};

const BRIDGE: &str = "# 望江桥今日通车\n\n本报讯（记者孙一鸣）3月1日上午，横跨澜河的望江桥建成通车，两岸居民步行过江只要六分钟。区住建局局长白鹭在现场说，\
    桥栏的高度是照着孩子的身高定的，大人扶着也不弯腰。（下转第三版）\n";
const SCHOOL: &str = "# 柳渡小学添了三间音乐教室\n\n本报讯（记者黄河）3月2日，柳渡小学的三间音乐教室投入使用，墙面铺的是回收的稻壳板。\n";

#[test]
fn each_issue_has_a_row_with_what_lacks() {
    let place = folder();
    let pages = place.path().join("pages");
    write(pages.join("澜湾日报/2031-03-01/01.md"), BRIDGE);
    write(pages.join("澜湾日报/2031-03-01/02.md"), SCHOOL);
    write(
        pages.join("澜湾日报/2031-03-01/04.md"),
        "一段没有标题的话，说的是南塘早市搬进新盖的大棚之后的第三个早晨，摊主们说新秤要配老顾客，谁也不想先开口涨价。\n",
    );
    write(pages.join("澜湾日报/2031-03-02/01.md"), SCHOOL);
    write(pages.join("散页/扫描.md"), SCHOOL);
    let archive = place.path().join("archive");
    index(&archive, std::slice::from_ref(&pages));
    let rows = baoku_on(&archive, &["stats", "--issues", "--format", "json"]).ended(0).json();
    let told = |row: &serde_json::Value| {
        json!([
            row["paper"],
            row["date"],
            row["pages"],
            row["missing_pages"],
            row["unmatched_jumps"],
            row["untitled"],
            row["undated_pages"],
            row["articles"]
        ])
    };
    let all: Vec<_> = rows.as_array().unwrap().iter().map(told).collect();
    assert_eq!(
        all,
        [
            json!([null, null, [], [], 0, 0, 1, 1]),
            json!(["澜湾日报", "2031-03-01", ["1", "2", "4"], ["3"], 1, 1, 0, 3]),
            json!(["澜湾日报", "2031-03-02", ["1"], [], 0, 0, 0, 1]),
        ]
    );
    assert!(rows[0]["source"].as_str().unwrap().ends_with("pages/散页"));
    assert_eq!(rows[1]["id"], "澜湾日报/2031-03-01");
    assert_eq!(rows[1]["problem_kinds"]["jump-unmatched"], 1);

    let lines = baoku_on(&archive, &["stats", "--issues", "--format", "jsonl"]).ended(0).json_lines();
    assert_eq!(serde_json::Value::from(lines), rows);
    let table = baoku_on(&archive, &["stats", "--issues", "--format", "csv"]).ended(0).out;
    assert!(table.contains("澜湾日报,2031-03-01,1、2、4,3,3,1,1,0,0,"), "{table}");
    let text = baoku_on(&archive, &["stats", "--issues"]).ended(0).out;
    assert!(text.contains("澜湾日报  [lacks page 3]"), "{text}");

    // The row follows what is there: the missing page comes, with the rest of the story.
    write(
        pages.join("澜湾日报/2031-03-01/03.md"),
        "（上接第一版）过江的人里有一位八十一岁的老人，他说上一回走着过江还是坐船，那时候的船票三分钱。\n",
    );
    index(&archive, &[pages]);
    let rows = baoku_on(&archive, &["stats", "--issues", "--format", "json"]).ended(0).json();
    assert_eq!(told(&rows[1]), json!(["澜湾日报", "2031-03-01", ["1", "2", "3", "4"], [], 0, 1, 0, 3]));
}

#[test]
fn ready_articles_have_rows_by_paper_and_day() {
    let place = folder();
    write(
        place.path().join("in.jsonl"),
        "{\"id\":\"x1\",\"paper\":\"澜湾日报\",\"date\":\"2031-03-01\",\"page\":\"2\",\"headline\":\"甲\",\"body\":\"乙\"}\n{\"headline\":\"丙\",\"body\":\"丁\"}\nno json\n",
    );
    let archive = place.path().join("archive");
    index(&archive, &[place.path().join("in.jsonl")]);
    let rows = baoku_on(&archive, &["stats", "--issues", "--format", "json"]).ended(0).json();
    let told: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            json!([row["date"], row["pages"], row["missing_pages"], row["articles"], row["undated_pages"]])
        })
        .collect();
    assert_eq!(told, [json!([null, [], [], 1, 0]), json!(["2031-03-01", ["2"], ["1"], 1, 0])]);
    assert!(rows[0]["problem_kinds"]["bad-format"].as_u64() > Some(0));
}
