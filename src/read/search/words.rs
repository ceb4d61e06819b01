//! What a word is: how names and texts are cut and folded, so that people find what they mean.
//!
//! A word is a run of letters and digits of any script, written in plain Latin letters: accents go,
//! other scripts are transliterated. An apostrophe does not end a word, because names are written with
//! it and without.

use tantivy::tokenizer::{Language, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer};

/// What a word of a text is cut off at, in bytes of its folded form. Nobody asks for longer ones.
const LONGEST: usize = 64;

/// Words that carry no meaning of their own in a question.
const SMALL: [&str; 46] = [
    "a", "about", "an", "and", "are", "as", "at", "be", "been", "by", "can", "did", "do", "does",
    "for", "from", "had", "has", "have", "how", "in", "is", "it", "its", "of", "on", "or", "s",
    "than", "that", "the", "their", "them", "they", "this", "to", "was", "were", "what", "when",
    "where", "which", "who", "whom", "why", "with",
];

/// A word of a text, and where in it it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// In plain lower-case Latin letters.
    pub(super) text: String,
    /// Where it begins, in bytes.
    pub(super) from: usize,
    /// Where it ends.
    pub(super) to: usize,
}

/// Whether a word only holds a question together.
pub(super) fn is_small(word: &str) -> bool {
    SMALL.binary_search(&word).is_ok()
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut open = false;
    for (from, char) in text.char_indices() {
        let to = from + char.len_utf8();
        if is_mark(char) {
            if let Some(word) = found.last_mut().filter(|_| open) {
                word.to = to;
            }
        } else if char.is_alphanumeric() {
            let mut first = true;
            // A sign of some scripts stands for several words.
            let folded = fold(char);
            let parts = folded.split(|part: char| !part.is_ascii_alphanumeric());
            for part in parts.filter(|part| !part.is_empty()) {
                if !open || !first {
                    found.push(Word {
                        text: String::new(),
                        from,
                        to,
                    });
                }
                (open, first) = (true, false);
                if let Some(word) = found.last_mut() {
                    word.to = to;
                    if word.text.len() + part.len() <= LONGEST {
                        word.text.push_str(part);
                    }
                }
            }
            // A sign that stands for a word ends with a space in its folded form.
            open &= !folded.ends_with(' ');
        } else {
            // The s of a possessive stands for itself; nobody asks for it.
            let within = is_apostrophe(char) && goes_on(&text[to..]);
            open &= within && !is_possessive(&text[to..]);
        }
    }
    found
}

/// The whole text as one word: what a name is found by when all of it is given.
pub(super) fn whole(text: &str) -> String {
    let words: Vec<_> = words(text).into_iter().map(|word| word.text).collect();
    words.join(" ")
}

/// What a name sounds like, roughly: its consonants, with those alike that transliterations mix up.
/// None where too little is left to tell names apart.
pub(super) fn sound(folded: &str) -> Option<String> {
    const FEWEST: usize = 3;
    let mut sound = String::new();
    let mut before = ' ';
    let letters: Vec<char> = folded.chars().filter(|c| *c != ' ').collect();
    for (place, letter) in letters.iter().enumerate() {
        let after_consonant = |of: &str| before != ' ' && of.contains(before);
        let class = match letter {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'w' => {
                before = ' ';
                continue;
            }
            // dh, gh, kh, sh, th and the like are written with and without it.
            'h' if place > 0 && after_consonant("dgkst") => continue,
            'c' | 'q' | 'k' | 'x' | 'g' => 'k',
            'z' | 's' => 's',
            'd' | 't' => 't',
            'v' | 'f' => 'f',
            'j' => 'j',
            other => *other,
        };
        if !sound.ends_with(class) {
            sound.push(class);
        }
        before = *letter;
    }
    (sound.len() >= FEWEST).then_some(sound)
}

fn fold(char: char) -> String {
    if char.is_ascii() {
        return char.to_ascii_lowercase().to_string();
    }
    match deunicode::deunicode_char(char) {
        Some(folded) => folded.to_ascii_lowercase(),
        None => String::new(),
    }
}

