//! Object types of the API are declared once, and these macros make of the declaration both what
//! async-graphql needs (the schema, and an executor of its own) and what our executor needs: how each
//! field is written as JSON.
//!
//! | declaration | for async-graphql | for our executor |
//! |---|---|---|
//! | `#[object] impl` | `#[Object]` | `Fields`, or `Actions` where the methods are async |
//! | `#[object(subscription)] impl` | `#[Subscription]` | `Followed` |
//! | `#[derive(SimpleObject, Fields)]` | its own derive | `Fields` |
//! | `#[derive(MergedObject, MergedFields)]` | its own derive | `Fields` of all parts |
//! | `#[derive(MergedObject, MergedActions)]` | its own derive | `Actions` of all parts |

mod derive;
mod object;

use proc_macro::TokenStream;

/// Declares an object type by the methods of an `impl` block. Each method is a field; its doc comment
/// is the description that users read. A method may ask for `ask: &Ask` as its first argument; the
/// others are the arguments of the field, each with `#[graphql(desc = "…")]`. The words after `object`
/// and the `#[graphql]` attributes are those of async-graphql's `Object`.
///
/// All methods are plain functions, or all are `async`: then the type is a root of mutations.
#[proc_macro_attribute]
pub fn object(words: TokenStream, item: TokenStream) -> TokenStream {
    object::expand(words.into(), item.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Lets our executor write the fields of a struct that derives async-graphql's `SimpleObject`.
#[proc_macro_derive(Fields, attributes(graphql))]
pub fn fields(item: TokenStream) -> TokenStream {
    derive::expand(item, derive::simple)
}

/// Lets our executor write the fields of all parts of a struct that derives `MergedObject`.
#[proc_macro_derive(MergedFields)]
pub fn merged_fields(item: TokenStream) -> TokenStream {
    derive::expand(item, derive::merged)
}

/// Lets our executor carry out the mutations of all parts of a struct that derives `MergedObject`.
#[proc_macro_derive(MergedActions)]
pub fn merged_actions(item: TokenStream) -> TokenStream {
    derive::expand(item, derive::merged_actions)
}

/// The name of a field or argument in the API: `camelCase` of the Rust name.
fn api_name(ident: &syn::Ident) -> String {
    let text = ident.to_string();
    let mut name = String::new();
    for (place, word) in text.trim_start_matches("r#").split('_').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if place > 0 => name.extend(first.to_uppercase()),
            Some(first) => name.push(first),
            None => {}
        }
        name.push_str(letters.as_str());
    }
    name
}
