//! A line chart as SVG: one panel a measure, the number of links on a logarithmic axis, a line for
//! each database. It follows the reader's light or dark preference.

use std::fmt::Write;

use crate::{
    figures::Unit,
    growth::{Measure, Point},
    server::Engine,
};

const PANEL: (f64, f64) = (260.0, 170.0);
/// Room around a panel's plot: left, top, right, bottom.
const ROOM: (f64, f64, f64, f64) = (64.0, 30.0, 14.0, 34.0);
const ACROSS: usize = 4;
const HEAD: f64 = 56.0;

const STYLE: &str = "\
text { font: 12px system-ui, sans-serif; fill: #333 }
.title { font-weight: 600 }
.axis { stroke: #999; stroke-width: 1 }
.grid { stroke: #ddd; stroke-width: 1 }
.line { fill: none; stroke-width: 2 }
.sqlite { stroke: #0b6e99; fill: #0b6e99 }
.postgres { stroke: #b3541e; fill: #b3541e }
.line.sqlite, .line.postgres { fill: none }
.paper { fill: #fff }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd }
  .axis { stroke: #888 }
  .grid { stroke: #3a3a3a }
  .sqlite { stroke: #6cc3e6; fill: #6cc3e6 }
  .postgres { stroke: #f0a070; fill: #f0a070 }
  .line.sqlite, .line.postgres { fill: none }
  .paper { fill: #1b1b1b }
}";

/// The whole chart.
pub fn svg(points: &[Point]) -> String {
    let measures: Vec<Measure> = Measure::ALL
        .into_iter()
        .filter(|measure| {
            points
                .iter()
                .any(|point| point.figures.contains_key(measure))
        })
        .collect();
    let down = measures.len().div_ceil(ACROSS);
    let (width, height) = (PANEL.0 * number(ACROSS), HEAD + PANEL.1 * number(down));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"How figures change with the number of stored links\">\n<style>{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n\
         <text class=\"title\" x=\"16\" y=\"24\">As data grows: stored links (logarithmic) against each measure</text>\n"
    );
    for (engine, x) in [(Engine::Sqlite, 16.0), (Engine::Postgres, 116.0)] {
        let class = class(engine);
        let _ = writeln!(
            out,
            "<circle class=\"{class}\" cx=\"{}\" cy=\"40\" r=\"4\"/><text x=\"{}\" y=\"44\">{}</text>",
            x + 5.0,
            x + 14.0,
            engine.name()
        );
    }
    for (at, measure) in measures.into_iter().enumerate() {
        let corner = (
            number(at % ACROSS) * PANEL.0,
            HEAD + number(at / ACROSS) * PANEL.1,
        );
        out += &panel(points, measure, corner);
    }
    out + "</svg>\n"
}

fn panel(points: &[Point], measure: Measure, (left, top): (f64, f64)) -> String {
    let values = || {
        points
            .iter()
            .filter_map(|point| point.figures.get(&measure))
    };
    let highest = values().map(|spread| spread.median).fold(0.0, f64::max);
    let (step, steps) = scale(highest);
    let sizes: Vec<f64> = points
        .iter()
        .map(|point| number(point.links).log10())
        .collect();
    let first = sizes.iter().copied().fold(f64::INFINITY, f64::min);
    let last = sizes.iter().copied().fold(0.0, f64::max);
    let (plot_width, plot_height) = (PANEL.0 - ROOM.0 - ROOM.2, PANEL.1 - ROOM.1 - ROOM.3);
    let x = |links: usize| {
        let span = (last - first).max(1e-9);
        left + ROOM.0 + (number(links).log10() - first) / span * plot_width
    };
    let y = |value: f64| top + ROOM.1 + plot_height * (1.0 - value / (step * number(steps)));

    let mut out = format!(
        "<text class=\"title\" x=\"{:.1}\" y=\"{:.1}\">{}</text>\n",
        left + ROOM.0,
        top + 18.0,
        measure.title()
    );
    for n in 0..=steps {
        let value = step * number(n);
        let (from, at) = (left + ROOM.0, y(value));
        let class = if n == 0 { "axis" } else { "grid" };
        let _ = writeln!(
            out,
            "<line class=\"{class}\" x1=\"{from:.1}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            from + plot_width,
            from - 6.0,
            at + 4.0,
            label(measure.unit(), value)
        );
    }
    let mut marked: Vec<usize> = points.iter().map(|point| point.links).collect();
    marked.sort_unstable();
    marked.dedup();
    for links in marked {
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x(links),
            top + PANEL.1 - ROOM.3 + 16.0,
            short(links)
        );
    }
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let places: Vec<(f64, f64)> = points
            .iter()
            .filter(|point| point.engine == engine)
            .filter_map(|point| Some((x(point.links), y(point.figures.get(&measure)?.median))))
            .collect();
        let path: Vec<String> = places
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let class = class(engine);
        let _ = writeln!(
            out,
            "<polyline class=\"line {class}\" points=\"{}\"/>",
            path.join(" ")
        );
        for (x, y) in places {
            let _ = writeln!(
                out,
                "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>"
            );
        }
    }
    out
}

/// A step of 1, 2 or 5 times a power of ten, and how many of them reach the highest value.
fn scale(highest: f64) -> (f64, usize) {
    let rough = highest.max(1e-3) / 4.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(10.0 * power);
    let mut steps = 1;
    while step * number(steps) < highest * 0.999 {
        steps += 1;
    }
    (step, steps)
}

fn class(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

fn label(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Millis => format!("{} ms", plain(value)),
        Unit::PerSecond => format!("{}/s", short_value(value)),
        Unit::Bytes => format!("{} GB", plain(value / 1e9)),
        Unit::Count | Unit::Plain => plain(value),
    }
}

/// Without the zeros that say nothing.
fn plain(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn short_value(value: f64) -> String {
    if value >= 1000.0 {
        format!("{}k", plain(value / 1000.0))
    } else {
        plain(value)
    }
}

/// 10,000 as 10k.
fn short(links: usize) -> String {
    match links {
        1_000_000.. => format!("{}M", plain(number(links) / 1e6)),
        1000.. => format!("{}k", plain(number(links) / 1e3)),
        _ => links.to_string(),
    }
}

fn number(count: usize) -> f64 {
    crate::load::as_f64(count as u64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::figures::Spread;

    fn point(engine: Engine, links: usize, ms: f64) -> Point {
        let spread = Spread::of(&[ms]).unwrap();
        Point {
            engine,
            links,
            items: 100,
            figures: BTreeMap::from([(Measure::ClaimMedian, spread), (Measure::Disk, spread)]),
            by_turns: Vec::new(),
        }
    }

    #[test]
    fn every_measure_has_a_panel_and_every_database_a_line() {
        let points = [
            point(Engine::Sqlite, 10_000, 1.0),
            point(Engine::Sqlite, 1_000_000, 1.2),
            point(Engine::Postgres, 10_000, 2.0),
        ];
        let svg = svg(&points);
        assert_eq!(svg.matches("class=\"title\"").count(), 3);
        assert_eq!(svg.matches("<polyline").count(), 4);
        // Six points and the two of the legend.
        assert_eq!(svg.matches("<circle").count(), 8);
        assert!(
            svg.contains("prefers-color-scheme: dark")
                && svg.contains(">10k<")
                && svg.contains(">1M<")
        );
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn scales_have_round_steps() {
        let about = |highest: f64| {
            let (step, steps) = scale(highest);
            (format!("{step}"), steps)
        };
        assert_eq!(about(1.2), ("0.5".to_owned(), 3));
        assert_eq!(about(80.0), ("20".to_owned(), 4));
        assert_eq!(about(12_345.0), ("5000".to_owned(), 3));
        assert!(scale(0.0).1 >= 1);
    }
}
