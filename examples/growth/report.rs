//! The table and the picture of what was measured.

use std::fmt::Write as _;
use std::path::Path;

use plotters::prelude::*;
use serde_json::Value;

use super::Result;

const KINDS: [&str; 6] = ["literal", "words", "near", "names", "fields", "facets"];

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(0.0)
}

/// A column a size, a line a figure, and how a figure grows from the last size but one to the last.
pub(crate) fn table(rows: &[Value]) -> String {
    let mut out = String::from(
        "# Growth\n\nWhat grows with the archive, on the generated paper (`benches/corpus/mod.rs`); written by \
         `cargo run --example growth`. Times of one machine, compared with each other; `load` is what the machine \
         had to do besides, in processes, when a size was done. `slope` is the power of the number of articles by \
         which a figure grew over the last step: 1 is as fast as the archive, 0 not at all. Own memory is what no \
         file stands behind: pages of the index that are only read are the system's to give back. \
         Picture: [growth.svg](growth.svg).\n\n",
    );
    let sizes: Vec<String> =
        rows.iter().map(|row| thousands(row["articles"].as_u64().unwrap_or(0))).collect();
    let _ = writeln!(
        out,
        "| articles | {} | slope |\n| --- |{}",
        sizes.join(" | "),
        " ---: |".repeat(rows.len() + 1)
    );
    let mut line = |name: &str, figure: &dyn Fn(&Value) -> f64, cell: &dyn Fn(&Value) -> String| {
        let cells: Vec<String> = rows.iter().map(cell).collect();
        let grown = slope(rows, figure).map_or_else(String::new, |slope| format!("{slope:.2}"));
        let _ = writeln!(out, "| {name} | {} | {grown} |", cells.join(" | "));
    };
    let none = |_: &Value| 0.0;
    let of = |member: &'static str, unit: f64| move |row: &Value| number(&row[member]) / unit;
    for (name, member, unit, digits) in [
        ("text, MB", "text_bytes", 1e6, 1),
        ("build, s", "build_s", 1.0, 1),
        ("build, peak MB", "build_peak_bytes", 1e6, 0),
        ("build, own peak MB", "build_own_peak_bytes", 1e6, 0),
        ("index, MB", "index_bytes", 1e6, 1),
        ("open, ms", "open_p50_ms", 1.0, 2),
        ("first question, ms", "first_ms", 1.0, 1),
    ] {
        line(name, &of(member, unit), &|row| format!("{:.digits$}", of(member, unit)(row)));
    }
    let speed = |row: &Value| number(&row["text_bytes"]) / 1e6 / number(&row["build_s"]).max(0.01);
    line("build, MB of text a second", &speed, &|row| format!("{:.2}", speed(row)));
    let ratio = |row: &Value| number(&row["index_bytes"]) / number(&row["text_bytes"]).max(1.0);
    line("index to text", &ratio, &|row| format!("{:.2}", ratio(row)));
    let own = |row: &Value| number(&row["memory"]["own_bytes"]) / 1e6;
    line("own memory after the questions, MB", &own, &|row| format!("{:.0}", own(row)));
    for kind in KINDS {
        for (name, member) in [("p50", "p50_ms"), ("p99", "p99_ms")] {
            let figure = move |row: &Value| number(&row["kinds"][kind][member]);
            line(&format!("{kind}, {name} ms"), &figure, &|row| format!("{:.2}", figure(row)));
        }
    }
    line("one issue more, s (each of five)", &one_more, &|row| {
        let each = row["updates"].as_array().into_iter().flatten().map(|u| format!("{:.2}", number(&u["s"])));
        each.collect::<Vec<_>>().join(", ")
    });
    let peak = |row: &Value| {
        let peaks = row["updates"].as_array().into_iter().flatten().map(|u| number(&u["own_peak_bytes"]));
        peaks.fold(0.0, f64::max) / 1e6
    };
    line("one issue more, own peak MB", &peak, &|row| format!("{:.0}", peak(row)));
    let nothing = of("nothing_changed_s", 1.0);
    line("nothing changed, s", &nothing, &|row| format!("{:.2}", nothing(row)));
    line("segments", &none, &|row| format!("{}", row["segments"]));
    line("quoted runs exact", &none, &|row| {
        format!("{} of {}", row["exact"]["equal"], row["exact"]["drawn"])
    });
    line("load", &none, &|row| format!("{:.1}", number(&row["load_before"])));
    out
}

