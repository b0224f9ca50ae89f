//! What a cluster does wrongly, or refuses, is told, waited for, or both; never shown as an answer.

use std::process::Output;

use baoku::search::Archive;
use serde_json::json;

use super::stand_in::{Answer, Asked, counted, greeting, mapping, serve, serve_safely};
use crate::support::{command, fixture_archive, top};

/// Runs a command with little patience, unless the environment has more.
fn run(args: &[&str], environment: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = command(args);
    command.env("BAOKU_ES_PATIENCE", "1");
    for name in ["USER", "PASSWORD", "API_KEY", "TOKEN", "AUTH_FILE", "CA"] {
        command.env_remove(format!("BAOKU_ES_{name}"));
    }
    command.envs(environment.iter().copied());
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// Counts what answers a question on a stand-in.
fn count(hosts: &str) -> (i32, String, String) {
    run(&["search", "“镜湖”", "--count", "--archive", &format!("es+http://{hosts}/x")], &[])
}

/// A stand-in of a complete archive whose searches are answered so.
fn searched(mut answer: impl FnMut(usize) -> Answer + Send + 'static) -> String {
    let mapping = mapping(&Archive::open(fixture_archive()).unwrap());
    let mut number = 0;
    serve(move |asked| match asked.path.as_str() {
        "/" => Answer::Json(200, greeting("7.0.0")),
        path if path.contains("/_search") => {
            number += 1;
            answer(number)
        }
        _ => Answer::Json(200, mapping.clone()),
    })
}

#[test]
fn what_passes_is_waited_for() {
    let host = searched(|number| match number {
        1 => {
            Answer::Json(429, json!({"error": {"type": "es_rejected_execution_exception", "reason": "full"}}))
        }
        2 => Answer::Json(503, json!({"error": {"type": "no_shard_available_action_exception"}})),
        3 => Answer::Nothing,
        4 => Answer::Cut(counted(7, 0)),
        5 => Answer::Json(200, counted(9, 1)),
        _ => Answer::Json(200, counted(7, 0)),
    });
    let address = format!("es+http://{host}/x");
    let args = ["search", "“镜湖”", "--count", "--archive", &address];
    assert_eq!(run(&args, &[("BAOKU_ES_PATIENCE", "60")]), (0, "7\n".to_owned(), String::new()));
}

#[test]
fn another_host_is_asked_where_one_is_away() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let host = searched(|_| Answer::Json(200, counted(7, 0)));
    assert_eq!(count(&format!("{gone},{host}")), (0, "7\n".to_owned(), String::new()));
    let (code, out, err) = count(&gone.to_string());
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("nobody listens there"), "{err}");
}

#[test]
fn what_tells_most_is_told_and_not_what_the_last_host_said() {
    let gone = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let alone =
        || serve(|_| Answer::Json(503, json!({"error": {"type": "master_not_discovered_exception"}})));
    for hosts in [format!("{},{},{}", gone(), alone(), gone()), format!("{},{}", alone(), gone())] {
        let (code, out, err) = count(&hosts);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains("the cluster has no master") && err.contains("nobody listens there"), "{err}");
        assert!(err.contains("hint: start its other nodes"), "{err}");
    }
}

#[test]
fn a_closed_index_is_told_as_one() {
    let closed = json!({"error": {"type": "index_closed_exception", "reason": "closed"}, "status": 400});
    let host = searched(move |_| Answer::Json(400, closed.clone()));
    let (code, _, err) = count(&host);
    assert!(code == 2 && err.contains("index is closed") && err.contains("_open"), "{err}");
}

#[test]
fn the_address_of_a_cluster_half_typed_is_told_as_one() {
    for (typed, meant) in [
        ("http://h:9200/x", "es+http://h:9200/x"),
        ("https://h:9200", "es+https://h:9200/NAME"),
        ("http://h:9200/", "es+http://h:9200/NAME"),
    ] {
        let (code, _, err) = run(&["search", "x", "--archive", typed], &[]);
        assert!(code == 2 && err.contains(&format!("--archive {meant}\n")), "{err}");
    }
    let (code, _, err) = run(&["stats", "--archive", "http://kim:sesam@h:9200/x"], &[]);
    assert!(code == 2 && err.contains("es+http://") && !err.contains("sesam"), "{err}");
}

#[test]
fn a_partial_answer_is_never_shown() {
    for answer in [counted(7, 1), {
        let mut late = counted(7, 0);
        late["timed_out"] = json!(true);
        late
    }] {
        let host = searched(move |_| Answer::Json(200, answer.clone()));
        let (code, out, err) = count(&host);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains("partial") && err.starts_with("error: "), "{err}");
    }
    let host = searched(|_| {
        Answer::Json(
            503,
            json!({"error": {"type": "search_phase_execution_exception", "reason": "all shards failed"}}),
        )
    });
    let (code, _, err) = count(&host);
    assert!(code == 2 && err.contains("status red"), "{err}");
    let host = searched(|_| {
        let mut cut = counted(10_000, 0);
        cut["hits"]["total"]["relation"] = json!("gte");
        Answer::Json(200, cut)
    });
    let (code, out, err) = count(&host);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("exact total"), "{err}");
}

