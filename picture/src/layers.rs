//! Which box stands in which layer, and in which order.
//!
//! Layers by longest path; an arrow over several layers gets a bend in each layer between, so that no box hides
//! it; the order inside a layer by repeated medians of the neighbours, the best order seen kept.

use std::collections::{BTreeMap, BTreeSet};

/// How often the order is improved, to the right and back.
const SWEEPS: usize = 8;
/// Above this number of places an order is improved but its crossings are not counted.
const COUNTED_PLACES: usize = 4_000;

/// Something that has a place in a layer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Item {
    /// A box, by number.
    Box(usize),
    /// A bend of the arrows from one box to another, in one layer.
    Bend { from: usize, to: usize, layer: usize },
}

/// The layers from left to right, each from top to bottom, and what is joined with what in the next layer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Layers {
    pub(crate) layers: Vec<Vec<Item>>,
    /// Neighbours in the layer to the left.
    pub(crate) left: BTreeMap<Item, Vec<Item>>,
    /// Neighbours in the layer to the right.
    pub(crate) right: BTreeMap<Item, Vec<Item>>,
}

impl Layers {
    /// The layers of so many boxes and these connections.
    pub(crate) fn of(boxes: usize, connections: &BTreeSet<(usize, usize)>) -> Layers {
        let forward = without_cycles(boxes, connections);
        let layer_of = longest_paths(boxes, &forward);
        let count = layer_of.iter().max().map_or(0, |last| last + 1);
        let mut layers = Layers { layers: vec![Vec::new(); count], ..Layers::default() };
        for (number, layer) in layer_of.iter().enumerate() {
            layers.layers[*layer].push(Item::Box(number));
        }
        for (from, to) in &forward {
            let mut before = Item::Box(*from);
            for layer in layer_of[*from] + 1..layer_of[*to] {
                let bend = Item::Bend { from: *from, to: *to, layer };
                layers.layers[layer].push(bend);
                layers.join(before, bend);
                before = bend;
            }
            layers.join(before, Item::Box(*to));
        }
        layers.sort();
        layers
    }

    fn join(&mut self, left: Item, right: Item) {
        self.right.entry(left).or_default().push(right);
        self.left.entry(right).or_default().push(left);
    }

    fn sort(&mut self) {
        let places: usize = self.layers.iter().map(Vec::len).sum();
        let counted = places <= COUNTED_PLACES;
        let mut best = self.layers.clone();
        let mut fewest = if counted { self.crossings() } else { usize::MAX };
        for sweep in 0..SWEEPS {
            let to_the_right = sweep % 2 == 0;
            let count = self.layers.len();
            for step in 1..count {
                let (layer, beside) =
                    if to_the_right { (step, step - 1) } else { (count - 1 - step, count - step) };
                self.sort_layer(layer, beside, to_the_right);
            }
            let crossings = if counted { self.crossings() } else { 0 };
            if crossings < fewest {
                fewest = crossings;
                best = self.layers.clone();
            }
        }
        self.layers = best;
    }

    fn sort_layer(&mut self, layer: usize, beside: usize, to_the_right: bool) {
        let places: BTreeMap<Item, usize> =
            self.layers[beside].iter().enumerate().map(|(place, item)| (*item, place)).collect();
        let neighbours = if to_the_right { &self.left } else { &self.right };
        let mut keyed: Vec<(u64, usize, Item)> = self.layers[layer]
            .iter()
            .enumerate()
            .map(|(place, item)| {
                let beside: Vec<usize> = neighbours
                    .get(item)
                    .into_iter()
                    .flatten()
                    .filter_map(|item| places.get(item).copied())
                    .collect();
                // Thousandths of a place, so that no fractions are compared.
                let middle = match beside.len() {
                    0 => place as u64 * 1_000,
                    count => beside.iter().sum::<usize>() as u64 * 1_000 / count as u64,
                };
                (middle, place, *item)
            })
            .collect();
        keyed.sort();
        self.layers[layer] = keyed.into_iter().map(|(_, _, item)| item).collect();
    }

