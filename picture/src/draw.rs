//! The picture as SVG.

use crate::layout::{FOOT, HEAD, MARGIN, ROW_HEIGHT, TITLE_HEIGHT, characters};
use crate::{ArrowKind, Box, End, Graph, Layout, Placed, Point};
use std::fmt::Write as _;

/// Colours of both kinds of surroundings.
const STYLE: &str = "\
svg{--paper:#ffffff;--ink:#1f2328;--faint:#59636e;--edge:#d1d9e0;--head:#f6f8fa;--outside:#fff8e5;\
--subject:#ddf4ff;--mark:#0969da;--flow:#57606a;--influence:#9a6700;\
font-family:ui-sans-serif,system-ui,'Segoe UI',sans-serif;font-size:12px}\
@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--faint:#9198a1;--edge:#3d444d;\
--head:#161b22;--outside:#2b2410;--subject:#10273f;--mark:#4493f8;--flow:#8b949e;--influence:#d29922}}\
.paper{fill:var(--paper)}.name{fill:var(--ink)}.note{fill:var(--faint)}.title{font-weight:600}\
.picture{font-size:15px;font-weight:600}\
.frame{fill:var(--paper);stroke:var(--edge)}.head{fill:var(--head)}.outside .head{fill:var(--outside)}\
.subject>.head{fill:var(--subject)}.subject>.frame{stroke:var(--mark);stroke-width:1.5}\
.row.subject .bar{fill:var(--subject)}.bar{fill:none}\
.arrow{fill:none;stroke-width:1.2;opacity:.75}.flow{stroke:var(--flow)}\
.influence{stroke:var(--influence);stroke-dasharray:5 4}\
.tip-flow{fill:var(--flow)}.tip-influence{fill:var(--influence)}\
.arrow:hover{stroke-width:2.6;opacity:1}.lit{stroke:var(--mark);stroke-width:2.2;opacity:1}.dim{opacity:.15}";

/// The graph as one SVG document.
pub fn svg(graph: &Graph) -> String {
    let layout = Layout::of(graph);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" \
         role=\"img\" aria-label=\"{2}\">\n<title>{2}</title>\n<style>{STYLE}</style>\n",
        layout.width,
        layout.height,
        escaped(&graph.title)
    );
    text.push_str(
        "<defs><marker id=\"flow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path class=\"tip-flow\" d=\"M0 0L8 4L0 8z\"/></marker>\
         <marker id=\"influence\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path class=\"tip-influence\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n",
    );
    let _ = writeln!(
        text,
        "<rect class=\"paper\" width=\"{}\" height=\"{}\"/>\n<text class=\"name picture\" x=\"{MARGIN}\" y=\"{}\">{}</text>",
        layout.width,
        layout.height,
        HEAD - 18,
        escaped(&graph.title)
    );
    for (arrow, points) in &layout.arrows {
        let (class, label) = match arrow.kind {
            ArrowKind::Flow => ("flow", &arrow.label),
            ArrowKind::Influence => ("influence", &arrow.label),
        };
        let _ = writeln!(
            text,
            "<path class=\"arrow {class}\" data-from=\"{}\" data-to=\"{}\" marker-end=\"url(#{class})\" d=\"{}\"><title>{} → {}{}</title></path>",
            key(&arrow.from),
            key(&arrow.to),
            curve(points),
            escaped(&name(graph, &arrow.from)),
            escaped(&name(graph, &arrow.to)),
            if label.is_empty() { String::new() } else { format!(": {}", escaped(label)) }
        );
    }
    for (number, (shown, placed)) in graph.boxes.iter().zip(&layout.boxes).enumerate() {
        draw_box(&mut text, number, shown, *placed);
    }
    legend(&mut text, &layout);
    text.push_str("</svg>\n");
    text
}

