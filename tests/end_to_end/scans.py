"""Reads with the vendor's SDK what a Manager was asked to do, and when its computers were scanned.

From standard input come where the Manager is and a key. The SDK's models drop what they do not know
and raise on a word outside their lists, so that what arrives is spelt as the vendor spells it.
"""

import json
import sys

import deepsecurity

VERSION = "v1"


def asked(client):
    """The scheduled tasks, as (type, computer, whether it ran)."""
    tasks = deepsecurity.ScheduledTasksApi(client).list_scheduled_tasks(VERSION).scheduled_tasks
    for task in tasks:
        shown = client.sanitize_for_serialization(task)
        details = shown["scheduleDetails"]
        if details["recurrenceType"] != "none" or details["recurrenceCount"] != 1:
            sys.exit(f"{task.name} runs again and again: {details}")
        of_type, = (value for name, value in shown.items() if name.endswith("TaskParameters"))
        target = of_type["computerFilter"]
        if target["type"] != "computer":
            sys.exit(f"{task.name} is for more than a computer: {target}")
        yield [task.type, target["computerID"], task.last_run_time is not None]


def main():
    plan = json.load(sys.stdin)
    configuration = deepsecurity.Configuration()
    configuration.host = plan["url"]
    # Each configuration shares its dictionary with all others until it gets one of its own.
    configuration.api_key = {"api-secret-key": plan["key"]}
    client = deepsecurity.ApiClient(configuration)
    json.dump(sorted(asked(client)), sys.stdout)


main()
