//! The derives.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Index, Result};

use crate::api_name;

pub(crate) fn expand(item: TokenStream, make: fn(&DeriveInput) -> Result<Tokens>) -> TokenStream {
    syn::parse::<DeriveInput>(item)
        .and_then(|input| make(&input))
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

fn struct_fields(input: &DeriveInput) -> Result<&Fields> {
    match &input.data {
        Data::Struct(data) => Ok(&data.fields),
        _ => Err(Error::new_spanned(input, "only a struct can be an object")),
    }
}

pub(crate) fn simple(input: &DeriveInput) -> Result<Tokens> {
    let name = &input.ident;
    let idents = struct_fields(input)?
        .iter()
        .map(|field| field.ident.as_ref())
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Error::new_spanned(input, "the fields need names"))?;
    let names = idents.iter().map(|ident| api_name(ident));
    Ok(quote! {
        impl crate::graphql::execute::Fields for #name {
            fn write_field(
                &self,
                field: &crate::graphql::execute::Field,
                run: &mut crate::graphql::execute::Run<'_>,
                at: &crate::graphql::execute::Path<'_>,
            ) -> ::std::result::Result<bool, crate::graphql::execute::Nulled> {
                use crate::graphql::execute::{Output, name_hash};
                #(if field.hash == const { name_hash(#names) } {
                    return Output::write(&self.#idents, field, run, at).map(|()| true);
                })*
                Ok(false)
            }
        }

        impl crate::graphql::execute::Output for #name {
            fn write(
                &self,
                field: &crate::graphql::execute::Field,
                run: &mut crate::graphql::execute::Run<'_>,
                at: &crate::graphql::execute::Path<'_>,
            ) -> ::std::result::Result<(), crate::graphql::execute::Nulled> {
                run.object(self, field.fields(), at)
            }
        }
    })
}

fn parts(input: &DeriveInput) -> Result<Vec<Index>> {
    Ok((0..struct_fields(input)?.len()).map(Index::from).collect())
}

pub(crate) fn merged(input: &DeriveInput) -> Result<Tokens> {
    let (name, parts) = (&input.ident, parts(input)?);
    Ok(quote! {
        impl crate::graphql::execute::Fields for #name {
            fn write_field(
                &self,
                field: &crate::graphql::execute::Field,
                run: &mut crate::graphql::execute::Run<'_>,
                at: &crate::graphql::execute::Path<'_>,
            ) -> ::std::result::Result<bool, crate::graphql::execute::Nulled> {
                use crate::graphql::execute::Fields;
                Ok(#(Fields::write_field(&self.#parts, field, run, at)?)||*)
            }
        }

        impl crate::graphql::execute::Output for #name {
            fn write(
                &self,
                field: &crate::graphql::execute::Field,
                run: &mut crate::graphql::execute::Run<'_>,
                at: &crate::graphql::execute::Path<'_>,
            ) -> ::std::result::Result<(), crate::graphql::execute::Nulled> {
                run.object(self, field.fields(), at)
            }
        }
    })
}

pub(crate) fn merged_actions(input: &DeriveInput) -> Result<Tokens> {
    let (name, parts) = (&input.ident, parts(input)?);
    Ok(quote! {
        impl crate::graphql::execute::Actions for #name {
            async fn act(
                &self,
                field: &crate::graphql::execute::Field,
                run: &mut crate::graphql::execute::Run<'_>,
                at: &crate::graphql::execute::Path<'_>,
            ) -> ::std::result::Result<bool, crate::graphql::execute::Nulled> {
                use crate::graphql::execute::Actions;
                Ok(#(Actions::act(&self.#parts, field, run, at).await?)||*)
            }
        }
    })
}
