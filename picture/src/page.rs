//! The picture as one HTML page.

use crate::draw::escaped;
use crate::{Graph, svg};

const STYLE: &str = "\
:root{color-scheme:light dark}body{margin:0;background:#ffffff;color:#1f2328;\
font:14px ui-sans-serif,system-ui,'Segoe UI',sans-serif}\
main{overflow:auto}p{margin:.6em 24px;opacity:.75}svg{display:block}.row{cursor:pointer}\
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}}";

/// Pointing at a row lights up everything that leads to it and from it. The page works without it.
const SCRIPT: &str = "\
(() => {
  const arrows = [...document.querySelectorAll('.arrow[data-from]')];
  const reach = (start, from, to) => {
    const found = new Set(), waiting = [start];
    while (waiting.length) {
      const at = waiting.pop();
      for (const arrow of arrows) {
        if (arrow.dataset[from] !== at || found.has(arrow)) continue;
        found.add(arrow);
        waiting.push(arrow.dataset[to]);
      }
    }
    return found;
  };
  const light = row => {
    const lit = new Set();
    if (row) for (const [from, to] of [['from', 'to'], ['to', 'from']])
      for (const arrow of reach(row.dataset.end, from, to)) lit.add(arrow);
    for (const arrow of arrows) {
      arrow.classList.toggle('lit', lit.has(arrow));
      arrow.classList.toggle('dim', lit.size > 0 && !lit.has(arrow));
    }
  };
  for (const row of document.querySelectorAll('.row')) {
    row.addEventListener('mouseenter', () => light(row));
    row.addEventListener('mouseleave', () => light(null));
  }
})();";

/// The graph as one HTML page that needs nothing else.
pub fn html(graph: &Graph) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{}</main>\n\
         <p>Point at a column to see what leads to it and what it leads to.</p>\n<script>\n{SCRIPT}\n</script>\n</body>\n</html>\n",
        escaped(&graph.title),
        svg(graph)
    )
}
