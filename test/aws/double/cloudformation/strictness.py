"""Where moto 5.2.1's CloudFormation is wrong, silent or incomplete for a CDK application: mended."""

import traceback

from creations import roll_back
from moto.cloudformation import cloudformation_backends, parsing
from moto.cloudformation.exceptions import CloudFormationError, ValidationError
from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import EmptyResult
from moto.core.utils import pascal_to_camelcase, remap_nested_keys
from moto.ec2.models import ec2_backends
from moto.ec2.models.security_groups import SecurityGroup
from moto.ecs.models import TaskDefinition
from moto.elbv2 import models as elbv2


def apply(types: dict[str, type]) -> None:
    """Patches moto in place; `types` are what its CloudFormation is taught."""
    know_types(types)
    resolve_stack_outputs()
    scope_change_sets_to_their_stack()
    report_failed_change_sets()
    report_failed_creations()
    report_failed_updates()
    keep_previous_parameters()
    answer_load_balancer_attributes()
    retag_load_balancers()
    refuse_what_moto_cannot_do()
    change_security_groups_in_place()
    revise_task_definitions()


def know_types(types: dict[str, type]) -> None:
    """moto skips a type that it does not know, and the deployment succeeds; here it fails."""
    of_moto = parsing.resource_class_from_type

    def resource_class_from_type(name: str) -> type:
        known = types.get(name) or of_moto(name)
        if known is None or (name.startswith("Custom::") and name not in types):
            raise ValidationError(message=f"{name}: neither moto nor this double knows it")
        return known

    parsing.resource_class_from_type = resource_class_from_type


def resolve_stack_outputs() -> None:
    """Fn::GetStackOutput, the CDK's present way of referring to another stack, is unknown to moto."""
    of_moto = parsing.clean_json

    def clean_json(value, resources):
        if not (isinstance(value, dict) and "Fn::GetStackOutput" in value):
            return of_moto(value, resources)
        reference = value["Fn::GetStackOutput"]
        for backends in cloudformation_backends.values():
            for stack in backends[reference["Region"]].stacks.values():
                if stack.name == reference["StackName"]:
                    return stack.output_map[reference["OutputName"]].value
        raise ValidationError(message=f"no stack has the output {reference}")

    parsing.clean_json = clean_json


def newest_change_set(backend, name: str, stack_name: str) -> str | None:
    for arn, change_set in reversed(list(backend.change_sets.items())):
        if stack_name not in (change_set.stack_name, change_set.stack_id):
            continue
        if name in (arn, change_set.change_set_name):
            return arn
    return None


class ChangeSetNotFound(CloudFormationError):
    """By this code, and no other, the CDK knows that a change set it deleted is gone."""

    code = "ChangeSetNotFound"


def scope_change_sets_to_their_stack() -> None:
    """The CDK gives the change sets of all stacks one name; moto looks them up by name alone."""

    def scoped(operation):
        def of_the_stack(self):
            name, stack_name = self._get_param("ChangeSetName"), self._get_param("StackName")
            arn = newest_change_set(self.cloudformation_backend, name, stack_name)
            if arn is None:
                if operation.__name__ == "delete_change_set":
                    return EmptyResult()
                raise ChangeSetNotFound(f"ChangeSet [{name}] does not exist")
            self.params["ChangeSetName"] = arn
            return operation(self)

        return of_the_stack

    for name in ("describe_change_set", "delete_change_set", "execute_change_set"):
        setattr(CloudFormationResponse, name, scoped(getattr(CloudFormationResponse, name)))


def report_failed_change_sets() -> None:
    """moto answers a failure with an error that the CDK retries and then takes for a success."""
    of_moto = CloudFormationBackend.execute_change_set

    def execute_change_set(self, change_set_name, stack_name=None):
        change_set = self.change_sets[change_set_name]
        stack = self.stacks[change_set.stack_id]
        try:
            of_moto(self, change_set_name, stack_name)
        except Exception as error:
            traceback.print_exc()
            change_set.execution_status = "EXECUTE_FAILED"
            reason = f"{type(error).__name__}: {error}"
            if change_set.change_set_type == "CREATE":
                stack._add_stack_event("ROLLBACK_IN_PROGRESS", resource_status_reason=reason)
                roll_back(stack)
                return
            stack.status = "UPDATE_ROLLBACK_COMPLETE"
            stack._add_stack_event(stack.status, resource_status_reason=reason)
            return
        # moto reads the outputs when a stack is made, which is before its template has come.
        stack._parse_template()
        stack.output_map = stack._create_output_map()

    CloudFormationBackend.execute_change_set = execute_change_set


def report_failed_creations() -> None:
    """moto answers with a 500, and the second attempt with "already exists", which hides the reason."""
    of_moto = CloudFormationBackend.create_stack

    def create_stack(self, name, *details, **more):
        before = set(self.stacks)
        try:
            return of_moto(self, name, *details, **more)
        except Exception as error:
            made = [self.stacks[stack_id] for stack_id in set(self.stacks) - before]
            if not made:
                raise
            traceback.print_exc()
            stack = made[0]
            reason = f"{type(error).__name__}: {error}"
            stack._add_stack_event("ROLLBACK_IN_PROGRESS", resource_status_reason=reason)
            roll_back(stack)
            return stack

    CloudFormationBackend.create_stack = create_stack


def report_failed_updates() -> None:
    """moto answers with a 500, and the second attempt with "no updates", which the CDK believes."""
    of_moto = CloudFormationBackend.update_stack

    def update_stack(self, *details, **more):
        try:
            return of_moto(self, *details, **more)
        except Exception as error:
            traceback.print_exc()
            raise ValidationError(message=f"{type(error).__name__}: {error}") from error

    CloudFormationBackend.update_stack = update_stack