/// The power of the number of articles by which a figure grew over the last step.
fn slope(rows: &[Value], figure: &dyn Fn(&Value) -> f64) -> Option<f64> {
    let [.., before, last] = rows else { return None };
    let grown = |figure: &dyn Fn(&Value) -> f64| figure(last).ln() - figure(before).ln();
    let slope = grown(figure) / grown(&|row| number(&row["articles"]));
    slope.is_finite().then_some(slope)
}

/// What adding one issue took, in the middle.
fn one_more(row: &Value) -> f64 {
    let mut each: Vec<f64> =
        row["updates"].as_array().into_iter().flatten().map(|u| number(&u["s"])).collect();
    each.sort_by(f64::total_cmp);
    each.get(each.len() / 2).copied().unwrap_or(0.0)
}

fn thousands(n: u64) -> String {
    if n.is_multiple_of(1_000_000) && n > 0 {
        format!("{} M", n / 1_000_000)
    } else if n.is_multiple_of(1_000) {
        format!("{} k", n / 1_000)
    } else {
        n.to_string()
    }
}

/// Both axes in powers of ten: what grows with the archive is a line of one slope, what does not lies flat.
pub(crate) fn picture(rows: &[Value], path: &Path) -> Result<()> {
    type Figure = (&'static str, fn(&Value) -> f64);
    const SHOWN: [Figure; 9] = [
        ("build, s", |row| number(&row["build_s"])),
        ("index, MB", |row| number(&row["index_bytes"]) / 1e6),
        ("build, own peak MB", |row| number(&row["build_own_peak_bytes"]) / 1e6),
        ("open, ms", |row| number(&row["open_p50_ms"])),
        ("one issue more, s", one_more),
        ("literal p50, ms", |row| number(&row["kinds"]["literal"]["p50_ms"])),
        ("literal p99, ms", |row| number(&row["kinds"]["literal"]["p99_ms"])),
        ("words p50, ms", |row| number(&row["kinds"]["words"]["p50_ms"])),
        ("words p99, ms", |row| number(&row["kinds"]["words"]["p99_ms"])),
    ];
    if rows.is_empty() {
        return Ok(());
    }
    let sizes: Vec<f64> = rows.iter().map(|row| number(&row["articles"]).max(1.0)).collect();
    let (first, last) = (sizes[0], sizes[sizes.len() - 1]);
    let values = rows.iter().flat_map(|row| SHOWN.iter().map(|(_, figure)| figure(row)));
    let (mut low, mut high) = (f64::MAX, f64::MIN);
    for value in values.filter(|v| *v > 0.0) {
        (low, high) = (low.min(value), high.max(value));
    }
    let area = SVGBackend::new(path, (900, 600)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(16)
        .margin_right(170)
        .x_label_area_size(36)
        .y_label_area_size(60)
        .build_cartesian_2d((first * 0.8..last * 1.25).log_scale(), (low * 0.7..high * 1.4).log_scale())?;
    chart.configure_mesh().x_desc("articles").light_line_style(BLACK.mix(0.05)).draw()?;
    for (nth, (name, figure)) in SHOWN.iter().enumerate() {
        let colour = Palette99::pick(nth).to_rgba();
        let points: Vec<(f64, f64)> =
            sizes.iter().zip(rows).map(|(n, row)| (*n, figure(row))).filter(|(_, v)| *v > 0.0).collect();
        chart.draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))?;
        chart.draw_series(points.iter().map(|point| Circle::new(*point, 3, colour.filled())))?;
        if let Some((_, value)) = points.last() {
            let at = chart.backend_coord(&(last * 1.25, *value));
            area.draw(&Text::new(
                *name,
                (at.0 + 6, at.1 - 6),
                ("sans-serif", 13).into_font().color(&colour),
            ))?;
        }
    }
    area.present()?;
    Ok(())
}
