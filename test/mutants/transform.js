const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');
const swc = require('@swc/jest');

/**
 * Compiles as the tests do, but for one file, in which one line is wrong.
 * @param options `swc`: the usual options; `file`, from the root; `from`, which the file must have
 *   exactly once; `to`, what stands there instead
 */
exports.createTransformer = ({ swc: usual, file, from, to }) => {
  const transformer = swc.createTransformer(usual);
  const path = resolve(file);
  const mutate = (source, filename) => (filename === path ? replaceOnce(source, from, to) : source);
  return {
    canInstrument: false,
    getCacheKey: (source, filename, ...rest) =>
      transformer.getCacheKey(mutate(source, filename), filename, ...rest),
    process: (source, filename, ...rest) =>
      transformer.process(mutate(source, filename), filename, ...rest),
  };
};

function replaceOnce(source, from, to) {
  const parts = source.split(from);
  if (parts.length === 2) return parts.join(to);
  throw new Error(`a mutant names "${from}", which is there ${parts.length - 1} times`);
}

/** @throws Error when the file does not have the text exactly once */
exports.checkMutant = ({ file, from, to }) => replaceOnce(readFileSync(file, 'utf8'), from, to);
