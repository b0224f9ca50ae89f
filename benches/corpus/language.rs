//! The language of the generated paper: which word follows which, which words there are beyond those
//! of the copy, and how people are called.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use baoku::text::segment::Segmenter;
use serde_json::Value;

use super::draw::Draw;

/// Words beyond those of the copy: the nth is used about 1/n as often as the first, so that a larger
/// paper has more words and more pairs of characters, as real ones have.
const WORDS: usize = 1 << 16;
/// A word of the copy that stands there no more often is a place where any other may stand.
const OPEN_TIMES_MAX: usize = 12;
/// Of a hundred such places those that get another word.
const OPEN_PERCENT: usize = 48;
/// Characters of given names.
const GIVEN: usize = 600;
/// The commonest characters, which are particles and numbers, are in no name.
const GIVEN_SKIPPED: usize = 200;
/// People who are neither officials nor reporters, by how often they are named.
const OTHERS: usize = 1 << 18;
/// Characters in front of a name that settle who holds the post.
const POST_CHARS_MAX: usize = 8;
/// A sentence ends here at the latest, in words.
const SENTENCE_WORDS_MAX: usize = 60;

/// Stands before the first word of a sentence.
const START: u32 = 0;

/// What is learned from the copy.
pub struct Language {
    seed: u64,
    words: Vec<String>,
    open: Vec<bool>,
    /// Which words are names of people in the copy.
    named: Vec<bool>,
    /// Which words end a post.
    ends_post: Vec<bool>,
    follows: Vec<Vec<u32>>,
    /// Characters by how often they stand in the copy, then the rest of the common ones.
    characters: Vec<char>,
    /// Those that invented words consist of.
    invented: Vec<char>,
    surnames: Vec<char>,
    given: Vec<char>,
    /// Posts of officials, as printed.
    pub posts: Vec<String>,
}

impl Language {
    pub fn learned(seed: u64) -> Self {
        let mut sentences: Vec<String> = Vec::new();
        let [mut names, mut posts, mut titles] = [Vec::new(), Vec::new(), Vec::new()];
        let add = |to: &mut Vec<String>, text: &str| {
            if !text.is_empty() && !to.iter().any(|known| known == text) {
                to.push(text.to_owned());
            }
        };
        for story in copy() {
            for paragraph in story["paragraphs"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                sentences.extend(paragraph.split_inclusive('。').map(str::to_owned));
            }
            for person in story["people"].as_array().into_iter().flatten() {
                add(&mut names, person["name"].as_str().unwrap_or(""));
                for post in person["posts"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    add(&mut titles, post);
                    if person["kind"] == "official" {
                        add(&mut posts, post);
                    }
                }
            }
        }
        // What most people are called: a surname of one character, a given name of one or two.
        let usual: Vec<&str> =
            names.iter().map(String::as_str).filter(|name| name.chars().count() <= 3).collect();
        let mut language = Self {
            seed,
            words: vec![String::new()],
            open: Vec::new(),
            named: Vec::new(),
            ends_post: Vec::new(),
            follows: Vec::new(),
            characters: characters(&sentences),
            invented: Vec::new(),
            surnames: first_seen(usual.iter().filter_map(|n| n.chars().next())),
            given: first_seen(usual.iter().flat_map(|n| n.chars().skip(1))),
            posts,
        };
        // Few people share a name: about as many characters as real given names use.
        let more = language.characters.iter().skip(GIVEN_SKIPPED).copied();
        language.given =
            first_seen(language.given.iter().copied().chain(more)).into_iter().take(GIVEN).collect();
        // Names hardly ever stand in a text by chance.
        let characters = language.characters.iter().copied();
        language.invented = characters.filter(|c| !language.given.contains(c)).collect();
        language.chain(&sentences, &names, &titles);
        language
    }

    /// Learns which word follows which. Names are words by themselves: where the copy names somebody, the
    /// paper does, else any word could stand behind a post and would be taken for a name.
    fn chain(&mut self, sentences: &[String], names: &[String], titles: &[String]) {
        let segmenter = Segmenter::taught(names.iter().map(String::as_str));
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut times = vec![0usize];
        self.follows.push(Vec::new());
        for sentence in sentences {
            let mut last = START;
            for word in segmenter.words(sentence) {
                let next = self.words.len() as u32;
                let number = *numbers.entry(word.to_owned()).or_insert(next);
                if number == next {
                    self.words.push(word.to_owned());
                    self.follows.push(Vec::new());
                    times.push(0);
                }
                times[number as usize] += 1;
                self.follows[last as usize].push(number);
                last = number;
            }
        }
        let han = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
        let open = |(word, times): (&String, &usize)| {
            *times <= OPEN_TIMES_MAX && word.chars().count() >= 2 && word.chars().all(han)
        };
        self.open = self.words.iter().zip(&times).map(open).collect();
        self.named = self.words.iter().map(|word| names.contains(word)).collect();
        let ends = |word: &String| {
            word.chars().count() > 1 && titles.iter().any(|title| title.ends_with(word.as_str()))
        };
        self.ends_post = self.words.iter().map(ends).collect();
    }

    /// The word of a rank beyond the copy's: two to four characters, common ones more often.
    fn push_word(&self, rank: usize, out: &mut String) {
        let mut draw = Draw::of_place(self.seed, rank as u64);
        let chars = [2, 2, 2, 2, 2, 2, 2, 3, 3, 4][draw.below(10)];
        for _ in 0..chars {
            // Two draws, the smaller: common characters are in more words than rare ones.
            let n = self.invented.len();
            out.push(self.invented[draw.below(n).min(draw.below(n))]);
        }
    }

