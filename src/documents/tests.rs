//! What is read of documents that are whole, cut, deep, compressed or something else.

use std::io::Write as _;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// A source that gives a few bytes at a time.
struct Trickle(io::Cursor<Vec<u8>>, usize);

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.1);
        self.0.read(&mut buffer[..length])
    }
}

fn numbers(text: &str, step: usize) -> Result<Vec<Value>, DocumentError> {
    let source = Trickle(io::Cursor::new(text.as_bytes().to_vec()), step);
    let mut document = Document::new("test.json".to_owned(), source)?;
    let mut found = Vec::new();
    while let Some(member) = document.next_member()? {
        if member == "numbers" {
            while let Some(number) = document.next_element()? {
                found.push(number);
            }
        }
    }
    Ok(found)
}

proptest! {
    #[test]
    fn elements_are_those_of_the_document(
        list in prop::collection::vec(any::<i64>(), 0..50),
        before in any::<String>(),
        pretty in any::<bool>(),
    ) {
        let document = json!({"a": before, "numbers": list, "z": {"numbers": [1]}});
        let text = if pretty { format!("{document:#}") } else { document.to_string() };
        let expected: Vec<Value> = list.into_iter().map(Value::from).collect();
        prop_assert_eq!(numbers(&text, 7).unwrap(), expected);
    }

    #[test]
    fn a_document_cut_anywhere_is_an_error(cut in 1..52_usize) {
        let text = r#"{"a": [1, {"b": "c"}], "numbers": [1, 22, 333], "z":1}"#;
        let error = numbers(&text[..cut], 5).unwrap_err().to_string();
        prop_assert!(error.contains("line 1: "), "{}", error);
    }
}

#[test]
fn an_element_longer_than_a_chunk_is_read() {
    let long = "x".repeat(3 * CHUNK);
    let text = json!({"numbers": [1, long, 2]}).to_string();
    assert_eq!(numbers(&text, CHUNK).unwrap().len(), 3);
}

#[test]
fn the_line_of_an_error_is_the_line_of_the_file() {
    let error = numbers("{\n\"numbers\": [\n1,\n2,\nx]}", 9).unwrap_err();
    assert_eq!(error.to_string(), "test.json, line 5: expected value");
}

#[test]
fn what_is_no_object_is_refused_and_nothing_overflows() {
    let deep = "[".repeat(100_000);
    for text in [deep.as_str(), "[]", "12", "<html>"] {
        let error = numbers(text, CHUNK).unwrap_err().to_string();
        assert!(error.ends_with("is not a JSON object"), "{error}");
    }
    let deep = format!("{{\"a\": {}", "[".repeat(100_000));
    assert!(numbers(&deep, CHUNK).is_err());
    assert!(
        numbers("{} {}", 2)
            .unwrap_err()
            .to_string()
            .contains("follows the end")
    );
    assert!(
        numbers(" \n", 2)
            .unwrap_err()
            .to_string()
            .ends_with("is empty")
    );
}

#[test]
fn a_text_in_another_encoding_is_named_and_a_mark_of_utf_8_is_passed_over() {
    assert_eq!(
        numbers("\u{feff}{\"numbers\": [1]}", CHUNK).unwrap(),
        [json!(1)]
    );
    let text: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let error = Document::new("test.json".to_owned(), io::Cursor::new(text)).unwrap_err();
    assert!(error.to_string().contains("UTF-16"), "{error}");
}

#[test]
fn gzip_is_read_as_what_it_holds() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"{\"numbers\": [1]}").unwrap();
    let compressed = encoder.finish().unwrap();
    let read = |bytes: &[u8]| {
        let mut document = Document::new("test.gz".to_owned(), io::Cursor::new(bytes.to_vec()))?;
        document.next_member()?;
        document.next_element::<Value>()
    };
    assert_eq!(read(&compressed).unwrap(), Some(json!(1)));
    let error = read(&compressed[..compressed.len() - 10])
        .unwrap_err()
        .to_string();
    assert!(error.contains("is not a complete gzip file"), "{error}");
}
