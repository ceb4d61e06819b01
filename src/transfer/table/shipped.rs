//! The mappings that come with the program.

/// Their names and texts.
pub const SHIPPED: [(&str, &str); 4] = [
    ("ucdp-esd", include_str!("../../../mappings/ucdp-esd.toml")),
    (
        "manytreaties",
        include_str!("../../../mappings/manytreaties.toml"),
    ),
    (
        "country-codes",
        include_str!("../../../mappings/country-codes.toml"),
    ),
    (
        "gdelt-events",
        include_str!("../../../mappings/gdelt-events.toml"),
    ),
];

/// The text of the mapping with a name.
pub fn shipped(name: &str) -> Option<&'static str> {
    let found = SHIPPED.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text)
}
