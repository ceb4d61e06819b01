//! One operation while it is carried out.

use std::collections::HashMap;
use std::slice;
use std::time::Instant;

use async_graphql::{Error, InputType, PathSegment, Pos, ServerError, Value};
use futures_util::stream::{BoxStream, StreamExt as _};
use serde::Serialize;

use crate::graphql::kit::context::Ask;
use crate::graphql::kit::error;

use super::answer::{Answer, Data};
use super::output::{Actions, Events, Fields, Output};
use super::plan::Field;
use super::text;

/// A value could not be had. The reason is among the errors of the run already.
#[derive(Debug)]
pub struct Nulled(());

/// How many errors an answer tells. Who gets so many has more to do than to read on.
const MOST_ERRORS: usize = 100;
/// The bytes that are at hand for an answer. Where it needs more, what was written is copied.
const USUAL_BYTES: usize = 32 << 10;
/// How many objects are written between two looks at the clock.
const LOOK: u32 = 64;

/// One operation while it is carried out.
pub struct Run<'a> {
    /// What resolvers may ask.
    pub ask: &'a Ask,
    /// The answer's `data`, as far as it is written, behind what a body begins with.
    pub out: Vec<u8>,
    /// What went wrong.
    pub errors: Vec<ServerError>,
    variables: &'a HashMap<String, Value>,
    deadline: Instant,
    objects: u32,
    late: bool,
}

/// Where in the answer something stands.
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Root,
    Key(&'a str),
    Item(usize),
}

impl Path<'_> {
    /// The answer as a whole.
    pub const ROOT: Path<'static> = Path {
        parent: None,
        step: Step::Root,
    };

    /// Below a response key.
    pub fn key<'b>(&'b self, key: &'b str) -> Path<'b> {
        Path {
            parent: Some(self),
            step: Step::Key(key),
        }
    }

    /// At a place in a list.
    pub fn item(&self, place: usize) -> Path<'_> {
        Path {
            parent: Some(self),
            step: Step::Item(place),
        }
    }

    fn segments(&self) -> Vec<PathSegment> {
        let mut segments = Vec::new();
        let mut here = Some(self);
        while let Some(path) = here {
            match path.step {
                Step::Root => {}
                Step::Key(key) => segments.push(PathSegment::Field(key.to_owned())),
                Step::Item(place) => segments.push(PathSegment::Index(place)),
            }
            here = path.parent;
        }
        segments.reverse();
        segments
    }
}

impl<'a> Run<'a> {
    /// Begins an operation that must be done by an instant.
    pub fn new(ask: &'a Ask, variables: &'a HashMap<String, Value>, deadline: Instant) -> Self {
        Self {
            ask,
            out: Data::begin(USUAL_BYTES),
            errors: Vec::new(),
            variables,
            deadline,
            objects: 0,
            late: false,
        }
    }

    /// Writes an object with the fields that are selected of it.
    ///
    /// # Errors
    /// When a field that must not be null cannot be had.
    pub fn object<T: Fields + ?Sized>(
        &mut self,
        object: &T,
        fields: &[Field],
        at: &Path<'_>,
    ) -> Result<(), Nulled> {
        self.look_at_the_clock(at)?;
        for (place, field) in fields.iter().enumerate() {
            if self.begin(place, field) {
                continue;
            }
            if !object.write_field(field, self, &at.key(field.key()))? {
                return Err(self.unknown(field, at));
            }
        }
        self.end(fields);
        Ok(())
    }

    /// Carries out the fields of a mutation one after the other, and writes what comes of them.
    ///
    /// # Errors
    /// When a field that must not be null cannot be had.
    pub async fn actions<T: Actions>(&mut self, root: &T, fields: &[Field]) -> Result<(), Nulled> {
        let at = Path::ROOT;
        for (place, field) in fields.iter().enumerate() {
            if self.begin(place, field) {
                continue;
            }
            if !root.act(field, self, &at.key(field.key())).await? {
                return Err(self.unknown(field, &at));
            }
        }
        self.end(fields);
        Ok(())
    }

