//! Draws trends as pictures (SVG), with a text that says the same for those who can't see them.

use plotters::prelude::*;

use crate::search::{PeriodCount, Trend};

/// What a curve shows; closed, the names are part of the interface.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Articles with the term.
    #[default]
    Articles,
    /// Times the term stands there.
    Occurrences,
    /// Articles with the term for each 1,000 articles.
    ArticlesPer1000,
    /// Times for each 1,000 articles.
    OccurrencesPer1000,
}

impl Measure {
    /// All of them, in the order of the interface.
    pub const ALL: [Self; 4] =
        [Self::Articles, Self::Occurrences, Self::ArticlesPer1000, Self::OccurrencesPer1000];

    /// The name on the command line and in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Articles => "articles",
            Self::Occurrences => "occurrences",
            Self::ArticlesPer1000 => "articles-per-1000",
            Self::OccurrencesPer1000 => "occurrences-per-1000",
        }
    }

    /// The measure of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    const fn of(self, count: &PeriodCount) -> f64 {
        match self {
            Self::Articles => count.articles as f64,
            Self::Occurrences => count.occurrences as f64,
            Self::ArticlesPer1000 => count.articles_per_1000,
            Self::OccurrencesPer1000 => count.occurrences_per_1000,
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Articles => "篇 articles",
            Self::Occurrences => "次 occurrences",
            Self::ArticlesPer1000 => "每千篇中的篇数 articles per 1,000",
            Self::OccurrencesPer1000 => "每千篇中的次数 occurrences per 1,000",
        }
    }
}

/// A picture could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("the picture can't be drawn: {0}")]
pub struct PlotError(String);

/// Width and height of a picture, in pixels.
const SIZE: (u32, u32) = (880, 400);
/// Colours that also those tell apart who see red and green alike (Okabe and Ito).
const COLOURS: [RGBColor; 5] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 86, 86),
];
const FONT: &str = "sans-serif";
/// Curves of no more points than this show each of them.
const DOTS_MAX: usize = 60;

/// The curves of a trend.
///
/// # Errors
///
/// Where the drawing library refuses, which no numbers make it do.
pub fn trend_svg(trend: &Trend, measure: Measure) -> Result<String, PlotError> {
    let mut svg = String::new();
    draw(trend, measure, &mut svg).map_err(|e| PlotError(e.to_string()))?;
    Ok(described(&svg, trend))
}

fn draw(trend: &Trend, measure: Measure, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let names: Vec<&str> = trend
        .terms
        .first()
        .map(|t| t.periods.iter().map(|p| p.period.as_str()).collect())
        .unwrap_or_default();
    let most = trend
        .terms
        .iter()
        .flat_map(|t| &t.periods)
        .map(|count| measure.of(count))
        .fold(0.0, f64::max)
        .max(1.0);
    let last = names.len().saturating_sub(1).max(1) as f64;
    let mut chart = ChartBuilder::on(&root)
        .margin(12)
        .margin_right(28)
        .x_label_area_size(32)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..last, 0.0..most * 1.15)?;
    // Labels stand between periods where there are few: only whole numbers name one.
    let name_at = |x: &f64| -> String {
        let at = x.round();
        if (x - at).abs() > 0.01 || at < 0.0 {
            return String::new();
        }
        names.get(at as usize).copied().unwrap_or_default().to_owned()
    };
    let whole = matches!(measure, Measure::Articles | Measure::Occurrences);
    let number = |y: &f64| -> String {
        match (whole, y.fract() == 0.0) {
            (true, false) => String::new(),
            (_, true) => format!("{y:.0}"),
            (false, false) => format!("{y:.1}"),
        }
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RGBColor(225, 225, 225))
        .axis_style(RGBColor(90, 90, 90))
        .x_labels(names.len().min(9))
        .x_label_formatter(&name_at)
        .y_label_formatter(&number)
        .y_desc(measure.label())
        .label_style((FONT, 13))
        .axis_desc_style((FONT, 13))
        .draw()?;
    for (term, colour) in trend.terms.iter().zip(COLOURS.iter().cycle()) {
        let points: Vec<(f64, f64)> =
            term.periods.iter().enumerate().map(|(at, count)| (at as f64, measure.of(count))).collect();
        if points.len() <= DOTS_MAX {
            chart.draw_series(points.iter().map(|&at| Circle::new(at, 3, colour.filled())))?;
        }
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
            .label(term.term.chars().take(24).collect::<String>())
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], colour.stroke_width(3)));
    }
    if !trend.terms.is_empty() {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE.mix(0.85))
            .border_style(RGBColor(200, 200, 200))
            .label_font((FONT, 14))
            .draw()?;
    }
    root.present()?;
    Ok(())
}

/// The picture with its title and a text that says what it shows.
fn described(svg: &str, trend: &Trend) -> String {
    let terms: Vec<&str> = trend.terms.iter().map(|t| t.term.as_str()).collect();
    let title = format!("趋势 trend: {}", terms.join("、"));
    let Some((tag, rest)) = svg.split_once('>') else { return svg.to_owned() };
    format!(
        "{tag} role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>{rest}",
        escaped(&title),
        escaped(&in_words(trend)),
    )
}

/// What a trend's picture shows, in words.
#[must_use]
pub fn in_words(trend: &Trend) -> String {
    let mut out: Vec<String> = Vec::new();
    for term in &trend.terms {
        let most = term.periods.iter().max_by(|a, b| {
            // The earlier of two that are alike.
            a.articles.cmp(&b.articles).then_with(|| b.period.cmp(&a.period))
        });
        let mut told =
            format!("“{}”: {} articles, {} occurrences", term.term, term.articles, term.occurrences);
        if let (Some(first), Some(last)) = (&term.first, &term.last) {
            told.push_str(&format!(", first {}, last {}", first.date, last.date));
        }
        if let Some(most) = most.filter(|m| m.articles > 0) {
            told.push_str(&format!(", most in {} ({} articles)", most.period, most.articles));
        }
        out.push(told);
    }
    out.join("; ")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
