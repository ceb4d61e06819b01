//! `#[object]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Attribute, Error, FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, Pat, Result, ReturnType, Type,
};

use crate::api_name;

/// A method that is a field.
struct Method {
    function: ImplItemFn,
    /// Its name in the API.
    name: String,
    /// What its description and the like say, for async-graphql.
    attributes: Vec<Attribute>,
    /// Whether its first argument is what the operation may be asked.
    asks: bool,
    arguments: Vec<Argument>,
    output: Type,
}

struct Argument {
    ident: Ident,
    kind: Type,
    attributes: Vec<Attribute>,
}

pub(crate) fn expand(words: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let subscribes = words.to_string() == "subscription";
    let block: ItemImpl = syn::parse2(item)?;
    let about: Vec<_> = block
        .attrs
        .iter()
        .filter(|one| one.path().is_ident("doc"))
        .collect();
    let methods = block
        .items
        .iter()
        .map(Method::read)
        .collect::<Result<Vec<_>>>()?;
    let actions = methods
        .iter()
        .any(|method| method.function.sig.asyncness.is_some());
    if let Some(odd) = methods
        .iter()
        .find(|one| one.function.sig.asyncness.is_some() != actions)
    {
        return Err(Error::new_spanned(
            &odd.function.sig,
            "either all methods are async or none",
        ));
    }
    let (generics, _, bounds) = block.generics.split_for_impl();
    let own = &block.self_ty;
    let given = quote! {
        field: &crate::graphql::execute::Field,
        run: &mut crate::graphql::execute::Run<'_>,
        at: &crate::graphql::execute::Path<'_>,
    };
    let plain = methods.iter().map(|method| &method.function);
    let framework = methods.iter().map(Method::for_framework);
    let written = methods.iter().map(|method| method.written(subscribes));
    let (kind, words) = if subscribes {
        (quote!(Subscription), None)
    } else {
        (quote!(Object), Some(words))
    };
    let executor = if subscribes {
        quote! {
            impl #generics crate::graphql::execute::Followed for #own #bounds {
                fn open(
                    &self,
                    #given
                ) -> ::std::result::Result<
                    Option<crate::graphql::execute::Events>,
                    crate::graphql::execute::Nulled,
                > {
                    #(#written)*
                    Ok(None)
                }
            }
        }
    } else if actions {
        quote! {
            impl #generics crate::graphql::execute::Actions for #own #bounds {
                async fn act(
                    &self,
                    #given
                ) -> ::std::result::Result<bool, crate::graphql::execute::Nulled> {
                    #(#written)*
                    Ok(false)
                }
            }
        }
    } else {
        quote! {
            impl #generics crate::graphql::execute::Fields for #own #bounds {
                fn write_field(
                    &self,
                    #given
                ) -> ::std::result::Result<bool, crate::graphql::execute::Nulled> {
                    #(#written)*
                    Ok(false)
                }
            }

            impl #generics crate::graphql::execute::Output for #own #bounds {
                fn write(
                    &self,
                    #given
                ) -> ::std::result::Result<(), crate::graphql::execute::Nulled> {
                    run.object(self, field.fields(), at)
                }
            }
        }
    };
    Ok(quote! {
        impl #generics #own #bounds {
            #(#plain)*
        }

        #(#about)*
        #[async_graphql::#kind(#words)]
        impl #generics #own #bounds {
            #(#framework)*
        }

        #executor
    })
}

impl Method {
    fn read(item: &ImplItem) -> Result<Self> {
        let ImplItem::Fn(function) = item else {
            return Err(Error::new_spanned(item, "only methods are fields"));
        };
        let mut function = function.clone();
        let attributes: Vec<_> = function
            .attrs
            .iter()
            .filter(|one| one.path().is_ident("doc") || one.path().is_ident("graphql"))
            .cloned()
            .collect();
        function.attrs.retain(|one| !one.path().is_ident("graphql"));
        let ReturnType::Type(_, output) = &function.sig.output else {
            return Err(Error::new_spanned(&function.sig, "a field needs a type"));
        };
        let output = Type::clone(output);
        let name = api_name(&function.sig.ident);
        let mut inputs = function.sig.inputs.iter_mut();
        if !matches!(inputs.next(), Some(FnArg::Receiver(_))) {
            return Err(Error::new_spanned(&function.sig, "a field needs &self"));
        }
        let mut asks = false;
        let mut arguments = Vec::new();
        for input in inputs {
            let FnArg::Typed(typed) = input else { continue };
            if is_ask(&typed.ty) {
                asks = true;
                continue;
            }
            let Pat::Ident(pattern) = &*typed.pat else {
                return Err(Error::new_spanned(&typed.pat, "an argument needs a name"));
            };
            arguments.push(Argument {
                ident: pattern.ident.clone(),
                kind: Type::clone(&typed.ty),
                attributes: std::mem::take(&mut typed.attrs),
            });
        }
        Ok(Self {
            function,
            name,
            attributes,
            asks,
            arguments,
            output,
        })
    }

    /// The same field for async-graphql.
    fn for_framework(&self) -> TokenStream {
        let (inner, name, attributes) = (&self.function.sig.ident, &self.name, &self.attributes);
        let outer = format_ident!("__{}", inner);
        let output = &self.output;
        let idents: Vec<_> = self.arguments.iter().map(|one| &one.ident).collect();
        let arguments = self.arguments.iter().map(|one| {
            let Argument {
                ident,
                kind,
                attributes,
            } = one;
            quote!(#(#attributes)* #ident: #kind)
        });
        let ask = self
            .asks
            .then(|| quote!(crate::graphql::kit::context::ask(ctx)?,));
        let wait = self.function.sig.asyncness.map(|_| quote!(.await));
        let unused = (!self.asks).then(|| quote!(let _ = ctx;));
        quote! {
            #(#attributes)*
            #[graphql(name = #name)]
            #[doc(hidden)]
            pub(crate) async fn #outer(
                &self,
                ctx: &async_graphql::Context<'_>,
                #(#arguments,)*
            ) -> #output {
                #unused
                Self::#inner(self, #ask #(#idents),*)#wait
            }
        }
    }

    /// How our executor writes the field, or opens what it tells.
    fn written(&self, subscribes: bool) -> TokenStream {
        let (inner, name) = (&self.function.sig.ident, &self.name);
        let idents: Vec<_> = self.arguments.iter().map(|one| &one.ident).collect();
        let otherwise = if subscribes {
            quote!(return Err(nulled))
        } else {
            quote!(return run.null_instead(field, nulled).map(|()| true))
        };
        let read = self.arguments.iter().map(|one| {
            let Argument { ident, kind, .. } = one;
            let argument = api_name(ident);
            quote! {
                let #ident: #kind = match run.argument(field, #argument, at) {
                    Ok(value) => value,
                    Err(nulled) => #otherwise,
                };
            }
        });
        let ask = self.asks.then(|| quote!(run.ask,));
        let wait = self.function.sig.asyncness.map(|_| quote!(.await));
        let done = if subscribes {
            quote!(return run.opened(value, field, at).map(Some);)
        } else {
            quote!(return crate::graphql::execute::Output::write(&value, field, run, at).map(|()| true);)
        };
        quote! {
            if field.hash == const { crate::graphql::execute::name_hash(#name) } {
                #(#read)*
                let value = Self::#inner(self, #ask #(#idents),*)#wait;
                #done
            }
        }
    }
}

fn is_ask(kind: &Type) -> bool {
    let Type::Reference(reference) = kind else {
        return false;
    };
    matches!(&*reference.elem, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Ask"))
}
