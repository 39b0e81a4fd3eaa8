//! Where everything stands, in whole pixels.

use crate::layers::{Item, Layers};
use crate::{Arrow, Graph};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const TITLE_HEIGHT: i64 = 28;
pub(crate) const ROW_HEIGHT: i64 = 20;
pub(crate) const MARGIN: i64 = 24;
/// Room for the title of the picture.
pub(crate) const HEAD: i64 = 44;
/// Room for the legend below the picture.
pub(crate) const FOOT: i64 = 36;
/// What one character of the small type takes.
const CHARACTER: i64 = 7;
const PADDING: i64 = 12;
const LEAST_WIDTH: i64 = 130;
const MOST_WIDTH: i64 = 330;
const GAP_BESIDE: i64 = 96;
const GAP_BELOW: i64 = 26;
/// How far arrows that pass a layer side by side are apart.
const BEND_STEP: i64 = 4;
/// How often places are evened out.
const ROUNDS: usize = 6;

/// A point of the picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Point {
    /// From the left.
    pub x: i64,
    /// From the top.
    pub y: i64,
}

/// Where a box stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Placed {
    /// Its upper left corner.
    pub corner: Point,
    /// Its width.
    pub width: i64,
    /// Its height.
    pub height: i64,
}

/// Where everything stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Layout {
    /// The boxes, by number.
    pub boxes: Vec<Placed>,
    /// The arrows that are drawn: begin, bends, end.
    pub arrows: Vec<(Arrow, Vec<Point>)>,
    /// Width of the picture.
    pub width: i64,
    /// Height of the picture.
    pub height: i64,
}

impl Layout {
    /// Lays a graph out.
    pub fn of(graph: &Graph) -> Layout {
        let arrows = graph.sound_arrows();
        let connections: BTreeSet<(usize, usize)> =
            arrows.iter().map(|arrow| (arrow.from.in_box, arrow.to.in_box)).collect();
        let layers = Layers::of(graph.boxes.len(), &connections);
        let mut bundles = Bundles::new();
        for arrow in &arrows {
            *bundles.entry((arrow.from.in_box, arrow.to.in_box)).or_default() += 1;
        }
        let places = Places::of(graph, &layers, bundles);
        let mut drawn = Bundles::new();
        let mut layout = Layout {
            boxes: (0..graph.boxes.len()).map(|number| places.placed(graph, number)).collect(),
            ..Layout::default()
        };
        for arrow in arrows {
            let lane = drawn.entry((arrow.from.in_box, arrow.to.in_box)).or_default();
            let line = line(graph, &layout.boxes, &places, arrow, *lane);
            *lane += 1;
            layout.arrows.push((arrow.clone(), line));
        }
        let right = layout.boxes.iter().map(|placed| placed.corner.x + placed.width).max().unwrap_or(0);
        let points = layout.arrows.iter().flat_map(|(_, points)| points.iter().map(|point| point.y));
        let boxes = layout.boxes.iter().map(|placed| placed.corner.y + placed.height);
        layout.width = right.max(360) + MARGIN;
        layout.height = boxes.chain(points).max().unwrap_or(HEAD) + FOOT;
        layout
    }
}

pub(crate) fn height_of(graph: &Graph, number: usize) -> i64 {
    let shown = &graph.boxes[number];
    let rows = shown.rows.len() + usize::from(shown.hidden_rows > 0);
    let below = if rows > 0 { 6 } else { 0 };
    TITLE_HEIGHT + ROW_HEIGHT * rows as i64 + below
}

fn width_of(graph: &Graph, number: usize) -> i64 {
    let shown = &graph.boxes[number];
    let width = |name: &str, note: &str| {
        let gap = if note.is_empty() { 0 } else { 2 };
        (name.chars().count() + gap + note.chars().count()) as i64 * CHARACTER + 2 * PADDING
    };
    let rows = shown.rows.iter().map(|row| width(&row.name, &row.note));
    let widest = rows.chain([width(&shown.title, &shown.note) + 14]).max().unwrap_or(0);
    widest.clamp(LEAST_WIDTH, MOST_WIDTH)
}

/// How many characters fit beside each other in a box of this width.
pub(crate) fn characters(width: i64) -> usize {
    usize::try_from((width - 2 * PADDING) / CHARACTER).unwrap_or(0)
}

/// How many arrows lead from one box to another.
type Bundles = BTreeMap<(usize, usize), usize>;

struct Places {
    bundles: Bundles,
    /// Left edge and width of each layer.
    columns: Vec<(i64, i64)>,
    layer_of: BTreeMap<Item, usize>,
    /// Upper edge of each item.
    top: BTreeMap<Item, i64>,
}

impl Places {
    fn of(graph: &Graph, layers: &Layers, bundles: Bundles) -> Places {
        let mut columns = Vec::new();
        let mut layer_of = BTreeMap::new();
        let mut left = MARGIN;
        for (number, layer) in layers.layers.iter().enumerate() {
            let widths = layer.iter().map(|item| match item {
                Item::Box(number) => width_of(graph, *number),
                Item::Bend { .. } => 0,
            });
            let width = widths.max().unwrap_or(0);
            columns.push((left, width));
            left += width + GAP_BESIDE;
            layer_of.extend(layer.iter().map(|item| (*item, number)));
        }
        let mut places = Places { bundles, columns, layer_of, top: BTreeMap::new() };
        places.stack(graph, layers);
        for round in 0..ROUNDS {
            places.even_out(graph, layers, round % 2 == 0);
        }
        let highest = places.top.values().min().copied().unwrap_or(0);
        places.top.values_mut().for_each(|top| *top += HEAD - highest);
        places
    }

