//! What a client sends, and in which form it wants the answer.

use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::graphql::execute::Question;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct Asked {
    pub(in crate::http) query: Option<String>,
    pub(in crate::http) operation_name: Option<String>,
    pub(in crate::http) variables: Option<Map<String, Value>>,
    pub(in crate::http) extensions: Option<Map<String, Value>>,
}

impl Asked {
    /// What is asked.
    pub(in crate::http) fn question(self) -> Result<Question, Refusal> {
        let Some(query) = self.query else {
            return Err(Refusal::bad(
                "query is missing: the GraphQL document, a string",
            ));
        };
        Ok(Question {
            query,
            operation_name: self.operation_name,
            variables: self.variables.unwrap_or_default(),
        })
    }
}

/// Which of the two media types the client wants.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::http) enum Media {
    Graphql,
    Json,
}

/// A request that is not answered with data.
pub(in crate::http) struct Refusal {
    pub(in crate::http) status: StatusCode,
    pub(in crate::http) code: &'static str,
    pub(in crate::http) message: String,
}

impl Refusal {
    pub(in crate::http) fn bad(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "BAD_REQUEST",
            message: message.into(),
        }
    }
}

impl From<BytesRejection> for Refusal {
    fn from(rejection: BytesRejection) -> Self {
        Self {
            status: rejection.status(),
            code: "BODY_TOO_LARGE",
            message: "the request body is too large or broke off".to_owned(),
        }
    }
}

pub(in crate::http) fn negotiate(headers: &HeaderMap) -> Result<Media, Refusal> {
    let Some(accept) = headers.get(header::ACCEPT) else {
        return Ok(Media::Json);
    };
    let accept = accept.to_str().unwrap_or("");
    let range = |part: &str| {
        let mut words = part.split(';').map(str::trim);
        let kind = words.next().unwrap_or("").to_ascii_lowercase();
        let refused = words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        (!refused).then_some(kind)
    };
    let kinds: Vec<_> = accept.split(',').filter_map(range).collect();
    let wants = |kind: &str| kinds.iter().any(|wanted| wanted == kind);
    if wants("application/graphql-response+json") {
        Ok(Media::Graphql)
    } else if wants("application/json") || wants("application/*") || wants("*/*") {
        Ok(Media::Json)
    } else {
        Err(Refusal {
            status: StatusCode::NOT_ACCEPTABLE,
            code: "NOT_ACCEPTABLE",
            message: "answers are application/graphql-response+json or application/json".to_owned(),
        })
    }
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
    Err(Refusal {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code: "UNSUPPORTED_MEDIA_TYPE",
        message: "send the request as application/json in UTF-8".to_owned(),
    })
}

pub(in crate::http) fn read_body(body: &[u8]) -> Result<Asked, Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        Refusal::bad(format!(
            "the body is not JSON (line {}, column {})",
            error.line(),
            error.column()
        ))
    })?;
    if value.is_array() {
        return Err(Refusal::bad(
            "one request at a time: lists of requests are not taken",
        ));
    }
    serde_json::from_value(value).map_err(|_| {
        Refusal::bad(
            "the body must be an object with query (a string), and if need be operationName (a string), variables and extensions (objects)",
        )
    })
}

pub(in crate::http) fn read_parameters(parameters: &[u8]) -> Result<Asked, Refusal> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Parameters {
        query: Option<String>,
        operation_name: Option<String>,
        variables: Option<String>,
        extensions: Option<String>,
    }
    let parameters = String::from_utf8_lossy(parameters);
    let uri = format!("/?{parameters}")
        .parse()
        .map_err(|_| Refusal::bad("the parameters are malformed"))?;
    let axum::extract::Query(given) = axum::extract::Query::<Parameters>::try_from_uri(&uri)
        .map_err(|_| Refusal::bad("the parameters are malformed or given twice"))?;
    let object = |name: &str, text: Option<String>| {
        let text = text.filter(|text| !text.is_empty());
        text.map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_| Refusal::bad(format!("{name} must be a JSON object")))
    };
    Ok(Asked {
        query: given.query,
        operation_name: given.operation_name.filter(|name| !name.is_empty()),
        variables: object("variables", given.variables)?,
        extensions: object("extensions", given.extensions)?,
    })
}
