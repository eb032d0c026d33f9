"""Change sets of type IMPORT, which moto takes for the making of a stack: taught here, as strict.

What is refused, and in which words, is CloudFormation's own.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
"""

import json
import secrets

from importable_types import FINDERS, identifiers_of
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import ChangeSet, Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.elbv2.models import FakeLoadBalancer
from moto.route53 import models as route53
from moto.route53.models import RecordSet, route53_backends
from moto.secretsmanager.models import secretsmanager_backends
from resource_type import Created


def apply() -> None:
    """Patches moto in place."""
    take_import_change_sets()
    adopt_instead_of_creating()
    compare_what_a_resource_is()
    refuse_records_that_exist()
    name_zones_as_route_53_does()


def take_import_change_sets() -> None:
    of_moto = CloudFormationResponse.create_change_set

    def create_change_set(self):
        entries = self._get_param("ResourcesToImport", [])
        if self._get_param("ChangeSetType") != "IMPORT":
            if entries:
                raise ValidationError(message="ResourcesToImport goes with ChangeSetType IMPORT")
            return of_moto(self)
        backend = self.cloudformation_backend
        stack = existing_stack(backend, self._get_param("StackName"))
        body = self._get_param("TemplateBody")
        if body is None:
            body = self._get_stack_from_s3_url(self._get_param("TemplateURL"))
        template = Stack.parse_template(body)
        deployed = {} if stack is None else Stack.parse_template(stack.template)
        check_template(template, deployed, entries, self._get_param("Parameters", []))
        check_entries(template, deployed, entries, self.region)
        if stack is not None:
            self.params["ChangeSetType"] = "UPDATE"
        # moto puts a second stack beside one that has had no more than a change set in review.
        for other in [each for each in backend.stacks.values() if each is not stack]:
            if other.name == self._get_param("StackName"):
                del backend.stacks[other.stack_id]
        answer = of_moto(self)
        change_set = backend.change_sets[answer.result["Id"]]
        change_set.change_set_type = "IMPORT"
        find_all(change_set, entries, backend)
        return answer

    CloudFormationResponse.create_change_set = create_change_set


def existing_stack(backend, name: str):
    for stack in backend.stacks.values():
        if name in (stack.name, stack.stack_id) and stack.status != "REVIEW_IN_PROGRESS":
            return stack
    return None


def check_template(template: dict, deployed: dict, entries: list, parameters: list) -> None:
    """An import leaves everything but what it imports as it is."""
    resources, before = template.get("Resources", {}), deployed.get("Resources", {})
    imported = [entry["LogicalResourceId"] for entry in entries]
    known = template.get("Parameters", {})
    unknown = [each["ParameterKey"] for each in parameters if each["ParameterKey"] not in known]
    refuse(unknown, "Parameters: {} do not exist in the template")
    refuse(
        [id for id in imported if id not in resources],
        "The logical resource ids {} provided in ResourceToImport do not exist in the template.",
    )
    refuse(
        [id for id in imported if id in before],
        "Resources {} passed in ResourceToImport are already in a stack and cannot be imported.",
    )
    refuse(
        [id for id in resources if id not in before and id not in imported],
        "Resources {} is missing from ResourceToImport list",
    )
    refuse(
        sorted(referred_to(resources) - {*resources, *known}),
        "Template format error: Unresolved resource dependencies {} in the Resources block of the "
        "template",
    )
    refuse(
        [id for id in before if before[id] != resources.get(id)],
        "You have modified resources {} in your template that are not being imported. Update, "
        "create or delete operations cannot be executed during import operations.",
    )
    if template.get("Outputs", {}) != deployed.get("Outputs", {}):
        raise ValidationError(
            message="As part of the import operation, you cannot modify or add [Outputs]"
        )
    refuse(
        [id for id in imported if "DeletionPolicy" not in resources[id]],
        "The following resources to import {} must have DeletionPolicy attribute specified in the "
        "template.",
    )


def referred_to(value) -> set[str]:
    """The logical ids in references and dependencies, but for those of AWS itself."""
    if isinstance(value, list):
        return set().union(*map(referred_to, value))
    if not isinstance(value, dict):
        return set()
    found = set().union(*map(referred_to, value.values()))
    if isinstance(value.get("Ref"), str) and not value["Ref"].startswith("AWS::"):
        found.add(value["Ref"])
    if isinstance(value.get("Fn::GetAtt"), list):
        found.add(value["Fn::GetAtt"][0])
    if "Type" in value and "DependsOn" in value:
        dependencies = value["DependsOn"]
        found |= {dependencies} if isinstance(dependencies, str) else {*dependencies}
    return found


def check_entries(template: dict, deployed: dict, entries: list, region: str) -> None:
    if not entries:
        raise ValidationError(
            message="The template should contain at least one new resource to import."
        )
    for entry in entries:
        resource_type, logical_id = entry["ResourceType"], entry["LogicalResourceId"]
        if resource_type != template["Resources"][logical_id]["Type"]:
            raise ValidationError(
                message=f"Resource type of [{logical_id}] passed in ResourceToImport does not "
                "match with resource type defined in the template."
            )
        if resource_type not in FINDERS:
            raise ValidationError(message=f"{resource_type}: this double cannot import it")
        expected = identifiers_of(resource_type, region)
        if sorted(entry["ResourceIdentifier"]) != sorted(expected):
            raise ValidationError(
                message=f"Invalid resource identifier for resource type {resource_type}. Expected "
                f"[{', '.join(expected)}]"
            )


