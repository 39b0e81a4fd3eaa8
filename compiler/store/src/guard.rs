//! Working with a file that may be damaged.
//!
//! The library that keeps the rows checks its pages when a process died while writing, not when a disk lost
//! a bit; what it then reads makes it panic. Here that is one more reason to do without rows.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Does something with the file. `None` when it panics; what was being done must not be gone on with then.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            GUARDED.set(self.0);
        }
    }
    let _restore = Restore(GUARDED.replace(true));
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Keeps quiet about panics that are a miss and nothing more. For programs, at their start.
pub fn quiet_about_damaged_rows() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                usual(panic);
            }
        }));
    });
}
