"""What carries findings: EventBridge, the queue, and Lambda's mapping of it."""

import json


def put(cloud, events):
    """Puts events on the bus, each as its service would."""
    entries = [{"Source": event["source"], "DetailType": event["detail-type"],
                "Resources": event["resources"], "Detail": json.dumps(event["detail"])}
               for event in events]
    answer = cloud.client("events").put_events(Entries=entries)
    if answer["FailedEntryCount"]:
        raise SystemExit(f"the events were not put: {answer}")


def batch(cloud, function):
    """What Lambda hands a function of the queue that is mapped to it, and where that came from."""
    mapping, = cloud.client("lambda").list_event_source_mappings(
        FunctionName=function)["EventSourceMappings"]
    sqs = cloud.client("sqs")
    arn = mapping["EventSourceArn"]
    queue = sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
    messages = sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=mapping["BatchSize"],
        MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"]).get("Messages", [])
    records = [{
        "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"], "md5OfBody": message["MD5OfBody"], "messageAttributes": {},
        "attributes": message["Attributes"], "eventSource": "aws:sqs", "eventSourceARN": arn,
        "awsRegion": cloud.session.region_name,
    } for message in messages]
    return {"queue": queue, "event": {"Records": records}, "mapping": mapping}


def settle(cloud, queue, event, failures):
    """Deletes what did not fail, as Lambda does."""
    failed = {failure["itemIdentifier"] for failure in failures}
    for record in event["Records"]:
        if record["messageId"] not in failed:
            cloud.client("sqs").delete_message(QueueUrl=queue,
                                               ReceiptHandle=record["receiptHandle"])


def subscribe(cloud, topic):
    """A queue that hears what a topic tells; gives its URL."""
    sqs = cloud.client("sqs")
    queue = sqs.create_queue(QueueName="payments")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue,
                                   AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return queue


def heard(cloud, queue):
    """What the topic told, attributes and all."""
    messages = cloud.client("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def waiting(cloud):
    """How many messages each queue holds, by its name."""
    sqs = cloud.client("sqs")
    counts = {}
    for queue in sqs.list_queues()["QueueUrls"]:
        known = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        counts[queue.rsplit("/", 1)[-1]] = (
            int(known["ApproximateNumberOfMessages"])
            + int(known["ApproximateNumberOfMessagesNotVisible"]))
    return counts
