//! A document as a whole HTML5 page, without scripts and without anything from elsewhere.

use crate::transfer::words::day;

use super::{Document, is_web};

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
table{border-collapse:collapse;width:100%;margin:1rem 0}caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}\
th,td{border-bottom:1px solid #bbb;padding:.4rem .6rem;text-align:left;vertical-align:top}thead th{border-bottom:2px solid #444}\
th,td{overflow-wrap:break-word}tbody th{font-weight:600}a{color:#0b4f9e}li{margin:.3rem 0}footer{margin-top:2rem;font-size:.9rem;color:#444}\
td span{white-space:nowrap}\
@media screen and (max-width:40rem){body{margin:1rem auto}table,tbody,tr,tbody th,td{display:block}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}\
table{border-top:2px solid #444}tr{border-bottom:1px solid #bbb;padding:.6rem 0}tbody th,td{border:0;padding:0}td:nth-child(2),td:nth-child(3){display:inline;color:#444}td:nth-child(3)::before{content:\", \"}td:nth-child(3):empty::before{content:none}}\
@media print{body{max-width:none;margin:0;font-size:10pt}a{color:inherit;text-decoration:none}thead{display:table-header-group}tr,li{break-inside:avoid}h2,h3{break-after:avoid}\
ol a[href^=http]::after{content:\" <\" attr(href) \">\";overflow-wrap:anywhere}}";

pub(super) fn write(document: &Document) -> String {
    let title = escape(&document.title);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{}",
        paragraphs(&document.summary)
    );
    for section in &document.sections {
        let title = escape(&section.title);
        out.push_str(&format!("<section>\n<h2>{title}</h2>\n"));
        if let Some(introduction) = &section.introduction {
            out.push_str(&paragraphs(introduction));
        }
        if section.rows.is_empty() {
            out.push_str("<p>Nothing in the record on this day.</p>\n");
        } else {
            out.push_str(&format!("<table>\n<caption>{title}</caption>\n<thead><tr><th scope=\"col\">Counterpart</th><th scope=\"col\">Type of relationship</th><th scope=\"col\">When</th><th scope=\"col\">Main areas of cooperation</th><th scope=\"col\">Sources</th></tr></thead>\n<tbody>\n"));
            for row in &section.rows {
                let [counterpart, kind, areas] =
                    [&row.counterpart, &row.kind, &row.areas].map(|cell| escape(cell));
                let (when, cited) = (unbroken(&row.when), numbers(&row.citations));
                out.push_str(&format!("<tr><th scope=\"row\">{counterpart}</th><td>{kind}</td><td>{when}</td><td>{areas}</td><td>{cited}</td></tr>\n"));
            }
            out.push_str("</tbody>\n</table>\n");
        }
        out.push_str("</section>\n");
    }
    if !document.viewpoints.is_empty() {
        out.push_str("<section>\n<h2>Viewpoints</h2>\n");
        for viewpoint in &document.viewpoints {
            out.push_str(&format!(
                "<h3>{}</h3>\n{}",
                escape(&viewpoint.title),
                paragraphs(&viewpoint.thesis)
            ));
            if !viewpoint.citations.is_empty() {
                let cited = numbers(&viewpoint.citations);
                out.push_str(&format!("<p>Set out in {cited}</p>\n"));
            }
        }
        out.push_str("</section>\n");
    }
    if !document.notes.is_empty() {
        out.push_str("<section>\n<h2>Context, newest first</h2>\n<ul>\n");
        for note in &document.notes {
            let [as_of, headline, body] =
                [&day(note.as_of), &note.headline, &note.body].map(|text| escape(text));
            let cited = numbers(&note.citations);
            out.push_str(&format!(
                "<li><strong>{as_of}: {headline}.</strong> {body} {cited}</li>\n"
            ));
        }
        out.push_str("</ul>\n</section>\n");
    }
    if !document.references.is_empty() {
        out.push_str("<section>\n<h2>Sources</h2>\n<ol>\n");
        for (index, source) in document.references.iter().enumerate() {
            let title = escape(&source.title);
            let title = match source.url.as_deref().filter(|url| is_web(url)) {
                Some(url) => format!("<a href=\"{}\">{title}</a>", escape(url)),
                None => title,
            };
            let published = source.published_on.map(day);
            let parts = [&source.publisher, &published].into_iter().flatten();
            let rest: String = parts.map(|part| format!(", {}", escape(part))).collect();
            out.push_str(&format!(
                "<li id=\"source-{}\">{title}{rest}</li>\n",
                index + 1
            ));
        }
        out.push_str("</ol>\n</section>\n");
    }
    out.push_str("</main>\n<footer>\n");
    if let Some(disclaimer) = &document.disclaimer {
        out.push_str(&paragraphs(disclaimer));
    }
    out.push_str(&format!(
        "<p>{}</p>\n</footer>\n</body>\n</html>\n",
        escape(&document.moment)
    ));
    out
}

/// Words with dates among them, none of which is broken at a hyphen.
fn unbroken(words: &str) -> String {
    let words = words.split(' ').map(|word| {
        let escaped = escape(word);
        if word.contains('-') {
            format!("<span>{escaped}</span>")
        } else {
            escaped
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn numbers(citations: &[usize]) -> String {
    let link = |number: &usize| format!("<a href=\"#source-{number}\">[{number}]</a>");
    citations.iter().map(link).collect::<Vec<_>>().join(" ")
}

fn paragraphs(raw: &str) -> String {
    let parts = raw
        .split("\n\n")
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts
        .map(|part| format!("<p>{}</p>\n", escape(part)))
        .collect()
}

fn escape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for char in raw.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
