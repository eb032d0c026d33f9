import { join } from 'node:path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/** The rules of our own that every template keeps. */
export const houseRules = join(__dirname, 'house-rules.guard');

/**
 * Has synthesis end with every finding of cdk-nag's AwsSolutions and of the house rules that is not
 * acknowledged where it arises.
 * @see https://github.com/cdklabs/cdk-nag/blob/main/RULES.md#awssolutions
 */
export function addTemplateChecks(app: App): void {
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app),
    new CfnGuardValidator({ controlTowerRulesEnabled: false, rules: [houseRules] }),
  );
}
