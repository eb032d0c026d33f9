/** Writes docs/environment-file.md from the schema of environment files: npm run docs */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentSchema } from '../../lib/configuration/environment-file/schema';

interface Property {
  readonly description?: string;
  readonly expected?: string;
  readonly default?: unknown;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, object & Property>>;
}

const properties: Property['properties'] = environmentSchema.properties;
const root: Property = { properties: properties ?? {}, required: environmentSchema.required };

/** The whole document: a row for every property, groups before what is in them. */
export function environmentFileDocument(): string {
  return [
    '# What an environment file says',
    '',
    '`lib/environments/NAME.ts` is the environment NAME, for `-c env=NAME`. With `-c environmentFile=PATH`',
    'beside it, it is a `.json` or `.ts` file elsewhere, which must say `env: "NAME"`. This table is',
    'written by `npm run docs`.',
    '',
    '| property | what it is | expected | default |',
    '|---|---|---|---|',
    ...rowsOf('', root, true),
    '',
  ].join('\n');
}

/** @param isThere whether the group itself is always there, so that its members can be missed */
function rowsOf(prefix: string, { properties, required }: Property, isThere: boolean): string[] {
  return Object.entries(properties ?? {}).flatMap(([name, property]) => {
    const isRequired = required?.includes(name) === true;
    const path = `${prefix}${name}`;
    const given = byDefault(property, isRequired, isThere);
    const row = [`\`${path}\``, property.description, property.expected, given].join(' | ');
    const belowIsThere = isThere && property.default !== undefined;
    return [`| ${row} |`, ...rowsOf(`${path}.`, property, belowIsThere)];
  });
}

function byDefault(property: Property, isRequired: boolean, isThere: boolean): string {
  if (property.properties !== undefined && property.default !== undefined) return 'as below';
  if (property.default !== undefined) return `\`${JSON.stringify(property.default)}\``;
  if (!isRequired) return 'none';
  return isThere ? 'must be given' : 'must be given with the others';
}

export function writeEnvironmentFile(project: string): void {
  writeFileSync(join(project, 'docs/environment-file.md'), environmentFileDocument());
}
