//! `baoku mcp`

use std::path::Path;

use super::{Failure, Outcome};
use crate::mcp;
use crate::search::Archive;

pub(super) fn run(root: &Path) -> Result<Outcome, Failure> {
    super::serve::small_pages();
    let archive = Archive::open(root)?;
    mcp::serve(archive).map_err(|e| Failure::new("mcp", e.to_string()))?;
    Ok(Outcome::Done)
}
