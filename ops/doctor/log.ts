import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Deployed } from '../aws/deployed';
import type { Finding } from '../terminal/output';
import { plain } from '../terminal/table';
import { counted, found } from './checks';

const hours = 1;
const errors = '{ $.level = "error" || $.level = "fatal" }';
const mostShown = 120;
/** CloudWatch looks through a part of the log for each page; more than these take too long. */
const mostPages = 20;

/** Errors that the service has written of late. */
export async function checkLog(deployed: Deployed): Promise<readonly Finding[]> {
  const client = new CloudWatchLogsClient(deployed.clients);
  const check = 'log';
  try {
    const { isWhole, messages } = await readErrors(client, deployed.get('LogGroupName'));
    const [newest = ''] = messages.reverse();
    const count = `${counted(messages.length, 'error')} within the last hour`;
    const fix = `npm run ops -- logs --env ${deployed.name}`;
    if (messages.length > 0)
      return [found(check, false, `${count}, the last: ${inWords(newest)}`, fix)];
    if (!isWhole) return [found(check, null, 'the log is too long to be searched', fix)];
    return [found(check, true, count, fix)];
  } finally {
    client.destroy();
  }
}

async function readErrors(client: CloudWatchLogsClient, logGroupName: string) {
  const messages: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await client.send(
      new FilterLogEventsCommand({
        logGroupName,
        filterPattern: errors,
        startTime: Date.now() - hours * 3_600_000,
        nextToken,
      }),
    );
    messages.push(...(answer.events ?? []).map(({ message = '' }) => message));
    nextToken = answer.nextToken;
    if (nextToken === undefined) return { messages, isWhole: true };
  }
  return { messages, isWhole: false };
}

/** What was said, without what was said of it. */
function inWords(line: string): string {
  const [, message = line] = /"msg":"((?:[^"\\]|\\.)*)"/.exec(line) ?? [];
  return plain(message).slice(0, mostShown);
}
