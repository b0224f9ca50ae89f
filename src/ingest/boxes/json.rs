//! Reads lines with boxes out of the JSON of text recognition tools.
//!
//! Their forms differ in small things: a list of lines or parallel lists, four corners or two, a
//! box of numbers or of members.

use serde_json::Value;

use super::LineBox;

/// Members under which tools list the lines of a page.
const LISTS: [&str; 8] =
    ["lines", "words_result", "blocks", "items", "data", "prism_wordsInfo", "TextDetections", "ocr_response"];

/// Lines that the tool itself takes for a guess are left out; scraps of pictures earlier than text.
const SCORE_MIN: f64 = 0.3;
/// The same for a line of at most [`SCRAP_CHARS_MAX`] characters.
const SCRAP_SCORE_MIN: f64 = 0.85;
const SCRAP_CHARS_MAX: usize = 4;

/// The lines of every page in a text of one JSON value or more; none where it holds no boxes.
pub(in crate::ingest) fn read_json(text: &str) -> Result<Option<Vec<Vec<LineBox>>>, serde_json::Error> {
    let mut pages: Option<Vec<Vec<LineBox>>> = None;
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        if let Some(more) = pages_of(&value?) {
            pages.get_or_insert_with(Vec::new).extend(more);
        }
    }
    Ok(pages)
}

/// The pages of a value: one, or a list of them.
fn pages_of(value: &Value) -> Option<Vec<Vec<LineBox>>> {
    if let Some(page) = page_of(value) {
        return Some(vec![page]);
    }
    let list = match value {
        Value::Array(list) => list,
        Value::Object(members) => {
            let inner = |name: &str| members.get(name);
            if let Some(inner) = ["analyzeResult", "Response", "result"].into_iter().find_map(inner) {
                return pages_of(inner);
            }
            ["pages", "readResults", "results", "images"].iter().find_map(|m| members.get(*m)?.as_array())?
        }
        _ => return None,
    };
    let pages: Vec<Vec<LineBox>> = list.iter().map(page_of).collect::<Option<_>>()?;
    (!pages.is_empty()).then_some(pages)
}

/// The lines of one page.
fn page_of(value: &Value) -> Option<Vec<LineBox>> {
    if let Some(inner) = value.get("res").or_else(|| value.get("result")) {
        return page_of(inner);
    }
    if let Some(lines) = parallel(value) {
        return Some(lines);
    }
    let list = match value {
        Value::Array(list) => list,
        Value::Object(members) => LISTS.iter().find_map(|m| members.get(*m)?.as_array())?,
        _ => return None,
    };
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
    if let Some([corners, said, rest @ ..]) = value.as_array().map(Vec::as_slice) {
        // [[corners], [text, score]], [[corners], text] or [[corners], text, score]
        let text = said.as_str().or_else(|| said.get(0)?.as_str())?;
        let score = said.get(1).or(rest.first()).and_then(number).unwrap_or(1.0);
        return made(text, corners, score);
    }
    let member = |names: &[&str]| names.iter().find_map(|n| value.get(*n));
    let text = member(&["text", "words", "word", "content", "transcription", "DetectedText"])?.as_str()?;
    let corners = member(&[
        "box",
        "bbox",
        "points",
        "polygon",
        "Polygon",
        "boundingBox",
        "location",
        "position",
        "pos",
        "text_region",
    ]);
    // Some tools count to a hundred.
    let score = member(&["score", "confidence", "prob"]).and_then(number).unwrap_or(1.0);
    let score = if score > 1.0 { score / 100.0 } else { score };
    // The corners may be members of the line itself.
    let corners = corners.unwrap_or(value);
    made(text, corners, score)
}

/// A number, or one written as text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
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
            let at = |p: &Value, names: [&str; 2]| names.iter().find_map(|n| number(p.get(*n)?));
            let point = |p: &Value| Some((at(p, ["x", "X"])?, at(p, ["y", "Y"])?));
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
        read_json(text)
            .unwrap()
            .unwrap_or_default()
            .into_iter()
            .flatten()
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
            r#"[[[[1,2],[11,2],[11,12],[1,12]],"渠","0.98"]]"#,
            r#"{"prism_wordsInfo":[{"word":"渠","prob":99,"pos":[{"x":1,"y":2},{"x":11,"y":12}]}]}"#,
            r#"{"Response":{"TextDetections":[{"DetectedText":"渠","Polygon":[{"X":1,"Y":2},{"X":11,"Y":12}]}]}}"#,
            r#"{"analyzeResult":{"readResults":[{"lines":[{"boundingBox":[1,2,11,2,11,12,1,12],"text":"渠"}]}]}}"#,
            r#"{"ocr_response":[{"left":1,"top":2,"right":11,"bottom":12,"text":"渠"}]}"#,
            r#"{"pages":[{"lines":[]},{"lines":[{"box":[1,2,11,12],"text":"渠"}]}]}"#,
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }

    #[test]
    fn pages_are_kept_apart() {
        let page = r#"{"lines":[{"box":[1,2,11,12],"text":"渠"}]}"#;
        for text in [
            format!("[{page},{page}]"),
            format!("{page}\n{page}\n"),
            format!("{{\"pages\":[{page},{page}]}}"),
        ] {
            let pages = read_json(&text).unwrap().unwrap();
            assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1], "{text}");
        }
        assert_eq!(read_json(r#"{"title":"渠"}"#).unwrap(), None);
    }

    #[test]
    fn guesses_and_boxes_without_extent_are_left_out() {
        assert!(read(r#"{"lines":[{"box":[1,2,11,12],"text":"渠","score":0.1}]}"#).is_empty());
        assert!(read(r#"{"lines":[{"box":[1,2,1,2],"text":"渠"}]}"#).is_empty());
        assert!(read(r#"{"lines":[{"box":[1,2,3],"text":"渠"}, {"text":"渠"}, 7]}"#).is_empty());
    }
}
