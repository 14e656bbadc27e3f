"""Runs an Automation document of SSM, as far as these documents go: one script in Python, with what
the parameters of the document and SSM's own variables come to.

The script really runs. What it asks of Lambda is written to standard output, and the answer is read
from standard input; then the outputs of the document are written.
"""

import io
import json
import re
import sys
from unittest import mock


def filled(node, values):
    """A value with `{{ Name }}` replaced. An unknown name is an error, as in SSM."""
    if isinstance(node, dict):
        return {name: filled(value, values) for name, value in node.items()}
    return re.sub(r"\{\{ ?([\w:]+) ?\}\}", lambda match: values[match[1]], node)


def given(parameters, instance):
    """The parameters that AWS Config starts a document with, for an instance."""
    values = {}
    for name, value in parameters.items():
        if "ResourceValue" in value:
            values[name] = instance
        else:
            values[name] = value["StaticValue"]["Values"][0]
    return values


class Lambda:
    """The client of the script."""

    def __init__(self, region):
        self.region = region

    def invoke(self, FunctionName, Payload):
        asked = {"function": FunctionName, "region": self.region, "payload": json.loads(Payload)}
        print(json.dumps(asked), flush=True)
        answer = json.loads(sys.stdin.readline())
        payload = {"Payload": io.StringIO(json.dumps(answer["payload"]))}
        return {**payload, "FunctionError": "Unhandled"} if answer["failed"] else payload


def run(cloud, name, parameters, instance, execution):
    content = json.loads(cloud.client("ssm").get_document(Name=name)["Content"])
    values = {parameter: its["default"] for parameter, its in content["parameters"].items()
              if "default" in its}
    values.update(given(parameters, instance))
    for parameter, its in content["parameters"].items():
        if "allowedPattern" in its and not re.search(its["allowedPattern"], values[parameter]):
            raise SystemExit(f"{name}: {parameter} may not be {values[parameter]!r}")
    values.update({
        "automation:EXECUTION_ID": execution, "global:ACCOUNT_ID": cloud.account(),
        "global:REGION": cloud.session.region_name})
    step, = content["mainSteps"]
    inputs = step["inputs"]
    script = {}
    exec(inputs["Script"], script)

    def client(service, region_name, config):
        assert service == "lambda", service
        return Lambda(region_name)

    with mock.patch("boto3.client", client):
        payload = script[inputs["Handler"]](filled(inputs["InputPayload"], values), {})
    outputs = {}
    for output in step["outputs"]:
        value = {"Payload": payload}
        for member in output["Selector"].removeprefix("$.").split("."):
            value = value[member]
        outputs[f"{step['name']}.{output['Name']}"] = value
    return {name: outputs[name] for name in content["outputs"]}
