import { parseArgs } from 'node:util';

/** How long a run of random things takes, and which one it is. */
export interface Bounds {
  readonly seconds: number;
  readonly seed: number;
}

/** `--seconds` and `--seed` of the command line. @throws Error that says what was expected */
export function readBounds(): Bounds {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
    },
  });
  return {
    seconds: positive('seconds', values.seconds),
    seed: positive('seed', values.seed),
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} is ${text}; expected a whole number above zero`);
}
