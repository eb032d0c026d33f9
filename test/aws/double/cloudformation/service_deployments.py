"""What ECS remembers of a service's deployments, which moto does not: ListServiceDeployments,
DescribeServiceRevisions and StopServiceDeployment, beside what ecs_deployments.py makes happen.
"""

import uuid

import ecs_deployments
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse


def apply() -> None:
    """Patches moto in place, after ecs_deployments."""
    create = EC2ContainerServiceBackend.create_service
    begin = ecs_deployments.begin

    def create_service(self, *parameters, **more):
        service = create(self, *parameters, **more)
        remember(service)
        return service

    def begin_and_remember(service, task_definition_before):
        for each in service.remembered:
            read_status(service, each)
        begin(service, task_definition_before)
        remember(service)

    EC2ContainerServiceBackend.create_service = create_service
    ecs_deployments.begin = begin_and_remember
    EC2ContainerServiceResponse.list_service_deployments = list_service_deployments
    EC2ContainerServiceResponse.describe_service_revisions = describe_service_revisions
    EC2ContainerServiceResponse.stop_service_deployment = stop_service_deployment


def succeed(service) -> None:
    """CloudFormation waits until the tasks run."""
    for _ in range(ecs_deployments.LOOKS):
        ecs_deployments.go_on(service)
    [deployment] = service.deployments
    deployment["rolloutState"] = "COMPLETED"
    deployment["runningCount"] = service.running_count = service.desired_count
    service.pending_count = 0


def remember(service) -> None:
    service.remembered = getattr(service, "remembered", [])
    base = service.arn.replace(":service/", ":service-deployment/")
    name = uuid.uuid4().hex[:20]
    service.remembered.append(
        {
            "id": service.deployments[0]["id"],
            "taskDefinition": service.task_definition,
            "serviceDeploymentArn": f"{base}/{name}",
            "targetServiceRevisionArn": f"{base.replace('-deployment/', '-revision/')}/{name}",
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "createdAt": utcnow(),
            "startedAt": utcnow(),
            "status": "IN_PROGRESS",
        }
    )


def read_status(service, remembered: dict) -> None:
    """Of one that has ended it stays."""
    if remembered["status"] == "ROLLBACK_IN_PROGRESS":
        go_back(service, remembered)
    if remembered["status"] != "IN_PROGRESS":
        return
    [now, *_] = [
        *[each for each in service.deployments if each["id"] == remembered["id"]],
        None,
    ]
    if now is None:
        remembered.update(status="ROLLBACK_SUCCESSFUL", finishedAt=utcnow())
    elif now["rolloutState"] == "COMPLETED":
        remembered.update(status="SUCCESSFUL", finishedAt=utcnow())


def services_of(response):
    return [
        service
        for service in response.ecs_backend.services.values()
        if hasattr(service, "remembered")
    ]


def list_service_deployments(self) -> ActionResult:
    name = self._get_param("service").split("/")[-1]
    [service] = [each for each in services_of(self) if each.name == name]
    for each in service.remembered:
        read_status(service, each)
    newest_first = list(reversed(service.remembered))
    return ActionResult({"serviceDeployments": newest_first})


def describe_service_revisions(self) -> ActionResult:
    asked = self._get_param("serviceRevisionArns")
    revisions = [
        {
            "serviceRevisionArn": each["targetServiceRevisionArn"],
            "serviceArn": each["serviceArn"],
            "taskDefinition": each["taskDefinition"],
            "containerImages": images_of(self, each["taskDefinition"]),
            "createdAt": each["createdAt"],
        }
        for service in services_of(self)
        for each in service.remembered
        if each["targetServiceRevisionArn"] in asked
    ]
    return ActionResult({"serviceRevisions": revisions, "failures": []})


def images_of(response, task_definition: str) -> list[dict]:
    containers = response.ecs_backend.describe_task_definition(
        task_definition
    ).container_definitions
    return [{"containerName": each["name"], "image": each["image"]} for each in containers]


def stop_service_deployment(self) -> ActionResult:
    arn = self._get_param("serviceDeploymentArn")
    for service in services_of(self):
        for each in service.remembered:
            if each["serviceDeploymentArn"] == arn and len(service.deployments) > 1:
                each.update(status="ROLLBACK_IN_PROGRESS", looks=0)
    return ActionResult({"serviceDeploymentArn": arn})


def go_back(service, remembered: dict) -> None:
    """Takes a while, as the tasks from before have to start."""
    remembered["looks"] += 1
    if remembered["looks"] < ecs_deployments.LOOKS:
        return
    *_, old = service.deployments
    service.deployments = [{**old, "status": "PRIMARY"}]
    service.task_definition = old["taskDefinition"]
    remembered.update(status="ROLLBACK_SUCCESSFUL", finishedAt=utcnow())
    ecs_deployments.tell(service, "was rolled back as it was asked to be.")
