/**
 * A CDK app of your own with Tollgate in one of its stacks. Replace domain, zone and account with yours, and
 * say in catalogue.json what is for sale; `npx cdk deploy` then prints the URL to register with Stripe.
 */
import { join } from 'node:path';
import { imageNamed, Tollgate } from '@tollgate/constructs';
import { App, Stack } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';

const app = new App();
const stack = new Stack(app, 'Shop', { env: { account: '123456789012', region: 'us-east-1' } });

// Without one, the deploy builds it, and needs Docker for that.
const image: string | undefined = app.node.tryGetContext('image');

new Tollgate(stack, 'Payments', {
  domainName: 'pay.example.com',
  hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
    hostedZoneId: 'Z0123456789ABCDEFGHIJ',
    zoneName: 'example.com',
  }),
  catalogue: join(__dirname, 'catalogue.json'),
  currencies: ['usd'],
  allowedOrigins: ['https://www.example.com'],
  publicBaseUrl: 'https://www.example.com',
  successPath: '/paid',
  image: image === undefined ? undefined : imageNamed(stack, 'Image', image),
  tasks: { cpuUnits: 256, memoryMiB: 512, minimum: 2 },
});
