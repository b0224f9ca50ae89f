//! Who held which post when: the fixture archive must answer as `fixtures/copy/BIBLE.md` says.

use baoku::people::HoldingStatus;
use baoku::search::{Archive, HoldingRow, PeopleQuery};

use crate::support::{fixture_archive, folder, index, write};

/// Post, day, holder.
const HOLDERS: &[(&str, &str, &str)] = &[
    ("区委书记", "2031-06-12", "沈砚秋"),
    ("区委书记", "2032-07-15", "沈砚秋"),
    ("区委书记", "2032-08-09", "陆怀舟"),
    ("区委书记", "2033-04-22", "陆怀舟"),
    ("区长", "2031-06-12", "陆怀舟"),
    ("区长", "2032-07-15", "陆怀舟"),
    ("区长", "2032-08-09", "韩伯川"),
    ("区长", "2032-11-11", "韩伯川"),
    ("区长", "2033-03-10", "韩伯川"),
    ("常务副区长", "2032-04-01", "韩伯川"),
    ("常务副区长", "2032-12-23", "万俟雪"),
    ("组织部部长", "2032-11-11", "邵月琴"),
    ("组织部部长", "2033-04-22", "欧阳建平"),
    ("宣传部部长", "2032-08-09", "顾思源"),
    ("政法委书记", "2032-08-09", "尉迟明"),
    ("区纪委书记", "2032-08-09", "单立夫"),
    ("区监委主任", "2032-08-09", "单立夫"),
    ("区人大常委会主任", "2032-08-09", "洪远山"),
    ("区政协主席", "2032-08-09", "区正平"),
    ("区水利局局长", "2032-04-01", "盖春生"),
    ("区水利局局长", "2032-07-15", "解明远"),
    ("区教育局局长", "2032-08-09", "曾慧敏"),
    ("区卫健委主任", "2033-03-10", "缪晓东"),
    ("区卫健委主任", "2033-08-25", "罗安"),
    ("区文旅局局长", "2032-08-09", "李文博"),
    ("区农业农村局局长", "2032-08-09", "翟广田"),
    ("区住建局局长", "2032-07-15", "白鹭"),
    ("区住建局局长", "2032-12-23", "丁一川"),
    ("区应急管理局局长", "2032-08-09", "雷鸣"),
    ("区发改局局长", "2032-04-01", "江山"),
    ("区发改局局长", "2032-12-23", "夏雨荷"),
    ("青禾镇党委书记", "2031-06-12", "田野"),
    ("青禾镇党委书记", "2033-04-22", "苏青"),
    ("青禾镇镇长", "2031-06-12", "苏青"),
    ("青禾镇镇长", "2032-05-20", "何志强"),
    ("石桥头镇党委书记", "2032-08-09", "石磊"),
    ("柳渡街道党工委书记", "2032-08-09", "柳如烟"),
    ("安和村党支部书记", "2032-08-09", "王刚"),
    ("市委书记", "2032-08-09", "梁以宁"),
    ("市长", "2032-08-09", "蔡国栋"),
    ("区法院院长", "2033-01-14", "方正"),
    ("区检察院检察长", "2033-01-14", "安宁"),
];

fn on(archive: &Archive, post: &str, day: &str) -> Vec<HoldingRow> {
    let asked =
        PeopleQuery { post: Some(post.to_owned()), on: Some(day.parse().unwrap()), ..PeopleQuery::default() };
    archive.holdings(&asked).unwrap()
}

