"""Drives a Deep Security Manager with the vendor's SDK and checks what arrives.

Reads a plan from standard input: where the Manager is, and which values each answer must hold, by
the names of the wire. Two things are checked of every answer. All of it must survive the SDK's
models, which drop what they do not know and raise on a word outside their lists: so names, types
and words are the vendor's. And every expected value must be there, not null and equal.
"""

import json
import sys

import deepsecurity
from deepsecurity.rest import ApiException

VERSION = "v1"


def fail(message):
    sys.exit(f"judge: {message}")


class Judge:
    def __init__(self, url, **client):
        configuration = deepsecurity.Configuration()
        configuration.host = url
        # Each configuration shares its dictionary with all others until it gets one of its own.
        configuration.api_key = client.pop("api_key", {})
        self.client = deepsecurity.ApiClient(configuration, **client)
        self.fields = 0

    def api(self, name):
        return getattr(deepsecurity, name)(self.client)

    def ask(self, where, method, *arguments, expected=None, **options):
        """Calls and gives the answer back by the names of the wire."""
        model = method(*arguments, VERSION, **options)
        raw = json.loads(self.client.last_response.data)
        arrived = self.client.sanitize_for_serialization(model)
        self.contains(f"{where} (as sent)", raw, arrived)
        self.contains(where, expected, arrived)
        return arrived

    def contains(self, where, expected, arrived):
        if expected is None:
            return
        if arrived is None:
            fail(f"{where} did not arrive, expected {expected!r}")
        if isinstance(expected, dict) and isinstance(arrived, dict):
            for name, value in expected.items():
                self.contains(f"{where}/{name}", value, arrived.get(name))
        elif isinstance(expected, list) and isinstance(arrived, list):
            if len(expected) != len(arrived):
                fail(f"{where} has {len(arrived)} entries, expected {len(expected)}")
            for place, (one, other) in enumerate(zip(expected, arrived)):
                self.contains(f"{where}/{place}", one, other)
        elif expected != arrived or isinstance(expected, bool) != isinstance(arrived, bool):
            fail(f"{where} is {arrived!r}, expected {expected!r}")
        else:
            self.fields += 1

    def refused(self, status, where, method, *arguments, **options):
        try:
            method(*arguments, VERSION, **options)
        except ApiException as error:
            if error.status != status:
                fail(f"{where} was refused with {error.status}, expected {status}")
            if not json.loads(error.body)["message"]:
                fail(f"{where} was refused without a message")
            return
        fail(f"{where} was not refused")


def paged(judge, where, method, envelope, size, **options):
    found, last = [], 0
    while True:
        criterion = deepsecurity.SearchCriteria(id_test="greater-than", id_value=last)
        search = deepsecurity.SearchFilter(size, [criterion], True)
        page = judge.ask(where, method, search_filter=search, **options)[envelope]
        if not page:
            return found
        found += page
        last = page[-1]["ID"]


def by_text(field, text, **more):
    criterion = deepsecurity.SearchCriteria(
        field_name=field, string_test="equal", string_value=text, **more
    )
    return deepsecurity.SearchFilter(None, [criterion], True)


def key_and_connectors(judge, plan):
    api = judge.api("APIKeysApi")
    judge.ask("current key", api.describe_current_api_key, expected=plan["apiKey"])
    api = judge.api("AWSConnectorsApi")
    judge.ask("connectors", api.list_aws_connectors, expected=plan["awsConnectors"])


def computers(judge, plan):
    api = judge.api("ComputersApi")
    everything = deepsecurity.Expand(deepsecurity.Expand.all).list()
    found = paged(judge, "computers", api.search_computers, "computers", 7, expand=everything)
    judge.contains("computers by pages", plan["computers"], found)
    listed = judge.ask("computer list", api.list_computers, expand=everything)
    judge.contains("computer list", {"computers": plan["computers"]}, listed)
    for expected in plan["computers"]:
        judge.ask("computer", api.describe_computer, expected["ID"], expected=expected)
    some = deepsecurity.Expand(deepsecurity.Expand.none).list()
    bare = judge.ask("bare computer", api.describe_computer, plan["computers"][0]["ID"], expand=some)
    if "computerStatus" in bare or "antiMalware" in bare:
        fail("a computer that is not expanded has complex properties")
    for path, text, ids in plan["computerSearches"]:
        answer = judge.ask(path, api.search_computers, search_filter=by_text(path, text))
        judge.contains(f"{path} = {text}", ids, [computer["ID"] for computer in answer["computers"]])


