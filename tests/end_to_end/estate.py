"""What is graded: instances of every kind, and what leads to them. Each is called after its kind."""

import json

SECRETS = {"deepgrade/reader": "reader", "deepgrade/operator": "operator"}
NAMES = ("shop", "books", "bare", "trial", "silent", "ailing", "idle", "odd", "stopped", "new",
         "gone")
EVERYBODY = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def secrets(cloud, keys):
    """Keeps the keys of the Manager, by role; gives the ARNs of the secrets."""
    create = cloud.client("secretsmanager").create_secret
    return {name: create(Name=name, SecretString=json.dumps({"apiKey": keys[role]}))["ARN"]
            for name, role in SECRETS.items()}


def sources(cloud):
    """Switches on what finds things."""
    cloud.client("guardduty").create_detector(Enable=True)
    cloud.client("macie2").enable_macie()
    account = cloud.account()
    cloud.client("inspector2").enable(accountIds=[account], resourceTypes=["EC2"])


def network(ec2):
    """A network with a security group for everybody, one for CloudFront and one for nobody."""
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, AvailabilityZone=zone, CidrBlock=block)["Subnet"]["SubnetId"]
        for zone, block in (("us-east-1a", "10.7.0.0/20"), ("us-east-1b", "10.7.16.0/20"))]
    lists = ec2.describe_managed_prefix_lists()["PrefixLists"]
    cloudfront, = (entry["PrefixListId"] for entry in lists
                   if entry["PrefixListName"] == "com.amazonaws.global.cloudfront.origin-facing")
    groups = {}
    for name, who in (("web", EVERYBODY), ("inside", None),
                      ("cloudfront", {"PrefixListIds": [{"PrefixListId": cloudfront}]})):
        group = ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"]
        if who is not None:
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
                {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 443, **who}])
        groups[name] = group
    return vpc, subnets, groups


def reader(cloud, bucket):
    """A bucket, and the profile of a role that may read it."""
    cloud.client("s3").create_bucket(Bucket=bucket)
    iam = cloud.client("iam")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole",
             "Principal": {"Service": "ec2.amazonaws.com"}}
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}

    def document(statement):
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    iam.create_role(RoleName="books", AssumeRolePolicyDocument=document(trust))
    iam.put_role_policy(RoleName="books", PolicyName="own", PolicyDocument=document(allow))
    iam.create_instance_profile(InstanceProfileName="books")
    iam.add_role_to_instance_profile(InstanceProfileName="books", RoleName="books")


def web_acl(cloud, name, scope):
    """A web ACL with one rule; gives its ARN."""
    seen = {"MetricName": name, "CloudWatchMetricsEnabled": False, "SampledRequestsEnabled": False}
    rule = {"Name": "office", "Priority": 0, "Action": {"Block": {}}, "VisibilityConfig": seen,
            "Statement": {"GeoMatchStatement": {"CountryCodes": ["AQ"]}}}
    return cloud.client("wafv2").create_web_acl(
        Name=name, Scope=scope, DefaultAction={"Allow": {}}, VisibilityConfig=seen,
        Rules=[rule])["Summary"]["ARN"]


def balancer(cloud, place, name, group, instance):
    """A load balancer on the internet that leads to an instance; gives its ARN and DNS name."""
    vpc, subnets, groups = place
    elb = cloud.client("elbv2")
    made, = elb.create_load_balancer(Name=name, Subnets=subnets, SecurityGroups=[groups[group]],
                                     Scheme="internet-facing")["LoadBalancers"]
    target, = elb.create_target_group(Name=name, VpcId=vpc, Protocol="HTTP",
                                      Port=80)["TargetGroups"]
    elb.register_targets(TargetGroupArn=target["TargetGroupArn"],
                         Targets=[{"Id": instance, "Port": 80}])
    elb.create_listener(LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80,
                        DefaultActions=[{"Type": "forward",
                                         "TargetGroupArn": target["TargetGroupArn"]}])
    return made["LoadBalancerArn"], made["DNSName"]


def distribution(cloud, origin, acl):
    cloud.client("cloudfront").create_distribution(DistributionConfig={
        "CallerReference": origin, "Comment": "", "Enabled": True, "WebACLId": acl,
        "Origins": {"Quantity": 1, "Items": [{
            "Id": "origin", "DomainName": origin, "CustomOriginConfig": {
                "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}}]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "origin", "ViewerProtocolPolicy": "allow-all", "MinTTL": 0,
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}}})


def build(cloud, bucket):
    """Builds all of it; gives the ids of the instances, and the web ACL of `shop`."""
    ec2 = cloud.client("ec2")
    place = network(ec2)
    _, subnets, groups = place
    reader(cloud, bucket)
    ids = {}
    for name in NAMES:
        profile = {"IamInstanceProfile": {"Name": "books"}} if name == "books" else {}
        made, = ec2.run_instances(
            ImageId="ami-12c6146b", MinCount=1, MaxCount=1, **profile,
            NetworkInterfaces=[{"DeviceIndex": 0, "SubnetId": subnets[0],
                                "Groups": [groups["inside"]]}],
            TagSpecifications=[{"ResourceType": "instance", "Tags": [
                {"Key": "Name", "Value": name}, {"Key": "team", "Value": "payments"}]}],
        )["Instances"]
        ids[name] = made["InstanceId"]
    ec2.stop_instances(InstanceIds=[ids["stopped"]])

    regional, edge = (web_acl(cloud, "prod", "REGIONAL"), web_acl(cloud, "edge", "CLOUDFRONT"))
    arn, _ = balancer(cloud, place, "shop", "web", ids["shop"])
    cloud.client("wafv2").associate_web_acl(WebACLArn=regional, ResourceArn=arn)
    balancer(cloud, place, "bare", "web", ids["bare"])
    _, origin = balancer(cloud, place, "books", "cloudfront", ids["books"])
    distribution(cloud, origin, edge)
    # For CloudFront alone, of which this account has none: whose it is cannot be told.
    balancer(cloud, place, "odd", "cloudfront", ids["odd"])
    return ids, regional


def described(cloud):
    """The instances as `aws ec2 describe-instances` prints them, by id."""
    reservations = cloud.pages("ec2", "describe_instances", "Reservations")
    instances = (instance for entry in reservations for instance in entry["Instances"])
    return {instance["InstanceId"]: instance for instance in instances}