#[test]
fn an_engine_that_is_not_understood_is_refused_at_once() {
    for (version, told) in [("6.8.23", "6.8.23 is not understood"), ("8.1.0", "does not say that it is")] {
        let host = serve(move |_| Answer::Json(200, greeting(version)));
        let (code, _, err) = count(&host);
        assert!(code == 2 && err.contains(told), "{err}");
    }
    let host = serve(|_| Answer::Json(200, json!({"hello": "world"})));
    assert!(count(&host).2.contains("neither Elasticsearch nor OpenSearch"));
}

#[test]
fn credentials_are_sent_as_set_and_told_nowhere() {
    let ask = |environment: &[(&str, &str)], wanted: &'static str| {
        let mapping = mapping(&Archive::open(fixture_archive()).unwrap());
        let host = serve(move |asked: &Asked| {
            if asked.authorization.as_deref() != Some(wanted) {
                return Answer::Json(
                    401,
                    json!({"error": {"type": "security_exception", "reason": "who are you"}}),
                );
            }
            match asked.path.as_str() {
                "/" => Answer::Json(200, greeting("7.0.0")),
                path if path.contains("/_search") => Answer::Json(200, counted(7, 0)),
                _ => Answer::Json(200, mapping.clone()),
            }
        });
        let address = format!("es+http://{host}/x");
        run(&["search", "“镜湖”", "--count", "--archive", &address], environment)
    };
    let sesame = [("BAOKU_ES_USER", "kim"), ("BAOKU_ES_PASSWORD", "sesam")];
    assert_eq!(ask(&sesame, "Basic a2ltOnNlc2Ft").0, 0);
    assert_eq!(ask(&[("BAOKU_ES_API_KEY", "abc")], "ApiKey abc").0, 0);
    assert_eq!(ask(&[("BAOKU_ES_TOKEN", "abc")], "Bearer abc").0, 0);
    let dir = crate::support::folder();
    let file = dir.path().join("auth");
    std::fs::write(&file, "# the reader\nuser: kim\npassword: sesam\n").unwrap();
    assert_eq!(ask(&[("BAOKU_ES_AUTH_FILE", file.to_str().unwrap())], "Basic a2ltOnNlc2Ft").0, 0);
    for (environment, told) in [
        (&[][..], "no credentials are set"),
        (&[("BAOKU_LOG", "trace"), sesame[0], sesame[1]], "knows nobody by this user and password"),
        (&[("BAOKU_ES_API_KEY", "sesam")], "knows nobody by this API key"),
        (&[("BAOKU_ES_TOKEN", "sesam")], "knows nobody by this token"),
    ] {
        let (code, _, err) = ask(environment, "Basic other");
        assert!(code == 2 && err.contains(told) && err.contains("BAOKU_ES_USER"), "{err}");
        assert!(!err.contains("sesam") && !err.contains("a2lt"), "{err}");
    }
    let (code, _, err) = run(&["search", "x", "--archive", "es+http://kim:sesam@h:9200/x"], &[]);
    assert!(code == 2 && !err.contains("sesam"), "{err}");
}

/// A stand-in that takes a push, and answers so for documents.
fn pushed(mut bulk: impl FnMut(usize) -> Answer + Send + 'static) -> (i32, String, String) {
    pushing(move |asked| {
        let documents = || asked.body.lines().filter(|line| line.starts_with("{\"index\":{\"_id\"")).count();
        asked.path.contains("/_bulk").then(|| bulk(documents()))
    })
}

/// A push to a stand-in that answers some of what is asked so, and the rest as it should be.
fn pushing(mut some: impl FnMut(&Asked) -> Option<Answer> + Send + 'static) -> (i32, String, String) {
    let host = serve(move |asked| {
        if let Some(answer) = some(asked) {
            return answer;
        }
        let ok = || {
            Answer::Json(
                200,
                json!({
                    "acknowledged": true, "status": "yellow", "_seq_no": 1, "_primary_term": 1,
                    "_shards": {"total": 2, "successful": 1, "failed": 0},
                }),
            )
        };
        match (asked.method.as_str(), asked.path.split('?').next().unwrap()) {
            ("GET", "/") => Answer::Json(200, greeting("7.0.0")),
            ("GET", "/x/_alias") => Answer::Json(404, json!({"error": "alias [x] missing", "status": 404})),
            ("GET", "/x-*") => Answer::Json(200, json!({})),
            (_, path) if path.ends_with("/_search") => Answer::Json(200, counted(0, 0)),
            _ => ok(),
        }
    });
    let archive = fixture_archive().to_str().unwrap();
    run(&["push", "--archive", archive, "--to", &format!("http://{host}"), "--index", "x"], &[])
}

