import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payOnHostedPage } from '@tollgate/local-stripe';
import { OpsFailure } from '../../ops/failure';
import { payInBrowser } from '../../ops/smoke/pay-in-browser';
import { OperatedEnvironment } from '../aws/operated-environment';
import { testWithMoto } from '../aws/python-tools';
import { type AnsweringServer, startAnsweringServer } from '../support/answering-server';
import { browser, testWithBrowser } from '../support/browser';
import { runOps } from '../support/ops';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-automate-'));
const png = Buffer.from('\x89PNG', 'latin1');
const testWithMotoAndBrowser = testWithMoto === test.skip ? testWithMoto : testWithBrowser;

afterAll(() => rmSync(folder, { recursive: true }));

/** The browser as a program of its own, with more arguments than ours. */
function browserWith(name: string, ...more: readonly string[]): string {
  const file = join(folder, name);
  const quoted = more.map((each) => `'${each}'`).join(' ');
  writeFileSync(file, `#!/bin/sh\nexec '${browser}' ${quoted} "$@"\n`, { mode: 0o700 });
  return file;
}

/** By a proxy, which loopback passes, too. */
const behind = (port: number) => [
  `--proxy-server=127.0.0.1:${port}`,
  '--proxy-bypass-list=<-loopback>',
];

describe('smoke --real --automate, before anything is begun', () => {
  const automate = ['smoke', '--env', 'automated', '--real', '--automate'] as const;

  test('O4: a machine without a browser is told how to get one, and of --browser', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const { code, output } = await runOps(automate, { PATH: empty });
    expect(code).toBe(2);
    expect(output).toContain('✗ there is no browser on PATH: none of chromium, chromium-browser');
    expect(output).toMatch(/→ Install one \(Debian: apt-get install chromium\).*--browser PATH/);
    const named = await runOps([...automate, '--browser', join(empty, 'chrome')]);
    expect(named).toMatchObject({ code: 2, output: expect.stringContaining('is no program') });
  });

  test('O4: it pays nothing that is only looked at, and nothing that is simulated', async () => {
    const program = ['--browser', process.execPath];
    const later = await runOps([...automate, ...program, '--verify-only', '--receipt', 'none']);
    expect(later).toMatchObject({ code: 2, output: expect.stringContaining('pays nothing') });
    for (const given of ['--automate', '--browser=here']) {
      const simulated = await runOps(['smoke', '--env', 'automated', given]);
      expect(simulated).toMatchObject({ code: 2, output: expect.stringContaining('with --real') });
    }
  });

  test('O4: live mode refuses it: a real card cannot be automated', async () => {
    const outputs = join(folder, 'outputs.json');
    writeFileSync(
      outputs,
      JSON.stringify({ 'tollgate-automated-service': { StripeMode: 'live' } }),
    );
    const program = ['--browser', process.execPath, '--outputs', outputs];
    const { code, output } = await runOps([...automate, ...program]);
    expect(code).toBe(3);
    expect(output).toMatch(/✗ this environment is in live mode[\s\S]*→ Leave out --automate/);
  });
});

describe('a page that is not as it was', () => {
  let changed: AnsweringServer;
  const screenshot = join(folder, 'changed.png');
  const pay = (page: string, stepTimeoutMillis = 300_000) => {
    changed.answer = (response) => response.setHeader('content-type', 'text/html').end(page);
    const options = { browser, screenshot, byHand: 'by hand', stepTimeoutMillis };
    return payInBrowser(`${changed.url}c/pay/cs_test_changed#fragment`, options).catch((e) => e);
  };

  beforeAll(async () => {
    changed = await startAnsweringServer();
  });
  afterAll(() => changed.close());

  testWithBrowser(
    'O4: it is said at which step, with what the page says and a picture for nobody else',
    async () => {
      // More than the steps before take on a busy machine: it is waited for three times.
      const stepMillis = 8_000;
      const empty = await pay('<p role="alert">We have moved.</p>', stepMillis);
      expect(empty).toBeInstanceOf(OpsFailure);
      expect(empty).toMatchObject({ exitCode: 1, fix: 'by hand' });
      expect(empty.message).toMatch(
        /^at “choosing to pay by card”: .*Timeout 8000ms.*the page says: We have moved\.; it looked like /,
      );
      expect(statSync(screenshot).mode & 0o777).toBe(0o600);
      expect(readFileSync(screenshot).subarray(0, 4)).toEqual(png);

      const half = '<input id="cardNumber"><input id="cardExpiry">';
      expect((await pay(half, stepMillis)).message).toMatch(/^at “the card’s CVC”: /);
      const stays = `${half}<input id="cardCvc"><button data-testid="hosted-payment-submit-button">`;
      expect((await pay(stays, stepMillis)).message).toMatch(/^at “paying, and being sent back”: /);
    },
  );

  testWithBrowser(
    'O4: where more is asked for, and the card is one way of several, the form is filled in whole',
    async () => {
      // As Stripe's page is where the card is folded up.
      const done = await pay(`<form action="/done">
        <button type="button" data-testid="card-accordion-item-button">Card</button>
        <div id="card" hidden><input id="cardNumber" name="number"><input id="cardExpiry">
        <input id="cardCvc"><select id="billingCountry" name="country"><option>US<option>NL</select>
        <input id="billingName" name="name"></div><input id="email" name="email">
        <input type="checkbox" id="enableStripePass" name="saved" checked>
        <button data-testid="hosted-payment-submit-button">Pay</button></form>
        <script>document.querySelector('button').onclick = () => { card.hidden = false; };
        document.forms[0].onsubmit = (event) => {
          event.preventDefault();
          const filled = encodeURIComponent(new URLSearchParams(new FormData(event.target)));
          fetch('/filled/' + filled).then(() => { location = '/done'; });
        };</script>`);
      expect(done).toBe(`paid in ${browser}`);
      expect(changed.requests.map(decodeURIComponent)).toContain(
        'GET /filled/number=4242+4242+4242+4242&country=NL&name=Smoke+Test&email=smoke-test%40example.com',
      );
    },
  );
});

