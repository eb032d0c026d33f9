/** What the exit code of a command says; documented in docs/operating.md. */
export const exitCodes = {
  failed: 1,
  badUse: 2,
  refused: 3,
  /** Of `doctor`: nothing is red, and not everything is known. */
  unknown: 4,
  interrupted: 130,
} as const;

/** Why a command could not do its work: what was seen, and what to do. It never holds a secret. */
export class OpsFailure extends Error {
  readonly exitCode: number;

  constructor(
    /** What was seen, and what was expected. */
    seen: string,
    readonly fix: string,
    kind: keyof typeof exitCodes = 'failed',
    options?: ErrorOptions,
  ) {
    super(seen, options);
    this.name = 'OpsFailure';
    this.exitCode = exitCodes[kind];
  }
}
