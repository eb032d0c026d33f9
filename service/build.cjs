/** `npm run build`: compiles the service to dist/, or sees at once that nothing has changed. */
const { spawnSync } = require('node:child_process');
const { cpSync, existsSync, readdirSync, rmSync } = require('node:fs');
const { join } = require('node:path');

process.chdir(join(__dirname, '..'));

// What the compiler does not copy.
cpSync('service/store/migrations', 'dist/service/store/migrations', { recursive: true });

// It believes its own notes of what it has made, and not the folder, of which a part may be gone.
const made = readdirSync('service', { recursive: true })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('dist/service', name.replace(/ts$/, 'js')));
if (!made.every((file) => existsSync(file))) rmSync('dist/service.tsbuildinfo', { force: true });

const compiler = require.resolve('typescript/package.json').replace('package.json', 'bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '--build', 'service/tsconfig.json'], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
