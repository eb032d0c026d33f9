import { synthesise, toHttps } from './synthesis';

/** A policy as a template has it. */
export interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Effect: string;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** The environments of lib/environments, with HTTPS complete. */
export const dev = synthesise({ env: 'dev', ...toHttps });
export const staging = synthesise({ env: 'staging', ...toHttps });
export const prod = synthesise({ env: 'prod', ...toHttps });
export const all = [dev, staging, prod];