    /// Everything as high up as it can be.
    fn stack(&mut self, graph: &Graph, layers: &Layers) {
        for layer in &layers.layers {
            let mut top = 0;
            for item in layer {
                self.top.insert(*item, top);
                top += self.height(graph, item) + GAP_BELOW;
            }
        }
    }

    /// Moves the items of each layer to the middle of their neighbours, as near as their order allows.
    fn even_out(&mut self, graph: &Graph, layers: &Layers, to_the_right: bool) {
        let count = layers.layers.len();
        for step in 0..count {
            let layer = &layers.layers[if to_the_right { step } else { count - 1 - step }];
            let neighbours = if to_the_right { &layers.left } else { &layers.right };
            let mut wished = Vec::new();
            // What stands above an item in its layer is taken off: the wishes then only have to be in order.
            let mut above = 0;
            for item in layer {
                let own = self.height(graph, item);
                let beside: Vec<i64> = neighbours
                    .get(item)
                    .into_iter()
                    .flatten()
                    .filter_map(|other| Some(self.top.get(other)? + self.height(graph, other) / 2))
                    .collect();
                let wish = match beside.len() {
                    0 => self.top.get(item).copied().unwrap_or(0),
                    count => beside.iter().sum::<i64>() / count as i64 - own / 2,
                };
                wished.push(wish - above);
                above += own + GAP_BELOW;
            }
            let mut above = 0;
            for (item, place) in layer.iter().zip(in_order(&wished)) {
                self.top.insert(*item, place + above);
                above += self.height(graph, item) + GAP_BELOW;
            }
        }
    }

    fn height(&self, graph: &Graph, item: &Item) -> i64 {
        match item {
            Item::Box(number) => height_of(graph, *number),
            Item::Bend { from, to, .. } => {
                BEND_STEP * (self.bundles.get(&(*from, *to)).copied().unwrap_or(0) as i64 + 1)
            }
        }
    }

    fn placed(&self, graph: &Graph, number: usize) -> Placed {
        let item = Item::Box(number);
        let layer = self.layer_of.get(&item).copied().unwrap_or(0);
        let (left, width) = self.columns.get(layer).copied().unwrap_or_default();
        let own = width_of(graph, number);
        let corner = Point { x: left + (width - own) / 2, y: self.top.get(&item).copied().unwrap_or(0) };
        Placed { corner, width: own, height: height_of(graph, number) }
    }
}

/// The rising sequence that is nearest to the wishes: neighbours that are out of order are pooled.
fn in_order(wishes: &[i64]) -> Vec<i64> {
    let mut pools: Vec<(i64, i64)> = Vec::new();
    for wish in wishes {
        pools.push((*wish, 1));
        while let [.., (before, before_count), (last, last_count)] = pools.as_slice() {
            if before * last_count <= last * before_count {
                break;
            }
            let merged = (before + last, before_count + last_count);
            pools.truncate(pools.len() - 2);
            pools.push(merged);
        }
    }
    pools.into_iter().flat_map(|(sum, count)| (0..count).map(move |_| sum.div_euclid(count))).collect()
}

/// From the right edge of one row, over the bends, each in its lane, to the left edge of another.
fn line(graph: &Graph, boxes: &[Placed], places: &Places, arrow: &Arrow, lane: usize) -> Vec<Point> {
    let height = |end: &crate::End| {
        let placed = boxes[end.in_box];
        match end.row {
            Some(row) => placed.corner.y + TITLE_HEIGHT + ROW_HEIGHT * row as i64 + ROW_HEIGHT / 2,
            None => placed.corner.y + TITLE_HEIGHT.min(height_of(graph, end.in_box)) / 2,
        }
    };
    let from = boxes[arrow.from.in_box];
    let to = boxes[arrow.to.in_box];
    let mut points = vec![Point { x: from.corner.x + from.width, y: height(&arrow.from) }];
    let layer_of = |number: usize| places.layer_of.get(&Item::Box(number)).copied().unwrap_or(0);
    for layer in layer_of(arrow.from.in_box) + 1..layer_of(arrow.to.in_box) {
        let bend = Item::Bend { from: arrow.from.in_box, to: arrow.to.in_box, layer };
        if let Some(top) = places.top.get(&bend) {
            let (left, width) = places.columns[layer];
            let y = top + BEND_STEP * (lane as i64 + 1);
            points.push(Point { x: left, y });
            points.push(Point { x: left + width, y });
        }
    }
    points.push(Point { x: to.corner.x, y: height(&arrow.to) });
    points
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn wishes_out_of_order_are_pooled() {
        assert_eq!(in_order(&[1, 2, 3]), [1, 2, 3]);
        assert_eq!(in_order(&[3, 1]), [2, 2]);
        assert_eq!(in_order(&[5, 1, 0, 9]), [2, 2, 2, 9]);
        assert_eq!(in_order(&[-1, -4]), [-3, -3]);
    }
}
