//! Telling test code from the code that ships.

use super::RustText;

const TEST_ATTRIBUTE: &str = "#[cfg(test)]";

/// Blanks every item under `#[cfg(test)]`, its strings too.
pub(crate) fn blank_test_items(text: RustText) -> RustText {
    let mut code: Vec<char> = text.code.chars().collect();
    let mut strings = text.strings;
    let mut from = 0;
    while let Some(start) = find(&code, TEST_ATTRIBUTE, from) {
        let end = end_of_item(&code, start + TEST_ATTRIBUTE.len());
        for c in &mut code[start..end] {
            if *c != '\n' {
                *c = ' ';
            }
        }
        strings.retain(|(at, _)| !(start..end).contains(at));
        from = end;
    }
    RustText {
        code: code.into_iter().collect(),
        strings,
    }
}

/// The names of the modules that `code` declares for tests only, in files of their own.
pub(crate) fn test_modules(code: &str) -> Vec<String> {
    code.split(TEST_ATTRIBUTE)
        .skip(1)
        .filter_map(|after| {
            let declaration = after.split_once(';')?.0;
            let name = declaration.trim().rsplit_once("mod ")?.1.trim();
            let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
            is_name.then(|| name.to_owned())
        })
        .collect()
}

fn find(code: &[char], needle: &str, from: usize) -> Option<usize> {
    let needle: Vec<char> = needle.chars().collect();
    let found = code
        .get(from..)?
        .windows(needle.len())
        .position(|w| w == needle)?;
    Some(from + found)
}

/// The end of the item that begins at `from`: behind its closing brace, or behind the `;` of one without.
fn end_of_item(code: &[char], from: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, c) in code.iter().enumerate().skip(from) {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && *c == '}' {
                    return offset + 1;
                }
            }
            ';' if depth == 0 => return offset + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_module_disappears_and_the_rest_stays() {
        let source = "fn a() {}\n#[cfg(test)]\n#[allow(x)]\nmod t { fn b() { \"s\"; } }\nfn c() { \"k\"; }\n";
        let text = blank_test_items(RustText::parse(source));
        assert!(text.code.contains("fn a()") && text.code.contains("fn c()"));
        assert!(!text.code.contains("fn b()") && !text.code.contains("mod t"));
        assert_eq!(text.strings.len(), 1);
        assert_eq!(text.code.lines().count(), source.lines().count());
    }

    #[test]
    fn modules_in_files_are_named() {
        let code = "#[cfg(test)]\nmod one;\n#[cfg(test)]\nmod two { use x; }\n#[cfg(test)]\npub(crate) mod three;";
        assert_eq!(test_modules(code), ["one", "three"]);
    }
}