    /// How many pairs of lines cross.
    fn crossings(&self) -> usize {
        let mut total = 0;
        for pair in self.layers.windows(2) {
            let places: BTreeMap<Item, usize> =
                pair[1].iter().enumerate().map(|(place, item)| (*item, place)).collect();
            let mut ends: Vec<usize> = Vec::new();
            for item in &pair[0] {
                let mut own: Vec<usize> = self
                    .right
                    .get(item)
                    .into_iter()
                    .flatten()
                    .filter_map(|item| places.get(item).copied())
                    .collect();
                own.sort_unstable();
                total +=
                    own.iter().map(|end| ends.iter().filter(|other| *other > end).count()).sum::<usize>();
                ends.extend(own);
            }
        }
        total
    }
}

/// The connections without those that lead back.
fn without_cycles(boxes: usize, connections: &BTreeSet<(usize, usize)>) -> BTreeSet<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); boxes];
    for (from, to) in connections {
        next[*from].push(*to);
    }
    let mut state = vec![State::New; boxes];
    let mut forward = connections.clone();
    for start in 0..boxes {
        if state[start] != State::New {
            continue;
        }
        state[start] = State::Open;
        let mut stack = vec![(start, 0)];
        while let Some((at, tried)) = stack.last_mut() {
            let Some(to) = next[*at].get(*tried).copied() else {
                state[*at] = State::Done;
                stack.pop();
                continue;
            };
            *tried += 1;
            match state[to] {
                State::New => {
                    state[to] = State::Open;
                    stack.push((to, 0));
                }
                State::Open => {
                    forward.remove(&(*at, to));
                }
                State::Done => {}
            }
        }
    }
    forward
}

/// The layer of each box: one more than the last of those that lead to it. What leads on is then moved as far right
/// as it can, so that a box that only one late box reads stands near it.
fn longest_paths(boxes: usize, forward: &BTreeSet<(usize, usize)>) -> Vec<usize> {
    let mut into = vec![0_usize; boxes];
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); boxes];
    for (from, to) in forward {
        into[*to] += 1;
        next[*from].push(*to);
    }
    let mut layer = vec![0_usize; boxes];
    let mut order: Vec<usize> = (0..boxes).filter(|number| into[*number] == 0).collect();
    let mut at = 0;
    while let Some(from) = order.get(at).copied() {
        at += 1;
        for to in &next[from] {
            layer[*to] = layer[*to].max(layer[from] + 1);
            into[*to] -= 1;
            if into[*to] == 0 {
                order.push(*to);
            }
        }
    }
    for from in order.iter().rev() {
        if let Some(first) = next[*from].iter().map(|to| layer[*to]).min() {
            layer[*from] = first - 1;
        }
    }
    layer
}

#[cfg(test)]
mod tests {
    use super::{Item, Layers};
    use std::collections::BTreeSet;

    fn layers(boxes: usize, connections: &[(usize, usize)]) -> Layers {
        Layers::of(boxes, &connections.iter().copied().collect::<BTreeSet<_>>())
    }

    #[test]
    fn long_arrows_get_bends() {
        let layers = layers(3, &[(0, 1), (1, 2), (0, 2)]).layers;
        assert_eq!(layers[0], [Item::Box(0)]);
        assert_eq!(layers[2], [Item::Box(2)]);
        assert!(
            layers[1].contains(&Item::Box(1)) && layers[1].contains(&Item::Bend { from: 0, to: 2, layer: 1 })
        );
    }

    #[test]
    fn a_late_source_stands_near_its_reader() {
        let layers = layers(4, &[(0, 1), (1, 2), (3, 2)]).layers;
        assert!(layers[1].contains(&Item::Box(3)), "{layers:?}");
    }

    #[test]
    fn crossings_are_undone() {
        assert_eq!(layers(4, &[(0, 3), (1, 2)]).crossings(), 0);
        assert_eq!(layers(6, &[(0, 5), (1, 4), (2, 3)]).crossings(), 0);
    }

    #[test]
    fn circles_end() {
        let found = layers(3, &[(0, 1), (1, 2), (2, 0)]);
        assert_eq!(found.layers.iter().flatten().filter(|item| matches!(item, Item::Box(_))).count(), 3);
        assert_eq!(layers(0, &[]), Layers::default());
    }
}
