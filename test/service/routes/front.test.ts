import { createHash } from 'node:crypto';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../support/service-with-database';

let shop: ServiceWithDatabase;

beforeAll(async () => {
  shop = await startServiceWithDatabase();
});
afterAll(() => shop.close());

const asked = (path: string, accept: string) =>
  fetch(shop.service.url + path, { headers: { accept } });

test('L4: the address says to a person where they are, and what to call', async () => {
  const answer = await asked('/', 'text/html,application/xhtml+xml,*/*;q=0.8');
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const page = await answer.text();
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = answer.headers.get('content-security-policy');
  expect(policy).toContain(`style-src 'sha256-${hash}'`);
  // On one's own machine there is no https that the links could lead to.
  expect(policy).not.toContain('upgrade-insecure-requests');
  expect(page).toContain('test mode');
  expect(page).not.toContain('You come back from a checkout');
  const links = [...page.matchAll(/href="(\/[^"]*)"/g)].map(([, path = '']) => path);
  expect(links).toContain('/openapi.json');
  for (const path of links) expect((await asked(path, '*/*')).status).toBe(200);
  const { paths } = (await (await asked('/openapi.json', '*/*')).json()) as { paths: object };
  const calls = [...page.matchAll(/<code>(GET|POST) (\/v1\/[^<]*)<\/code>/g)];
  expect(calls.length).toBeGreaterThan(3);
  for (const [, method = '', path = ''] of calls) {
    expect(paths).toHaveProperty([path, method.toLowerCase()]);
  }
});

test('L4: and to a program', async () => {
  expect(await (await asked('/', '*/*')).json()).toMatchObject({
    service: 'Tollgate',
    description: '/openapi.json',
    calls: { 'GET /v1/account': 'what the user has' },
  });
});

test('L4: who comes back from a checkout is told nothing that nobody knows', async () => {
  const path = '/?checkout=success&session_id=<script>alert(1)</script>';
  const page = await (await asked(path, 'text/html')).text();
  expect(page).toContain('You come back from a checkout');
  expect(page).not.toMatch(/went through|thank you|<script/i);
});
