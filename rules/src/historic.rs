//! The parameters of the retired rules.

/// What became of a parameter of the retired rules; `None` for a parameter that they had not.
#[must_use]
pub fn advice(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "dspolicy" => "is the name of the retired rules; use `policyNames`",
        "dscontrol" => "is the name of the retired rules; use `modules`",
        "dshostname" | "dsport" | "dstenant" => {
            "is refused: rules never call a Manager; its address belongs to the settings of the \
             inventory (on the command line: `--manager`)"
        }
        "dsusername" | "dspassword" | "dspasswordkey" | "dspasswordencryptioncontext" => {
            "is refused: secrets are not accepted in rule parameters; keep an API key in a secret \
             store (on the command line: `--key-file` or `--key-env`)"
        }
        "dsignoresslvalidation" => {
            "is refused: TLS is always verified; give the Manager's private CA instead (on the \
             command line: `--ca-file`)"
        }
        _ => return None,
    })
}