def rules(judge, plan):
    for name, list_method, search_method, envelope, describe_method in [
        ("IntrusionPreventionRulesApi", "list_intrusion_prevention_rules",
         "search_intrusion_prevention_rules", "intrusionPreventionRules",
         "describe_intrusion_prevention_rule"),
        ("IntegrityMonitoringRulesApi", "list_integrity_monitoring_rules",
         "search_integrity_monitoring_rules", "integrityMonitoringRules",
         "describe_integrity_monitoring_rule"),
        ("LogInspectionRulesApi", "list_log_inspection_rules", "search_log_inspection_rules",
         "logInspectionRules", "describe_log_inspection_rule"),
        ("ApplicationTypesApi", "list_application_types", "search_application_types",
         "applicationTypes", "describe_application_type"),
    ]:
        api, expected = judge.api(name), plan[envelope]
        judge.ask(f"{envelope} list", getattr(api, list_method), expected={envelope: expected})
        found = paged(judge, f"{envelope} search", getattr(api, search_method), envelope, 50)
        judge.contains(f"{envelope} by pages", expected, found)
        first = expected[0]
        judge.ask(envelope, getattr(api, describe_method), first["ID"], expected=first)
    api = judge.api("IntrusionPreventionRulesApi")
    for text, ids in plan["cveSearches"]:
        search = by_text("CVE", text)
        answer = judge.ask(text, api.search_intrusion_prevention_rules, search_filter=search)
        found = [rule["ID"] for rule in answer["intrusionPreventionRules"]]
        judge.contains(f"rules for {text}", ids, found)


def policies(judge, plan):
    api, expected = judge.api("PoliciesApi"), plan["policies"]
    judge.ask("policy list", api.list_policies, expected={"policies": expected})
    found = paged(judge, "policy search", api.search_policies, "policies", 5)
    judge.contains("policies by pages", expected, found)
    for policy in expected:
        judge.ask("policy", api.describe_policy, policy["ID"], expected=policy)
    first = expected[0]["ID"]
    changed = deepsecurity.Policy(description="judged")
    judge.ask("modified policy", api.modify_policy, first, changed,
              expected={"ID": first, "description": "judged"})


def settings(judge, plan):
    name = deepsecurity.PolicySettings.firewall_setting_network_engine_mode
    for kind, api, method, identifier in [
        ("policy", judge.api("PoliciesApi"), "policy", plan["settings"]["policy"]),
        ("computer", judge.api("ComputersApi"), "computer", plan["settings"]["computer"]),
    ]:
        describe = getattr(api, f"describe_{method}_setting")
        modify = getattr(api, f"modify_{method}_setting")
        judge.ask(f"{kind} setting", describe, identifier, name, expected={"value": "Inline"})
        own = judge.ask(f"own {kind} setting", describe, identifier, name, overrides=True)
        if own:
            fail(f"a setting that is inherited shows as the {kind}'s own: {own}")
        value = deepsecurity.SettingValue(value="Tap")
        judge.ask(f"new {kind} setting", modify, identifier, name, value,
                  expected={"value": "Tap"})
        judge.ask(f"own {kind} setting", describe, identifier, name, overrides=True,
                  expected={"value": "Tap"})


def writes_on_a_computer(judge, plan):
    api, wanted = judge.api("ComputersApi"), plan["writes"]
    identifier, policy = wanted["computer"], wanted["policy"]
    changed = deepsecurity.Computer(policy_id=policy)
    judge.ask("computer with a policy", api.modify_computer, identifier, changed,
              expected={"policyID": policy, "logInspection": {"state": "off"}})
    extension = deepsecurity.LogInspectionComputerExtension(state="on")
    changed = deepsecurity.Computer(log_inspection=extension)
    judge.ask("computer with a module", api.modify_computer, identifier, changed,
              expected={"logInspection": {"state": "on"}})
    # The SDK itself refuses a word that it does not know, so this one goes around its model.
    judge.refused(400, "a word that does not exist", api.modify_computer, identifier,
                  {"intrusionPrevention": {"state": "on"}})
    judge.refused(404, "a computer that does not exist", api.describe_computer, 999_999)


