//! A Rust file taken apart into code and string literals. Not a parser: enough of the lexical grammar (Rust
//! Reference, "Tokens" and "Comments") that a word in a comment is never taken for code.

/// A Rust source file by kind of text.
#[derive(Debug)]
pub(crate) struct RustText {
    /// The source with comments, string contents and character literals replaced by spaces. As long, in
    /// characters, as the source, and with the same line breaks.
    pub(crate) code: String,
    /// The string literals' contents as written, each with the character offset at which it begins.
    pub(crate) strings: Vec<(usize, String)>,
}

impl RustText {
    /// Takes `source` apart. Text that isn't Rust gives nonsense, never an error.
    pub(crate) fn parse(source: &str) -> Self {
        let mut scan = Scan {
            source: source.chars().collect(),
            position: 0,
            code: String::with_capacity(source.len()),
            strings: Vec::new(),
        };
        while scan.step() {}
        Self {
            code: scan.code,
            strings: scan.strings,
        }
    }

    /// The 1-based line of a character offset.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        1 + self
            .code
            .chars()
            .take(offset)
            .filter(|c| *c == '\n')
            .count()
    }

    /// The code's lines with their 1-based numbers.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

struct Scan {
    source: Vec<char>,
    position: usize,
    code: String,
    strings: Vec<(usize, String)>,
}

impl Scan {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.source.get(self.position + ahead).copied()
    }

    fn keep(&mut self) {
        if let Some(c) = self.peek(0) {
            self.code.push(c);
            self.position += 1;
        }
    }

    fn blank(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(c) = self.peek(0) {
                self.code.push(if c == '\n' { '\n' } else { ' ' });
                self.position += 1;
            }
        }
    }

    /// Takes one token or one character; false at the end.
    fn step(&mut self) -> bool {
        let Some(c) = self.peek(0) else { return false };
        match (c, self.peek(1)) {
            ('/', Some('/')) => {
                while self.peek(0).is_some_and(|c| c != '\n') {
                    self.blank(1);
                }
            }
            ('/', Some('*')) => self.block_comment(),
            ('"', _) => self.quoted(),
            ('\'', _) => self.character_or_lifetime(),
            _ if c.is_alphanumeric() || c == '_' => self.word(),
            _ => self.keep(),
        }
        true
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(c) = self.peek(0) {
            match (c, self.peek(1)) {
                ('/', Some('*')) => {
                    depth += 1;
                    self.blank(2);
                }
                ('*', Some('/')) => {
                    depth -= 1;
                    self.blank(2);
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.blank(1),
            }
        }
    }

    /// An identifier, a number, or the prefix of a raw string (`r"`, `br#"`, `cr"`).
    fn word(&mut self) {
        let start = self.position;
        while self
            .peek(0)
            .is_some_and(|c| c.is_alphanumeric() || c == '_')
        {
            self.keep();
        }
        let word: String = self.source[start..self.position].iter().collect();
        if !matches!(word.as_str(), "r" | "br" | "cr") {
            return;
        }
        let mut hashes = 0;
        while self.peek(hashes) == Some('#') {
            hashes += 1;
        }
        if self.peek(hashes) != Some('"') {
            return;
        }
        for _ in 0..=hashes {
            self.keep();
        }
        let begin = self.position;
        while self.peek(0).is_some() {
            let closes =
                self.peek(0) == Some('"') && (1..=hashes).all(|n| self.peek(n) == Some('#'));
            if closes {
                self.remember(begin);
                for _ in 0..=hashes {
                    self.keep();
                }
                return;
            }
            self.blank(1);
        }
    }

    fn quoted(&mut self) {
        self.keep();
        let begin = self.position;
        while let Some(c) = self.peek(0) {
            match c {
                '\\' => self.blank(2),
                '"' => {
                    self.remember(begin);
                    self.keep();
                    return;
                }
                _ => self.blank(1),
            }
        }
    }

    fn remember(&mut self, begin: usize) {
        let content = self.source[begin..self.position].iter().collect();
        self.strings.push((begin, content));
    }

    fn character_or_lifetime(&mut self) {
        if self.peek(1) == Some('\\') {
            // The escaped character itself may be a quote: step over it before looking for the closing one.
            self.blank(3);
            while self.peek(0).is_some_and(|c| c != '\'') {
                self.blank(1);
            }
            self.blank(1);
        } else if self.peek(2) == Some('\'') {
            self.blank(3);
        } else {
            self.keep();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(source: &str) -> Vec<String> {
        RustText::parse(source)
            .strings
            .into_iter()
            .map(|(_, s)| s)
            .collect()
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        let text = RustText::parse("a /* b /* c */ d */ e // f\n\"g\" 'h' 'i: r#\"j\"k\"# '\\'' l");
        let words: Vec<&str> = text.code.split_whitespace().collect();
        assert_eq!(words, ["a", "e", "\"", "\"", "'i:", "r#\"", "\"#", "l"]);
    }

    #[test]
    fn strings_are_found_with_their_lines() {
        let source = "x\n  \"one\" b\"t\\\"wo\"\nr\"three\" // \"no\"\n";
        assert_eq!(strings(source), ["one", "t\\\"wo", "three"]);
        let text = RustText::parse(source);
        let lines: Vec<usize> = text
            .strings
            .iter()
            .map(|(at, _)| text.line_of(*at))
            .collect();
        assert_eq!(lines, [2, 2, 3]);
    }

    #[test]
    fn length_is_kept() {
        let source = "fn é() { \"ü\\n\"; /* ö */ }\n";
        assert_eq!(
            RustText::parse(source).code.chars().count(),
            source.chars().count()
        );
    }

    #[test]
    fn an_unfinished_literal_ends_with_the_file() {
        assert!(RustText::parse("let a = \"open").strings.is_empty());
        assert!(RustText::parse("let a = r#\"open\"").strings.is_empty());
        assert_eq!(RustText::parse("/* open").code.trim(), "");
    }
}
