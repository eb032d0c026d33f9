import { App, Validations } from 'aws-cdk-lib';
import { commitAtHand } from '../deploy/commit';
import { costOf, describeCost } from '../deploy/cost/report';
import { tellDeploy } from '../deploy/first-deploys';
import type * as StandingStacks from '../deploy/standing-stacks';
import { describeFailure } from '../lib/checks/failure';
import { describe } from '../lib/checks/synth-report';
import type * as TemplateChecks from '../lib/checks/template-checks';
import { TemplateValidation } from '../lib/checks/template-validation';
import { checkInvocation } from '../lib/configuration/invocation';
import { readSettings } from '../lib/configuration/read-settings';
import { stackNames } from '../lib/configuration/stack-names';
import { buildStacks } from '../lib/stacks/environment-stacks';

void main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { deploys, profile, remarks } = checkInvocation();
  const app = new App({ autoSynth: false });
  Validations.of(app).addPlugins(new TemplateValidation());
  const isChecked = process.env.CI !== undefined || deploys;
  if (isChecked) {
    // Loaded only now, because it takes a while.
    const { addTemplateChecks }: typeof TemplateChecks = require('../lib/checks/template-checks');
    addTemplateChecks(app);
  }
  const accountAtHand = process.env.CDK_DEFAULT_ACCOUNT;
  const settings = readSettings(app.node.getAllContext(), {
    now: new Date(),
    accountAtHand,
    commit: commitAtHand(),
  });
  const { production, region } = settings.environment;
  let standing: StandingStacks.StandingStacks | undefined;
  // Nobody but a deploy needs an account for it; what is not deployed is shown as it will last.
  if (deploys && production) {
    const { askWhatStands }: typeof StandingStacks = require('../deploy/standing-stacks');
    standing = await askWhatStands(Object.values(stackNames(settings)), { region, profile });
  }
  const tollgate = buildStacks(app, settings, standing?.isStanding);
  tellDeploy(tollgate.protectedLater);
  const checks = `  cdk-nag and the house rules: ${isChecked ? 'on' : 'off; deploy and CI have them on'}`;
  const all = [describe(tollgate), checks, ...remarks, ...(standing?.remarks ?? [])];
  console.error(all.join('\n'));
  const { directory } = app.synth();
  if (deploys) console.error(describeCost(costOf(directory)));
}
