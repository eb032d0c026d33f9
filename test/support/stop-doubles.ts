import { once } from 'node:events';

export default async function stopDoubles(): Promise<void> {
  const { doubles } = globalThis;
  if (doubles === undefined || doubles.exitCode !== null) return;
  doubles.stdin?.end();
  await once(doubles, 'exit');
}
