//! Reads lines with boxes out of the JSON of text recognition tools.
//!
//! Their forms differ in small things: a list of lines or parallel lists, four corners or two, a
//! box of numbers or of members.

use serde_json::Value;

use super::LineBox;

/// Lines that the tool itself takes for a guess are left out; scraps of pictures earlier than text.
const SCORE_MIN: f64 = 0.3;
/// The same for a line of at most [`SCRAP_CHARS_MAX`] characters.
const SCRAP_SCORE_MIN: f64 = 0.85;
const SCRAP_CHARS_MAX: usize = 4;

/// The lines of one page; none where the value holds no boxes.
pub(in crate::ingest) fn read_json(value: &Value) -> Option<Vec<LineBox>> {
    if let Some(inner) = value.get("res").or_else(|| value.get("result")) {
        return read_json(inner);
    }
    if let Some(lines) = parallel(value) {
        return Some(lines);
    }
    let list = match value {
        Value::Array(list) => list,
        Value::Object(members) => ["lines", "words_result", "blocks", "items", "data"]
            .iter()
            .find_map(|m| members.get(*m)?.as_array())?,
        _ => return None,
    };
    // A list of pages that holds one page.
    if let [Value::Array(inner)] = list.as_slice()
        && inner.first().is_some_and(|l| l.as_array().is_some_and(|l| l.len() == 2))
    {
        return read_json(&list[0]);
    }
    let lines: Vec<LineBox> = list.iter().filter_map(line).collect();
    (!lines.is_empty() || list.is_empty()).then_some(lines)
}

/// `{"rec_texts": […], "rec_polys": […], "rec_scores": […]}`
fn parallel(value: &Value) -> Option<Vec<LineBox>> {
    let list = |names: &[&str]| names.iter().find_map(|n| value.get(*n)?.as_array());
    let texts = list(&["rec_texts", "rec_text", "texts"])?;
    let boxes = list(&["rec_polys", "rec_boxes", "dt_polys", "boxes"])?;
    let scores = list(&["rec_scores", "rec_score", "scores"]);
    let line = |(i, (text, corners)): (usize, (&Value, &Value))| {
        let score = scores.and_then(|s| s.get(i)?.as_f64()).unwrap_or(1.0);
        made(text.as_str()?, corners, score)
    };
    Some(texts.iter().zip(boxes).enumerate().filter_map(line).collect())
}

fn line(value: &Value) -> Option<LineBox> {
    if let Some([corners, said]) = value.as_array().map(Vec::as_slice) {
        // [[corners], [text, score]] or [[corners], text]
        let text = said.as_str().or_else(|| said.get(0)?.as_str())?;
        return made(text, corners, said.get(1).and_then(Value::as_f64).unwrap_or(1.0));
    }
    let member = |names: &[&str]| names.iter().find_map(|n| value.get(*n));
    let text = member(&["text", "words", "content", "transcription"])?.as_str()?;
    let corners = member(&["box", "bbox", "points", "polygon", "location", "position", "text_region"])?;
    let score = member(&["score", "confidence", "prob"]).and_then(Value::as_f64).unwrap_or(1.0);
    made(text, corners, score)
}

fn made(text: &str, corners: &Value, score: f64) -> Option<LineBox> {
    let text = text.trim();
    let scrap = text.chars().count() <= SCRAP_CHARS_MAX && score < SCRAP_SCORE_MIN;
    if text.is_empty() || score < SCORE_MIN || scrap {
        return None;
    }
    let (left, top, right, bottom) = rectangle(corners)?;
    let line = LineBox { text: text.to_owned(), left, top, right, bottom };
    line.has_extent().then_some(line)
}

/// The rectangle around corners `[[x, y], …]`, `[x, y, x, y]`, `{x, y, width, height}`.
fn rectangle(corners: &Value) -> Option<(f64, f64, f64, f64)> {
    let around = |points: Vec<(f64, f64)>| {
        let mut points = points.into_iter();
        let (x, y) = points.next()?;
        Some(points.fold((x, y, x, y), |(l, t, r, b), (x, y)| (l.min(x), t.min(y), r.max(x), b.max(y))))
    };
    match corners {
        Value::Array(list) if list.iter().all(Value::is_array) => around(
            list.iter().map(|p| Some((p.get(0)?.as_f64()?, p.get(1)?.as_f64()?))).collect::<Option<_>>()?,
        ),
        Value::Array(list) if list.iter().all(Value::is_object) => {
            let point = |p: &Value| Some((p.get("x")?.as_f64()?, p.get("y")?.as_f64()?));
            around(list.iter().map(point).collect::<Option<_>>()?)
        }
        Value::Array(list) => {
            let numbers: Vec<f64> = list.iter().map(Value::as_f64).collect::<Option<_>>()?;
            numbers
                .len()
                .is_multiple_of(2)
                .then(|| around(numbers.chunks(2).map(|p| (p[0], p[1])).collect()))?
        }
        Value::Object(_) => {
            let number = |names: &[&str]| names.iter().find_map(|n| corners.get(*n)?.as_f64());
            let (x, y) = (number(&["x", "left", "x0", "xmin"])?, number(&["y", "top", "y0", "ymin"])?);
            let right = number(&["right", "x1", "xmax"]).or_else(|| Some(x + number(&["width", "w"])?))?;
            let bottom = number(&["bottom", "y1", "ymax"]).or_else(|| Some(y + number(&["height", "h"])?))?;
            Some((x, y, right, bottom))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, [f64; 4])> {
        read_json(&serde_json::from_str(text).unwrap())
            .unwrap_or_default()
            .into_iter()
            .map(|l| (l.text, [l.left, l.top, l.right, l.bottom]))
            .collect()
    }

    #[test]
    fn boxes_are_read_in_the_forms_that_tools_write() {
        let want = vec![("渠".to_owned(), [1.0, 2.0, 11.0, 12.0])];
        for text in [
            r#"{"width":20,"height":20,"lines":[{"box":[[1,2],[11,2],[11,12],[1,12]],"text":"渠","score":0.9}]}"#,
            r#"[{"bbox":[1,2,11,12],"text":"渠"}]"#,
            r#"[[[[1,2],[11,2],[11,12],[1,12]],["渠",0.98]]]"#,
            r#"[[[[[1,2],[11,2],[11,12],[1,12]],["渠",0.98]],[[[1,2],[1,2],[1,2],[1,2]],["点",0.9]]]]"#,
            r#"{"words_result":[{"words":"渠","location":{"left":1,"top":2,"width":10,"height":10}}]}"#,
            r#"{"res":{"rec_texts":["渠"],"rec_polys":[[[1,2],[11,2],[11,12],[1,12]]],"rec_scores":[0.9]}}"#,
            r#"{"lines":[{"polygon":[{"x":1,"y":2},{"x":11,"y":12}],"content":"渠"}]}"#,
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }

    #[test]
    fn guesses_and_boxes_without_extent_are_left_out() {
        assert!(read(r#"{"lines":[{"box":[1,2,11,12],"text":"渠","score":0.1}]}"#).is_empty());
        assert!(read(r#"{"lines":[{"box":[1,2,1,2],"text":"渠"}]}"#).is_empty());
        assert!(read(r#"{"lines":[{"box":[1,2,3],"text":"渠"}, {"text":"渠"}, 7]}"#).is_empty());
    }
}
