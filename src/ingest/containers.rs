//! Lists what a zip or tar file holds, as stretches of its bytes.

use crate::diag::{Problem, ProblemKind};

use super::Limits;
use super::source::SourceFile;

/// A temporary file that a container was unpacked to.
#[derive(Debug)]
pub(super) struct Spill;

/// What was found in a container.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) members: Vec<SourceFile>,
    pub(super) skipped: Vec<(String, &'static str)>,
    pub(super) problems: Vec<(String, Problem)>,
}

/// Lists the members of a container.
pub(super) type List = fn(&SourceFile, &Limits) -> Result<Listing, Problem>;

pub(super) fn zip_members(_: &SourceFile, _: &Limits) -> Result<Listing, Problem> {
    Err(Problem::new(ProblemKind::BadFormat, "containers are not read yet"))
}

pub(super) fn tar_members(_: &SourceFile, _: &Limits) -> Result<Listing, Problem> {
    Err(Problem::new(ProblemKind::BadFormat, "containers are not read yet"))
}
