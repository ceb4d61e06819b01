//! Documents at addresses: a brief, or the relationships of an actor, in the form that the reader needs.
//!
//! The moment and the filter are in the query of the address. Whoever has the document of the same
//! revision and day gets 304.

mod asked;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::auth::Auth;
use crate::model::{ActorId, BriefId, DocumentFormat, RelationshipId, shorten};
use crate::read::moment::{self, Moment};
use crate::read::{ReadError, actor, relationship};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{ActorFacts, BriefFacts};
use crate::store::StoreError;
use crate::transfer::{document, linked};

use super::error::Problem;
use super::graphql::unless_known;
use super::{Site, headers};

use asked::{Asked, bad};

/// The most relationships that one document holds. As CSV there are as many as there are.
const MOST: usize = 10_000;
/// What a page may do: show itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const MARKDOWN: &str = "text/markdown; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
const CSV: &str = "text/csv; charset=utf-8; header=present";
const JSON_LD: &str = "application/ld+json";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `GET /briefs/{slug}.{html,md,json}`
pub(super) async fn brief(
    State(site): State<Site>,
    Path(file): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    given: HeaderMap,
) -> Result<Response, Problem> {
    let named = file.rsplit_once('.').and_then(|(slug, form)| {
        let kind = match form {
            "html" => HTML,
            "md" => MARKDOWN,
            "json" => JSON,
            _ => return None,
        };
        Some((slug.to_owned(), kind))
    });
    let Some((slug, kind)) = named else {
        let what = "briefs come as SLUG.html, SLUG.md and SLUG.json";
        return Err(Problem::new(StatusCode::NOT_FOUND, what));
    };
    let page = Page::of(&site, asked::read(query, false)?)?;
    page.answer(&given, kind, move |at, _| {
        let id: Option<BriefId> = at.find(&slug);
        let row = id.and_then(|id| at.row::<BriefFacts>(id));
        let Some(row) = row else {
            return Err(missing("brief", &slug));
        };
        let text = at.document(row).map_err(failed)?;
        let document = document::brief(at, &text).map_err(failed)?;
        Ok(match kind {
            HTML => document.write(DocumentFormat::Html).into(),
            MARKDOWN => document.write(DocumentFormat::Markdown).into(),
            _ => document.json().into(),
        })
    })
    .await
}

