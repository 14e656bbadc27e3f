"""Does one thing in AWS for the test: reads what from standard input, and writes what came of it."""

import datetime
import io
import json
import sys
import urllib.request
import zipfile

import deploy
import estate
import events
import operate
import pack
import read_back
from cloud import Cloud


def deployed(cloud, stack, path, parameters):
    """Creates a stack; gives its outputs, functions and the rules of its conformance pack, and the
    types that moto lacks."""
    template, lacking = deploy.create(cloud, stack, path, parameters)
    functions = []
    for name, resource in template.resources().items():
        if resource["Type"] == "AWS::Lambda::Function":
            known = cloud.client("lambda").get_function_configuration(
                FunctionName=template.values[name])
            code = template.resolved(resource["Properties"]["Code"])["S3Key"]
            functions.append({
                "name": known["FunctionName"], "arn": known["FunctionArn"],
                "handler": known["Handler"], "timeout": known["Timeout"], "code": code,
                "environment": known["Environment"]["Variables"],
                "credentials": cloud.assume(known["Role"])[1]})
    described, = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"]
               for output in described.get("Outputs", [])}
    schedules = [template.resolved(resource["Properties"])["Target"]["Arn"]
                 for resource in template.resources().values()
                 if resource["Type"] == "AWS::Scheduler::Schedule"]
    rules = [rule for resource in template.resources().values()
             if resource["Type"] == "AWS::Config::ConformancePack"
             for rule in pack.rules(template.resolved(resource["Properties"]))]
    return {"outputs": outputs, "functions": functions, "lacking": lacking,
            "schedules": schedules, "rules": rules}


def stored(cloud, bucket, objects, code):
    """Puts objects into a bucket, and zips in the place of those of the functions."""
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("bootstrap", "the test starts the binaries themselves")
    bodies = {key: body.encode() for key, body in objects.items()}
    bodies.update({key: zipped.getvalue() for key in code})
    for key, body in bodies.items():
        cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def objects(cloud, bucket):
    """The keys in a bucket."""
    listed = cloud.client("s3").list_objects_v2(Bucket=bucket)
    return [entry["Key"] for entry in listed.get("Contents", [])]


def assumed(cloud, role):
    """The credentials of a role."""
    return cloud.assume(role)[1]


def launched(cloud, name):
    """An instance somewhere in the account."""
    made, = cloud.client("ec2").run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}])["Instances"]
    return made["InstanceId"]


def allowed(cloud, bucket, key, writes):
    """Whether the policies of a role allow it to read an object, or to write it, as moto sees it
    while it looks at them."""
    s3 = cloud.client("s3")
    enforce(cloud, "0")
    try:
        if writes:
            s3.put_object(Bucket=bucket, Key=key, Body=b"")
        else:
            s3.get_object(Bucket=bucket, Key=key)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return False
    finally:
        enforce(cloud, "inf")
    return True


def rows(cloud, table, partition):
    """How many rows a partition of a table has; nothing where they may not be read."""
    dynamodb = cloud.client("dynamodb")
    try:
        answer = dynamodb.query(
            TableName=table, KeyConditionExpression="pk = :partition",
            ExpressionAttributeValues={":partition": {"S": partition}})
    except dynamodb.exceptions.ClientError as error:
        if not error.response["Error"]["Code"].startswith("AccessDenied"):
            raise
        return None
    return answer["Count"]


def enforce(cloud, after):
    """Lets moto look at policies after so many requests."""
    request = urllib.request.Request(f"{cloud.endpoints['moto']}/moto-api/reset-auth",
                                     data=after.encode(), headers={"Content-Type": "text/plain"})
    with urllib.request.urlopen(request) as answer:
        answer.read()


def terminated(cloud, instance):
    cloud.client("ec2").terminate_instances(InstanceIds=[instance])


STEPS = {
    "deploy": deployed,
    "store": stored,
    "objects": objects,
    "assume": assumed,
    "terminate": terminated,
    "launch": launched,
    "allowed": allowed,
    "rows": rows,
    "secrets": estate.secrets,
    "sources": estate.sources,
    "estate": estate.build,
    "described": estate.described,
    "put events": events.put,
    "batch": events.batch,
    "settle": events.settle,
    "subscribe": events.subscribe,
    "heard": events.heard,
    "waiting": events.waiting,
    "operate": operate.run,
    "results": read_back.results,
    "ledger": read_back.ledger,
    "web acl": read_back.web_acl,
}


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(type(value))


def main():
    wanted = json.loads(sys.stdin.readline())
    cloud = Cloud(wanted["endpoints"], wanted["credentials"])
    came = STEPS[wanted["step"]](cloud, **wanted["arguments"])
    print(json.dumps(came, default=plain), flush=True)


main()
