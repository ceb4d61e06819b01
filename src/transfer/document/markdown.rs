//! A document in Markdown with tables.

use crate::transfer::words::day;

use super::{Document, is_web};

pub(super) fn write(document: &Document) -> String {
    let mut out = format!(
        "# {}\n\n{}\n",
        line(&document.title),
        text(&document.summary)
    );
    for section in &document.sections {
        out.push_str(&format!("\n## {}\n", line(&section.title)));
        if let Some(introduction) = &section.introduction {
            out.push_str(&format!("\n{}\n", text(introduction)));
        }
        if section.rows.is_empty() {
            out.push_str("\nNothing in the record on this day.\n");
            continue;
        }
        out.push_str("\n| Counterpart | Type of relationship | When | Main areas of cooperation | Sources |\n");
        out.push_str("|---|---|---|---|---|\n");
        for row in &section.rows {
            let cells = [&row.counterpart, &row.kind, &row.when, &row.areas].map(|cell| line(cell));
            out.push_str(&format!(
                "| {} | {} |\n",
                cells.join(" | "),
                numbers(&row.citations)
            ));
        }
    }
    if !document.viewpoints.is_empty() {
        out.push_str("\n## Viewpoints\n");
        for viewpoint in &document.viewpoints {
            let (title, thesis) = (line(&viewpoint.title), text(&viewpoint.thesis));
            let cited = spaced(&numbers(&viewpoint.citations));
            out.push_str(&format!("\n**{title}.** {thesis}{cited}\n"));
        }
    }
    if !document.notes.is_empty() {
        out.push_str("\n## Context, newest first\n\n");
        for note in &document.notes {
            let cited = spaced(&numbers(&note.citations));
            let (headline, body) = (line(&note.headline), line(&note.body));
            out.push_str(&format!(
                "- **{}: {headline}.** {body}{cited}\n",
                day(note.as_of)
            ));
        }
    }
    if !document.references.is_empty() {
        out.push_str("\n## Sources\n\n");
        for (index, source) in document.references.iter().enumerate() {
            out.push_str(&format!("{}. {}", index + 1, line(&source.title)));
            let published = source.published_on.map(day);
            for part in [&source.publisher, &published].into_iter().flatten() {
                out.push_str(&format!(", {}", line(part)));
            }
            match source.url.as_deref() {
                Some(url) if is_web(url) => {
                    let url = url.replace(['<', '>', ' ', '\n'], "");
                    out.push_str(&format!(", <{url}>"));
                }
                Some(other) => out.push_str(&format!(", {}", line(other))),
                None => {}
            }
            out.push('\n');
        }
    }
    if let Some(disclaimer) = &document.disclaimer {
        out.push_str(&format!("\n---\n\n{}\n", text(disclaimer)));
    }
    out.push_str(&format!("\n{}\n", line(&document.moment)));
    out
}

fn numbers(citations: &[usize]) -> String {
    let numbers: Vec<_> = citations
        .iter()
        .map(|number| format!("[{number}]"))
        .collect();
    numbers.join(" ")
}

/// What comes behind a sentence, with the space before it.
fn spaced(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(" {text}")
    }
}

/// A text that stays on one line and means nothing but itself.
fn line(raw: &str) -> String {
    escape(&raw.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A text whose paragraphs stay apart.
fn text(raw: &str) -> String {
    raw.split("\n\n").map(line).collect::<Vec<_>>().join("\n\n")
}

fn escape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for (index, char) in raw.chars().enumerate() {
        let special = matches!(
            char,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '&'
        );
        let opens_a_block = index == 0 && matches!(char, '#' | '+' | '-' | '=' | '~');
        if special || opens_a_block {
            out.push('\\');
        }
        out.push(char);
    }
    out
}
