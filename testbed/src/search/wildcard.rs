//! `%` for any run of characters, `_` for one, as in the Manager's database.

/// Whether the whole text fits the pattern. Case counts.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where the last `%` stood, and up to where it has taken the text.
    let mut run: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('%') => {
                run = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '_' || Some(c) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => match run {
                Some((percent, taken)) => {
                    run = Some((percent, taken + 1));
                    p = percent + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '%')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_percent_takes_any_run_and_an_underscore_one_character() {
        for (pattern, text, fits) in [
            ("", "", true),
            ("%", "", true),
            ("web", "web", true),
            ("web", "web1", false),
            ("web%", "web1", true),
            ("%web%", "a web server", true),
            ("w_b", "wxb", true),
            ("w_b", "wb", false),
            ("%a%b%c", "xxaxxbxxbc", true),
            ("%a%b%c", "xxaxxbxx", false),
            ("Web", "web", false),
            ("日_%", "日本語", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} on {text}");
        }
    }
}
