//! The people of a workspace, and inviting more of them.
