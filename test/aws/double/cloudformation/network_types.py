"""What of a network moto's CloudFormation makes in part: made whole by its own backend."""

from moto.cloudformation.exceptions import ValidationError
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.utils import random_nat_gateway_id
from resource_type import Created, Deletion, Request, resource_type


def regional_gateway(backend, properties: dict) -> NatGateway:
    """One for a whole VPC, which moto does not know: it has no subnet, and AWS finds its addresses.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
    """
    vpc_id = properties["VpcId"]
    if "SubnetId" in properties or "AllocationId" in properties:
        raise ValidationError(message="a regional NAT gateway takes no subnet and no address")
    attached = [each.vpc.id for each in backend.internet_gateways.values() if each.vpc]
    if vpc_id not in attached:
        raise ValidationError(message=f"{vpc_id} has no internet gateway")
    # moto's own constructor puts a gateway into a subnet.
    gateway = object.__new__(NatGateway)
    gateway.id = random_nat_gateway_id()
    gateway.vpc_id, gateway.subnet_id = vpc_id, None
    gateway.address_set = []
    gateway.state = "available"
    gateway.connectivity_type = properties["ConnectivityType"]
    gateway.availability_mode = "regional"
    gateway._created_at = utcnow()
    gateway.ec2_backend = backend
    backend.nat_gateways[gateway.id] = gateway
    return gateway


def create_nat_gateway(request: Request) -> Created:
    properties = request.properties
    backend = ec2_backends[request.account][request.region]
    if properties.get("AvailabilityMode", "zonal") == "regional":
        gateway = regional_gateway(backend, properties)
    else:
        gateway = backend.create_nat_gateway(properties["SubnetId"], properties["AllocationId"])
    gateway.add_tags({tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])})
    return Created(gateway.id, {"NatGatewayId": gateway.id})


def delete_nat_gateway(deletion: Deletion) -> None:
    """moto leaves the network interface of a deleted gateway in its subnet."""
    backend = ec2_backends[deletion.account][deletion.region]
    gateway = backend.delete_nat_gateway(deletion.physical_id)
    for address in gateway.address_set:
        backend.delete_network_interface(address["networkInterfaceId"])


def associate_route_table(request: Request) -> Created:
    """moto notes the pair, and the route table knows nothing of it."""
    properties = request.properties
    return Created(
        ec2_backends[request.account][request.region].associate_route_table(
            route_table_id=properties["RouteTableId"], subnet_id=properties["SubnetId"]
        )
    )


def disassociate_route_table(deletion: Deletion) -> None:
    backend = ec2_backends[deletion.account][deletion.region]
    backend.disassociate_route_table(deletion.physical_id)


TYPES = {
    "AWS::EC2::NatGateway": resource_type(create_nat_gateway, delete=delete_nat_gateway),
    "AWS::EC2::SubnetRouteTableAssociation": resource_type(
        associate_route_table, delete=disassociate_route_table
    ),
}