    /// What a subscription tells, whatever its type, if it could be opened.
    ///
    /// # Errors
    /// When it could not.
    pub fn opened<T: Output + Send + 'static>(
        &mut self,
        opened: Result<BoxStream<'static, Result<T, Error>>, Error>,
        field: &Field,
        at: &Path<'_>,
    ) -> Result<Events, Nulled> {
        match opened {
            Ok(events) => {
                let boxed = |event: T| Box::new(event) as Box<dyn Output + Send>;
                Ok(events.map(move |event| event.map(boxed)).boxed())
            }
            Err(error) => Err(self.note(field, at, error)),
        }
    }

    /// Writes one event of a subscription.
    ///
    /// # Errors
    /// When it cannot be had and must not be null.
    pub(super) fn event(
        &mut self,
        field: &Field,
        event: Result<Box<dyn Output + Send>, Error>,
    ) -> Result<(), Nulled> {
        let at = Path::ROOT;
        let at = at.key(field.key());
        self.begin(0, field);
        match event {
            Ok(event) => event.write(field, self, &at)?,
            Err(error) => {
                let nulled = self.note(field, &at, error);
                self.null_instead(field, nulled)?;
            }
        }
        self.end(slice::from_ref(field));
        Ok(())
    }

    /// Writes the key of a field, with what stands before it; whether that was all, because its value is known
    /// beforehand.
    fn begin(&mut self, place: usize, field: &Field) -> bool {
        let sign = if place == 0 { b'{' } else { b',' };
        field.head().write(sign, &mut self.out);
        field.is_constant()
    }

    /// Ends an object with these fields.
    fn end(&mut self, fields: &[Field]) {
        if fields.is_empty() {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }

    /// Writes a value that is JSON as it is.
    pub fn leaf<T: Serialize + ?Sized>(&mut self, value: &T) {
        // Into memory, from plain values: this cannot fail.
        let _ = serde_json::to_writer(&mut self.out, value);
    }

    /// Writes a text as JSON.
    pub fn text(&mut self, text: &str) {
        text::text(text, &mut self.out);
    }

    /// Writes a text in which nothing is that JSON would write otherwise.
    pub fn word(&mut self, word: &str) {
        text::word(word, &mut self.out);
    }

    /// An argument of a field.
    ///
    /// # Errors
    /// When the value given is none of the type's.
    pub fn argument<T: InputType>(
        &mut self,
        field: &Field,
        name: &str,
        at: &Path<'_>,
    ) -> Result<T, Nulled> {
        let given = field.argument(name, self.variables);
        T::parse(given).map_err(|error| {
            let error = error.into_server_error(field.position());
            let mut told = Error::new(error.message);
            told.extensions = error.extensions;
            self.note(field, at, told)
        })
    }

    /// Keeps an error for the answer.
    pub fn note(&mut self, field: &Field, at: &Path<'_>, error: Error) -> Nulled {
        let mut told = error.into_server_error(field.position());
        told.path = at.segments();
        if self.errors.len() < MOST_ERRORS {
            error::finish_one(&mut told);
            self.errors.push(told);
        }
        Nulled(())
    }

    /// Writes null where a field could not be had, if it may be null.
    ///
    /// # Errors
    /// When it must not.
    pub fn null_instead(&mut self, field: &Field, nulled: Nulled) -> Result<(), Nulled> {
        if !field.is_nullable() {
            return Err(nulled);
        }
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    /// The answer, as far as it was written.
    pub(super) fn answer(self, written: Result<(), Nulled>) -> Answer {
        let data = match written {
            Ok(()) => Data::written(self.out),
            Err(Nulled(())) => Data::null(self.out),
        };
        Answer {
            data: Some(data),
            errors: self.errors,
        }
    }

    fn look_at_the_clock(&mut self, at: &Path<'_>) -> Result<(), Nulled> {
        self.objects += 1;
        if !self.late && self.objects.is_multiple_of(LOOK) && Instant::now() > self.deadline {
            self.late = true;
            let mut told = ServerError::new(
                "the operation took longer than is allowed; ask for less at a time",
                None,
            );
            told.path = at.segments();
            error::set_code(&mut told, error::TIMEOUT);
            self.errors.push(told);
        }
        if self.late { Err(Nulled(())) } else { Ok(()) }
    }

    /// A field that was validated and is not there: the schema and the types disagree.
    fn unknown(&mut self, field: &Field, at: &Path<'_>) -> Nulled {
        let what = format!("no type answers the field {}", field.key());
        let error = crate::store::StoreError::Damaged(what);
        self.note(field, at, error.into())
    }
}

/// Where a document says something: line and column from 1.
pub(super) fn position(line: usize, column: usize) -> Pos {
    Pos { line, column }
}
