import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import cdk from '../../../cdk.json';

test('the CDK has every feature flag as it recommends, and the project none of its own', () => {
  expect(cdk.context).toEqual({ ...recommended, 'cli-telemetry': false });
});

test('the CDK’s command line reports nothing to anybody', () => {
  expect(cdk).toMatchObject({ notices: false, versionReporting: false });
});
