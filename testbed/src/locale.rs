//! Display texts in the language of the key. Only a client that goes by text notices.

use serde_json::Value;

/// Longer texts come first, as they hold shorter ones.
const WORDS: [(&str, &str); 24] = [
    (
        "Agent configuration package too large",
        "エージェント設定パッケージが大きすぎます",
    ),
    (
        "Anti-Malware Engine Offline",
        "不正プログラム対策エンジンがオフライン",
    ),
    (
        "Intrusion Prevention Engine Not Supported",
        "侵入防御エンジンはサポートされていません",
    ),
    ("Security Update Failed", "セキュリティアップデートの失敗"),
    ("Send Policy Failed", "ポリシーの送信に失敗"),
    ("Upgrade Recommended", "アップグレードを推奨"),
    ("Multiple Errors", "複数のエラー"),
    ("Managed (Online)", "管理対象 (オンライン)"),
    ("Managed (Offline)", "管理対象 (オフライン)"),
    ("Unmanaged (VM Stopped)", "非管理対象 (VM停止)"),
    ("Unmanaged (No Agent)", "非管理対象 (Agentなし)"),
    ("Unmanaged (Unknown)", "非管理対象 (不明)"),
    ("Not Activated", "有効化されていません"),
    ("Up-to-date", "最新"),
    ("Out-of-date", "期限切れ"),
    ("Real Time", "リアルタイム"),
    ("Prevent", "防御"),
    ("Detect", "検出"),
    ("no rules", "ルールなし"),
    (" rules", "個のルール"),
    ("Scan Pending", "検索の保留中"),
    ("Policy Send Pending", "ポリシー送信の保留中"),
    ("On", "オン"),
    ("Off", "オフ"),
];

/// Properties that hold display texts.
const TEXTS: [&str; 4] = [
    "agentStatusMessage",
    "agentStatusMessages",
    "statusMessage",
    "agentTasks",
];

/// Translates every display text of an answer.
pub(crate) fn to_japanese(answer: &mut Value) {
    match answer {
        Value::Object(object) => {
            for (name, value) in object.iter_mut() {
                if TEXTS.contains(&name.as_str()) {
                    translate(value);
                } else {
                    to_japanese(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(to_japanese),
        _ => {}
    }
}

fn translate(value: &mut Value) {
    match value {
        Value::String(text) => {
            for (english, japanese) in WORDS {
                *text = text.replace(english, japanese);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(translate),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::to_japanese;
    use serde_json::json;

    #[test]
    fn display_texts_are_translated_and_words_of_the_wire_are_not() {
        let mut answer = json!({"computers": [{"hostName": "On", "computerStatus":
            {"agentStatus": "active", "agentStatusMessages": ["Managed (Online)"]}}]});
        to_japanese(&mut answer);
        let computer = &answer["computers"][0];
        assert_eq!(computer["hostName"], "On");
        assert_eq!(computer["computerStatus"]["agentStatus"], "active");
        assert_eq!(
            computer["computerStatus"]["agentStatusMessages"][0],
            "管理対象 (オンライン)"
        );
    }
}
