//! `foedera token`.

use std::sync::Arc;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use crate::auth::{self, NewToken, Role, Tokens};
use crate::config::DataArgs;
use crate::model::{Clock, Timestamp, Vocabulary as _};
use crate::store::Store;

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct TokenArgs {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    place: DataArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Give out a token; the secret is printed now and never again
    Create {
        /// Whom it is for: the name that revisions will carry
        #[arg(long)]
        name: String,
        /// What it lets do
        #[arg(long)]
        role: RoleName,
        /// For how many days it is valid
        #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=36_500))]
        days: u32,
        #[command(flatten)]
        place: Place,
    },
    /// List the tokens that were given out
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Take a token back: from now on nobody is let in with it
    Revoke {
        /// Its number, as `list` shows it
        id: u32,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Args, Debug)]
struct Place {
    #[command(flatten)]
    server: super::server::ServerArgs,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleName {
    /// Reads the record
    Reader,
    /// Proposes changes
    Contributor,
    /// Changes the record
    Editor,
    /// All of it, and tokens
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Reader => Self::Reader,
            RoleName::Contributor => Self::Contributor,
            RoleName::Editor => Self::Editor,
            RoleName::Admin => Self::Admin,
        }
    }
}

/// Whom tokens name as their maker that were made in the directory itself.
const OPERATOR: &str = "operator";

pub(super) fn run(args: &TokenArgs) -> Result<()> {
    match &args.command {
        None => {
            let store = Store::open(&args.place.directory()?)?;
            say!("{}", auth::renew_admin(&store)?);
            Ok(())
        }
        Some(Command::Create {
            name,
            role,
            days,
            place,
        }) => {
            let expires_at = Timestamp(Clock::System.now().0 + i64::from(*days) * 86_400_000);
            create(name, (*role).into(), expires_at, place)
        }
        Some(Command::List { place }) => list(place),
        Some(Command::Revoke { id, place }) => revoke(*id, place),
    }
}

fn create(name: &str, role: Role, expires_at: Timestamp, place: &Place) -> Result<()> {
    if let Some(server) = place.server.find("/graphql")? {
        let query = "mutation($input: CreateTokenInput!) { createToken(input: $input) { secret userErrors { message } } }";
        let input =
            json!({ "name": name, "role": role.code(), "expiresAt": expires_at.to_string() });
        let answer = server.ask(query, &json!({ "input": input }))?;
        say!(
            "{}",
            answer["createToken"]["secret"].as_str().unwrap_or_default()
        );
        return Ok(());
    }
    let new = NewToken {
        name: name.to_owned(),
        role,
        expires_at: Some(expires_at),
    };
    let (_, secret) = tokens(place)?.create(new, OPERATOR)?;
    say!("{secret}");
    Ok(())
}

fn list(place: &Place) -> Result<()> {
    if let Some(server) = place.server.find("/graphql")? {
        let query = "query($after: String) { tokens(first: 100, after: $after) { nodes { id name role expiresAt revokedAt lastUsedAt } pageInfo { hasNextPage endCursor } } }";
        let mut after = Value::Null;
        loop {
            let answer = server.ask(query, &json!({ "after": after }))?;
            let tokens = &answer["tokens"];
            for token in tokens["nodes"].as_array().into_iter().flatten() {
                let text = |name: &str| token[name].as_str();
                line(
                    text("id").unwrap_or_default().trim_start_matches("token_"),
                    text("role").unwrap_or_default(),
                    text("name").unwrap_or_default(),
                    text("expiresAt").unwrap_or_default(),
                    text("revokedAt"),
                    text("lastUsedAt"),
                );
            }
            if tokens["pageInfo"]["hasNextPage"] != true {
                return Ok(());
            }
            after = tokens["pageInfo"]["endCursor"].clone();
        }
    }
    for token in tokens(place)?.list() {
        line(
            &token.id.to_string(),
            token.role.code(),
            &token.name,
            &token.expires_at.to_string(),
            token.revoked_at.map(|at| at.to_string()).as_deref(),
            token.last_used_at.map(|at| at.to_string()).as_deref(),
        );
    }
    Ok(())
}

fn line(id: &str, role: &str, name: &str, until: &str, revoked: Option<&str>, used: Option<&str>) {
    let end = match revoked {
        Some(at) => format!("revoked {at}"),
        None => format!("until {until}"),
    };
    let used = used.map_or("never used".to_owned(), |at| format!("last used {at}"));
    say!("{id}  {role}  {name}  {end}, {used}");
}

fn revoke(id: u32, place: &Place) -> Result<()> {
    if let Some(server) = place.server.find("/graphql")? {
        let query = "mutation($input: RevokeTokenInput!) { revokeToken(input: $input) { token { name } userErrors { message } } }";
        let input = json!({ "id": format!("token_{id}") });
        server.ask(query, &json!({ "input": input }))?;
    } else {
        tokens(place)?.revoke(id, OPERATOR)?;
    }
    say!("Token {id} is revoked.");
    Ok(())
}

/// The tokens of a directory that no server has open.
fn tokens(place: &Place) -> Result<Tokens> {
    let data = super::existing(&place.data)?;
    let store = Arc::new(Store::open(&data)?);
    Ok(Tokens::open(store, Clock::System)?)
}
