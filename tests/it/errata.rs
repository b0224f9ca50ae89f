//! Printed corrections lead to the article they correct, and it to them.

use serde_json::Value;

use crate::support::{baoku_on, folder, index, write};

const SCHOOLS: &str = "# 二十七所学校换上新课桌\n\n本报讯（记者郭小婷）10月6日，全区二十七所学校换上了新课桌，桌面的高度可以随着孩子长个子来调。\n\n\
    # 南塘早市搬进新棚\n\n本报讯（记者林夕）10月6日，经营了二十年的南塘早市搬进了新盖的大棚，摊位费三年不变。\n";
const NOTICE: &str = "# 渠水进村\n\n本报讯（记者林夕）10月8日，引水渠的水进了柳渡村，两岸村民早早来到渠边等候。\n\n### 更正\n\n\
    本报10月7日第二版《二十七所学校换上新课桌》一文中，“二十七所”应为“三十七所”。特此更正，并向读者致歉。\n\n\
    本报10月7日第一版《没有印过的文章》中的人名有误。\n";

#[test]
fn a_correction_and_its_article_are_linked_whichever_comes_first() {
    let place = folder();
    let (pages, archive) = (place.path().join("pages"), place.path().join("archive"));
    write(pages.join("澜湾日报/2031-10-07/02.md"), SCHOOLS);
    index(&archive, std::slice::from_ref(&pages));
    let show = |id: &str| -> Value { baoku_on(&archive, &["show", id, "--format", "json"]).ended(0).json() };
    let id_of = |question: &str| {
        let found = baoku_on(&archive, &["search", question, "--format", "ids"]).out;
        found.lines().next().unwrap_or_default().to_owned()
    };
    let article = id_of("标题:“二十七所学校换上新课桌”");
    assert_eq!(show(&article)["corrected_by"], Value::Null);

    write(pages.join("澜湾日报/2031-10-09/04.md"), NOTICE);
    index(&archive, std::slice::from_ref(&pages));
    let notice = id_of("体裁:correction");
    let shown = show(&article);
    assert_eq!(shown["corrected_by"][0]["id"], notice.as_str());
    assert_eq!(shown["corrected_by"][0]["date"], "2031-10-09");
    assert!(shown["corrected_by"][0]["text"].as_str().unwrap().contains("应为“三十七所”"));
    let shown = show(&notice);
    assert_eq!(shown["corrects"][0]["article"]["id"], article.as_str());
    assert_eq!(shown["corrects"][1]["article"], Value::Null);
    assert_eq!(shown["corrects"][1]["note"], "the archive has no article “没有印过的文章” of 2031-10-07");
    assert_eq!(show(&id_of("标题:南塘早市"))["corrected_by"], Value::Null, "the other article of that page");
    let text = baoku_on(&archive, &["show", &article]).ended(0).out;
    assert!(text.contains("[later corrected, 2031-10-09: 本报10月7日第二版"), "{text}");

    std::fs::remove_dir_all(pages.join("澜湾日报/2031-10-09")).unwrap();
    index(&archive, &[pages]);
    assert_eq!(show(&article)["corrected_by"], Value::Null);
}