fn draw_box(text: &mut String, number: usize, shown: &Box, placed: Placed) {
    let Placed { corner: Point { x, y }, width, height } = placed;
    let mut classes = String::from("box");
    if shown.is_subject {
        classes.push_str(" subject");
    }
    if shown.is_outside {
        classes.push_str(" outside");
    }
    let _ = writeln!(
        text,
        "<g class=\"{classes}\"><rect class=\"frame\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
    );
    let _ = writeln!(
        text,
        "<path class=\"head\" d=\"M{} {y}h{}a5 5 0 0 1 5 5v{}h-{}v-{}a5 5 0 0 1 5-5z\"/>",
        x + 6,
        width - 12,
        TITLE_HEIGHT - 6,
        width - 2,
        TITLE_HEIGHT - 6
    );
    let room = characters(width);
    let head = Line { name: &shown.title, note: &shown.note, class: "name title" };
    head.draw(text, x, y + 18, width, room.saturating_sub(2));
    for (row_number, row) in shown.rows.iter().enumerate() {
        let top = y + TITLE_HEIGHT + ROW_HEIGHT * row_number as i64;
        let class = if row.is_subject { "row subject" } else { "row" };
        let end = End { in_box: number, row: Some(row_number) };
        let _ = write!(
            text,
            "<g class=\"{class}\" data-end=\"{}\"><rect class=\"bar\" x=\"{}\" y=\"{top}\" width=\"{}\" height=\"{ROW_HEIGHT}\"/>",
            key(&end),
            x + 1,
            width - 2
        );
        Line { name: &row.name, note: &row.note, class: "name" }.draw(text, x, top + 14, width, room);
        text.push_str("</g>\n");
    }
    if shown.hidden_rows > 0 {
        let top = y + TITLE_HEIGHT + ROW_HEIGHT * shown.rows.len() as i64;
        let more = match shown.hidden_rows {
            1 => "1 more column".to_owned(),
            count => format!("{count} more columns"),
        };
        let _ = writeln!(text, "<text class=\"note\" x=\"{}\" y=\"{}\">{more}</text>", x + 12, top + 14);
    }
    text.push_str("</g>\n");
}

struct Line<'a> {
    name: &'a str,
    note: &'a str,
    class: &'a str,
}

impl Line<'_> {
    /// The name from the left; the note from the right where it fits. What is cut is told by the tooltip.
    fn draw(&self, text: &mut String, x: i64, baseline: i64, width: i64, room: usize) {
        let name = shortened(self.name, room);
        let left = room.saturating_sub(name.chars().count() + 1);
        let note = if left >= 4 { shortened(self.note, left) } else { String::new() };
        let is_cut = name != self.name || note != self.note;
        let _ = write!(
            text,
            "<text class=\"{}\" x=\"{}\" y=\"{baseline}\">{}",
            self.class,
            x + 12,
            escaped(&name)
        );
        if is_cut {
            let _ = write!(text, "<title>{} {}</title>", escaped(self.name), escaped(self.note));
        }
        text.push_str("</text>");
        if !note.is_empty() {
            let _ = write!(
                text,
                "<text class=\"note\" x=\"{}\" y=\"{baseline}\" text-anchor=\"end\">{}</text>",
                x + width - 12,
                escaped(&note)
            );
        }
    }
}

fn legend(text: &mut String, layout: &Layout) {
    let y = layout.height - FOOT / 2;
    let lines = [("flow", "values", MARGIN), ("influence", "decides about rows", MARGIN + 110)];
    for (class, words, x) in lines {
        let _ = writeln!(
            text,
            "<path class=\"arrow {class}\" marker-end=\"url(#{class})\" d=\"M{x} {0}h32\"/><text class=\"note\" x=\"{1}\" y=\"{2}\">{words}</text>",
            y,
            x + 42,
            y + 4
        );
    }
}

/// A line through the points that leaves and arrives horizontally.
fn curve(points: &[Point]) -> String {
    let mut path = String::new();
    let Some(first) = points.first() else { return path };
    let _ = write!(path, "M{} {}", first.x, first.y);
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        if from.y == to.y && from.x <= to.x {
            let _ = write!(path, "H{}", to.x);
            continue;
        }
        let reach = ((to.x - from.x).abs() / 2).max(24);
        let _ = write!(path, "C{} {} {} {} {} {}", from.x + reach, from.y, to.x - reach, to.y, to.x, to.y);
    }
    path
}

fn key(end: &End) -> String {
    match end.row {
        Some(row) => format!("{}.{row}", end.in_box),
        None => end.in_box.to_string(),
    }
}

fn name(graph: &Graph, end: &End) -> String {
    let shown = &graph.boxes[end.in_box];
    match end.row {
        Some(row) => format!("{}.{}", shown.title, shown.rows[row].name),
        None => shown.title.clone(),
    }
}

fn shortened(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// Text inside XML; what XML cannot hold is shown as a replacement character.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' | '\r' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            control if control < ' ' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}
