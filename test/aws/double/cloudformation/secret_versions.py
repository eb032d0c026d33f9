"""When a secret was changed, which Secrets Manager knows to the millisecond, and of a moved label too."""

import time

from moto.secretsmanager.models import SecretsManagerBackend


def apply() -> None:
    """Patches moto in place."""
    add_secret = SecretsManagerBackend._add_secret
    move_stage = SecretsManagerBackend.update_secret_version_stage

    def add(self, secret_id, *args, **kwargs):
        secret, is_new = add_secret(self, secret_id, *args, **kwargs)
        secret.last_changed_date = time.time()
        if is_new:
            secret.versions[secret.default_version_id]["createdate"] = secret.last_changed_date
        return secret, is_new

    def update_secret_version_stage(self, secret_id, *args, **kwargs):
        answer = move_stage(self, secret_id, *args, **kwargs)
        secret = self.secrets[secret_id]
        secret.last_changed_date = time.time()
        # What is read by whoever names no version.
        for version_id, version in secret.versions.items():
            if "AWSCURRENT" in version["version_stages"]:
                secret.default_version_id = version_id
        return answer

    SecretsManagerBackend._add_secret = add
    SecretsManagerBackend.update_secret_version_stage = update_secret_version_stage
