//! `foedera serve`.

use std::collections::HashMap;
use std::net::SocketAddr;

use anyhow::{Context as _, Result};

use crate::app::{App, Opening};
use crate::auth::Rules;
use crate::config::{Secret, Seed, ServeArgs, ServeConfig};
use crate::http::{self, Pace, Tls, Web};
use crate::model::Clock;
use crate::telemetry;
use crate::transfer::fixture;

pub(super) fn run(args: ServeArgs) -> Result<()> {
    let config = args.resolve()?;
    telemetry::init(&config.log, config.log_format)?;
    #[cfg(feature = "otel")]
    let traces = {
        let client = crate::auth::agent(Some(telemetry::traces::PATIENCE));
        telemetry::traces::Traces::begin(client)?
    };
    #[cfg(not(feature = "otel"))]
    if telemetry::is_collector_named() {
        tracing::warn!("{}", super::NO_TRACES);
    }
    let trusted = trusted(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let app = runtime.block_on(async {
        // The address first: a second server must not open the record before it fails.
        let listener = match &config.unix_socket {
            Some(path) => http::listen_on_socket(path)?,
            None => http::listen(config.listen).await?.into(),
        };
        let tls = config.tls.as_ref();
        let tls = tls.map(|(cert, key)| Tls::load(cert, key)).transpose()?;
        // Before the greeting: whoever is told that Ctrl-C stops it may press it at once.
        let stopped = stopped()?;
        let address = listener.to_string();
        let (app, token) = tokio::task::block_in_place(|| open(&config))?;
        app.search.begin();
        greet(&app, &address, token.as_deref(), &config);
        let web = Web {
            body_limit: config.body_limit,
            answer_cache: config.answer_cache,
            operation_timeout: config.operation_timeout,
            cors_origins: config.cors_origins.clone(),
            most_streams: config.most_streams,
            slow: config.slow_operation,
            tls,
            pace: Pace::default(),
            status_codes: config.status_codes,
            introspection: config.introspection,
            suggestions: config.suggestions,
            trusted,
            only_trusted: config.only_trusted,
            address_header: config.address_header.clone(),
            limits: config.limits.clone(),
        };
        http::serve(listener, app.clone(), &web, stopped).await;
        Ok::<_, anyhow::Error>(app)
    })?;
    // With the runtime go the last other handles of the store.
    drop(runtime);
    app.close();
    #[cfg(feature = "otel")]
    if let Some(traces) = traces {
        traces.end();
    }
    say!("Stopped.");
    Ok(())
}

/// The documents that clients may name.
fn trusted(config: &ServeConfig) -> Result<HashMap<String, String>> {
    let Some(path) = &config.trusted_documents else {
        return Ok(HashMap::new());
    };
    let about = || format!("cannot read the trusted documents {}", path.display());
    let text = std::fs::read_to_string(path).with_context(about)?;
    http::read_manifest(&text)
        .map_err(anyhow::Error::msg)
        .with_context(about)
}

fn open(config: &ServeConfig) -> Result<(App, Option<String>)> {
    let opening = Opening {
        data: &config.data,
        cache_bytes: config.cache_bytes,
        rules: Rules {
            admin_token: config.admin_token.as_ref().map(Secret::reveal),
            reads_need_token: config.reads_need_token,
            oidc: config.oidc.as_ref(),
        },
        clock: Clock::System,
    };
    let mut progress = super::progress::Progress::new("revisions read");
    let (app, token) = App::open(&opening, |count| progress.at(count.into()))?;
    progress.finish();
    if app.ledger.snapshot().revision() == 0 && config.seed == Seed::Iran {
        let message = "The Iran record that comes with Foedera";
        fixture::import(
            &app.ledger,
            fixture::IRAN.as_bytes(),
            "foedera",
            message,
            |_| {},
        )
        .context("cannot seed the record")?;
    }
    Ok((app, token))
}

fn greet(app: &App, address: &str, token: Option<&str>, config: &ServeConfig) {
    let revision = app.ledger.snapshot().revision();
    say!(
        "Foedera serves {} (revision {revision}).",
        config.data.display()
    );
    say!("");
    if config.unix_socket.is_some() {
        say!("  Socket      {address}");
    } else {
        let scheme = if config.tls.is_some() {
            "https"
        } else {
            "http"
        };
        let address = for_people(address);
        say!("  Playground  {scheme}://{address}/playground");
        say!("  GraphQL     {scheme}://{address}/graphql");
    }
    say!("");
    let reading = if config.reads_need_token {
        "Reading needs a token too."
    } else {
        "Reading needs no token."
    };
    match (token, &config.admin_token) {
        (Some(token), _) => {
            say!("{reading} To write, send this one; it is shown only now:");
            say!("");
            say!("  Authorization: Bearer {token}");
        }
        (None, Some(_)) => {
            say!("{reading} To write, send the configured admin token.");
        }
        (None, None) => say!(
            "{reading} To write, send the token shown at the first start;\n\
             if it is lost, stop the server and run `foedera token` for a new one."
        ),
    }
    say!("");
    say!("Ctrl-C stops it.");
}

/// An address that can be opened in a browser here: none leads to «all of them».
fn for_people(address: &str) -> String {
    match address.parse::<SocketAddr>() {
        Ok(all) if all.ip().is_unspecified() => format!("localhost:{}", all.port()),
        _ => address.to_owned(),
    }
}

/// Listens from now on for what tells the process to stop; the future is there once it came.
fn stopped() -> Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        // Whoever wants the certificate read again ends nothing, also where there is none.
        let hangup = signal(SignalKind::hangup())?;
        Ok(async move {
            let _hangup = hangup;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            let _ = tokio::signal::ctrl_c().await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::for_people;

    #[test]
    fn an_address_that_means_all_is_shown_as_one_that_can_be_opened() {
        for (address, shown) in [
            ("0.0.0.0:8443", "localhost:8443"),
            ("[::]:80", "localhost:80"),
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("/run/foedera.sock", "/run/foedera.sock"),
        ] {
            assert_eq!(for_people(address), shown);
        }
    }
}
