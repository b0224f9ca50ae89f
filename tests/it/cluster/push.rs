//! Bringing an archive into a cluster, and what changed since.

use std::path::PathBuf;

use baoku::cluster::{Address, Client, Cluster, Secret};
use baoku::pipeline::PushOptions;
use baoku::search::{Archive, Request};

use super::{hosts, pushed, sent};
use crate::support::{baoku_on, copy, folder, index, issues, top};

#[test]
fn only_what_changed_is_sent_and_what_is_gone_goes() {
    let _whole = super::whole();
    let Some(hosts) = hosts() else { return };
    let dir = folder();
    let (pages, archive) = (dir.path().join("pages"), dir.path().join("archive"));
    for issue in issues().iter().take(4) {
        copy(&top().join(issue), &pages.join(issue.file_name().unwrap()));
    }
    index(&archive, std::slice::from_ref(&pages));
    let options = PushOptions { shards: Some(2), replicas: Some(1), anew: true, ..PushOptions::default() };
    let (address, first) = pushed(&archive, hosts, "baoku-test-changes", &options);
    assert!(first.new && first.sent > 50 && first.unchanged == 0, "{first:?}");

    let options = PushOptions::default();
    let (_, again) = pushed(&archive, hosts, "baoku-test-changes", &options);
    assert_eq!((again.new, again.sent, again.removed), (false, 0, 0));
    assert_eq!(again.index, first.index);

    let gone = pages.join(issues()[0].file_name().unwrap());
    std::fs::remove_dir_all(&gone).unwrap();
    let more = issues()[4].clone();
    copy(&top().join(&more), &pages.join(more.file_name().unwrap()));
    index(&archive, std::slice::from_ref(&pages));
    let (_, changed) = pushed(&archive, hosts, "baoku-test-changes", &options);
    assert!(!changed.new && changed.sent > 0 && changed.removed > 0 && changed.unchanged > 0, "{changed:?}");

    let (here, there) =
        (Archive::open(&archive).unwrap(), Cluster::open(&address, Secret::default()).unwrap());
    let everything = Request { limit: 0, suggest: false, ..Request::new("") };
    let ids = |results: baoku::search::Results| {
        let mut ids: Vec<String> = results.hits.into_iter().map(|h| h.id).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(here.search(&everything).unwrap()), ids(there.search(&everything).unwrap()));

    let options = PushOptions { anew: true, ..PushOptions::default() };
    let (_, anew) = pushed(&archive, hosts, "baoku-test-changes", &options);
    assert!(anew.new && anew.index != first.index, "{anew:?}");
    assert_eq!(there.again().unwrap().count(&everything).unwrap(), here.count(&everything).unwrap());
}

#[test]
fn an_index_of_somebody_else_is_left_alone_whatever_its_name() {
    let _whole = super::whole();
    let Some(hosts) = hosts() else { return };
    let dir = folder();
    let archive = dir.path().join("archive");
    index(&archive, &issues()[..1]);
    let theirs = "/baoku-test-theirs-000007";
    assert!(sent(hosts, "PUT", theirs, "{}").0.contains("200"));
    let options = PushOptions { shards: Some(1), replicas: Some(1), anew: false, ..PushOptions::default() };
    for _ in 0..2 {
        let (_, report) =
            pushed(&archive, hosts, "baoku-test-theirs", &PushOptions { anew: true, ..options.clone() });
        assert!(report.index.as_str() > &theirs[1..], "{report:?}");
        assert!(sent(hosts, "GET", theirs, "").0.contains("200"));
    }
    // Other copies need no new index.
    let (_, before) = pushed(&archive, hosts, "baoku-test-theirs", &options);
    let fewer = PushOptions { replicas: Some(0), ..options };
    let (_, after) = pushed(&archive, hosts, "baoku-test-theirs", &fewer);
    assert_eq!((after.sent, &after.index, after.notes.len()), (0, &before.index, 0));
    // More than there are nodes are told, and do no harm.
    let (_, more) = pushed(&archive, hosts, "baoku-test-theirs", &PushOptions { replicas: Some(5), ..fewer });
    assert!(more.notes[0].starts_with("6 times each shard is wanted"), "{more:?}");
    // A name that leads to theirs is refused.
    let alias = r#"{"actions":[{"add":{"index":"baoku-test-theirs-000007","alias":"baoku-test-alias"}}]}"#;
    assert!(sent(hosts, "POST", "/_aliases", alias).0.contains("200"));
    let address = Address::cluster(hosts, "baoku-test-alias").unwrap();
    let client = Client::connect(&address, Secret::default()).unwrap();
    let failed = client.versions("baoku-test-alias").unwrap_err().to_string();
    assert!(failed.contains("no archive of baoku"), "{failed}");
}

