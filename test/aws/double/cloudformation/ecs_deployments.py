"""Deployments of an ECS service, which moto ends before they begin.

A new one is under way until it has been looked at twice, and then its tasks run. With the line
`deployment` in the file that says what is to fail, a task of it stops, ECS gives it up, and the one
before goes on.
"""

import uuid
from types import SimpleNamespace

from creations import told_to_fail
from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend, Task

LOOKS = 2


def apply() -> None:
    """Patches moto in place."""
    of_moto = EC2ContainerServiceBackend.update_service
    look = EC2ContainerServiceBackend.describe_services

    def update_service(self, service_properties):
        service = self._get_service(
            service_properties.get("cluster", "default"), service_properties["service"]
        )
        is_forced = service_properties.get("force_new_deployment", False)
        before = service.task_definition
        updated = of_moto(self, service_properties)
        if is_forced or updated.task_definition != before:
            begin(updated, before)
        return updated

    def describe_services(self, cluster_str, service_names_or_arns):
        services, failures = look(self, cluster_str, service_names_or_arns)
        for service in services:
            go_on(service)
        return services, failures

    EC2ContainerServiceBackend.update_service = update_service
    EC2ContainerServiceBackend.describe_services = describe_services


def begin(service, task_definition_before) -> None:
    [ended] = service.deployments[-1:]
    now = utcnow()
    service.deployments = [
        {
            **ended,
            "id": f"ecs-svc/{uuid.uuid4().int % 10**19}",
            "status": "PRIMARY",
            "taskDefinition": service.task_definition,
            "rolloutState": "IN_PROGRESS",
            "rolloutStateReason": "ECS deployment in progress.",
            "runningCount": 0,
            "createdAt": now,
            "updatedAt": now,
        },
        {**ended, "status": "ACTIVE", "taskDefinition": task_definition_before},
    ]
    service.looks = 0
    tell(service, f"has started {service.desired_count} tasks.")


def go_on(service) -> None:
    if len(service.deployments) < 2:
        return
    service.looks += 1
    if service.looks < LOOKS:
        return
    new, old = service.deployments
    if told_to_fail() == "deployment":
        stop_a_task(service, new["id"])
        service.deployments = [{**old, "status": "PRIMARY"}]
        service.task_definition = old["taskDefinition"]
        tell(service, f"deployment {new['id']} deployment failed: tasks failed to start.")
        return
    new.update(
        rolloutState="COMPLETED",
        rolloutStateReason=f"ECS deployment {new['id']} completed.",
        desiredCount=service.desired_count,
        runningCount=service.desired_count,
    )
    service.running_count = service.desired_count
    service.pending_count = 0
    service.deployments = [new]
    tell(service, "has reached a steady state.")


def stop_a_task(service, deployment_id: str) -> None:
    backend = service._backend
    definition = backend.describe_task_definition(service.task_definition)
    task = Task(
        cluster=backend.clusters[service.cluster_name],
        # In no network, so that no interface of it keeps a subnet from being deleted.
        task_definition=SimpleNamespace(
            arn=definition.arn,
            network_mode="none",
            container_definitions=definition.container_definitions,
        ),
        container_instance_arn=None,
        resource_requirements=None,
        backend=backend,
        group=f"service:{service.name}",
        launch_type="FARGATE",
        started_by=deployment_id,
    )
    task.last_status = task.desired_status = "STOPPED"
    task.stopped_reason = "Essential container in task exited"
    task.stop_code = "EssentialContainerExited"
    task.stopped_at = utcnow()
    task.containers[0].exitCode = 1
    backend.tasks.setdefault(service.cluster_name, {})[task.task_arn] = task


def tell(service, what: str) -> None:
    service.events.insert(
        0,
        {
            "id": str(uuid.uuid4()),
            "createdAt": utcnow(),
            "message": f"(service {service.name}) {what}",
        },
    )
