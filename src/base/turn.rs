//! A request's turn: the place it occupies while it needs a core.
//!
//! Who lets only so many work at once gives each a turn; who has them wait for something that takes no core,
//! such as the disk, ends it early, so that others can work meanwhile. They needn't know each other.

use std::{any::Any, cell::RefCell, future::Future};

/// A turn. It ends when this is dropped.
pub type Turn = Box<dyn Any + Send>;

tokio::task_local! {
    static TURN: RefCell<Option<Turn>>;
}

/// Does `work` in this turn, which ends with it at the latest.
pub async fn during<F: Future>(turn: Turn, work: F) -> F::Output {
    TURN.scope(RefCell::new(Some(turn)), work).await
}

/// The turn in which this runs, for who will know when to end it; nothing if there is none, or it was taken.
pub fn take() -> Option<Turn> {
    TURN.try_with(|turn| turn.borrow_mut().take())
        .ok()
        .flatten()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_turn_ends_with_its_work_or_when_it_is_taken() {
        let place = Arc::new(());
        let turn = || Box::new(Arc::clone(&place)) as Turn;
        during(turn(), async { assert_eq!(Arc::strong_count(&place), 2) }).await;
        assert_eq!(Arc::strong_count(&place), 1, "it ended with its work");
        during(turn(), async {
            drop(take().expect("a turn"));
            assert_eq!(Arc::strong_count(&place), 1, "it ended early");
            assert!(take().is_none());
        })
        .await;
        assert!(take().is_none(), "no turn outside");
    }
}
