import { type Logger, type LoggerOptions, pino } from 'pino';

export type Log = Logger;

/**
 * The log: one JSON object a line, with ids and never what they stand for. No header and no body is
 * ever logged; the paths below are a second line of defence against an error that carries a request.
 */
export function createLog(level: string): Log {
  return pino(optionsOf(level), linesByTurn());
}

/**
 * Writes to standard output what one turn of the event loop has logged, by one call: a call for
 * each line takes more time than the line. What a turn has logged is written before the next one,
 * and when the process exits.
 */
function linesByTurn(): { write(line: string): void } {
  const output = pino.destination({ dest: 1, sync: true, minLength: 16_000 });
  let isDue = false;
  const flush = () => {
    isDue = false;
    output.flush();
  };
  process.on('exit', () => output.flushSync());
  return {
    write(line) {
      output.write(line);
      if (isDue) return;
      isDue = true;
      setImmediate(flush);
    },
  };
}

function optionsOf(level: string): LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: [
        'err.config',
        'err.headers',
        'err.raw',
        'err.payload',
        'err.parameters',
        'err.detail',
        'err.where',
        'req.headers',
        'headers',
        'authorization',
        '*.authorization',
        '*.password',
        '*.connectionString',
      ],
      remove: true,
    },
  };
}
