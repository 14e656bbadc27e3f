"""A custom runtime of the standard library only: an independent client of the Runtime API stub.

Its handlers: `rule` answers an event of AWS Config with one PutEvaluations and fails if that is
refused; `init` cannot start; `echo` does what the event's member `do` says.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"


def post(path, body, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{API}/{path}", data=data, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def rule(event, _):
    invoking = json.loads(event["invokingEvent"])
    item = invoking.get("configurationItem")
    if item is None:
        return "nothing to put"
    gone = event["eventLeftScope"] or item["configurationItemStatus"] == "ResourceDeleted"
    instant = time.strptime(invoking["notificationCreationTime"][:19], "%Y-%m-%dT%H:%M:%S")
    evaluation = {
        "ComplianceResourceType": item["resourceType"],
        "ComplianceResourceId": item["resourceId"],
        "ComplianceType": "NOT_APPLICABLE" if gone else "COMPLIANT",
        "OrderingTimestamp": time.mktime(instant),
    }
    body = {"Evaluations": [evaluation], "ResultToken": event["resultToken"]}
    scope = f"Credential=testbed/20261120/{os.environ['AWS_REGION']}/config/aws4_request"
    request = urllib.request.Request(
        os.environ["AWS_ENDPOINT_URL_CONFIG_SERVICE"],
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0",
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "StarlingDoveService.PutEvaluations",
        },
    )
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    except urllib.error.HTTPError as refused:
        raise RuntimeError(json.load(refused)["__type"]) from refused


def echo(event, context):
    match event["do"]:
        case "answer":
            return {"event": event, "context": context}
        case "fail":
            raise ValueError("no such thing")
        case "exit":
            print("leaving", flush=True)
            print("for good", file=sys.stderr, flush=True)
            os._exit(3)
        case "late":
            time.sleep(0.5)
            return "late"
        case "text":
            return b"not JSON"
        case "nothing":
            return b""
        case "environment":
            return dict(os.environ)
        case "process":
            return os.getpid()


def serve(handler):
    while True:
        with urllib.request.urlopen(f"{API}/invocation/next") as response:
            event = json.load(response)
            context = {name.lower(): value for name, value in response.headers.items()}
        context["now"] = time.time() * 1000
        invocation = f"invocation/{context['lambda-runtime-aws-request-id']}"
        try:
            answered = post(f"{invocation}/response", handler(event, context))
        except Exception as error:
            body = {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": []}
            answered = post(
                f"{invocation}/error",
                body,
                **{"Lambda-Runtime-Function-Error-Type": type(error).__name__},
            )
        print(*answered, flush=True)


match os.environ["_HANDLER"]:
    case "init":
        body = {"errorType": "Runtime.NoSetting", "errorMessage": "RULE is not set"}
        print(*post("init/error", body), flush=True)
        sys.exit(1)
    case "init-by-header":
        post("init/error", b"", **{"Lambda-Runtime-Function-Error-Type": "Runtime.Bare"})
        sys.exit(1)
    case "rule":
        serve(rule)
    case "echo":
        serve(echo)
