import { shownTime } from '../terminal/moments';
import { plain } from '../terminal/table';

/** From the least to the gravest, as the service writes them. */
export const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;

/** Which lines are asked for. */
export interface Wanted {
  readonly level?: (typeof levels)[number];
  readonly grep?: string;
}

type Line = Readonly<Record<string, unknown>>;

/** What CloudWatch looks for, so that it sends little; what comes is looked at once more here. */
export function patternFor({ level, grep }: Wanted): string | undefined {
  if (level !== undefined) {
    const terms = gravestFrom(level).map((each) => `($.level = "${each}")`);
    return `{ ${terms.join(' || ')} }`;
  }
  return grep === undefined ? undefined : `"${grep.replace(/["\\]/g, '\\$&')}"`;
}

export function isWanted(message: string, { level, grep }: Wanted): boolean {
  const line = parse(message);
  if (line !== undefined && '_aws' in line) return false; // figures for CloudWatch's metrics
  if (grep !== undefined && !message.includes(grep)) return false;
  if (level === undefined) return true;
  return line !== undefined && gravestFrom(level).some((each) => each === line.level);
}

const gravestFrom = (level: (typeof levels)[number]) => levels.slice(levels.indexOf(level));

/** `11-27 10:00:05 WARN  event refused; nothing was credited  eventId=evt_… code=…` */
export function logLine(message: string, timestamp: number): string {
  const line = parse(message);
  if (line === undefined) return plain(`${atTime(timestamp)}       ${message.trimEnd()}`);
  const { level, time, msg, ...rest } = line;
  const moment = typeof time === 'string' ? shownTime(time).slice(5) : atTime(timestamp);
  const members = Object.entries(rest).map(([name, value]) => `${name}=${inWords(value)}`);
  return plain(
    `${moment} ${String(level).toUpperCase().padEnd(5)} ${msg ?? ''}  ${members.join(' ')}`,
  ).trimEnd();
}

const atTime = (timestamp: number) => shownTime(new Date(timestamp).toISOString()).slice(5);

/** Of an error its first line; --json has the stack. */
function inWords(value: unknown): string {
  if (typeof value === 'string') return value;
  const { type, message } = (value ?? {}) as Line;
  if (typeof type === 'string' && typeof message === 'string') return `${type}: ${message}`;
  return JSON.stringify(value);
}

function parse(message: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === 'object' && value !== null ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}
