"""moto_server with a CloudFormation that knows what this project deploys, and that fails aloud.

    python3 server.py -H 127.0.0.1 -p 5599

moto answers the AWS APIs on loopback. Its CloudFormation lacks resource types that the CDK uses, and
where it lacks one it skips the resource in silence. Here, what is lacking is made by moto's own
backends (made_by_backends.py and the files *_types.py), or accepted without effect and named
as such (stubs.py), and anything else fails the deployment, as does a change set that could not be
executed (strictness.py) and a stack that could not be deleted (deletions.py); a creation that fails is undone
(creations.py). What AWS protects is
not deleted (protections.py), an update removes last (cleanup.py), what names a replaced resource
follows it (replacements.py), certificates wait for their DNS (certificates.py), and existing resources are imported as
CloudFormation does (imports.py). Deployments of ECS take their time (ecs_deployments.py), and secrets
know when they were changed (secret_versions.py).
"""

import sys

import alarm_types
import certificates
import cleanup
import creations
import deletions
import ecs_deployments
import edge_types
import imports
import log_patterns
import made_by_backends
import network_types
import protections
import replacements
import secret_versions
import service_deployments
import service_types
import strictness
import stubs
from moto.server import main


def apply() -> None:
    """Patches moto in place."""
    rooms = (
        *(made_by_backends, alarm_types, certificates, edge_types, network_types),
        *(service_types, stubs),
    )
    strictness.apply({name: kind for room in rooms for name, kind in room.TYPES.items()})
    service_types.make_services_as_early_as_possible()
    creations.apply()
    deletions.apply()
    protections.apply()
    cleanup.apply()
    replacements.apply()
    certificates.apply()
    imports.apply()
    ecs_deployments.apply()
    secret_versions.apply()
    service_deployments.apply()
    log_patterns.apply()


if __name__ == "__main__":
    apply()
    main(sys.argv[1:])
