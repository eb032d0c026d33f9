import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { readEnvironmentFile } from './environment-file/read-file';
import { checkEnvironment } from './environment-file/rules/environment';
import { type Environment, parseEnvironment } from './environment-file/schema';
import { type Faults, nearest } from './faults';

type Written<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: Written<T[Key]> }
    : T;

/** What somebody writes into an environment file: what has a default may be left out. */
export type EnvironmentFile = Written<Environment> &
  Pick<Environment, 'region' | 'availabilityZones' | 'domainName'>;

const folder = join(__dirname, '../environments');

/** The environments that lib/environments has a file for: a new one is a new file, and nothing else. */
export function environmentNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .sort();
}

/** Where an environment is written unless `-c environmentFile=` names another file. */
export const environmentFileOf = (name: string) => `lib/environments/${name}.ts`;

/**
 * Reads and checks the file of an environment; whatever is wrong with it is a fault.
 * @param name as `-c env=` gave it
 * @param file as `-c environmentFile=` gave it, from the current directory
 */
export function loadEnvironment(
  name: string,
  file: string | undefined,
  faults: Faults,
): Environment | undefined {
  const path = file === undefined ? join(folder, `${name}.ts`) : resolve(file);
  if (!existsSync(path)) {
    faults.add(
      file === undefined
        ? unknownName(name)
        : `environmentFile ${path} does not exist; name a file that does`,
    );
    return undefined;
  }
  const shown = file ?? environmentFileOf(name);
  const read = readEnvironmentFile(path, (fault) => faults.add(`${shown}: ${fault}`));
  if (read === undefined) return undefined;
  const environment = parseEnvironment(shown, read.written, faults);
  if (environment === undefined) return undefined;
  checkOwner(name, environment.env, file, faults);
  checkEnvironment(name, environment, Object(read.written), faults);
  return environment;
}

/**
 * A file in lib/environments is named after its environment. Any other could be given for any
 * environment, and the stacks of one be deployed with the settings of another.
 */
function checkOwner(
  name: string,
  owner: string | undefined,
  file: string | undefined,
  faults: Faults,
): void {
  if (owner === name || (owner === undefined && file === undefined)) return;
  const path = file ?? environmentFileOf(name);
  faults.add(
    owner === undefined
      ? `${path} does not say which environment it is of; write env: "${name}" into it if it is of ${name}`
      : `${path} is of environment ${owner}, but env is ${name}; give -c env=${owner}, or the file of ${name}`,
  );
}

function unknownName(name: string): string {
  const names = environmentNames();
  return (
    `env is ${name}, which has no file in lib/environments; did you mean ${nearest(name, names)}? ` +
    `Known are ${names.join(', ')}; a new environment is a new file there`
  );
}
