//! Doing something through a server that runs.

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::auth::agent;

#[derive(Args, Debug)]
pub(super) struct ServerArgs {
    /// Do it through the server that runs there, such as <http://127.0.0.1:8080>, with the token in
    /// `FOEDERA_ADMIN_TOKEN`
    #[arg(long, value_name = "URL")]
    server: Option<String>,
}

/// A server that runs, and the token for it.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) bearer: String,
}

impl ServerArgs {
    /// Whether a server is to be used.
    pub(super) fn given(&self) -> bool {
        self.server.is_some()
    }

    /// The address of something at a server, where one is to be used.
    pub(super) fn find(&self, path: &str) -> Result<Option<Server>> {
        let Some(server) = &self.server else {
            return Ok(None);
        };
        let token = std::env::var("FOEDERA_ADMIN_TOKEN")
            .context("set FOEDERA_ADMIN_TOKEN to the server's admin token")?;
        Ok(Some(Server {
            url: format!("{}{path}", server.trim_end_matches('/')),
            bearer: format!("Bearer {token}"),
        }))
    }
}

/// The answer of a server, or why there is none and what to do.
pub(super) fn reached<T>(url: &str, sent: Result<T, ureq::Error>) -> Result<T> {
    let error = match sent {
        Ok(answer) => return Ok(answer),
        Err(error) => error,
    };
    let told = error.to_string();
    let hint = if told.contains("certificate") {
        "; SSL_CERT_FILE names the certificate to trust, where the system does not"
    } else if told.contains("HTTP version") {
        "; the server may speak HTTPS: begin the address with https://"
    } else {
        ""
    };
    bail!("cannot reach {url}: {told}{hint}")
}

impl Server {
    /// The data of a GraphQL request that must succeed.
    pub(super) fn ask(&self, query: &str, variables: &Value) -> Result<Value> {
        let Self { url, bearer } = self;
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = agent(None)
            .post(url)
            .header("content-type", "application/json")
            .header("authorization", bearer);
        let mut response = reached(url, request.send(body))?;
        let mut answer: Value =
            serde_json::from_str(&response.body_mut().read_to_string()?).unwrap_or_default();
        if let Some(error) = answer["errors"][0]["message"].as_str() {
            bail!("the server refused: {error}");
        }
        let data = answer["data"].take();
        let payloads = data.as_object().into_iter().flat_map(|data| data.values());
        for payload in payloads {
            if let Some(error) = payload["userErrors"][0]["message"].as_str() {
                bail!("{error}");
            }
        }
        Ok(data)
    }
}
