/**
 * `npm run build`: compiles the constructs, and puts beside them what the image of the service is built
 * from, because `cdk deploy` of whoever installs the package builds it. dist/ lies as the project does.
 */
const { spawnSync } = require('node:child_process');
const { cpSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const project = join(__dirname, '../..');
const dist = join(__dirname, 'dist');

rmSync(dist, { recursive: true, force: true });
const compiler = require.resolve('typescript/package.json').replace('package.json', 'bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '--project', __dirname], {
  stdio: 'inherit',
});
if (status === 0) copyImageSources();
process.exitCode = status ?? 1;

/** What .dockerignore lets through to the builder. */
function copyImageSources() {
  const sources = [
    '.dockerignore',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'catalogue',
  ];
  for (const source of [...sources, 'service']) {
    cpSync(join(project, source), join(dist, source), { recursive: true });
  }
}
