"""A template of CloudFormation or of a conformance pack, and what its functions come to."""

import re

import yaml

NOTHING = object()


class Loader(yaml.SafeLoader):
    """YAML with the short forms of CloudFormation's functions."""


def long_form(loader, name, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name in ("Ref", "Condition"):
        return {name: value}
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{name}": value}


Loader.add_multi_constructor("!", long_form)


class Template:
    """A template with values for its parameters. What its resources are called in AWS, and their
    attributes, are told as they are made."""

    def __init__(self, text, given, pseudo=None, exports=None):
        self.tree = yaml.load(text, Loader)
        self.values = {f"AWS::{name}": value for name, value in (pseudo or {}).items()}
        self.attributes = {}
        self.exports = exports or {}
        known = self.tree.get("Parameters", {})
        unknown = set(given) - set(known)
        if unknown:
            raise SystemExit(f"the template has no parameters {sorted(unknown)}")
        for name, parameter in known.items():
            value = given.get(name, parameter.get("Default"))
            if value is None:
                raise SystemExit(f"the parameter {name} is not given")
            is_list = parameter["Type"].startswith(("CommaDelimitedList", "List<"))
            self.values[name] = str(value).split(",") if is_list else value

    def resources(self):
        """Those whose condition holds."""
        return {name: resource for name, resource in self.tree["Resources"].items()
                if "Condition" not in resource or self.holds(resource["Condition"])}

    def holds(self, condition):
        return self.resolved(self.tree["Conditions"][condition])

    def resolved(self, node):
        if isinstance(node, list):
            return [value for value in map(self.resolved, node) if value is not NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (name, argument), = node.items()
            if name in FUNCTIONS:
                return FUNCTIONS[name](self, argument)
        members = ((name, self.resolved(value)) for name, value in node.items())
        return {name: value for name, value in members if value is not NOTHING}

    def reference(self, name):
        return NOTHING if name == "AWS::NoValue" else self.values[name]

    def substituted(self, argument):
        text, own = argument if isinstance(argument, list) else (argument, {})

        def value(match):
            name = match[1]
            if name in own:
                return str(self.resolved(own[name]))
            if "." in name:
                return str(self.attributes[tuple(name.split(".", 1))])
            return str(self.values[name])

        return re.sub(r"\$\{([^!}]+)\}", value, text).replace("${!", "${")


FUNCTIONS = {
    "Ref": Template.reference,
    "Condition": Template.holds,
    "Fn::Sub": Template.substituted,
    "Fn::GetAtt": lambda template, path: template.attributes[tuple(path)],
    "Fn::ImportValue": lambda template, name: template.exports[template.resolved(name)],
    "Fn::Join": lambda template, argument:
        argument[0].join(map(str, template.resolved(argument[1]))),
    "Fn::Select": lambda template, argument:
        template.resolved(argument[1])[int(template.resolved(argument[0]))],
    "Fn::Split": lambda template, argument: template.resolved(argument[1]).split(argument[0]),
    "Fn::If": lambda template, argument:
        template.resolved(argument[1 if template.holds(argument[0]) else 2]),
    "Fn::Equals": lambda template, pair:
        str(template.resolved(pair[0])) == str(template.resolved(pair[1])),
    "Fn::Not": lambda template, argument: not template.resolved(argument[0]),
    "Fn::And": lambda template, all_of: all(map(template.resolved, all_of)),
    "Fn::Or": lambda template, any_of: any(map(template.resolved, any_of)),
}