#[test]
fn a_full_disk_ends_a_push_with_a_word_on_it() {
    let block = "index [x-000001] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)];";
    let error = json!({"type": "cluster_block_exception", "reason": block});
    let item = json!({"index": {"status": 403, "error": error}});
    let (code, _, err) =
        pushed(move |n| Answer::Json(200, json!({"errors": true, "items": vec![item.clone(); n]})));
    assert!(code == 2 && err.contains("nearly full") && err.contains("hint: make room"), "{err}");
}

#[test]
fn an_index_that_finds_no_place_is_told_with_the_reason() {
    for (decider, hint) in [("disk_threshold", "make room on the disks"), ("enable", "allow it there")] {
        let (code, _, err) = pushing(move |asked| {
            let path = asked.path.split('?').next().unwrap();
            let no =
                json!({"decider": decider, "decision": "NO", "explanation": "the node is above the mark"});
            match path {
                // It was waited for, and is as before.
                "/_cluster/health/x-000001" => Some(Answer::Json(408, json!({"status": "red"}))),
                "/_cluster/allocation/explain" => {
                    Some(Answer::Json(200, json!({"node_allocation_decisions": [{"deciders": [no]}]})))
                }
                _ => None,
            }
        });
        assert!(code == 2 && err.contains("finds no place") && err.contains("above the mark"), "{err}");
        assert!(err.contains(&format!("hint: {hint}")), "{err}");
    }
    let (code, _, err) = pushing(|asked| {
        let limit = "this action would add [2] shards, but this cluster currently has [3000]/[3000] maximum shards open;";
        let error = json!({"error": {"type": "validation_exception", "reason": limit}, "status": 400});
        (asked.method == "PUT" && asked.path == "/x-000001").then_some(Answer::Json(400, error))
    });
    assert!(code == 2 && err.contains("no more shards") && err.contains("max_shards_per_node"), "{err}");
}

#[test]
fn a_state_that_not_all_nodes_know_of_is_not_gone_on_from() {
    let (code, _, err) = pushing(|asked| {
        let told = asked.path == "/x-000001/_mapping";
        told.then(|| Answer::Json(200, json!({"acknowledged": false})))
    });
    assert!(code == 2 && err.contains("not all nodes know yet"), "{err}");
}

#[test]
fn refused_documents_are_counted_and_told_and_nothing_is_switched() {
    let mut first = true;
    let (code, _, err) = pushed(move |n| {
        let mut items = vec![json!({"index": {"status": 201}}); n];
        if std::mem::take(&mut first) {
            items[0] = json!({"index": {"status": 400, "error": {"type": "mapper_parsing_exception", "reason": "bad"}}});
            items[1] =
                json!({"index": {"status": 429, "error": {"type": "es_rejected_execution_exception"}}});
        }
        Answer::Json(200, json!({"errors": true, "items": items}))
    });
    assert_eq!(code, 2);
    assert!(
        err.contains("1 documents were refused") && err.contains("mapper_parsing_exception: bad"),
        "{err}"
    );
}

#[test]
fn fewer_documents_than_sent_are_noticed() {
    let (code, _, err) = pushed(|n| {
        Answer::Json(200, json!({"errors": false, "items": vec![json!({"index": {"status": 201}}); n]}))
    });
    // The stand-in takes everything and has nothing.
    assert!(code == 2 && err.contains("0 articles are in the cluster"), "{err}");
}

#[test]
fn a_safe_connection_is_made_with_whom_is_trusted_and_nobody_else() {
    let mapping = mapping(&Archive::open(fixture_archive()).unwrap());
    let heard = std::sync::Arc::new(std::sync::Mutex::new(0));
    let counting = heard.clone();
    let host = serve_safely(move |asked| {
        *counting.lock().unwrap() += 1;
        match asked.path.as_str() {
            "/" => Answer::Json(200, greeting("7.0.0")),
            path if path.contains("/_search") => Answer::Json(200, counted(7, 0)),
            _ => Answer::Json(200, mapping.clone()),
        }
    });
    let address = format!("es+https://{host}/x");
    let args = ["search", "“镜湖”", "--count", "--archive", &address];
    let (code, out, err) = run(&args, &[("BAOKU_ES_USER", "kim"), ("BAOKU_ES_PASSWORD", "sesam")]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("no safe connection") && err.contains("BAOKU_ES_CA"), "{err}");
    assert_eq!(*heard.lock().unwrap(), 0, "nothing was said to it");
    // The other way round, it is told that there is none to be had.
    let plain = serve(|_| Answer::Json(200, greeting("7.0.0")));
    let address = format!("es+https://{plain}/x");
    let (code, _, err) = run(&["search", "“镜湖”", "--count", "--archive", &address], &[]);
    assert!(code == 2 && err.contains("it is named with http://"), "{err}");
    let authority = top().join("tests/it/cluster/tls/authority.pem");
    let trusting = [("BAOKU_ES_CA", authority.to_str().unwrap())];
    assert_eq!(run(&args, &trusting), (0, "7\n".to_owned(), String::new()));
}