#[test]
fn each_post_is_answered_with_whoever_held_it_that_day() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let mut wrong = Vec::new();
    for (post, day, holder) in HOLDERS {
        let rows = on(&archive, post, day);
        if rows.first().map(|r| r.name.as_str()) != Some(holder) {
            let told: Vec<_> = rows.iter().map(|r| format!("{} {} {:?}", r.name, r.post, r.status)).collect();
            wrong.push(format!("{post} {day}: {holder}, not {}", told.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(on(&archive, "省委书记", "2032-08-09"), [], "these issues never print who it was");
}

#[test]
fn a_printed_appointment_and_removal_date_the_holding_and_are_quoted() {
    let archive = Archive::open(fixture_archive()).unwrap();
    for (post, day, name, from, to) in [
        ("区水利局局长", "2032-07-15", "解明远", Some("2032-05-18"), None),
        ("区水利局局长", "2032-04-01", "盖春生", None, Some("2032-05-18")),
        ("区委书记", "2032-08-09", "陆怀舟", Some("2032-08-05"), None),
        ("区委书记", "2032-07-15", "沈砚秋", None, Some("2032-08-05")),
        ("区长", "2032-11-11", "韩伯川", Some("2032-08-06"), Some("2033-01-12")),
        ("区长", "2033-03-10", "韩伯川", Some("2033-01-12"), None),
    ] {
        let rows = on(&archive, post, day);
        let row = rows.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("{name} {post}: {rows:?}"));
        assert_eq!((row.from.as_deref(), row.to.as_deref()), (from, to), "{name} {post}: {row:?}");
        assert_eq!(row.status, HoldingStatus::Dated, "{name} {post}");
        assert!(row.evidence.iter().any(|e| e.quote.contains(name)), "{name} {post}: {row:?}");
    }
}

#[test]
fn a_deputy_never_answers_for_the_head_and_who_acts_is_told_as_acting() {
    let archive = Archive::open(fixture_archive()).unwrap();
    for day in ["2031-06-12", "2032-07-15", "2032-11-11", "2033-03-10"] {
        for row in on(&archive, "区长", day) {
            assert!(!row.post.contains('副'), "{day}: {row:?}");
        }
    }
    assert_eq!(on(&archive, "区长", "2032-11-11")[0].post, "代区长");
}

#[test]
fn two_people_of_one_name_are_kept_apart_and_say_so() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let persons = archive.persons_named("王刚").unwrap();
    let ids: Vec<_> = persons.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids, ["王刚", "王刚~2"]);
    assert_eq!(persons[0].possibly_same, ["王刚~2"]);
    for person in &persons {
        let posts: Vec<_> = person.holdings.iter().map(|h| h.post.as_str()).collect();
        let (village, district) =
            (posts.iter().any(|p| p.contains("村")), posts.iter().any(|p| p.contains("副区长")));
        assert!(village != district, "{}: {posts:?}", person.id);
    }
}

#[test]
fn a_post_that_is_over_or_still_to_come_is_held_by_nobody() {
    let dir = folder();
    let source = dir.path().join("paper.jsonl");
    let told = [
        "公示：申小满，男，现任区水利局副局长，拟任区水利局局长。",
        "贾雪梅曾任区教育局局长、区体育局局长，退休后回到柳林村。",
        "拟任区审计局局长宋立冬到会。区长郭望山讲话。",
    ];
    let lines: String = (1..)
        .zip(told)
        .map(|(n, text)| {
            let id = format!("2031-03-0{n}/1/{n}");
            let date = format!("2031-03-0{n}");
            serde_json::json!({"id": id, "date": date, "headline": "简讯", "body": text}).to_string() + "\n"
        })
        .collect();
    std::fs::write(&source, lines).unwrap();
    let archive = dir.path().join("archive");
    index(&archive, &[source]);
    let archive = Archive::open(&archive).unwrap();
    for (post, holder) in [
        ("区水利局局长", None),
        ("拟任区水利局局长", Some("申小满")),
        ("区水利局副局长", Some("申小满")),
        ("区教育局局长", None),
        ("区体育局局长", None),
        ("区审计局局长", None),
        ("区长", Some("郭望山")),
    ] {
        let names: Vec<String> = on(&archive, post, "2031-03-02").into_iter().map(|row| row.name).collect();
        assert_eq!(names, holder.into_iter().collect::<Vec<_>>(), "{post}");
    }
}

#[test]
fn who_is_printed_with_one_post_in_the_same_time_is_told_in_the_data() {
    let place = folder();
    let archive = place.path().join("archive");
    let pages = place.path().join("pages");
    for (day, name) in [("01", "申小满"), ("05", "郭望山"), ("09", "申小满"), ("20", "谢长青")] {
        write(
            pages.join(format!("2031-03-{day}/01.md")),
            format!(
                "# 区水利局部署防汛 第{day}号\n\n本报讯 区水利局局长{name}、副局长宋立冬到会。{name}说，抓紧。\n"
            ),
        );
    }
    index(&archive, &[pages]);
    let archive = Archive::open(&archive).unwrap();
    let of = |asked: PeopleQuery| -> Vec<(String, Vec<String>)> {
        let rows = archive.holdings(&asked).unwrap();
        rows.into_iter().map(|r| (r.name, r.overlaps.into_iter().map(|o| o.name).collect())).collect()
    };
    let day = |day: &str| PeopleQuery {
        post: Some("水利局局长".to_owned()),
        organ: None,
        on: Some(day.parse().unwrap()),
        name: None,
    };
    let organ = |organ: &str| PeopleQuery { organ: Some(organ.to_owned()), ..PeopleQuery::default() };
    let beside = |name: &str, others: &[&str]| {
        (name.to_owned(), others.iter().map(|o| (*o).to_owned()).collect::<Vec<_>>())
    };
    let two = [beside("申小满", &["郭望山"]), beside("郭望山", &["申小满"])];
    assert_eq!(of(day("2031-03-05")), two);
    let mut all = of(organ("水利局"));
    all.sort();
    assert_eq!(all, [two[0].clone(), beside("谢长青", &[]), two[1].clone()]);
    assert_eq!(of(organ("市水利局")), []);
}
