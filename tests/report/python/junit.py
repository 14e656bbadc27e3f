"""Reads JUnit's XML on standard input as a common reader does. Prints its suites: the counts that it
says and those of its cases, and each case with its outcome."""

import json
import sys

from junitparser import Error, Failure, JUnitXml, Skipped

WORDS = {Failure: "failure", Error: "error", Skipped: "skipped"}

suites = []
for suite in JUnitXml.fromstring(sys.stdin.buffer.read()):
    cases = []
    for case in suite:
        outcomes = [[WORDS[type(each)], each.message, each.text] for each in case.result]
        assert len(outcomes) <= 1, outcomes
        cases.append({"class": case.classname, "name": case.name, "outcome": outcomes})
    said = [suite.tests, suite.failures, suite.errors, suite.skipped]
    suite.update_statistics()
    assert said == [suite.tests, suite.failures, suite.errors, suite.skipped], said
    properties = {each.name: each.value for each in suite.properties()}
    suites.append(
        {
            "name": suite.name,
            "at": suite.timestamp,
            "counts": said,
            "properties": properties,
            "cases": cases,
        }
    )
print(json.dumps(suites))
