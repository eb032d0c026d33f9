"""Certificates as ACM issues them: once their validation record can be resolved, and no earlier.

Whether it can is asked of Route 53 alone: of a zone that has the record, and to whose name servers
a zone above delegates. The zones above stand for the registrar; nobody need delegate to them. Where
ACM would wait for somebody to delegate, and CloudFormation for ACM, the deployment fails here.
https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
"""

import secrets
from typing import Any

from moto.acm.models import AWSCertificateManagerBackend, CertBundle, acm_backends
from moto.cloudformation.exceptions import ValidationError
from moto.core.exceptions import AWSError
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, elbv2_backends
from moto.route53.models import DelegationSet, FakeZone, route53_backends
from resource_type import Created, Deletion, Request, resource_type

PENDING = "PENDING_VALIDATION"
VALIDATION_TTL_SECONDS = 60


def apply() -> None:
    """Patches moto in place."""
    give_each_zone_its_own_name_servers()
    tell_templates_of_name_servers()
    issue_what_is_validated()
    present_what_is_issued()
    keep_what_is_presented()
    renew_what_is_presented()


def give_each_zone_its_own_name_servers() -> None:
    """moto's zones have the same four, so that no delegation could be to the wrong ones."""
    of_moto = DelegationSet.__init__

    def __init__(self, caller_reference, name_servers, delegation_set_id):
        first = secrets.randbelow(2000)
        tops = ("com", "net", "org", "co.uk")
        own = [f"ns-{first + at}.awsdns-{first % 64}.{top}" for at, top in enumerate(tops)]
        of_moto(self, caller_reference, name_servers or own, delegation_set_id)

    DelegationSet.__init__ = __init__


def tell_templates_of_name_servers() -> None:
    """moto knows no attribute of a zone, and leaves out the outputs that name one."""

    def get_cfn_attribute(self, attribute):
        return {"NameServers": list(self.delegation_set.name_servers), "Id": self.id}[attribute]

    FakeZone.has_cfn_attr = classmethod(lambda cls, attribute: attribute in ("NameServers", "Id"))
    FakeZone.get_cfn_attribute = get_cfn_attribute


def names(values: list[str]) -> set[str]:
    return {value.rstrip(".").lower() for value in values}


def is_delegated(zone: FakeZone, zones: list[FakeZone]) -> bool:
    """A zone above names this one's name servers, and those alone."""
    own = zone.name.rstrip(".")
    return any(
        record.type == "NS"
        and record.name.rstrip(".") == own
        and names(record.records) == names(zone.delegation_set.name_servers)
        for above in zones
        if own.endswith(f".{above.name.rstrip('.')}")
        for record in above.rrsets
    )


def resolves(record: dict[str, str], account: str) -> bool:
    known = route53_backends[account]["aws"].zones.values()
    zones = [zone for zone in known if not zone.private_zone]
    return any(
        (each.name, each.type) == (record["Name"], record["Type"])
        and record["Value"] in each.records
        and is_delegated(zone, zones)
        for zone in zones
        for each in zone.rrsets
    )


def validations(certificate: CertBundle) -> list[dict[str, Any]]:
    return certificate.describe()["Certificate"]["DomainValidationOptions"]


def issue_what_is_validated() -> None:
    """moto issues a certificate after a minute, whatever is in the DNS."""

    def check(self):
        if self.type != "AMAZON_ISSUED" or self.status != PENDING:
            return
        account = self.arn.split(":")[4]
        if all(resolves(each["ResourceRecord"], account) for each in validations(self)):
            self.status = "ISSUED"

    CertBundle.check = check


def expect_issued(elb: ELBv2Backend, arn: str) -> None:
    """In Elastic Load Balancing's words, which do not say that the certificate is pending."""
    acm = acm_backends[elb.account_id][elb.region_name]
    if arn not in acm._certificates:
        raise ELBClientError("CertificateNotFound", f"Certificate '{arn}' not found")
    if acm.get_certificate(arn).status != "ISSUED":
        raise ELBClientError(
            "UnsupportedCertificate",
            f"The certificate '{arn}' must have a fully-qualified domain name, a supported "
            "signature, and a supported key size.",
        )


