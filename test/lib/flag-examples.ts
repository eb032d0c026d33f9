import { type Synthesis, synthesise, toHttps } from './synthesis';

export type Given = Readonly<Record<string, string>>;

/** The same flags give the same templates; each is synthesised once. */
const made = new Map<string, Synthesis>();
export function synthesised(flags: Given): Synthesis {
  const key = JSON.stringify(flags);
  const synthesis = made.get(key) ?? synthesise(flags);
  made.set(key, synthesis);
  return synthesis;
}

/** Not of lib/environments, whose files change as environments are filled in. */
export const undelegated = {
  env: 'shop',
  environmentFile: 'test/lib/environments/undelegated.json',
};
export const complete = { ...undelegated, ...toHttps };
export const canary = { env: 'shop', environmentFile: `${__dirname}/environments/watched.json` };
export const image = `ghcr.io/tollgate/service@sha256:${'d'.repeat(64)}`;
