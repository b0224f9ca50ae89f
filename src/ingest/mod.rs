//! Finds source files and decodes each into pages or ready articles; the only reader of sources.
