import type { Command } from 'commander';
import { missingIn } from '../books/missing';
import { traceLines } from '../books/trace-lines';
import { given, runCommand } from '../command';
import { reachService, type ServiceOptions, withService } from '../service/access';
import { printJson, printText } from '../terminal/output';

const examples = `
  pi_… cs_… ch_… re_… du_… in_… sub_…   a payment, from whatever is known of it
  evt_…                                 an event, and what it is about
  cus_…, or a user                      the last purchases of a customer

  It changes nothing. It ends with 1 where something is missing, and names what mends it.

  Examples:
    npm run ops -- find pi_3Q1x --env prod
    npm run ops -- find ann --url "$URL"`;

/** `find`: one payment from end to end, and what is missing of it. */
export function addFind(ops: Command): void {
  withService(ops.command('find'))
    .description('what Stripe says, what was received, booked and published, and what is missing')
    .argument('<id>', "an id of Stripe's, or a user as your application has it", given)
    .addHelpText('after', examples)
    .action((id: string, options: ServiceOptions) =>
      runCommand(options.json, () => find(id, options), ''),
    );
}

async function find(id: string, options: ServiceOptions): Promise<void> {
  const { client, url } = await reachService(options);
  const trace = await client.get('/v1/admin/trace/{id}', { params: { path: { id } } });
  const target = options.env === undefined ? `--url ${url}` : `--env ${options.env}`;
  const missing = missingIn(trace, target);
  if (options.json) printJson({ ...trace, missing });
  else for (const line of traceLines(trace, missing)) printText(line);
  if (missing.length > 0) process.exitCode = 1;
}
