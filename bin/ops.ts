#!/usr/bin/env node
import { createOps } from '../ops/commands';

void createOps(process.argv[2]).parseAsync();
