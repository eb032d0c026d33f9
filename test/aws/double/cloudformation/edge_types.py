"""What stands before the load balancer's listeners and in them, made by moto's own backends."""

import base64
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.elbv2.models import elbv2_backends
from moto.wafv2.models import wafv2_backends
from resource_type import Created, Deletion, Request, resource_type


def as_the_api_takes_it(value: Any) -> Any:
    """A template has a search string as it is; the API has it as bytes, in base64."""
    if isinstance(value, list):
        return [as_the_api_takes_it(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: base64.b64encode(item.encode()).decode()
        if key == "SearchString"
        else as_the_api_takes_it(item)
        for key, item in value.items()
    }


def create_web_acl(request: Request) -> Created:
    properties = request.properties
    web_acl = wafv2_backends[request.account][request.region].create_web_acl(
        name=properties.get("Name", request.name),
        visibility_config=properties["VisibilityConfig"],
        default_action=properties["DefaultAction"],
        scope=properties["Scope"],
        description=properties.get("Description"),
        tags=properties.get("Tags", []),
        rules=as_the_api_takes_it(properties.get("Rules", [])),
        association_config=None,
        captcha_config=None,
        challenge_config=None,
        custom_response_bodies=None,
        token_domains=None,
    )
    return Created(
        f"{web_acl.name}|{web_acl.id}|{properties['Scope']}",
        {"Arn": web_acl.arn, "Id": web_acl.id},
    )


def delete_web_acl(deletion: Deletion) -> None:
    backend = wafv2_backends[deletion.account][deletion.region]
    name, web_acl_id, scope = deletion.physical_id.split("|")
    web_acl = backend.get_web_acl(None, name, web_acl_id)
    if web_acl.associated_resources:
        raise ValidationError(message=f"WAFAssociatedItemException: {web_acl.associated_resources}")
    backend.delete_web_acl(name, scope, web_acl_id, web_acl.lock_token)


def associate_web_acl(request: Request) -> Created:
    """moto takes any resource; AWS takes one that exists, and one web ACL for each."""
    web_acl, resource = request.properties["WebACLArn"], request.properties["ResourceArn"]
    waf = wafv2_backends[request.account][request.region]
    if resource not in elbv2_backends[request.account][request.region].load_balancers:
        raise ValidationError(message=f"WAFUnavailableEntityException: there is no {resource}")
    waf.disassociate_web_acl(resource)
    waf.associate_web_acl(web_acl, resource)
    return Created(f"{resource}|{web_acl}")


def disassociate_web_acl(deletion: Deletion) -> None:
    resource, _ = deletion.physical_id.split("|")
    wafv2_backends[deletion.account][deletion.region].disassociate_web_acl(resource)


def add_listener_certificate(request: Request) -> Created:
    properties = request.properties
    backend = elbv2_backends[request.account][request.region]
    backend.add_listener_certificates(properties["ListenerArn"], properties["Certificates"])
    arns = [certificate["CertificateArn"] for certificate in properties["Certificates"]]
    return Created("|".join([properties["ListenerArn"], *arns]))


def remove_listener_certificate(deletion: Deletion) -> None:
    listener, *arns = deletion.physical_id.split("|")
    certificates = [{"CertificateArn": arn} for arn in arns]
    backend = elbv2_backends[deletion.account][deletion.region]
    backend.remove_listener_certificates(listener, certificates)


TYPES = {
    "AWS::ElasticLoadBalancingV2::ListenerCertificate": resource_type(
        add_listener_certificate, delete=remove_listener_certificate
    ),
    "AWS::WAFv2::WebACL": resource_type(create_web_acl, delete=delete_web_acl),
    "AWS::WAFv2::WebACLAssociation": resource_type(
        associate_web_acl, delete=disassociate_web_acl
    ),
}
