//! A guard between parsing and validation: documents that would cost too much are refused before
//! anything walks them.
//!
//! Whoever expands fragments while validating or planning can be made to work for ever: a document of
//! one kilobyte whose fragments each spread the next one twice has millions of fields. Here each
//! fragment is measured once, whatever spreads it.

use std::collections::HashMap;

use apollo_compiler::Name;
use apollo_compiler::ast::{Definition, Document, FragmentDefinition, Selection};

use super::error::{INVALID, TOO_COSTLY};

pub use crate::config::Limits;

/// A bound that is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request has {found} {what}, and at most {limit} are taken; ask for less at a time")]
pub struct Excess {
    /// What is bounded.
    pub what: &'static str,
    /// How much there is. It may be more where counting stopped.
    pub found: u64,
    /// How much is taken.
    pub limit: u64,
}

/// Why a document is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// A bound is passed.
    #[error(transparent)]
    TooMuch(#[from] Excess),
    /// A fragment leads back to itself.
    #[error("the fragment {0:?} spreads itself, directly or through others")]
    Cycle(String),
}

impl GuardError {
    /// The code of the error entry.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooMuch(_) => TOO_COSTLY,
            Self::Cycle(_) => INVALID,
        }
    }
}

/// Passes what is within a bound.
///
/// # Errors
/// When there is more.
pub fn bound(what: &'static str, found: u64, limit: u64) -> Result<(), Excess> {
    if found <= limit {
        Ok(())
    } else {
        Err(Excess { what, found, limit })
    }
}

/// Checks the text before it is parsed.
///
/// # Errors
/// When it is too long.
pub fn check_text(text: &str, limits: &Limits) -> Result<(), GuardError> {
    Ok(bound(
        "bytes of document",
        text.len() as u64,
        limits.document_bytes,
    )?)
}

/// Checks a parsed document. The time it takes grows with the text, not with what it expands to.
///
/// # Errors
/// When a bound is passed or a fragment leads back to itself.
pub fn check(document: &Document, limits: &Limits) -> Result<(), GuardError> {
    let mut measure = Measure {
        fragments: HashMap::new(),
        sizes: HashMap::new(),
        aliases: 0,
        directives: 0,
    };
    let mut operations = Vec::new();
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => operations.push(operation),
            Definition::FragmentDefinition(fragment) => {
                measure.fragments.insert(&fragment.name, fragment);
            }
            // Validation tells that it has no place here.
            _ => {}
        }
    }
    bound("operations", operations.len() as u64, limits.operations)?;
    let fragments = measure.fragments.len() as u64;
    bound("fragments", fragments, limits.fragments)?;
    let mut largest = Size::default();
    for operation in operations {
        measure.directives += operation.directives.len() as u64;
        largest = largest.max(measure.set(&operation.selection_set)?);
    }
    // Fragments that nothing spreads are counted too: they are validated all the same.
    let names: Vec<_> = measure.fragments.keys().copied().collect();
    for name in names {
        measure.fragment(name)?;
    }
    bound("fields", largest.fields, limits.fields)?;
    bound("levels of fields", largest.depth, limits.depth)?;
    bound("fields at the root", largest.width, limits.root_fields)?;
    bound("aliases", measure.aliases, limits.aliases)?;
    Ok(bound("directives", measure.directives, limits.directives)?)
}

#[derive(Clone, Copy, Default)]
struct Size {
    fields: u64,
    depth: u64,
    /// Fields that are not within others.
    width: u64,
}

impl Size {
    fn max(self, other: Self) -> Self {
        Self {
            fields: self.fields.max(other.fields),
            depth: self.depth.max(other.depth),
            width: self.width.max(other.width),
        }
    }
}

struct Measure<'a> {
    fragments: HashMap<&'a Name, &'a FragmentDefinition>,
    /// What each fragment expands to; none while it is being measured.
    sizes: HashMap<&'a Name, Option<Size>>,
    aliases: u64,
    directives: u64,
}

impl<'a> Measure<'a> {
    fn set(&mut self, selections: &'a [Selection]) -> Result<Size, GuardError> {
        let mut size = Size::default();
        for selection in selections {
            let part = match selection {
                Selection::Field(field) => {
                    self.aliases += u64::from(field.alias.is_some());
                    self.directives += field.directives.len() as u64;
                    let inner = self.set(&field.selection_set)?;
                    Size {
                        fields: inner.fields.saturating_add(1),
                        depth: inner.depth + 1,
                        width: 1,
                    }
                }
                Selection::InlineFragment(fragment) => {
                    self.directives += fragment.directives.len() as u64;
                    self.set(&fragment.selection_set)?
                }
                Selection::FragmentSpread(spread) => {
                    self.directives += spread.directives.len() as u64;
                    self.fragment(&spread.fragment_name)?
                }
            };
            size.fields = size.fields.saturating_add(part.fields);
            size.depth = size.depth.max(part.depth);
            size.width = size.width.saturating_add(part.width);
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Size, GuardError> {
        let Some(fragment) = self.fragments.get(name).copied() else {
            // Validation tells that there is no such fragment.
            return Ok(Size::default());
        };
        match self.sizes.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(GuardError::Cycle(name.to_string())),
            None => {}
        }
        self.sizes.insert(name, None);
        self.directives += fragment.directives.len() as u64;
        let size = self.set(&fragment.selection_set)?;
        self.sizes.insert(name, Some(size));
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> Result<(), GuardError> {
        check(&Document::parse(text, "test").unwrap(), &Limits::default())
    }

    fn bomb(leaf: &str, doublings: usize) -> String {
        let mut text = "{ ...f0 }".to_owned();
        for level in 0..doublings {
            let next = level + 1;
            text.push_str(&format!(
                " fragment f{level} on Query {{ ...f{next} ...f{next} }}"
            ));
        }
        text.push_str(&format!(" fragment f{doublings} on Query {{ {leaf} }}"));
        text
    }

    #[test]
    fn doubling_fragments_are_measured_without_being_expanded() {
        for leaf in ["__typename", "latestRevision"] {
            let error = verdict(&bomb(leaf, 60)).unwrap_err();
            assert_eq!(error.code(), "DOCUMENT_TOO_COSTLY");
        }
        assert_eq!(verdict(&bomb("__typename", 6)), Ok(()));
    }

    #[test]
    fn a_fragment_that_leads_back_to_itself_is_refused() {
        let text = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
        assert!(matches!(verdict(text), Err(GuardError::Cycle(_))));
    }

    #[test]
    fn depth_and_aliases_are_bounded() {
        let deep = format!("{{ {}a{} }}", "a { ".repeat(30), " }".repeat(30));
        assert!(verdict(&deep).unwrap_err().to_string().contains("levels"));
        let wide: String = (0..300).map(|n| format!(" x{n}: a")).collect();
        assert!(
            verdict(&format!("{{ b {{{wide} }} }}"))
                .unwrap_err()
                .to_string()
                .contains("aliases")
        );
    }
}
