"""Judges what is made for AWS Lambda: a zip, by Python's own reader, and its bill of materials, by
CycloneDX's own schema, by the grammar of licence expressions, and by Cargo.lock.

Arguments: the zip, the binary that must be in it, the bill, and Cargo.lock.
"""

import hashlib
import json
import pathlib
import stat
import sys
import tomllib
import zipfile

import license_expression
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL


def check(condition, complaint):
    if not condition:
        sys.exit(f"judge: {complaint}")


def judge_zip(path, binary):
    with zipfile.ZipFile(path) as archive:
        check(archive.testzip() is None, "the zip is damaged")
        names = archive.namelist()
        check(names == ["bootstrap"], f"the zip holds {names}")
        entry = archive.getinfo("bootstrap")
        check(entry.create_system == 3, "the entry has no mode of Unix")
        mode = entry.external_attr >> 16
        check(stat.S_ISREG(mode) and stat.S_IMODE(mode) == 0o755, f"the mode is {oct(mode)}")
        check(entry.date_time == (1980, 1, 1, 0, 0, 0), f"the time is {entry.date_time}")
        check(archive.read(entry) == binary, "the entry is not the binary")


def judge_bill(text, binary, lock):
    complaint = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    check(complaint is None, f"the schema: {complaint}")
    bill = json.loads(text)
    subject = bill["metadata"]["component"]
    sums = [entry["content"] for entry in subject["hashes"]]
    check(sums == [hashlib.sha256(binary).hexdigest()], f"the bill is of another binary: {sums}")

    locked = {(package["name"], package["version"]): package.get("checksum")
              for package in lock["package"]}
    spdx = license_expression.get_spdx_licensing()
    for component in [subject, *bill["components"]]:
        name = component["bom-ref"]
        licences = [entry["expression"] for entry in component["licenses"]]
        check(len(licences) == 1, f"{name} has the licences {licences}")
        errors = spdx.validate(licences[0]).errors
        check(not errors, f"{name}: {errors}")
    for component in bill["components"]:
        name = component["bom-ref"]
        checksum = locked[component["name"], component["version"]]
        sums = [entry["content"] for entry in component.get("hashes", [])]
        check(sums == ([checksum] if checksum else []), f"{name} has the sums {sums}")
        if checksum:
            purl = PackageURL.from_string(component["purl"])
            place = (purl.type, purl.name, purl.version)
            check(place == ("cargo", component["name"], component["version"]), f"{name}: {place}")

    known = {subject["bom-ref"], *(component["bom-ref"] for component in bill["components"])}
    check(len(known) == 1 + len(bill["components"]), "a component is there twice")
    needs = {entry["ref"]: entry["dependsOn"] for entry in bill["dependencies"]}
    check(set(needs) == known, "the dependencies are not those of the components")
    reached, ahead = set(), [subject["bom-ref"]]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead.extend(needs[name])
    check(reached == known, f"nothing leads to {sorted(known - reached)}")
    return len(bill["components"])


def main():
    zipped, binary, bill, lock = map(pathlib.Path, sys.argv[1:])
    program = binary.read_bytes()
    judge_zip(zipped, program)
    count = judge_bill(bill.read_text(), program, tomllib.loads(lock.read_text()))
    print(f"{count} components are as they should be")


main()
