import { browserFor } from '../../ops/smoke/automation';
import { testWhere } from './left-out';

/** A Chromium or a Chrome, if this machine has one. */
export const browser = findBrowser();

/**
 * For tests that need a browser. The gate sets WITHOUT_BROWSER where it could not install one, and
 * says so.
 */
export const testWithBrowser =
  browser === '' && process.env.WITHOUT_BROWSER !== undefined
    ? (test.skip as typeof test)
    : testWhere(browser !== '', 'a browser is missing; install one: `apt-get install chromium`');

function findBrowser(): string {
  try {
    return browserFor({ automate: true, real: true, verifyOnly: false }) ?? '';
  } catch {
    return '';
  }
}