/// `GET /actors/{slug}/relationships.{html,md,csv,jsonld,xlsx}`
pub(super) async fn relationships(
    State(site): State<Site>,
    Path((slug, file)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
    given: HeaderMap,
) -> Result<Response, Problem> {
    let kind = match file.as_str() {
        "relationships.html" => HTML,
        "relationships.md" => MARKDOWN,
        "relationships.csv" => CSV,
        "relationships.jsonld" => JSON_LD,
        "relationships.xlsx" => XLSX,
        _ => {
            let what = "the relationships of an actor come as relationships.html, .md, .csv, .jsonld and .xlsx";
            return Err(Problem::new(StatusCode::NOT_FOUND, what));
        }
    };
    let page = Page::of(&site, asked::read(query, true)?)?;
    page.answer(&given, kind, move |at, asked| {
        let id = actor::by_slug(at, &slug);
        let id = id.filter(|id| at.row::<ActorFacts>(*id).is_some());
        let Some(id) = id else {
            return Err(missing("actor", &slug));
        };
        let ids = relationship::of_actor(at, id, &asked.filter);
        if kind != CSV && ids.len() > MOST {
            return Err(too_many(ids.len()));
        }
        body(at, id, ids, kind)
    })
    .await
}

fn body(
    at: &Snapshot,
    actor: ActorId,
    ids: Vec<RelationshipId>,
    kind: &'static str,
) -> Result<Body, Problem> {
    let wrong = |error: document::sheet::SheetError| broken(&error);
    Ok(match kind {
        HTML | MARKDOWN => {
            let document = document::relationships(at, actor, ids).map_err(failed)?;
            let format = if kind == HTML {
                DocumentFormat::Html
            } else {
                DocumentFormat::Markdown
            };
            document.write(format).into()
        }
        CSV => {
            let mut out = Vec::new();
            document::sheet::write_csv(at, actor, &ids, &mut out).map_err(wrong)?;
            out.into()
        }
        XLSX => document::sheet::workbook(at, actor, &ids)
            .map_err(wrong)?
            .into(),
        _ => linked::relationships(at, actor, &ids)
            .map_err(failed)?
            .into(),
    })
}

/// A moment that is asked for, with what is asked of it.
struct Page {
    at: Snapshot,
    asked: Asked,
    /// Whether it can never be another.
    settled: bool,
    app: App,
}

impl Page {
    fn of(site: &Site, asked: Asked) -> Result<Self, Problem> {
        let ledger = &site.app.ledger;
        let newest = ledger.snapshot();
        let settled = asked.moment.is_settled(&newest);
        let at = if asked.moment == Moment::default() {
            newest
        } else {
            moment::at(&newest, ledger.now(), &asked.moment).map_err(refused)?
        };
        let app = site.app.clone();
        Ok(Self {
            at,
            asked,
            settled,
            app,
        })
    }

    /// The document, or 304 for whoever has it. `write` reads the record, away from the threads that
    /// serve requests.
    async fn answer(
        self,
        given: &HeaderMap,
        kind: &'static str,
        write: impl FnOnce(&Snapshot, &Asked) -> Result<Body, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let Self {
            at,
            asked,
            settled,
            app,
        } = self;
        let settled = settled.then_some(&app.auth);
        let (revision, tag) = (at.revision(), tag(&at));
        let empty = finish(
            StatusCode::OK.into_response(),
            kind,
            revision,
            tag.as_ref(),
            settled,
        );
        let known = unless_known(given, empty);
        if known.status() == StatusCode::NOT_MODIFIED {
            return Ok(known);
        }
        let written = tokio::task::spawn_blocking(move || write(&at, &asked)).await;
        let body = written.map_err(|error| broken(&error))??;
        Ok(finish(
            body.into_response(),
            kind,
            revision,
            tag.as_ref(),
            settled,
        ))
    }
}

/// What tells two documents of one address apart: the program, the revision and the days. If text was
/// taken out of the record since, the document is another one too.
fn tag(at: &Snapshot) -> Option<HeaderValue> {
    let redacted = at.state().redaction_after(at.revision());
    let text = format!(
        "\"{}-{}-{}-{}\"",
        env!("CARGO_PKG_VERSION"),
        at.revision(),
        at.valid_on(),
        redacted.map_or(0, |_| at.state().revision())
    );
    HeaderValue::try_from(text).ok()
}

fn finish(
    mut response: Response,
    kind: &'static str,
    revision: u32,
    tag: Option<&HeaderValue>,
    settled: Option<&Auth>,
) -> Response {
    headers::set_revision(&mut response, revision);
    if let Some(auth) = settled {
        headers::keep_for_ever(&mut response, auth);
    }
    headers::or_ask_again(&mut response);
    let own = response.headers_mut();
    own.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(tag) = tag {
        own.insert(header::ETAG, tag.clone());
    }
    if kind == HTML {
        own.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        );
    }
    response
}

fn missing(what: &str, slug: &str) -> Problem {
    let slug = shorten(slug);
    let detail = format!("there is no {what} {slug:?} at this moment");
    Problem::new(StatusCode::NOT_FOUND, detail)
}

fn too_many(found: usize) -> Problem {
    let detail = format!(
        "there are {found} relationships, and a document holds at most {MOST}; choose with kind, tier, domain or another parameter, or take the CSV"
    );
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
}

fn refused(error: ReadError) -> Problem {
    match error {
        ReadError::Store(error) => failed(error),
        other => bad(other.to_string()),
    }
}

fn failed(error: StoreError) -> Problem {
    broken(&error)
}

fn broken(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "a document cannot be written");
    let detail = "the server could not read its record; the operator finds the reason in the log";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
}
