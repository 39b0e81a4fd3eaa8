//! Order, layers and cycles of a graph of names. Plain functions; nothing recurses, so a chain of any
//! length needs no stack.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A graph whose nodes are numbered in the alphabetical order of their names.
/// `edges[n]` lists what `n` reads, without duplicates.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Graph {
    /// For each node, the nodes it reads.
    pub(crate) edges: Vec<Vec<u32>>,
}

/// What a [`Graph`] amounts to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Ordering {
    /// Nodes outside cycles and what merely depends on them, each after all it reads; among those
    /// that are ready the smallest number first (Kahn's algorithm with a min-heap). Nodes on a cycle
    /// count as not there: their readers are in the order.
    pub(crate) order: Vec<u32>,
    /// For each node its layer: one more than the highest layer it reads, 0 without. `None` on a cycle.
    pub(crate) layers: Vec<Option<u32>>,
    /// For each node on a cycle the number of its cycle in [`Ordering::cycles`].
    pub(crate) cycle_of: Vec<Option<u32>>,
    /// One closed path per group of nodes that read each other, from its smallest member back to it.
    pub(crate) cycles: Vec<Vec<u32>>,
    /// For each node, the nodes that read it, ascending.
    pub(crate) readers: Vec<Vec<u32>>,
}

impl Graph {
    /// Orders the graph.
    pub(crate) fn order(&self) -> Ordering {
        let count = self.edges.len();
        let (cycle_of, cycles) = self.cycles();
        let on_cycle = |node: u32| cycle_of[node as usize].is_some();
        let mut readers: Vec<Vec<u32>> = vec![Vec::new(); count];
        let mut waiting: Vec<u32> = vec![0; count];
        for (node, reads) in self.edges.iter().enumerate() {
            for read in reads {
                readers[*read as usize].push(node as u32);
                if !on_cycle(*read) {
                    waiting[node] += 1;
                }
            }
        }
        let mut layers: Vec<Option<u32>> = vec![None; count];
        let mut order = Vec::with_capacity(count);
        let mut ready: BinaryHeap<Reverse<u32>> = (0..count as u32)
            .filter(|node| waiting[*node as usize] == 0 && !on_cycle(*node))
            .map(Reverse)
            .collect();
        while let Some(Reverse(node)) = ready.pop() {
            order.push(node);
            let below = self.edges[node as usize].iter().filter_map(|read| layers[*read as usize]).max();
            layers[node as usize] = Some(below.map_or(0, |layer| layer + 1));
            for reader in &readers[node as usize] {
                if on_cycle(*reader) {
                    continue;
                }
                waiting[*reader as usize] -= 1;
                if waiting[*reader as usize] == 0 {
                    ready.push(Reverse(*reader));
                }
            }
        }
        Ordering { order, layers, cycle_of, cycles, readers }
    }

    /// The strongly connected component of each node (Tarjan 1972, with an explicit stack).
    fn components(&self) -> Vec<u32> {
        const UNSEEN: u32 = u32::MAX;
        let count = self.edges.len();
        let (mut number, mut low) = (vec![UNSEEN; count], vec![0u32; count]);
        let mut component = vec![UNSEEN; count];
        let (mut open, mut next, mut components): (Vec<usize>, u32, u32) = (Vec::new(), 0, 0);
        for root in 0..count {
            if number[root] != UNSEEN {
                continue;
            }
            let mut work = vec![(root, 0usize)];
            while let Some((node, at)) = work.last_mut() {
                let node = *node;
                if number[node] == UNSEEN {
                    number[node] = next;
                    low[node] = next;
                    next += 1;
                    open.push(node);
                }
                if let Some(read) = self.edges[node].get(*at) {
                    *at += 1;
                    let read = *read as usize;
                    if number[read] == UNSEEN {
                        work.push((read, 0));
                    } else if component[read] == UNSEEN {
                        low[node] = low[node].min(number[read]);
                    }
                    continue;
                }
                work.pop();
                if let Some((parent, _)) = work.last() {
                    low[*parent] = low[*parent].min(low[node]);
                }
                if low[node] == number[node] {
                    while let Some(member) = open.pop() {
                        component[member] = components;
                        if member == node {
                            break;
                        }
                    }
                    components += 1;
                }
            }
        }
        component
    }