describe('smoke --real --automate, on a deployed environment', () => {
  let environment: OperatedEnvironment;
  /** A proxy that answers nothing. */
  let silent: Server;

  const args = () => [
    ...['smoke', '--real', '--url', environment.url],
    ...['--stripe-api-base', environment.localStripe.url],
  ];
  const smoke = (...more: readonly string[]) => environment.ops(...args(), ...more);
  const portOfSilent = () => (silent.address() as AddressInfo).port;

  beforeAll(async () => {
    if (testWithMotoAndBrowser === test.skip) return;
    silent = createServer((socket) => socket.on('error', () => undefined).resume());
    silent.listen(0, '127.0.0.1');
    environment = await OperatedEnvironment.start('automated');
    const { secret = '' } = await environment.stripe.webhookEndpoints.create({
      url: `${environment.url}/webhooks/stripe`,
      enabled_events: ['*'],
    });
    const secrets = {
      'stripe-secret-key': 'sk_test_tollgateTests000000000000',
      'stripe-webhook-secret': secret,
    };
    for (const [name, value] of Object.entries(secrets)) {
      const file = join(folder, name);
      writeFileSync(file, value, { mode: 0o600 });
      const where = args().slice(2);
      const { code, output } = await environment.ops(
        'secrets',
        'set',
        name,
        '--file',
        file,
        ...where,
      );
      if (code !== 0) throw new Error(output);
    }
  });
  afterEach(() => environment?.afterEach());
  afterAll(async () => {
    silent?.close();
    await environment?.stop();
  });

  testWithMotoAndBrowser(
    'O4: a browser pays by itself, and what it paid is credited by Stripe’s delivery and refunded',
    async () => {
      const receipt = join(folder, 'paid.json');
      const dry = await smoke('--automate', '--dry-run');
      expect(dry).toEqual({ code: 0, output: expect.stringContaining(`for ${browser} to pay`) });
      const { code, output } = await smoke('--automate', '--receipt', receipt);
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).toContain(`✓ the test card, by itself: paid in ${browser}`);
      expect(output).toContain('✓ the balance, by Stripe’s own webhook: 0 → 50 usd');
      expect(output).toMatch(/✓ the payment refunded: pi_\w+; 0 → 0 usd/);
      const { sessionId } = JSON.parse(readFileSync(receipt, 'utf8'));
      const session = await environment.stripe.checkout.sessions.retrieve(sessionId);
      expect(session).toMatchObject({ status: 'complete', payment_status: 'paid' });
    },
  );

  testWithMotoAndBrowser(
    'O4: what it could not pay is left to be paid by hand, and verified by the receipt',
    async () => {
      const receipt = join(folder, 'left.json');
      // Nothing listens at port 9.
      const cut = browserWith('cut-off', ...behind(9));
      const { code, output } = await smoke('--automate', '--browser', cut, '--receipt', receipt);
      expect({ code, output }).toMatchObject({ code: 1 });
      expect(output).toMatch(/✗ the test card, by itself: at “opening the page”: .*PROXY/);
      expect(output).toContain(`--env automated --real --verify-only --receipt ${receipt}`);
      expect(statSync(`${receipt}.png`).mode & 0o777).toBe(0o600);
      await payOnHostedPage(JSON.parse(readFileSync(receipt, 'utf8')).url, {
        card: '4242424242424242',
      });
      expect(await smoke('--verify-only', '--receipt', receipt)).toMatchObject({ code: 0 });

      const broken = join(folder, 'broken');
      writeFileSync(broken, '#!/bin/sh\necho no display here >&2\nexit 1\n', { mode: 0o700 });
      const other = await smoke('--automate', '--browser', broken);
      expect(other).toMatchObject({ code: 1 });
      expect(other.output).toContain(`${broken} does not start: no display here`);
      const [, at = ''] = /receipt: (\S+)/.exec(other.output) ?? [];
      rmSync(at);
    },
  );

  testWithMotoAndBrowser('O4, O10: interrupted, it takes its browser along', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const connected = once(silent, 'connection');
      const hanging = browserWith(signal, ...behind(portOfSilent()));
      const receipt = join(folder, `${signal}.json`);
      const running = environment.startOps(
        ...[...args(), '--automate', '--browser', hanging, '--receipt', receipt],
      );
      const [socket] = await connected;
      const gone = once(socket, 'close');
      running.child.kill(signal);
      expect(await running.code).toBe(130);
      await gone;
      expect(running.output()).toContain('Interrupted.');
    }
  });
});
