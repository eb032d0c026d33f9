import { parseArgs } from 'node:util';
import { type LocalStripe, startLocalStripe } from './server';

const usage = `npm run local:stripe -- [--port 12111] [--state .tollgate/stripe.json]
  --port   where to listen on 127.0.0.1; 0 takes a free port (default: 12111, as stripe-mock)
  --state  a file that remembers everything from run to run (default: nothing is kept)`;

interface Arguments {
  readonly port: number;
  readonly stateFile: string | undefined;
}

function readArguments(): Arguments {
  const options = {
    port: { type: 'string', default: '12111' },
    state: { type: 'string' },
  } as const;
  const { values } = parseArgs({ options });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, got '${values.port}'`);
  }
  return { port, stateFile: values.state };
}

function explained(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken. Stop what listens there, or choose another: npm run local:stripe -- --port ${port + 1} (0 takes a free one)`;
  }
  if (code === 'EACCES') {
    return `Port ${port} is reserved for the administrator. Choose one above 1023: npm run local:stripe -- --port 12111`;
  }
  return error instanceof Error ? error.message : String(error);
}

function welcome({ url, port }: LocalStripe): string {
  return `Local Stripe on ${url} (Ctrl-C stops it)

stripe-node:
  new Stripe('sk_test_local0000000000', { host: '127.0.0.1', port: ${port}, protocol: 'http' })

Stripe's CLI (127.0.0.1, not localhost, which it refuses):
  export STRIPE_API_KEY=sk_test_local0000000000
  npx stripe listen --api-base ${url} --no-wss --skip-update --forward-to http://127.0.0.1:8080/webhooks/stripe
  npx stripe trigger checkout.session.completed --api-base ${url}
`;
}

async function main(): Promise<void> {
  let port = 0;
  try {
    const chosen = readArguments();
    port = chosen.port;
    const local = await startLocalStripe({
      port,
      ...(chosen.stateFile !== undefined && { stateFile: chosen.stateFile }),
      log: (line) => console.log(line),
    });
    console.log(welcome(local));
    const stop = () => void local.close().then(() => process.exit(0));
    process.once('SIGINT', stop).once('SIGTERM', stop);
  } catch (error) {
    console.error(`${explained(error, port)}\n\n${usage}`);
    process.exitCode = 1;
  }
}

void main();
