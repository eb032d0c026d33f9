/** `npm run build`: compiles the service to dist/, or sees at once that nothing has changed. */
const { spawnSync } = require('node:child_process');
const {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} = require('node:fs');
const { join } = require('node:path');

process.chdir(join(__dirname, '..'));

// What the compiler does not copy; each at once and only when it has changed, because a service that
// is just starting may be reading them.
const [migrations, copies] = ['service/store/migrations', 'dist/service/store/migrations'];
mkdirSync(copies, { recursive: true });
for (const name of readdirSync(migrations)) {
  const [source, copy] = [join(migrations, name), join(copies, name)];
  if (existsSync(copy) && readFileSync(copy).equals(readFileSync(source))) continue;
  const unfinished = `${copy}.${process.pid}`;
  copyFileSync(source, unfinished);
  renameSync(unfinished, copy);
}

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
