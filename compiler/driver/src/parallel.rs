//! Walking the graph of models on all cores, in order, without waiting for whole layers.

use crate::database::RootDatabase;
use crossbeam_channel::unbounded;
use rayon::prelude::*;
use rocky_base_db::File;
use rocky_check::check_model;
use rocky_hir::{Dag, dag, file_summary};
use rocky_project::{Project, layout, load_findings, model_config};
use rocky_types::model_facts;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;

/// Nested expressions are walked recursively up to the parser's depth limit.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Computes configuration and summary of every model in parallel. Afterwards the project-wide queries,
/// which run on one thread, find their parts ready.
pub(crate) fn prime_headers(db: &RootDatabase, project: Project) {
    let models: Vec<File> = layout(db, project).models.values().map(|(file, _)| *file).collect();
    let db = db.clone();
    on_big_stacks(move || {
        models.par_iter().with_min_len(16).for_each_with(db, |db, file| {
            model_config(db, *file);
            file_summary(db, *file);
        });
    });
}

/// Computes facts and findings of every model, each after everything it reads.
pub(crate) fn check_in_order(db: &RootDatabase, project: Project) {
    let dag = dag(db, project);
    walk(db, dag, &dag.order, |db, number| {
        let file = dag.models[number as usize];
        model_facts(db, file);
        check_model(db, file);
    });
    // Members of cycles and second models of one name are in no order and nobody waits for them.
    let rest: Vec<File> = layout(db, project)
        .models
        .values()
        .map(|(file, _)| *file)
        .filter(|file| dag.number(*file).is_none_or(|number| dag.layers[number as usize].is_none()))
        .collect();
    for file in rest {
        load_findings(db, file);
        check_model(db, file);
    }
}

/// Computes the facts of some models, given in execution order, on this thread.
pub(crate) fn prime_facts(db: &RootDatabase, dag: &Dag, numbers: &[u32]) {
    for number in numbers {
        model_facts(db, dag.models[*number as usize]);
    }
}

fn on_big_stacks(work: impl FnOnce() + Send) {
    match rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build() {
        Ok(pool) => pool.install(work),
        // No threads to be had: the same work on this one.
        Err(_) => work(),
    }
}

/// Visits some models and everything below them, each after all of those that it reads.
pub(crate) fn visit_below(
    db: &RootDatabase,
    dag: &Dag,
    start: Vec<u32>,
    visit: impl Fn(&RootDatabase, u32) + Sync,
) {
    /// With fewer, starting threads takes longer than the work.
    const WORTH_THREADS: usize = 32;
    let mut below = vec![false; dag.models.len()];
    let mut stack = start;
    while let Some(number) = stack.pop() {
        if !std::mem::replace(&mut below[number as usize], true) {
            stack.extend(&dag.readers[number as usize]);
        }
    }
    let order: Vec<u32> = dag.order.iter().copied().filter(|number| below[*number as usize]).collect();
    if order.len() < WORTH_THREADS {
        order.iter().for_each(|number| visit(db, *number));
    } else {
        walk(db, dag, &order, visit);
    }
}

/// Computes the findings of some models on all cores. Their facts, and those of what they read, are there.
pub(crate) fn check_these(db: &RootDatabase, models: &[File]) {
    if models.len() < 4 {
        models.iter().for_each(|model| {
            check_model(db, *model);
        });
        return;
    }
    let db = db.clone();
    on_big_stacks(move || {
        models.par_iter().for_each_with(db, |db, model| {
            check_model(db, *model);
        });
    });
}

/// Visits `order`, all of a graph or a part of it, on all cores. A model is visited when all that it reads, as
/// far as it is in `order`, have been.
fn walk(db: &RootDatabase, dag: &Dag, order: &[u32], visit: impl Fn(&RootDatabase, u32) + Sync) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(order.len().max(1));
    if threads == 1 {
        order.iter().for_each(|number| visit(db, *number));
        return;
    }
    let mut is_visited = vec![false; dag.models.len()];
    order.iter().for_each(|number| is_visited[*number as usize] = true);
    let waiting: Vec<AtomicU32> = (0..dag.models.len())
        .map(|number| {
            let reads = dag.reads[number].iter().filter(|read| is_visited[**read as usize]);
            AtomicU32::new(reads.count() as u32)
        })
        .collect();
    let left = AtomicUsize::new(order.len());
    let (sender, receiver) = unbounded::<Option<u32>>();
    for number in order {
        if waiting[*number as usize].load(Ordering::Relaxed) == 0 {
            // The receiver lives in this function.
            let _ = sender.send(Some(*number));
        }
    }
    let worker = |db: RootDatabase| {
        // However this thread ends, the others must not wait for what it would have sent.
        let _release = ReleaseOnDrop { sender: sender.clone(), threads };
        while let Ok(Some(number)) = receiver.recv() {
            visit(&db, number);
            for reader in &dag.readers[number as usize] {
                let ready = is_visited[*reader as usize]
                    && waiting[*reader as usize].fetch_sub(1, Ordering::AcqRel) == 1;
                if ready {
                    let _ = sender.send(Some(*reader));
                }
            }
            if left.fetch_sub(1, Ordering::AcqRel) == 1 {
                return;
            }
        }
    };
    let outcome = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .filter_map(|_| {
                let db = db.clone();
                thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || worker(db)).ok()
            })
            .collect();
        if workers.is_empty() {
            worker(db.clone());
        }
        workers.into_iter().filter_map(|worker| worker.join().err()).next()
    });
    if let Some(panic) = outcome {
        // An interruption, or a defect: in both cases the caller's.
        resume_unwind(panic);
    }
}

/// Tells all workers to stop when one stops.
struct ReleaseOnDrop {
    sender: crossbeam_channel::Sender<Option<u32>>,
    threads: usize,
}

impl Drop for ReleaseOnDrop {
    fn drop(&mut self) {
        for _ in 0..self.threads {
            let _ = self.sender.send(None);
        }
    }
}
