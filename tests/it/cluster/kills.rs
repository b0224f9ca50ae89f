//! Nodes die while an archive is brought into a cluster, changed there, and asked: nothing is lost,
//! and no answer is wrong.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use baoku::cluster::{Address, Cluster, Secret, Store};
use baoku::search::{Archive, Facet, Request, Results, Sort};

use super::{Started, started};
use crate::support::{Draw, Plain, baoku_on, command, fixture_archive, index, write};

/// What is compared of an answer: ids in order, their total, and the years they are of.
type Answered = (Vec<String>, u64, Vec<(String, u64)>);
/// A question with the answers that are right.
type Asked = (Request, Vec<Answered>);

fn answered(answer: Results) -> Answered {
    let years = answer.facets.get("year").into_iter().flatten();
    let years = years.map(|year| (year.value.clone(), year.count)).collect();
    (answer.hits.into_iter().map(|hit| hit.id).collect(), answer.total.value, years)
}

/// Questions with their answers from states of an archive on this machine.
fn questions(states: &[Archive], articles: &[Plain], n: usize) -> Vec<Asked> {
    let mut draw = Draw::seeded(20_261_126);
    (0..n)
        .map(|_| {
            let run = super::conformance::text(&mut draw, articles, 6);
            let quoted = baoku::query::Query::Term(baoku::query::Term::Literal(run)).to_string();
            let request = Request {
                sort: Sort::Newest,
                facets: vec![Facet::Year],
                suggest: false,
                all_words: true,
                ..Request::new(&quoted)
            };
            let answers = states.iter().map(|archive| answered(archive.search(&request).unwrap())).collect();
            (request, answers)
        })
        .collect()
}

/// What came of questions asked while nodes died.
#[derive(Debug, Default)]
struct Tally {
    asked: AtomicU64,
    refused: AtomicU64,
    wrong: AtomicU64,
}

/// Asks until told to stop. An error is no wrong answer; it has to say that it is one.
fn ask(hosts: &str, name: &str, questions: &[Asked], stop: &AtomicBool, tally: &Tally) {
    let address = Address::cluster(hosts, name).unwrap();
    let mut opened: Option<Store> = None;
    for (number, (request, right)) in questions.iter().cycle().enumerate() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        tally.asked.fetch_add(1, Ordering::Relaxed);
        if number % 50 == 49 {
            // As a server that looks for another state now and then.
            opened = None;
        }
        let answer = match &opened {
            Some(cluster) => cluster.search(request),
            None => Cluster::open(&address, Secret::default()).and_then(|cluster| {
                let cluster = cluster.within(Duration::from_secs(5));
                opened.insert(cluster.into()).search(request)
            }),
        };
        match answer {
            Ok(answer) => {
                let found = answered(answer);
                if !right.contains(&found) {
                    tally.wrong.fetch_add(1, Ordering::Relaxed);
                    eprintln!("WRONG {name} {}: {} {:?}", request.input, found.1, right);
                }
            }
            Err(e) => {
                tally.refused.fetch_add(1, Ordering::Relaxed);
                assert!(!e.to_string().is_empty());
                // The index may have been replaced by another one meanwhile.
                opened = None;
            }
        }
    }
}

impl Started {
    fn es(&self, args: &[&str]) -> bool {
        let done = Command::new(&self.script)
            .args(args)
            .arg("--dir")
            .arg(&self.dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        done.is_ok_and(|status| status.success())
    }

    /// Kills a node and starts it again, on its old data.
    fn shot(&self, node: usize, dead: Duration) {
        let node = node.to_string();
        assert!(self.es(&["kill-node", &node]));
        std::thread::sleep(dead);
        assert!(self.es(&["start-node", &node, "--timeout", "300"]), "node {node} comes back");
        // Two copies of each shard: another node may only die when both are there again.
        assert!(self.es(&["wait", "green", "--timeout", "300"]), "all copies come back");
    }
}

/// Pushes one state or the other over and over, mostly in the place of the one before and sometimes
/// into a new index, and sometimes dies itself.
fn push_again_and_again(states: &[PathBuf], hosts: &str, name: &str, stop: &AtomicBool) -> (u64, u64) {
    let (mut done, mut killed) = (0, 0);
    let mut draw = Draw::seeded(7);
    while !stop.load(Ordering::Relaxed) || done == 0 {
        let args = ["push", "--to", hosts, "--index", name, "--shards", "3", "--replicas", "1", "--anew"];
        let anew = draw.below(4) == 0;
        let args = if anew { &args[..] } else { &args[..args.len() - 1] };
        let mut push = command(args)
            .arg("--archive")
            .arg(draw.of(states))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        if draw.below(4) == 0 {
            std::thread::sleep(Duration::from_millis(300 + draw.below(3000) as u64));
            let _ = push.kill();
            let _ = push.wait();
            killed += 1;
            continue;
        }
        let ended = push.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr);
        // It waits for a cluster that lacks a node, or says what is wrong.
        assert!(ended.status.success() || told.contains("error: "), "{told}");
        done += u64::from(ended.status.success());
    }
    (done, killed)
}

