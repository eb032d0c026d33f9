"""Deletion, as CloudFormation does it: of what moto's own CloudFormation makes and cannot delete, in
the order of the references, held to the deletion policies, and with a stack that says why it stays."""

import traceback
from typing import Any, Iterator

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.flow_logs import FlowLogs
from moto.ec2.models.internet_gateways import InternetGateway, VPCGatewayAttachment
from moto.ec2.models.route_tables import Route, RouteTable
from moto.ec2.models.security_groups import SecurityGroupIngress
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ecs.models import Cluster, TaskDefinition, ecs_backends
from moto.elbv2.models import FakeListener, FakeListenerRule, FakeTargetGroup, elbv2_backends
from moto.iam.models import ManagedPolicy, iam_backends
from moto.route53.models import FakeZone, route53_backends

RETAINED = ("Retain", "RetainExceptOnCreate")


def apply() -> None:
    """Patches moto in place."""
    teach_deletions()
    keep_what_is_retained()
    delete_in_reverse_order()
    report_failed_deletions()


def revoke(rule: SecurityGroupIngress, ec2: Any) -> None:
    properties = rule.properties
    source = properties.get("SourceSecurityGroupId")
    ec2.revoke_security_group_ingress(
        group_name_or_id=rule.security_group.id,
        ip_protocol=properties["IpProtocol"],
        from_port=properties["FromPort"],
        to_port=properties["ToPort"],
        ip_ranges=[{"CidrIp": properties["CidrIp"]}] if "CidrIp" in properties else [],
        source_groups=[{"GroupId": source}] if source else [],
    )


def delete_cluster(cluster: Cluster, ecs: Any) -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html"""
    active = [
        service.name
        for service in ecs.services.values()
        if service.cluster_arn == cluster.arn and service.status == "ACTIVE"
    ]
    if active:
        raise ValidationError(message=f"ClusterContainsServicesException: {', '.join(active)}")
    ecs.delete_cluster(cluster.name)


DELETIONS = {
    ElasticAddress: (ec2_backends, lambda it, ec2: ec2.release_address(it.public_ip)),
    FlowLogs: (ec2_backends, lambda it, ec2: ec2.delete_flow_logs([it.id])),
    InternetGateway: (ec2_backends, lambda it, ec2: ec2.delete_internet_gateway(it.id)),
    VPCGatewayAttachment: (
        ec2_backends,
        lambda it, ec2: ec2.detach_internet_gateway(it.gateway_id, it.vpc_id),
    ),
    Route: (
        ec2_backends,
        lambda it, ec2: ec2.delete_route(it.route_table.id, it.destination_cidr_block),
    ),
    RouteTable: (ec2_backends, lambda it, ec2: ec2.delete_route_table(it.id)),
    SecurityGroupIngress: (ec2_backends, revoke),
    VPCEndPoint: (ec2_backends, lambda it, ec2: ec2.delete_vpc_endpoints([it.id])),
    Cluster: (ecs_backends, delete_cluster),
    TaskDefinition: (ecs_backends, lambda it, ecs: ecs.deregister_task_definition(it.arn)),
    FakeListener: (elbv2_backends, lambda it, elb: elb.delete_listener(it.arn)),
    FakeListenerRule: (elbv2_backends, lambda it, elb: elb.delete_rule(it.arn)),
    ManagedPolicy: (iam_backends, lambda it, iam: iam.delete_policy(it.arn)),
    FakeZone: (route53_backends, lambda it, route53: route53.delete_hosted_zone(it.id)),
    FakeTargetGroup: (elbv2_backends, lambda it, elb: elb.delete_target_group(it.arn)),
}


def teach_deletions() -> None:
    def deletion(backends, delete):
        # Some are of no region.
        place = "aws" if backends in (iam_backends, route53_backends) else None
        return lambda self, account, region: delete(self, backends[account][place or region])

    for model, (backends, delete) in DELETIONS.items():
        model.delete = deletion(backends, delete)


def keep_what_is_retained() -> None:
    """moto knows the policy Retain alone, and of a deleted stack's resources, not of a removed one."""

    def delete_resource(self, resource, resource_json):
        if resource_json.get("DeletionPolicy") in RETAINED:
            return
        if hasattr(resource, "delete"):
            resource.delete(self._account_id, self._region_name)
            return
        parsing.parse_and_delete_resource(
            resource.physical_resource_id, resource_json, self._account_id, self._region_name
        )

    parsing.ResourceMap._delete_resource = delete_resource


def references(value: Any) -> Iterator[str]:
    """What a resource of a template names, by Ref, Fn::GetAtt and DependsOn."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref":
                yield item
            elif key == "Fn::GetAtt":
                yield item[0]
            elif key == "DependsOn":
                yield from [item] if isinstance(item, str) else item
            else:
                yield from references(item)


def in_order_of_creation(resources: dict[str, Any]) -> list[str]:
    """Every resource after all that it names."""
    ordered: dict[str, None] = {}

    def add(name: str) -> None:
        if name in resources and name not in ordered:
            for named in references(resources[name]):
                add(named)
            ordered[name] = None

    for name in resources:
        add(name)
    return list(ordered)


def delete_in_reverse_order() -> None:
    """moto deletes in any order, as long as something can be deleted."""

    def delete(self):
        for name in reversed(in_order_of_creation(self._resource_json_map)):
            resource, written = self._parsed_resources.get(name), self._resource_json_map[name]
            if resource is None or written.get("DeletionPolicy") in RETAINED:
                continue
            self._delete_resource(resource, written)
            # What is retained stays known, or moto makes it again for the sake of an output.
            self._parsed_resources.pop(name)

    parsing.ResourceMap.delete = delete


def report_failed_deletions() -> None:
    """moto forgets the stack first and then fails, so that the CDK's second attempt finds none."""
    of_moto = CloudFormationBackend.delete_stack

    def delete_stack(self, name_or_stack_id):
        named = [
            stack
            for stack in self.stacks.values()
            if name_or_stack_id in (stack.name, stack.stack_id)
        ]
        for stack in named:
            try:
                of_moto(self, stack.stack_id)
            except Exception as error:
                traceback.print_exc()
                self.stacks[stack.stack_id] = stack
                stack.status = "DELETE_FAILED"
                reason = f"{type(error).__name__}: {error}"
                stack._add_stack_event(stack.status, resource_status_reason=reason)

    CloudFormationBackend.delete_stack = delete_stack
