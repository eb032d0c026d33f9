"""Resource types that moto has APIs for and its CloudFormation does not make: made here by its APIs."""

import json
import secrets
import string

from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.rds.models import rds_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends
from resource_type import Created, Deletion, Request, goes_with_its_owner, resource_type


def generated(rules: dict) -> str:
    """What GenerateSecretString asks for: a password, or a template with one put in."""
    excluded = rules.get("ExcludeCharacters", "")
    alphabet = string.ascii_letters + string.digits
    if not rules.get("ExcludePunctuation", False):
        alphabet += string.punctuation
    allowed = [character for character in alphabet if character not in excluded]
    length = int(rules.get("PasswordLength", 32))
    password = "".join(secrets.choice(allowed) for _ in range(length))
    if "SecretStringTemplate" not in rules:
        return password
    filled = json.loads(rules["SecretStringTemplate"])
    filled[rules["GenerateStringKey"]] = password
    return json.dumps(filled)


def create_secret(request: Request) -> Created:
    properties = request.properties
    answer = secretsmanager_backends[request.account][request.region].create_secret(
        name=properties.get("Name", request.name),
        secret_string=generated(properties["GenerateSecretString"]),
        secret_binary=None,
        description=properties.get("Description"),
        tags=properties.get("Tags", []),
        kms_key_id=properties.get("KmsKeyId"),
        client_request_token=None,
        replica_regions=[],
        force_overwrite=False,
    )
    arn = json.loads(answer)["ARN"]
    return Created(arn, {"Id": arn})


def attach_secret(request: Request) -> Created:
    """Writes into the credentials where the database is, as RDS and Secrets Manager do together."""
    backend = secretsmanager_backends[request.account][request.region]
    arn = request.properties["SecretId"]
    stored = json.loads(backend.get_secret_value(arn, None, None)["SecretString"])
    cluster = rds_backends[request.account][request.region].clusters[request.properties["TargetId"]]
    stored.update(
        engine="postgres",
        host=cluster.endpoint,
        port=cluster.port,
        dbname=cluster.database_name,
        dbClusterIdentifier=cluster.db_cluster_identifier,
    )
    backend.put_secret_value(
        secret_id=arn,
        secret_string=json.dumps(stored),
        secret_binary=None,
        client_request_token=None,
        version_stages=["AWSCURRENT"],
    )
    return Created(arn, {"Id": arn})


def register_target(physical_id: str | None, request: Request) -> str:
    properties = request.properties
    applicationautoscaling_backends[request.account][request.region].register_scalable_target(
        namespace=properties["ServiceNamespace"],
        r_id=properties["ResourceId"],
        dimension=properties["ScalableDimension"],
        min_capacity=properties["MinCapacity"],
        max_capacity=properties["MaxCapacity"],
        role_arn=properties.get("RoleARN", ""),
        suspended_state="",
    )
    return f"{properties['ResourceId']}|{properties['ScalableDimension']}|ecs"


def create_scalable_target(request: Request) -> Created:
    return Created(register_target(None, request))


def delete_scalable_target(deletion: Deletion) -> None:
    resource, dimension, namespace = deletion.physical_id.split("|")
    applicationautoscaling_backends[deletion.account][deletion.region].deregister_scalable_target(
        namespace, resource, dimension
    )


def set_topic_policy(physical_id: str | None, request: Request) -> None:
    backend = sns_backends[request.account][request.region]
    for arn in request.properties["Topics"]:
        backend.set_topic_attribute(arn, "policy", json.dumps(request.properties["PolicyDocument"]))


def create_topic_policy(request: Request) -> Created:
    set_topic_policy(None, request)
    return Created(request.name)


def set_queue_policy(physical_id: str | None, request: Request) -> None:
    backend = sqs_backends[request.account][request.region]
    for url in request.properties["Queues"]:
        policy = {"Policy": json.dumps(request.properties["PolicyDocument"])}
        backend.set_queue_attributes(url.split("/")[-1], policy)


def create_queue_policy(request: Request) -> Created:
    set_queue_policy(None, request)
    return Created(request.name)


def create_event_bus(request: Request) -> Created:
    """moto refers to its own by the object, where a rule needs the name."""
    properties = request.properties
    backend = events_backends[request.account][request.region]
    bus = backend.create_event_bus(
        name=properties["Name"], event_source_name=properties["EventSourceName"]
    )
    # moto looks a bus up by what follows the last slash, and a partner's name has slashes.
    backend.event_buses[bus.name.split("/")[-1]] = bus
    return Created(bus.name, {"Arn": bus.arn, "Name": bus.name})


def delete_event_bus(deletion: Deletion) -> None:
    backend = events_backends[deletion.account][deletion.region]
    for name in {deletion.physical_id, deletion.physical_id.split("/")[-1]}:
        backend.event_buses.pop(name)


def identifier_of(request: Request) -> str:
    """RDS takes 63 characters; the end of the name is the part that is unique."""
    return request.name[-63:].lower().lstrip("-0123456789")


