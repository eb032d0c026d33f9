import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nearest, type Refuse } from '../../faults';
import type { Environment } from '../schema';

/** Where the authority of the databases is in the package that the image takes it from. */
export const regionsWithAuthorities: readonly string[] = [
  'af-south-1',
  'ap-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ca-central-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'me-central-1',
  'me-south-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

const folder = join(__dirname, '../../../../service/authorities');

/** Without it, no task could verify its database, and none would come to be healthy. */
export function checkAuthority(
  { image, externalDatabase, region }: Environment,
  refuse: Refuse,
): void {
  if (image !== undefined || externalDatabase !== undefined) return;
  if (regionsWithAuthorities.includes(region) || existsSync(join(folder, `${region}.pem`))) return;
  refuse(
    `region is ${region}, whose certificate authority for RDS the image does not have; write ` +
      `${nearest(region, regionsWithAuthorities)} if you mean that, else put its bundle into ` +
      `service/authorities/${region}.pem, from https://truststore.pki.rds.amazonaws.com/${region}/${region}-bundle.pem`,
  );
}
