import { App, Validations } from 'aws-cdk-lib';
import { describe, describeFailure } from '../lib/checks/synth-report';
import type * as TemplateChecks from '../lib/checks/template-checks';
import { TemplateValidation } from '../lib/checks/template-validation';
import { checkInvocation } from '../lib/configuration/invocation';
import { buildTollgate } from '../lib/stacks/tollgate';

try {
  const { deploys, remarks } = checkInvocation();
  const app = new App({ autoSynth: false });
  Validations.of(app).addPlugins(new TemplateValidation());
  const isChecked = process.env.CI !== undefined || deploys;
  if (isChecked) {
    // Loaded only now, because it takes a while.
    const { addTemplateChecks }: typeof TemplateChecks = require('../lib/checks/template-checks');
    addTemplateChecks(app);
  }
  const accountAtHand = process.env.CDK_DEFAULT_ACCOUNT;
  const tollgate = buildTollgate(app, { now: new Date(), accountAtHand });
  const checks = `  cdk-nag and the house rules: ${isChecked ? 'on' : 'off; deploy and CI have them on'}`;
  console.error([describe(tollgate), checks, ...remarks].join('\n'));
  app.synth();
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
