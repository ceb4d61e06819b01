//! What is searched for: drawn from the names and texts of the record, spelt right and wrong.

use serde_json::{Value, json};

use crate::served::Served;
use crate::world::Numbers;

/// How many questions there are of each sort.
const OF_EACH: usize = 80;

/// What there is to search for.
pub struct Corpus {
    names: Vec<String>,
    aliases: Vec<String>,
    texts: Vec<String>,
    actors: usize,
    /// A revision in the middle of the record.
    middle: u32,
}

/// Questions of a sort.
pub struct Questions {
    pub what: &'static str,
    pub asked: Vec<String>,
    /// At which revision; at the newest if none.
    pub revision: Option<u32>,
}

impl Corpus {
    /// Reads all names and texts, page by page.
    pub fn of(server: &Served) -> Self {
        let mut corpus = Self {
            names: Vec::new(),
            aliases: Vec::new(),
            texts: Vec::new(),
            actors: 0,
            middle: 1,
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        pages(server, "actors", "name summary aliases { text }", |actor| {
            corpus.actors += 1;
            corpus.names.push(text(&actor["name"]));
            corpus.texts.push(text(&actor["summary"]));
            let aliases = actor["aliases"].as_array().into_iter().flatten();
            corpus
                .aliases
                .extend(aliases.map(|alias| text(&alias["text"])));
        });
        pages(server, "notes", "headline body", |note| {
            corpus
                .texts
                .extend([text(&note["headline"]), text(&note["body"])]);
        });
        pages(server, "sources", "title", |source| {
            corpus.texts.push(text(&source["title"]));
        });
        corpus
            .names
            .retain(|name| name.chars().filter(|char| char.is_alphabetic()).count() > 3);
        let newest = server.ask("{ latestRevision }", &Value::Null).0;
        corpus.middle = newest["latestRevision"].as_u64().unwrap_or(2) as u32 / 2;
        corpus
    }

    pub fn actors(&self) -> usize {
        self.actors
    }

    /// Some names.
    pub fn names(&self, count: usize, numbers: &mut Numbers) -> Vec<String> {
        (0..count)
            .map(|_| one(&self.names, numbers).to_owned())
            .collect()
    }

    /// The questions that are measured.
    pub fn questions(&self, numbers: &mut Numbers) -> Vec<Questions> {
        let foreign = |name: &&String| {
            name.chars()
                .any(|char| char.is_alphabetic() && char > '\u{24f}')
        };
        let (other, latin): (Vec<_>, Vec<_>) = self.aliases.iter().partition(foreign);
        let mut draw = |what, revision, make: &dyn Fn(&mut Numbers) -> String| Questions {
            what,
            asked: (0..OF_EACH).map(|_| make(numbers)).collect(),
            revision,
        };
        let questions = [
            "what countries are allies with",
            "who supported",
            "treaties of",
            "groups that attack",
            "who are the partners of",
        ];
        vec![
            draw("names", None, &|numbers| {
                one(&self.names, numbers).to_owned()
            }),
            draw("other names", None, &|numbers| {
                one(&latin, numbers).to_owned()
            }),
            draw("names in other scripts", None, &|numbers| {
                one(&other, numbers).to_owned()
            }),
            draw("slips of the pen", None, &|numbers| {
                slip(one(&self.names, numbers), numbers)
            }),
            draw("beginnings", None, &|numbers| {
                let name = one(&self.names, numbers);
                let length = 3 + numbers.below(5);
                name.chars().take(length).collect()
            }),
            draw("phrases", None, &|numbers| {
                format!("\"{}\"", run(&self.texts, 2, numbers))
            }),
            draw("words of texts", None, &|numbers| {
                run(&self.texts, 4, numbers)
            }),
            draw("questions", None, &|numbers| {
                format!("{} {}", one(&questions, numbers), one(&self.names, numbers))
            }),
            draw(
                "names, as of a revision in the middle",
                Some(self.middle),
                &|numbers| one(&self.names, numbers).to_owned(),
            ),
        ]
    }
}

fn pages(server: &Served, list: &str, fields: &str, mut take: impl FnMut(&Value)) {
    let query = format!(
        "query($after: String) {{ {list}(first: 100, after: $after) {{ nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let mut after = Value::Null;
    loop {
        let data = server.ask(&query, &json!({ "after": after })).0;
        let page = &data[list];
        page["nodes"].as_array().unwrap().iter().for_each(&mut take);
        if page["pageInfo"]["hasNextPage"] != true {
            return;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

fn one<'a>(of: &'a [impl AsRef<str>], numbers: &mut Numbers) -> &'a str {
    of[numbers.below(of.len())].as_ref()
}

/// A name with one letter too few, too many, or two in the wrong order.
fn slip(name: &str, numbers: &mut Numbers) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let place = 1 + numbers.below(letters.len() - 2);
    match numbers.below(3) {
        0 => drop(letters.remove(place)),
        1 => letters.insert(place, letters[place]),
        _ => letters.swap(place, place + 1),
    }
    letters.into_iter().collect()
}

/// Words that follow each other in a text.
fn run(texts: &[String], count: usize, numbers: &mut Numbers) -> String {
    loop {
        let words: Vec<&str> = one(texts, numbers).split_whitespace().collect();
        if words.len() >= count {
            let from = numbers.below(words.len() - count + 1);
            let words = words[from..from + count].join(" ").replace('"', "");
            return words.chars().take(120).collect();
        }
    }
}
