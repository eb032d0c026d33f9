#!/usr/bin/env bash
# Runs the service's tests on the major version of Node.js that the image has, which need not be that of this machine.
set -euo pipefail
cd "$(dirname "$0")/../.."

major=$(sed -n 's/^FROM node:\([0-9]*\)\..*/\1/p' service/Dockerfile)
# The package brings an executable alone; it is kept by npm, and not put among this project's own.
echo "On Node.js $major, as in the image:"
exec npm exec --yes --package="node@$major" -- node node_modules/jest/bin/jest.js --selectProjects service --testPathPatterns '/test/service/' "$@"
