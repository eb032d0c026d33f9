import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killPrograms, startProgram } from '../support/program';

const root = join(__dirname, '../..');
const project = mkdtempSync(join(tmpdir(), 'tollgate-client-'));
const installed = join(project, 'node_modules/@tollgate/client');

afterAll(() => {
  killPrograms();
  rmSync(project, { recursive: true });
});

const run = async (...args: string[]) => {
  const program = startProgram(process.execPath, args);
  return [await program.code, program.output()];
};

test('L5: the package is built, and a program of either kind of module takes it', async () => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const built = await run(
    ...[compiler, '--project', join(root, 'client/tsconfig.json')],
    ...['--outDir', join(installed, 'dist')],
  );
  expect(built).toEqual([0, '']);
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, 'client/package.json'), join(installed, 'package.json'));
  symlinkSync(
    join(root, 'node_modules/openapi-fetch'),
    join(project, 'node_modules/openapi-fetch'),
  );

  const names = 'createTollgateClient, parseEvent, TollgateError';
  const say = `console.log([${names}].map((each) => typeof each).join())`;
  writeFileSync(join(project, 'a.mjs'), `import { ${names} } from '@tollgate/client';\n${say}`);
  writeFileSync(
    join(project, 'b.cjs'),
    `const { ${names} } = require('@tollgate/client');\n${say}`,
  );
  writeFileSync(
    join(project, 'c.ts'),
    `import { createTollgateClient } from '@tollgate/client';
     const tollgate = createTollgateClient({ baseUrl: 'http://127.0.0.1:8080', token: 'x' });
     export const units = tollgate.get('/v1/account').then(({ balances }) =>
       balances.map(({ unit }): string => unit));`,
  );
  const functions = [0, 'function,function,function\n'];
  expect(await run(join(project, 'a.mjs'))).toEqual(functions);
  expect(await run(join(project, 'b.cjs'))).toEqual(functions);
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--types', ''];
  expect(await run(compiler, ...options, join(project, 'c.ts'))).toEqual([0, '']);
});
