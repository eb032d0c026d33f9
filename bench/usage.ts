import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Seconds of CPU that a process has used, its ended threads included. */
export function cpuSeconds(pid: number): number {
  return usedBy(statOf(pid));
}

/** The same of all processes whose name this is, the children that they have waited for included. */
export function cpuSecondsOf(name: string): number {
  let seconds = 0;
  for (const pid of readdirSync('/proc')
    .filter((each) => /^\d+$/.test(each))
    .map(Number)) {
    const stat = statOf(pid);
    if (stat[0] === name) seconds += usedBy(stat);
  }
  return seconds;
}

export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}

function usedBy(stat: readonly string[]): number {
  return (Number(stat[12] ?? 0) + Number(stat[13] ?? 0)) / ticksPerSecond;
}

/** From https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, the name first, then what follows it. */
function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = text.lastIndexOf(')');
    return [text.slice(text.indexOf('(') + 1, end), ...text.slice(end + 2).split(' ')];
  } catch {
    return [];
  }
}
