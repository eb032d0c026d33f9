/** Writes the generated documents anew, or those that are named: npm run docs [-- promises] */
import { resolve } from 'node:path';
import { writeApi } from './api';
import { writeArchitecture } from './architecture';
import { writeClient } from './client';
import { writeCost } from './cost';
import { writeEnvironmentFile } from './environment-file';
import { writeEvents } from './events';
import { writeFlags } from './flags';
import { writePromises } from './promises';
import { writeRoles } from './roles';
import { writeTranscripts } from './transcripts';

type Writers = Readonly<Record<string, (project: string) => void | Promise<void>>>;

const documents: Writers = {
  'environment-file': writeEnvironmentFile,
  events: writeEvents,
  flags: writeFlags,
  roles: writeRoles,
  promises: writePromises,
  architecture: writeArchitecture,
  cost: writeCost,
  api: writeApi,
  client: writeClient,
};
/** Written only when they are named. */
const slowOnes: Writers = { transcripts: writeTranscripts };

async function main(project: string, names: readonly string[]): Promise<void> {
  const all = { ...documents, ...slowOnes };
  for (const name of names) {
    const write = all[name];
    if (write === undefined) {
      throw new Error(`no document ${name}; name one of ${Object.keys(all).join(', ')}`);
    }
    await write(project);
  }
}

const named = process.argv.slice(2);
void main(resolve(__dirname, '../..'), named.length > 0 ? named : Object.keys(documents));
