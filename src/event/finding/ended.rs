//! What services sent that no longer exist.

use super::node::Node;

/// What is said of Inspector Classic (Amazon Inspector Classic user guide, "Amazon Inspector
/// Classic end of support").
pub(super) const INSPECTOR_CLASSIC: &str = "Amazon Inspector Classic ended on 20 May 2026; \
     findings of the present Amazon Inspector (`Inspector2 Finding` of aws.inspector2) are answered";

/// What is said of Macie Classic (Amazon Macie user guide, "Document history").
pub(super) const MACIE_CLASSIC: &str = "Amazon Macie Classic and its alerts have ended; findings \
     of the present Amazon Macie (`Macie Finding` of aws.macie) are answered";

/// Whether it is a notification of Inspector Classic, which sent no events but messages of SNS
/// (Amazon Inspector Classic user guide, "Setting up an SNS topic for notifications").
pub(super) fn is_of_inspector_classic(message: &Node<'_>) -> bool {
    let is_of_inspector = |member| {
        let arn = message.text(member).ok().flatten();
        arn.is_some_and(|arn| arn.split(':').nth(2) == Some("inspector"))
    };
    message.has("event")
        && ["finding", "run", "template", "target"]
            .into_iter()
            .any(is_of_inspector)
}
