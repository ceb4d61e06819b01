//! Characters that have no place in a text: those that do something, and those that make the text look
//! like another.

/// Whether a character has no place in a text. A name, a title or a label stands on one line among other
/// text, so nothing in it may turn what comes behind it round.
pub fn is_unwelcome(character: char, one_line: bool) -> bool {
    match character {
        // Embeddings and overrides of the direction, which go on to the end of the line.
        '\u{202a}'..='\u{202e}' => true,
        // Ends of lines, isolates, and what was once a mark of byte order.
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
            one_line
        }
        other => other.is_control(),
    }
}

/// The first character that has no place in a text.
pub(super) fn unwelcome(text: &str, one_line: bool) -> Option<char> {
    // Most texts are of nothing but these, and they are looked at many at a time.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return None;
    }
    let mut characters = text.chars();
    characters.find(|&character| is_unwelcome(character, one_line))
}
