/** The context flags of a command line, and which of them the CDK would drop in silence, each with its fix. */
export function readContextFlags(parameters: readonly string[]): {
  readonly flags: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
};

interface ContextFile {
  readonly path: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * The files that the CDK takes context from, the first before the others.
 * @see https://docs.aws.amazon.com/cdk/v2/guide/context.html
 */
export function contextFiles(): readonly ContextFile[];

/** Ends the process with these faults, if there are any. */
export function refuse(faults: readonly string[]): void;

/** Set for the app once the flags are checked. */
export const checkedVariable: string;
export const deployingVariable: string;
