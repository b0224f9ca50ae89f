use super::*;
use crate::people::mentions;

fn book(text: &str) -> NameBook {
    let mut book = NameBook::default();
    book.add(&mentions(text, &NameBook::default()));
    book
}

#[test]
fn books_merge_in_any_order_and_survive_being_written() {
    let (a, b) = (book("区长郭望山、副区长谢长青出席。"), book("区长郭望山讲话。（记者梁雨禾）"));
    let (mut ab, mut ba) = (a.clone(), b.clone());
    ab.merge(&b);
    ba.merge(&a);
    assert_eq!(ab, ba);
    assert_eq!(ab.get("郭望山").map(|t| t.post), Some(2));
    assert_eq!(ab.get("梁雨禾").map(Taught::kind), Some(Kind::Reporter));
    let written = serde_json::to_string(&ab).unwrap();
    let read: NameBook = serde_json::from_str(&written).unwrap();
    assert_eq!(read, ab);
    assert!(written.contains(r#""郭望山":[2,0,0,0,2,0,0,null]"#), "{written}");
    assert!(read.contains("谢 长青") && !read.contains("谢长"));
}

#[test]
fn a_name_that_swallowed_the_next_word_is_not_known_beside_the_one_seen_much_oftener() {
    let mut book = book("青禾镇党委书记申青端、区长郭望山到场。");
    assert!(book.knows("申青端").is_some(), "nothing speaks against it yet");
    for _ in 0..SWALLOWED_TIMES {
        book.merge(&self::book("青禾镇党委书记申青、区长郭望山到场。"));
    }
    assert!(book.knows("申青端").is_none());
    assert!(book.knows("申青").is_some() && book.knows("郭望山").is_some());
    let known: Vec<_> = book.known().collect();
    let asked: Vec<_> = book.iter().filter_map(|(name, _)| Some((name, book.knows(name)?))).collect();
    assert_eq!(known, asked, "all at once and one by one");
    assert_eq!(book.longer_by_one("申青").collect::<Vec<_>>(), ["申青端"]);
    let found = mentions("青禾镇党委书记申青端起碗，笑了。", &book);
    assert_eq!(found.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["申青"]);
}

#[test]
fn what_is_a_word_or_a_place_too_must_be_seen_more_often() {
    let once = Taught { post: 1, official: 1, ..Taught::default() };
    assert!(once.is_firm("郭望山"));
    assert!(!once.is_firm("希望") && !once.is_firm("江山") && !once.is_firm("叙利亚"));
    assert!(Taught { post: 10, ..once }.is_firm("江山"));
}

#[test]
fn what_stands_in_far_more_articles_than_speak_for_it_is_no_name() {
    let seen = |post, stands| Taught { post, official: post, stands, ..Taught::default() };
    assert!(seen(1, None).is_firm("石桥头") && seen(1, Some(30)).is_firm("石桥头"));
    assert!(!seen(1, Some(31)).is_firm("石桥头") && seen(2, Some(31)).is_firm("石桥头"));
    assert!(!seen(1_000, None).is_firm("常务副"), "the front of an office");
    let mut book = book("副区长石桥头、区长郭望山出席。");
    book.set_stands(|name, before| before.unwrap_or_default() + if name == "石桥头" { 40 } else { 2 });
    assert_eq!(book.taught().collect::<Vec<_>>(), ["郭望山"]);
    assert_eq!(mentions("石桥头的水位降了。", &book), []);
    // With a post of its own it is read where it stands.
    assert_eq!(mentions("副区长石桥头出席。", &book).len(), 1);
    book.merge(&self::book("副区长石桥头出席。"));
    assert_eq!(book.get("石桥头").map(|t| (t.post, t.stands)), Some((2, None)));
    book.subtract(&self::book("副区长石桥头出席。副区长石桥头出席。"));
    assert!(!book.contains("石桥头"));
}