/// Accents that stand as signs of their own, the points of Hebrew and Arabic, and the sign that only
/// stretches an Arabic word.
fn is_mark(char: char) -> bool {
    matches!(char,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
        | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

fn is_apostrophe(char: char) -> bool {
    matches!(char, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | 'ʿ' | 'ʾ' | '`' | '´')
}

fn goes_on(rest: &str) -> bool {
    rest.chars().next().is_some_and(char::is_alphanumeric)
}

fn is_possessive(rest: &str) -> bool {
    let mut letters = rest.chars();
    matches!(letters.next(), Some('s' | 'S')) && !letters.next().is_some_and(char::is_alphanumeric)
}

/// Cuts text into words for the index.
#[derive(Clone, Default)]
pub(super) struct Cutter(Token);

pub(super) struct Cut<'a> {
    rest: std::vec::IntoIter<Word>,
    token: &'a mut Token,
}

impl Tokenizer for Cutter {
    type TokenStream<'a> = Cut<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Cut<'a> {
        self.0.reset();
        Cut {
            rest: words(text).into_iter(),
            token: &mut self.0,
        }
    }
}

impl TokenStream for Cut<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.rest.next() else {
            return false;
        };
        self.token.position = self.token.position.wrapping_add(1);
        (self.token.offset_from, self.token.offset_to) = (word.from, word.to);
        self.token.text = word.text;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Cuts text into words as they are written.
pub(super) fn plain() -> TextAnalyzer {
    TextAnalyzer::from(Cutter::default())
}

/// Cuts text into the stems of its words, by the rules of English.
pub(super) fn stems() -> TextAnalyzer {
    TextAnalyzer::builder(Cutter::default())
        .filter(Stemmer::new(Language::English))
        .build()
}

/// The words that an analyser makes of a text.
pub(super) fn analyse(analyser: &mut TextAnalyzer, text: &str) -> Vec<Word> {
    let mut stream = analyser.token_stream(text);
    let mut found = Vec::new();
    while stream.advance() {
        let token = stream.token();
        found.push(Word {
            text: token.text.clone(),
            from: token.offset_from,
            to: token.offset_to,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn accents_and_scripts_are_written_in_plain_letters() {
        assert_eq!(
            texts("Île-de-France, Dvořák"),
            ["ile", "de", "france", "dvorak"]
        );
        assert_eq!(texts("e\u{301}te\u{301}"), ["ete"]);
        assert_eq!(texts("حِزْبُ"), texts("حزب"));
        assert_eq!(texts("北京").len(), 2);
        assert_eq!(texts("Россия"), ["rossiia"]);
    }

    #[test]
    fn an_apostrophe_neither_ends_a_word_nor_counts() {
        assert_eq!(texts("Kata'ib"), ["kataib"]);
        assert_eq!(texts("Kata’ib Hezbollah’s"), ["kataib", "hezbollah", "s"]);
        assert_eq!(texts("'quoted'"), ["quoted"]);
    }

    #[test]
    fn words_know_where_they_stand() {
        let text = "«Ħal» and Żabbar";
        let marked: Vec<_> = words(text).iter().map(|w| &text[w.from..w.to]).collect();
        assert_eq!(marked, ["Ħal", "and", "Żabbar"]);
    }

    #[test]
    fn transliterations_of_a_name_sound_alike() {
        let sound_of = |text: &str| sound(&whole(text));
        assert_eq!(sound_of("Hezbollah"), sound_of("Hizbullah"));
        assert_eq!(sound_of("Hezbollah"), sound_of("حزب الله"));
        assert_eq!(sound_of("Qaddafi"), sound_of("Gadhafi"));
        assert_eq!(sound_of("Ansar Allah"), sound_of("Ansarullah"));
        assert_ne!(sound_of("Hezbollah"), sound_of("Hamas"));
        assert_eq!(sound_of("Iran"), None);
    }

    #[test]
    fn small_words_are_in_order() {
        assert!(SMALL.is_sorted());
        assert!(is_small("what") && !is_small("iran"));
    }
}
