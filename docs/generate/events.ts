/**
 * Writes docs/events.md and the JSON schemas in schemas/events/ from the handlers' map and the
 * messages' schemas. Run it after a change of either: npm run docs.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { handledEventTypes, messagesOf } from '../../service/handlers/index';
import {
  cloudEventSchema,
  messageMeanings,
  messageTypes,
} from '../../service/messages/cloud-events';
import { type MessageType, messageSchemas } from '../../service/messages/schemas';

const project = resolve(__dirname, '../..');

/** A JSON schema, as far as the tables show it. */
interface Shown {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shown[];
  readonly items?: Shown;
  readonly properties?: Readonly<Record<string, Shown>>;
}

const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const anchor = (type: string) => `[${type}](#${type.replaceAll('.', '')})`;

/** The whole of docs/events.md. */
function eventsDocument(): string {
  return `${[
    '<!-- Written by docs/generate/events.ts; a test holds it to the code. -->',
    '# Events',
    ...introduction,
    '## What comes in',
    'These events of Stripe are handled, and a webhook endpoint should subscribe to them. Any ' +
      'other is recorded and ignored.',
    handledTable(),
    '## What goes out',
    'What follows is the `data` of each message. All of them also have `userId`: the user of the ' +
      'host application, or null.',
    ...messageTypes.map(messageSection),
  ].join('\n\n')}\n`;
}

const introduction = [
  'Stripe tells Tollgate what happened, and Tollgate tells your applications: as ' +
    '[CloudEvents 1.0](https://github.com/cloudevents/spec) in JSON, published to the SNS topic of ' +
    'the environment. The type is also the message attribute `type`, so that a subscription can ' +
    'filter by it. Without a topic, as on one machine, they go to the log.',
  'A message may be delivered more than once: drop the `id`s that you have seen. The messages of ' +
    'one user are published in the order in which things happened. Members may be added to `data`; ' +
    'none is removed or given another meaning. The JSON schema of each message is in ' +
    '`schemas/events/`, one file for each type.',
];

function handledTable(): string {
  const rows = handledEventTypes.map((type) =>
    row(`\`${type}\``, messagesOf(type).map(anchor).join(', ')),
  );
  return [row('Event of Stripe', 'Messages that it may lead to'), row('---', '---'), ...rows].join(
    '\n',
  );
}

function messageSection(type: MessageType): string {
  const shown: Shown = messageSchemas[type];
  const rows = Object.entries(shown.properties ?? {}).map(([name, member]) =>
    row(`\`${name}\``, typeOf(member), meaningOf(member)),
  );
  return [
    `### ${type}`,
    messageMeanings[type],
    causesOf(type),
    [row('Member', 'Type', 'Meaning'), row('---', '---', '---'), ...rows].join('\n'),
  ].join('\n\n');
}

function causesOf(type: MessageType): string {
  const events = handledEventTypes.filter((event) => messagesOf(event).includes(type));
  if (events.length === 0) return 'It comes from a request to the API, or of time that has passed.';
  return `It comes from ${events.map((event) => `\`${event}\``).join(', ')}.`;
}

function typeOf(schema: Shown): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.enum !== undefined) return schema.enum.map((each) => `"${each}"`).join(', ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (schema.properties !== undefined) {
    const members = Object.entries(schema.properties);
    return `{${members.map(([name, member]) => `${name}: ${typeOf(member)}`).join(', ')}}`;
  }
  return schema.format ?? schema.type ?? 'any';
}

function meaningOf({ description, anyOf = [] }: Shown): string {
  return description ?? anyOf.find((each) => each.description)?.description ?? '';
}

/** Writes both below a folder, in place of what is there. */
export function writeEvents(folder: string): void {
  const schemas = join(folder, 'schemas/events');
  mkdirSync(schemas, { recursive: true });
  for (const name of readdirSync(schemas)) rmSync(join(schemas, name));
  for (const type of messageTypes) {
    const schema = JSON.stringify(cloudEventSchema(type), null, 2);
    writeFileSync(join(schemas, `${type}.json`), `${schema}\n`);
  }
  // As the repository formats its files, or every run would change them.
  const biome = join(project, 'node_modules/.bin/biome');
  const configuration = ['--config-path', project, '--vcs-enabled=false'];
  execFileSync(biome, ['format', '--write', ...configuration, schemas], { stdio: 'pipe' });
  mkdirSync(join(folder, 'docs'), { recursive: true });
  writeFileSync(join(folder, 'docs/events.md'), eventsDocument());
}

if (require.main === module) writeEvents(project);