def present_what_is_issued() -> None:
    """moto presents a certificate of any state, and a listener for HTTPS may present none."""
    create, modify = ELBv2Backend.create_listener, ELBv2Backend.modify_listener
    add = ELBv2Backend.add_listener_certificates

    def create_listener(
        self, load_balancer_arn, protocol, port, ssl_policy, certificate, actions, **more
    ):
        if certificate is not None:
            expect_issued(self, certificate)
        elif protocol == "HTTPS":
            raise ELBClientError(
                "ValidationError", "A certificate must be specified for HTTPS listeners"
            )
        return create(
            self, load_balancer_arn, protocol, port, ssl_policy, certificate, actions, **more
        )

    def modify_listener(self, arn, port, protocol, ssl_policy, certificates, actions):
        for each in certificates or []:
            expect_issued(self, each["CertificateArn"])
        return modify(self, arn, port, protocol, ssl_policy, certificates, actions)

    def add_listener_certificates(self, arn, certificates):
        for each in certificates:
            expect_issued(self, each["CertificateArn"])
        return add(self, arn, certificates)

    ELBv2Backend.create_listener = create_listener
    ELBv2Backend.modify_listener = modify_listener
    ELBv2Backend.add_listener_certificates = add_listener_certificates


class ResourceInUse(AWSError):
    TYPE = "ResourceInUseException"


def keep_what_is_presented() -> None:
    """https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html"""
    of_moto = AWSCertificateManagerBackend.delete_certificate

    def delete_certificate(self, arn):
        for balancer in elbv2_backends[self.account_id][self.region_name].load_balancers.values():
            if any(arn in listener.certificates for listener in balancer.listeners.values()):
                raise ResourceInUse(f"Certificate {arn} is in use by {balancer.arn}")
        of_moto(self, arn)

    AWSCertificateManagerBackend.delete_certificate = delete_certificate


def renew_what_is_presented() -> None:
    """To moto none is eligible. https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html"""
    of_moto = CertBundle.describe

    def describe(self):
        described = of_moto(self)
        if self.type == "AMAZON_ISSUED" and self.status == "ISSUED":
            described["Certificate"]["RenewalEligibility"] = "ELIGIBLE"
        return described

    CertBundle.describe = describe


def put_validation_records(certificate: CertBundle, request: Request) -> None:
    """CloudFormation writes them into the zones of DomainValidationOptions, and into no other."""
    zones = {
        each["DomainName"]: each["HostedZoneId"]
        for each in request.properties.get("DomainValidationOptions", [])
        if "HostedZoneId" in each
    }
    route53 = route53_backends[request.account]["aws"]
    for each in validations(certificate):
        if each["DomainName"] in zones:
            record = each["ResourceRecord"]
            written = {
                "Name": record["Name"],
                "Type": record["Type"],
                "TTL": VALIDATION_TTL_SECONDS,
                "ResourceRecords": [{"Value": record["Value"]}],
            }
            change = {"Action": "UPSERT", "ResourceRecordSet": written}
            route53.change_resource_record_sets(zones[each["DomainName"]], [change])


def create_certificate(request: Request) -> Created:
    properties = request.properties
    acm = acm_backends[request.account][request.region]
    others = properties.get("SubjectAlternativeNames", [])
    arn = acm.request_certificate(properties["DomainName"], None, others, [])
    if properties.get("ValidationMethod") == "DNS":
        put_validation_records(acm.get_certificate(arn), request)
    status = acm.get_certificate(arn).status
    if status != "ISSUED":
        acm.delete_certificate(arn)
        raise ValidationError(
            message=f"the certificate of {properties['DomainName']} is {status}: CloudFormation "
            "would wait until its validation record can be resolved"
        )
    return Created(arn)


def delete_certificate(deletion: Deletion) -> None:
    acm_backends[deletion.account][deletion.region].delete_certificate(deletion.physical_id)


TYPES = {
    "AWS::CertificateManager::Certificate": resource_type(
        create_certificate, delete=delete_certificate
    ),
}
