#!/usr/bin/env node
import { createOps } from '../ops/commands';

void createOps().parseAsync();
