import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TablesSnapshot } from './tables';

/** Rises when a snapshot of before can no longer be read. */
const formatVersion = 1;

/** How long changes are gathered before they are written, in milliseconds. */
const writeDelayMillis = 250;

/**
 * Reads what an earlier run left, or nothing when there is no file yet.
 * @throws an Error that names the file and the way out, when the file is not a snapshot.
 */
export function readStateFile(path: string): TablesSnapshot {
  if (!existsSync(path)) return {};
  const content = readFileSync(path, 'utf8');
  const snapshot = parsed(content);
  if (snapshot) return snapshot;
  throw new Error(
    `${path} is not a state file of this local Stripe (expected JSON with "version": ${formatVersion}, seen ${JSON.stringify(content.slice(0, 40))}). Delete it to start empty, or name another file.`,
  );
}

function parsed(content: string): TablesSnapshot | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.version !== formatVersion || !isRecord(value.tables))
    return undefined;
  return isTables(value.tables) ? value.tables : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTables(value: Record<string, unknown>): value is TablesSnapshot {
  return Object.values(value).every(
    (rows) =>
      Array.isArray(rows) && rows.every((row) => isRecord(row) && typeof row.id === 'string'),
  );
}

/** Writes snapshots, at most one in `writeDelayMillis`, each whole or not at all. */
export class StateFileWriter {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly path: string,
    private readonly snapshot: () => TablesSnapshot,
  ) {
    mkdirSync(dirname(path), { recursive: true });
  }

  /** Something changed: write soon. */
  schedule(): void {
    this.timer ??= setTimeout(() => this.flush(), writeDelayMillis).unref();
  }

  /** Writes now. A crash in the middle leaves the file of before, because a rename is atomic. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const temporary = `${this.path}.${randomUUID()}.tmp`;
    const content = JSON.stringify({ version: formatVersion, tables: this.snapshot() });
    // Test keys and webhook secrets of a local Stripe are worth nothing, and still nobody else's.
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, this.path);
  }
}
