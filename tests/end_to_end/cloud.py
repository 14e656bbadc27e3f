"""AWS as a test sees it: clients of an account at the endpoints of the test."""

import boto3

REGION = "us-east-1"


class Cloud:
    """An account. Its endpoints are those of the simulators, by service; the others are one."""

    def __init__(self, endpoints, credentials=None):
        self.endpoints = endpoints
        self.session = boto3.Session(region_name=REGION, **(credentials or {
            "aws_access_key_id": "testbed", "aws_secret_access_key": "testbed"}))

    def client(self, service, region=REGION):
        endpoint = self.endpoints.get(service, self.endpoints["all"])
        return self.session.client(service, region_name=region, endpoint_url=endpoint)

    def assume(self, role):
        """The account of a role, and what leads into it."""
        given = self.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        credentials = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        return Cloud(self.endpoints, credentials), credentials

    def account(self):
        return self.client("sts").get_caller_identity()["Account"]

    def pages(self, service, operation, member, **arguments):
        """All that an operation lists."""
        pages = self.client(service).get_paginator(operation).paginate(**arguments)
        return [entry for page in pages for entry in page[member]]
