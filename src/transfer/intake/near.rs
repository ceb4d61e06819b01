//! Names that are nearly the same: other spellings, other scripts, "Government of" before them.
//!
//! What is found here is shown to people with a score. Nothing is merged because of it.

use std::collections::{HashMap, HashSet};

use crate::model::ActorId;
use crate::snapshot::Snapshot;
use crate::snapshot::facts::ActorFacts;

/// The least score that is worth an editor's look.
const LEAST: f64 = 0.89;
/// The most actors of the record that are told of for one name.
const MOST: usize = 3;
/// A word that more names than this share tells nothing.
const COMMON: usize = 200;

/// The names of a record, for finding those like another.
pub(super) struct Names {
    names: Vec<(ActorId, String)>,
    /// Names by each of their words, and by the consonants of the whole.
    by_part: HashMap<String, Vec<u32>>,
}

/// An actor with a name like the one looked for.
pub(super) struct Alike {
    pub(super) actor: ActorId,
    pub(super) score: f64,
    pub(super) why: String,
}

impl Names {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut names = Self {
            names: Vec::new(),
            by_part: HashMap::new(),
        };
        for (id, facts) in snapshot.facts::<ActorFacts>() {
            for name in facts.names() {
                names.add(id, name);
            }
        }
        names
    }

    fn add(&mut self, id: ActorId, name: &str) {
        let plain = plain(name);
        if plain.is_empty() {
            return;
        }
        let index = self.names.len() as u32;
        for part in parts(&plain) {
            self.by_part.entry(part).or_default().push(index);
        }
        self.names.push((id, plain));
    }

    /// The actors whose names are most like a name, the likest first.
    pub(super) fn like(&self, name: &str) -> Vec<Alike> {
        let wanted = plain(name);
        let mut seen = HashSet::new();
        let mut best: HashMap<ActorId, (f64, &str)> = HashMap::new();
        let lists = parts(&wanted).into_iter().filter_map(|part| {
            let list = self.by_part.get(&part)?;
            (list.len() <= COMMON).then_some(list)
        });
        for index in lists.flatten().copied() {
            if !seen.insert(index) {
                continue;
            }
            let (actor, known) = &self.names[index as usize];
            let score = score(&wanted, known);
            let entry = best.entry(*actor).or_insert((0.0, ""));
            if score > entry.0 {
                *entry = (score, known);
            }
        }
        let mut found: Vec<_> = best
            .into_iter()
            .filter(|(_, (score, _))| *score >= LEAST)
            .map(|(actor, (score, known))| Alike {
                actor,
                score,
                why: format!("{wanted:?} is like {known:?}"),
            })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.actor.cmp(&b.actor)));
        found.truncate(MOST);
        found
    }
}

/// A name without case, accents, script, punctuation, and the words that say nothing: "Government of
/// the Yemen (North Yemen)" is "yemen".
pub(super) fn plain(name: &str) -> String {
    const EMPTY: [&str; 14] = [
        "the",
        "of",
        "and",
        "al",
        "el",
        "ul",
        "a",
        "de",
        "government",
        "republic",
        "state",
        "kingdom",
        "islamic",
        "regime",
    ];
    let name = match name.find(" (") {
        Some(at) if at > 0 => &name[..at],
        _ => name,
    };
    let latin = deunicode::deunicode(name)
        .to_lowercase()
        .replace(['\'', '`'], "");
    let words: Vec<_> = latin
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let telling: Vec<_> = words
        .iter()
        .copied()
        .filter(|word| !EMPTY.contains(word))
        .collect();
    if telling.is_empty() {
        words.join(" ")
    } else {
        telling.join(" ")
    }
}

/// The consonants of a name, doubles once: what spellings of one name have in common.
fn consonants(plain: &str) -> String {
    let mut out = String::new();
    for c in plain.chars() {
        if matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'w' | ' ') || out.ends_with(c) {
            continue;
        }
        out.push(c);
    }
    out
}

fn parts(plain: &str) -> Vec<String> {
    let mut parts: Vec<String> = plain.split(' ').map(str::to_owned).collect();
    let bones = consonants(plain);
    if bones.len() >= 3 {
        parts.push(format!("-{bones}"));
    }
    parts
}

/// How much alike two plain names are. Exact matches are found before, so what is the same here is not
/// quite the same.
fn score(one: &str, other: &str) -> f64 {
    if one == other {
        return 0.98;
    }
    let letters = strsim::jaro_winkler(one, other);
    let words = |text: &str| {
        let mut words: Vec<_> = text.split(' ').map(str::to_owned).collect();
        words.sort_unstable();
        words.join(" ")
    };
    let ordered = strsim::jaro_winkler(&words(one), &words(other));
    let likeliest = letters.max(ordered).min(0.97);
    // Spellings of one name differ in vowels; a name in Chinese may have the same consonants by chance.
    let bones = consonants(one);
    let spelt = if bones.len() >= 3 && bones == consonants(other) && likeliest > 0.6 {
        0.93
    } else {
        0.0
    };
    // Another word more is another name more often than not: the Iran of "Iran and Iraq".
    let count = |text: &str| text.split(' ').count();
    let likeliest = if count(one) == count(other) {
        likeliest
    } else {
        likeliest - 0.08
    };
    // Numbers tell names apart: the 2nd army is not the 3rd.
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    if digits(one) != digits(other) {
        return 0.0;
    }
    likeliest.max(spelt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_scripts_and_governments_are_near() {
        for (one, other) in [
            ("Hizbullah", "Hezbollah"),
            ("حزب الله", "Hezbollah"),
            ("Government of Iran", "Iran"),
            ("Government of Yemen (North Yemen)", "Yemen"),
            ("Kata'ib Hizballah", "Kataib Hezbollah"),
            ("Türkiye", "Turkiye"),
            ("Islamic Republic of Iran", "Iran, Islamic Republic of"),
        ] {
            let score = score(&plain(one), &plain(other));
            assert!(score >= LEAST, "{one} and {other}: {score}");
        }
    }

    #[test]
    fn others_are_not() {
        for (one, other) in [
            ("Iran", "Iraq"),
            ("PKK", "PUK"),
            ("Bhutan", "Bhutan India"),
            ("Second Army", "Third Army"),
            ("Group 17", "Group 71"),
        ] {
            let score = score(&plain(one), &plain(other));
            assert!(score < LEAST, "{one} and {other}: {score}");
        }
    }

    #[test]
    fn no_name_is_like_everything() {
        assert_eq!(plain("The Government"), "the government");
        assert_eq!(plain("???"), "");
        assert_eq!(plain("(x)"), "x");
    }
}
