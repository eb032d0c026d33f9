import { App } from 'aws-cdk-lib';
import { checkInvocation } from '../lib/invocation';
import { describe, describeFailure } from '../lib/synth-report';
import { buildTollgate } from '../lib/tollgate';

try {
  const remarks = checkInvocation();
  const app = new App({ autoSynth: false });
  const accountAtHand = process.env.CDK_DEFAULT_ACCOUNT;
  const tollgate = buildTollgate(app, { now: new Date(), accountAtHand });
  console.error([describe(tollgate), ...remarks].join('\n'));
  app.synth();
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
