"""Reads back with the vendor's SDK what the operator wrote into a Manager.

Reads from standard input where the Manager is and what it must show, by the names of the wire.
The SDK's models drop what they do not know, leave empty what is misspelt and raise on a word outside
their lists, so that what arrives through them and is equal is spelt as the vendor spells it.
"""

import json
import sys

import deepsecurity

VERSION = "v1"


def fail(message):
    sys.exit(f"read back: {message}")


def contains(where, expected, arrived):
    """How many values arrived as expected, each of which must be there and equal."""
    if isinstance(expected, dict) and isinstance(arrived, dict):
        return sum(contains(f"{where}/{name}", value, arrived.get(name))
                   for name, value in expected.items())
    if expected != arrived or isinstance(expected, bool) != isinstance(arrived, bool):
        fail(f"{where} is {arrived!r}, expected {expected!r}")
    return 1


def main():
    plan = json.load(sys.stdin)
    configuration = deepsecurity.Configuration()
    configuration.host = plan["url"]
    # Each configuration shares its dictionary with all others until it gets one of its own.
    configuration.api_key = {"api-secret-key": plan["key"]}
    client = deepsecurity.ApiClient(configuration)
    named = client.sanitize_for_serialization
    values = 0

    for wanted in plan["assignments"]:
        api = getattr(deepsecurity, wanted["api"])(client)
        shown = named(getattr(api, wanted["method"])(wanted["id"], VERSION))
        where = f"{wanted['method']}({wanted['id']})"
        missing = set(wanted["rules"]) - set(shown["assignedRuleIDs"])
        if missing:
            fail(f"{where} lacks {sorted(missing)}")
        values += len(wanted["rules"])

    api = deepsecurity.ScheduledTasksApi(client)
    for wanted in plan["tasks"]:
        criterion = deepsecurity.SearchCriteria(
            field_name="name", string_test="equal", string_value=wanted["name"],
            string_wildcards=False,
        )
        search = deepsecurity.SearchFilter(None, [criterion])
        found = api.search_scheduled_tasks(VERSION, search_filter=search).scheduled_tasks
        if len(found) != 1:
            fail(f"{len(found)} tasks are named {wanted['name']}")
        values += contains(wanted["name"], wanted, named(found[0]))
        if found[0].last_run_time is None:
            fail(f"{wanted['name']} did not run")

    api = deepsecurity.ComputersApi(client)
    for wanted in plan["computers"]:
        expand = deepsecurity.Expand(deepsecurity.Expand.all_security_modules).list()
        shown = api.describe_computer(wanted["ID"], VERSION, expand=expand, overrides=False)
        values += contains(f"computer {wanted['ID']}", wanted, named(shown))

    print(f"{values} values arrived as written")


main()
