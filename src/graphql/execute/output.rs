//! How values become JSON: the leaves, and what wraps them.

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;

use async_graphql::{Error, ID, Json};
use futures_util::stream::BoxStream;

use crate::model::{PartialDate, Timestamp};

use super::plan::Field;
use super::run::{Nulled, Path, Run};

/// A value that a field can have.
pub trait Output {
    /// Writes the value, with what the field selects of it.
    ///
    /// # Errors
    /// When it cannot be had and must not be null. The reason is noted already; what was written of
    /// it is taken back by whoever writes null in its place.
    fn write(&self, field: &Field, run: &mut Run<'_>, at: &Path<'_>) -> Result<(), Nulled>;
}

/// An object: it knows its fields by name.
pub trait Fields {
    /// Writes the value of one field; false where the object has no such field.
    ///
    /// # Errors
    /// As [`Output::write`].
    fn write_field(&self, field: &Field, run: &mut Run<'_>, at: &Path<'_>) -> Result<bool, Nulled>;
}

/// A root of mutations: its fields do something before they have a value.
pub trait Actions {
    /// Carries out one field and writes its value; false where there is no such field.
    ///
    /// # Errors
    /// As [`Output::write`].
    fn act(
        &self,
        field: &Field,
        run: &mut Run<'_>,
        at: &Path<'_>,
    ) -> impl Future<Output = Result<bool, Nulled>> + Send;
}

/// What a subscription tells, one after the other.
pub type Events = BoxStream<'static, Result<Box<dyn Output + Send>, Error>>;

/// A root of subscriptions: its fields tell something as it happens.
pub trait Followed {
    /// Opens what a field tells; none where there is no such field.
    ///
    /// # Errors
    /// When it cannot be opened. The reason is noted already.
    fn open(
        &self,
        field: &Field,
        run: &mut Run<'_>,
        at: &Path<'_>,
    ) -> Result<Option<Events>, Nulled>;
}

/// What stands for a name where fields are told apart: 32 bits of FNV-1a.
pub const fn name_hash(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let (mut hash, mut place) = (0x811c_9dc5_u32, 0);
    while place < bytes.len() {
        hash = (hash ^ bytes[place] as u32).wrapping_mul(0x0100_0193);
        place += 1;
    }
    hash
}

impl<T: Output + ?Sized> Output for &T {
    fn write(&self, field: &Field, run: &mut Run<'_>, at: &Path<'_>) -> Result<(), Nulled> {
        T::write(self, field, run, at)
    }
}

impl<T: Output> Output for Option<T> {
    fn write(&self, field: &Field, run: &mut Run<'_>, at: &Path<'_>) -> Result<(), Nulled> {
        let before = run.out.len();
        if let Some(value) = self
            && value.write(field, run, at).is_ok()
        {
            return Ok(());
        }
        run.out.truncate(before);
        run.out.extend_from_slice(b"null");
        Ok(())
    }
}

/// A field that may fail. Lists have no such items.
impl<T: Output, E: Into<Error> + Clone> Output for Result<T, E> {
    fn write(&self, field: &Field, run: &mut Run<'_>, at: &Path<'_>) -> Result<(), Nulled> {
        match self {
            Ok(value) => value.write(field, run, at),
            Err(error) => {
                let nulled = run.note(field, at, error.clone().into());
                run.null_instead(field, nulled)
            }
        }
    }
}

impl<T: Output> Output for [T] {
    fn write(&self, field: &Field, run: &mut Run<'_>, at: &Path<'_>) -> Result<(), Nulled> {
        run.out.push(b'[');
        for (place, item) in self.iter().enumerate() {
            if place > 0 {
                run.out.push(b',');
            }
            item.write(field, run, &at.item(place))?;
        }
        run.out.push(b']');
        Ok(())
    }
}

impl<T: Output> Output for Vec<T> {
    fn write(&self, field: &Field, run: &mut Run<'_>, at: &Path<'_>) -> Result<(), Nulled> {
        self.as_slice().write(field, run, at)
    }
}

/// Types that write themselves as JSON in one go.
macro_rules! leaves {
    ($($leaf:ty: |$value:ident| $json:expr;)+) => {$(
        impl Output for $leaf {
            fn write(&self, _: &Field, run: &mut Run<'_>, _: &Path<'_>) -> Result<(), Nulled> {
                let $value = self;
                run.leaf($json);
                Ok(())
            }
        }
    )+};
}

leaves! {
    bool: |yes| yes;
    f64: |number| number;
    i32: |number| number;
    u32: |number| number;
    u64: |number| number;
    usize: |number| number;
    Json<serde_json::Value>: |json| &json.0;
}

/// Texts.
macro_rules! texts {
    ($($text:ty: |$value:ident| $str:expr;)+) => {$(
        impl Output for $text {
            fn write(&self, _: &Field, run: &mut Run<'_>, _: &Path<'_>) -> Result<(), Nulled> {
                let $value = self;
                run.text($str);
                Ok(())
            }
        }
    )+};
}

texts! {
    str: |text| text;
    String: |text| text;
    Cow<'_, str>: |text| text;
    Arc<str>: |text| text;
    ID: |id| &id.0;
}

impl Output for PartialDate {
    fn write(&self, _: &Field, run: &mut Run<'_>, _: &Path<'_>) -> Result<(), Nulled> {
        run.word(str::from_utf8(&self.text()).unwrap_or_default());
        Ok(())
    }
}

impl Output for Timestamp {
    fn write(&self, _: &Field, run: &mut Run<'_>, _: &Path<'_>) -> Result<(), Nulled> {
        use std::io::Write as _;
        // Into memory: this cannot fail.
        let _ = write!(run.out, "\"{self}\"");
        Ok(())
    }
}