/// The same archive with some articles fewer and some others.
fn other_state(archive: &Path, dir: &Path) -> PathBuf {
    let export = baoku_on(archive, &["export"]).ended(0).out;
    let mut lines: String = export.lines().step_by(2).map(|line| format!("{line}\n")).collect();
    for n in 0..200 {
        let article = serde_json::json!({
            "id": format!("other/{n}"), "headline": format!("镜湖另记之{n}"), "body": "镜湖综合治理又有一事，区长到会。",
            "date": format!("2031-{:02}-11", 1 + n % 12),
        });
        lines.push_str(&format!("{article}\n"));
    }
    write(dir.join("other.jsonl"), lines);
    index(&dir.join("other"), &[dir.join("other.jsonl")]);
    dir.join("other")
}

/// Kills nodes so many times while an archive is pushed under one name and asked under another.
fn survived(started: &Started, archive: &Path, times: usize) {
    let dir = crate::support::folder();
    let changed = other_state(archive, dir.path());
    let states = [archive.to_owned(), changed];
    let opened: Vec<Archive> = states.iter().map(|state| Archive::open(state).unwrap()).collect();
    let articles = Plain::all(&opened[0]);
    let (one, both) = (questions(&opened[..1], &articles, 200), questions(&opened, &articles, 200));
    assert!(both.iter().any(|(_, right)| right[0] != right[1]), "the states differ");
    let hosts = started.hosts.as_str();
    let (asked, pushed) = ("baoku-test-asked", "baoku-test-killed");
    let push = |name: &str| {
        let ran =
            command(["push", "--to", &started.hosts, "--index", name, "--shards", "3", "--replicas", "1"])
                .arg("--archive")
                .arg(archive)
                .output()
                .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    };
    push(asked);
    push(pushed);
    assert!(started.es(&["wait", "green"]));
    let (stop, tally) = (AtomicBool::new(false), Tally::default());
    let begun = Instant::now();
    let (done, killed) = std::thread::scope(|scope| {
        scope.spawn(|| ask(hosts, asked, &one, &stop, &tally));
        scope.spawn(|| ask(hosts, pushed, &both, &stop, &tally));
        let pushing = scope.spawn(|| push_again_and_again(&states, hosts, pushed, &stop));
        let mut draw = Draw::seeded(42);
        for _ in 0..times {
            std::thread::sleep(Duration::from_millis(500 + draw.below(2000) as u64));
            started.shot(1 + draw.below(3), Duration::from_millis(draw.below(3000) as u64));
        }
        stop.store(true, Ordering::Relaxed);
        pushing.join().unwrap()
    });
    // What was pushed while nodes died is all there, and the same.
    push(pushed);
    for name in [asked, pushed] {
        let cluster = Cluster::open(&Address::cluster(hosts, name).unwrap(), Secret::default()).unwrap();
        for check in cluster.verify(true, &|_, _| {}).unwrap() {
            assert_eq!(check.wrong, [], "{name}: {}", check.name);
        }
        for (request, right) in &one {
            assert_eq!(answered(cluster.search(request).unwrap()), right[0], "{}", request.input);
        }
    }
    eprintln!(
        "{times} kills in {:.0} s; {done} pushes whole, {killed} killed; {tally:?}",
        begun.elapsed().as_secs_f64()
    );
    assert_eq!(tally.wrong.into_inner(), 0, "no answer is wrong");
    let (asked, refused) = (tally.asked.into_inner(), tally.refused.into_inner());
    assert!(asked > refused * 2, "most questions are answered: {asked} asked, {refused} refused");
}

#[test]
#[ignore = "kills a node of a cluster twenty times, for ten minutes and more; BAOKU_KILLED_ARCHIVE names a larger archive"]
fn nothing_is_lost_and_nothing_is_wrong_when_nodes_die_twenty_times() {
    let dir = crate::support::folder();
    let Some(started) = started(dir.path()) else { return };
    let archive = std::env::var_os("BAOKU_KILLED_ARCHIVE").map(PathBuf::from);
    survived(&started, archive.as_deref().unwrap_or(fixture_archive()), 20);
}

#[test]
#[ignore = "kills a node of a cluster, and waits until it is back"]
fn nothing_is_lost_and_nothing_is_wrong_when_a_node_dies() {
    let Some(started) = super::shared() else { return };
    let _alone = super::WHOLE.write().unwrap_or_else(std::sync::PoisonError::into_inner);
    survived(started, fixture_archive(), 1);
}
