//! When the patience with a connection ends that does not say what it wants.
//!
//! hyper sets an alarm for the head of each request, and takes it away when the head is there. tokio would
//! put each into its wheel, and take it out again, under a lock. Here all alarms of a connection are one in
//! the wheel: where it rings too early, it is set to when it should.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Sleep, Timer};
use tokio::time::{Instant, sleep_until};

/// The one in the wheel, once there is one.
type Bell = Arc<Mutex<Option<Pin<Box<tokio::time::Sleep>>>>>;

/// The alarms of one connection. Each is set for a later time than those before it.
#[derive(Default)]
pub(super) struct Alarms(Bell);

impl Timer for Alarms {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until((Instant::now() + duration).into_std())
    }

    fn sleep_until(&self, deadline: std::time::Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Alarm {
            bell: self.0.clone(),
            end: deadline.into(),
        })
    }

    fn now(&self) -> std::time::Instant {
        Instant::now().into_std()
    }
}

/// One alarm. To drop it is all that it takes to call it off.
struct Alarm {
    bell: Bell,
    end: Instant,
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut bell = self.bell.lock().unwrap_or_else(PoisonError::into_inner);
        let bell = bell.get_or_insert_with(|| Box::pin(sleep_until(self.end)));
        loop {
            ready!(bell.as_mut().poll(cx));
            if bell.deadline() >= self.end {
                return Poll::Ready(());
            }
            bell.as_mut().reset(self.end);
        }
    }
}

impl Sleep for Alarm {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_alarm_rings_no_earlier_than_it_should_though_one_before_it_was_set_for_then() {
        let alarms = Alarms::default();
        let mut first = alarms.sleep(Duration::from_millis(30));
        assert!(futures_util::poll!(&mut first).is_pending());
        drop(first);
        for millis in [100, 20] {
            let began = Instant::now();
            let wanted = Duration::from_millis(millis);
            alarms.sleep(wanted).await;
            assert!(began.elapsed() >= wanted);
        }
    }
}
