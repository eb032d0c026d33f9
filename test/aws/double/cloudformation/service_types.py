"""AWS::ECS::Service, of which moto's CloudFormation ignores all but the count and the task.

No task ever runs here: what ECS would refuse when the service is made is refused, and what it would
do with the tasks afterwards is not shown.
"""

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import pascal_to_camelcase, remap_nested_keys
from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from resource_type import Created, Deletion, Request, resource_type
from service_deployments import succeed


def expect_targets(request: Request) -> None:
    """ECS takes a target group that a load balancer forwards to already, and no other."""
    backend = elbv2_backends[request.account][request.region]
    for targets in request.properties.get("LoadBalancers", []):
        advanced = targets.get("AdvancedConfiguration", {})
        groups = [targets["TargetGroupArn"], advanced.get("AlternateTargetGroupArn")]
        for group in filter(None, groups):
            if not backend._any_listener_using(group):
                raise ValidationError(
                    message=f"The target group with targetGroupArn {group} does not have an "
                    "associated load balancer."
                )
        if advanced:
            expect_production_rule(request, groups, advanced)


def expect_production_rule(request: Request, groups: list[str], advanced: dict) -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html"""
    elb = elbv2_backends[request.account][request.region]
    rule_arn = advanced["ProductionListenerRule"]
    [rule] = elb.describe_rules(listener_arn=None, rule_arns=[rule_arn])
    forwarded = elb._get_target_group_arns_from(rule.actions[0].data)
    if set(forwarded) != set(groups):
        raise ValidationError(message=f"{rule_arn} forwards to {forwarded}, not to {groups}")
    role_arns = [role.arn for role in iam_backends[request.account]["aws"].roles.values()]
    if advanced["RoleArn"] not in role_arns:
        raise ValidationError(message=f"there is no role {advanced['RoleArn']}")


def expect_alarms(request: Request) -> None:
    known = cloudwatch_backends[request.account][request.region].alarms
    alarms = request.properties.get("DeploymentConfiguration", {}).get("Alarms", {})
    for name in alarms.get("AlarmNames", []):
        if name not in known:
            raise ValidationError(message=f"there is no alarm {name}")


def create_service(request: Request) -> Created:
    expect_targets(request)
    expect_alarms(request)
    properties = remap_nested_keys(request.properties, pascal_to_camelcase)
    service = ecs_backends[request.account][request.region].create_service(
        cluster_str=properties["cluster"],
        service_name=properties.get("serviceName", request.name),
        desired_count=properties.get("desiredCount", 1),
        task_definition_str=properties["taskDefinition"],
        load_balancers=properties.get("loadBalancers", []),
        launch_type=properties.get("launchType"),
        platform_version=properties.get("platformVersion"),
        network_configuration=properties["networkConfiguration"],
    )
    service.deployment_configuration = properties["deploymentConfiguration"]
    succeed(service)
    return Created(service.arn, {"Name": service.name})


def update_service(arn: str, request: Request) -> None:
    expect_targets(request)
    expect_alarms(request)
    properties = remap_nested_keys(request.properties, pascal_to_camelcase)
    service = ecs_backends[request.account][request.region].update_service(
        {
            "cluster": properties["cluster"],
            "service": arn,
            "task_definition": properties["taskDefinition"],
            "desired_count": properties.get("desiredCount"),
            "load_balancers": properties.get("loadBalancers", []),
        }
    )
    service.deployment_configuration = properties["deploymentConfiguration"]
    succeed(service)


def delete_service(deletion: Deletion) -> None:
    *_, cluster, name = deletion.physical_id.split("/")
    ecs_backends[deletion.account][deletion.region].delete_service(cluster, name, force=True)


TYPES = {"AWS::ECS::Service": resource_type(create_service, update_service, delete_service)}


def make_services_as_early_as_possible() -> None:
    """CloudFormation makes at once what does not refer to one another; moto goes by the template's
    order, in which a service comes after all that it may need without saying so.
    """
    of_moto = parsing.ResourceMap.create

    def create(self, template):
        services_first = sorted(
            template["Resources"].items(), key=lambda item: item[1]["Type"] not in TYPES
        )
        return of_moto(self, {**template, "Resources": dict(services_first)})

    parsing.ResourceMap.create = create
