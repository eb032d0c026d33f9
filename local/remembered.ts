import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';

/**
 * What stays from start to start, so that an application is configured once. It is of test money
 * and of this machine, and still nobody else's to read.
 */
const settingsSchema = Type.Object({
  jwtSecret: Type.String({ minLength: 1 }),
  /** Given once by --webhook-secret. */
  webhookSecret: Type.Optional(Type.String()),
  /** Used last. */
  ports: Type.Object({
    service: Type.Optional(Type.Integer()),
    stripe: Type.Optional(Type.Integer()),
    database: Type.Optional(Type.Integer()),
  }),
  /** The local Stripe's own way to the service. */
  endpoint: Type.Optional(Type.Object({ id: Type.String(), secret: Type.String() })),
});

export type Settings = Static<typeof settingsSchema>;

/** What runs now, for whoever asks `npm run status`. */
const runningSchema = Type.Object({
  pid: Type.Integer(),
  startedAt: Type.String(),
  serviceUrl: Type.String(),
  webhookUrl: Type.String(),
  /** Where events are posted; null where they go nowhere, absent of a start of before. */
  eventsTo: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  /** Null while a real account takes its place. */
  localStripeUrl: Type.Union([Type.String(), Type.Null()]),
  stripeApiBase: Type.String(),
  /** Null where it is the developer's own, in a file of theirs. */
  stripeKey: Type.Union([Type.String(), Type.Null()]),
  /** What an application that Stripe's CLI forwards to checks signatures with. */
  webhookSecret: Type.Union([Type.String(), Type.Null()]),
  databaseUrl: Type.String(),
  logFile: Type.String(),
  jwtSecret: Type.String(),
  /** What a token needs beside, where --set says so. */
  tokens: Type.Optional(
    Type.Object({
      userClaim: Type.Optional(Type.String()),
      issuer: Type.Optional(Type.String()),
      audience: Type.Optional(Type.String()),
    }),
  ),
});

export type RunningStack = Static<typeof runningSchema>;

const settingsFile = (folder: string) => join(folder, 'settings.json');
const runningFile = (folder: string) => join(folder, 'running.json');

/** @returns undefined where nothing was started yet @throws Error that names the file and the fix */
export function findSettings(folder: string): Settings | undefined {
  return read(settingsFile(folder), settingsSchema);
}

/** The settings of before, or new ones with a secret of their own. */
export function readSettings(folder: string): Settings {
  return findSettings(folder) ?? { jwtSecret: randomBytes(32).toString('base64url'), ports: {} };
}

export function writeSettings(folder: string, settings: Settings): void {
  write(settingsFile(folder), settings);
}

/** What was started with this folder and still runs. */
export function findRunning(folder: string): RunningStack | undefined {
  const stack = read(runningFile(folder), runningSchema);
  return stack !== undefined && isAlive(stack.pid) ? stack : undefined;
}

/** @returns forgets it */
export function writeRunning(folder: string, stack: RunningStack): () => void {
  write(runningFile(folder), stack);
  return () => rmSync(runningFile(folder), { force: true });
}

/** Whether there is such a process; one that we may not signal is there all the same. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function read<Schema extends TSchema>(file: string, schema: Schema): Static<Schema> | undefined {
  if (!existsSync(file)) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    content = undefined;
  }
  if (Value.Check(schema, content)) return content;
  throw new Error(`${file} cannot be read; delete it: it is written anew at the next start`);
}

/** Whole or not at all, for their reader may come at any time. */
function write(file: string, content: object): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}
