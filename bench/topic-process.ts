import { startEventTopic } from '../local/event-topic';

/** A topic that takes all that is published and passes it on to nobody, in a process of its own. */
async function main(): Promise<void> {
  const topic = await startEventTopic(undefined);
  process.send?.({ arn: topic.arn, environment: topic.environment });
  process.once('disconnect', () => process.exit());
}

void main();