def assignments(judge, plan):
    modules = [
        ("IntrusionPrevention", "intrusion_prevention"),
        ("IntegrityMonitoring", "integrity_monitoring"),
        ("LogInspection", "log_inspection"),
    ]
    for camel, snake in modules:
        for kind in ["Computer", "Policy"]:
            api = judge.api(f"{kind}{camel}RuleAssignmentsRecommendationsApi")
            on = f"on_{kind.lower()}"
            to, off = on.replace("on_", "to_"), on.replace("on_", "from_")
            wanted = plan["assignments"][kind.lower()][snake]
            identifier, rule = wanted["id"], wanted["rule"]
            where = f"{kind} {snake} assignments"
            listing = getattr(api, f"list_{snake}_rule_ids_{on}")
            judge.ask(where, listing, identifier, expected=wanted["effective"])
            judge.ask(where, listing, identifier, overrides=True,
                      expected={"assignedRuleIDs": wanted["own"]})
            body = {f"{snake}_rule_ids": deepsecurity.RuleIDs(rule_ids=[rule]), "overrides": True}
            adding = getattr(api, f"add_{snake}_rule_ids_{to}")
            added = judge.ask(where, adding, identifier, **body)
            judge.contains(where, wanted["added"], added["assignedRuleIDs"])
            setting = getattr(api, f"set_{snake}_rule_ids_{on}")
            judge.ask(where, setting, identifier, expected={"assignedRuleIDs": wanted["set"]},
                      **body)
            removing = getattr(api, f"remove_{snake}_rule_id_{off}")
            removed = judge.ask(where, removing, identifier, rule, overrides=True)
            if rule in removed["assignedRuleIDs"]:
                fail(f"{where}: {rule} is left after it was removed")


def tasks(judge, plan):
    api, computer = judge.api("ScheduledTasksApi"), plan["writes"]["computer"]
    only = deepsecurity.ComputerFilter(type="computer", computer_id=computer)
    for kind, field, parameters in [
        ("scan-for-recommendations", "scan_for_recommendations_task_parameters",
         deepsecurity.ScanForRecommendationsTaskParameters(computer_filter=only)),
        ("scan-for-integrity-changes", "scan_for_integrity_changes_task_parameters",
         deepsecurity.ScanForIntegrityChangesTaskParameters(computer_filter=only)),
        ("scan-for-malware", "scan_for_malware_task_parameters",
         deepsecurity.ScanForMalwareTaskParameters(computer_filter=only, timeout="one-hour")),
        ("send-policy", "send_policy_task_parameters",
         deepsecurity.SendPolicyTaskParameters(computer_filter=only)),
    ]:
        once = deepsecurity.OnceOnlyScheduleParameters(start_time=0)
        details = deepsecurity.ScheduleDetails(
            time_zone="UTC", recurrence_type="none", recurrence_count=1,
            once_only_schedule_parameters=once,
        )
        task = deepsecurity.ScheduledTask(
            name=f"judged {kind}", type=kind, schedule_details=details, enabled=True,
            run_now=False, **{field: parameters},
        )
        expected = judge.client.sanitize_for_serialization(task)
        del expected["runNow"]
        made = judge.ask(kind, api.create_scheduled_task, task, expected=expected)
        judge.refused(400, "a second task of one name", api.create_scheduled_task, task)
        identifier = made["ID"]
        ran = deepsecurity.ScheduledTask(run_now=True)
        judge.ask(kind, api.modify_scheduled_task, identifier, ran, expected=expected)
        shown = judge.ask(kind, api.describe_scheduled_task, identifier, expected=expected)
        judge.contains(kind, plan["now"], shown["lastRunTime"])
        found = judge.ask(kind, api.search_scheduled_tasks,
                          search_filter=by_text("name", task.name))
        judge.contains(kind, [{"ID": identifier}], found["scheduledTasks"])
        listed = judge.ask(kind, api.list_scheduled_tasks)
        judge.contains(kind, [{"ID": identifier}], listed["scheduledTasks"])
        api.delete_scheduled_task(identifier, VERSION)
        judge.refused(404, "a deleted task", api.describe_scheduled_task, identifier)


def keys(plan):
    wrong = Judge(plan["url"], api_key={"api-secret-key": "wrong"})
    wrong.refused(401, "a wrong key", wrong.api("PoliciesApi").list_policies)
    hosted = Judge(plan["url"], header_name="Authorization", header_value=f"ApiKey {plan['key']}")
    hosted.ask("policies by the other header", hosted.api("PoliciesApi").list_policies)


def main():
    plan = json.load(sys.stdin)
    judge = Judge(plan["url"], api_key={"api-secret-key": plan["key"]})
    for part in [key_and_connectors, computers, rules, policies, settings, writes_on_a_computer,
                 assignments, tasks]:
        part(judge, plan)
    keys(plan)
    print(f"{judge.fields} fields arrived as expected")


main()
