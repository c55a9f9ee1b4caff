#!/bin/sh
echo "npm error code ENOENT" >&2
echo "npm error no registry in sight" >&2
exit 1
