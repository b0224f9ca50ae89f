//! Who appears with whom, who took part, and in which order: what the columns tell must be what the stored
//! articles hold.

use std::collections::{BTreeMap, BTreeSet};

use baoku::people::{Kind, Part, lists};
use baoku::search::{Archive, AttendanceQuery, days};

use crate::support::{baoku_on, fixture_archive, stored};

/// The persons of each article, namesakes apart, with the article's day.
fn brute(archive: &Archive) -> Vec<(String, BTreeMap<String, Vec<String>>)> {
    let mut ids: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut of_article = Vec::new();
    for article in stored(archive) {
        let mut people = BTreeMap::new();
        for person in article.people.summary.iter().filter(|p| p.kind != Kind::Reporter) {
            let name = person.person().to_owned();
            let id = ids
                .entry((name.clone(), article.article.id.clone()))
                .or_insert_with(|| {
                    let all = archive.persons_named(&name).unwrap();
                    let own = all.iter().find(|p| p.own.contains(&article.article.id));
                    own.map_or(name, |p| p.id.clone())
                })
                .clone();
            people.insert(id, person.parts.clone());
        }
        of_article.push((article.facts.date.map(|d| d.to_string()).unwrap_or_default(), people));
    }
    of_article
}

#[test]
fn the_network_counts_the_articles_that_name_both() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let mut want: BTreeMap<(String, String), u64> = BTreeMap::new();
    for (day, people) in brute(&archive) {
        if day.as_str() < "2032-01-01" {
            continue;
        }
        let ids: Vec<&String> = people.keys().collect();
        for (i, a) in ids.iter().enumerate() {
            for b in &ids[i + 1..] {
                *want.entry(((*a).clone(), (*b).clone())).or_default() += 1;
            }
        }
    }
    let network = archive.network(days(Some("2032"), None).unwrap(), 1).unwrap();
    assert_eq!(network.left_out, 0);
    let got: BTreeMap<(String, String), u64> =
        network.edges.iter().map(|e| ((e.source.clone(), e.target.clone()), e.articles)).collect();
    assert_eq!(got, want);
    assert!(network.edges.iter().all(|e| e.events > 0 && e.events <= e.articles));
    let in_edges: BTreeSet<&String> = network.edges.iter().flat_map(|e| [&e.source, &e.target]).collect();
    assert_eq!(network.nodes.iter().map(|n| &n.id).collect::<BTreeSet<_>>(), in_edges);
    let often = archive.network(days(Some("2032"), None).unwrap(), 5).unwrap();
    assert_eq!(often.edges.len(), want.values().filter(|n| **n >= 5).count());
}

#[test]
fn company_and_pair_are_the_network_seen_from_one_person() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let network = archive.network(None, 1).unwrap();
    for id in ["陆怀舟", "王刚", "王刚~2"] {
        let company = archive.company(id, None).unwrap();
        let edges: BTreeMap<&str, u64> = network
            .edges
            .iter()
            .filter(|e| e.source == id || e.target == id)
            .map(|e| (if e.source == id { e.target.as_str() } else { e.source.as_str() }, e.articles))
            .collect();
        assert_eq!(company.company.len(), edges.len(), "{id}");
        let first = &company.company[0];
        let pair = archive.pair(id, &first.name, None, 0).unwrap().unwrap();
        assert_eq!((pair.with.articles, pair.recent.len() as u64), (first.articles, first.articles));
        assert_eq!(pair.months.iter().map(|m| m.articles).sum::<u64>(), first.articles);
    }
    assert!(archive.pair("王刚~2", "沈砚秋", None, 0).unwrap().is_none());
}

#[test]
fn attendance_counts_who_takes_part_month_by_month() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let asked = AttendanceQuery { part: Some("chaired".into()), ..AttendanceQuery::default() };
    let got = archive.attendance(&asked).unwrap();
    let mut want: BTreeMap<String, u64> = BTreeMap::new();
    for (_, people) in brute(&archive) {
        for (id, parts) in people {
            if parts.iter().any(|p| Part::of(p) == Part::Chaired) {
                *want.entry(id).or_default() += 1;
            }
        }
    }
    let chaired: BTreeMap<String, u64> =
        got.rows.iter().map(|r| (r.name.clone(), r.parts["chaired"])).collect();
    assert_eq!(chaired, want);
    for row in &got.rows {
        assert_eq!(row.months.len(), got.months.len());
        assert!(row.total <= row.months.iter().sum::<u64>() && row.total > 0);
    }
    let printed = AttendanceQuery { part: Some("主持".into()), ..AttendanceQuery::default() };
    assert_eq!(archive.attendance(&printed).unwrap(), got);
    // The columns answer as the question language does.
    let searched = baoku_on(fixture_archive(), &["search", "人物:陆怀舟 part:chaired", "--count"]).ended(0);
    assert_eq!(searched.out.trim(), chaired["陆怀舟"].to_string());
}

#[test]
fn a_change_of_order_is_told_with_both_lists() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let printed: BTreeMap<String, Vec<Vec<String>>> =
        stored(&archive).iter().map(|a| (a.article.id.clone(), lists(&a.article, &a.people))).collect();
    let changes = archive.order_changes(None, None).unwrap();
    assert!(!changes.is_empty());
    for change in &changes {
        assert!(printed[&change.id].contains(&change.list), "{change:?}");
        assert!(printed[&change.before_id].contains(&change.before_list), "{change:?}");
        let at = |list: &[String], name: &str| list.iter().position(|n| n == name);
        assert!(at(&change.list, &change.first) < at(&change.list, &change.second), "{change:?}");
        assert!(at(&change.before_list, &change.first) > at(&change.before_list, &change.second));
        assert!(change.before_date <= change.date);
    }
    let of_one = archive.order_changes(None, Some("王刚")).unwrap();
    assert!(of_one.iter().all(|c| c.first == "王刚" || c.second == "王刚"));
    assert_eq!(of_one.len(), changes.iter().filter(|c| c.first == "王刚" || c.second == "王刚").count());
}

#[test]
fn tables_and_graphs_hold_what_the_json_holds() {
    let ran = |args: &[&str]| baoku_on(fixture_archive(), args).ended(0);
    let network = ran(&["network", "--min", "3", "--format", "json"]).json();
    let edges = network["edges"].as_array().unwrap().len();
    let table = ran(&["network", "--min", "3", "--format", "csv"]).out;
    assert!(table.starts_with("\u{FEFF}source,target,articles,events,first_seen,last_seen\n"), "{table}");
    assert_eq!(table.lines().count(), edges + 1);
    let graph = ran(&["network", "--min", "3", "--format", "graphml"]).out;
    assert_eq!(graph.matches("<edge ").count(), edges);
    let matrix = ran(&["people", "--matrix", "--limit", "0", "--format", "json"]).json();
    let table = ran(&["people", "--matrix", "--limit", "0", "--format", "csv"]).out;
    assert_eq!(table.lines().count(), matrix["rows"].as_array().unwrap().len() + 1);
    ran(&["people", "--order", "--format", "csv"]);
    ran(&["people", "--post", "区长", "--format", "csv"]);
    ran(&["person", "陆怀舟", "--with"]);
    ran(&["person", "陆怀舟", "--with", "韩伯川", "--format", "json"]);
    baoku_on(fixture_archive(), &["person", "陆怀舟", "--with", "查无此人"]).ended(1);
    baoku_on(fixture_archive(), &["people", "--from", "2031"]).ended(2);
    baoku_on(fixture_archive(), &["network", "--from", "gestern"]).ended(2);
}