    /// The groups of nodes that read each other (or themselves), each with one closed path. One path
    /// for a group, not for a member: a ring of 10,000 nodes must not cost their square.
    fn cycles(&self) -> (Vec<Option<u32>>, Vec<Vec<u32>>) {
        let component = self.components();
        let count = self.edges.len();
        let mut size = vec![0u32; count];
        for part in &component {
            size[*part as usize] += 1;
        }
        let mut cycle_of_component: Vec<Option<u32>> = vec![None; count];
        let mut cycle_of = vec![None; count];
        let mut cycles = Vec::new();
        for node in 0..count {
            let part = component[node] as usize;
            if size[part] < 2 && !self.edges[node].contains(&(node as u32)) {
                continue;
            }
            let cycle = *cycle_of_component[part].get_or_insert_with(|| {
                cycles.push(self.closed_path(node, &component));
                cycles.len() as u32 - 1
            });
            cycle_of[node] = Some(cycle);
        }
        (cycle_of, cycles)
    }

    /// The shortest closed path through `start` (breadth first inside its component).
    fn closed_path(&self, start: usize, component: &[u32]) -> Vec<u32> {
        let mut came_from: rustc_hash::FxHashMap<usize, usize> = rustc_hash::FxHashMap::default();
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for read in &self.edges[node] {
                let read = *read as usize;
                if read == start {
                    let mut path = vec![start as u32, node as u32];
                    let mut at = node;
                    while at != start {
                        at = came_from[&at];
                        path.push(at as u32);
                    }
                    if node == start {
                        path.truncate(2);
                    }
                    path.reverse();
                    return path;
                }
                if component[read] == component[start] && !came_from.contains_key(&read) {
                    came_from.insert(read, node);
                    queue.push_back(read);
                }
            }
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Graph;

    fn graph(edges: &[&[u32]]) -> Graph {
        Graph { edges: edges.iter().map(|reads| reads.to_vec()).collect() }
    }

    #[test]
    fn order_and_layers() {
        let ordering = graph(&[&[2], &[], &[1], &[1, 0]]).order();
        assert_eq!(ordering.order, [1, 2, 0, 3]);
        assert_eq!(ordering.layers, [Some(2), Some(0), Some(1), Some(3)]);
        assert_eq!(ordering.readers, [vec![3], vec![2, 3], vec![0], vec![]]);
    }

    #[test]
    fn members_of_cycles_are_left_out_and_their_readers_stay() {
        // 0 -> 1 -> 2 -> 0, 3 reads 0, 4 reads itself, 5 reads nothing
        let ordering = graph(&[&[1], &[2], &[0], &[0], &[4], &[]]).order();
        assert_eq!(ordering.order, [3, 5]);
        assert_eq!(ordering.cycles, [vec![0, 1, 2, 0], vec![4, 4]]);
        assert_eq!(ordering.cycle_of, [Some(0), Some(0), Some(0), None, Some(1), None]);
        assert_eq!(ordering.layers, [None, None, None, Some(0), None, Some(0)]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let count = 200_000u32;
        let chain = Graph {
            edges: (0..count).map(|node| if node + 1 < count { vec![node + 1] } else { vec![] }).collect(),
        };
        let ordering = chain.order();
        assert_eq!(ordering.order.len(), count as usize);
        assert_eq!(ordering.layers[0], Some(count - 1));
    }

    #[test]
    fn a_long_cycle_has_a_path() {
        let count = 100_000u32;
        let ring = Graph { edges: (0..count).map(|node| vec![(node + 1) % count]).collect() };
        let ordering = ring.order();
        assert!(ordering.order.is_empty());
        assert_eq!(ordering.cycles[0].len(), count as usize + 1);
    }
}
