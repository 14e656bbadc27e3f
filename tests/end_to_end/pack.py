"""The conformance pack, as AWS Config deploys it."""

from template import Template


def rules(its):
    """The rules of a pack, with its parameters filled in, and the remediations of each."""
    template = Template(its["TemplateBody"], {
        given["ParameterName"]: given["ParameterValue"]
        for given in its["ConformancePackInputParameters"]})
    resources = [(resource["Type"], template.resolved(resource["Properties"]))
                 for resource in template.resources().values()]
    offered = {}
    for kind, its in resources:
        if kind == "AWS::Config::RemediationConfiguration":
            offered.setdefault(its["ConfigRuleName"], []).append(
                {"document": its["TargetId"], "parameters": its["Parameters"]})
    rules = []
    for kind, its in resources:
        if kind != "AWS::Config::ConfigRule":
            continue
        messages = {detail["MessageType"]: detail for detail in its["Source"]["SourceDetails"]}
        scheduled = messages.pop("ScheduledNotification")
        rules.append({
            "name": its["ConfigRuleName"],
            "function": its["Source"]["SourceIdentifier"].rsplit(":", 1)[-1],
            "parameters": its["InputParameters"],
            "scope": its.get("Scope", {}).get("ComplianceResourceTypes", []),
            "changes": sorted(messages),
            "frequency": scheduled["MaximumExecutionFrequency"],
            "remediations": offered.get(its["ConfigRuleName"], []),
        })
    return rules
