//! docs/conformance.md: prose, and between marks what the tasks found.

use std::fs;

use anyhow::Context;

use crate::tools::root;

/// Puts a text into the page, between `<!-- NAME -->` and `<!-- /NAME -->`.
pub fn write(name: &str, text: &str) -> anyhow::Result<()> {
    let path = root().join("docs/conformance.md");
    let page = fs::read_to_string(&path)?;
    let page = put(&page, name, text)
        .with_context(|| format!("docs/conformance.md has no marks for {name}"))?;
    Ok(fs::write(path, page)?)
}

fn put(page: &str, name: &str, text: &str) -> Option<String> {
    let (start, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let (before, rest) = page.split_once(&start)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{start}\n{}\n{end}{after}", text.trim()))
}

/// A table in Markdown.
pub fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let head = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    let rows = rows
        .into_iter()
        .map(|row| format!("| {} |\n", row.join(" | ")));
    std::iter::once(head).chain(rows).collect()
}

/// The version of a crate in Cargo.lock.
pub fn locked_version(name: &str) -> anyhow::Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    version_in(&lock, name)
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock has no {name}"))
}

fn version_in<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let entry = format!("name = \"{name}\"\nversion = \"");
    lock.split_once(&entry)?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_the_place_of_the_older_one() {
        let page = "# A\n<!-- b -->\nold\n<!-- /b -->\nmore";
        let expected = "# A\n<!-- b -->\nnew\n<!-- /b -->\nmore";
        assert_eq!(put(page, "b", "new\n").as_deref(), Some(expected));
        assert_eq!(put(page, "c", "new"), None);
    }

    #[test]
    fn a_table() {
        let row = vec!["1".to_owned(), "2".to_owned()];
        assert_eq!(
            table(&["a", "b"], [row]),
            "| a | b |\n|---|---|\n| 1 | 2 |\n"
        );
    }

    #[test]
    fn the_version_of_a_crate() {
        let lock = "[[package]]\nname = \"ab\"\nversion = \"1.0\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0\"\n";
        assert_eq!(version_in(lock, "b"), Some("2.0"));
        assert_eq!(version_in(lock, "c"), None);
    }
}
