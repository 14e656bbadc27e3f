"""Judges batches of findings by the SDK's model of BatchImportFindings, one batch a line of standard
input, and by the limits that the SDK leaves to the service. Prints the findings."""

import json
import sys

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

loader = Loader()
service = ServiceModel(loader.load_service_model("securityhub", "service-2"))
shape = service.operation_model("BatchImportFindings").input_shape
severities = set(service.shape_for("SeverityLabel").enum)
statuses = set(service.shape_for("ComplianceStatus").enum)

findings = []
for line in sys.stdin:
    batch = json.loads(line)
    report = ParamValidator().validate(batch, shape)
    assert not report.has_errors(), report.generate_report()
    assert 1 <= len(batch["Findings"]) <= 100, len(batch["Findings"])
    places = {(f["AwsAccountId"], f["Resources"][0]["Region"]) for f in batch["Findings"]}
    assert len(places) == 1, places
    assert len(line.encode()) < 6 * 1024 * 1024
    for finding in batch["Findings"]:
        assert len(finding["Id"]) <= 512
        assert len(finding["Title"]) <= 256
        assert len(finding["Description"]) <= 1024
        assert finding["Severity"]["Label"] in severities, finding["Severity"]
        assert finding["Compliance"]["Status"] in statuses, finding["Compliance"]
        fields = finding["ProductFields"]
        assert len(fields) <= 50
        assert all(1 <= len(name) <= 128 for name in fields), fields
        assert all(1 <= len(value) <= 2048 for value in fields.values()), fields
        findings.append(finding)
print(json.dumps(findings))