def keep_previous_parameters() -> None:
    """The CDK keeps BootstrapVersion by UsePreviousValue; moto forgets what had only its default."""
    of_moto = CloudFormationBackend._resolve_update_parameters

    def resolve(self, instance, incoming_params):
        known = [p for p in incoming_params if p["ParameterKey"] in instance.parameters]
        given = [p for p in incoming_params if "ParameterValue" in p and p not in known]
        return of_moto(self, instance, known + given)

    CloudFormationBackend._resolve_update_parameters = resolve


def answer_load_balancer_attributes() -> None:
    """Attributes that metrics and the alias record refer to, and moto leaves out."""
    of_moto = elbv2.FakeLoadBalancer.get_cfn_attribute

    def of_load_balancer(self, attribute):
        if attribute == "LoadBalancerFullName":
            return self.arn.split(":loadbalancer/")[1]
        if attribute == "LoadBalancerArn":
            return self.arn
        if attribute == "CanonicalHostedZoneID":
            return self.canonical_hosted_zone_id
        return of_moto(self, attribute)

    def of_target_group(self, attribute):
        return {
            "TargetGroupFullName": self.arn.split(":")[-1],
            "TargetGroupArn": self.arn,
            "TargetGroupName": self.name,
        }[attribute]

    for model, answer in (
        (elbv2.FakeLoadBalancer, of_load_balancer),
        (elbv2.FakeTargetGroup, of_target_group),
    ):
        model.has_cfn_attr = classmethod(lambda cls, attribute: True)
        model.get_cfn_attribute = answer


def retag_load_balancers() -> None:
    """moto makes a load balancer without its attributes, and cannot change it at all.

    Of its properties, the flags change the tags, and a second deploy the protection.
    """
    of_moto = elbv2.FakeLoadBalancer.create_from_cloudformation_json.__func__

    def create(cls, resource_name, cloudformation_json, account_id, region_name, **details):
        made = of_moto(cls, resource_name, cloudformation_json, account_id, region_name, **details)
        made.properties = cloudformation_json["Properties"]
        written = made.properties.get("LoadBalancerAttributes", [])
        elbv2.elbv2_backends[account_id][region_name].modify_load_balancer_attributes(
            made.arn, {each["Key"]: each["Value"] for each in written}
        )
        return made

    def update(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        before, after = dict(original_resource.properties), dict(cloudformation_json["Properties"])
        old_tags, new_tags = before.pop("Tags", []), after.pop("Tags", [])
        before.pop("LoadBalancerAttributes", [])
        attributes = after.pop("LoadBalancerAttributes", [])
        if before != after:
            raise NotImplementedError(
                "this double changes nothing of a load balancer but its tags and attributes"
            )
        backend = elbv2.elbv2_backends[account_id][region_name]
        backend.modify_load_balancer_attributes(
            original_resource.arn, {each["Key"]: each["Value"] for each in attributes}
        )
        backend.remove_tags([original_resource.arn], [tag["Key"] for tag in old_tags])
        backend.add_tags([original_resource.arn], new_tags)
        original_resource.properties = cloudformation_json["Properties"]
        return original_resource

    elbv2.FakeLoadBalancer.create_from_cloudformation_json = classmethod(create)
    elbv2.FakeLoadBalancer.update_from_cloudformation_json = classmethod(update)


def refuse_what_moto_cannot_do() -> None:
    """Where moto cannot change or delete a resource it says nothing; here the deployment fails."""
    update_of_moto = parsing.parse_and_update_resource
    delete_of_moto = parsing.parse_and_delete_resource

    def parse_and_update_resource(logical_id, *details, **more):
        updated = update_of_moto(logical_id, *details, **more)
        if updated is None:
            raise NotImplementedError(f"{logical_id}: neither moto nor this double can change it")
        return updated

    def parse_and_delete_resource(name, resource_json, account_id, region_name):
        known = parsing.resource_class_from_type(resource_json["Type"])
        if hasattr(known.delete_from_cloudformation_json, "__isabstractmethod__"):
            raise NotImplementedError(f"{name}: neither moto nor this double can delete it")
        delete_of_moto(name, resource_json, account_id, region_name)

    parsing.parse_and_update_resource = parse_and_update_resource
    parsing.parse_and_delete_resource = parse_and_delete_resource


def change_security_groups_in_place() -> None:
    """moto deletes a changed group and makes another, whose id nobody who uses it knows."""

    def update(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        group = original_resource
        backend = ec2_backends[account_id][region_name]
        for rule in [rule for rule in group.ingress_rules if rule.ip_range]:
            backend.revoke_security_group_ingress(
                group.id, rule.ip_protocol, rule.from_port, rule.to_port, [rule.ip_range]
            )
        for rule in cloudformation_json["Properties"].get("SecurityGroupIngress", []):
            backend.authorize_security_group_ingress(
                group.id, rule["IpProtocol"], rule["FromPort"], rule["ToPort"], rule["CidrIp"]
            )
        return group

    SecurityGroup.update_from_cloudformation_json = classmethod(update)


def revise_task_definitions() -> None:
    """moto registers a changed one with its keys as templates write them, and answers without them."""
    of_moto = TaskDefinition.update_from_cloudformation_json.__func__

    def update(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        properties = dict(cloudformation_json["Properties"])
        properties["ContainerDefinitions"] = remap_nested_keys(
            properties["ContainerDefinitions"], pascal_to_camelcase
        )
        changed = {**cloudformation_json, "Properties": properties}
        return of_moto(
            cls, original_resource, new_resource_name, changed, account_id, region_name
        )

    TaskDefinition.update_from_cloudformation_json = classmethod(update)
