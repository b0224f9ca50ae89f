//! Counts requests and their times, in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper ends of the histogram's buckets, in seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// What was counted since the start.
#[derive(Debug, Default)]
pub(super) struct Metrics(Mutex<Counts>);

/// By route.
type Counts = BTreeMap<String, Times>;

#[derive(Debug, Default)]
struct Times {
    /// Answers by method and status; a handful.
    answers: Vec<(&'static str, u16, u64)>,
    buckets: [u64; BUCKETS.len()],
    count: u64,
    sum_seconds: f64,
}

impl Metrics {
    /// Counts one answer. `route` is the pattern, never the path as typed.
    pub(super) fn count(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let seconds = took.as_secs_f64();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Nothing is made for a route that was counted before: all requests pass here.
        if !counts.contains_key(route) {
            counts.insert(route.to_owned(), Times::default());
        }
        let Some(times) = counts.get_mut(route) else { return };
        match times.answers.iter_mut().find(|(m, s, _)| (*m, *s) == (method, status)) {
            Some((_, _, n)) => *n += 1,
            None => times.answers.push((method, status, 1)),
        }
        for (bucket, end) in times.buckets.iter_mut().zip(BUCKETS) {
            *bucket += u64::from(seconds <= end);
        }
        times.count += 1;
        times.sum_seconds += seconds;
    }

    /// Everything as text, with the given gauges behind it.
    pub(super) fn text(&self, gauges: &[(&str, &str, f64)]) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::from(
            "# HELP baoku_http_requests_total Requests answered.\n# TYPE baoku_http_requests_total counter\n",
        );
        // Writing to a string never fails.
        for (route, times) in &*counts {
            for (method, status, n) in &times.answers {
                let _ = writeln!(
                    out,
                    "baoku_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}} {n}"
                );
            }
        }
        out.push_str(
            "# HELP baoku_http_request_duration_seconds Time to an answer.\n\
             # TYPE baoku_http_request_duration_seconds histogram\n",
        );
        for (route, times) in &*counts {
            let name = "baoku_http_request_duration_seconds";
            for (n, end) in times.buckets.iter().zip(BUCKETS) {
                let _ = writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"{end}\"}} {n}");
            }
            let _ = writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {}", times.count);
            let _ = writeln!(out, "{name}_sum{{route=\"{route}\"}} {}", times.sum_seconds);
            let _ = writeln!(out, "{name}_count{{route=\"{route}\"}} {}", times.count);
        }
        for (name, help, value) in gauges {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_by_route_and_in_every_bucket_it_fits() {
        let metrics = Metrics::default();
        metrics.count("/api/v1/search", "GET", 200, Duration::from_millis(3));
        let text = metrics.text(&[("baoku_articles", "Articles served.", 5.0)]);
        assert!(
            text.contains(
                "baoku_http_requests_total{route=\"/api/v1/search\",method=\"GET\",status=\"200\"} 1"
            )
        );
        assert!(text.contains("_bucket{route=\"/api/v1/search\",le=\"0.0025\"} 0"));
        assert!(text.contains("_bucket{route=\"/api/v1/search\",le=\"0.005\"} 1"));
        assert!(text.ends_with("baoku_articles 5\n"));
    }
}
