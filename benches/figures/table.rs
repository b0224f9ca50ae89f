//! Figures against the baseline, as one table.

use serde::Serialize;
use serde_json::Value;

/// Of a thousand instructions, those that may be more before it counts as growth. Two runs of one
/// binary differ by less than 2: hash tables begin with random numbers.
const GROWTH_PERMILLE_MAX: u64 = 30;
/// The same where another compiler made the baseline.
const GROWTH_OTHER_PERMILLE_MAX: u64 = 200;
/// By how much a share may be lower: figures are exact, their print has four digits.
const FALL_MAX: f64 = 0.000_05;

/// What a figure says against the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// As it was.
    Same,
    /// Better by so much that the baseline could be renewed.
    Better,
    /// Worse than allowed, or not measured any more.
    Worse,
    /// Nothing to compare with.
    New,
    /// Not compared: it varies from run to run.
    Told,
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    name: String,
    figure: String,
    baseline: String,
    change: String,
    pub(crate) verdict: Verdict,
}

impl Row {
    pub(crate) fn count(stage: &str, n: u64, baseline: Option<u64>, same_compiler: bool) -> Self {
        let margin = if same_compiler { GROWTH_PERMILLE_MAX } else { GROWTH_OTHER_PERMILLE_MAX };
        let verdict = match baseline {
            None => Verdict::New,
            Some(was) if n > was + was * margin / 1000 => Verdict::Worse,
            Some(was) if n + was * margin / 1000 < was => Verdict::Better,
            Some(_) => Verdict::Same,
        };
        let change = baseline.map(|was| format!("{:+.2} %", (n as f64 / was.max(1) as f64 - 1.0) * 100.0));
        Self {
            name: format!("{stage}, instructions"),
            figure: thousands(n),
            baseline: baseline.map(thousands).unwrap_or_default(),
            change: change.unwrap_or_default(),
            verdict,
        }
    }

    pub(crate) fn accuracy(name: &str, figure: f64, baseline: Option<f64>) -> Self {
        let verdict = match baseline {
            None => Verdict::New,
            Some(was) if figure < was - FALL_MAX => Verdict::Worse,
            Some(was) if figure > was + FALL_MAX => Verdict::Better,
            Some(_) => Verdict::Same,
        };
        Self {
            name: name.to_owned(),
            figure: format!("{figure:.4}"),
            baseline: baseline.map(|was| format!("{was:.4}")).unwrap_or_default(),
            change: baseline.map(|was| format!("{:+.4}", figure - was)).unwrap_or_default(),
            verdict,
        }
    }

    pub(crate) fn told(name: &str, figure: &str) -> Self {
        let (name, figure) = (name.to_owned(), figure.to_owned());
        Self { name, figure, baseline: String::new(), change: String::new(), verdict: Verdict::Told }
    }
}

/// Figures that the baseline has and this run has not: a figure that is lost is not a figure that is good.
pub(crate) fn missing<'a>(
    member: &str,
    baseline: &'a Value,
    known: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = Row> + 'a {
    let lost = |name: &String| Row {
        name: name.clone(),
        figure: "not measured".to_owned(),
        baseline: String::new(),
        change: String::new(),
        verdict: Verdict::Worse,
    };
    let names = baseline[member].as_object().into_iter().flatten().map(|(name, _)| name);
    names.filter(move |name| !known(name)).map(lost)
}

pub(crate) fn print(rows: &[Row], same_compiler: bool, compiler: &str, baseline_compiler: Option<&str>) {
    println!("{:<52} {:>16} {:>16} {:>10}", "figure", "now", "baseline", "change");
    for row in rows {
        let mark = match row.verdict {
            Verdict::Worse => "  WORSE",
            Verdict::Better => "  better",
            Verdict::New => "  new",
            Verdict::Same | Verdict::Told => "",
        };
        if row.verdict == Verdict::Told {
            println!("{:<52} {}", row.name, row.figure);
        } else {
            println!("{:<52} {:>16} {:>16} {:>10}{mark}", row.name, row.figure, row.baseline, row.change);
        }
    }
    if let (false, Some(was)) = (same_compiler, baseline_compiler) {
        println!(
            "\nthe baseline was counted with {was}, this with {compiler}: {} % more are let pass",
            GROWTH_OTHER_PERMILLE_MAX / 10
        );
    }
}

fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}
