/** What one check found: what was seen, and what to do about it unless all is well. */
export interface Finding {
  readonly check: string;
  /** `null` where it could not be found out: that is never green. */
  readonly ok: boolean | null;
  readonly seen: string;
  readonly fix?: string;
}

/** What stands before a finding. */
export const markOf = (ok: Finding['ok']) => (ok === null ? '?' : ok ? '✓' : '✗');

/** Findings go to standard output, a line each or as JSON. Nothing prints but this file. */
export function printFindings(findings: readonly Finding[], asJson: boolean): void {
  if (asJson) {
    console.log(JSON.stringify(findings, null, 2));
    return;
  }
  const width = Math.max(...findings.map((finding) => finding.check.length));
  for (const { check, ok, seen, fix } of findings) {
    console.log(`${markOf(ok)} ${check.padEnd(width)}  ${seen}`);
    if (!ok && fix !== undefined) console.log(`  ${' '.repeat(width)}  → ${fix}`);
  }
}

/** How long work goes on; to standard error, so that standard output is the result alone. */
export function printProgress(line: string): void {
  console.error(line);
}

/** A result for another program. */
export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

/** A result of one line. */
export function printText(line: string): void {
  console.log(line);
}

/** One of a list, for another program: a line each. */
export function printJsonLine(value: unknown): void {
  console.log(JSON.stringify(value));
}

// `ops … | head` has read enough: that is no fault of anybody's.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
