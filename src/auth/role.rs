//! What somebody may do.

crate::model::vocabulary::vocabulary! {
    /// What somebody may do. Each role may do what those before it may.
    Role {
        /// Reads the record.
        Reader = "READER",
        /// Proposes changes, which become part of the record when an editor approves them.
        Contributor = "CONTRIBUTOR",
        /// Changes the record, and decides on proposals.
        Editor = "EDITOR",
        /// Gives out tokens, takes text out of the record for good, saves and restores it.
        Admin = "ADMIN",
    }
}