def refuse(ids: list, message: str) -> None:
    if ids:
        raise ValidationError(message=message.format(f"[{', '.join(ids)}]"))


def find_all(change_set, entries: list, backend) -> None:
    """What is nowhere, or another stack's, fails the change set, as it is only looked for then."""
    change_set.to_adopt, reasons = {}, []
    for entry in entries:
        resource_type = entry["ResourceType"]
        # Not one of these types has an identifier of several parts.
        [identifier] = entry["ResourceIdentifier"].values()
        found = FINDERS[resource_type](identifier, backend.account_id, backend.region_name)
        if found is None:
            reasons.append(
                f"Resource of type '{resource_type}' with identifier '{identifier}' was not found."
            )
        elif owner := stack_of(backend, resource_type, identifier):
            reasons.append(f"{resource_type} {identifier} already belongs to stack {owner}.")
        change_set.to_adopt[entry["LogicalResourceId"]] = found
    for change in change_set.changes:
        change.action = "Import"
    if reasons:
        change_set.status, change_set.execution_status = "FAILED", "UNAVAILABLE"
        change_set.status_reason = " ".join(reasons)


def stack_of(backend, resource_type: str, identifier: str) -> str | None:
    for stack in backend.stacks.values():
        for resource in stack.resource_map._parsed_resources.values():
            if getattr(resource, "cf_resource_type", None) != resource_type:
                continue
            if resource.physical_resource_id == identifier:
                return stack.name
    return None


def adopt_instead_of_creating() -> None:
    of_moto, apply_of_moto = parsing.parse_and_create_resource, ChangeSet.apply

    def apply_change_set(self):
        self.stack.resource_map.to_adopt = getattr(self, "to_adopt", {})
        apply_of_moto(self)

    def parse_and_create_resource(
        logical_id, resource_json, resources_map, account_id, region_name
    ):
        found = getattr(resources_map, "to_adopt", {}).pop(logical_id, None)
        if found is None:
            return of_moto(logical_id, resource_json, resources_map, account_id, region_name)
        known, resolved, _ = parsing.parse_resource_and_generate_name(
            logical_id, resource_json, resources_map
        )
        properties = resolved["Properties"]
        resource = known(found, properties) if isinstance(found, Created) else found
        if isinstance(resource, FakeLoadBalancer):
            resource.properties = properties
        resource.cf_resource_type = resource_json["Type"]
        resource.logical_resource_id = logical_id
        if "GenerateSecretString" in properties:
            overwrite_secret(resource.physical_resource_id, account_id, region_name)
        return resource

    parsing.parse_and_create_resource = parse_and_create_resource
    ChangeSet.apply = apply_change_set


def overwrite_secret(arn: str, account: str, region: str) -> None:
    """After an import, CloudFormation runs each resource's own update, with the whole template.

    Whether that of a secret then takes GenerateSecretString for a change is not documented. This
    double takes the worse: a generated value over the one that is in use.
    """
    secretsmanager_backends[account][region].put_secret_value(
        secret_id=arn,
        secret_string=json.dumps({"key": secrets.token_hex()}),
        secret_binary=None,
        client_request_token=None,
        version_stages=["AWSCURRENT"],
    )


def compare_what_a_resource_is() -> None:
    """moto updates a resource of which the deletion policy alone changed, as after an import."""
    of_moto = parsing.ResourceMap.build_resource_diff
    of_the_stack = ("DeletionPolicy", "UpdateReplacePolicy", "Metadata")

    def build_resource_diff(self, other_template, parameters=None):
        diff = of_moto(self, other_template, parameters)
        before, after = self._resource_json_map, other_template["Resources"]

        def is_changed(name: str) -> bool:
            old, new = (
                {key: value for key, value in each[name].items() if key not in of_the_stack}
                for each in (before, after)
            )
            return before[name] == after[name] or old != new

        return {**diff, "Modify": [name for name in diff["Modify"] if is_changed(name)]}

    parsing.ResourceMap.build_resource_diff = build_resource_diff


def refuse_records_that_exist() -> None:
    """moto's CloudFormation puts a second record beside the first; Route 53 refuses it."""
    of_moto = RecordSet.create_from_cloudformation_json.__func__

    def create(cls, resource_name, cloudformation_json, account_id, region_name, **details):
        properties = cloudformation_json["Properties"]
        zone = route53_backends[account_id]["aws"].get_hosted_zone(properties["HostedZoneId"])
        for record in zone.rrsets:
            if (record.name, record.type) == (properties["Name"], properties["Type"]):
                raise ValidationError(
                    message=f"Tried to create resource record set [name='{record.name}', "
                    f"type='{record.type}'] but it already exists"
                )
        return of_moto(
            cls, resource_name, cloudformation_json, account_id, region_name, **details
        )

    RecordSet.create_from_cloudformation_json = classmethod(create)


def name_zones_as_route_53_does() -> None:
    """The identifier of a zone begins with a Z, by which a mistyped one is told."""
    of_moto = route53.create_route53_zone_id
    route53.create_route53_zone_id = lambda *details, **more: f"Z{of_moto(*details, **more)[1:]}"
