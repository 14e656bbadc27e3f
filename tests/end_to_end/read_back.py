"""What AWS shows in the end: AWS Config's results, the ledger, and web ACLs."""

import json


def results(cloud, rules):
    """What Config shows, as (rule, resource, compliance, annotation)."""
    config = cloud.client("config")
    shown = []
    for rule in rules:
        token = {}
        while True:
            page = config.get_compliance_details_by_config_rule(ConfigRuleName=rule, **token)
            for result in page["EvaluationResults"]:
                qualifier = result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
                shown.append([rule, qualifier["ResourceId"], result["ComplianceType"],
                              result.get("Annotation", "")])
            if "NextToken" not in page:
                break
            token = {"NextToken": page["NextToken"]}
    return shown


def ledger(cloud, table):
    """Every row: its keys, its state, and what it holds."""
    rows = cloud.pages("dynamodb", "scan", "Items", TableName=table)
    return [{"pk": row["pk"]["S"], "sk": row["sk"]["S"],
             "state": row.get("state", {}).get("S"),
             "document": json.loads(row["document"]["S"])} for row in rows]


def web_acl(cloud, arn):
    """The default action, and the rules with what they do."""
    scope = {"regional": "REGIONAL", "global": "CLOUDFRONT"}[arn.split(":")[5].split("/")[0]]
    _, _, name, identifier = arn.split("/")
    acl = cloud.client("wafv2").get_web_acl(Name=name, Id=identifier, Scope=scope)["WebACL"]
    rules = [{"name": rule["Name"], "does": rule.get("OverrideAction", rule.get("Action"))}
             for rule in acl["Rules"]]
    return {"default": acl["DefaultAction"], "rules": rules}
