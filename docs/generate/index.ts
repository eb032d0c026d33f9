/** Writes every generated document anew: npm run docs */
import { resolve } from 'node:path';
import { writeApi } from './api';
import { writeArchitecture } from './architecture';
import { writeEnvironmentFile } from './environment-file';
import { writeEvents } from './events';
import { writeFlags } from './flags';
import { writeRoles } from './roles';

async function main(project: string): Promise<void> {
  writeEnvironmentFile(project);
  writeEvents(project);
  writeFlags(project);
  writeRoles(project);
  writeArchitecture(project);
  await writeApi(project);
}

void main(resolve(__dirname, '../..'));
