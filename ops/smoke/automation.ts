import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Deployed } from '../aws/deployed';
import { OpsFailure } from '../failure';

export interface AutomationOptions {
  readonly real: boolean;
  readonly verifyOnly: boolean;
  /** Whether a browser without a person pays. */
  readonly automate: boolean;
  /** Its executable. @default - the first of the usual names on PATH */
  readonly browser?: string;
}

/** As Debian, Ubuntu, Fedora and Google call them. */
const usualNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Sees that a browser can pay, before anything is begun.
 * @returns the browser's executable. @default - a person pays
 * @throws OpsFailure `badUse` where there is no browser, or nothing for it to pay
 */
export function browserFor(options: AutomationOptions): string | undefined {
  const { automate, browser, real, verifyOnly } = options;
  if (!automate && browser === undefined) return undefined;
  if (!automate || !real || verifyOnly) {
    throw new OpsFailure(
      verifyOnly ? '--verify-only pays nothing' : '--browser and --automate go with --real',
      'Use --real --automate [--browser PATH], which begin, pay and look.',
      'badUse',
    );
  }
  const found = (browser === undefined ? onPath() : [browser]).find(isExecutable);
  if (found !== undefined) return found;
  throw new OpsFailure(
    browser === undefined
      ? `there is no browser on PATH: none of ${usualNames.join(', ')}`
      : `${browser} is no program that can be run`,
    'Install one (Debian: apt-get install chromium), or name that of a Chromium or Chrome by --browser PATH.',
    'badUse',
  );
}

/** @throws OpsFailure `refused` where a card would have to be a real one */
export function refuseInLiveMode(deployed: Deployed): void {
  if (deployed.get('StripeMode') !== 'live') return;
  throw new OpsFailure(
    'this environment is in live mode, where Stripe takes no test card',
    'Leave out --automate, and pay with a card of your own: a real card cannot be automated.',
    'refused',
  );
}

function onPath(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return usualNames.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
