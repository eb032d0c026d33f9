/** What of a command line's context flags would be dropped in silence, each with its fix. */
export function faultsInContextFlags(parameters: readonly string[]): readonly string[];
/** Set by `bin/cdk.cjs` for the app. */
export const checkedVariable: string;
export const deployingVariable: string;