    /// Adds a sentence of a time to a text.
    pub fn push_sentence(&self, draw: &mut Draw, time: usize, out: &mut String) {
        let mut at = START;
        let mut next = self.follow(draw, at);
        // The words before, by which it is settled who is named: one post is one person's at a time.
        let mut before = [START; 3];
        for _ in 0..SENTENCE_WORDS_MAX {
            if next == START {
                break;
            }
            before = [at, before[0], before[1]];
            at = next;
            next = self.follow(draw, at);
            let word = self.words[at as usize].as_str();
            if self.named[at as usize] {
                let name = if self.ends_post[before[0] as usize] {
                    self.holder(run(out), time)
                } else {
                    let place = before.iter().fold(time as u64, |place, word| place << 20 ^ u64::from(*word));
                    self.name(Draw::of_place(self.seed, place).next())
                };
                out.push_str(&name);
            } else if self.open[at as usize]
                && !self.among_people(&before, next)
                && draw.below(100) < OPEN_PERCENT
            {
                let rank = draw.rank(WORDS);
                self.push_word(rank, out);
            } else if word.len() >= 2 && word.bytes().all(|b| b.is_ascii_digit()) {
                out.push(char::from(b'1' + draw.below(9) as u8));
                (1..word.len()).for_each(|_| out.push(char::from(b'0' + draw.below(10) as u8)));
            } else {
                out.push_str(word);
                if word == "。" {
                    return;
                }
            }
        }
        out.push('。');
    }

    /// The word after another, by how often it follows; [`START`] where none does.
    fn follow(&self, draw: &mut Draw, at: u32) -> u32 {
        let next = &self.follows[at as usize];
        if next.is_empty() { START } else { *draw.of(next) }
    }

    /// Whether a word stands where people are named: beside a post, or behind somebody. Any word there
    /// would be taken for a name.
    fn among_people(&self, before: &[u32; 3], next: u32) -> bool {
        let behind = |word: u32| self.named[word as usize] || self.ends_post[word as usize];
        before.iter().any(|word| behind(*word)) || self.named[next as usize] || self.ends_post[next as usize]
    }

    /// The name of who holds a post at a time: one person, whose name gets no other's posts.
    pub fn holder(&self, post: &str, time: usize) -> String {
        let text = post.char_indices().rev().nth(POST_CHARS_MAX - 1).map_or(post, |(at, _)| &post[at..]);
        let place =
            text.bytes().fold(time as u64, |place, byte| Draw::of_place(place, u64::from(byte)).next());
        self.name(Draw::of_place(self.seed, place).next())
    }

    /// A line without a full stop or a mark that belongs to a pair.
    pub fn heading(&self, draw: &mut Draw, time: usize) -> String {
        let mut sentence = String::new();
        self.push_sentence(draw, time, &mut sentence);
        let chars = 8 + draw.below(13);
        let solid: String = sentence.chars().filter(|c| c.is_alphanumeric()).take(chars).collect();
        if solid.is_empty() { "简讯".to_owned() } else { solid }
    }

    /// The name of somebody who is neither an official nor a reporter, by how often each is named.
    pub fn anybody(&self, draw: &mut Draw) -> String {
        self.name(u64::MAX - draw.rank(OTHERS) as u64)
    }

    /// The name of the person of that number; few people share one.
    pub fn name(&self, person: u64) -> String {
        let mut draw = Draw::of_place(self.seed ^ 0x6E61_6D65, person);
        let mut name = String::new();
        name.push(self.surnames[draw.rank(self.surnames.len())]);
        for _ in 0..if draw.below(5) == 0 { 1 } else { 2 } {
            name.push(*draw.of(&self.given));
        }
        name
    }
}

/// The stories of the fixtures' clean copy, always in the same order.
fn copy() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/copy");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the copy is part of the tree")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
        .collect();
    files.sort();
    let text = |file: &PathBuf| fs::read_to_string(file).expect("a readable file");
    files
        .iter()
        .flat_map(|file| {
            let lines = text(file);
            lines.lines().map(|line| serde_json::from_str(line).expect("JSON Lines")).collect::<Vec<Value>>()
        })
        .collect()
}

/// What stands at the end of a text without a mark between: the post, where a name comes next.
fn run(text: &str) -> &str {
    let end = text.char_indices().rev().take_while(|(_, c)| c.is_alphanumeric()).last();
    end.map_or("", |(at, _)| &text[at..])
}

/// Characters of the copy, the most frequent first, and behind them the other 3,755 common ones.
fn characters(sentences: &[String]) -> Vec<char> {
    let mut times: BTreeMap<char, usize> = BTreeMap::new();
    let han = |c: &char| ('\u{4E00}'..='\u{9FFF}').contains(c);
    for c in sentences.iter().flat_map(|s| s.chars()).filter(han) {
        *times.entry(c).or_default() += 1;
    }
    let mut found: Vec<char> = times.keys().copied().collect();
    found.sort_by_key(|c| std::cmp::Reverse(times[c]));
    // The first level of GB 2312: rows 16 to 55, ordered by sound there, so spread out here.
    let mut common: Vec<char> = Vec::new();
    for row in 0xB0..=0xD7u8 {
        for cell in 0xA1..=0xFEu8 {
            let bytes = [row, cell];
            let (text, _, bad) = encoding_rs::GBK.decode(&bytes);
            common.extend(text.chars().filter(|_| !bad).filter(han));
        }
    }
    let n = common.len();
    found.extend((0..n).map(|i| common[i * 1009 % n]).filter(|c| !times.contains_key(c)));
    found
}

fn first_seen(chars: impl Iterator<Item = char>) -> Vec<char> {
    let mut out = Vec::new();
    for c in chars {
        if !out.contains(&c) {
            out.push(c);
        }
    }
    out
}
