import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * Seconds of CPU that a process and all below it have used, those that ended and were waited for
 * included. From https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, as bench needs Linux.
 */
export function cpuSeconds(pid: number): number {
  const stats = new Map<number, readonly number[]>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    const stat = statOf(Number(name));
    if (stat) stats.set(Number(name), stat);
  }
  const childrenOf = (parent: number) =>
    [...stats].flatMap(([child, stat]) => (stat[1] === parent ? [child] : []));
  const ticks = (each: number): number => {
    const [, , ...times] = stats.get(each) ?? [];
    const own = times.reduce((sum, time) => sum + time, 0);
    return childrenOf(each).reduce((sum, child) => sum + ticks(child), own);
  };
  return ticks(pid) / ticksPerSecond;
}

/** The most memory that a process has held so far. */
export function peakMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}

/** The process, its parent, and its times: user, system, and both of its waited-for children. */
function statOf(pid: number): readonly number[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return [pid, fields[1] ?? 0, ...fields.slice(11, 15)];
  } catch {
    return undefined; // ended meanwhile
  }
}
