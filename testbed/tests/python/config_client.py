"""Calls AWS Config with boto3, one call for each line of standard input, and judges the answers.

A line is `{"operation": ..., "parameters": ...}` with, if wanted, `"pages": true` (all pages, by
botocore's paginator), `"unchecked": true` (sends parameters that botocore would refuse), `"key"`,
`"region"` and `"attempts"`. For each comes one line back: `{"answer": ...}`, or `{"error": ...}`
with the class that was raised, or `{"objection": ...}` for an answer that does not fit botocore's
model of the service: an unknown member, a wrong type, a text that is too long or too short, a word
outside its list, a required member that is missing, an error that the operation does not have.
"""

import datetime
import functools
import json
import sys

import botocore.exceptions
import botocore.session
from botocore.config import Config

# What every operation of every service may answer, beside the errors of its own.
COMMON = {
    "ThrottlingException",
    "ValidationException",
    "SerializationException",
    "UnknownOperationException",
    "MissingAuthenticationTokenException",
    "InvalidSignatureException",
    "InternalFailure",
}


class Objection(Exception):
    pass


def objections(value, shape, where):
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            yield f"{where} is no structure"
            return
        for name, member in value.items():
            if name in shape.members:
                yield from objections(member, shape.members[name], f"{where}/{name}")
            else:
                yield f"{where}/{name} is unknown"
        for name in shape.required_members:
            if name not in value:
                yield f"{where}/{name} is missing"
    elif kind == "list":
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        if len(value) > shape.metadata.get("max", len(value)):
            yield f"{where} has {len(value)} entries"
        for place, entry in enumerate(value):
            yield from objections(entry, shape.member, f"{where}/{place}")
    elif kind == "string":
        if not isinstance(value, str):
            yield f"{where} is no text"
            return
        least, most = shape.metadata.get("min", 0), shape.metadata.get("max", len(value))
        if not least <= len(value) <= most:
            yield f"{where} has {len(value)} characters"
        if value not in shape.metadata.get("enum", [value]):
            yield f"{where} is the unknown word {value!r}"
    elif kind == "timestamp":
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{where} is no number of seconds"
    elif kind == "integer":
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"{where} is no whole number"
    elif kind == "boolean":
        if not isinstance(value, bool):
            yield f"{where} is neither true nor false"
    else:
        yield f"{where} is of a type that this judge does not know: {kind}"


def judge(operation_model, response_dict, **_):
    if response_dict["status_code"] != 200:
        return
    found = list(
        objections(json.loads(response_dict["body"]), operation_model.output_shape, "answer")
    )
    if found:
        raise Objection("; ".join(found))


@functools.cache
def client(url, key, region, unchecked, attempts):
    session = botocore.session.Session()
    session.set_credentials(key, "testbed")
    config = Config(
        parameter_validation=not unchecked,
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=30,
        read_timeout=30,
    )
    made = session.create_client(
        "config",
        region_name=region,
        endpoint_url=url,
        config=config,
    )
    made.meta.events.register("before-parse.config-service", judge)
    return made


def error(config, method, raised):
    code = raised.response["Error"]["Code"]
    known = getattr(config.exceptions, code, botocore.exceptions.ClientError)
    model = config.meta.service_model.operation_model(
        config.meta.method_to_api_mapping[method]
    )
    # A body that names no error is known by its status.
    if not code.isdigit() and code not in COMMON | {shape.name for shape in model.error_shapes}:
        raise Objection(f"{method} has no error {code}")
    if not isinstance(raised, known):
        raise Objection(f"{code} was raised as {type(raised).__name__}")
    return {
        "class": type(raised).__name__,
        "code": code,
        "message": raised.response["Error"]["Message"],
        "attempts": raised.response["ResponseMetadata"]["RetryAttempts"] + 1,
    }


def answer(url, line):
    method = line["operation"]
    config = client(
        url,
        line.get("key", "testbed"),
        line.get("region", "us-east-1"),
        line.get("unchecked", False),
        line.get("attempts", 1),
    )
    try:
        if line.get("pages"):
            pages = config.get_paginator(method).paginate(**line["parameters"])
            return {"answer": pages.build_full_result()}
        answered = getattr(config, method)(**line["parameters"])
        if not answered.pop("ResponseMetadata")["RequestId"]:
            raise Objection("no request id")
        return {"answer": answered}
    except botocore.exceptions.ClientError as raised:
        return {"error": error(config, method, raised)}
    except Objection as objection:
        return {"objection": str(objection)}
    except botocore.exceptions.BotoCoreError as raised:
        return {"error": {"class": type(raised).__name__, "message": str(raised)}}


def written(value):
    if isinstance(value, datetime.datetime):
        return round(value.timestamp() * 1000)
    raise TypeError(f"{value!r}")


for text in sys.stdin:
    print(json.dumps(answer(sys.argv[1], json.loads(text)), default=written), flush=True)
