//! A record gives back what it was made of.

use super::*;
use crate::people::{NameBook, of_article};

fn stored() -> StoredArticle {
    let article = Article {
        id: "澜湾日报/2031-03-18/1/3f9a27".into(),
        kicker: Some("春耕一线".into()),
        headline: Some("引水渠全线贯通".into()),
        byline: vec![Author { name: "孙鸣".into(), role: "记者".into() }],
        paragraphs: vec![
            "本报讯 区委副书记、区长魏振东，区水利局局长王　刚、副局长李明达来到现场。".into(),
            String::new(),
            "魏振东说：“水到田头。”".into(),
        ],
        captions: vec!["渠首。".into()],
        crossheads: vec![1],
        lines: vec![(3, 4), (5, 5), (9, 7)],
        ..Article::default()
    };
    let mut people = of_article(&article, &NameBook::default());
    // What a lexicon or a hand has put right is not what stands there.
    people.mentions.push(Mention {
        name: "别人".into(),
        span: ByteSpan::new(0, 6),
        kind: Kind::Other,
        posts: vec![PostMention { text: "村民".into(), span: ByteSpan::new(900, 906) }],
        evidence: Evidence::Form,
    });
    let facts = IssueFacts { paper: Some("澜湾日报".into()), ..IssueFacts::default() };
    StoredArticle { article, facts, source: "01.md".into(), unit: "澜湾日报/2031-03-18".into(), people }
}

#[test]
fn an_article_comes_back_as_it_was_and_its_runs_without_the_rest() {
    let stored = stored();
    assert!(stored.people.mentions.len() > 2);
    let samples = vec![sample(&stored).unwrap(); 100];
    for samples in [&[], samples.as_slice()] {
        let book = Codebook::learn(samples, 0);
        let packed = stored.pack(&book).unwrap();
        assert_eq!(StoredArticle::unpack(&packed, &book).unwrap(), stored);
        let runs: Vec<(TextPart, String)> =
            stored.runs().map(|(part, text)| (part, text.into_owned())).collect();
        assert!(runs.iter().any(|(_, text)| text.contains("王刚")));
        assert_eq!(packed_runs(&packed, &book).unwrap(), runs);
        let (shown, closed) = shown_article(&packed, &book, true).unwrap();
        assert_eq!(shown.article.paragraphs, stored.article.paragraphs);
        assert_eq!(shown.people.summary, stored.people.summary);
        assert_eq!(closed.len(), 1);
        let (head, _) = shown_article(&packed, &book, false).unwrap();
        assert_eq!(head.article.headline, stored.article.headline);
        assert!(head.article.paragraphs.is_empty());
    }
}

#[test]
fn a_record_cut_short_is_an_error() {
    let book = Codebook::learn(&[], 0);
    let plain = book.unpack(&stored().pack(&book).unwrap()).unwrap();
    for len in 0..plain.len() {
        let packed = book.pack(&plain[..len]).unwrap();
        assert!(StoredArticle::unpack(&packed, &book).is_err(), "{len} bytes");
    }
}
