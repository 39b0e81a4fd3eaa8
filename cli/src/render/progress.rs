//! The progress bar: on stderr, only when a person sees it.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows how far a run is. Hidden when stderr is no terminal or the result is JSON.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar for this many steps.
    pub(crate) fn new(steps: u64, visible: bool) -> Progress {
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(steps), target);
        // The template is a constant; a mistake in it shows in the test below, and costs no more than looks.
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        Progress { bar }
    }

    /// Says how many steps there are.
    pub(crate) fn begin(&self, steps: u64) {
        self.bar.set_length(steps);
    }

    /// Lets lines be written to stderr without the bar in their way.
    pub(crate) fn suspend(&self, write: impl FnOnce()) {
        self.bar.suspend(write);
    }

    /// Names what is being done.
    pub(crate) fn working_on(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    /// One more step is done.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

const TEMPLATE: &str = "  {bar:30.green} {pos}/{len}  {wide_msg}";

#[cfg(test)]
mod tests {
    use super::{Progress, TEMPLATE};

    #[test]
    fn the_template_is_sound_and_a_hidden_bar_counts() {
        assert!(indicatif::ProgressStyle::with_template(TEMPLATE).is_ok());
        let progress = Progress::new(2, false);
        progress.working_on("orders");
        progress.step();
        assert_eq!(progress.bar.position(), 1);
        progress.finish();
    }
}
