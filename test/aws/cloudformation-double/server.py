"""moto_server with a CloudFormation that knows what this project deploys, and that fails aloud.

    python3 server.py -H 127.0.0.1 -p 5599

moto answers the AWS APIs on loopback. Its CloudFormation lacks resource types that the CDK uses, and
where it lacks one it skips the resource in silence. Here, what is lacking is made by moto's own
backends (made_by_backends.py), or accepted without effect and named as such (stubs.py), and anything
else fails the deployment, as does a change set that could not be executed (strictness.py). Existing
resources are imported as CloudFormation does (imports.py).
"""

import sys

import imports
import made_by_backends
import strictness
import stubs
from moto.server import main

if __name__ == "__main__":
    strictness.apply({**made_by_backends.TYPES, **stubs.TYPES})
    imports.apply()
    main(sys.argv[1:])
