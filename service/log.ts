import { type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * The log: one JSON object a line, with ids and never what they stand for. No header and no body is
 * ever logged; the paths below are a second line of defence against an error that carries a request.
 */
export function createLog(level: string): Log {
  return pino({
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
  });
}
