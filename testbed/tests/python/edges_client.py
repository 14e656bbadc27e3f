"""Asks the services of web edges with boto3 and judges the answers that moto does not give.

Every element of XML, every member of JSON and every word must be one of botocore's model of the
service, and what the model requires must be there. Ends with an error otherwise. Prints what
boto3 understood, as one object of JSON.
"""

import json
import re
import sys

import botocore.session


def names(shape, seen):
    """Every name that an element of the shape, or of what it holds, may have."""
    if shape.name in seen:
        return set()
    seen = seen | {shape.name}
    found = {shape.name, shape.serialization.get("name", shape.name)}
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            found |= {name, member.serialization.get("name", name)} | names(member, seen)
    elif shape.type_name == "list":
        member = shape.member
        found |= {member.serialization.get("name", "member")} | names(member, seen)
    return found


def check(value, shape, where):
    if shape.type_name == "structure":
        for name in shape.required_members:
            assert name in value, f"{where}/{name} is missing"
        for name, member in value.items():
            assert name in shape.members, f"{where}/{name} is unknown"
            check(member, shape.members[name], f"{where}/{name}")
    elif shape.type_name == "list":
        for entry in value:
            check(entry, shape.member, where)
    elif shape.type_name == "string":
        assert value in shape.metadata.get("enum", [value]), f"{where} is {value!r}"


def judge(operation_model, response_dict, **_):
    body = response_dict["body"].decode()
    if body.startswith("<"):
        known = names(operation_model.output_shape, frozenset())
        known.add(operation_model.name + "Result")
        unknown = set(re.findall(r"<([A-Za-z]\w*)", body)) - known
        assert not unknown, f"{operation_model.name} has no {unknown}"


def ask(client, method, **parameters):
    answer = getattr(client, method)(**parameters)
    del answer["ResponseMetadata"]
    model = client.meta.service_model.operation_model(
        client.meta.method_to_api_mapping[method]
    )
    check(answer, model.output_shape, method)
    return answer


def client(service):
    session = botocore.session.Session()
    session.set_credentials("testbed", "testbed")
    made = session.create_client(service, region_name="us-east-1", endpoint_url=sys.argv[1])
    made.meta.events.register(f"before-parse.{service}", judge)
    return made


waf = client("wafv2")
metric = {
    "SampledRequestsEnabled": False,
    "CloudWatchMetricsEnabled": False,
    "MetricName": "metric",
}
web_acl = waf.create_web_acl(
    Name="prod", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=metric
)["Summary"]["ARN"]
for kind in ("loadbalancer/app/shop/1", "loadbalancer/app/blog/2"):
    arn = f"arn:aws:elasticloadbalancing:us-east-1:123456789012:{kind}"
    waf.associate_web_acl(WebACLArn=web_acl, ResourceArn=arn)
cloudfront = client("cloudfront")
guardduty = client("guardduty")
macie = client("macie2")
inspector = client("inspector2")
detector = guardduty.create_detector(Enable=True)["DetectorId"]
of_guardduty = ask(
    guardduty,
    "list_findings",
    DetectorId=detector,
    FindingCriteria={"Criterion": {"service.archived": {"Equals": ["false"]}}},
)
of_macie = ask(
    macie, "list_findings", findingCriteria={"criterion": {"archived": {"eq": ["false"]}}}
)


def pages(client, **parameters):
    """Both pages of the members, each under lower-case names."""
    both = []
    for _ in range(2):
        page = ask(client, "list_members", **parameters)
        page = {name[0].lower() + name[1:]: value for name, value in page.items()}
        token = "NextToken" if "DetectorId" in parameters else "nextToken"
        parameters[token] = page.get("nextToken", "")
        both.append(page)
    assert not parameters[token], parameters[token]
    return both


understood = {
    "guardduty": ask(
        guardduty, "get_findings", DetectorId=detector, FindingIds=of_guardduty["FindingIds"]
    ),
    "macie": ask(macie, "get_findings", findingIds=of_macie["findingIds"]),
    "inspector": ask(
        inspector,
        "list_findings",
        filterCriteria={"findingStatus": [{"comparison": "EQUALS", "value": "ACTIVE"}]},
    ),
    "members": [
        [first["members"], second["members"]]
        for first, second in [
            pages(guardduty, DetectorId=detector, MaxResults=1),
            pages(macie, maxResults=1),
            pages(inspector, maxResults=1, onlyAssociated=True),
        ]
    ],
    "resources": ask(waf, "list_resources_for_web_acl", WebACLArn=web_acl),
    "origins": ask(cloudfront, "list_vpc_origins"),
    "tenants": ask(cloudfront, "list_distribution_tenants"),
}
print(json.dumps(understood, default=str))
