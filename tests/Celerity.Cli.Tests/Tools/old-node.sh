#!/bin/sh
echo v18.19.1
