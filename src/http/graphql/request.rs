//! What a client sends, and in which form it wants the answer.

use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::config::StatusCodes;
use crate::graphql::kit::error::BAD_REQUEST;
use crate::graphql::kit::guard::Excess;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct Asked {
    pub(in crate::http) query: Option<String>,
    /// The name of a document that is sent in place of it.
    pub(in crate::http) document_id: Option<String>,
    pub(in crate::http) operation_name: Option<String>,
    pub(in crate::http) variables: Option<Map<String, Value>>,
    pub(in crate::http) extensions: Option<Map<String, Value>>,
}

impl Asked {
    /// Whether there is a document, or one is named.
    pub(in crate::http) fn has_document(&self) -> bool {
        let extensions = self.extensions.as_ref();
        self.query.is_some()
            || self.document_id.is_some()
            || extensions.is_some_and(|extensions| extensions.contains_key("persistedQuery"))
    }
}

/// In which form the client wants the answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::http) struct Media {
    /// Whether it is `application/graphql-response+json`; otherwise `application/json`.
    pub(in crate::http) graphql: bool,
    /// Which status codes it is answered with.
    pub(in crate::http) codes: StatusCodes,
}

impl Media {
    /// `application/json`, for whoever has not said what else.
    pub(in crate::http) fn json(codes: StatusCodes) -> Self {
        Self {
            graphql: false,
            codes,
        }
    }
}

/// A request that is not answered with data.
#[derive(Debug)]
pub(in crate::http) struct Refusal {
    pub(in crate::http) status: StatusCode,
    pub(in crate::http) code: &'static str,
    pub(in crate::http) message: String,
    /// The bound that is passed, if it is one.
    pub(in crate::http) excess: Option<Excess>,
}

impl Refusal {
    pub(in crate::http) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            excess: None,
        }
    }

    /// Something in it makes no sense.
    pub(in crate::http) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, BAD_REQUEST, message)
    }

    /// It is JSON, but no GraphQL request.
    pub(in crate::http) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, BAD_REQUEST, message)
    }

    /// It asks for more than is allowed.
    pub(in crate::http) fn too_much(
        status: StatusCode,
        code: &'static str,
        excess: Excess,
    ) -> Self {
        Self {
            excess: Some(excess),
            ..Self::new(status, code, excess.to_string())
        }
    }
}

/// The media type that an `Accept` header ranks highest among the two.
///
/// # Errors
/// When it takes neither.
pub(in crate::http) fn negotiate(
    headers: &HeaderMap,
    codes: StatusCodes,
) -> Result<Media, Refusal> {
    let ranges = || {
        let values = headers.get_all(header::ACCEPT).iter();
        values.flat_map(|value| value.to_str().unwrap_or("").split(','))
    };
    let media = |graphql| Ok(Media { graphql, codes });
    if !headers.contains_key(header::ACCEPT) {
        return media(false);
    }
    let own = rank(ranges(), "application/graphql-response+json");
    let plain = rank(ranges(), "application/json");
    match (own.quality, plain.quality) {
        (0, 0) => Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "NOT_ACCEPTABLE",
            "answers are application/graphql-response+json or application/json",
        )),
        // Whoever takes anything may not know the newer one.
        (own_quality, plain_quality) if own_quality == plain_quality => media(own.named),
        (own_quality, plain_quality) => media(own_quality > plain_quality),
    }
}

/// How much a media type is wanted.
#[derive(Default)]
struct Rank {
    /// From 0, which is not at all, to 1000.
    quality: u16,
    /// Whether it was called by its name.
    named: bool,
}

/// How much a media type is wanted by the most specific of some ranges that fit it.
fn rank<'a>(ranges: impl Iterator<Item = &'a str>, kind: &str) -> Rank {
    let mut best = Rank::default();
    let mut closeness = 0;
    for range in ranges {
        let mut words = range.split(';').map(str::trim);
        let close = match words.next().unwrap_or("") {
            name if name.eq_ignore_ascii_case(kind) => 3,
            "application/*" => 2,
            "*/*" => 1,
            _ => continue,
        };
        if close > closeness {
            closeness = close;
            best = Rank {
                quality: quality(words),
                named: close == 3,
            };
        }
    }
    best
}

/// The weight among the parameters of a range, in thousandths (RFC 9110, 12.4.2).
pub(in crate::http) fn quality<'a>(words: impl Iterator<Item = &'a str>) -> u16 {
    let mut weights = words.filter_map(|word| {
        let (name, value) = word.split_once('=')?;
        name.eq_ignore_ascii_case("q").then_some(value)
    });
    let Some((whole, part)) = weights
        .next()
        .map(|weight| weight.split_once('.').unwrap_or((weight, "")))
    else {
        return 1_000;
    };
    if whole != "0" {
        return 1_000;
    }
    let digits = part.bytes().filter(u8::is_ascii_digit);
    let thousandths = digits.chain(std::iter::repeat(b'0')).take(3);
    thousandths.fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'))
}

pub(in crate::http) fn is_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let mut words = given
        .split(';')
        .map(|word| word.trim().to_ascii_lowercase());
    let json = words.next().is_some_and(|kind| kind == "application/json");
    let unicode = words.all(|word| {
        word.strip_prefix("charset=")
            .is_none_or(|set| set.trim_matches('"') == "utf-8")
    });
    if json && unicode {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "send the request as application/json in UTF-8",
    ))
}

/// Whether a body holds a list.
pub(super) fn is_list(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'[')
}

pub(in crate::http) fn read_body(body: &[u8]) -> Result<Asked, Refusal> {
    // Read at once into its parts; a value in between would be made for nothing.
    if is_list(body) {
        return Err(Refusal::malformed("one request at a time"));
    }
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Data => no_request(),
        _ => no_json(&error),
    })
}

/// Reads JSON.
///
/// # Errors
/// When it is none, or not of this form.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| no_json(&error))
}

fn no_json(error: &serde_json::Error) -> Refusal {
    let (line, column) = (error.line(), error.column());
    Refusal::bad(format!(
        "the body is not JSON (line {line}, column {column})"
    ))
}

/// Reads a request.
///
/// # Errors
/// When it is none.
pub(super) fn read_value(value: Value) -> Result<Asked, Refusal> {
    serde_json::from_value(value).map_err(|_| no_request())
}

fn no_request() -> Refusal {
    Refusal::malformed(
        "the body must be an object with query (a string), and if need be operationName (a string), variables and extensions (objects)",
    )
}

pub(in crate::http) fn read_parameters(parameters: &[u8]) -> Result<Asked, Refusal> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Parameters {
        query: Option<String>,
        document_id: Option<String>,
        operation_name: Option<String>,
        variables: Option<String>,
        extensions: Option<String>,
    }
    let parameters = String::from_utf8_lossy(parameters);
    let uri = format!("/?{parameters}")
        .parse()
        .map_err(|_| Refusal::bad("the parameters are malformed"))?;
    let axum::extract::Query(given) = axum::extract::Query::<Parameters>::try_from_uri(&uri)
        .map_err(|_| Refusal::malformed("the parameters are malformed or given twice"))?;
    let object = |name: &str, text: Option<String>| match text.as_deref() {
        None | Some("") => Ok(None),
        Some(text) => serde_json::from_str(text)
            .map_err(|_| Refusal::malformed(format!("{name} must be a JSON object"))),
    };
    Ok(Asked {
        query: given.query,
        document_id: given.document_id.filter(|id| !id.is_empty()),
        operation_name: given.operation_name.filter(|name| !name.is_empty()),
        variables: object("variables", given.variables)?,
        extensions: object("extensions", given.extensions)?,
    })
}
