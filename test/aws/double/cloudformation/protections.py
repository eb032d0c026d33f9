"""What AWS does not delete as long as something speaks against it, and moto deletes."""

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend
from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend


def apply() -> None:
    """Patches moto in place."""
    switch_termination_protection()
    keep_protected_stacks()
    keep_protected_load_balancers()
    keep_policies_in_use()


def switch_termination_protection() -> None:
    """By UpdateTerminationProtection, which moto does not know."""

    def update_termination_protection(self):
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        stack.enable_termination_protection = self._get_bool_param("EnableTerminationProtection")
        return ActionResult({"StackId": stack.stack_id})

    CloudFormationResponse.update_termination_protection = update_termination_protection


def keep_protected_stacks() -> None:
    of_moto = CloudFormationBackend.delete_stack

    def delete_stack(self, name_or_stack_id):
        for stack in self.stacks.values():
            if name_or_stack_id not in (stack.name, stack.stack_id):
                continue
            if stack.enable_termination_protection:
                raise ValidationError(
                    message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection "
                    "is enabled"
                )
        of_moto(self, name_or_stack_id)

    CloudFormationBackend.delete_stack = delete_stack


def keep_protected_load_balancers() -> None:
    of_moto = ELBv2Backend.delete_load_balancer

    def delete_load_balancer(self, arn):
        balancer = self.load_balancers.get(arn)
        if balancer and balancer.attrs["deletion_protection.enabled"] == "true":
            raise ELBClientError(
                "OperationNotPermitted",
                f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
            )
        of_moto(self, arn)

    ELBv2Backend.delete_load_balancer = delete_load_balancer


def keep_policies_in_use() -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html"""
    of_moto = IAMBackend.delete_policy

    def delete_policy(self, policy_arn):
        if self.get_policy(policy_arn).attachment_count > 0:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        of_moto(self, policy_arn)

    IAMBackend.delete_policy = delete_policy
