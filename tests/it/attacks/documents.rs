//! Documents that would cost too much.

use super::Target;

pub fn aliases(target: &Target) -> String {
    let fields: String = (0..3_000)
        .map(|n| format!(" a{n}: latestRevision"))
        .collect();
    target.ask(&format!("{{{fields} }}"))
}

pub fn directives(target: &Target) -> String {
    target.ask(&format!(
        "{{ latestRevision {} }}",
        "@include(if: true) ".repeat(5_000)
    ))
}

/// The same thing, 2 to the power of 60 times.
pub fn fragments(target: &Target) -> String {
    let mut query = "{ ...f0 }".to_owned();
    for level in 0..60 {
        let next = level + 1;
        query += &format!(" fragment f{level} on Query {{ ...f{next} ...f{next} }}");
    }
    target.ask(&(query + " fragment f60 on Query { __typename }"))
}

pub fn cycle(target: &Target) -> String {
    target.ask("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }")
}

pub fn depth(target: &Target) -> String {
    target.ask(&format!(
        "{}id{}",
        "{ a ".repeat(10_000),
        "}".repeat(10_000)
    ))
}

/// Brackets in a value rather than in a selection.
pub fn value(target: &Target) -> String {
    let (open, close) = ("[".repeat(40_000), "]".repeat(40_000));
    target.ask(&format!(
        "{{ actors(first: {open}{close}) {{ totalCount }} }}"
    ))
}

pub fn tokens(target: &Target) -> String {
    target.ask(&format!("{{ {}}}", "a ".repeat(45_000)))
}

/// Each field is compared with each other one that has its key.
pub fn conflicts(target: &Target) -> String {
    let fields: String = (0..2_000)
        .map(|n| format!("relationships(first:{})", n % 7) + "{totalCount}")
        .collect();
    target.ask(&format!("{{ actors {{ nodes {{ {fields} }} }} }}"))
}

pub fn fields(target: &Target) -> String {
    target.ask(&format!(
        "{{ actors {{ nodes {{ {} }} }} }}",
        "id ".repeat(10_000)
    ))
}

pub fn lists(target: &Target) -> String {
    let level = "relationships(first: 100) { nodes { to { ";
    let query = format!(
        "{{ actors(first: 100) {{ nodes {{ {}id{} }} }} }}",
        level.repeat(3),
        " } } }".repeat(3)
    );
    target.ask(&query)
}

pub fn introspection(target: &Target) -> String {
    let level = "types { fields { type { ";
    let query = format!(
        "{{ __schema {{ {level}{}name{} }} }}",
        "fields { type { ".repeat(5),
        " }".repeat(13)
    );
    target.ask(&query)
}

/// As dear as one operation may be.
pub fn dearest(target: &Target) -> String {
    target.ask("{ actors(first: 100) { nodes { id relationships(first: 100) { nodes { id label to { name } from { name } } } } } }")
}

/// A syntax error is told by its place: what was sent is not sent back.
pub fn echo(target: &Target) -> String {
    let secret = "hunter2hunter2";
    let body =
        serde_json::json!({ "query": format!("{{ actor(slug: \"{secret}\") {{ ! ") }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let told = target.raw(request.as_bytes());
    assert!(!told.contains(secret), "{told}");
    super::in_short(&told)
}
