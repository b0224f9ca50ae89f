//! An update of an archive in a cluster: who asks sees the state before or the one after, whole.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use baoku::cluster::{Address, Client, Cluster, Secret, Store};
use baoku::pipeline::{self, PushOptions, PushStep};
use baoku::search::{Archive, Facet, PeopleQuery, Request, Sort};

use super::conformance::same;
use super::{hosts, pushed};
use crate::support::{copy, folder, index, issues, top, write};

/// Two states of one archive: issues go, come, and one is changed.
pub(super) fn two_states(dir: &Path) -> (PathBuf, PathBuf) {
    let (pages, before, after) = (dir.join("pages"), dir.join("before"), dir.join("after"));
    for issue in issues().iter().take(5) {
        copy(&top().join(issue), &pages.join(issue.file_name().unwrap()));
    }
    index(&before, std::slice::from_ref(&pages));
    copy(&before, &after);
    std::fs::remove_dir_all(pages.join(issues()[0].file_name().unwrap())).unwrap();
    let more = &issues()[5];
    copy(&top().join(more), &pages.join(more.file_name().unwrap()));
    let page = pages.join(issues()[1].file_name().unwrap()).join("01.md");
    let text = std::fs::read_to_string(&page).unwrap();
    write(&page, format!("# 镜湖另有一事\n\n本报讯（记者孙一鸣）区长申小满到镜湖察看。\n\n{text}"));
    index(&after, std::slice::from_ref(&pages));
    (before, after)
}

fn questions() -> Vec<Request> {
    let asked = |question: &str, sort: Sort, limit: usize| Request {
        sort,
        limit,
        facets: Facet::ALL.to_vec(),
        suggest: false,
        ..Request::new(question)
    };
    vec![
        asked("", Sort::Newest, 0),
        asked("", Sort::Relevance, 0),
        asked("“镜湖”", Sort::Oldest, 10),
        asked("镜湖 综合治理 望江桥", Sort::Newest, 10),
        asked("人物:魏振东 -“镜湖”", Sort::Newest, 0),
        asked("职务:区长", Sort::Relevance, 0),
        asked("版:1 的", Sort::Oldest, 3),
    ]
}

/// All that may not differ between an archive here and there.
#[track_caller]
fn all_same(archive: &Archive, cluster: &Cluster) {
    for request in questions() {
        same(archive, cluster, &request);
    }
    let everybody = PeopleQuery::default();
    assert_eq!(archive.holdings(&everybody).unwrap(), cluster.holdings(&everybody).unwrap());
    for id in archive.article_ids().unwrap() {
        assert_eq!(archive.article(&id).unwrap(), cluster.article(&id).unwrap(), "{id}");
    }
    assert_eq!(archive.issues().unwrap(), cluster.issues().unwrap());
    for typed in ["区", "wzd", "镜湖 魏"] {
        assert_eq!(archive.suggest(typed, 20).unwrap(), cluster.suggest(typed, 20).unwrap());
    }
    for row in archive.holdings(&everybody).unwrap().iter().step_by(7) {
        let (here, there) =
            (archive.persons_named(&row.name).unwrap(), cluster.persons_named(&row.name).unwrap());
        assert_eq!(here, there, "{}", row.name);
        let (here, there) = (here[0].clone(), there[0].clone());
        assert_eq!(archive.person_page(here, 5).unwrap(), cluster.person_page(there, 5).unwrap());
    }
    let (here, there) = (archive.stats().unwrap(), cluster.stats().unwrap());
    assert_eq!((here.articles, here.people, here.years), (there.articles, there.people, there.years));
}

#[track_caller]
fn sound(cluster: &Cluster) {
    for check in cluster.verify(true, &|_, _| {}).unwrap() {
        assert_eq!(check.wrong, [], "{}", check.name);
        assert!(check.compared > 0, "{}", check.name);
    }
}

