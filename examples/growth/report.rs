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

/// A column a size, a line a figure.
pub(crate) fn table(rows: &[Value]) -> String {
    let mut out = String::from(
        "# Growth\n\nWhat grows with the archive, on the generated paper (`benches/corpus/mod.rs`); written by \
         `cargo run --example growth`. Times of one machine, compared with each other; `load` is what the machine \
         had to do besides, in processes, when a size was done. Picture: [growth.svg](growth.svg).\n\n",
    );
    let mut line = |name: &str, cell: &dyn Fn(&Value) -> String| {
        let cells: Vec<String> = rows.iter().map(cell).collect();
        let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
    };
    line("articles", &|row| thousands(row["articles"].as_u64().unwrap_or(0)));
    line("---", &|_| "---:".to_owned());
    line("text, MB", &|row| format!("{:.1}", number(&row["text_bytes"]) / 1e6));
    line("build, s", &|row| format!("{:.1}", number(&row["build_s"])));
    line("build, MB of text a second", &|row| {
        format!("{:.2}", number(&row["text_bytes"]) / 1e6 / number(&row["build_s"]).max(0.01))
    });
    line("build, peak MB", &|row| format!("{:.0}", number(&row["build_peak_bytes"]) / 1e6));
    line("index, MB", &|row| format!("{:.1}", number(&row["index_bytes"]) / 1e6));
    line("index to text", &|row| {
        format!("{:.2}", number(&row["index_bytes"]) / number(&row["text_bytes"]).max(1.0))
    });
    line("open, ms", &|row| format!("{:.2}", number(&row["open_p50_ms"])));
    line("first question, ms", &|row| format!("{:.1}", number(&row["first_ms"])));
    line("own memory after the questions, MB", &|row| {
        format!("{:.0}", number(&row["memory"]["own_bytes"]) / 1e6)
    });
    for kind in KINDS {
        line(&format!("{kind}, p50 / p99 ms"), &|row| {
            let figures = &row["kinds"][kind];
            format!("{:.2} / {:.2}", number(&figures["p50_ms"]), number(&figures["p99_ms"]))
        });
    }
    line("one issue more, s (each of five)", &|row| {
        let each = row["updates"].as_array().into_iter().flatten().map(|u| format!("{:.2}", number(&u["s"])));
        each.collect::<Vec<_>>().join(", ")
    });
    line("one issue more, peak MB", &|row| {
        let peaks = row["updates"].as_array().into_iter().flatten().map(|u| number(&u["peak_bytes"]));
        format!("{:.0}", peaks.fold(0.0, f64::max) / 1e6)
    });
    line("nothing changed, s", &|row| format!("{:.2}", number(&row["nothing_changed_s"])));
    line("segments", &|row| format!("{}", row["segments"]));
    line("quoted runs exact", &|row| format!("{} of {}", row["exact"]["equal"], row["exact"]["drawn"]));
    line("load", &|row| format!("{:.1}", number(&row["load_before"])));
    out
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
        ("build, peak MB", |row| number(&row["build_peak_bytes"]) / 1e6),
        ("open, ms", |row| number(&row["open_p50_ms"])),
        ("one issue more, s", |row| {
            let mut each: Vec<f64> =
                row["updates"].as_array().into_iter().flatten().map(|u| number(&u["s"])).collect();
            each.sort_by(f64::total_cmp);
            each.get(each.len() / 2).copied().unwrap_or(0.0)
        }),
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