def create_cluster(request: Request) -> Created:
    properties = request.properties
    scaling = properties["ServerlessV2ScalingConfiguration"]
    cluster = rds_backends[request.account][request.region].create_db_cluster(
        {
            "db_cluster_identifier": identifier_of(request),
            "engine": properties["Engine"],
            "engine_version": properties["EngineVersion"],
            "master_username": properties["MasterUsername"],
            "master_user_password": properties["MasterUserPassword"],
            "database_name": properties["DatabaseName"],
            "storage_encrypted": properties["StorageEncrypted"],
            "deletion_protection": properties["DeletionProtection"],
            "db_subnet_group_name": properties["DBSubnetGroupName"],
            "vpc_security_group_ids": properties["VpcSecurityGroupIds"],
            "port": int(properties.get("Port", 5432)),
            "serverless_v2_scaling_configuration": {
                "min_capacity": scaling["MinCapacity"],
                "max_capacity": scaling["MaxCapacity"],
            },
        }
    )
    return Created(
        cluster.db_cluster_identifier,
        {
            "Endpoint.Address": cluster.endpoint,
            "Endpoint.Port": str(cluster.port),
            "ReadEndpoint.Address": cluster.reader_endpoint,
            "DBClusterArn": cluster.db_cluster_arn,
            "DBClusterResourceId": cluster.db_cluster_resource_id,
        },
    )


def update_cluster(identifier: str, request: Request) -> None:
    """Its protection alone; whatever else is asked for is not there to be changed."""
    backend = rds_backends[request.account][request.region]
    cluster = backend.clusters[identifier]
    cluster.deletion_protection = request.properties["DeletionProtection"]


def create_cluster_instance(request: Request) -> Created:
    """moto makes instances of its own; members of a cluster need what the cluster says of them."""
    identifier = identifier_of(request)
    rds_backends[request.account][request.region].create_db_instance(
        {
            "db_instance_identifier": identifier,
            "db_cluster_identifier": request.properties["DBClusterIdentifier"],
            "engine": request.properties["Engine"],
            "db_instance_class": request.properties["DBInstanceClass"],
            "publicly_accessible": request.properties["PubliclyAccessible"],
        }
    )
    return Created(identifier)


def delete_cluster(deletion: Deletion) -> None:
    """By the policy Snapshot, what was in it is kept."""
    name = deletion.physical_id
    snapshot = f"{name}-final" if deletion.policy == "Snapshot" else None
    rds_backends[deletion.account][deletion.region].delete_db_cluster(name, snapshot)


def delete_cluster_instance(deletion: Deletion) -> None:
    rds_backends[deletion.account][deletion.region].delete_db_instance(deletion.physical_id)


def delete_secret(deletion: Deletion) -> None:
    """CloudFormation forces it: a secret that comes back by the same name finds none in its way."""
    secretsmanager_backends[deletion.account][deletion.region].delete_secret(
        deletion.physical_id, recovery_window_in_days=None, force_delete_without_recovery=True
    )


def create_identity_provider(request: Request) -> Created:
    """An account has one for each address; the second fails as at AWS."""
    properties = request.properties
    provider = iam_backends[request.account]["aws"].create_open_id_connect_provider(
        url=properties["Url"],
        thumbprint_list=properties.get("ThumbprintList", []),
        client_id_list=properties["ClientIdList"],
        tags=properties.get("Tags", []),
    )
    return Created(provider.arn, {"Arn": provider.arn})


def delete_identity_provider(deletion: Deletion) -> None:
    iam_backends[deletion.account]["aws"].delete_open_id_connect_provider(deletion.physical_id)


def put_parameter(name: str, request: Request) -> None:
    """In place: moto would delete it, and its history with it."""
    properties = request.properties
    ssm_backends[request.account][request.region].put_parameter(
        name=name,
        description=properties.get("Description"),
        value=properties["Value"],
        parameter_type=properties["Type"],
        allowed_pattern=None,
        keyid=None,
        overwrite=True,
        tags=[],
        data_type="text",
        tier=None,
        policies=None,
    )


def create_parameter(request: Request) -> Created:
    put_parameter(request.name, request)
    return Created(request.name, {"Value": request.properties["Value"]})


def delete_parameter(deletion: Deletion) -> None:
    ssm_backends[deletion.account][deletion.region].delete_parameter(deletion.physical_id)


TYPES = {
    "AWS::ApplicationAutoScaling::ScalableTarget": resource_type(
        create_scalable_target, register_target, delete_scalable_target
    ),
    "AWS::Events::EventBus": resource_type(create_event_bus, delete=delete_event_bus),
    "AWS::IAM::OIDCProvider": resource_type(
        create_identity_provider, delete=delete_identity_provider
    ),
    "AWS::SNS::TopicPolicy": resource_type(
        create_topic_policy, set_topic_policy, goes_with_its_owner
    ),
    "AWS::SQS::QueuePolicy": resource_type(
        create_queue_policy, set_queue_policy, goes_with_its_owner
    ),
    "AWS::SSM::Parameter": resource_type(create_parameter, put_parameter, delete_parameter),
    "AWS::SecretsManager::Secret": resource_type(create_secret, delete=delete_secret),
    "AWS::SecretsManager::SecretTargetAttachment": resource_type(
        attach_secret, delete=goes_with_its_owner
    ),
    "AWS::RDS::DBCluster": resource_type(create_cluster, update_cluster, delete_cluster),
    "AWS::RDS::DBInstance": resource_type(create_cluster_instance, delete=delete_cluster_instance),
}
