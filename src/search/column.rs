//! Texts of a column by their numbers.

use tantivy::columnar::StrColumn;

/// The texts of some numbers of a column, in the order of the numbers, each once.
///
/// The dictionary is read in one go: asked one by one, each text would cost unpacking a block of it.
pub(super) fn texts(column: &StrColumn, mut numbers: Vec<u64>) -> tantivy::Result<Vec<(u64, String)>> {
    numbers.sort_unstable();
    numbers.dedup();
    let mut texts = Vec::with_capacity(numbers.len());
    let mut next = numbers.iter();
    column.dictionary().sorted_ords_to_term_cb(&numbers, |text| {
        if let (Some(number), Ok(text)) = (next.next(), std::str::from_utf8(text)) {
            texts.push((*number, text.to_owned()));
        }
    })?;
    if texts.len() < numbers.len() {
        let lacking = numbers.len() - texts.len();
        let what = format!("{lacking} values of a column are not in its dictionary");
        return Err(tantivy::TantivyError::InternalError(what));
    }
    Ok(texts)
}
