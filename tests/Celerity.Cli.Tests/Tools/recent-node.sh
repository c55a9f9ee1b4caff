#!/bin/sh
echo v22.1.0