#[test]
fn an_update_is_seen_whole_or_not_at_all() {
    let _whole = super::whole();
    let Some(hosts) = hosts() else { return };
    let dir = folder();
    let (before, after) = two_states(dir.path());
    let options = PushOptions { shards: Some(3), replicas: Some(1), anew: true, ..PushOptions::default() };
    let (address, first) = pushed(&before, hosts, "baoku-test-turns", &options);
    let open = || Cluster::open(&address, Secret::default()).unwrap();
    let (here, early) = (Archive::open(&before).unwrap(), open());
    all_same(&here, &early);

    let client = Client::connect(&address, Secret::default()).unwrap();
    let update = Archive::open(&after).unwrap();
    let plain = PushOptions::default();
    let report = pipeline::push(&update, &client, &address, &plain, &|step| {
        if step == PushStep::Checking {
            // All of the next state is there to be found, and nobody finds it.
            client.refresh(&first.index).unwrap();
            all_same(&here, &early);
            all_same(&here, &open());
            sound(&open());
        }
    })
    .unwrap();
    assert!(report.sent > 0 && report.removed > 0 && report.unchanged > 0, "{report:?}");
    assert_eq!((report.new, &report.index), (false, &first.index));
    all_same(&update, &open());
    sound(&open());
    // Who reads the state before reads it to the end.
    all_same(&here, &early);
    let early = Store::from(early);
    let asked = &questions()[2];
    assert!(early.search(asked).is_ok());

    // The push after clears away what has ended, and costs nothing else.
    let late = open();
    let (_, again) = pushed(&after, hosts, "baoku-test-turns", &plain);
    assert_eq!((again.sent, again.removed, again.cleared), (0, 0, report_ended(&report)));
    let (_, nothing) = pushed(&after, hosts, "baoku-test-turns", &plain);
    assert_eq!((nothing.sent, nothing.cleared), (0, 0));
    all_same(&update, &late);
    sound(&late);
    // Who still reads the state before that is told, and gets no answer that lacks something.
    std::thread::sleep(Duration::from_millis(1_100));
    let told = early.search(asked).unwrap_err();
    assert!(told.to_string().contains("brought to another state"), "{told}");
    assert!(Store::from(late).search(asked).is_ok());
}

/// Documents of a complete state that an update ended: all that it replaced or removed.
fn report_ended(report: &pipeline::PushReport) -> u64 {
    report.removed
}

/// Pushes an archive until all is sent, and breaks off before it is shown.
fn broken_off(archive: &Path, address: &Address) {
    let client = Client::connect(address, Secret::default()).unwrap();
    let archive = Archive::open(archive).unwrap();
    let broken = catch_unwind(AssertUnwindSafe(|| {
        pipeline::push(&archive, &client, address, &PushOptions::default(), &|step| {
            assert!(step != PushStep::Checking, "broken off on purpose");
        })
    }));
    assert!(broken.is_err());
}

#[test]
fn an_update_that_was_broken_off_is_seen_by_nobody_and_gone_on_with() {
    let _whole = super::whole();
    let Some(hosts) = hosts() else { return };
    let dir = folder();
    let (before, after) = two_states(dir.path());
    let options = PushOptions { shards: Some(2), replicas: Some(1), anew: true, ..PushOptions::default() };
    let (address, _) = pushed(&before, hosts, "baoku-test-broken", &options);
    let open = || Cluster::open(&address, Secret::default()).unwrap();
    let (one, two) = (Archive::open(&before).unwrap(), Archive::open(&after).unwrap());
    let plain = PushOptions::default();

    broken_off(&after, &address);
    let client = Client::connect(&address, Secret::default()).unwrap();
    client.refresh(&client.versions(&address.name).unwrap().live.unwrap().index).unwrap();
    all_same(&one, &open());
    sound(&open());
    // The next goes on where it was: nothing is sent twice.
    let (_, report) = pushed(&after, hosts, "baoku-test-broken", &plain);
    assert_eq!(report.sent, 0, "{report:?}");
    all_same(&two, &open());
    sound(&open());

    // And where the archive is as before by then, what was sent for nothing goes.
    broken_off(&before, &address);
    let (_, report) = pushed(&after, hosts, "baoku-test-broken", &plain);
    assert!(report.removed > 0, "{report:?}");
    all_same(&two, &open());
    sound(&open());
    let (_, report) = pushed(&after, hosts, "baoku-test-broken", &plain);
    assert_eq!((report.sent, report.cleared), (0, 0), "nothing had ended");
    // Back and forth, each state is the archive.
    for (path, archive) in [(&before, &one), (&after, &two), (&before, &one)] {
        pushed(path, hosts, "baoku-test-broken", &plain);
        all_same(archive, &open());
    }
    sound(&open());
}
