//! Percent-encoding (RFC 3986, section 2.1).

/// The text that is written down percent-encoded; `None` where an escape is none, or where the
/// bytes are no UTF-8. A plus sign is a plus sign.
pub(super) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_is_read_and_a_plus_sign_stays() {
        assert_eq!(
            decoded("%7B%22a+b%22%3a%20%22%C3%A9%25%22%7d").as_deref(),
            Some("{\"a+b\": \"é%\"}")
        );
    }

    #[test]
    fn what_is_no_escape_is_not_guessed() {
        for text in ["%", "%7", "%G0", "%+1", "a%é", "%FF", "%C3"] {
            assert_eq!(decoded(text), None, "{text}");
        }
    }
}
