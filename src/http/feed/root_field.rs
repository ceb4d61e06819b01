//! The one root field of a subscription.
//!
//! async-graphql 7.2.1 looks for it outside of fragments only, takes several, and never ends where there
//! is none.

use std::collections::HashSet;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, FragmentDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Positioned, ServerError};

use crate::http::graphql::coded;

/// What is found at the root of a subscription.
#[derive(Default)]
struct Root {
    fields: Vec<Positioned<Field>>,
    /// The fragments that hold them.
    fragments: HashSet<Name>,
}

/// Makes sure that each subscription of a document has one root field, and puts it in the place of the
/// fragments that hold it. The document passed the guard: its fragments do not go in circles.
///
/// # Errors
/// When there is none, more than one, one of introspection, or a condition on it.
pub(super) fn settle(document: &mut ExecutableDocument) -> Result<(), ServerError> {
    let mut settled = HashSet::new();
    let fragments = &document.fragments;
    let operations: Box<dyn Iterator<Item = _>> = match &mut document.operations {
        DocumentOperations::Single(operation) => Box::new(std::iter::once(operation)),
        DocumentOperations::Multiple(operations) => Box::new(operations.values_mut()),
    };
    let subscriptions = operations
        .map(|operation| &mut operation.node)
        .filter(|operation| operation.ty == OperationType::Subscription);
    for operation in subscriptions {
        let mut root = Root::default();
        root.collect(&operation.selection_set.node, &|name| {
            fragments.get(name).map(|fragment| &fragment.node)
        })?;
        let [field] = root.fields.as_slice() else {
            let found = root.fields.len();
            return Err(invalid(format!(
                "a subscription has one field at its root; this one has {found}"
            )));
        };
        if field.node.name.node.starts_with("__") {
            let message = "the field of a subscription cannot be one of introspection";
            return Err(invalid(message.to_owned()));
        }
        operation.selection_set.node.items = root
            .fields
            .drain(..)
            .map(|field| Positioned::new(Selection::Field(field.clone()), field.pos))
            .collect();
        settled.extend(root.fragments);
    }
    document.fragments.retain(|name, _| !settled.contains(name));
    Ok(())
}

impl Root {
    fn collect<'a>(
        &mut self,
        set: &SelectionSet,
        fragment: &impl Fn(&Name) -> Option<&'a FragmentDefinition>,
    ) -> Result<(), ServerError> {
        for selection in &set.items {
            if !selection.node.directives().is_empty() {
                let message = "the root of a subscription takes no directives, such as @include";
                return Err(invalid(message.to_owned()));
            }
            match &selection.node {
                Selection::Field(field) => self.fields.push(field.clone()),
                Selection::InlineFragment(inline) => {
                    if let Some(on) = &inline.node.type_condition {
                        on_subscription(&on.node.on.node)?;
                    }
                    self.collect(&inline.node.selection_set.node, fragment)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(found) = fragment(name) else {
                        return Err(invalid(format!("there is no fragment {name:?}")));
                    };
                    on_subscription(&found.type_condition.node.on.node)?;
                    self.fragments.insert(name.clone());
                    self.collect(&found.selection_set.node, fragment)?;
                }
            }
        }
        Ok(())
    }
}

fn on_subscription(on: &Name) -> Result<(), ServerError> {
    if on == "Subscription" {
        Ok(())
    } else {
        Err(invalid(format!(
            "a fragment on {on} cannot stand at the root of a subscription"
        )))
    }
}

fn invalid(message: String) -> ServerError {
    coded("GRAPHQL_VALIDATION_FAILED", message)
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn settled(text: &str) -> Result<(Vec<String>, usize), String> {
        let mut document = parse_query(text).unwrap();
        settle(&mut document).map_err(|error| error.message)?;
        let roots = document.operations.iter().flat_map(|(_, operation)| {
            let items = &operation.node.selection_set.node.items;
            items.iter().map(|item| match &item.node {
                Selection::Field(field) => field.node.name.node.to_string(),
                _ => "a fragment".to_owned(),
            })
        });
        Ok((roots.collect(), document.fragments.len()))
    }

    #[test]
    fn a_field_in_fragments_takes_their_place() {
        let text = "subscription { ...A } fragment A on Subscription { ... on Subscription { changes { ...B } } } fragment B on Revision { number }";
        assert_eq!(settled(text), Ok((vec!["changes".to_owned()], 1)));
    }

    #[test]
    fn anything_but_one_plain_field_is_refused() {
        for (text, told) in [
            ("subscription { changes { number } notes { id } }", "has 2"),
            ("subscription { __typename }", "introspection"),
            (
                "subscription($a: Boolean!) { changes @include(if: $a) { number } }",
                "directives",
            ),
            ("subscription { ...A }", "no fragment"),
            (
                "subscription { ...A } fragment A on Query { latestRevision }",
                "on Query",
            ),
        ] {
            let error = settled(text).unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn queries_are_left_alone() {
        let text = "{ ...A b } fragment A on Query { a }";
        assert_eq!(
            settled(text),
            Ok((vec!["a fragment".to_owned(), "b".to_owned()], 1))
        );
    }
}
