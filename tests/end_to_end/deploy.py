"""Creates the stacks of Deepgrade in an account, as CloudFormation does, and says what was made.

moto does not create resources of every type. Those it is not given: they are created by the API of
their service, or, where the simulators of the test stand for the service, told to the test.
"""

import json

from template import Template

# Types that moto does not create from a template, and how else they come to be: before the others,
# after them, or not in moto at all.
BEFORE = {
    "AWS::Scheduler::ScheduleGroup": lambda cloud, its: cloud.client("scheduler")
        .create_schedule_group(Name=its["Name"])["ScheduleGroupArn"],
}
AFTER = {
    "AWS::CloudWatch::Alarm": lambda cloud, its: cloud.client("cloudwatch")
        .put_metric_alarm(**its),
    "AWS::Events::EventBusPolicy": lambda cloud, its: cloud.client("events")
        .put_permission(EventBusName="default", Policy=json.dumps({
            "Version": "2012-10-17",
            "Statement": [{"Sid": its["StatementId"], **its["Statement"]}]})),
    "AWS::SQS::QueuePolicy": lambda cloud, its: [
        cloud.client("sqs").set_queue_attributes(
            QueueUrl=queue, Attributes={"Policy": json.dumps(its["PolicyDocument"], default=str)})
        for queue in its["Queues"]],
    "AWS::Scheduler::Schedule": lambda cloud, its: cloud.client("scheduler")
        .create_schedule(**its),
    "AWS::Lambda::EventInvokeConfig": lambda cloud, its: cloud.client("lambda")
        .put_function_event_invoke_config(**its),
}
ELSEWHERE = {
    "AWS::Config::ConformancePack",
    # moto looks at no condition of a bucket's policy: what refuses HTTP would refuse everything.
    "AWS::S3::BucketPolicy",
}


def attributes(cloud, name, kind, physical, account):
    """What GetAtt gives of a resource, as far as templates ask for it."""
    arn = {
        "AWS::Events::Rule": f"events:{{region}}:{account}:rule/{physical}",
        "AWS::DynamoDB::Table": f"dynamodb:{{region}}:{account}:table/{physical}",
        "AWS::IAM::Role": f"iam::{account}:role/{physical}",
        "AWS::Lambda::Function": f"lambda:{{region}}:{account}:function:{physical}",
        "AWS::S3::Bucket": f"s3:::{physical}",
        "AWS::SQS::Queue": f"sqs:{{region}}:{account}:{physical.rsplit('/', 1)[-1]}",
    }.get(kind)
    if arn is None:
        return {}
    region = cloud.session.region_name
    return {(name, "Arn"): "arn:aws:" + arn.format(region=region)}


def without(node, attributes):
    """The template with attributes of resources that it does not hold any more."""
    if isinstance(node, list):
        return [without(each, attributes) for each in node]
    if not isinstance(node, dict):
        return node
    path = node.get("Fn::GetAtt")
    if path is not None and tuple(path) in attributes:
        return attributes[tuple(path)]
    return {name: without(value, attributes) for name, value in node.items()}


def put_policies(cloud, role):
    """Puts the policies of a role once more: moto keeps those of a template as Python prints them,
    which is not JSON."""
    iam = cloud.client("iam")
    for policy in role.get("Policies", []):
        name = {"RoleName": role["RoleName"], "PolicyName": policy["PolicyName"]}
        document = json.dumps(policy["PolicyDocument"], default=str)
        iam.delete_role_policy(**name)
        iam.put_role_policy(**name, PolicyDocument=document)


def create(cloud, stack, path, parameters):
    """Creates a stack; gives its template with all that was made filled in, and what moto lacks."""
    account = cloud.account()
    exports = {export["Name"]: export["Value"]
               for export in cloud.pages("cloudformation", "list_exports", "Exports")}
    pseudo = {"AccountId": account, "Region": cloud.session.region_name, "Partition": "aws",
              "URLSuffix": "amazonaws.com", "StackName": stack}
    with open(path, encoding="utf-8") as file:
        template = Template(file.read(), parameters, pseudo, exports)

    lacking = {name: resource for name, resource in template.resources().items()
               if resource["Type"] in {*BEFORE, *AFTER, *ELSEWHERE}}
    made_before = {}
    for name, resource in lacking.items():
        if resource["Type"] in BEFORE:
            properties = template.resolved(resource["Properties"])
            made_before[name, "Arn"] = BEFORE[resource["Type"]](cloud, properties)
            template.values[name] = properties["Name"]
    template.attributes.update(made_before)

    body = without({**template.tree, "Resources": {
        name: resource for name, resource in template.tree["Resources"].items()
        if name not in lacking}}, made_before)
    cloudformation = cloud.client("cloudformation")
    cloudformation.create_stack(
        StackName=stack, TemplateBody=json.dumps(body, default=str),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": name, "ParameterValue": value}
                    for name, value in parameters.items()])
    described, = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    if described["StackStatus"] != "CREATE_COMPLETE":
        raise SystemExit(f"{stack}: {described}")

    made = cloud.pages("cloudformation", "list_stack_resources", "StackResourceSummaries",
                       StackName=stack)
    for resource in made:
        name, physical = resource["LogicalResourceId"], resource["PhysicalResourceId"]
        template.values[name] = physical
        kind = resource["ResourceType"]
        template.attributes.update(attributes(cloud, name, kind, physical, account))
    names = {resource["LogicalResourceId"] for resource in made}
    missing = sorted(set(template.resources()) - set(lacking) - names)
    if missing:
        raise SystemExit(f"{stack}: moto made nothing of {missing}, and did not say so")
    for resource in template.resources().values():
        if resource["Type"] == "AWS::IAM::Role":
            put_policies(cloud, template.resolved(resource["Properties"]))
    for resource in lacking.values():
        if resource["Type"] in AFTER:
            AFTER[resource["Type"]](cloud, template.resolved(resource["Properties"]))
    return template, sorted({resource["Type"] for resource in lacking.values()})
