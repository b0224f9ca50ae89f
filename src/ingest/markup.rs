//! Splits HTML or XML into tags, text and comments, forgiving whatever is wrong with them.
//!
//! No tree is built and no rule is checked: e-paper pages of twenty years are read, few of which
//! are valid. Time and memory are linear in the input whatever it holds.

use std::borrow::Cow;

/// A piece of markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `<name attributes>`; the name in lower case, without a namespace prefix.
    Open { name: String, attributes: &'a str, empty: bool },
    /// `</name>`.
    Close { name: String },
    /// Text as it stands, entities and all.
    Text(&'a str),
    /// What stands between `<!--` and `-->`.
    Comment(&'a str),
}

/// The pieces of a text, in order.
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// Element whose content is no markup and is passed over: `script`, `style`.
    opaque: Option<&'static str>,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text, opaque: None }
    }

    fn cut(&mut self, at: usize) -> &'a str {
        let (head, rest) = self.rest.split_at(at);
        self.rest = rest;
        head
    }

    /// Skips the content of a script up to its end tag.
    fn skip_opaque(&mut self, name: &str) {
        let bytes = self.rest.as_bytes();
        let ends = |at: usize| {
            let found = bytes.get(at + 2..at + 2 + name.len());
            bytes.get(at + 1) == Some(&b'/') && found.is_some_and(|b| b.eq_ignore_ascii_case(name.as_bytes()))
        };
        let end = (0..bytes.len()).find(|at| bytes[*at] == b'<' && ends(*at)).unwrap_or(bytes.len());
        self.cut(end);
    }

    fn tag(&mut self) -> Option<Token<'a>> {
        let end = tag_end(self.rest);
        let inner = self.cut(end);
        let inner = inner.strip_prefix('<').unwrap_or(inner);
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        if let Some(name) = inner.strip_prefix('/') {
            return Some(Token::Close { name: local_name(name.trim()) });
        }
        let empty = inner.ends_with('/');
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let split = inner.find(|c: char| c.is_whitespace()).unwrap_or(inner.len());
        let name = local_name(&inner[..split]);
        self.opaque = ["script", "style"].into_iter().find(|opaque| *opaque == name && !empty);
        Some(Token::Open { name, attributes: &inner[split..], empty })
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.opaque.take() {
            self.skip_opaque(name);
        }
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if let Some(comment) = self.rest.strip_prefix("<!--") {
                let end = comment.find("-->");
                let inner = &comment[..end.unwrap_or(comment.len())];
                self.rest = end.map_or("", |end| &comment[end + 3..]);
                return Some(Token::Comment(inner));
            }
            if let Some(data) = self.rest.strip_prefix("<![CDATA[") {
                let end = data.find("]]>");
                let inner = &data[..end.unwrap_or(data.len())];
                self.rest = end.map_or("", |end| &data[end + 3..]);
                return Some(Token::Text(inner));
            }
            if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
                let end = self.rest.find('>').map_or(self.rest.len(), |end| end + 1);
                self.cut(end);
                continue;
            }
            if starts_tag(self.rest) {
                return self.tag();
            }
            // a lone < is text
            let from = usize::from(self.rest.starts_with('<'));
            let end = self.rest[from..].find('<').map_or(self.rest.len(), |end| end + from);
            return Some(Token::Text(self.cut(end)));
        }
    }
}

fn starts_tag(text: &str) -> bool {
    let mut bytes = text.bytes().skip(1);
    text.starts_with('<')
        && match bytes.next() {
            Some(b'/') => bytes.next().is_some_and(|b| b.is_ascii_alphabetic()),
            Some(b) => b.is_ascii_alphabetic(),
            None => false,
        }
}

/// Where a tag ends: at the first `>` outside quotation marks, or at the next `<` if they never close.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'<') => return at,
            (None, b'"' | b'\'') if text.as_bytes()[at - 1] == b'=' => quote = Some((byte, at)),
            (Some((open, _)), _) if open == byte => quote = None,
            // no attribute is that long: the mark was never closed
            (Some((_, start)), _) if at - start > 4096 => break,
            _ => {}
        }
    }
    text.find('>').map_or(text.len(), |at| at + 1)
}

fn local_name(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase()
}

/// The value of an attribute, entities resolved; names are compared without case and prefix.
pub(super) fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let key_end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = &rest[..key_end];
        rest = rest[key_end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (from, end) = match quote {
                Some(quote) => (1, after[1..].find(quote).map_or(after.len(), |at| at + 1)),
                None => (0, after.find(char::is_whitespace).unwrap_or(after.len())),
            };
            value = &after[from..end];
            rest = after.get(end + from..).unwrap_or("");
        } else if key.is_empty() {
            return None;
        }
        if key.rsplit(':').next().is_some_and(|k| k.eq_ignore_ascii_case(name)) {
            return Some(unescape(value).into_owned());
        }
    }
}

/// A text with its entities resolved; unknown ones stay.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|b| b == b';');
        match end.and_then(|end| entity(&rest[1..end]).map(|c| (c, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| *c != '\0');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "ensp" => '\u{2002}',
        "emsp" => '\u{2003}',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "middot" => '·',
        "bull" => '•',
        "times" => '×',
        "deg" => '°',
        "permil" => '‰',
        "yen" => '¥',
        "copy" => '©',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_falls_into_tags_text_and_comments() {
        let text = "<!DOCTYPE html><P class=a>甲<br/>乙 < 丙</p><!-- x --><script>if (a<b) '</p>'</script><x:s a='>'>";
        let told: Vec<String> = Tokens::new(text)
            .map(|token| match token {
                Token::Open { name, empty, .. } => format!("<{name}{}>", if empty { "/" } else { "" }),
                Token::Close { name } => format!("</{name}>"),
                Token::Text(text) => text.to_owned(),
                Token::Comment(text) => format!("#{text}#"),
            })
            .collect();
        assert_eq!(told.join("|"), "<p>|甲|<br/>|乙 |< 丙|</p>|# x #|<script>|</script>|<s>");
    }

    #[test]
    fn attributes_are_found_in_any_form() {
        let attributes = " CONTENT=\"a &amp; b\" x = 'y' xlink:href=z checked";
        assert_eq!(attribute(attributes, "content").as_deref(), Some("a & b"));
        assert_eq!(attribute(attributes, "x").as_deref(), Some("y"));
        assert_eq!(attribute(attributes, "href").as_deref(), Some("z"));
        assert_eq!(attribute(attributes, "checked").as_deref(), Some(""));
        assert_eq!(attribute(attributes, "no"), None);
    }

    #[test]
    fn entities_are_resolved_and_unknown_ones_stay() {
        assert_eq!(unescape("&ldquo;甲&#x4E59;&#20002;&rdquo; &nope; & &#0;"), "“甲乙丢” &nope; & &#0;");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_split_without_a_panic(text in "[<>/!\\-a-z =\"'&;#x0-9甲\\[\\]]{0,80}") {
            for token in Tokens::new(&text) {
                if let Token::Open { attributes, .. } = token {
                    let _ = attribute(attributes, "a");
                }
            }
            let _ = unescape(&text);
        }
    }
}
