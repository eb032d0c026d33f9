/** Writes every generated document anew: npm run docs */
import { resolve } from 'node:path';
import { writeApi } from './api';
import { writeEnvironmentFile } from './environment-file';
import { writeEvents } from './events';

async function main(project: string): Promise<void> {
  writeEnvironmentFile(project);
  writeEvents(project);
  await writeApi(project);
}

void main(resolve(__dirname, '../..'));