#[test]
fn an_index_that_was_closed_or_emptied_is_not_taken_at_its_word() {
    let _whole = super::whole();
    let Some(hosts) = hosts() else { return };
    let dir = folder();
    let archive = dir.path().join("archive");
    index(&archive, &issues()[..1]);
    let (name, options) = ("baoku-test-closed", PushOptions { shards: Some(1), ..PushOptions::default() });
    let (address, first) = pushed(&archive, hosts, name, &options);
    let push = ["push", "--to", hosts, "--index", name];
    assert!(sent(hosts, "POST", &format!("/{}/_close", first.index), "").0.contains("200"));
    let place = PathBuf::from(address.to_string());
    for told in [baoku_on(&place, &["search", "镜湖"]).ended(2).err, baoku_on(&archive, &push).ended(2).err]
    {
        assert!(told.contains("index is closed") && told.contains("/_open"), "{told}");
    }
    assert!(sent(hosts, "POST", &format!("/{}/_open", first.index), "").0.contains("200"));
    baoku_on(&archive, &push).ended(0);
    // Somebody has removed an article: it comes back.
    let here = Archive::open(&archive).unwrap();
    let there = || Cluster::open(&address, Secret::default()).unwrap();
    let any = r#"{"query":{"term":{"kind":"article"}},"size":1}"#;
    let found = sent(hosts, "POST", &format!("/{}/_search", first.index), any).1;
    let key = found.split("\"_id\":\"").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/{}/_doc/{key}?refresh=true", first.index);
    assert!(sent(hosts, "DELETE", &path, "").0.contains("200"));
    let everything = Request { limit: 0, suggest: false, ..Request::new("") };
    assert_eq!(there().count(&everything).unwrap() + 1, here.count(&everything).unwrap());
    let (_, mended) = pushed(&archive, hosts, name, &PushOptions::default());
    assert_eq!((mended.sent, mended.removed), (1, 0));
    super::conformance::same(&here, &there(), &everything);
}

#[test]
fn commands_ask_a_cluster_as_they_ask_a_folder() {
    let _whole = super::whole();
    let Some(cluster) = super::fixture_cluster() else { return };
    let place = PathBuf::from(cluster.address().to_string());
    let folder = crate::support::fixture_archive();
    for args in [
        ["search", "“镜湖”", "--format", "ids", "--sort", "newest"].as_slice(),
        &["search", "镜湖", "--count"],
        &["search", "镜湖 治理", "--facet", "year", "--limit", "0", "--sort", "oldest", "--format", "csv"],
        &["people", "--post", "区长", "--format", "jsonl"],
        &["person", "魏振东", "--format", "json"],
        &["trend", "镜湖", "--by", "year", "--format", "json"],
        &["export", "镜湖"],
        &["search", "镜湖", "--sort", "oldest", "--format", "gbt7714"],
    ] {
        let (here, there) = (baoku_on(folder, args), baoku_on(&place, args));
        assert_eq!((here.code, &here.out), (there.code, &there.out), "{args:?}: {}", there.err);
    }
    let verify = baoku_on(&place, &["verify"]).ended(0);
    assert!(verify.out.contains("is sound"), "{}", verify.out);
    for args in
        [["network"].as_slice(), &["show", "x", "--similar"], &["index", "fixtures/archive"], &["optimize"]]
    {
        let refused = baoku_on(&place, args).ended(2);
        assert!(
            refused.err.contains("cluster") && refused.err.contains("hint:"),
            "{args:?}: {}",
            refused.err
        );
    }
}

#[test]
fn many_questions_go_in_one_request_and_a_bad_one_spoils_none() {
    let _whole = super::whole();
    let Some(cluster) = super::fixture_cluster() else { return };
    let place = PathBuf::from(cluster.address().to_string());
    let dir = folder();
    let mut lines =
        String::from("“镜湖”\n\n{\"id\":\"二\",\"query\":\"镜湖 治理 -二期\"}\n{\"id\":3}\n人物:魏振东\n");
    for n in 0..120 {
        lines.push_str(&format!("第{n}期\n"));
    }
    let file = dir.path().join("questions.txt");
    crate::support::write(&file, lines);
    for more in [["--sort", "newest"].as_slice(), &["--count"], &["--group", "month", "--sort", "oldest"]] {
        let mut args = vec!["search", "--batch", file.to_str().unwrap(), "--format", "jsonl", "--limit", "3"];
        args.extend(more);
        let (here, there) = (baoku_on(crate::support::fixture_archive(), &args), baoku_on(&place, &args));
        assert_eq!((here.code, there.code), (2, 2), "{}", there.err);
        let settled = |ran: &crate::support::Ran| -> Vec<serde_json::Value> {
            let mut all = ran.json_lines();
            for answer in &mut all {
                answer.as_object_mut().unwrap().remove("took_ms");
                // By sound and other names there; by slips of the pen here too.
                answer.as_object_mut().unwrap().remove("did_you_mean");
            }
            all
        };
        assert_eq!(settled(&here), settled(&there), "{more:?}");
    }
}

#[test]
fn parts_are_pushed_as_sources_are() {
    let _whole = super::whole();
    let Some(hosts) = hosts() else { return };
    let dir = folder();
    let at = |name: &str| dir.path().join(name);
    for number in 1..=2 {
        let share = Some(baoku::pipeline::Share { number, of: 2 });
        let sources = [PathBuf::from("fixtures/archive")];
        baoku::pipeline::prepare(&sources, &at("parts"), &Default::default(), None, share, &|_, _| {})
            .unwrap();
    }
    let parts = at("parts");
    let args = ["push", parts.to_str().unwrap(), "--to", hosts, "--index", "baoku-test-parts"];
    baoku_on(&at("archive"), &args).ended(0);
    let place = PathBuf::from(format!("es+{hosts}/baoku-test-parts"));
    let export = |archive: &std::path::Path| baoku_on(archive, &["export"]).ended(0).out;
    assert!(export(&place) == export(crate::support::fixture_archive()));
}
