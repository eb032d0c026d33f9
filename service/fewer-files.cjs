/**
 * Joins the seven hundred files of TypeBox into a few, in the image: reading them one by one is a fifth of the time that
 * a task takes to start. What its `exports` name stays where it is, and what they share is one module still.
 *
 *     node service/fewer-files.cjs node_modules/typebox
 */
const { readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { buildSync } = require('esbuild');

const folder = resolve(process.argv[2]);
const { exports: entries } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const entryPoints = Object.values(entries).map((entry) => join(folder, entry.import));

buildSync({
  entryPoints,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  outbase: join(folder, 'build'),
  outdir: join(folder, 'build'),
  outExtension: { '.js': '.mjs' },
  allowOverwrite: true,
  logLevel: 'warning',
});
