"""Deploys the zips into ministack for the test: reads where from standard input, and answers line by
line. What AWS itself would send is sent by events of a source of our own, which a rule turns into it."""

import json
import sys
import time

import boto3

TABLE, BUCKET = "deepgrade-ledger", "deepgrade-inventory"
SOURCE = "trial.guardduty"
# As long as a function may take here, in seconds.
PATIENCE = 60


def cloud(url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-east-1",
                            aws_access_key_id="test", aws_secret_access_key="test")
    return client


def say(what):
    print(json.dumps(what), flush=True)


def hear():
    return json.loads(sys.stdin.readline())


def created_table(client):
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    client("dynamodb").create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys])


def created_queue(client, name):
    url = client("sqs").create_queue(
        QueueName=name, Attributes={"VisibilityTimeout": str(PATIENCE)})["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, arn["Attributes"]["QueueArn"]


def records(client):
    """The findings in the ledger."""
    rows = client("dynamodb").scan(TableName=TABLE)["Items"]
    documents = [json.loads(row["document"]["S"]) for row in rows if "document" in row]
    return [document for document in documents
            if isinstance(document, dict) and "finding" in document]


def until(look):
    """What a look gives in the end, where it gives something in time."""
    end = time.monotonic() + PATIENCE
    found = look()
    while not found and time.monotonic() < end:
        time.sleep(0.2)
        found = look()
    return found


def log(client, function):
    """What a function wrote down."""
    group = f"/aws/lambda/{function}"
    streams = client("logs").describe_log_streams(logGroupName=group)["logStreams"]
    events = [event for stream in streams for event in client("logs").get_log_events(
        logGroupName=group, logStreamName=stream["logStreamName"])["events"]]
    return "\n".join(event["message"] for event in events)


def main():
    given = hear()
    client = cloud(given["url"])
    instances = client("ec2").run_instances(
        ImageId="ami-0123456789abcdef0", InstanceType="t3.micro", MinCount=1, MaxCount=1)
    say({"instance": instances["Instances"][0]["InstanceId"]})

    wanted = hear()
    created_table(client)
    client("s3").create_bucket(Bucket=BUCKET)
    client("s3").put_object(Bucket=BUCKET, Key="settings.yaml", Body=wanted["settings"].encode())
    client("secretsmanager").create_secret(Name="deepgrade/key", SecretString=wanted["secret"])
    findings, findings_arn = created_queue(client, "findings")
    quarantine, _ = created_queue(client, "quarantine")
    topic = client("sns").create_topic(Name="deepgrade")["TopicArn"]
    environment = {
        # By its address: no name leads to a bucket's host here.
        "AWS_ENDPOINT_URL": given["url"],
        "DEEPGRADE_ACTING": "on", "DEEPGRADE_INVENTORY": f"s3://{BUCKET}/inventory",
        "DEEPGRADE_LEDGER": TABLE, "DEEPGRADE_QUARANTINE_QUEUE": quarantine,
        "DEEPGRADE_QUEUE": findings, "DEEPGRADE_SETTINGS": f"s3://{BUCKET}/settings.yaml",
        "DEEPGRADE_SETTINGS_SHA256": wanted["sha256"], "DEEPGRADE_TOPIC": topic,
    }
    for handler, path in wanted["zips"].items():
        with open(path, "rb") as zipped:
            client("lambda").create_function(
                FunctionName=handler, Handler=handler, Runtime="provided.al2023",
                Role=f"arn:aws:iam::{wanted['account']}:role/deepgrade", Timeout=PATIENCE,
                Code={"ZipFile": zipped.read()}, Environment={"Variables": environment})

    # A rule whose target is a function.
    events = client("events")
    events.put_rule(Name="renewal", EventPattern=json.dumps({"source": ["trial.schedule"]}))
    function = client("lambda").get_function_configuration(FunctionName="inventory")
    events.put_targets(Rule="renewal", Targets=[{"Id": "inventory", "Arn": function["FunctionArn"]}])
    events.put_events(Entries=[{"Source": "trial.schedule", "DetailType": "due", "Detail": "{}"}])
    kept = until(lambda: client("s3").list_objects_v2(
        Bucket=BUCKET, Prefix="inventory/").get("Contents"))
    say({"kept": [each["Key"] for each in kept or []], "log": log(client, "inventory")})

    # A rule whose target is the queue that a function is fed from.
    events.put_rule(Name="findings", EventPattern=json.dumps({"source": [SOURCE]}))
    events.put_targets(Rule="findings", Targets=[
        {"Id": "findings", "Arn": findings_arn, "Input": json.dumps(wanted["event"])}])
    client("lambda").create_event_source_mapping(
        EventSourceArn=findings_arn, FunctionName="respond", BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"])
    events.put_events(Entries=[{"Source": SOURCE, "DetailType": "found", "Detail": "{}"}])
    settled = until(lambda: [record for record in records(client) if record.get("plan")])
    say({"records": settled, "log": log(client, "respond")})


if __name__ == "__main__":
    main()
