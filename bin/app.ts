import { App } from 'aws-cdk-lib';
import { checkInvocation } from '../lib/invocation';
import { describe, describeFailure } from '../lib/synth-report';
import type * as TemplateChecks from '../lib/template-checks';
import { buildTollgate } from '../lib/tollgate';
import { deployingVariable } from './context-flags.cjs';

try {
  const remarks = checkInvocation();
  const app = new App({ autoSynth: false });
  if (process.env.CI !== undefined || process.env[deployingVariable] !== undefined) {
    const { addTemplateChecks }: typeof TemplateChecks = require('../lib/template-checks');
    addTemplateChecks(app);
  }
  const accountAtHand = process.env.CDK_DEFAULT_ACCOUNT;
  const tollgate = buildTollgate(app, { now: new Date(), accountAtHand });
  console.error([describe(tollgate), ...remarks].join('\n'));
  app.synth();
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
