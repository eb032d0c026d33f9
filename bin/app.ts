import { App, Validations } from 'aws-cdk-lib';
import { checkInvocation } from '../lib/invocation';
import { describe, describeFailure } from '../lib/synth-report';
import type * as TemplateChecks from '../lib/template-checks';
import { TemplateValidation } from '../lib/template-validation';
import { buildTollgate } from '../lib/tollgate';
import { deployingVariable } from './context.cjs';

try {
  const remarks = checkInvocation();
  const app = new App({ autoSynth: false });
  Validations.of(app).addPlugins(new TemplateValidation());
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
